"""Whose turn it is: whoever waits for a word is in the queue, is reminded of, and is told when a promise cannot be kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.case import CaseState, CaseTurn, Side
from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import MAIN, NORTH, Office

pytestmark = pytest.mark.asyncio

HOURS = "Mo-Fr 09:00-18:00"
#: A Tuesday in a week without holidays.
TUESDAY = dt.datetime(2026, 11, 24, 10)
DANGER = "mio marito mi picchia"


def general(office: Office) -> list[str]:
    """What the bot says in the group itself."""
    return [one.text for one in office.group.chat.from_bot if one.topic is None]


async def queue(office: Office) -> str:
    office.luca.says("/coda", chat=office.group)
    await office.scene.settle()
    return general(office)[-1]


async def test_an_assignee_owes_a_word_from_the_taking_and_from_each_word_of_the_citizen(office: Office) -> None:
    await office.asks()
    case = await office.takes()
    assert case.turn == CaseTurn(Side.NETWORK, case.opened_at)
    await office.minutes(1)
    await office.hears(office.luca, "buongiorno")
    assert office.case.turn == CaseTurn(Side.CITIZEN, office.case.answered_at)
    await office.minutes(1)
    await office.anna.says("quando apre il nido?")
    asked = office.case.waiting_since
    await office.anna.says("e quanto costa?")
    assert office.case.turn == CaseTurn(Side.NETWORK, asked)
    await office.hears(office.luca, "// chiedo a Gina")
    assert office.case.is_awaited, "a note is no answer"
    await office.hears(office.luca, "/r attesa")
    assert not office.case.is_awaited
    await office.anna.says("grazie mille")
    assert not office.case.is_awaited, "thanks ask for nothing"


async def test_who_waits_for_an_assignee_is_in_the_queue_and_in_the_greeting_of_the_shift(offices: Offices) -> None:
    office = await offices(now=TUESDAY, desks=[replace(MAIN, hours=HOURS), NORTH])
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "buongiorno")
    assert (await queue(office)).startswith("Nessuno aspetta.")
    office.scene.clock.advance(7.9 * 3600)
    await office.anna.says("quando mi rispondete?")
    await office.minutes(3)
    assert "Cittadino 0001, da 3 minuti" in await queue(office)
    await office.minutes(16 * 60)
    greeting = next(one for one in general(office) if one.startswith("Buon lavoro!"))
    assert "Cittadino 0001" in greeting


async def test_a_silent_assignee_is_reminded_then_loses_the_case_and_the_citizen_is_told(office: Office) -> None:
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "buongiorno")
    await office.anna.says("quando mi rispondete?")
    asked = office.case.waiting_since
    await office.minutes(13)
    assert office.in_topic()[-1] == "Aspetta da 12 minuti. Abbiamo promesso una risposta entro 3 minuti."
    await office.minutes(3)
    assert office.in_topic()[-1].startswith("Luca, il cittadino aspetta una tua parola da 15 minuti.")
    assert office.anna.front.text.startswith("Ci vuole più tempo di quanto ti avevo detto")
    assert office.case.state is CaseState.ASSIGNED
    await office.minutes(15)
    assert office.case.turn == CaseTurn(Side.NETWORK, asked)
    assert office.case.state is CaseState.WAITING
    assert office.in_topic()[-1].startswith("Luca non risponde da un po'.")
    assert general(office)[-1].startswith("Cittadino 0001: Luca non risponde da un po'.")
    assert "La tua richiesta passa a un'altra persona" in office.anna.front.text
    await office.takes(office.sara)
    assert office.case.state is CaseState.ASSIGNED


async def test_a_desk_that_promises_nothing_is_reminded_all_the_same(offices: Offices) -> None:
    office = await offices(desks=[replace(MAIN, promise=0), NORTH])
    await office.asks()
    heard = len(office.anna.heard)
    await office.minutes(31)
    assert office.in_topic()[-1] == "Aspetta da 30 minuti. Chi può prenderlo in carico?"
    await office.minutes(60)
    assert len(office.anna.heard) == heard, "nothing was promised"
    assert any("Chi amministra il gruppo può rispondere" in one for one in general(office))


async def test_a_wait_without_an_answer_reaches_administrators_and_other_open_desks_and_rarely_again(office: Office) -> None:
    await office.asks()
    await office.minutes(31)
    called = next(one for one in office.group.chat.from_bot if "Chi amministra il gruppo" in one.text)
    assert called.text.endswith("Marta")
    mentions = [entity for entity in called.content["entities"] if entity["type"] == "text_mention"]
    assert [one["user"]["id"] for one in mentions] == [office.marta.id]
    asked = [one for one in office.north.chat.from_bot if "allo sportello principale" in one.text]
    assert [one.labels for one in asked] == [["Lo prendiamo noi"]]
    said = len(office.in_topic())
    await office.minutes(14 * 60)
    assert len(office.in_topic()) - said <= 6
    office.gina.presses(asked[0], "Lo prendiamo noi")
    await office.scene.settle()
    assert (office.case.desk, office.case.state) == ("san-donato", CaseState.WAITING)
    assert office.case.waiting_since == office.case.opened_at


async def test_nobody_is_reminded_at_night_and_a_promise_counts_the_hours_of_the_desk(offices: Offices) -> None:
    office = await offices(now=TUESDAY.replace(hour=17, minute=50), desks=[replace(MAIN, hours=HOURS)])
    await office.asks()
    assert "Al più tardi: domani alle 9:05." in office.anna.front.text
    said = len(office.in_topic())
    await office.minutes(15 * 60)
    assert len(office.in_topic()) == said
    await office.minutes(20)
    assert office.in_topic()[-1].startswith("Aspetta da ")


async def test_a_message_to_an_assignee_off_duty_is_answered_with_when_it_is_read(offices: Offices) -> None:
    office = await offices(now=TUESDAY.replace(hour=17), desks=[replace(MAIN, hours=HOURS)])
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "buongiorno")
    await office.minutes(120)
    await office.anna.says("ci siete?")
    assert office.anna.front.text == "Adesso non c'è nessuno. Il tuo messaggio è arrivato: lo leggono domani alle 9:00."
    heard = len(office.anna.heard)
    await office.anna.says("va bene, aspetto")
    assert len(office.anna.heard) == heard, "once is enough"


async def test_who_waits_when_the_desk_closes_is_told_when_it_opens_again(offices: Offices) -> None:
    office = await offices(now=TUESDAY.replace(hour=17, minute=55), desks=[replace(MAIN, hours=HOURS)])
    await office.asks()
    await office.takes()
    await office.anna.says("ci siete?")
    await office.minutes(30)
    await office.anna.says("c'è qualcuno?")
    assert office.anna.front.text == "Adesso non c'è nessuno. Il tuo messaggio è arrivato: lo leggono domani alle 9:00."
    heard = len(office.anna.heard)
    await office.anna.says("va bene")
    assert len(office.anna.heard) == heard, "once is enough"


@pytest.mark.parametrize("days", [0.05, 400])
async def test_after_a_pause_of_the_bot_each_is_told_once_what_came_due_meanwhile(office: Office, days: float) -> None:
    await office.asks()
    said, heard = len(office.in_topic()), len(office.anna.heard)
    office.scene.clock.advance(days * 86400)
    await office.minutes(1)
    assert [text[:11] for text in office.in_topic()[said:]] == ["Aspetta da "]
    assert [one.text[:21] for one in office.anna.heard[heard:]] == ["Ci vuole più tempo di"]
    assert sum("Chi amministra il gruppo" in text for text in general(office)) == 1
    await office.minutes(24 * 60)
    assert 1 <= len(office.in_topic()) - said - 1 <= 6, "somebody is still reminded, and rarely"


async def test_a_clock_that_was_a_year_ahead_leaves_nobody_without_a_reminder(office: Office) -> None:
    await office.asks()
    began = office.scene.clock()
    office.scene.clock.advance(365 * 86400)
    await office.minutes(1)
    office.scene.clock.seconds = began + 120
    said = len(office.in_topic())
    await office.minutes(25 * 60)
    assert len(office.in_topic()) > said


async def test_an_assignee_who_leaves_the_group_leaves_the_cases_to_the_desk(office: Office) -> None:
    await office.asks()
    await office.takes()
    office.group.loses(office.luca)
    await office.scene.settle()
    await office.minutes(1)
    assert office.case.state is CaseState.WAITING
    assert office.in_topic()[-1].startswith("Luca non è più nel gruppo.")


async def test_danger_in_a_case_whose_assignee_is_away_reaches_the_whole_desk_again_and_again(office: Office) -> None:
    await office.asks()
    await office.takes()
    await office.hears(office.luca, "buongiorno")
    await office.anna.says(DANGER)
    assert any(one.startswith("⚠ Cittadino 0001: ") for one in general(office))
    said = len(general(office))
    await office.minutes(11)
    assert office.case.state is CaseState.WAITING, "who is away loses an urgent case sooner"
    assert len(general(office)) - said == 2
    await office.minutes(120)
    assert any(one.startswith("⚠ Cittadino 0001 aspetta") for one in general(office))
    assert any(one.text.startswith("⚠ Cittadino 0001") for one in office.north.chat.from_bot)


async def test_an_urgent_case_is_said_to_be_urgent_whatever_was_promised_and_ever_less_often(offices: Offices) -> None:
    desks = [replace(MAIN, hours=HOURS, contact="Maria, 02 1234567"), replace(NORTH, hours=HOURS)]
    office = await offices(now=TUESDAY.replace(day=27, hour=19), desks=desks)
    await office.anna.says(DANGER)
    said = len(office.in_topic())
    await office.minutes(14 * 60)
    reminders = office.in_topic()[said:]
    assert all(one.startswith("⚠ Urgente") for one in reminders)
    assert 4 <= len(reminders) <= 12
    assert any("Maria, 02 1234567" in one for one in general(office))
    assert any(one.text.startswith("⚠") for one in office.north.chat.from_bot), "where no desk is open, all are told"


async def test_who_was_passed_on_keeps_the_place_in_the_queue(offices: Offices) -> None:
    office = await offices(desks=[MAIN])
    await office.asks()
    await office.takes()
    await office.minutes(5)
    await office.asks(office.bruno)
    await office.minutes(5)
    first, second = (one.number for one in office.cases)
    card = office.card(number=first)
    office.luca.says("/passa coda", chat=office.group, topic=card.topic)
    await office.scene.settle()
    lines = (await queue(office)).splitlines()
    assert [f"{number:04}" in line for number, line in zip((first, second), lines[1:], strict=True)] == [True, True]
    assert "da 10 minuti" in lines[1]
