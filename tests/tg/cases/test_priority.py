"""Urgent cases go before all others of a group, and no case keeps the others waiting for long."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.storage.priority import HURRIED
from bot.usecases.calls import CallKind, CallOutcome, ClaimedCall, Limits
from tests.builders import THOROUGH
from tests.tg.cases.conftest import Offices, Urls
from tests.tg.cases.office import MAIN, Office, open_office
from tests.tg.harness import Phone, Stage

DANGER = "mio marito mi picchia, ho paura"
#: Things of an urgent case that go before all others; more that wait take turns.
FIRST_THINGS = 3


@pytest.mark.asyncio
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


@pytest.mark.asyncio
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


@pytest.mark.asyncio
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


@pytest.mark.asyncio
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


@pytest.mark.asyncio
async def test_a_card_that_changes_often_holds_no_other_call_up(offices: Offices) -> None:
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    for number in range(12):
        office.scene.person(100 + number).person.says("/operatore")
    office.anna.person.says(DANGER)
    for number in range(12):
        office.anna.person.says(f"ancora una cosa {number}")
        await office.scene.run_for(0.3)
        assert len(office.scene.rows("SELECT id FROM outbox WHERE key = 'card:1.1' AND state = 'waiting'")) <= 1
    await office.scene.run_for(60)
    (card,) = [one for one in office.group.chat.from_bot if "⚠ URGENTE" in one.text and one.labels]
    assert "«ancora una cosa 11»" in card.text


@pytest.mark.asyncio
async def test_words_of_an_urgent_case_go_before_the_cards_of_all_who_ask(offices: Offices) -> None:
    office = await offices(desks=[replace(MAIN, promise=0)], limits=Limits())
    await office.anna.says(DANGER)
    await office.takes()
    await office.hears(office.luca, "sono qui")
    await office.minutes(2)
    for number in range(40):
        office.scene.person(100 + number).person.says("/operatore")
    await office.scene.run_for(8)
    said = office.scene.clock()
    office.anna.person.says("sta arrivando adesso")
    await office.scene.run_for(0.5)
    office.anna.person.sends_photo(caption="la porta")
    await office.scene.run_for(5)
    since = [one.text for one in office.group.chat.from_bot if one.date >= said]
    places = [next(place for place, text in enumerate(since) if text.endswith(words)) for words in ("adesso", "la porta")]
    assert places == sorted(places)
    assert sum("\nPerché:" in text for text in since[: places[-1]]) <= 1, "but for what was on its way"


# --- Any sequence

ACTS = st.sampled_from(["asks", "says", "photo", "danger", "takes", "passes", "calms", "waits", "rests", "restarts"])


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 8), ("postgresql", 2)])
def test_nothing_urgent_is_ever_behind_another_case_of_its_group(stage: Stage, new_url: Urls, kind: str, examples: int) -> None:
    @settings(max_examples=examples * THOROUGH, phases=(Phase.explicit, Phase.generate))
    @given(forum=st.booleans(), acts=st.lists(st.tuples(ACTS, st.integers(0, 4)), min_size=8, max_size=20))
    def holds(forum: bool, acts: list[tuple[str, int]]) -> None:
        asyncio.run(_never_behind(stage, acts, forum=forum, url=new_url(kind)))

    holds()


async def _never_behind(stage: Stage, acts: list[tuple[str, int]], *, forum: bool, url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desks = [replace(MAIN, promise=0)]
        office = await open_office(stage, Path(folder), forum=forum, desks=desks, limits=Limits(), url=url)
        scene, behind = office.scene, list[str]()
        watch(office, behind)
        people = [office.anna, office.bruno, *(scene.person(100 + number) for number in range(12))]
        for phone in people[2:]:
            phone.person.says("/operatore")
        for act, pick in acts:
            if act == "restarts":
                await scene.restart()
                watch(office, behind)
            elif act in ("waits", "rests"):
                await scene.run_for(20.0 if act == "waits" else 400.0)
            else:
                does(office, people[pick], act)
            await scene.run_for(0.3)
        await scene.run_for(60)
        assert behind == []
        assert scene.failed == []
        await scene.close()


def does(office: Office, phone: Phone, act: str) -> None:
    """A citizen or a manager of theirs does something, whatever the bot is doing."""
    says = {"asks": "/operatore", "says": "ancora una cosa", "danger": DANGER}
    if act in says:
        phone.person.says(says[act])
    elif act == "photo":
        phone.person.sends_photo(caption="guarda")
    else:
        number = max((case.number for case in office.cases if case.chat == phone.id), default=0)
        cards = [one for one in office.group.chat.from_bot if one.text.startswith(f"Cittadino {number:04}\n") and one.labels]
        button = {"takes": "Prendi in carico", "calms": "Non è urgente", "passes": "Passa a…"}[act]
        if cards and button in cards[-1].labels:
            office.luca.presses(cards[-1], button)


def watch(office: Office, behind: list[str]) -> None:
    """Note each call to the group that is made while something of an urgent case waits that could be made."""
    scene = office.scene
    make = scene.parts.sender._caller

    async def watched(call: ClaimedCall) -> CallOutcome:
        if call.chat == office.group.id and call.kind in (CallKind.MESSAGE, CallKind.EDIT):
            behind.extend(overtaken(office, call))
        return await make(call)

    scene.parts.sender._caller = watched


def overtaken(office: Office, call: ClaimedCall) -> list[str]:
    """The urgent cases of which something waits that a call of another case goes before."""
    urgent = {case.number for case in office.cases if case.urgent and case.is_open}
    waiting = office.scene.rows(
        "SELECT case_id, kind, (SELECT count(*) FROM outbox AS before WHERE before.case_id = one.case_id"
        " AND before.chat = one.chat AND before.kind IN ('message', 'edit') AND before.id < one.id"
        " AND coalesce(before.ended_at, 1e12) >= one.created_at)"
        " FROM outbox AS one WHERE state = 'waiting' AND kind IN ('message', 'edit')"
        f" AND chat = {office.group.id} AND not_before <= {office.scene.clock()}"
    )
    if call.case in urgent or office.scene.rows(f"SELECT rank FROM outbox WHERE id = {call.id}")[0][0] <= HURRIED:
        return []
    flooded = {number for number, _, ahead in waiting if ahead >= FIRST_THINGS}
    return [
        f"{call.method} of {call.case} before a {kind} of {number}"
        for number, kind, _ in waiting
        # While the group takes no new message it is still shown what changes.
        if number in urgent - flooded and (call.kind is CallKind.MESSAGE or kind == CallKind.EDIT)
    ]
