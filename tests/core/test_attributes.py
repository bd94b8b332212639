"""Attributes: how values are written, compared and implied, and what is known of each person."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import (
    Attribute,
    Place,
    Term,
    Vocabulary,
    years,
)
from bot.core.conditions import All, Profile, Span, Truth, Value, truth
from bot.kinds.registry import KINDS
from tests.builders import aged, names, said, tries, vocabulary

OLD = Span(65 * 12, math.inf)
ages = st.builds(
    lambda low, length: Span(low, low + length), st.integers(0, 120 * 12), st.integers(1, 60 * 12) | st.just(math.inf)
)


def test_years_are_spans_of_months() -> None:
    assert years(7) == Span(84, 96)
    assert years(3, 6) == Span(36, 72)


def test_a_municipality_is_found_by_its_id() -> None:
    words = vocabulary()
    found = words.place("milano")
    assert isinstance(found, Place)
    assert found.label == "Milano"
    assert words.place("roma") is None


def test_a_vocabulary_without_needs_and_municipalities_has_none() -> None:
    bare = Vocabulary({})
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
    frail = Attribute("fragile", KINDS["choice"], "Fragile", {"si": Term("si", "Sì", implied_by=implied)})
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
