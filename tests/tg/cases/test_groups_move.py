"""A group with cases in it becomes a supergroup, and the bot hears of it late or never."""

from __future__ import annotations

import pytest

from bot.core.case import CaseState
from tests.tg.cases.conftest import Offices

pytestmark = pytest.mark.asyncio


async def test_cases_move_along_even_if_only_a_refusal_tells_of_it(offices: Offices) -> None:
    office = await offices(forum=False, basic=True)
    await office.asks()
    await office.takes()
    office.group = office.group.upgrades(-1009)
    office.scene.telegram.updates.drop()
    await office.anna.says("ci siete?")
    assert any("ci siete?" in text for text in office.in_topic())
    assert office.case.group == -1009
    await office.hears(office.luca, "eccomi")
    assert office.anna.front.text == "eccomi"
    await office.hears(office.luca, "/chiudi")
    assert office.case.state is CaseState.RESOLVED
    assert office.scene.failed == []


async def test_who_answers_before_the_new_card_is_there_is_not_lost(offices: Offices) -> None:
    office = await offices(forum=False, basic=True)
    await office.asks()
    await office.takes()
    office.group = office.group.upgrades(-1009)
    office.anna.person.says("ci siete?")
    await office.scene.settle()
    cards = [one for one in office.group.chat.from_bot if "\nPerché:" in one.text]
    assert len(cards) == 1
    (words,) = [one for one in office.group.chat.from_bot if one.text.endswith("\nci siete?")]
    office.luca.says("eccomi", chat=office.group, reply_to=words)
    await office.scene.settle()
    assert office.anna.front.text == "eccomi"


async def test_words_that_follow_others_at_once_are_not_lost_with_the_old_group(offices: Offices) -> None:
    office = await offices(forum=False, basic=True)
    await office.asks()
    await office.takes()
    await office.anna.says("uno")
    office.group = office.group.upgrades(-1009)
    office.scene.telegram.updates.drop()
    heard = len(office.anna.heard)
    await office.anna.says("due")
    assert any(text.endswith("\nuno\ndue") for text in office.in_topic())
    await office.anna.says("tre")
    assert any(text.endswith("\ntre") for text in office.in_topic())
    assert len(office.anna.heard) == heard
    assert office.scene.failed == []
