"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: transactions, and what is kept.

The queues have files of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.case import CaseReason
from bot.storage.tables import case, chat, inbox, ledger
from bot.usecases.ports import Unit
from bot.usecases.queues import QueueDepth, Timer
from tests.builders import a_case
from tests.storage.rig import Rig, message, update

# --- Transactions -----------------------------------------------------------------------------------------------------


def test_a_function_is_given_a_unit_and_what_it_returns_comes_back(rig: Rig) -> None:
    assert rig.do(lambda _: "ciao") == "ciao"


def test_a_function_that_raises_leaves_nothing_behind(rig: Rig) -> None:
    def fails(unit: Unit) -> None:
        unit.inbox.receive([update(1)], 0.0)
        unit.outbox.put(message(7, "ciao"), 0.0)
        unit.cases.open(a_case(7))
        unit.ledger.record("asked", {}, 0.0)
        unit.timers.set(Timer("purge", 0.0))
        unit.cooldowns.start("quarantine", 0.0, 60.0)
        raise LookupError("no")

    with pytest.raises(LookupError):
        rig.do(fails)
    counts = rig.do(lambda unit: unit.queue_counts())
    assert (counts.inbox, counts.outbox, counts.chats, counts.open_cases) == (QueueDepth(0, 0.0), QueueDepth(0, 0.0), 0, 0)
    assert rig.do(lambda unit: unit.timers.list_due(1e12)) == []
    assert rig.do(lambda unit: unit.cooldowns.start("quarantine", 0.0, 60.0))
    assert rig.rows(ledger, "kind") == rig.rows(case, "id") == []


def test_what_gathered_writes_the_database_refuses_takes_the_rest_along(rig: Rig) -> None:
    rig.receive(update(1), update(2, lane=8))

    def handled(unit: Unit) -> None:
        for waiting in unit.inbox.claim(0.0, 10):
            unit.outbox.put(message(waiting.lane, "ciao"), 0.0)
            unit.inbox.mark_done(waiting, "s", 2.0**1000 if waiting.lane == 8 else 0.0)
        unit.outbox.put(message(1 << 70, "ciao"), 0.0)

    with pytest.raises(Exception, match=r"."):
        rig.do(handled)
    assert [one.update_id for one in rig.peek()] == [1, 2]
    assert rig.claim() == []


def test_of_functions_that_arrive_together_one_that_fails_keeps_no_other_from_its_commit(rig: Rig) -> None:
    def fails(unit: Unit) -> None:
        unit.inbox.receive([update(99, lane=99)], 0.0)
        raise LookupError("no")

    def receives(one: int) -> Callable[[Unit], int]:
        return lambda unit: unit.inbox.receive([update(one, lane=one)], 0.0)

    results = rig.together(receives(1), receives(2), fails, receives(3))
    assert results[:2] == [1, 1]
    assert isinstance(results[2], LookupError)
    assert results[3] == 1
    assert rig.rows(inbox, "update_id") == [(1,), (2,), (3,)]
    rig.check_counters()


# --- The rest ---------------------------------------------------------------------------------------------------------


def test_the_queues_are_counted(rig: Rig) -> None:
    assert rig.do(lambda unit: unit.queue_counts()).inbox == QueueDepth(0, 0.0)
    rig.receive(update(1), now=3.0)
    rig.receive(update(2), update(3, lane=8), now=4.0)
    rig.set_aside(1, now=5.0)
    rig.put(message(7, "ciao"), message(7, "ancora"), now=6.0)
    first = rig.do(lambda unit: unit.cases.open(a_case(7, opened_at=5.0, desk="sportello")).number)
    assert rig.do(lambda unit: unit.cases.open(a_case(8, CaseReason.NOT_UNDERSTOOD, 5.0)).number) > first
    counts = rig.do(lambda unit: unit.queue_counts())
    assert (counts.inbox, counts.outbox) == (QueueDepth(2, 4.0), QueueDepth(2, 6.0))
    assert (counts.quarantined, counts.chats, counts.open_cases) == (1, 2, 2)


def test_a_case_is_kept_with_its_reason_and_its_desk(rig: Rig) -> None:
    number = rig.do(lambda unit: unit.cases.open(a_case(7, CaseReason.NOTHING_FITS, 5.0, desk="sportello")).number)
    assert rig.rows(case, "id", "chat", "desk", "reason", "opened_at") == [(number, 7, "sportello", "nothing_fits", 5.0)]


def test_a_record_of_the_ledger_takes_the_place_of_the_one_with_its_key(rig: Rig) -> None:
    rig.do(lambda unit: unit.ledger.put("a.1", "search", "{}", 86400.0 + 5.0))
    rig.do(lambda unit: unit.ledger.put("b.1", "search", "{}", 86400.0 + 6.0))
    rig.do(lambda unit: unit.ledger.put("a.1", "search", '{"question":"eta"}', 5 * 86400.0))
    assert rig.rows(ledger, "key", "payload", "at") == [("a.1", '{"question":"eta"}', 86400.0), ("b.1", "{}", 86400.0)]


def test_the_ledger_keeps_events(rig: Rig) -> None:
    rig.do(lambda unit: unit.ledger.record("asked", {"need": "asilo-nido", "età": 3}, 5.0))
    ((kind, payload, at),) = rig.rows(ledger, "kind", "payload", "at")
    assert (kind, at) == ("asked", 5.0)
    assert "asilo-nido" in payload


def test_a_timer_is_due_from_its_time_on_until_it_is_set_anew(rig: Rig) -> None:
    def due(now: float) -> list[str]:
        return sorted(timer.kind for timer in rig.do(lambda unit: unit.timers.list_due(now)))

    assert due(100.0) == []
    rig.do(lambda unit: unit.timers.set(Timer("purge", 10.0)))
    rig.do(lambda unit: unit.timers.set(Timer("remind", 20.0)))
    assert [due(9.0), due(10.0), due(25.0), due(25.0)] == [[], ["purge"], ["purge", "remind"], ["purge", "remind"]]
    rig.do(lambda unit: unit.timers.set(Timer("purge", 40.0)))
    assert due(25.0) == ["remind"]


def test_an_alert_is_raised_at_most_once_in_an_interval(rig: Rig) -> None:
    def due(name: str, now: float) -> bool:
        return rig.do(lambda unit: unit.cooldowns.start(name, now, 60.0))

    assert [due("quarantine", now) for now in (0.0, 1.0, 59.9, 60.0, 61.0, 120.0)] == [True, False, False, True, False, True]
    assert due("other", 1.0)


def test_chats_are_counted_by_those_who_wrote(rig: Rig) -> None:
    rig.put(message(9, "ciao"))
    rig.receive(update(1), update(2), update(3, lane=8))
    assert rig.do(lambda unit: unit.queue_counts()).chats == 2
    assert rig.rows(chat, "id") == [(7,), (8,)]
