"""The preview: the real bot in a Telegram of its own, with citizens, a managers' group and a clock that can be set.

Nothing leaves the process: the database is a temporary file. Its presentation in a browser is in `preview_view.py`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.dialogue.session import Session
from bot.dialogue.stored_session import load_session
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.fake_telegram import TOKEN, FakeRequest, FakeTelegram, Group, Impossible, Message, Person
from bot.service import BotProcess
from bot.settings import Settings, Telegram
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.usecases.calls import Limits
from bot.wiring import Parts, build_parts

#: The managers' group and its manager; citizens are numbered from `_FIRST_CITIZEN` on.
GROUP_ID, MANAGER_ID, _FIRST_CITIZEN = -1001000000001, 20, 101
#: Names of citizens, in turn.
_NAMES = ("Anna", "Bruno", "Carla", "Dario", "Elena", "Fatima", "Gino", "Hana")
_MOST_CITIZENS = 20
#: Seconds between two looks for something new, and until a browser is answered though nothing is.
_LOOK_SECONDS, _WAIT_SECONDS = 0.05, 20.0


class Preview:
    """A running bot with simulated citizens, a manager and a clock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = Settings(
            staff_language=settings.staff_language,
            telegram=Telegram(token=TOKEN, limits=Limits(None, None, None)),
            understanding=settings.understanding,
            privacy=settings.privacy,
        )
        #: Seconds by which its clock is ahead of the real one.
        self._ahead = 0.0
        self.telegram = FakeTelegram(clock=self.clock, local=True)
        manager = self.telegram.user(MANAGER_ID, "Marta")
        self.group: Group = self.telegram.group(GROUP_ID, "Sportello di prova", forum=True, admins=[manager])
        self.citizens: list[Person] = []
        #: The words that each citizen said, typed or pressed, for a transcript.
        self.words: dict[int, list[str]] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="preview-")
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._parts: Parts | None = None
        self._changing = asyncio.Lock()
        #: True while it learns from other content than it answers from.
        self.is_learning = False

    def clock(self) -> float:
        """Return the time of the preview, in seconds since 1970."""
        return time.time() + self._ahead

    @property
    def now(self) -> dt.datetime:
        """Return the local time of the preview."""
        return dt.datetime.fromtimestamp(self.clock(), TIMEZONE).replace(tzinfo=None)

    @property
    def world(self) -> World:
        """Return the world that the bot answers from now."""
        return self.parts.worlds(self.clock())

    @property
    def is_open(self) -> bool:
        """Return True once there is a bot to talk to."""
        return self._parts is not None

    @property
    def parts(self) -> Parts:
        """Return the parts of the running bot. Raises UsageError before there is one."""
        if self._parts is None:
            raise UsageError(translate("La prova non è ancora partita."))
        return self._parts

    async def _start(self, content: Content) -> None:
        """Start the bot, with a first citizen who has opened it."""
        database = Database(f"sqlite:///{Path(self._folder.name) / 'preview.db'}")
        await asyncio.to_thread(database.migrate)
        api = api_of(TOKEN, "https://telegram.preview", FakeRequest(self.telegram), FakeRequest(self.telegram))
        desk = Desk("prova", GROUP_ID, promise=15)
        self._parts = await build_parts(self._settings, content, database, api, self.clock, desks=(desk,))
        self._running = asyncio.create_task(BotProcess(self._parts).run(self._stop))
        self.add_citizen()

    def release(self) -> None:
        """Answer all browsers that wait for news, because the bot is about to end."""
        self._stop.set()

    async def stop(self) -> None:
        """End the bot and forget everything."""
        self.release()
        if self._running is not None:
            with suppress(Exception):
                await self._running
        self._folder.cleanup()

    @property
    def has_learnt(self) -> bool:
        """Return True once the content has been learnt; until then the first typed text has to wait."""
        return self.world.readers[0] is not None

    # --- People

    def add_citizen(self) -> Person:
        """Let another citizen open the bot. Raises UsageError when there are too many."""
        count = len(self.citizens)
        if count >= _MOST_CITIZENS:
            raise UsageError(translate("I cittadini sono già tanti. Ricomincia da capo con una nuova prova."))
        name = _NAMES[count % len(_NAMES)]
        person = self.telegram.user(_FIRST_CITIZEN + count, name)
        self.citizens.append(person)
        self.words[person.id] = []
        person.starts()
        return person

    def person(self, id: int) -> Person:
        """Return a citizen or the manager. Raises UsageError for anybody else."""
        if id != MANAGER_ID and id not in self.words:
            raise UsageError(translate("Questa persona non c'è nella prova."))
        return self.telegram.user(id)

    def say(self, id: int, text: str, topic: int | None = None) -> None:
        """Let somebody write: a citizen to the bot, the manager in the group."""
        if not text.strip():
            return
        person = self.person(id)
        if id == MANAGER_ID:
            person.says(text, chat=self.group, topic=topic)
        else:
            self.words[id].append(text)
            person.says(text)

    def press(self, id: int, message: int, data: str) -> None:
        """Let somebody press a button of a message."""
        found = self._message(id, message)
        label = next((button.text for row in found.keyboard for button in row if button.data == data), None)
        if label is None:
            raise UsageError(translate("Questo pulsante non c'è più."))
        if id != MANAGER_ID:
            self.words[id].append(label)
        self.person(id).presses_data(found, data)

    def edit(self, id: int, message: int, text: str) -> None:
        """Let somebody correct a message of their own."""
        self.person(id).edits(self._message(id, message), text)

    def send(self, id: int, kind: str) -> None:
        """Let a citizen send something that is no text: a location, a photo, a voice message."""
        person = self.person(id)
        match kind:
            case "location":
                person.sends_location()
            case "photo":
                person.sends_photo()
            case "voice":
                person.sends_voice()
            case _:
                raise UsageError(translate("Questo tipo di messaggio non si può provare."))

    def text_of(self, id: int, message: int) -> str:
        """Return the text of a message in somebody's chat. Raises UsageError if it is not there."""
        return self._message(id, message).text

    def _message(self, id: int, message: int) -> Message:
        chat = self.group.chat if id == MANAGER_ID else self.person(id).chat
        found = chat.find(message)
        if found is None:
            raise UsageError(translate("Questo messaggio non c'è più."))
        return found

    # --- Time and content

    def set_clock(self, moment: dt.datetime | None) -> None:
        """Set the clock to a local time; None for the real one."""
        parts = self.parts
        self._ahead = 0.0 if moment is None else moment.replace(tzinfo=TIMEZONE).timestamp() - time.time()
        for loop in (parts.inbound, parts.outbound, parts.rounds):
            loop.bell.ring()

    async def use_content(self, content: Content) -> None:
        """Answer from another content from now on; open conversations go on. The first content starts the bot."""
        async with self._changing:
            if self._parts is None:
                await self._start(content)
                return
            self.is_learning = True
            try:
                world = await asyncio.to_thread(self._parts.worlds.trained, content, self.clock())
                self._parts.worlds.use(world)
            finally:
                self.is_learning = False

    # --- What is seen

    async def session_of(self, citizen: int) -> Session:
        """Return the memory of a citizen's chat."""
        text = await self.parts.store.do(lambda unit: unit.inbox.session(citizen))
        return Session() if text is None else load_session(text, self.world.content.vocabulary)

    @property
    def stamp(self) -> str:
        """Return a text that changes whenever there is something new to show; "" before the bot has started."""
        if self._parts is None:
            return ""
        chats = self.telegram.chats.values()
        seen = ((len(chat.messages), sum(len(one.edits) + len(one.reactions) for one in chat.messages)) for chat in chats)
        answered = sum(press.answered for press in self.telegram.presses.values())
        topics = [(topic.name, topic.closed) for topic in self.group.chat.topics.values()]
        learns = self.is_learning, self.has_learnt
        return f"{sorted(seen)} {answered} {topics} {len(self.citizens)} {self._ahead:.0f} {id(self.world.content)} {learns}"

    async def changed_since(self, stamp: str) -> None:
        """Wait until there is something new, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_WAIT_SECONDS):
                while self.stamp == stamp and not self._stop.is_set():  # noqa: ASYNC110 - the in-memory Telegram rings no bell
                    await asyncio.sleep(_LOOK_SECONDS)


__all__ = ["GROUP_ID", "MANAGER_ID", "Impossible", "Preview"]
