"""Attributes: how values are written, compared and implied, and what is known of each person."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours
from bot.core.attributes import (
    POINT,
    Attribute,
    Form,
    Kind,
    Place,
    Term,
    Vocabulary,
    compatible_bands,
    decode,
    encode,
    form_of,
    years,
)
from bot.core.conditions import All, Any, Hours, Known, Profile, Span, Truth, Value, truth
from tests.builders import aged, names, said, tries, vocabulary

OLD = Span(65 * 12, math.inf)


# --- Writing values down and reading them back ----------------------------------------------------------------------------


def written(kind: Kind, value: Value) -> Value:
    return decode(kind, encode(value))


ages = st.builds(
    lambda low, length: Span(low, low + length), st.integers(0, 120 * 12), st.integers(1, 60 * 12) | st.just(math.inf)
)
wholes = st.integers(0, 999_999_999)
quantities = st.builds(lambda whole, part: whole + part / 10_000, wholes, st.integers(0, 9_999))


@given(ages)
def test_an_age_is_read_back_as_it_was_written(span: Span) -> None:
    assert written(Kind.AGE, span) == span


@given(wholes | quantities)
def test_a_typed_number_is_read_back_as_it_was_written(number: float) -> None:
    span = Span(number, number + POINT)
    assert written(Kind.NUMBER, span) == span


@pytest.mark.parametrize(
    "span", [Span(0, 1 + POINT), Span(3, math.inf), Span(-math.inf, 3), Span(0.5, 2.25), Span(1234567, 7654321)]
)
def test_a_band_of_numbers_is_read_back_as_it_was_written(span: Span) -> None:
    assert written(Kind.NUMBER, span) == span


@given(st.sampled_from(["Mo-Fr", "Sa,Su", "Mo-Su"]), st.integers(0, 23), st.integers(0, 59))
def test_hours_are_read_back_as_they_were_written(days: str, hour: int, minute: int) -> None:
    value = Hours(f"{days} {hour:02}:{minute:02}-24:00")
    assert written(Kind.SCHEDULE, value) == value


@given(st.text(min_size=1))
def test_names_and_free_text_are_read_back_as_they_were_written(text: str) -> None:
    assert written(Kind.TEXT, text) == text
    assert written(Kind.CHOICE, text) == text


def test_every_value_of_the_vocabulary_is_read_back_as_it_was_written() -> None:
    for attribute in vocabulary().attributes.values():
        values = (*attribute.terms, *attribute.bands)
        assert tuple(written(attribute.kind, value) for value in values) == values
        assert all(encode(value) == encode(value).strip() and ":" not in encode(value) for value in values)


@pytest.mark.parametrize("text", ["", "7", "..", "1..", "x..y", "nan..3", "3..nan", "5..5", "7..3", "1..2..3"])
def test_what_is_no_span_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - only the kind of error is promised
        decode(Kind.AGE, text)


@pytest.mark.parametrize("text", ["=", "=lunedì", "=Mo-Fr 8-12", "=Mo 25:00-26:00"])
def test_what_are_no_hours_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - only the kind of error is promised
        decode(Kind.SCHEDULE, text)


def test_a_named_window_of_hours_is_a_name() -> None:
    assert decode(Kind.SCHEDULE, "sabato") == "sabato"


def test_every_kind_has_a_form() -> None:
    assert {kind: form_of(kind) for kind in Kind} == {
        Kind.CHOICE: Form.NAMES,
        Kind.NEED: Form.NAMES,
        Kind.YES_NO: Form.NAMES,
        Kind.PLACE: Form.NAMES,
        Kind.AGE: Form.NUMBERS,
        Kind.NUMBER: Form.NUMBERS,
        Kind.SCHEDULE: Form.WEEK,
        Kind.TEXT: Form.NONE,
    }


def test_years_are_spans_of_months() -> None:
    assert years(7) == Span(84, 96)
    assert years(3, 6) == Span(36, 72)


# --- Which values there are -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("persona", "bambino", True),
        ("persona", "bambin", False),
        ("persona", years(3), False),
        ("eta", years(3), True),
        ("eta", "3", False),
        ("comune", "milano", True),
        ("comune", "roma", False),
        ("bisogno", "nido", True),
        ("bisogno", "@figli", True),
        ("bisogno", "@niente", False),
        ("bisogno", "grest", False),
        ("comune", "@figli", False),
        ("orario", "sabato", True),
        ("orario", "mai", False),
        ("orario", Hours("Mo 18:30-20:00"), True),
        ("persona", Hours("Mo 18:30-20:00"), False),
        ("automobile", "yes", True),
        ("automobile", "no", True),
        ("automobile", "forse", False),
        ("figli", Span(2, 2 + POINT), True),
        ("figli", "2", False),
        ("idee", "Più posti al nido", True),
        ("idee", years(3), False),
        ("sconosciuto", "x", False),
    ],
)
def test_a_value_is_valid_when_its_attribute_has_it(attribute: str, value: Value, expected: bool) -> None:
    assert vocabulary().is_valid(attribute, value) is expected


def test_names_spans_and_hours_are_known_in_the_form_in_which_they_are_tested() -> None:
    words = vocabulary()
    assert words.known("persona", ("bambino",)) == Known(("bambino",), frozenset({"bambino"}))
    assert words.known("eta", (years(2), years(7))) == Known((years(2), years(7)), (years(2), years(7)))
    evening = Hours("Mo 18:30-20:00")
    both = hours.week("Mo 18:30-20:00") | hours.week("Sa 08:00-20:00")
    assert words.known("orario", (evening, "sabato")) == Known((evening, "sabato"), both)


def test_a_category_of_needs_stands_for_all_its_needs() -> None:
    words = vocabulary()
    assert words.known("bisogno", ("@figli",)).comparable == {"@figli", "nido", "doposcuola"}
    assert words.needs_in_category("cura") == {"badante", "antiviolenza"}
    assert words.needs_in_category("niente") == frozenset()


def test_a_municipality_is_found_by_its_id() -> None:
    words = vocabulary()
    found = words.place("milano")
    assert isinstance(found, Place)
    assert found.label == "Milano"
    assert words.place("roma") is None


def test_a_vocabulary_without_needs_and_municipalities_has_none() -> None:
    bare = Vocabulary({}, {})
    assert bare.needs == {}
    assert bare.place("milano") is None
    assert bare.people({}) == ({},)


# --- What follows from what is known ------------------------------------------------------------------------------------


def person(profile: Profile, attribute: str = "persona") -> tuple[Value, ...]:
    known = profile.get(attribute)
    return known.values if known else ()


def only(words: Vocabulary, **values: object) -> Profile:
    (one,) = words.people(said(words, **values))
    return one


@pytest.mark.parametrize(("age", "expected"), [(years(7), "bambino"), (years(11), "ragazzo"), (years(70), "anziano")])
def test_the_person_follows_from_the_age(age: Span, expected: str) -> None:
    assert person(only(vocabulary(), eta=age)) == (expected,)


def test_nothing_follows_from_an_age_that_implies_nobody() -> None:
    assert "persona" not in only(vocabulary(), eta=years(40))


def test_nothing_follows_from_an_age_that_is_not_known() -> None:
    assert only(vocabulary(), eta=None) == {"eta": None}


def test_not_knowing_the_age_leaves_the_person_as_stated() -> None:
    words = vocabulary()
    profile = only(words, persona="bambino", eta=None)
    assert profile["persona"] == words.known("persona", ("bambino",))
    assert truth(names("anziano"), profile) is Truth.FALSE


def test_a_stated_age_overrides_the_person_it_contradicts() -> None:
    assert person(only(vocabulary(), persona="bambino", eta=years(13))) == ("ragazzo",)
    assert person(only(vocabulary(), persona="anziano", eta=years(7))) == ("bambino",)


def test_a_person_that_no_age_implies_stays_beside_what_follows() -> None:
    assert person(only(vocabulary(), persona="famiglia", eta=years(7))) == ("famiglia", "bambino")
    assert person(only(vocabulary(), persona="adulto", eta=years(70))) == ("adulto", "anziano")


def test_a_stated_person_stays_when_no_other_follows() -> None:
    assert person(only(vocabulary(), persona="bambino", eta=years(40))) == ("bambino",)


def test_a_person_who_follows_replaces_one_who_is_not_known() -> None:
    assert person(only(vocabulary(), persona=None, eta=years(7))) == ("bambino",)


def test_an_age_across_a_limit_leaves_both_persons_open() -> None:
    words = vocabulary()
    profile = only(words, persona="bambino", eta=Span(10 * 12, 12 * 12))
    known = profile["persona"]
    assert known is not None
    assert known.values == ("bambino",)
    assert known.maybe == {"bambino", "ragazzo"}
    assert truth(names("ragazzo"), profile) is Truth.UNKNOWN
    assert truth(names("bambino"), profile) is Truth.TRUE
    assert truth(names("anziano"), profile) is Truth.FALSE


def test_a_value_can_follow_from_several_attributes() -> None:
    implied = All((aged(OLD), names("motoria", of="disabilita")))
    frail = Attribute("fragile", Kind.CHOICE, "Fragile", {"si": Term("si", "Sì", implied_by=implied)})
    words = vocabulary(frail)
    assert "fragile" not in only(words, eta=OLD)
    assert person(only(words, eta=OLD, disabilita="motoria"), "fragile") == ("si",)
    assert words.attributes_affected_by("disabilita") == {"disabilita", "fragile"}
    assert words.attributes_affected_by("eta") == {"eta", "persona", "fragile"}


def test_an_answer_touches_what_follows_from_it() -> None:
    words = vocabulary()
    assert words.attributes_affected_by("eta") == {"eta", "persona"}
    assert words.attributes_affected_by("persona") == {"persona"}


# --- Brothers and sisters ---------------------------------------------------------------------------------------------


def test_brothers_and_sisters_are_one_person_each_and_share_everything_else() -> None:
    words = vocabulary()
    people = words.people(said(words, eta=[years(2), years(13)], comune="dresano"))
    assert [person(one) for one in people] == [("bambino",), ("ragazzo",)]
    assert [person(one, "eta") for one in people] == [(years(2),), (years(13),)]
    assert {person(one, "comune") for one in people} == {("dresano",)}


def test_what_one_child_is_does_not_hold_for_another() -> None:
    words = vocabulary()
    condition = All((names("ragazzo"), aged(years(0, 3))))
    people = words.people(said(words, eta=[years(2), years(13)]))
    assert [truth(condition, one) for one in people] == [Truth.FALSE, Truth.FALSE]


def test_one_age_or_none_is_one_person() -> None:
    words = vocabulary()
    assert len(words.people({})) == 1
    assert len(words.people(said(words, eta=None))) == 1
    assert len(words.people(said(words, eta=years(3)))) == 1


stated = st.fixed_dictionaries(
    {},
    optional={
        "persona": st.none() | st.sampled_from(["bambino", "ragazzo", "anziano", "adulto", "famiglia", "azienda"]),
        "eta": st.none() | st.lists(ages, min_size=1, max_size=3, unique=True),
        "comune": st.none() | st.sampled_from(["melegnano", "milano"]),
    },
)


@tries(150)
@given(stated)
def test_people_keep_what_was_said_and_persons_agree_with_their_age(values: dict[str, object]) -> None:
    words = vocabulary()
    profile = said(words, **values)
    given_ages = profile.get("eta")
    people = words.people(profile)
    assert len(people) == max(1, len(given_ages.values) if given_ages else 1)
    for one in people:
        assert one.get("comune") == profile.get("comune")
        held = person(one)
        implying = [term for term in words["persona"].terms.values() if term.implied_by is not None]
        following = [term.id for term in implying if truth(term.implied_by, one) is Truth.TRUE]  # type: ignore[arg-type]
        assert set(following) <= set(held)
        contradicted = {term.id for term in implying if truth(term.implied_by, one) is Truth.FALSE}  # type: ignore[arg-type]
        assert not (following and contradicted.intersection(held))


# --- Bands ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("bambino", [years(0, 3), years(3, 6), years(6, 11)]),
        ("ragazzo", [years(11, 18)]),
        ("anziano", [OLD]),
        ("adulto", None),
        ("famiglia", None),
        (None, None),
    ],
)
def test_only_bands_that_the_person_can_have_are_offered(who: str | None, expected: list[Span] | None) -> None:
    words = vocabulary()
    found = compatible_bands(words["eta"], words, said(words, persona=who))
    assert found == (words["eta"].bands if expected is None else tuple(expected))


def test_a_band_that_the_person_may_have_in_part_is_offered() -> None:
    words = vocabulary()
    attribute = Attribute("eta", Kind.AGE, "Età", {}, bands=(years(0, 14), years(14, 18)))
    assert compatible_bands(attribute, words, said(words, persona="bambino")) == (years(0, 14),)


def test_numbers_have_all_their_bands() -> None:
    words = vocabulary()
    assert compatible_bands(words["figli"], words, said(words, persona="bambino", bisogno="@figli")) == words["figli"].bands


def test_an_implication_of_several_ways_is_possible_in_any_of_them() -> None:
    either = Any((aged(OLD), names("motoria", of="disabilita")))
    words = vocabulary(Attribute("fragile", Kind.CHOICE, "Fragile", {"si": Term("si", "Sì", implied_by=either)}))
    offered = compatible_bands(words["eta"], words, said(words, fragile="si", disabilita="visiva"))
    assert offered == (OLD,)
    assert compatible_bands(words["eta"], words, said(words, fragile="si")) == words["eta"].bands
