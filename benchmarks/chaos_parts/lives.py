"""Lives of the bot, each ended by a kill, with faults between."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.json_types import Json
from bot.storage import tables
from chaos_parts.database import Database
from chaos_parts.judge import Outcome, judge_messages, judge_tables
from chaos_parts.process import PATIENCE, Bot
from chaos_parts.script import conversations, script
from chaos_parts.telegram import Sent, Telegram, Trouble

#: Seconds that the bot works until it is killed; the share of lives that end while it still starts, within so many seconds.
WORK = (0.05, 1.5)
EARLY, EARLY_WITHIN = 0.05, 2.0
#: Seconds that the disk is full.
STRICKEN = 2.0
#: Unanswered updates above which a kill waits, for so many seconds at most: else every life would begin anew with the same ones.
UNANSWERED, WAIT = 200, 5.0
#: Slices in which the updates of a life arrive.
_SLICES = 10


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
                    report_progress(
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


def report_progress(text: str) -> None:
    """Print a line on the way to stderr."""
    print(text, file=sys.stderr, flush=True)
