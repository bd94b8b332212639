"""A Telegram that answers at once, for benchmarks of what the bot itself costs, and the updates of people who talk to it.

It hands out updates that were prepared and takes every call. It checks nothing: that is `bot.fake_telegram`.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any as Json

from telegram.request import BaseRequest, RequestData
from turn import said

from bot.core.desks import Desk
from bot.core.replies import Reply
from bot.dialogue.interpret import Press, Text
from bot.dialogue.session import Session, dump, load
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.settings import Settings, Telegram
from bot.tg.callback_data import Buttons
from bot.tg.updates import CitizenMessage, parse_update
from bot.usecases.calls import CallbackAnswer, CallKind, Limits, Outgoing
from bot.usecases.ports import QueuedUpdate, Unit
from bot.wiring import local_now

TOKEN = "123456:a-token-that-opens-nothing-0123456789"  # noqa: S105 - it opens nothing
GROUP = -1001234567890
_ME = b'{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"Bot","username":"a_bot"}}'
_YES = b'{"ok":true,"result":true}'
_MESSAGE = '{"ok":true,"result":{"message_id":%d,"date":1764000000,"chat":{"id":%d,"type":"private"},"text":"x"}}'
_MESSAGES = ("sendMessage", "sendDocument", "sendVenue", "editMessageText")
_MOST = 100


class Stub(BaseRequest):
    """Both requests of a bot: `getUpdates` from a list, anything else accepted at once."""

    def __init__(self) -> None:
        self._updates: list[str] = []
        self._first = 1
        self._confirmed = 0
        self._more = asyncio.Event()
        #: New messages that were accepted, and the wish to be told of so many.
        self.sent = 0
        self._wanted = 0
        self._reached = asyncio.Event()
        #: All calls that were accepted, and when the last was.
        self.calls = 0
        self.last_at = 0.0
        #: Told of every new message: its chat and parameters.
        self.heard: Callable[[int, Mapping[str, Json]], None] | None = None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float | None:
        """None: no answer is ever late."""
        return None

    def feed(self, updates: Sequence[Mapping[str, Json]]) -> None:
        """Updates that are handed out next; their ids go on from those of before."""
        self._updates = [json.dumps(update) for update in updates]
        self._first = updates[0]["update_id"]
        self._confirmed = 0
        self._more.set()

    @property
    def left(self) -> bool:
        """Whether updates were not asked for yet, or not acknowledged."""
        return self._confirmed < len(self._updates)

    async def until_sent(self, count: int) -> float:
        """When so many more new messages were accepted, in seconds of `time.perf_counter`."""
        self._wanted = self.sent + count
        self._reached.clear()
        await self._reached.wait()
        return self.last_at

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        read_timeout: object = None,  # noqa: ARG002
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The status and the bytes of an answer."""
        name = url.rpartition("/")[2]
        parameters: Mapping[str, Json] = request_data.parameters if request_data is not None else {}
        if name == "getUpdates":
            return 200, await self._get_updates(parameters)
        if name == "getMe":
            return 200, _ME
        self.calls += 1
        self.last_at = time.perf_counter()
        if name not in _MESSAGES:
            return 200, _YES
        if name != "editMessageText":
            self.sent += 1
            if self.heard is not None:
                self.heard(parameters["chat_id"], parameters)
            if self.sent == self._wanted:
                self._reached.set()
        return 200, (_MESSAGE % (self.calls, parameters["chat_id"])).encode()

    async def _get_updates(self, parameters: Mapping[str, Json]) -> bytes:
        start = self._confirmed = max(0, parameters.get("offset", 0) - self._first)
        while start >= len(self._updates) and parameters.get("timeout"):
            self._more.clear()
            await self._more.wait()
            start = self._confirmed = max(0, parameters.get("offset", 0) - self._first)
        return ('{"ok":true,"result":[' + ",".join(self._updates[start : start + _MOST]) + "]}").encode()


def message(update_id: int, chat: int, text: str) -> dict[str, Json]:
    """An update: somebody has written a text."""
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "it"},
            "chat": {"id": chat, "first_name": "Anna", "type": "private"},
            "date": 1764000000,
            "text": text,
        },
    }


def pressed(update_id: int, chat: int, data: str) -> dict[str, Json]:
    """An update: somebody has pressed a button."""
    return {
        "update_id": update_id,
        "callback_query": {
            "id": str(update_id),
            "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "it"},
            "message": {
                "message_id": update_id,
                "from": {"id": 123456, "is_bot": True, "first_name": "Bot"},
                "chat": {"id": chat, "first_name": "Anna", "type": "private"},
                "date": 1764000000,
                "text": "?",
            },
            "chat_instance": "1",
            "data": data,
        },
    }


class Talkers:
    """People who talk to the bot in rounds of one update each, in a seeded order."""

    def __init__(self, chats: Sequence[int], chance: random.Random, first: int = 1) -> None:
        self._chats = list(chats)
        self._chance = chance
        self._next = first
        self._waiting: list[int] = []

    @property
    def next(self) -> int:
        """The id of the next update."""
        return self._next

    def texts(self, count: int) -> list[dict[str, Json]]:
        """Updates with a text each: the number of the update."""
        return [message(id, chat, f"{id} ciao, cerco un doposcuola a Melegnano") for id, chat in self._turns(count)]

    def _turns(self, count: int) -> Iterator[tuple[int, int]]:
        """The id of each update, and whose it is."""
        for _ in range(count):
            if not self._waiting:
                self._waiting = self._chance.sample(self._chats, len(self._chats))
            yield self._next, self._waiting.pop()
            self._next += 1


class Citizens(Talkers):
    """People who look for a service: mostly they press one of the buttons they see, some type."""

    def __init__(self, chats: Sequence[int], chance: random.Random, world: World, first: int = 1) -> None:
        super().__init__(chats, chance, first)
        self._world = world
        self._buttons = Buttons(TOKEN)
        self._seen: dict[int, tuple[Session, Reply | None]] = {}

    def updates(self, count: int) -> list[dict[str, Json]]:
        """Their next updates, after what the bot said to the last ones."""
        return [self._update(id, chat) for id, chat in self._turns(count)]

    def _update(self, id: int, chat: int) -> dict[str, Json]:
        session, reply = self._seen.get(chat, (Session(), None))
        what = said(reply, self._chance)
        if isinstance(what, Press):
            data = self._buttons.data(what.action, chat, session.interview_count)
            update = pressed(id, chat, data)
            what = self._buttons.read(data, chat, self._world.content)
        else:
            assert isinstance(what, Text)
            update = message(id, chat, what.text)
        result = turn(self._world, session, what, local_now())
        shown = result.replies[0] if result.replies else None
        self._seen[chat] = load(dump(result.session), self._world.content.vocabulary), shown
        return update


def echo(unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[CallbackAnswer]:
    """A handler that says what was said."""
    event = parse_update(waiting.payload)
    assert isinstance(event, CitizenMessage)
    assert isinstance(event.incoming, Text)
    unit.outbox.put(Outgoing(event.chat, CallKind.MESSAGE, "sendMessage", {"text": event.incoming.text}), now)
    unit.inbox.mark_done(waiting, None, now)
    return []


def settings(limits: Limits) -> Settings:
    """Settings of a bot with one desk."""
    return Settings(telegram=Telegram(token=TOKEN, limits=limits), desks=(Desk("sportello", GROUP),))
