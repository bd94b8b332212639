"""Alerts end to end: one message in the morning of a working day when applications open, none after a stop, none twice."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.core.hours import TIMEZONE
from bot.core.privacy import DAY_SECONDS
from bot.fake_telegram import CallFault
from bot.installation import local
from tests.tg.cases.conftest import Offices, offices  # noqa: F401 - a fixture
from tests.tg.cases.office import Office

#: A Thursday; the nursery of the small catalogue takes applications from the first of March, a Monday.
BEFORE = dt.datetime(2027, 2, 25, 15)
NEWS = "Buone notizie"


async def waits(offices: Offices) -> Office:  # noqa: F811
    office = await offices(now=BEFORE)
    await office.anna.says("nido a Melegnano per un bimbo di 1 anno", "basta")
    if "🔔 Avvisami" not in office.anna.front.labels:
        card = next(label for label in office.anna.front.labels if "nido" in label.lower())
        await office.anna.taps(card)
    await office.anna.taps("🔔 Avvisami")
    return office


async def days(office: Office, count: int) -> None:
    """Days pass, one by one: a scene looks no further ahead for timers."""
    for _ in range(count):
        await office.scene.run_for(DAY_SECONDS)


def news(office: Office) -> list[dt.datetime]:
    return [local(message.date) for message in office.anna.heard if message.text.startswith(NEWS)]


@pytest.mark.asyncio
async def test_a_citizen_is_told_once_in_the_morning_when_applications_open(offices: Offices) -> None:  # noqa: F811
    office = await waits(offices)
    assert "🔕 Non avvisarmi più" in office.anna.front.labels
    await days(office, 7)
    (at,) = news(office)
    assert at.date() == dt.date(2027, 3, 1)
    assert 9 <= at.hour < 12
    await office.anna.says("/avvisi")
    assert office.anna.front.text.startswith("Non aspetti")
    assert office.scene.failed == []


@pytest.mark.asyncio
async def test_a_citizen_who_stops_or_blocks_the_bot_hears_nothing(offices: Offices) -> None:  # noqa: F811
    office = await waits(offices)
    await office.anna.says("/avvisi")
    await office.anna.taps(office.anna.front.labels[0])
    await days(office, 8)
    assert news(office) == []
    blocked = await waits(offices)
    blocked.anna.person.blocks_bot()
    await days(blocked, 8)
    assert news(blocked) == []
    assert blocked.scene.refusals == []
    blocked.anna.person.unblocks_bot()
    await days(blocked, 4)
    assert len(news(blocked)) == 1


@pytest.mark.asyncio
async def test_erasing_everything_ends_alerts_too(offices: Offices) -> None:  # noqa: F811
    office = await waits(offices)
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    await days(office, 8)
    assert news(office) == []
    assert office.scene.rows("SELECT kind FROM timer WHERE lane = 7") == []


@pytest.mark.asyncio
async def test_what_telegram_could_not_take_by_day_waits_for_the_next_working_morning(offices: Offices) -> None:  # noqa: F811
    office = await waits(offices)
    await days(office, 3)
    office.scene.telegram.faults.next("sendMessage", CallFault.server_error(), chat=office.anna.id, count=None)
    await office.scene.run_for(DAY_SECONDS)
    office.scene.clock.seconds = dt.datetime(2027, 3, 1, 21, tzinfo=TIMEZONE).timestamp()
    office.scene.telegram.faults.clear()
    await office.scene.settle()
    assert news(office) == []
    office.scene.clock.advance(12 * 3600)
    await office.scene.settle()
    (at,) = news(office)
    assert at.date() == dt.date(2027, 3, 2)
    assert 8 <= at.hour < 20
