"""Matching: verdicts and their reasons, the order of results rule by rule, what comes nearest, and the index as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import NEED, Place, Vocabulary, years
from bot.core.conditions import ALWAYS, All, Any, Condition, Not, Profile, Truth, Value, undecided_attributes
from bot.core.content import Content
from bot.core.explanation import Explanation, RequirementKind, Verdict, explain
from bot.core.matching import REMOTE_KM, Index, kilometres
from bot.core.services import (
    Access,
    AccessRequirement,
    Availability,
    Day,
    Location,
    Offer,
    Requirement,
    Service,
    StatedRequirement,
    Window,
    holds,
)
from tests.builders import TODAY, aged, at, content_of, event, index_of, names, said, service, stated_over, tries, vocabulary

WORDS = vocabulary()


def offer(eligibility: Condition = ALWAYS, *locations: Location, **more: object) -> Offer:
    return content_of(service("s", eligibility, *locations, **more)).offers[0]  # type: ignore[arg-type]


def explained(one: Offer, **values: object) -> Explanation:
    return explain(one, WORDS.people(said(WORDS, **values)))


def why(explanation: Explanation) -> list[tuple[RequirementKind, str, tuple[Value, ...]]]:
    return [(finding.requirement, finding.reason.attribute, finding.reason.values) for finding in explanation.findings]


# --- Verdicts and their reasons -----------------------------------------------------------------------------------------


def test_an_offer_fits_when_every_part_holds_and_says_which() -> None:
    summer = offer(All((names("bambino"), aged(years(6, 11)))), at(serves=["melegnano"]))
    found = explained(summer, eta=years(7), comune="melegnano", bisogno="nido")
    assert found.verdict is Verdict.FITS
    assert why(found) == [
        (RequirementKind.ELIGIBILITY, "persona", ("bambino",)),
        (RequirementKind.ELIGIBILITY, "eta", (years(7),)),
        (RequirementKind.NEED, "bisogno", ("nido",)),
        (RequirementKind.PLACE, "comune", ("melegnano",)),
    ]


def test_an_offer_is_to_check_while_a_part_is_unknown_and_names_only_that() -> None:
    found = explained(offer(All((names("bambino"), aged(years(6, 11))))), persona="bambino")
    assert (found.verdict, found.attributes) == (Verdict.TO_CHECK, ("eta",))


def test_an_offer_does_not_fit_when_a_part_fails_and_names_only_what_fails() -> None:
    found = explained(offer(All((names("bambino"), aged(years(6, 11)))), at(serves=["dresano"])), eta=years(3), comune="milano")
    assert (found.verdict, found.attributes) == (Verdict.DOES_NOT_FIT, ("eta", "comune"))


def test_nobody_and_nothing_known_fits_what_is_for_anyone() -> None:
    assert explained(offer()).verdict is Verdict.FITS


@pytest.mark.parametrize(
    ("given_", "expected"), [("pomeriggio", Verdict.DOES_NOT_FIT), ("mattina", Verdict.FITS), (None, Verdict.FITS)]
)
def test_some_overlap_of_the_wanted_hours_is_enough(given_: str | None, expected: Verdict) -> None:
    found = explained(offer(ALWAYS, at(opening="Mo 12:00-13:00")), orario=given_)
    assert found.verdict is expected
    assert [part for part, _, _ in why(found)] == ([RequirementKind.HOURS] if given_ else [])


def test_hours_that_nobody_knows_are_to_check() -> None:
    found = explained(offer(), orario="sabato")
    assert (found.verdict, why(found)) == (Verdict.TO_CHECK, [(RequirementKind.HOURS, "orario", ("sabato",))])


def test_access_is_judged_for_each_disability_and_names_the_one_that_decides() -> None:
    one = offer(accessibility={"motoria": Access.YES, "visiva": Access.ON_REQUEST})
    assert explained(one, disabilita="motoria").verdict is Verdict.FITS
    found = explained(one, disabilita=["motoria", "visiva"])
    assert (found.verdict, why(found)) == (Verdict.TO_CHECK, [(RequirementKind.ACCESS, "disabilita", ("visiva",))])
    assert explained(offer(accessibility={"visiva": Access.NO}), disabilita="visiva").verdict is Verdict.DOES_NOT_FIT


def test_season_and_places_left_never_change_a_verdict() -> None:
    full = offer(ALWAYS, at(availability=Availability.FULL))
    winter = offer(ALWAYS, at(), valid=Window(Day(1, 1), Day(1, 2)))
    assert explained(full).verdict is explained(winter).verdict is Verdict.FITS


# --- Brothers and sisters ---------------------------------------------------------------------------------------------


def test_an_offer_fits_brothers_and_sisters_if_it_fits_one_of_them_and_says_which() -> None:
    found = explained(offer(aged(years(6, 11))), eta=[years(2), years(7), years(9)])
    assert (found.verdict, why(found)) == (Verdict.FITS, [(RequirementKind.ELIGIBILITY, "eta", (years(7), years(9)))])


def test_each_child_is_judged_whole_and_not_one_part_by_one_child() -> None:
    one = offer(All((names("ragazzo"), aged(years(0, 3)))))
    assert explained(one, eta=[years(2), years(13)]).verdict is Verdict.DOES_NOT_FIT


def test_when_no_child_fits_those_who_come_nearest_speak() -> None:
    one = offer(All((names("bambino"), aged(years(6, 11)))))
    found = explained(one, eta=[years(2), years(13)])
    assert why(found) == [(RequirementKind.ELIGIBILITY, "eta", (years(2),))]


def test_a_child_to_check_is_better_than_one_that_fails() -> None:
    one = offer(All((aged(years(6, 11)), names("sola", of="famiglia"))))
    found = explained(one, eta=[years(2), years(7)])
    assert (found.verdict, found.attributes) == (Verdict.TO_CHECK, ("famiglia",))


# --- The order of results, rule by rule -----------------------------------------------------------------------------------

CATALOGUE = ("first", "second")


def order(index: Index, count: int = 9, **values: object) -> list[str]:
    people = WORDS.people(said(WORDS, **values))
    return [one.service.id for one in index.best(index.match(people), people, count)]


def test_what_fits_comes_before_what_is_to_check() -> None:
    index = index_of(service("check", names("sola", of="famiglia")), service("fits"))
    assert order(index) == ["fits", "check"]


def test_what_is_to_check_is_shown_only_where_what_fits_leaves_room() -> None:
    index = index_of(service("check", names("sola", of="famiglia")), service("a"), service("b"))
    assert order(index, 2) == ["a", "b"]
    assert order(index, 3) == ["a", "b", "check"]


def test_what_is_sensitive_comes_last_unless_its_need_was_named() -> None:
    index = index_of(service("rifugio", needs=("antiviolenza",)), service("badante", needs=("badante",)))
    assert order(index) == ["badante", "rifugio"]
    assert order(index, bisogno="antiviolenza") == ["rifugio"]
    assert order(index, bisogno="@cura") == ["rifugio", "badante"]
    assert order(index, bisogno=None) == ["badante", "rifugio"]


def test_what_can_be_applied_for_now_comes_before_later() -> None:
    late = Window(Day(6, 10), Day(9, 5))
    closed = Window(Day(9, 1, 2026), Day(9, 30, 2026))
    index = index_of(
        service("full", ALWAYS, at(availability=Availability.FULL)),
        service("closed", apply=closed),
        service("later", valid=late),
        service("list", ALWAYS, at(availability=Availability.WAITING_LIST)),
        service("open"),
    )
    assert order(index) == ["open", "list", "later", "closed", "full"]


def test_what_opens_soon_comes_before_what_opens_late() -> None:
    index = index_of(
        service("summer", valid=Window(Day(6, 10), Day(9, 5))), service("spring", valid=Window(Day(3, 1), Day(5, 5)))
    )
    assert order(index) == ["spring", "summer"]


def test_what_names_the_wanted_need_first_comes_first() -> None:
    index = index_of(service("second", needs=("doposcuola", "nido")), service("first", needs=("nido", "doposcuola")))
    assert order(index, bisogno="nido") == ["first", "second"]
    assert order(index, bisogno="doposcuola") == order(index, bisogno="@figli") == order(index) == ["second", "first"]


def test_near_comes_before_far_and_what_has_no_place_between_home_and_far_away() -> None:
    index = index_of(*(service(place or "remote", ALWAYS, at(place)) for place in ("milano", None, "dresano", "melegnano")))
    assert order(index, comune="melegnano") == ["melegnano", "dresano", "remote", "milano"]
    assert order(index, comune="milano") == ["milano", "remote", "melegnano", "dresano"]


def test_what_is_sensitive_and_unasked_comes_even_after_what_is_to_check() -> None:
    index = index_of(service("rifugio", needs=("antiviolenza",)), service("check", names("sola", of="famiglia")))
    assert order(index) == ["check", "rifugio"]
    assert order(index, 1) == ["check"]


def test_without_a_municipality_the_order_of_the_catalogue_stays() -> None:
    index = index_of(*(service(place or "remote", ALWAYS, at(place)) for place in ("milano", None, "dresano", "melegnano")))
    assert order(index) == order(index, comune=None) == ["milano", "remote", "dresano", "melegnano"]


def test_more_of_the_wanted_hours_comes_first() -> None:
    index = index_of(
        service("little", ALWAYS, at(opening="Mo 12:00-13:00")),
        service("most", ALWAYS, at(opening="Mo-Fr 09:00-13:00")),
        service("all", ALWAYS, at(opening="24/7")),
    )
    assert order(index, orario="mattina") == ["all", "most", "little"]
    assert order(index) == ["little", "most", "all"]


def test_what_is_made_for_this_person_comes_before_what_is_for_anyone() -> None:
    index = index_of(
        service("anyone"), service("children", names("bambino")), service("small", All((names("bambino"), aged(years(0, 3)))))
    )
    assert order(index, eta=years(2)) == ["small", "children", "anyone"]


def test_what_was_checked_lately_comes_before_what_is_stale() -> None:
    assert order(index_of(service("stale", assured=None), service("fresh"))) == ["fresh", "stale"]


def test_of_equals_the_first_in_the_catalogue_comes_first() -> None:
    assert order(index_of(*(service(id) for id in "cabd"))) == ["c", "a", "b", "d"]


#: The rules in their order, each with what is good and what is bad under it; a service is made of one choice for each.
RULES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "asked": ({"needs": ("nido",)}, {"needs": ("nido", "antiviolenza")}),
    "fits": ({"accessibility": {"motoria": Access.YES}}, {"accessibility": {"motoria": Access.ON_REQUEST}}),
    "near": ({"place": "melegnano"}, {"place": "milano"}),
    "hours": ({"opening": "Mo-Fr 08:00-13:00"}, {"opening": "Mo 08:00-13:00"}),
    "specific": ({"eligibility": names("adulto")}, {"eligibility": ALWAYS}),
    "soon": ({"valid": Window(Day(12, 1), Day(12, 24))}, {"valid": Window(Day(5, 1), Day(6, 1))}),
    "fresh": ({}, {"assured": None}),
}
#: Between "fits" and "near": it takes the place of "soon", since what is open now opens neither soon nor late.
OPEN, LATER = {"valid": None}, {"valid": Window(Day(12, 1), Day(12, 24))}


def made(id: str, *choices: dict[str, object]) -> Service:
    chosen: dict[str, object] = {}
    for choice in choices:
        chosen |= choice
    place, opening, eligibility = (chosen.pop(key) for key in ("place", "opening", "eligibility"))
    return service(id, eligibility, at(place, opening), **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", list(RULES)[:-1])
def test_an_earlier_rule_outweighs_all_later_ones(rule: str) -> None:
    number = list(RULES).index(rule)
    earlier, later = [RULES[name] for name in list(RULES)[:number]], [RULES[name] for name in list(RULES)[number + 1 :]]
    good, bad = RULES[rule]
    better = made("better", *(g for g, _ in earlier), good, *(b for _, b in later))
    other = made("other", *(g for g, _ in earlier), bad, *(g for g, _ in later))
    known = {"persona": "adulto", "comune": "melegnano", "orario": "mattina", "disabilita": "motoria"}
    assert order(index_of(other, better), **known) == ["better", "other"]


def test_open_now_outweighs_everything_but_verdict_and_tact() -> None:
    later = [RULES[name] for name in ("near", "hours", "specific", "soon", "fresh")]
    fits, asked = RULES["fits"][0], RULES["asked"][0]
    better = made("better", fits, asked, *(bad for _, bad in later), OPEN)
    other = made("other", fits, asked, *(good for good, _ in later), LATER)
    known = {"persona": "adulto", "comune": "melegnano", "orario": "mattina", "disabilita": "motoria"}
    assert order(index_of(other, better), **known) == ["better", "other"]
    delicate = made("delicate", fits, RULES["asked"][1], *(bad for _, bad in later), OPEN)
    assert order(index_of(delicate, other), **known) == ["other", "delicate"]


def test_kilometres_are_those_of_the_map() -> None:
    melegnano, milano = WORDS.place("melegnano"), WORDS.place("milano")
    assert isinstance(melegnano, Place)
    assert isinstance(milano, Place)
    assert kilometres(melegnano, milano) == pytest.approx(15.8, abs=0.3)
    assert kilometres(melegnano, melegnano) == 0
    assert 0 < REMOTE_KM < kilometres(milano, melegnano)


# --- What comes nearest -------------------------------------------------------------------------------------------------


def near(index: Index, count: int = 9, **values: object) -> list[str]:
    people = WORDS.people(said(WORDS, **values))
    return [one.service.id for one in index.nearest(index.match(people), people, count)]


def test_nearest_is_what_exactly_one_requirement_excludes() -> None:
    index = index_of(
        service("one", names("bambino")),
        service("two", All((names("bambino"), aged(years(0, 3))))),
        service("none"),
        service("one-and-unknown", All((names("bambino"), names("sola", of="famiglia")))),
    )
    assert near(index, persona="adulto", eta=years(40)) == ["one-and-unknown", "one"]


def test_what_answers_another_need_is_never_near() -> None:
    index = index_of(service("nido"), service("badante", needs=("badante",), category="cura"))
    assert near(index, bisogno="doposcuola") == []
    assert near(index, bisogno="nido") == []


def test_other_hours_are_nearer_than_another_town_than_access_than_the_rest() -> None:
    index = index_of(
        service("age", aged(years(0, 3))),
        service("access", accessibility={"motoria": Access.NO}),
        service("town", ALWAYS, at(serves=["dresano"])),
        service("hours", ALWAYS, at(opening="Mo 20:00-22:00")),
    )
    found = near(index, eta=years(7), comune="melegnano", orario="mattina", disabilita="motoria")
    assert found == ["hours", "town", "access", "age"]
    assert near(index, 2, eta=years(7), comune="melegnano", orario="mattina", disabilita="motoria") == ["hours", "town"]


def test_what_comes_nearest_for_one_child_is_near_unless_it_fits_another() -> None:
    index = index_of(service("small", aged(years(0, 3))), service("big", All((names("ragazzo"), aged(years(11, 14))))))
    assert near(index, eta=[years(2), years(5)]) == []
    assert near(index, eta=[years(5), years(15)]) == ["big", "small"]


# --- The index over the shipped catalogue ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words(content: Content) -> Vocabulary:
    return content.vocabulary


@pytest.fixture(scope="module")
def indexes(content: Content) -> list[Index]:
    dated = content.on(TODAY)
    return [dated.index(flow) for flow in content.flows.values()]


@pytest.fixture(scope="module")
def draw_profile(words: Vocabulary) -> st.SearchStrategy[Profile]:
    return stated_over(words).map(
        lambda found: {a: None if values is None else words.known(a, values) for a, values in found.items()}
    )


def verdict(index: Index, people: tuple[Profile, ...]) -> dict[str, Verdict]:
    """The verdict on every offer, out of the bit sets."""
    match = index.match(people)
    fits, check = ({one.id for one in index.members(bits)} for bits in (match.fits, match.to_check))
    assert not fits & check
    return {
        one.id: Verdict.FITS if one.id in fits else Verdict.TO_CHECK if one.id in check else Verdict.DOES_NOT_FIT
        for one in index.offers
    }


@tries(40)
@given(data=st.data())
def test_the_index_gives_every_offer_the_verdict_that_explains_it(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    people = index.vocabulary.people(data.draw(draw_profile))
    assert verdict(index, people) == {one.id: explain(one, people).verdict for one in index.offers}


@tries(40)
@given(data=st.data())
def test_near_is_what_one_requirement_alone_excludes_for_one_of_the_people(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    people = index.vocabulary.people(data.draw(draw_profile))
    match = index.match(people)
    verdicts = verdict(index, people)

    def failing(one: Offer, person: Profile) -> list[Requirement]:
        return [requirement for requirement in one.requirements() if holds(requirement, person) is Truth.FALSE]

    expected = set()
    for one in index.offers:
        if verdicts[one.id] is Verdict.DOES_NOT_FIT:
            found = [failing(one, person) for person in people]
            if any(
                len(parts) == 1 and not (isinstance(parts[0], StatedRequirement) and parts[0].attribute == NEED)
                for parts in found
            ):
                expected.add(one.id)
    assert {one.id for one in index.members(match.nearly)} == expected


@tries(60)
@given(data=st.data())
def test_services_are_counted_once_however_many_of_their_offers_are_in_a_set(data: st.DataObject, indexes: list[Index]) -> None:
    index = data.draw(st.sampled_from(indexes))
    bits = data.draw(st.integers(0, (1 << len(index.offers)) - 1))
    services = {one.service.id for one in index.members(bits)}
    assert index.service_count(bits) == len(services)
    assert services == {id for id in {one.service.id for one in index.offers} if index.of_service(id) & bits}
    assert index.of_service("no-such-service") == 0


@tries(60)
@given(data=st.data())
def test_the_best_are_the_beginning_of_all_that_remains_each_once(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    people = index.vocabulary.people(data.draw(draw_profile))
    match = index.match(people)
    everything = [one.id for one in index.best(match, people, len(index.offers))]
    assert sorted(everything) == sorted(one.id for one in index.members(match.remaining))
    count = data.draw(st.integers(1, 12))
    assert [one.id for one in index.best(match, people, count)] == everything[:count]


@tries(60)
@given(data=st.data())
def test_not_knowing_changes_no_verdict(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    profile = data.draw(draw_profile)
    asked = {a: profile.get(a) for a in index.vocabulary.attributes}
    people = index.vocabulary.people
    assert index.match(people(asked)) == index.match(people({a: known for a, known in profile.items() if known is not None}))


@tries(40)
@given(data=st.data())
def test_undecided_are_the_attributes_that_the_remaining_offers_still_ask_for(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    people = index.vocabulary.people(data.draw(draw_profile))
    match = index.match(people)
    expected: set[str] = set()
    for one in index.members(match.remaining):
        for requirement in one.requirements():
            if not isinstance(requirement, StatedRequirement | AccessRequirement):
                expected = expected.union(*(undecided_attributes(requirement, person) for person in people))
    assert index.undecided_attributes(people, match) == expected


@tries(40)
@given(data=st.data())
def test_needs_places_and_hours_of_what_remains_are_those_of_its_offers(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    match = index.match(index.vocabulary.people(data.draw(draw_profile)))
    remaining = list(index.members(match.remaining))
    assert set(index.need_weights(match)) == {need for one in remaining for need in one.service.needs}
    assert index.place_matters(match) is (len({one.location.place for one in remaining}) > 1)
    always = (1 << 8 * 288) - 1
    assert index.hours_matter(match) is any(one.week != always for one in remaining)


@tries(60)
@given(data=st.data())
def test_an_attribute_tells_offers_apart_when_one_of_its_values_changes_a_verdict(
    data: st.DataObject, indexes: list[Index], draw_profile: st.SearchStrategy[Profile]
) -> None:
    index = data.draw(st.sampled_from(indexes))
    words, profile = index.vocabulary, data.draw(draw_profile)
    attribute = data.draw(st.sampled_from(list(words.attributes)))
    values = data.draw(stated_over(words)).get(attribute) or ()
    before = words.people(profile)
    trials = [words.people({**profile, attribute: words.known(attribute, (value,))}) for value in values]
    expected = any(index.match(trial).fits != index.match(before).fits for trial in trials) or any(
        index.match(trial).remaining != index.match(before).remaining for trial in trials
    )
    assert index.tells_apart(words.attributes_affected_by(attribute), before, trials) is expected


def test_what_only_one_of_the_children_can_lose_tells_apart() -> None:
    index = index_of(service("s", aged(years(6, 11)), accessibility={"motoria": Access.NO}))
    before = WORDS.people(said(WORDS, eta=[years(2), years(7)]))
    after = WORDS.people(said(WORDS, eta=[years(2), years(7)], disabilita="motoria"))
    assert index.tells_apart(frozenset({"disabilita"}), before, [after])
    assert not index.tells_apart(frozenset({"disabilita"}), before, [before])


# --- Small indexes ------------------------------------------------------------------------------------------------------


def test_an_index_of_nothing_matches_nothing() -> None:
    index = index_of()
    match = index.match(({},))
    assert match.remaining == match.nearly == 0
    assert index.best(match, ({},), 5) == index.nearest(match, ({},), 5) == []
    assert index.undecided_attributes(({},), match) == frozenset()


@pytest.mark.parametrize(
    "condition",
    [
        names("bambino"),
        Not(names("bambino")),
        Any((names("adulto"), aged(years(0, 3)))),
        All((Not(aged(years(3, 6))), Any((names("sola", of="famiglia"), names("dresano", of="comune"))))),
        All((names("bambino"), names("bambino"))),
    ],
)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"persona": "bambino"},
        {"eta": [years(4), years(12)]},
        {"eta": years(2), "famiglia": "numerosa"},
        {"comune": "dresano"},
    ],
)
def test_any_shape_of_condition_is_judged_alike_by_index_and_explanation(condition: Condition, values: dict[str, object]) -> None:
    index = index_of(service("s", condition), service("t"))
    people = WORDS.people(said(WORDS, **values))
    assert verdict(index, people) == {one.id: explain(one, people).verdict for one in index.offers}


def test_an_event_is_matched_by_the_hours_of_its_dates() -> None:
    market = offer(ALWAYS, at(events=(event("2026-12-12 10:00", "2026-12-12 18:00"),)))
    assert explained(market, orario="sabato").verdict is Verdict.FITS
    assert explained(market, orario="mattina").verdict is Verdict.DOES_NOT_FIT


def test_members_are_found_at_every_position() -> None:
    index = index_of(*(service(f"s{number}") for number in range(20)))
    picks: Callable[[int], list[str]] = lambda bits: [one.service.id for one in index.members(bits)]  # noqa: E731
    assert picks(0) == []
    assert picks(1 << 19 | 1 << 8 | 1 << 7 | 1) == ["s0", "s7", "s8", "s19"]
