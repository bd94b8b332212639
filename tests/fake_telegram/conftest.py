"""A Telegram with nobody in it, and the real bot of python-telegram-bot in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot

from bot.fake_telegram import FakeRequest, FakeTelegram, Group, ManualClock, Person


@pytest.fixture(autouse=True)
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the library warns at every 429, and here warnings are errors."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def telegram(clock: ManualClock) -> FakeTelegram:
    return FakeTelegram(clock=clock)


@pytest_asyncio.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with Bot(telegram.token, request=FakeRequest(telegram), get_updates_request=FakeRequest(telegram)) as bot:
        yield bot


@pytest.fixture
def anna(telegram: FakeTelegram) -> Person:
    """A citizen who has opened the bot; that update is gone."""
    person = telegram.user(7, "Anna")
    person.starts()
    telegram.updates.drop()
    return person


@pytest.fixture
def marta(telegram: FakeTelegram) -> Person:
    """A manager, owner of the desk."""
    return telegram.user(20, "Marta")


@pytest.fixture
def desk(telegram: FakeTelegram, marta: Person) -> Group:
    """A managers' group with topics, where the bot may do all."""
    return telegram.group(-1001, "Sportello", forum=True, admins=[marta])
