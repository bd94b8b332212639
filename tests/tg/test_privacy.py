"""A citizen's rights end to end: what a copy holds, and that nothing is left in the database after everything is erased."""

from __future__ import annotations

import json

import pytest

from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.updates import internal_payload
from bot.usecases.privacy import JSON_NAME, PAGE_NAME
from bot.usecases.queues import Timer
from tests.tg.cases.conftest import Offices, offices  # noqa: F401 - a fixture
from tests.tg.cases.office import Office

CANARY = "canarino verde"


async def with_case(office: Office) -> None:
    await office.anna.says(f"mi serve un doposcuola {CANARY}", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.anna.says(f"mia figlia ha 7 anni {CANARY}")


def held(office: Office) -> str:
    tables = ("chat", "inbox", "outbox", "case_", "relay", "timer", "ledger")
    return " ".join(str(office.scene.rows(f"SELECT * FROM {table}")) for table in tables)


@pytest.mark.asyncio
async def test_a_copy_holds_all_that_the_bot_knows_in_two_files(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await with_case(office)
    await office.anna.says("/esporta")
    files = {one.content["document"]["file_name"]: one for one in office.anna.heard if "document" in one.content}
    assert set(files) == {PAGE_NAME, JSON_NAME}
    texts = {call["document"]["name"]: call["document"] for call in office.scene.sent if "document" in call}
    assert texts or files


@pytest.mark.asyncio
async def test_after_erasing_no_word_of_the_citizen_is_in_the_database(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await with_case(office)
    assert CANARY in held(office)
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    await office.scene.run_for(120)
    assert CANARY not in held(office)
    assert office.scene.rows("SELECT chat, record, state FROM case_") == [(0, "", "resolved")]
    assert not any(CANARY in message.text for message in office.group.chat.messages if not message.service)
    assert office.scene.failed == []


@pytest.mark.asyncio
async def test_a_desk_erases_for_somebody_who_has_blocked_the_bot(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await with_case(office)
    office.anna.person.blocks_bot()
    await office.scene.settle()
    event = internal_payload(InternalEvent(InternalEventKind.ERASE))
    await office.scene.parts.store.do(lambda unit: unit.timers.set(Timer("erase:7", office.scene.clock(), 7, event)))
    await office.scene.run_for(120)
    assert CANARY not in held(office)
    assert office.scene.failed == []
    office.anna.person.unblocks_bot()
    await office.anna.says("ciao")
    assert json.loads(office.scene.rows("SELECT session FROM chat WHERE id = 7")[0][0])


@pytest.mark.asyncio
async def test_others_keep_what_they_have(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await with_case(office)
    await office.bruno.says("/operatore")
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    await office.scene.settle()
    assert [case for (case,) in office.scene.rows("SELECT chat FROM case_ ORDER BY id")] == [0, 8]
    await office.bruno.says("ci siete?")
    assert office.scene.failed == []


@pytest.mark.asyncio
async def test_whoever_is_blocked_is_told_that_this_alone_remains(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await with_case(office)
    await office.hears(office.luca, "/blocca insulti")
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    assert "Resta scritto che da questa chat non si può chiedere una persona." in office.anna.front.text
    assert CANARY not in held(office)
    assert json.loads(office.scene.rows("SELECT session FROM chat WHERE id = 7")[0][0])["is_barred"]
