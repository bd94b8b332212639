"""A Telegram within the process that answers at once, so that a benchmark measures the bot alone.

It hands out updates that were prepared (`talkers.py`), takes every call and checks none; `bot.fake_telegram` checks all, which
would cost more than the bot itself.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence

from telegram.request import BaseRequest, RequestData

from bot.core.desks import Desk
from bot.dialogue.incoming import Text
from bot.json_types import Json
from bot.settings import Settings, Telegram
from bot.tg.updates import CitizenMessage, parse_update
from bot.usecases.calls import CallbackAnswer, CallKind, Limits, Outgoing
from bot.usecases.ports import Unit
from bot.usecases.queues import QueuedUpdate

TOKEN = "123456:a-token-that-opens-nothing-0123456789"  # noqa: S105 - it opens nothing
GROUP = -1001234567890
_ME = b'{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"Bot","username":"a_bot"}}'
_YES = b'{"ok":true,"result":true}'
_MESSAGE = '{"ok":true,"result":{"message_id":%d,"date":1764000000,"chat":{"id":%d,"type":"private"},"text":"x"}}'
_MESSAGES = ("sendMessage", "sendDocument", "sendVenue", "editMessageText")
_MOST = 100


class LeanTelegram(BaseRequest):
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
