"""The condition language against a truth table written by hand and an evaluator that shares nothing with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conditions import (
    ALWAYS,
    All,
    Any,
    Atom,
    Condition,
    Known,
    Not,
    Profile,
    Reason,
    Span,
    Truth,
    atoms,
    attributes_in,
    compare,
    conjuncts,
    evaluate,
    inside,
    merge_spans,
    truth,
    undecided_attributes,
)
from tests.builders import tries

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE

#: Kleene's strong logic as it stands in the books: a, b, a and b, a or b, not a.
TABLE = [
    (T, T, T, T, F),
    (T, U, U, T, F),
    (T, F, F, T, F),
    (U, T, U, T, U),
    (U, U, U, U, U),
    (U, F, F, U, U),
    (F, T, F, T, T),
    (F, U, F, U, T),
    (F, F, F, F, T),
]


def named(*values: str, maybe: str = "") -> Known:
    return Known(values, frozenset(values), frozenset(maybe.split()))


def numbered(*spans: Span) -> Known:
    return Known(spans, spans)


def holding(attribute: str, result: Truth) -> tuple[Condition, Profile]:
    """A condition on one attribute, and a profile under which it comes out as wished."""
    profile = {T: {attribute: named("x")}, F: {attribute: named("y")}, U: {}}[result]
    return Atom(attribute, frozenset({"x"})), profile


# --- Kleene's logic -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b", "both", "either", "not_a"), TABLE)
def test_and_or_and_not_follow_the_table_of_kleene(a: Truth, b: Truth, both: Truth, either: Truth, not_a: Truth) -> None:
    (left, one), (right, two) = holding("a", a), holding("b", b)
    profile = {**one, **two}
    assert truth(All((left, right)), profile) is both
    assert truth(Any((left, right)), profile) is either
    assert truth(Not(left), profile) is not_a


def test_an_empty_all_holds_and_an_empty_any_does_not() -> None:
    assert truth(ALWAYS, {}) is T
    assert truth(All(()), {}) is T
    assert truth(Any(()), {}) is F


def test_what_was_not_asked_and_what_somebody_does_not_know_are_both_unknown() -> None:
    atom = Atom("a", frozenset({"x"}))
    assert truth(atom, {}) is U
    assert truth(atom, {"a": None}) is U


# --- One atom -------------------------------------------------------------------------------------------------------------


def test_one_of_several_names_is_enough() -> None:
    assert compare(named("x", "y"), frozenset({"y", "z"})) is T
    assert compare(named("x"), frozenset({"y", "z"})) is F
    assert compare(named(), frozenset({"y"})) is F


def test_a_name_that_may_hold_as_well_leaves_a_failing_comparison_open() -> None:
    assert compare(named("x", maybe="y"), frozenset({"y"})) is U
    assert compare(named("x", maybe="y"), frozenset({"x", "y"})) is T
    assert compare(named("x", maybe="y"), frozenset({"z"})) is F


def test_slots_of_a_week_meet_when_they_share_one() -> None:
    assert compare(Known((), 0b0110), 0b0100) is T
    assert compare(Known((), 0b0110), 0b1001) is F


def test_one_of_several_children_is_enough_and_a_doubtful_one_leaves_it_open() -> None:
    accepted = (Span(6, 11),)
    assert compare(numbered(Span(2, 3), Span(7, 8)), accepted) is T
    assert compare(numbered(Span(2, 3), Span(10, 12)), accepted) is U
    assert compare(numbered(Span(2, 3), Span(12, 13)), accepted) is F


def test_values_of_different_forms_never_meet() -> None:
    forms = [named("x"), numbered(Span(1, 2)), Known((), 1)]
    accepted = [frozenset({"x"}), (Span(1, 2),), 1]
    for number, known in enumerate(forms):
        assert [compare(known, test) for test in accepted] == [T if other == number else F for other in range(3)]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(6, 7), T),
        (Span(6, 11), T),
        (Span(10, 11), T),
        (Span(5, 6), F),
        (Span(11, 12), F),
        (Span(0, 2), F),
        (Span(5, 7), U),
        (Span(10, 12), U),
        (Span(0, 99), U),
        (Span(10, 20), U),
        (Span(18, 21), T),
        (Span(20, math.inf), T),
        (Span(11, 18), F),
    ],
)
def test_a_span_is_contained_disjoint_or_partly_inside(span: Span, expected: Truth) -> None:
    assert inside(span, (Span(6, 11), Span(18, math.inf))) is expected


spans = st.builds(lambda low, length: Span(low, low + length), st.integers(0, 12), st.integers(1, 6))


@given(st.lists(spans, max_size=6))
def test_merged_spans_hold_the_same_numbers_in_order_and_do_not_touch(found: list[Span]) -> None:
    result = merge_spans(tuple(found))
    assert numbers(result) == numbers(found)
    assert all(one.high < other.low for one, other in pairwise(result))
    assert merge_spans(result) == result


def numbers(found: tuple[Span, ...] | list[Span]) -> set[int]:
    return {number for span in found for number in range(int(span.low), int(span.high))}


# --- Random conditions ------------------------------------------------------------------------------------------------

NAMES = ["p", "q", "r"]
ATTRIBUTES = ["who", "where", "age", "size", "when"]

some_names = st.frozensets(st.sampled_from(NAMES), min_size=1)
some_spans = st.lists(spans, min_size=1, max_size=2).map(lambda found: merge_spans(tuple(found)))
some_slots = st.integers(1, 15)

atom_strategy = st.one_of(
    st.builds(Atom, st.sampled_from(["who", "where"]), some_names),
    st.builds(Atom, st.sampled_from(["age", "size"]), some_spans),
    st.builds(Atom, st.just("when"), some_slots),
)
conditions = st.recursive(
    atom_strategy,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=12,
)
points = st.integers(0, 17).map(lambda number: Span(number, number + 1))


def profiles(ages: st.SearchStrategy[Span], maybe: st.SearchStrategy[frozenset[str]]) -> st.SearchStrategy[Profile]:
    """Profiles in which every attribute is known, as precisely as `ages` and `maybe` are."""
    choices = st.builds(lambda known, more: Known(tuple(known), known, more - known), some_names, maybe)
    several = st.lists(ages, min_size=1, max_size=3, unique=True).map(lambda found: numbered(*found))
    return st.fixed_dictionaries(
        {"who": choices, "where": choices, "age": several, "size": several, "when": some_slots.map(lambda s: Known((), s))}
    )


vague = profiles(spans, st.frozensets(st.sampled_from(NAMES)))
precise = profiles(points, st.just(frozenset()))
forgotten = st.dictionaries(st.sampled_from(ATTRIBUTES), st.booleans())


def without(profile: Profile, forget: dict[str, bool]) -> Profile:
    """A profile in which some attributes were not asked, or are not known."""
    return {a: None if a in forget else known for a, known in profile.items() if not forget.get(a)}


any_profile = st.builds(without, vague, forgotten)


def naive(condition: Condition, judge: Callable[[Atom], bool | None]) -> bool | None:
    """Kleene's logic with True, False and None, one rule a line."""
    match condition:
        case Atom():
            return judge(condition)
        case Not(part):
            inner = naive(part, judge)
            return None if inner is None else not inner
        case All(parts):
            found = [naive(part, judge) for part in parts]
            return False if False in found else None if None in found else True
        case Any(parts):
            found = [naive(part, judge) for part in parts]
            return True if True in found else None if None in found else False


def judged(profile: Profile) -> Callable[[Atom], bool | None]:
    """What an atom is under a profile: numbers are compared one by one."""

    def judge(atom: Atom) -> bool | None:
        known = profile.get(atom.attribute)
        if known is None:
            return None
        if isinstance(atom.accepted, int):
            assert isinstance(known.comparable, int)
            return any(known.comparable >> slot & atom.accepted >> slot & 1 for slot in range(4))
        if isinstance(atom.accepted, frozenset):
            assert isinstance(known.comparable, frozenset)
            sure = any(name in atom.accepted for name in known.comparable)
            return True if sure else None if any(name in atom.accepted for name in known.maybe) else False
        good = numbers(atom.accepted)
        assert isinstance(known.comparable, tuple)
        each = [True if numbers([s]) <= good else None if numbers([s]) & good else False for s in known.comparable]
        return True if True in each else None if None in each else False

    return judge


TRUTHS = {True: T, None: U, False: F}


@tries(150)
@given(conditions, any_profile)
def test_a_random_condition_is_what_the_naive_evaluator_says(condition: Condition, profile: Profile) -> None:
    assert truth(condition, profile) is TRUTHS[naive(condition, judged(profile))]


@given(conditions, any_profile)
def test_the_truth_with_reasons_is_the_truth_without(condition: Condition, profile: Profile) -> None:
    assert evaluate(condition, profile).truth is truth(condition, profile)


@given(st.lists(conditions, max_size=3), any_profile)
def test_de_morgan_holds_in_three_values(parts: list[Condition], profile: Profile) -> None:
    negated = tuple(Not(part) for part in parts)
    assert truth(Not(All(tuple(parts))), profile) is truth(Any(negated), profile)
    assert truth(Not(Any(tuple(parts))), profile) is truth(All(negated), profile)


@given(conditions, any_profile)
def test_not_not_is_nothing(condition: Condition, profile: Profile) -> None:
    assert truth(Not(Not(condition)), profile) is truth(condition, profile)


@tries(150)
@given(conditions, precise, forgotten)
def test_what_is_decided_stays_so_whatever_is_learnt(condition: Condition, profile: Profile, forget: dict[str, bool]) -> None:
    before = truth(condition, without(profile, forget))
    assert before in (U, truth(condition, profile))


@tries(150)
@given(conditions, precise, st.data())
def test_what_is_decided_for_a_band_stays_so_for_every_age_in_it(
    condition: Condition, profile: Profile, data: st.DataObject
) -> None:
    def wider(span: Span) -> Span:
        return Span(span.low - data.draw(st.integers(0, 4)), span.high + data.draw(st.integers(0, 4)))

    ages = profile["age"]
    assert ages is not None
    vaguely = {**profile, "age": numbered(*(wider(span) for span in ages.values if isinstance(span, Span)))}
    assert truth(condition, vaguely) in (U, truth(condition, profile))


@given(conditions, precise, st.frozensets(st.sampled_from(NAMES)))
def test_what_is_decided_with_names_that_may_hold_stays_so_if_they_do(
    condition: Condition, profile: Profile, more: frozenset[str]
) -> None:
    known = profile["who"]
    assert known is not None
    assert isinstance(known.comparable, frozenset)
    before = truth(condition, {**profile, "who": replace(known, maybe=more - known.comparable)})
    for held in [frozenset(), *(frozenset({one}) for one in more), more]:
        after = {**profile, "who": replace(known, comparable=known.comparable | held)}
        assert before in (U, truth(condition, after))


# --- Reasons ------------------------------------------------------------------------------------------------------------


@tries(150)
@given(conditions, any_profile)
def test_the_atoms_named_as_reasons_decide_alone(condition: Condition, profile: Profile) -> None:
    outcome = evaluate(condition, profile)
    judge = judged(profile)
    reasons = {Atom(reason.attribute, reason.accepted) for reason in outcome.reasons}
    alone = naive(condition, lambda atom: judge(atom) if atom in reasons else None)
    assert TRUTHS[alone] is outcome.truth
    assert reasons <= set(atoms(condition))


@tries(150)
@given(conditions, any_profile)
def test_a_reason_says_truly_how_its_atom_came_out(condition: Condition, profile: Profile) -> None:
    for reason in evaluate(condition, profile).reasons:
        assert reason.truth is TRUTHS[judged(profile)(Atom(reason.attribute, reason.accepted))]
        known = profile.get(reason.attribute)
        assert set(reason.values) <= set(known.values if known else ())


@tries(150)
@given(conditions, any_profile)
def test_an_unknown_condition_names_attributes_that_are_undecided(condition: Condition, profile: Profile) -> None:
    found = undecided_attributes(condition, profile)
    assert bool(found) is (truth(condition, profile) is U)
    judge = judged(profile)
    assert found <= {atom.attribute for atom in atoms(condition) if judge(atom) is None}


@tries(150)
@given(conditions, any_profile, precise)
def test_knowing_what_is_undecided_decides(condition: Condition, profile: Profile, full: Profile) -> None:
    learnt = {**profile, **{attribute: full[attribute] for attribute in undecided_attributes(condition, profile)}}
    assert truth(condition, learnt) is not U


@tries(150)
@given(conditions, any_profile, precise)
def test_learning_what_is_not_undecided_changes_nothing(condition: Condition, profile: Profile, full: Profile) -> None:
    found = undecided_attributes(condition, profile)
    learnt = {**full, **{a: known for a, known in profile.items() if known is not None}, **dict.fromkeys(found)}
    learnt |= {a: profile[a] for a in found if a in profile}
    assert truth(condition, learnt) is truth(condition, profile)


def test_the_reasons_of_a_failing_all_are_the_parts_that_fail() -> None:
    condition = All((Atom("who", frozenset({"p"})), Atom("age", (Span(6, 11),)), Atom("where", frozenset({"q"}))))
    profile = {"who": named("p"), "age": numbered(Span(12, 13)), "where": named("r")}
    outcome = evaluate(condition, profile)
    assert [(reason.attribute, reason.truth) for reason in outcome.reasons] == [("age", F), ("where", F)]


def test_the_reasons_of_a_holding_any_are_the_parts_that_hold() -> None:
    condition = Any((Atom("who", frozenset({"p"})), Atom("age", (Span(6, 11),))))
    outcome = evaluate(condition, {"who": named("q"), "age": numbered(Span(7, 8))})
    assert [reason.attribute for reason in outcome.reasons] == ["age"]


def test_a_reason_names_the_children_it_is_true_of() -> None:
    small, big, doubtful = Span(2, 3), Span(7, 8), Span(10, 12)
    atom = Atom("age", (Span(6, 11),))
    assert evaluate(atom, {"age": numbered(small, big, doubtful)}).reasons[0].values == (big,)
    assert evaluate(atom, {"age": numbered(small, doubtful)}).reasons[0].values == (doubtful,)
    assert evaluate(atom, {"age": numbered(small)}).reasons[0].values == (small,)


def test_a_reason_under_a_not_says_so() -> None:
    atom = Atom("who", frozenset({"p"}))
    assert evaluate(Not(atom), {"who": named("p")}).reasons == (Reason("who", T, ("p",), frozenset({"p"}), negated=True),)
    assert evaluate(Not(Not(atom)), {"who": named("p")}).reasons[0].negated is False
    assert evaluate(Not(atom), {}).reasons == (Reason("who", U, (), frozenset({"p"}), negated=True),)


# --- The parts of a condition ---------------------------------------------------------------------------------------------


def test_the_parts_that_must_hold_are_found_in_nested_alls_only() -> None:
    a, b, c, d = (Atom(name, frozenset({"x"})) for name in "abcd")
    assert conjuncts(All((a, All((b, All(()))), Any((c, d))))) == (a, b, Any((c, d)))
    assert conjuncts(Not(All((a, b)))) == (Not(All((a, b))),)


@given(conditions, any_profile)
def test_the_parts_that_must_hold_are_the_condition(condition: Condition, profile: Profile) -> None:
    assert truth(All(conjuncts(condition)), profile) is truth(condition, profile)


@given(conditions, precise, st.data())
def test_a_condition_depends_only_on_its_attributes(condition: Condition, profile: Profile, data: st.DataObject) -> None:
    other = data.draw(precise)
    mixed = {a: profile[a] if a in attributes_in(condition) else other[a] for a in ATTRIBUTES}
    assert truth(condition, mixed) is truth(condition, profile)
