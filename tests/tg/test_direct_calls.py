"""Calls that are made at once: every press is answered, however many come together."""

from __future__ import annotations

import asyncio

import pytest

from bot.tg.direct_calls import DirectCalls
from bot.usecases.calls import CallbackAnswer

pytestmark = pytest.mark.asyncio


class Slow:
    """A Telegram that takes a while for each call."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.in_flight = self.most_in_flight = 0

    async def call(self, _: str, params: dict[str, str]) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        self.answered.append(params["callback_query_id"])


async def test_every_press_of_a_burst_is_answered_in_order() -> None:
    telegram = Slow()
    calls = DirectCalls(telegram, None, lambda: 0.0, None)  # type: ignore[arg-type]
    presses = [str(number) for number in range(100)]
    for press in presses:
        calls.make(CallbackAnswer(press))
    await asyncio.gather(*calls.pending)
    assert telegram.answered == presses
    assert telegram.most_in_flight == 16
