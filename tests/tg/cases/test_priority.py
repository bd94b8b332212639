"""Urgent cases go before all others of a group, and no case keeps the others waiting for long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.usecases.calls import Limits
from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import MAIN, Office

pytestmark = pytest.mark.asyncio

DANGER = "mio marito mi picchia, ho paura"


@pytest.mark.parametrize("others", [40, 200])
async def test_the_urgent_card_is_first_however_many_ask_at_once(offices: Offices, others: int) -> None:
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    people = [office.scene.person(100 + number) for number in range(others)]
    await office.anna.says("ciao")
    began = office.scene.clock()
    for one in people:
        one.person.says("/operatore")
    await office.scene.run_for(20)
    cried = office.scene.clock()
    office.anna.person.says(DANGER)
    await office.scene.run_for(10)
    assert "112" in office.anna.front.text or "1522" in office.anna.front.text
    assert office.anna.front.date - cried <= 1
    card = next(one for one in office.group.chat.from_bot if "⚠ URGENTE" in one.text)
    assert card.date - cried <= 3
    assert sum("\nPerché:" in one.text for one in office.group.chat.from_bot) < others
    assert office.scene.refusals == []
    assert cried - began >= 20


async def test_a_citizen_in_danger_hears_the_number_before_all_who_ask_at_the_same_time(offices: Offices) -> None:
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    people = [office.scene.person(100 + number) for number in range(200)]
    await office.anna.says("ciao")
    began = office.scene.clock()
    for one in people:
        one.person.says("/operatore")
    office.anna.person.says(DANGER)
    await office.scene.run_for(10)
    assert office.anna.front.date - began <= 1
    card = next(one for one in office.group.chat.from_bot if "⚠ URGENTE" in one.text)
    assert card.date - began <= 3


@pytest.mark.parametrize("flood", ["long", "cries"])
async def test_one_citizen_who_writes_very_much_delays_the_words_of_another_by_seconds(offices: Offices, flood: str) -> None:
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    await office.asks()
    await office.takes()
    await office.asks(office.bruno)
    await office.takes(office.sara)
    await office.minutes(2)
    for number in range(40 if flood == "long" else 100):
        office.anna.person.says("parola " * 500 if flood == "long" else f"aiuto, mi vuole ammazzare {number}")
    await office.scene.run_for(2)
    office.bruno.person.says("e io?")
    said = office.scene.clock()
    await office.scene.run_for(600)
    (words,) = [one for one in office.group.chat.from_bot if one.text.endswith("\ne io?")]
    assert words.date - said <= 5
    carried = [one for one in office.group.chat.from_bot if "parola parola" in one.text]
    assert len(carried) == (40 if flood == "long" else 0)


async def test_words_of_a_case_keep_their_order_when_it_becomes_urgent(office: Office) -> None:
    await office.asks()
    await office.takes()
    for number in range(8):
        office.anna.person.sends_photo(caption=f"foto {number}")
    office.anna.person.says(DANGER)
    office.anna.person.says("dopo")
    await office.scene.settle()
    texts = [text.partition("\n")[2] or text for text in office.in_topic()]
    places = [next(place for place, text in enumerate(texts) if word in text) for word in ("foto 0", "foto 7", DANGER, "dopo")]
    assert places == sorted(places)
