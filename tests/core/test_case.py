"""A case's states and moves, its file, and the order of a queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case import (
    Act,
    Case,
    CaseReason,
    CaseState,
    Fact,
    Manager,
    Mirror,
    Refusal,
    Role,
    Said,
    Seen,
    Step,
    queued,
    refusal,
    role_in,
)
from bot.core.casefile import dump, load

LUCA, MARTA = Manager(21, "Luca"), Manager(20, "Marta")
NEW = Case(1, 7, CaseReason.ASKED, 100.0).queued(100.0, "opened", "", due_at=1000.0)


def taken(case: Case = NEW) -> Case:
    """A case that Luca answers."""
    return case.taken(LUCA, 200.0)


def test_a_new_case_waits_for_somebody() -> None:
    assert (NEW.state, NEW.manager, NEW.waiting_since, NEW.due_at) == (CaseState.WAITING, None, 100.0, 1000.0)


def test_who_takes_a_case_answers_it_and_nobody_is_waited_for() -> None:
    case = taken(replace(NEW, reminded=2, hinted=(20, 21)))
    assert (case.state, case.manager, case.taken_at) == (CaseState.ASSIGNED, LUCA, 200.0)
    assert (case.waiting_since, case.due_at, case.reminded, case.hinted) == (0.0, 0.0, 0, ())


def test_a_case_that_goes_back_into_the_queue_is_nobodys_and_waits_from_now() -> None:
    case = taken().queued(300.0, "passed", "Luca", due_at=900.0)
    assert (case.state, case.manager, case.waiting_since, case.due_at) == (CaseState.WAITING, None, 300.0, 900.0)


def test_a_resolved_case_remembers_who_answered_and_what_was_said() -> None:
    case = replace(NEW, kept=(Said(3, "ci siete?"),)).taken(LUCA, 200.0).resolved(300.0, "closed", "Luca")
    assert (case.state, case.manager, case.resolved_at) == (CaseState.RESOLVED, LUCA, 300.0)
    left = replace(NEW, kept=(Said(3, "ci siete?"),)).resolved(300.0, "left")
    assert (left.kept, left.said) == ((), (Said(3, "ci siete?"),))


def test_every_move_is_in_the_history() -> None:
    case = taken().queued(300.0, "passed", "Luca", due_at=0.0).taken(MARTA, 400.0).resolved(500.0, "closed", "Marta")
    assert [(step.at, step.what, step.who) for step in case.steps] == [
        (100.0, "opened", ""),
        (200.0, "taken", "Luca"),
        (300.0, "passed", "Luca"),
        (400.0, "taken", "Marta"),
        (500.0, "closed", "Marta"),
    ]


def test_a_history_and_what_was_said_do_not_grow_without_end() -> None:
    case = NEW
    for number in range(200):
        case = case.noted(number, "proposed", "x").hearing(Said(number, "x"))
    assert len(case.steps) == 60
    assert [said.message for said in case.said] == list(range(190, 200))


def test_each_place_of_a_case_has_a_card_and_a_topic_of_its_own() -> None:
    moved = replace(NEW, places=2)
    assert len({NEW.card, NEW.topic, moved.card, moved.topic}) == 4


# --- Who is who


def test_the_assignee_is_who_answers_now_even_if_they_administer_the_group_or_left_the_list() -> None:
    assert role_in(taken(), 21, listed=False, administers=True) is Role.ASSIGNEE


def test_who_answered_before_is_a_manager_like_others() -> None:
    closed = taken().resolved(300.0, "closed", "Luca")
    assert role_in(closed, 21, listed=True, administers=False) is Role.MANAGER
    assert role_in(NEW, 21, listed=True, administers=False) is Role.MANAGER


def test_who_is_not_on_the_list_is_a_stranger_unless_they_administer_the_group() -> None:
    assert role_in(NEW, 9, listed=False, administers=False) is Role.STRANGER
    assert role_in(NEW, 9, listed=False, administers=True) is Role.ADMINISTRATOR


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("act", Act)
def test_who_is_nobody_to_a_case_may_do_nothing_about_it(act: Act, state: CaseState) -> None:
    for role in (Role.OTHER_CITIZEN, Role.FOREIGN_GROUP, Role.CHANNEL):
        assert refusal(act, role, state) is Refusal.SILENT
    for role in (Role.ANONYMOUS, Role.STRANGER):
        assert refusal(act, role, state) is not None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_only_the_assignee_of_a_case_that_is_taken_says_something_to_the_citizen(role: Role) -> None:
    for act in (Act.SPEAK, Act.PROPOSE):
        may = [state for state in CaseState if refusal(act, role, state) is None]
        assert may == ([CaseState.ASSIGNED] if role is Role.ASSIGNEE else [])


# --- The queue


def test_urgent_cases_are_first_in_the_queue_then_who_has_waited_longest() -> None:
    late, early = replace(NEW, number=2, waiting_since=50.0), replace(NEW, number=3, waiting_since=10.0)
    urgent = replace(NEW, number=4, waiting_since=90.0, urgent=True)
    assert [case.number for case in queued([late, taken(), urgent, early])] == [4, 3, 2]


def test_a_queue_may_be_that_of_one_desk() -> None:
    here, there = replace(NEW, number=2, desk="nord"), replace(NEW, number=3, desk="sud")
    assert queued([here, there], "sud") == [there]


# --- Its file

TEXT = st.text(max_size=8)
SAID = st.builds(Said, st.integers(1, 99), TEXT, st.sampled_from(["", "photo"]))
TIMES = st.floats(0, 2e9, allow_nan=False)
CASES = st.builds(
    Case,
    number=st.integers(1, 99),
    chat=st.integers(1, 1 << 50),
    reason=st.sampled_from(CaseReason),
    opened_at=TIMES,
    desk=TEXT,
    group=st.integers(-(1 << 50), 0),
    state=st.sampled_from(CaseState),
    urgent=st.booleans(),
    manager=st.none() | st.builds(Manager, st.integers(1, 99), TEXT),
    taken_at=TIMES,
    reminded=st.integers(0, 3),
    helped=st.sampled_from(["", "yes", "no"]),
    share=st.sampled_from(["", "plain"]),
    facts=st.lists(st.builds(Fact, TEXT, TEXT, st.booleans()), max_size=2).map(tuple),
    seen=st.lists(st.builds(Seen, TEXT, TEXT), max_size=2).map(tuple),
    said=st.lists(SAID, max_size=2).map(tuple),
    kept=st.lists(SAID, max_size=2).map(tuple),
    steps=st.lists(st.builds(Step, TIMES, TEXT, TEXT), max_size=2).map(tuple),
    mirror=st.none() | st.builds(Mirror, TEXT, TIMES, st.lists(SAID, max_size=2).map(tuple)),
    places=st.integers(1, 9),
    hinted=st.lists(st.integers(1, 99), max_size=2).map(tuple),
)


@given(CASES)
def test_a_case_is_read_back_as_it_was_written(case: Case) -> None:
    assert load(dump(case)) == case


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reason": "boh"}', '{"reason": "asked", "state": "gone"}', "3"])
def test_what_is_no_case_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        load(text)
