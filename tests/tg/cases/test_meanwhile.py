"""While a case waits: the bot goes on working, the card lives, and success is said only when it is known."""

from __future__ import annotations

import pytest

from bot.core.case import CaseState
from bot.fake_telegram.state import Member
from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import MAIN, Office

pytestmark = pytest.mark.asyncio


async def shared(office: Office, *texts: str) -> None:
    await office.anna.says(*texts, "/operatore")
    if "Sì, va bene" in office.anna.front.labels:
        await office.anna.taps("Sì, va bene")


async def test_words_are_added_in_words_with_the_queue_and_not_at_each_message(office: Office) -> None:
    await office.asks(office.bruno)
    await office.asks(office.scene.person(9, "Carla"))
    await shared(office, "nido", "melegnano")
    await office.anna.says("abbiamo già chiamato il Comune, ma non risponde")
    assert office.anna.front.text == (
        "L'ho aggiunto alla tua richiesta. Di solito ci vogliono meno di 15 minuti. Prima della tua c'è un'altra richiesta."
    )
    heard = len(office.anna.heard)
    await office.anna.says("abitiamo vicino alla stazione, lo dico per comodità")
    assert len(office.anna.heard) == heard
    assert len(office.case.held_messages) == 2


async def test_the_bot_answers_what_is_asked_of_it_and_adds_it_too(office: Office) -> None:
    await office.asks()
    await office.anna.says("ma tu chi sei?")
    assert "L'ho aggiunto anche alla tua richiesta." in office.anna.front.text
    assert office.case.state is CaseState.WAITING
    await office.anna.says("cerco un corso di italiano a san donato")
    assert office.anna.front.text.startswith("L'ho aggiunto alla tua richiesta.")
    assert [one.text for one in office.case.held_messages] == ["ma tu chi sei?", "cerco un corso di italiano a san donato"]


@pytest.mark.parametrize("before", [[], ["un bambino", "melegnano"]], ids=["at once", "after a search"])
@pytest.mark.parametrize("goes_on", [False, True], ids=["case in front", "search in front"])
async def test_what_is_written_after_a_cry_for_help_is_for_the_manager_too(
    office: Office, before: list[str], goes_on: bool
) -> None:
    await shared(office, *before)
    if goes_on:
        await office.anna.taps("Continua")
    await office.anna.says("mio marito mi picchia, ho paura")
    assert office.case.urgent
    await office.anna.says("il citofono non funziona, terzo piano")
    assert office.case.held_messages[-1].text == "il citofono non funziona, terzo piano"
    await office.takes()
    assert "il citofono non funziona, terzo piano" in [message.text.rpartition("\n")[2] for message in office.group.chat.from_bot]


async def test_the_card_shows_what_was_told_meanwhile_and_keeps_back_what_was_not_agreed_to(office: Office) -> None:
    await shared(office, "un bambino", "melegnano")
    assert "7 anni" not in office.card().text
    await office.anna.taps("Continua")
    await office.anna.says("7 anni")
    assert "7 anni" in office.card().text
    await office.takes()
    assert "7 anni" in office.card().text


async def test_a_case_of_which_nothing_is_shared_shows_nothing_later(office: Office) -> None:
    await office.anna.says("un bambino", "melegnano", "/operatore")
    await office.anna.taps("No, spiego io")
    await office.anna.taps("Continua")
    await office.anna.says("7 anni")
    assert "7 anni" not in office.card().text


async def test_another_search_is_added_to_the_open_case_after_its_own_consent(office: Office) -> None:
    await shared(office, "un bambino", "7 anni", "melegnano")
    await office.anna.says("/start", "un anziano", "85 anni", "san donato")
    assert "85" not in office.card().text
    await office.anna.says("/operatore")
    assert "Può vedere quello che mi hai detto?" in office.anna.front.text
    await office.anna.taps("Sì, va bene")
    assert len(office.cases) == 1
    assert "85" in office.card().text
    assert "7 anni" in office.card().text
    assert office.anna.front.text.startswith("L'ho aggiunto alla tua richiesta.")


async def test_the_card_names_earlier_cases_with_their_end_and_a_link(office: Office) -> None:
    await shared(office, "nido", "melegnano")
    await office.takes()
    await office.hears(office.luca, "via Roma 1", "/chiudi posti esauriti")
    await office.anna.says("/start", "un anziano", "85 anni")
    await shared(office, "san donato")
    card = office.card()
    assert "Prima: Cittadino 0001, " in card.text
    assert "Posti esauriti · Luca" in card.text
    assert any(one["type"] == "text_link" for one in card.entities)


async def test_a_request_goes_to_a_desk_that_can_be_reached(office: Office) -> None:
    await put_out(office)
    assert any("non è più nel gruppo dello sportello principale" in one.text for one in office.north.chat.from_bot)
    await office.asks()
    assert office.case.desk == "san-donato"


async def test_where_no_desk_can_be_reached_success_is_not_said(offices: Offices) -> None:
    office = await offices(desks=[MAIN])
    await put_out(office)
    await office.asks()
    assert office.anna.front.text.startswith("Ho salvato la tua richiesta, ma adesso non riesco a consegnarla")


async def put_out(office: Office) -> None:
    office.group.switchboard.change_member(office.group.chat, office.marta.user, Member(office.scene.telegram.bot, "kicked"))
    await office.scene.settle()


async def test_words_for_a_group_that_muted_the_bot_arrive_when_it_may_write_again(office: Office) -> None:
    await office.asks()
    await office.takes()
    office.group.mutes_bot(by=office.marta)
    await office.scene.settle()
    await office.anna.says("ci siete?")
    assert office.anna.front.text.startswith("Il tuo messaggio non è ancora arrivato alla persona.")
    office.group.gives_bot("can_manage_topics", "can_delete_messages", "can_pin_messages", by=office.marta)
    await office.scene.settle()
    assert office.in_topic()[-1] == "Cittadino 0001\nci siete?"
