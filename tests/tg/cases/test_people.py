"""Managers among themselves: who is there and who is away, cases given to a colleague, a desk closed by command, follow-ups."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.case import CaseState
from bot.fake_telegram import ButtonPress, Message
from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import MAIN, NORTH, Office

pytestmark = pytest.mark.asyncio

#: A Tuesday in a week without holidays.
TUESDAY = dt.datetime(2026, 11, 24, 10)
HOURS = "Mo-Fr 09:00-18:00"


async def asked(office: Office, command: str) -> Message:
    """Luca asks the desk something in the group; the answer."""
    office.luca.says(command, chat=office.group)
    await office.scene.settle()
    return [one for one in office.group.chat.from_bot if one.topic is None][-1]


async def test_a_case_is_given_to_a_colleague_by_name_who_is_called(office: Office) -> None:
    office.sara.says("ciao", chat=office.group)
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "/passa sara")
    assert (office.case.state, office.case.manager and office.case.manager.name) == (CaseState.ASSIGNED, "Sara")
    assert office.in_topic()[-1] == "Luca passa il caso a Sara. Da ora risponde Sara."
    assert office.anna.front.text.startswith("Ora ti risponde Sara")
    await office.hears(office.luca, "ciao")
    assert office.anna.front.text.startswith("Ora ti risponde Sara")
    await office.hears(office.sara, "eccomi", "/passa nessuno")
    assert office.anna.front.text == "eccomi"
    assert office.in_topic()[-1].endswith("Oppure «coda».")


async def test_to_whom_a_case_can_be_passed_is_shown_with_hours_and_load(offices: Offices) -> None:
    office = await offices(now=TUESDAY, desks=[MAIN, replace(NORTH, hours="Sa 09:00-12:00")])
    office.sara.says("ciao", chat=office.group)
    await office.asks()
    await office.takes()
    office.presses(office.luca, "Passa a…")
    await office.scene.settle()
    labels = office.group.chat.from_bot[-1].labels
    assert labels == ["Chi è libero", "Sara · casi: 0", "san-donato · apre sabato 28 novembre alle 9:00 · casi: 0"]
    office.presses(office.luca, "Sara · casi: 0")
    await office.scene.settle()
    assert office.case.manager is not None
    assert office.case.manager.name == "Sara"


async def test_an_old_question_to_whom_a_case_is_passed_passes_nothing(office: Office) -> None:
    await office.asks()
    await office.takes()
    office.presses(office.luca, "Passa a…")
    await office.scene.settle()
    question = office.group.chat.from_bot[-1]
    await office.hears(office.luca, "/passa coda")
    await office.takes()
    pressed = office.luca.presses(question, "Chi è libero")
    await office.scene.settle()
    assert office.case.state is CaseState.ASSIGNED
    assert isinstance(pressed, ButtonPress)
    assert pressed.text


async def test_all_cases_of_a_manager_are_passed_on_at_the_end_of_a_shift(offices: Offices) -> None:
    office = await offices(desks=[MAIN])
    for phone in (office.anna, office.bruno):
        await office.asks(phone)
        await office.takes()
        await office.hears(office.luca, "buongiorno")
    office.sara.says("ciao", chat=office.group)
    await office.scene.settle()
    assert (await asked(office, "/miei")).text.count("Cittadino") == 2
    assert (await asked(office, "/passa tutti sara")).text == "Passo i tuoi casi a Sara: 2."
    await office.minutes(0.1)
    assert {case.manager.name for case in office.cases if case.manager} == {"Sara"}
    assert (await asked(office, "/miei")).text == "Non hai casi aperti."
    assert all(phone.front.text.startswith("Ora ti risponde Sara") for phone in (office.anna, office.bruno))


async def test_who_is_away_has_no_case_that_waits_and_gets_none(offices: Offices) -> None:
    office = await offices(desks=[MAIN])
    office.sara.says("ciao", chat=office.group)
    await office.asks()
    await office.takes()
    assert "di nuovo in coda: 1." in (await asked(office, "/pausa")).text
    await office.minutes(0.1)
    assert office.case.state is CaseState.WAITING
    office.sara.says("/prendi", chat=office.group, topic=office.topic())
    await office.scene.settle()
    await office.hears(office.sara, "buongiorno", "/passa luca")
    assert office.in_topic()[-1].startswith("Luca è in pausa.")
    office.sara.says("/pausa", chat=office.group)
    await office.scene.settle()
    await office.anna.says("ci siete?")
    assert office.case.state is CaseState.WAITING
    assert "Adesso non c'è nessuno, e non so dirti quando" in office.anna.front.text
    assert (await asked(office, "/presente")).text.startswith("Luca è presente.\nIn attesa: 1")
    await office.bruno.says("/operatore")
    assert "meno di 15 minuti" in office.bruno.front.text


async def test_who_takes_a_case_is_not_away(office: Office) -> None:
    await office.asks()
    await asked(office, "/pausa")
    await office.takes()
    assert "• Luca, casi: 1" in (await asked(office, "/sportello")).text


async def test_a_desk_is_closed_by_a_command_and_promises_nothing_meanwhile(offices: Offices) -> None:
    office = await offices(now=TUESDAY, desks=[replace(MAIN, hours=HOURS)])
    assert (await asked(office, "/sportello chiuso")).text.startswith("Scrivi /sportello chiuso e il motivo")
    said = (await asked(office, "/sportello chiuso sciopero fino a giovedì")).text
    assert "apre giovedì 26 novembre alle 9:00" in said
    assert "Chiuso da voi: sciopero" in said
    await office.asks()
    assert "La leggono giovedì 26 novembre alle 9:00" in office.anna.front.text
    assert "aperto" in (await asked(office, "/sportello aperto")).text
    await office.bruno.says("/operatore")
    assert "meno di 15 minuti" in office.bruno.front.text


async def test_a_follow_up_is_promised_sleeps_and_wakes(offices: Offices) -> None:
    office = await offices(now=TUESDAY, desks=[replace(MAIN, hours=HOURS)])
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "/richiama", "/richiama domani")
    assert any(text.startswith("Scrivi quando") for text in office.in_topic())
    assert office.in_topic()[-1] == "Va bene. Te lo ricordo domani alle 9:00. Lo dico anche al cittadino."
    assert office.anna.front.text == "Luca ti scrive domani alle 9:00. Se prima ti serve qualcosa, scrivilo qui."
    assert "Luca scrive domani alle 9:00" in (await asked(office, "/miei")).text
    assert not office.case.is_awaited
    await office.minutes(22 * 60)
    assert not office.case.is_awaited
    await office.minutes(62)
    assert office.case.is_awaited
    assert any(text == "Luca, è il momento di scrivere a questo cittadino: lo aspetta." for text in office.in_topic())


async def test_a_follow_up_ends_with_its_case(office: Office) -> None:
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "/richiama tra 2 ore", "/chiudi")
    said = len(office.in_topic())
    await office.minutes(180)
    assert (office.case.state, len(office.in_topic())) == (CaseState.RESOLVED, said)


async def test_managers_of_one_first_name_are_told_apart_and_citizens_read_the_first_name(office: Office) -> None:
    office.scene.telegram.user(21).user.last_name = "Verdi"
    await office.asks()
    await office.takes()
    assert "Risponde Luca Verdi" in office.card().text
    assert office.anna.front.text.startswith("Ora ti risponde Luca, una persona della rete")
