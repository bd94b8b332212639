"""Delivery of updates to the bot's webhook as Telegram does it: in order, repeated after a failure, with the secret token.

Runs beside `http.py`, or by itself in a test with a transport of httpx into an ASGI application. Telegram's real pauses between
attempts are not documented; here they are given. Stricter than Telegram in one point: `max_connections` is always 1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from bot.fake_telegram.server import FakeTelegram
from bot.fake_telegram.updates import WebhookAddress

#: The header in which a webhook finds its secret.
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

Pause = Callable[[float], Awaitable[object]]


class Delivery:
    """Posts waiting updates to the webhook, each only after the one before was answered with a 2xx status."""

    def __init__(
        self,
        telegram: FakeTelegram,
        client: httpx.AsyncClient,
        *,
        pauses: tuple[float, ...] = (1, 2, 5, 10, 30),
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Set up delivery; `pauses` are the seconds after each failure in a row, the last one for all that follow."""
        self._telegram = telegram
        self._client = client
        self._pauses = pauses
        self._pause = pause
        self._failures = 0

    async def deliver(self) -> bool:
        """Post updates until none waits or one is refused. Return True if all were accepted."""
        updates = self._telegram.updates
        while updates.webhook and (waiting := updates.waiting()):
            if not await self._post(updates.webhook, waiting[0]):
                return False
            updates.confirm(waiting[0])
        return True

    async def run(self) -> None:
        """Deliver for ever: whenever something has changed, and after a pause where a post has failed."""
        bell = asyncio.Event()
        self._telegram.updates.changed.append(bell.set)
        try:
            while True:
                bell.clear()
                if await self.deliver():
                    await bell.wait()
                else:
                    await self._pause(self._pauses[min(self._failures, len(self._pauses)) - 1])
        finally:
            self._telegram.updates.changed.remove(bell.set)

    async def _post(self, webhook: WebhookAddress, update: dict[str, object]) -> bool:
        headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        try:
            response = await self._client.post(webhook.url, json=update, headers=headers)
            status = f"{response.status_code} {response.reason_phrase}"
            reason = "" if response.is_success else f"Wrong response from the webhook: {status}"
        except httpx.TimeoutException:
            reason = "Read timeout expired"
        except httpx.HTTPError:
            reason = "Connection refused"
        self._failures = self._failures + 1 if reason else 0
        if reason:
            self._telegram.updates.failure = (self._telegram.now(), reason)
        return not reason
