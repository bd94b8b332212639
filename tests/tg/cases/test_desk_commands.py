"""Commands about a desk: its queue in pages with links, the search in closed cases, the figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.fake_telegram import Message
from bot.settings import PublishingFields
from bot.usecases.console_access import ConsoleRole
from bot.wiring import console_access
from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import NORTH, Office, at

pytestmark = pytest.mark.asyncio


async def asked(office: Office, command: str) -> Message:
    """Luca asks the desk something in the group; the answer."""
    office.luca.says(command, chat=office.group)
    await office.scene.settle()
    return [one for one in office.group.chat.from_bot if one.topic is None][-1]


async def test_every_case_of_the_queue_can_be_tapped_and_its_pages_turned(office: Office) -> None:
    for number in range(21):
        await office.scene.person(100 + number, f"Persona {number}").says("/operatore")
    await office.minutes(5)
    message = await asked(office, "/coda tutti")
    first = [one["url"] for one in message.entities if one["type"] == "text_link"]
    assert message.labels == ["Avanti"]
    office.luca.presses(message, "Avanti")
    await office.scene.settle()
    second = [one["url"] for one in message.entities if one["type"] == "text_link"]
    assert (len(set(first)), len(second), message.labels) == (20, 1, ["Indietro"])
    assert not set(first) & set(second)
    assert "Da 21 a 21 di 21." in message.text
    assert all(url.startswith("https://t.me/c/") for url in first)


async def test_the_queue_of_all_desks_is_shown_where_it_is_asked_for(office: Office) -> None:
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "/passa san-donato")
    await office.asks(office.bruno)
    await office.minutes(2)
    assert "Cittadino 0001" not in (await asked(office, "/coda")).text
    assert "Cittadino 0001" in (await asked(office, "/coda tutti")).text
    assert "Cittadino 0001" in (await asked(office, f"/coda {NORTH.id}")).text
    assert "Cittadino 0002" not in (await asked(office, f"/coda {NORTH.id}")).text


async def test_a_closed_case_is_found_and_the_figures_follow_it(office: Office) -> None:
    await office.anna.says("nido", "melegnano", "/operatore")
    if "Sì, va bene" in office.anna.front.labels:
        await office.anna.taps("Sì, va bene")
    assert (await asked(office, "/cerca nido")).text.startswith("Non trovo casi chiusi")
    await office.takes()
    await office.hears(office.luca, "via Roma 1", "/chiudi posti esauriti")
    found = await asked(office, "/cerca nido melegnano")
    assert "Posti esauriti" in found.text
    assert [one["type"] for one in found.entities] == ["text_link"]
    assert "Chiusi: 1 (1)" in (await asked(office, "/stat")).text
    assert "Posti esauriti: 1 (1)" in (await asked(office, "/stat io")).text
    assert "Chiusi: 0 (0)" in (await asked(office, f"/stat {NORTH.id}")).text
    assert (await asked(office, "/cerca")).text.startswith("Scrivi che cosa cerchi")


async def test_who_administers_the_group_gets_the_table_of_cases_without_names_or_words(office: Office) -> None:
    await office.anna.says("nido", "melegnano", "/operatore")
    if "Sì, va bene" in office.anna.front.labels:
        await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.hears(office.luca, "via Roma 1", "/chiudi posti esauriti dice Luca")
    assert (await asked(office, "/esporta")).text == "Questo comando è per chi amministra il gruppo."
    office.marta.says("/esporta", chat=office.group)
    await office.scene.settle()
    document = office.group.chat.from_bot[-1]
    assert document.content["document"]["file_name"].startswith("casi-20")
    assert document.content["caption"].endswith(": 1. Una riga per caso, senza nomi e senza parole.")
    office.marta.says("/esporta ieri", chat=office.group)
    await office.scene.settle()
    assert office.group.chat.from_bot[-1].text.startswith("Scrivi /esporta")


async def test_a_link_to_the_console_goes_to_the_manager_alone_with_their_rights(office: Office) -> None:
    assert (await asked(office, "/console")).text.startswith("Questo bot non ha ancora una console")
    scene = office.scene
    scene.settings = replace(scene.settings, publishing=PublishingFields(console="https://bot.example.org/console"))
    await scene.restart()
    access = console_access(scene.settings)
    for person, role in ((office.luca, ConsoleRole.READER), (office.marta, ConsoleRole.EDITOR)):
        person.starts()
        await scene.settle()
        before = len(office.group.chat.from_bot)
        person.says("/console", chat=office.group)
        await scene.settle()
        assert [one.text[:22] for one in office.group.chat.from_bot[before:]] == ["Ti ho scritto il link "]
        ticket = person.chat.from_bot[-1].text.partition("https://bot.example.org/console/#")[2]
        visitor = await scene.parts.store.do(lambda unit, ticket=ticket: access.enter(unit, ticket, scene.clock()))
        assert visitor is not None
        assert (visitor.actor, visitor.role) == (f"telegram:{person.id}", role)


async def test_who_is_blocked_is_found_until_the_block_is_taken_away(office: Office) -> None:
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "/blocca insulti", "/cerca bloccati")
    assert "Cittadino 0001" in office.in_topic()[-1]
    await office.hears(office.luca, "/sblocca", "/cerca bloccati")
    assert office.in_topic()[-1].startswith("Non trovo casi chiusi")


async def test_who_administers_the_group_gets_the_report_on_needs(offices: Offices) -> None:
    office = await offices(now=dt.datetime(2026, 11, 24, 10))
    for phone in (office.anna, office.bruno):
        await phone.says("nido a Melegnano per un bimbo di 1 anno")
    assert (await asked(office, "/report")).text == "Questo comando è per chi amministra il gruppo."
    office.scene.clock.seconds = at(dt.datetime(2026, 12, 3, 10))
    office.marta.says("/report 2026-11", chat=office.group)
    await office.scene.settle()
    document = office.group.chat.from_bot[-1]
    assert document.content["document"]["file_name"] == "bisogni-2026-11-2026-11.html"
    assert document.content["caption"].startswith("Novembre 2026")
    for wrong in ("ieri", "2026-13", "2026-05 2026-03"):
        office.marta.says(f"/report {wrong}", chat=office.group)
        await office.scene.settle()
        assert office.group.chat.from_bot[-1].text.startswith("Scrivi /report")
    assert office.scene.failed == []
