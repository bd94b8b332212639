"""A case's states and moves, its file, and the order of a queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case import (
    AnsweredWait,
    Case,
    CaseReason,
    CaseState,
    CaseTurn,
    HistoryEntry,
    Manager,
    Mirror,
    Role,
    SharedAnswer,
    ShownOffer,
    Side,
    TranscriptEntry,
    awaited_cases,
    role_in,
)
from bot.core.stored_case import dump_case, load_case

LUCA, MARTA = Manager(21, "Luca"), Manager(20, "Marta")
NEW = Case(1, 7, CaseReason.ASKED, 100.0).enqueue(100.0, "opened", "", due_at=1000.0)


def taken(case: Case = NEW) -> Case:
    """A case that Luca answers."""
    return case.take(LUCA, 200.0)


def test_a_new_case_waits_for_somebody() -> None:
    assert (NEW.state, NEW.manager, NEW.waiting_since, NEW.due_at) == (CaseState.WAITING, None, 100.0, 1000.0)


def test_who_takes_a_case_owes_the_citizen_a_word_until_they_write_one() -> None:
    case = taken(replace(NEW, reminders=2, notified_users=(20, 21)))
    assert (case.state, case.manager, case.taken_at) == (CaseState.ASSIGNED, LUCA, 200.0)
    assert (case.turn, case.due_at, case.reminders, case.notified_users) == (CaseTurn(Side.NETWORK, 100.0), 1000.0, 0, ())
    answered = case.answer(250.0)
    assert answered.turn == CaseTurn(Side.CITIZEN, 250.0)
    assert answered.waits == (AnsweredWait(100.0, 250.0, 1000.0, LUCA.id),)
    again = answered.await_answer(400.0, due_at=1300.0)
    assert (again.turn, again.due_at) == (CaseTurn(Side.NETWORK, 400.0), 1300.0)
    assert again.await_answer(500.0, due_at=1400.0) == again, "the wait goes on"
    assert again.resolve(600.0, "closed").turn is None


def test_a_case_that_goes_back_into_the_queue_is_nobodys_and_waits_since_it_was_asked() -> None:
    case = taken().enqueue(300.0, "passed", "Luca", due_at=900.0, keeps_place=True)
    assert (case.state, case.manager, case.waiting_since, case.due_at) == (CaseState.WAITING, None, 100.0, 900.0)
    assert taken().answer(250.0).enqueue(300.0, "passed", "Luca", due_at=0.0, keeps_place=True).waiting_since == 100.0
    assert taken().resolve(300.0, "closed").enqueue(400.0, "reopened", "", due_at=0.0).waiting_since == 400.0


def test_a_resolved_case_remembers_who_answered_and_what_was_said() -> None:
    case = replace(NEW, held_messages=(TranscriptEntry(3, "ci siete?"),)).take(LUCA, 200.0).resolve(300.0, "closed", "Luca")
    assert (case.state, case.manager, case.resolved_at) == (CaseState.RESOLVED, LUCA, 300.0)
    left = replace(NEW, held_messages=(TranscriptEntry(3, "ci siete?"),)).resolve(300.0, "left")
    assert (left.held_messages, left.transcript) == ((), (TranscriptEntry(3, "ci siete?"),))


def test_every_move_is_in_the_history() -> None:
    case = taken().enqueue(300.0, "passed", "Luca", due_at=0.0).take(MARTA, 400.0).resolve(500.0, "closed", "Marta")
    assert [(entry.at, entry.event, entry.detail) for entry in case.history] == [
        (100.0, "opened", ""),
        (200.0, "taken", "Luca"),
        (300.0, "passed", "Luca"),
        (400.0, "taken", "Marta"),
        (500.0, "closed", "Marta"),
    ]


def test_a_history_and_what_was_said_do_not_grow_without_end() -> None:
    case = NEW
    for number in range(200):
        case = case.with_history(number, "proposed", "x").with_transcript(TranscriptEntry(number, "x"))
    assert len(case.history) == 60
    assert [entry.message for entry in case.transcript] == list(range(190, 200))


def test_each_place_of_a_case_has_a_card_and_a_topic_of_its_own() -> None:
    moved = replace(NEW, place_number=2)
    assert len({NEW.card, NEW.topic, moved.card, moved.topic}) == 4


# --- Who is who


def test_the_assignee_is_who_answers_now_even_if_they_administer_the_group_or_left_the_list() -> None:
    assert role_in(taken(), 21, listed=False, administers=True) is Role.ASSIGNEE


def test_who_answered_last_may_still_add_something_and_a_case_in_the_queue_is_nobodys() -> None:
    closed = taken().resolve(300.0, "closed", "Luca")
    assert role_in(closed, 21, listed=True, administers=False) is Role.ASSIGNEE
    assert role_in(NEW, 21, listed=True, administers=False) is Role.MANAGER


def test_who_is_not_on_the_list_is_a_stranger_unless_they_administer_the_group() -> None:
    assert role_in(NEW, 9, listed=False, administers=False) is Role.STRANGER
    assert role_in(NEW, 9, listed=False, administers=True) is Role.ADMINISTRATOR


# --- The queue


def test_urgent_cases_are_first_in_the_queue_then_who_has_waited_longest() -> None:
    late, early = replace(NEW, number=2, waiting_since=50.0), replace(NEW, number=3, waiting_since=10.0)
    urgent = replace(NEW, number=4, waiting_since=90.0, urgent=True)
    answered, unanswered = taken().answer(250.0), replace(taken(), number=5, waiting_since=70.0)
    assert [case.number for case in awaited_cases([late, answered, urgent, unanswered, early])] == [4, 3, 2, 5]


def test_a_queue_may_be_that_of_one_desk() -> None:
    here, there = replace(NEW, number=2, desk="nord"), replace(NEW, number=3, desk="sud")
    assert awaited_cases([here, there], "sud") == [there]


# --- Its file

TEXT = st.text(max_size=8)
SAID = st.builds(TranscriptEntry, st.integers(1, 99), TEXT, st.sampled_from(["", "photo"]))
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
    waiting_since=TIMES,
    waits=st.lists(st.builds(AnsweredWait, TIMES, TIMES, TIMES), max_size=2).map(tuple),
    reminders=st.integers(0, 3),
    helped=st.sampled_from(["", "yes", "no"]),
    share=st.sampled_from(["", "plain"]),
    facts=st.lists(st.builds(SharedAnswer, TEXT, TEXT, st.booleans()), max_size=2).map(tuple),
    offers_shown=st.lists(st.builds(ShownOffer, TEXT, TEXT), max_size=2).map(tuple),
    transcript=st.lists(SAID, max_size=2).map(tuple),
    held_messages=st.lists(SAID, max_size=2).map(tuple),
    history=st.lists(st.builds(HistoryEntry, TIMES, TEXT, TEXT), max_size=2).map(tuple),
    mirror=st.none() | st.builds(Mirror, TEXT, TIMES, st.lists(SAID, max_size=2).map(tuple)),
    place_number=st.integers(1, 9),
    notified_users=st.lists(st.integers(1, 99), max_size=2).map(tuple),
)


@given(CASES)
def test_a_case_is_read_back_as_it_was_written(case: Case) -> None:
    assert load_case(dump_case(case)) == case


#: A record as it was written before records had a version.
VERSION_1 = (
    '{"number": 4, "chat": 7, "reason": "urgent", "opened_at": 5.5, "desk": "est", "group": -1001, "state": "assigned",'
    ' "urgent": true, "manager": {"id": 21, "name": "Luca"}, "taken_at": 6.0, "due_at": 8.0, "reminded": 2,'
    ' "helped": "yes", "share": "plain", "place": "Peschiera",'
    ' "facts": [{"label": "Età", "said": "3 anni", "sensitive": false}], "seen": [{"name": "Nido", "why": "età"}],'
    ' "said": [{"message": 1, "text": "ciao", "kind": ""}], "kept": [{"message": 2, "text": "", "kind": "photo"}],'
    ' "steps": [{"at": 5.5, "what": "opened", "who": ""}],'
    ' "mirror": {"key": "mirror:7:1", "at": 6.5, "parts": [{"message": 1, "text": "ciao", "kind": ""}]},'
    ' "places": 2, "hinted": [20]}'
)


def test_a_case_of_an_earlier_version_is_read() -> None:
    one = TranscriptEntry(1, "ciao")
    assert load_case(VERSION_1) == Case(
        number=4,
        chat=7,
        reason=CaseReason.URGENT,
        opened_at=5.5,
        desk="est",
        group=-1001,
        state=CaseState.ASSIGNED,
        urgent=True,
        manager=LUCA,
        taken_at=6.0,
        due_at=8.0,
        asked_at=5.5,
        reminders=2,
        helped="yes",
        share="plain",
        place="Peschiera",
        facts=(SharedAnswer("Età", "3 anni"),),
        offers_shown=(ShownOffer("Nido", "età"),),
        transcript=(one,),
        held_messages=(TranscriptEntry(2, "", "photo"),),
        history=(HistoryEntry(5.5, "opened"),),
        mirror=Mirror("mirror:7:1", 6.5, (one,)),
        place_number=2,
        notified_users=(20,),
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reason": "boh"}', '{"reason": "asked", "state": "gone"}', "3"])
def test_what_is_no_case_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        load_case(text)
