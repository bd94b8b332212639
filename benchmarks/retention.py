"""Retention at scale: a million old rows are deleted while citizens are answered.

A database with old rows of each kind that is kept for a time: handled updates, calls, updates set aside, sessions, the ledger,
sentences that were not understood. The bot's own rounds delete all of it, and only it, while updates come one by one; the wait of
an update is from its receipt to the commit of the transaction that handled it. Baseline, in the same run: the same updates when
there is nothing to delete. Prints the longest delay beyond the baseline's, by the same share of the updates.

    PYTHONPATH=. python benchmarks/retention.py [--short] [--rows 1000000] [--dir FOLDER]

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from common.targets import missed

from bot.core.privacy import DAY_SECONDS, Retention
from bot.json_types import Json
from bot.storage.schema import Database
from bot.storage.tables import chat, inbox, ledger, outbox, unread
from bot.usecases.calls import CallbackAnswer, CallKind, Outgoing
from bot.usecases.inbound import Dispatcher
from bot.usecases.loops import Bell, Loop
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate
from bot.usecases.upkeep import Upkeep

#: Seconds between two updates, and the number of those that show the baseline.
_PAUSE, _BEFORE = 0.02, 250
#: Days since everything old, and the days for which each kind is kept.
_AGE_DAYS = 4000
KEPT = Retention(session_days=180, quarantine_days=30, ledger_days=1095, unread_days=90)
_CHUNK = 20_000
TABLES: Mapping[sa.Table, Mapping[str, Json]] = {
    inbox: {"bot": 1, "lane": 5, "state": "done", "payload": ""},
    outbox: {"chat": 5, "kind": "message", "rank": 0, "state": "sent", "method": "sendMessage", "payload": "", "names": ""},
    chat: {"session": json.dumps({"interview": "x" * 600})},
    ledger: {"kind": "search", "payload": json.dumps({"needs": {"nido": "met"}, "place": "melegnano", "language": "it"})},
    unread: {"person": "nobody", "language": "it", "question": "", "words": "una frase che non era chiara"},
}


def fill(database: Database, rows: int, old: float, now: float) -> None:
    """Store so many old rows, over all kinds alike, and a few young ones of each."""
    for table, values in TABLES.items():
        ages = [*((number, old) for number in range(rows // len(TABLES))), *((rows + number, now) for number in range(50))]
        for first in range(0, len(ages), _CHUNK):
            chunk = [dict(values) | _row(table, number, at) for number, at in ages[first : first + _CHUNK]]
            with database.engine.begin() as connection:
                connection.execute(table.insert(), chunk)


def _row(table: sa.Table, number: int, at: float) -> dict[str, Json]:
    match table.name:
        case "inbox":
            aside = {"state": "quarantined", "payload": "{}", "error": "ValueError"} if number % 10 == 0 else {}
            return {
                "update_id": -number - 1,
                "received_at": at,
                "done_at": at,
                "state": "done",
                "payload": "",
                "error": None,
            } | aside
        case "outbox":
            return {"created_at": at, "ended_at": at}
        case "chat":
            return {"id": 10_000_000 + number, "heard_at": at}
        case "ledger":
            return {"at": at, "key": f"{number:016}.1"}
        case _:
            return {"at": at}


def answer(unit: Unit, update: QueuedUpdate, now: float) -> Sequence[CallbackAnswer]:
    """Handle an update as cheaply as can be: its answer, and its session."""
    unit.outbox.put(Outgoing(update.lane, CallKind.MESSAGE, "sendMessage", {"text": "ciao"}), now)
    unit.inbox.mark_done(update, '{"interview": null}', now)
    return []


async def measure(folder: Path, rows: int) -> tuple[list[float], list[float], float, dict[str, int]]:
    """Return the waits without and with deletion, the seconds that it took, and the rows that are left by table."""
    database = Database(f"sqlite:///{folder / 'retention.db'}")
    database.migrate()
    now = time.time()
    fill(database, rows, now - _AGE_DAYS * DAY_SECONDS, now)
    store = database.store(1)
    store.open()
    bell = Bell()
    handled = asyncio.Event()
    inbound = Loop("inbound", Dispatcher(store, answer, time.time, made_work=handled.set).step, time.time, bell)
    upkeep = Upkeep(store, time.time, retention=KEPT)
    rounds = Loop("upkeep", upkeep.step, time.time)
    tasks = [asyncio.create_task(inbound.run())]
    number = 0

    async def wait_of_one() -> float:
        nonlocal number
        number += 1
        handled.clear()
        begun = time.perf_counter()
        one = NewUpdate(number, 1 + number % 97, "{}")
        await store.do(lambda unit: unit.inbox.receive([one], time.time()))
        bell.ring()
        await handled.wait()
        waited = time.perf_counter() - begun
        await asyncio.sleep(_PAUSE)
        return waited

    before = [await wait_of_one() for _ in range(_BEFORE)]
    await upkeep.begin()
    begun = time.perf_counter()
    tasks.append(asyncio.create_task(rounds.run()))
    during = []
    while (left := await store.do(_old)) and time.perf_counter() - begun < 3600:
        during += [await wait_of_one() for _ in range(min(20, 1 + left // 500))]
    seconds = time.perf_counter() - begun
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    store.close()
    return before, during, seconds, _left(database, number)


def _old(unit: Unit) -> int:
    """Return the number of old rows that can be told cheaply: the oldest of each table."""
    connection: sa.Connection = unit._connection  # type: ignore[attr-defined]
    long_ago = time.time() - _AGE_DAYS / 2 * DAY_SECONDS
    columns = (inbox.c.received_at, outbox.c.created_at, ledger.c.at, unread.c.at)
    found = [connection.execute(sa.select(column).order_by(column.table.c.id).limit(1)).scalar() for column in columns]
    silent = connection.execute(sa.select(chat.c.heard_at).where(chat.c.id >= 10_000_000).order_by(chat.c.id).limit(1)).scalar()
    return 500 * len([at for at in (*found, silent) if at is not None and at < long_ago])


def _left(database: Database, updates: int) -> dict[str, int]:
    """Return how many rows of before are left in each table."""
    with database.engine.connect() as connection:
        counts = {table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in TABLES}
    counts["inbox"] -= updates
    counts["outbox"] -= updates
    counts["chat"] -= min(updates, 97)
    return counts


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="50,000 rows")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the database is made")
    options = parser.parse_args()
    rows = 50_000 if options.short else options.rows
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        before, during, seconds, left = asyncio.run(measure(Path(name), rows))
    shares = {
        share: sorted(during)[int(len(during) * share)] - sorted(before)[int(len(before) * share)] for share in (0.5, 0.95, 0.99)
    }
    worst = max(during) - max(before)
    print(f"{rows} rows in {seconds:.0f} s; {len(during)} updates meanwhile, delayed by", end=" ")
    print(
        *(f"{delay * 1000:.1f} ms (p{share * 100:.0f})" for share, delay in shares.items()),
        f"{worst * 1000:.1f} ms (longest)",
        sep=", ",
    )
    found = missed("retention.delay_max_s", worst)
    found += [f"{name}: {count} rows are left, 50 wanted" for name, count in left.items() if count != 50]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
