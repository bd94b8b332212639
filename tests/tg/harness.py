"""A scene: the real bot, from its intake to its sender, in an in-memory Telegram, with the people who write to it.

A scene runs the bot step by step and its clock moves only when nothing but time is in the way, so the same test always runs the
same way. It can kill the bot between any two steps. It does not run the loops themselves.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any as Json

import psycopg
import sqlalchemy as sa
import uvicorn
from sqlalchemy.exc import DBAPIError
from telegram.error import TelegramError

from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.dialogue.world import Teacher
from bot.fake_telegram import TOKEN, ButtonPress, FakeRequest, FakeTelegram, ManualClock, Message, Person, Rates
from bot.fake_telegram.http import asgi
from bot.installation import local
from bot.language.meaning.understand import MeaningReader
from bot.service import BotProcess
from bot.settings import Settings, Telegram
from bot.storage.schema import Database
from bot.storage.sealing import Keyring
from bot.tg.api import api_of
from bot.usecases.calls import Limits
from bot.usecases.ports import Handler
from bot.usecases.queues import Timer
from bot.usecases.worlds import Worlds
from bot.wiring import build_parts
from tests.builders import NOW
from tests.databases import share_statements

#: Steps after which a scene that does not come to rest is at fault.
_MOST_STEPS = 20_000
_DAY = 86400.0
#: As `Rates`, but for bursts: nothing here may lean on what Telegram does not promise.
RATES = Rates(burst=1)


@dataclass(frozen=True)
class Shown:
    """A message as somebody sees it."""

    text: str
    labels: tuple[str, ...]
    mine: bool

    @classmethod
    def of(cls, message: Message) -> Shown:
        """A message."""
        return cls(message.text or next(iter(message.content)), tuple(message.labels), not message.sender.is_bot)


class Stage:
    """What all scenes of a run share: content, the worlds of its days, and a database with tables and no rows."""

    def __init__(self, content: Content, empty: Path, teach: Teacher = MeaningReader) -> None:
        self.content = content
        self._teach = teach
        self.empty = empty
        if not empty.exists():
            database = Database(f"sqlite:///{empty}")
            database.migrate()
            database.engine.dispose()
        self._worlds: dict[bool, Worlds] = {}

    def worlds(self, *, staffed: bool) -> Worlds:
        """The worlds of a bot with people behind it, or without."""
        if staffed not in self._worlds:
            self._worlds[staffed] = Worlds(self.content, lambda moment: local(moment).date(), staffed=staffed, teach=self._teach)
        return self._worlds[staffed]


class Loopback:
    """A Bot API server on the loopback in front of a Telegram in memory."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._app = asgi(telegram, deliver=False)

    async def start(self) -> str:
        """Starts the server; gives its root."""
        door = socket.socket()
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(self._app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[door]))
        while not self._server.started:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0)
        return f"http://127.0.0.1:{door.getsockname()[1]}"

    async def stop(self) -> None:
        """Ends the server."""
        self._server.should_exit = True
        await self._serving


class Scene:
    """A bot that runs, and Telegram around it."""

    def __init__(
        self,
        stage: Stage,
        folder: Path,
        *,
        desks: Sequence[Desk] = (),
        limits: Limits | None = None,
        rates: Rates | bool = RATES,
        handler: Callable[[Handler], Handler] | None = None,
        over_http: bool = False,
        url: str = "",
    ) -> None:
        """A Telegram with nobody in it; `handler` may put something between the bot and its handling of updates.

        `over_http`: the bot calls a Bot API server on the loopback, rather than the Telegram in memory. `url`: a database with
        tables and no rows, rather than a file of its own.
        """
        self.clock = ManualClock(NOW.replace(tzinfo=TIMEZONE).timestamp())
        self.telegram = FakeTelegram(clock=self.clock, limits=rates, local=True)
        self.settings = Settings(telegram=Telegram(token=TOKEN, limits=limits or Limits()), desks=tuple(desks))
        self.path = folder / "bot.db"
        self.url = url or f"sqlite:///{self.path}"
        #: The keys of the database.
        self.keyring: Keyring | None = None
        #: Kills the bot after each of these steps.
        self.kill_after: Collection[int] = ()
        self.steps = 0
        self.kills = 0
        self._waiting = False
        self._stage = stage
        self._handler = handler
        self._server = Loopback(self.telegram) if over_http else None
        if not url and not self.path.exists():
            shutil.copy(stage.empty, self.path)

    # --- Its life

    async def open(self) -> Scene:
        """Starts the bot on its database."""
        database = Database(self.url, self.keyring)
        if database.kind == "sqlite":
            # What is tested is not the disk.
            sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
            if self.keyring is None:
                share_statements(database.engine)
        if self._server is None:
            api = api_of(TOKEN, "https://telegram.test", FakeRequest(self.telegram), FakeRequest(self.telegram))
        else:
            api = api_of(TOKEN, await self._server.start())
            await api.initialize()
        worlds = self._stage.worlds(staffed=bool(self.settings.desks))
        self.parts = await build_parts(self.settings, self._stage.content, database, api, self.clock, worlds=worlds)
        self.process = BotProcess(self.parts)
        await self.process.prepare()
        self.closed = False
        if self._handler is not None:
            self.parts.dispatcher._handler = self._handler(self.parts.dispatcher._handler)
        return self

    async def kill(self) -> None:
        """The process is no more: what it was doing is neither finished nor written down."""
        self.kills += 1
        await self._drop()

    async def close(self) -> None:
        """Ends the scene; one that has ended stays so."""
        if not self.closed:
            await self._drop()

    async def restart(self) -> None:
        """Kills the bot and starts it again."""
        await self.kill()
        await self.open()

    async def _drop(self) -> None:
        doing = [*self.parts.sender._calls, *self.parts.direct_calls.pending]
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)
        self.parts.store.close()
        if self._server is not None:
            await self.parts.api.shutdown()
            await self._server.stop()
        self.closed = True

    # --- Its steps

    async def settle(self) -> None:
        """Runs the bot until nothing is left to do, now or later."""
        began = self.steps
        while True:
            moved, due = await self._round()
            if not moved:
                if due is None:
                    return
                self.clock.advance(max(0.0, due - self.clock()))
            assert self.steps - began < _MOST_STEPS, "the bot does not come to rest"

    async def run_for(self, seconds: float) -> None:
        """Runs the bot for so long, with what its timers bring."""
        until = self.clock() + seconds
        self._waiting = True
        try:
            await self._run_until(until)
        finally:
            self._waiting = False

    async def _run_until(self, until: float) -> None:
        while True:
            moved, due = await self._round()
            if not moved:
                if due is None or due > until:
                    self.clock.seconds = max(until, self.clock())
                    return
                self.clock.advance(max(0.0, due - self.clock()))

    async def _round(self) -> tuple[bool, float | None]:
        """Each part once: whether something moved, and when something will if not."""
        moved, times = False, []
        for part in self.parts_in_order():
            busy, due = await part()
            moved = moved or busy
            if due is not None:
                times.append(due)
            self.steps += 1
            if self.steps in self.kill_after:
                await self.restart()
                return True, None
        return moved, min(times, default=None)

    def parts_in_order(self) -> Sequence[Callable[[], Awaitable[tuple[bool, float | None]]]]:
        """The parts of the bot in the order in which a round lets them work."""
        return (self._poll, self._handle, self._claim, self._call, self._answer, self._upkeep)

    async def _poll(self) -> tuple[bool, float | None]:
        waiting = bool(self.telegram.updates.waiting())
        if self._server is not None and not waiting:
            return False, None
        with suppress(TelegramError, ValueError):
            await self.parts.polling.step(wait=0)
        return waiting, None

    async def _handle(self) -> tuple[bool, float | None]:
        return self._due(await self.parts.dispatcher.step())

    async def _claim(self) -> tuple[bool, float | None]:
        return self._due(await self.parts.sender.step())

    async def _call(self) -> tuple[bool, float | None]:
        calls = list(self.parts.sender._calls)
        await asyncio.gather(*calls)
        return bool(calls), None

    async def _answer(self) -> tuple[bool, float | None]:
        answers = list(self.parts.direct_calls.pending)
        await asyncio.gather(*answers)
        return bool(answers), None

    async def _upkeep(self) -> tuple[bool, float | None]:
        """Timers of lanes whose time has come; only `run_for` waits for them."""
        now, first = self.clock(), await self._first_timer()
        if first is None or first.due_at > now:
            return False, first.due_at if first is not None and self._waiting else None
        try:
            next_at = await self.parts.upkeep.step()
        except DBAPIError:
            # The bot's loop tries again later.
            return False, None
        return await self._first_timer() != first, next_at

    async def _first_timer(self) -> Timer | None:
        """The timer of a lane that is due within a day, and first."""
        until = self.clock() + _DAY
        set_for = await self.parts.store.do(lambda unit: [timer for timer in unit.timers.list_due(until) if timer.lane])
        return min(set_for, key=lambda timer: timer.due_at, default=None)

    def _due(self, at: float | None) -> tuple[bool, float | None]:
        return at is not None and at <= self.clock(), at

    # --- The people

    def person(self, id: int, name: str = "") -> Phone:
        """Somebody who has the bot at hand."""
        return Phone(self, self.telegram.user(id, name))

    def give(self, raw: Json) -> None:
        """An update of any shape arrives."""
        updates = self.telegram.updates
        updates._waiting.append((raw, self.clock() + 86400))

    # --- What can be seen of it

    def rows(self, statement: str) -> list[tuple[Json, ...]]:
        """What the database says."""
        url = sa.make_url(self.url)
        opened = sqlite3.connect(str(url.database)) if url.drivername == "sqlite" else psycopg.connect(self.url)
        with closing(opened) as connection:
            return connection.execute(statement).fetchall()

    @property
    def refusals(self) -> list[tuple[str, int]]:
        """The calls that Telegram did not accept."""
        return [(call.method, call.code) for call in self.telegram.calls if call.code not in (0, 200)]

    @property
    def sent(self) -> list[Mapping[str, Json]]:
        """The parameters of all new messages and edits."""
        kinds = ("sendmessage", "senddocument", "sendvenue", "editmessagetext")
        return [call.parameters for call in self.telegram.calls if call.method.lower() in kinds]

    @property
    def keyboards(self) -> list[Sequence[Sequence[Mapping[str, Json]]]]:
        """The rows of buttons of all that was sent."""
        markups = (params.get("reply_markup") for params in self.sent)
        read = (json.loads(markup) if isinstance(markup, str) else markup for markup in markups)
        return [markup["inline_keyboard"] for markup in read if markup and "inline_keyboard" in markup]

    @property
    def cases(self) -> list[tuple[Json, ...]]:
        """The cases: the chat of each, and why it was opened."""
        return self.rows("SELECT chat, reason FROM case_ ORDER BY id")

    @property
    def failed(self) -> list[tuple[Json, ...]]:
        """The updates that were set aside or had to be tried again."""
        return self.rows("SELECT update_id, state, error FROM inbox WHERE state = 'quarantined' OR attempts > 0")


@dataclass(frozen=True)
class Phone:
    """A citizen's telephone: whatever it does, the bot then comes to rest."""

    scene: Scene
    person: Person

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.person.id

    async def starts(self, payload: str = "") -> Message:
        """Opens the bot."""
        return await self.says(f"/start {payload}".strip())

    async def says(self, *texts: str) -> Message:
        """Types, one message after the other."""
        for text in texts:
            self.person.says(text)
            await self.scene.settle()
        return self.front

    async def taps(self, *buttons: str, on: Message | None = None) -> ButtonPress:
        """Presses buttons of the newest message, or of another one; gives the last press."""
        for button in buttons:
            press = self.person.presses(on or self.front, button)
            await self.scene.settle()
        return press

    async def does(self, what: Callable[[Person], object]) -> Message:
        """Does something else."""
        what(self.person)
        await self.scene.settle()
        return self.front

    @property
    def front(self) -> Message:
        """The newest message of the bot; before it has said anything, what was said to it."""
        return (self.heard or self.person.chat.messages)[-1]

    @property
    def heard(self) -> list[Message]:
        """The messages of the bot, oldest first."""
        return self.person.chat.from_bot

    @property
    def shown(self) -> list[Shown]:
        """The whole chat as it is seen now."""
        return [Shown.of(message) for message in self.person.chat.messages]


def data_of(message: Message) -> Iterator[tuple[str, str]]:
    """The label and the data of every button that can be pressed."""
    return ((button.text, button.data) for row in message.keyboard for button in row if button.data)
