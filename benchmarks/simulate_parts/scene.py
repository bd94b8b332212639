"""The bot of a simulation: its clock may jump, its commits may fail, and dice decide in which order its parts and lanes work."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.fake_telegram import ManualClock
from bot.storage.inbox import SqlInbox
from bot.storage.sqlite import SqliteStore, _Job
from bot.usecases.calls import CallOutcome, ClaimedCall
from bot.usecases.ports import Unit
from bot.usecases.queues import QueuedUpdate
from tests.tg.harness import Scene, Stage

_T = TypeVar("_T")

#: The longest that a call may be behind another one, in turns of the event loop.
_MOST_TURNS = 6


@dataclass(frozen=True)
class Trouble:
    """Something wrong with the database: SQLite's code and text for it, and how the statements begin that meet it."""

    code: int
    text: str
    #: Commits, if empty.
    statements: str = ""


TROUBLES: Mapping[str, Trouble] = {
    "full disks": Trouble(sqlite3.SQLITE_FULL, "database or disk is full"),
    "damaged indexes": Trouble(sqlite3.SQLITE_CORRUPT_INDEX, "database disk image is malformed", "SELECT"),
    "damaged pages": Trouble(sqlite3.SQLITE_CORRUPT, "database disk image is malformed", "UPDATE"),
    "files read-only": Trouble(sqlite3.SQLITE_READONLY, "attempt to write a readonly database", "INSERT"),
    "files locked": Trouble(sqlite3.SQLITE_BUSY, "database is locked"),
}


class OwnClock(ManualClock):
    """The clock of the bot's machine, which may differ from Telegram's."""

    def __init__(self, true: ManualClock) -> None:
        self._true = true
        #: Seconds by which it is fast.
        self.fast = 0.0

    def __call__(self) -> float:
        """Return the seconds since 1970, as the machine sees them."""
        return self.seconds

    @property
    def seconds(self) -> float:
        """Return the same."""
        return self._true() + self.fast

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        self._true.seconds = seconds - self.fast

    def advance(self, seconds: float) -> None:
        """Let time pass, for everybody."""
        self._true.advance(seconds)


class SimulatedScene(Scene):
    """A scene in which dice decide all that is left open."""

    #: The dice of the day that is simulated; there is one at a time in a process.
    dice = random.Random(0)

    def __init__(self, stage: Stage, folder: Path, **more: Any) -> None:
        super().__init__(stage, folder, **more)
        self.clock: OwnClock = OwnClock(self.clock)
        #: What is wrong with the database, and how many commits or statements still fail of it.
        self.trouble = TROUBLES["full disks"]
        self.failures_left = 0

    async def open(self) -> Scene:
        """Start the bot, and stand between it and its disk and network."""
        await super().open()
        sa.event.listen(self.parts.database.engine, "commit", lambda _: self._may_fail("COMMIT"))
        sa.event.listen(self.parts.database.engine, "before_cursor_execute", self._on_statement)
        caller = self.parts.sender._caller

        async def call_some_time(call: ClaimedCall) -> CallOutcome:
            for _ in range(self.dice.randrange(_MOST_TURNS)):
                await asyncio.sleep(0)
            return await caller(call)

        self.parts.sender._caller = call_some_time
        return self

    async def restart(self) -> None:
        """Kill the bot and start it again; a bot that starts waits for Telegram to be back, so it is back."""
        self.telegram.faults.clear()
        await super().restart()

    def _on_statement(self, *event: Any) -> None:
        statement: str = event[2]
        if self.trouble.statements and statement.startswith(self.trouble.statements):
            self._may_fail(statement)

    def _may_fail(self, statement: str) -> None:
        """Raise the error of the trouble of the database, if there still is one and the statement meets it."""
        trouble = self.trouble
        if not self.failures_left or (statement == "COMMIT" and trouble.statements):
            return
        self.failures_left -= 1
        cause = sqlite3.DatabaseError(trouble.text)
        cause.sqlite_errorcode = trouble.code
        raise sa.exc.DatabaseError(statement, {}, cause)

    def replace_file(self) -> None:
        """Put a copy of the database in its place."""
        copy = self.path.with_name("copy.db")
        with closing(sqlite3.connect(self.path)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)
        copy.replace(self.path)

    def change(self, statement: str, values: tuple[object, ...]) -> None:
        """Change the database behind the bot's back."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute(statement, values)

    def parts_in_order(self) -> Sequence[Callable[[], Awaitable[tuple[bool, float | None]]]]:
        """The parts in any order; one that the database is away for is tried again."""
        parts = super().parts_in_order()
        return [self._tried(part) for part in self.dice.sample(parts, len(parts))]

    def _tried(
        self, part: Callable[[], Awaitable[tuple[bool, float | None]]]
    ) -> Callable[[], Awaitable[tuple[bool, float | None]]]:
        async def trying() -> tuple[bool, float | None]:
            try:
                return await part()
            except StoreUnavailable:
                return True, None

        return trying


def leave_all_to_dice() -> None:
    """Let transactions run at once rather than in a thread, and dice decide in which order lanes are handled.

    Only the updates within a lane have an order.
    """
    claim = SqlInbox.claim

    def claim_shuffled(self: SqlInbox, now: float, most: int) -> Sequence[QueuedUpdate]:
        claimed = claim(self, now, SimulatedScene.dice.randint(1, most))
        return SimulatedScene.dice.sample(claimed, len(claimed))

    async def do_at_once(self: SqliteStore, function: Callable[[Unit], _T]) -> _T:
        loop = asyncio.get_running_loop()
        job = _Job(function, loop.create_future(), loop)
        self._together([job])
        job.deliver()
        result: _T = await job.future
        return result

    SqlInbox.claim = claim_shuffled  # type: ignore[method-assign]
    SqliteStore.do = do_at_once  # type: ignore[method-assign]
