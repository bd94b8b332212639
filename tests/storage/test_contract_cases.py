"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: cases and timers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case import Case, CaseReason, CaseState, HistoryEntry, Manager, Mirror, SharedAnswer, ShownOffer, TranscriptEntry
from bot.core.desk_state import DeskState
from bot.storage.tables import case
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer
from tests.builders import a_case
from tests.storage.rig import Rig, update

MARTA = Manager(20, "Marta 🙂")
WHOLE = a_case(
    7,
    CaseReason.URGENT,
    5.5,
    desk="sportello",
    group=-1001,
    state=CaseState.ASSIGNED,
    urgent=True,
    manager=MARTA,
    taken_at=6.25,
    resolved_at=7.0,
    due_at=8.0,
    reminders=2,
    helped="yes",
    place="Melegnano",
    facts=(SharedAnswer("Età", "3 anni"), SharedAnswer("Disabilità", "Motoria", sensitive=True)),
    offers_shown=(ShownOffer("Nido «è»", "età: 7 anni"), ShownOffer("Altro")),
    transcript=(TranscriptEntry(1, "ciao"), TranscriptEntry(2, "", "photo")),
    held_messages=(TranscriptEntry(3, "a\nb"),),
    history=(HistoryEntry(5.5, "opened"), HistoryEntry(6.25, "taken", "Marta")),
    mirror=Mirror("mirror:7:3", 6.5, (TranscriptEntry(3, "a"),)),
    place_number=3,
    notified_users=(20, 21),
)


def opened(rig: Rig, one: Case) -> Case:
    return rig.do(lambda unit: unit.cases.open(one))


@pytest.mark.parametrize("one", [WHOLE, a_case()], ids=["with everything", "with nothing"])
def test_a_case_comes_back_as_it_was_opened_with_a_number(rig: Rig, one: Case) -> None:
    kept = opened(rig, one)
    assert kept == replace(one, number=kept.number)
    assert kept.number > 0
    assert rig.do(lambda unit: unit.cases.get(kept.number)) == kept


def test_a_case_that_is_saved_comes_back_as_it_was_saved(rig: Rig) -> None:
    first, second = opened(rig, a_case(7)), opened(rig, a_case(8))
    changed = replace(WHOLE, number=first.number)
    rig.do(lambda unit: unit.cases.save(changed))
    assert rig.do(lambda unit: (unit.cases.get(first.number), unit.cases.get(second.number))) == (changed, second)
    assert rig.rows(case, "id", "desk", "reason", "state") == [
        (first.number, "sportello", "urgent", "assigned"),
        (second.number, None, "asked", "waiting"),
    ]


def test_a_case_that_is_not_there_is_none(rig: Rig) -> None:
    number = opened(rig, a_case()).number
    assert rig.do(lambda unit: unit.cases.get(number + 1)) is None


def test_a_case_of_a_time_when_only_its_reason_was_kept_is_none(rig: Rig) -> None:
    with rig.database.engine.begin() as connection:
        row = {"chat": 7, "reason": "asked", "state": "waiting", "opened_at": 1.0}
        connection.execute(case.insert(), row)
    ((number,),) = rig.rows(case, "id")
    assert rig.do(lambda unit: unit.cases.get(number)) is None
    assert rig.do(lambda unit: (unit.cases.list_open(), unit.cases.list_of_chat(7), unit.cases.list_changed(0.0))) == (
        [],
        [],
        [],
    )


def test_numbers_grow(rig: Rig) -> None:
    numbers = [opened(rig, a_case(chat)).number for chat in (9, 8, 7)]
    assert numbers == sorted(set(numbers))


def test_the_update_of_a_chat_comes_with_the_number_of_its_last_case(rig: Rig) -> None:
    rig.receive(update(1), update(2, lane=8))
    assert [one.last_case for one in rig.peek()] == [None, None]
    opened(rig, a_case(7))
    last = opened(rig, a_case(7))
    assert {one.lane: one.last_case for one in rig.peek()} == {7: last.number, 8: None}


def test_open_cases_are_those_that_are_not_resolved_the_oldest_first(rig: Rig) -> None:
    late, early = opened(rig, a_case(7, opened_at=9.0)), opened(rig, a_case(8, opened_at=3.0))
    taken, done = opened(rig, a_case(9, opened_at=1.0)), opened(rig, a_case(10, opened_at=2.0))
    rig.do(lambda unit: unit.cases.save(taken.take(MARTA, 4.0)))
    rig.do(lambda unit: unit.cases.save(done.resolve(4.0, "left")))
    assert [one.number for one in rig.do(lambda unit: unit.cases.list_open())] == [taken.number, early.number, late.number]
    back = taken.take(MARTA, 4.0).enqueue(5.0, "passed", "Marta", due_at=0.0)
    rig.do(lambda unit: unit.cases.save(back))
    assert [one.number for one in rig.do(lambda unit: unit.cases.list_open())] == [taken.number, early.number, late.number]


def test_a_group_has_the_cases_that_are_not_resolved(rig: Rig) -> None:
    here, also, there = (opened(rig, a_case(chat, group=group)) for chat, group in ((7, -1), (8, -1), (9, -2)))
    done = opened(rig, a_case(10, group=-1))
    rig.do(lambda unit: (unit.cases.save(done.resolve(4.0, "left")), unit.cases.save(also.take(MARTA, 4.0))))
    assert {one.number for one in rig.do(lambda unit: unit.cases.list_open_in_group(-1))} == {here.number, also.number}
    assert rig.do(lambda unit: unit.cases.list_open_in_group(-2)) == [there]
    assert rig.do(lambda unit: unit.cases.list_open_in_group(-3)) == []


def test_a_desk_is_busy_with_what_is_not_resolved(rig: Rig) -> None:
    assert rig.do(lambda unit: unit.cases.count_by_desk()) == {}
    first, second, third = (opened(rig, a_case(chat, desk=desk)) for chat, desk in ((7, "a"), (8, "a"), (9, "b")))
    opened(rig, a_case(10))
    rig.do(lambda unit: unit.cases.save(first.take(MARTA, 4.0)))
    assert rig.do(lambda unit: unit.cases.count_by_desk()) == {"a": 2, "b": 1}
    rig.do(lambda unit: unit.cases.save(replace(second, desk="b")))
    rig.do(lambda unit: unit.cases.save(third.resolve(4.0, "left")))
    assert rig.do(lambda unit: unit.cases.count_by_desk()) == {"a": 1, "b": 1}
    assert rig.do(lambda unit: unit.queue_counts()).open_cases == 3


def test_all_cases_of_a_chat_the_oldest_first(rig: Rig) -> None:
    first, other, second = (opened(rig, a_case(chat)) for chat in (7, 8, 7))
    done = first.resolve(4.0, "left")
    rig.do(lambda unit: unit.cases.save(done))
    assert rig.do(lambda unit: (unit.cases.list_of_chat(7), unit.cases.list_of_chat(8), unit.cases.list_of_chat(9))) == (
        [done, second],
        [other],
        [],
    )


def test_cases_that_changed_since_a_time(rig: Rig) -> None:
    late, early = opened(rig, a_case(7, opened_at=20.0)), opened(rig, a_case(8, opened_at=10.0))
    found = [rig.do(lambda unit, at=at: unit.cases.list_changed(at)) for at in (0.0, 10.0, 10.5, 21.0)]
    assert found == [[early, late], [early, late], [late], []]
    taken = early.take(MARTA, 30.0)
    rig.do(lambda unit: unit.cases.save(taken))
    assert rig.do(lambda unit: unit.cases.list_changed(25.0)) == [taken]


def test_the_newest_resolved_cases_of_a_desk(rig: Rig) -> None:
    first, second, other = (opened(rig, a_case(chat, desk=desk)) for chat, desk in ((7, "a"), (8, "a"), (10, "b")))
    opened(rig, a_case(9, desk="a"))
    done = [one.resolve(4.0, "left") for one in (first, second, other)]
    rig.do(lambda unit: [unit.cases.save(one) for one in done])
    assert rig.do(lambda unit: unit.cases.list_resolved("a", 10)) == [done[1], done[0]]
    assert rig.do(lambda unit: unit.cases.list_resolved("a", 1)) == [done[1]]


def test_a_case_opened_in_a_transaction_that_fails_is_not_there(rig: Rig) -> None:
    rig.receive(update(1))

    def fails(unit: Unit) -> None:
        unit.cases.open(a_case(7))
        raise LookupError("no")

    with pytest.raises(LookupError):
        rig.do(fails)
    assert [one.last_case for one in rig.peek()] == [None]
    assert rig.do(lambda unit: unit.cases.list_of_chat(7)) == []


# --- The states of desks ----------------------------------------------------------------------------------------------


def test_the_state_of_a_desk_is_as_it_was_changed_last(rig: Rig) -> None:
    assert rig.do(lambda unit: (unit.desk_states.get("a"), unit.desk_states.list_all())) == (DeskState(), {})
    away = rig.do(lambda unit: unit.desk_states.change("a", lambda state: state.with_member(MARTA, is_away=True)))
    assert away.is_away(MARTA.id)
    back = rig.do(lambda unit: unit.desk_states.change("a", lambda state: state.with_member(MARTA, is_away=False)))
    assert rig.do(lambda unit: (unit.desk_states.get("a"), unit.desk_states.list_all())) == (back, {"a": back})
    assert rig.do(lambda unit: unit.desk_states.change("b", lambda state: state)) == DeskState()
    assert set(rig.do(lambda unit: unit.desk_states.list_all())) == {"a"}


# --- Timers -----------------------------------------------------------------------------------------------------------


def test_a_timer_comes_back_whole_the_earliest_first(rig: Rig) -> None:
    later, sooner = Timer("promise:1", 20.5, 7, '{"è": "🙂"}'), Timer("shift:-1", 10.0, -1, "x")
    rig.do(lambda unit: (unit.timers.set(later), unit.timers.set(sooner)))
    assert rig.do(lambda unit: list(unit.timers.list_due(30.0))) == [sooner, later]
    assert rig.do(lambda unit: list(unit.timers.list_due(20.0))) == [sooner]


def test_a_timer_that_is_set_again_is_another_one(rig: Rig) -> None:
    rig.do(lambda unit: unit.timers.set(Timer("promise:1", 20.0, 7, "alt")))
    rig.do(lambda unit: unit.timers.set(Timer("promise:1", 10.0, 8, "neu")))
    assert rig.do(lambda unit: list(unit.timers.list_due(30.0))) == [Timer("promise:1", 10.0, 8, "neu")]


def test_a_timer_that_is_cleared_is_not_due(rig: Rig) -> None:
    rig.do(lambda unit: (unit.timers.set(Timer("a", 1.0)), unit.timers.set(Timer("b", 2.0))))
    assert rig.do(lambda unit: unit.timers.next_at()) == 1.0
    rig.do(lambda unit: (unit.timers.clear("a"), unit.timers.clear("never set")))
    assert rig.do(lambda unit: list(unit.timers.list_due(30.0))) == [Timer("b", 2.0)]
    assert rig.do(lambda unit: unit.timers.next_at()) == 2.0
    rig.do(lambda unit: unit.timers.clear("b"))
    assert rig.do(lambda unit: unit.timers.next_at()) is None
