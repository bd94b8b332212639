"""Calls of the Bot API made at once without the outbox: answers to presses, "is typing", questions about groups.

Telegram takes the answer to a press for some seconds only, so a call that fails is not repeated. Messages go through the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from telegram.error import TelegramError

from bot.tg.api import Api
from bot.tg.groups import Groups
from bot.usecases.calls import CallbackAnswer, DirectCall, GroupLook
from bot.usecases.ports import Clock

#: Seconds between two signs of typing, over all chats together.
_TYPING_INTERVAL = 0.5
#: Direct calls in flight; those beyond wait for their turn, so that messages find a connection.
_MAX_IN_FLIGHT = 16


class DirectCalls:
    """Makes direct calls of one process, as tasks of its event loop."""

    def __init__(self, api: Api, groups: Groups, clock: Clock, look_ended: Callable[[int], Awaitable[None]]) -> None:
        """Set up the calls; `look_ended` is called with a group after its rights were asked for."""
        self._api = api
        self._groups = groups
        self._clock = clock
        self._look_ended = look_ended
        self._typing_shown_at = 0.0
        self._free = asyncio.Semaphore(_MAX_IN_FLIGHT)
        #: The calls in flight, and those that wait for their turn.
        self.pending: set[asyncio.Task[None]] = set()

    def make(self, call: DirectCall) -> None:
        """Answer a press of a button, or ask Telegram for a group's administrators and the bot's rights in it."""
        match call:
            case CallbackAnswer(callback_id, text):
                self._call("answerCallbackQuery", {"callback_query_id": callback_id, **({"text": text} if text else {})})
            case GroupLook(chat):
                self._start(self._look(chat))

    def show_typing(self, chat: int) -> None:
        """Show a waiting citizen that the bot is typing; at most twice a second over all chats."""
        now = self._clock()
        if chat > 0 and abs(now - self._typing_shown_at) > _TYPING_INTERVAL:
            self._typing_shown_at = now
            self._call("sendChatAction", {"chat_id": chat, "action": "typing"})

    def _call(self, method: str, params: dict[str, Any]) -> None:
        self._start(self._try(method, params))

    async def _look(self, chat: int) -> None:
        await self._groups.look(self._api, [chat])
        await self._look_ended(chat)

    async def _try(self, method: str, params: dict[str, Any]) -> None:
        with suppress(TelegramError):
            async with self._free:
                await self._api.call(method, params)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.pending.add(task)
        task.add_done_callback(self.pending.discard)
