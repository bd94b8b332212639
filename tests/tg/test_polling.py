"""Long polling, and what is told of it when Telegram is away."""

from __future__ import annotations

import asyncio
import json
from typing import Any as Json

import pytest
from structlog.testing import CapturingLogger
from telegram.error import NetworkError

from bot.tg import polling
from bot.tg.polling import Polling

pytestmark = pytest.mark.asyncio


class Telegram:
    """Gives one answer after the other, then keeps the bot waiting."""

    def __init__(self, *answers: list[Json] | Exception) -> None:
        self._answers = [*answers]
        self.rests = asyncio.Event()

    async def get_updates_text(self, *_: object, **__: object) -> str:
        if not self._answers:
            self.rests.set()
            await asyncio.Event().wait()
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return json.dumps({"ok": True, "result": answer})


@pytest.mark.parametrize(
    ("answers", "events"),
    [
        ([[]] * 3, []),
        ([NetworkError("down"), NetworkError("down"), [], []], ["polling_interrupted", "polling_back"]),
        ([NetworkError("down"), [], NetworkError("down"), []], ["polling_interrupted", "polling_back"] * 2),
    ],
    ids=["quiet", "one outage", "two outages"],
)
async def test_an_outage_is_told_once_and_so_is_its_end(
    monkeypatch: pytest.MonkeyPatch, answers: list[list[Json] | Exception], events: list[str]
) -> None:
    told = CapturingLogger()
    monkeypatch.setattr(polling, "log", told)
    monkeypatch.setattr(polling, "_FIRST_PAUSE", 0.0)
    telegram = Telegram(*answers)
    running = asyncio.create_task(Polling(telegram, None, lambda: 0.0, lambda: None).run())  # type: ignore[arg-type]
    await telegram.rests.wait()
    running.cancel()
    assert [call.args[0] for call in told.calls] == events
