"""Waiting for updates: a long poll over the in-memory Telegram, for every way in which calls reach it.

The only asynchronous part of the server's side; it sleeps on an event and wakes when something has happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bot.fake_telegram import limits
from bot.fake_telegram.errors import conflict
from bot.fake_telegram.parameters import method_named, parse_parameters
from bot.fake_telegram.server import ApiResponse, FakeTelegram, refusal_response, success_response
from bot.fake_telegram.switchboard import Upload
from bot.fake_telegram.updates import Updates

_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = "terminated by setWebhook request"


async def answer(
    telegram: FakeTelegram,
    method: str,
    parameters: Mapping[str, object] | None = None,
    files: Mapping[str, Upload] | None = None,
    *,
    token: str | None = None,
) -> ApiResponse:
    """Answer a call; getUpdates waits up to its timeout in real seconds while there is nothing to tell.

    A second getUpdates ends the first one with 409, as does setWebhook.
    """
    first = telegram.call(method, parameters, files, token=token)
    if method_named(method) != "getUpdates" or first.code != 200 or first.breaks:
        return first
    updates = telegram.updates
    updates.poll += 1
    updates.notify()
    asked = parse_parameters("getUpdates", parameters or {}, {})
    seconds = min(asked.get("timeout", 0), limits.LONG_POLL)
    if first.json["result"] or seconds <= 0:
        return first
    mine = updates.poll
    with _bell(updates) as bell:
        try:
            async with asyncio.timeout(seconds):
                while updates.poll == mine and not updates.webhook and not updates.waiting():
                    bell.clear()
                    await bell.wait()
        except TimeoutError:
            return first
    if updates.webhook:
        return refusal_response(conflict(_WEBHOOK))
    if updates.poll != mine:
        return refusal_response(conflict(_OTHER))
    return success_response(updates.fetch(asked.get("offset", 0), asked.get("limit", limits.UPDATES)))


@contextmanager
def _bell(updates: Updates) -> Iterator[asyncio.Event]:
    """Yield an event that is set whenever the queue of updates changes."""
    bell = asyncio.Event()
    updates.changed.append(bell.set)
    try:
        yield bell
    finally:
        updates.changed.remove(bell.set)
