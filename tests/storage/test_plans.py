"""No statement reads a whole table: each one that the repositories execute is explained by the database itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any as Json

import pytest
import sqlalchemy as sa

from bot.core.case import CaseState
from bot.core.stored_case import dump_case
from bot.storage.schema import Database
from bot.storage.tables import case, chat, inbox, outbox, recipient, relay, timer
from bot.usecases.calls import CallKind, Limits, Outgoing, Replacement, message_ref
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, Timer
from tests.builders import a_case
from tests.storage.rig import Rig, edit, leave, message, sent, tidy, update

ROWS = 10_000
GROUP, NEW = -1001, -1002
#: The tables that grow.
TABLES = ("chat", "inbox", "outbox", "recipient", "case_", "relay", "timer")
#: Indexes that hold only what there is to do now: to read one from its start to a limit is no scan of a table.
SHORT = {"chat_ready", "recipient_ready", "outbox_sending", "outbox_urgent", "inbox_quarantined", "case_open", "timer_due"}


@dataclass(frozen=True)
class Statement:
    """A statement as it was executed."""

    text: str
    parameters: Json


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[dict[str, Statement]]:
    """The statements that are executed, each text once."""
    found: dict[str, Statement] = {}

    def note(_: object, __: object, text: str, parameters: Json, *___: object) -> None:
        if text.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            found.setdefault(text, Statement(text, parameters[0] if isinstance(parameters, list) else parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def filled(rig: Rig) -> None:
    """Chats that have written long ago, their updates and messages done, and some of everything that still waits."""
    numbers = range(1, ROWS + 1)
    with rig.database.engine.begin() as connection:
        connection.execute(chat.insert(), [{"id": one, "waiting": 0, "ready_at": 1.0, "session": "{}"} for one in numbers])
        connection.execute(
            inbox.insert(),
            [
                {"bot": 1, "update_id": one, "lane": one, "state": "done", "payload": "", "received_at": 1.0, "done_at": one}
                for one in numbers
            ],
        )
        connection.execute(recipient.insert(), [{"id": one, "rank": 0, "send_at": 1.0, "shown": one} for one in numbers])
        row = {"kind": "message", "rank": 0, "method": "sendMessage", "payload": "", "created_at": 1.0}
        connection.execute(outbox.insert(), [row | {"chat": one, "state": "sent", "ended_at": one} for one in numbers])
        connection.execute(case.insert(), [_resolved(one) for one in numbers])
        connection.execute(
            relay.insert(),
            [{"key": f"{one}:1", "case_id": one, "lane": one, "chat": GROUP, "message_id": one, "at": one} for one in numbers],
        )
        connection.execute(timer.insert(), [{"kind": f"promise:{one}", "due_at": 1e9 + one, "lane": one} for one in numbers])
    rig.do(lambda unit: unit.inbox.receive([update(ROWS + one, lane=one) for one in range(1, 301)], 5.0))
    rig.do(lambda unit: [unit.outbox.put(message(one, "ciao"), 5.0) for one in range(1, 301)])


def _resolved(number: int) -> dict[str, Json]:
    """The row of a case of long ago."""
    one = a_case(number, opened_at=number, number=number, state=CaseState.RESOLVED)
    row = {"chat": number, "desk": "sportello", "reason": one.reason.value, "state": one.state.value}
    return row | {"opened_at": one.opened_at, "record": dump_case(one)}


def a_day(rig: Rig) -> None:
    """Everything that the repositories do while the bot runs."""
    fresh = [NewUpdate(5 * ROWS + one, one, "{}") for one in range(1, 21)]
    rig.do(lambda unit: unit.inbox.receive(fresh, 6.0))
    rig.do(lambda unit: unit.inbox.receive(fresh, 6.0))

    def turn(unit: Unit) -> None:
        first, second, third, *others = unit.inbox.claim(10.0, 32)
        unit.inbox.mark_failed(first, "ValueError", 20.0)
        unit.inbox.quarantine(second, "ValueError", 10.0)
        unit.cooldowns.start("quarantine", 10.0, 60.0)
        unit.outbox.block(third.lane)
        unit.outbox.unblock(third.lane)
        mine = unit.cases.open(a_case(third.lane, opened_at=2.0 * ROWS))
        unit.outbox.put(
            Outgoing(GROUP, CallKind.MESSAGE, "sendMessage", {}, keys=(mine.card, mine.topic), case=mine.number), 10.0
        )
        unit.outbox.amend(GROUP, mine.card, lambda params: params.update(text="scheda"), ["7:41"])
        unit.outbox.remaining_quota(GROUP, 10.0, Limits())
        reply = {"reply_parameters": {"message_id": message_ref(f"{third.lane}:1")}, "message_thread_id": message_ref(mine.topic)}
        unit.outbox.put(Outgoing(GROUP, CallKind.MESSAGE, "sendMessage", reply), 10.0)
        unit.cases.save(mine.with_history(10.0, "opened"))
        unit.timers.set(Timer("promise:x", 11.0, third.lane, "{}"))
        unit.ledger.record("asked", {}, 10.0)
        for one in (third, *others):
            unit.outbox.put(message(one.lane, "risposta"), 10.0)
            unit.outbox.put(tidy(one.lane, 1, "domanda"), 10.0)
            unit.outbox.put(edit(one.lane, 1, "pagina"), 10.0)
            unit.inbox.mark_done(one, "{}", 10.0)

    rig.do(turn)
    rig.do(lambda unit: (unit.inbox.next_at(), unit.outbox.next_at(Limits()), unit.timers.set(Timer("purge", 1.0))))
    rig.do(lambda unit: (unit.cooldowns.start("quarantine", 99.0, 60.0), unit.timers.list_due(5.0)))
    rig.do(lambda unit: (unit.timers.next_at(), unit.timers.clear("promise:x")))
    rig.do(_of_cases)
    rig.put(message(GROUP, "scheda"), Outgoing(GROUP, CallKind.BEST_EFFORT, "pinChatMessage", {}), leave(NEW), now=10.0)
    for now in (30.0, 31.0, 32.0):
        calls = rig.claim(now=now, limits=Limits(overall=600.0))
        for number, call in enumerate(calls):
            rig.do(lambda unit, call=call, number=number: _ended(unit, call, number))
    rig.receive(NewUpdate(9 * ROWS, GROUP, "{}", about=(ROWS // 2, 3)), now=10.0)
    (misplaced,) = (one for one in rig.peek(now=100.0, most=ROWS) if one.lane == ROWS // 2)
    rig.do(lambda unit: unit.inbox.reroute(misplaced, 5, 100.0))
    rig.do(lambda unit: unit.outbox.move_group(GROUP, NEW))
    rig.put(message(GROUP, "altra"))
    rig.do(lambda unit: unit.inbox.retry([one.id for one in unit.inbox.list_quarantined()]))
    rig.do(lambda unit: unit.outbox.workers() and unit.outbox.recover_from([*unit.outbox.workers(), 1], 50.0))  # type: ignore[attr-defined]
    rig.recover(50.0)
    rig.do(lambda unit: (unit.inbox.purge(50.0, 10), unit.outbox.purge(50.0, 10), unit.message_refs.purge(50.0, 10)))


def _of_cases(unit: Unit) -> None:
    """What is asked about cases and their messages."""
    unit.cases.get(5)
    unit.cases.list_open()
    unit.cases.list_open_in_group(GROUP)
    unit.cases.count_by_desk()
    unit.cases.list_of_chat(5)
    unit.cases.list_changed(1.5 * ROWS)
    unit.cases.list_resolved("a", 10)
    unit.message_refs.find("5:1")
    unit.message_refs.keys_of(GROUP, 5)
    unit.message_refs.lane_of(GROUP, [5, 6])
    unit.cases.of_messages(GROUP, [5, 6])
    unit.message_refs.forget("6:1")
    unit.message_refs.forget_chat(NEW)


def _ended(unit: Unit, call: Json, number: int) -> None:
    match number % 6:
        case 0 | 1:
            unit.outbox.mark_accepted(call, sent(100), 40.0)
        case 2:
            unit.outbox.mark_refused(call, "no", 40.0)
        case 3:
            unit.outbox.retry(call, 41.0, "timeout", outcome_unknown=True)
        case 4:
            unit.outbox.replace_with(call, Replacement(CallKind.MESSAGE, "sendMessage", {}, "gone"))
        case 5:
            unit.outbox.pause_blocked(call, "blocked")


@pytest.fixture
def statements(rig: Rig) -> dict[str, Statement]:
    """What was executed on a database with some thousands of rows in each table."""
    filled(rig)
    with rig.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    with recorded(rig.database.engine) as found:
        a_day(rig)
    assert len(found) > 40
    return found


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_sqlite_reads_no_whole_table(rig: Rig, statements: dict[str, Statement]) -> None:
    scans = []
    with rig.database.engine.connect() as connection:
        for one in statements.values():
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one.text}", one.parameters).all()
            scans += [f"{step.detail}: {one.text}" for step in steps if _is_scan(step.detail) and _reads_a_queue(one.text)]
    assert not scans, "\n\n".join(scans)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_postgresql_reads_no_whole_table(rig: Rig, statements: dict[str, Statement]) -> None:
    scans = []
    with rig.database.engine.connect() as connection:
        for one in statements.values():
            ((plan,),) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {one.text}", one.parameters).all()
            scans += [
                f"{node['Relation Name']}: {one.text}"
                for node in _nodes(plan if isinstance(plan, list) else json.loads(plan))
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in TABLES
            ]
    assert not scans, "\n\n".join(scans)


def _is_scan(step: str) -> bool:
    """Of an index that is short even a scan is none. A search that names no index is one: SQLite says so of min() and max()."""
    scan = re.match(r"SCAN (?!\d+ CONSTANT ROW)\S+(?: USING (?:COVERING )?INDEX (\S+))?", step)
    return (scan is not None and scan[1] not in SHORT) or re.match(r"SEARCH \S+$", step) is not None


def _reads_a_queue(text: str) -> bool:
    return re.search(rf"\b({'|'.join(TABLES)})\b", text) is not None


def _nodes(plans: Sequence[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    for one in plans:
        node = one.get("Plan", one)
        yield node
        yield from _nodes(node.get("Plans", []))


#: What looks at whole queues on purpose: it reports on them, now and then, and nobody waits for it.
REPORTS: dict[str, Callable[[Unit], object]] = {
    "the depth of the queues and the number of chats": lambda unit: unit.queue_counts(),
    "the list of what was set aside": lambda unit: unit.inbox.list_quarantined(),
}


def test_only_reports_may_read_all_there_is(rig: Rig, statements: dict[str, Statement]) -> None:
    """So that the exceptions are known: each of these statements counts or lists, and none is part of handling or sending."""
    with recorded(rig.database.engine) as reports:
        for report in REPORTS.values():
            rig.do(report)
    only_here = [text for text in reports if text not in statements]
    assert all("count(" in text for text in only_here)


def test_a_scan_is_found_out(new_database: Callable[..., Database]) -> None:
    """What the tests above look for is what a scan looks like."""
    database = new_database("sqlite")
    with database.engine.connect() as connection:
        for text in ("SELECT * FROM inbox WHERE payload = 'x'", "SELECT min(received_at) FROM inbox WHERE payload = 'x'"):
            (row,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
            assert _is_scan(row.detail)
        (row,) = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM inbox WHERE id = 3").all()
        assert not _is_scan(row.detail)
