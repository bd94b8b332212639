"""Proposals and canned replies: seen before they go, sent once; the desk has replies of its own."""

from __future__ import annotations

import pytest

from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import Office

pytestmark = pytest.mark.asyncio


async def test_a_service_is_seen_before_it_goes_and_goes_once(office: Office) -> None:
    await office.anna.says("un bambino", "7 anni", "melegnano", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.hears(office.luca, "/proponi doposcuola melegnano")
    choice = office.group.chat.from_bot[-1]
    heard = len(office.anna.heard)
    office.luca.presses(choice, choice.labels[0])
    await office.scene.settle()
    shown = office.group.chat.from_bot[-1]
    assert "Manda al cittadino" in shown.labels
    assert len(office.anna.heard) == heard
    assert any(words in shown.text for words in ("Va bene per questa persona", "Forse va bene", "Non va bene"))
    for _ in range(2):
        office.luca.presses(shown, "Manda al cittadino")
        await office.scene.settle()
    assert len(office.anna.heard) == heard + 1
    assert office.in_topic()[-1].endswith("l'avete già mandata in questo caso.")


async def test_a_desk_keeps_replies_of_its_own_with_placeholders(office: Office) -> None:
    await office.anna.says("un bambino", "7 anni", "melegnano", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.takes()
    heard = len(office.anna.heard)
    await office.hears(office.luca, "/r+ sede Sono {nome}. A {comune} apriamo alle 9.")
    assert len(office.anna.heard) == heard
    assert office.in_topic()[-1].startswith("Risposta pronta salvata: sede.")
    await office.hears(office.luca, "/r sede")
    assert office.anna.front.text == "Sono Luca. A Melegnano apriamo alle 9."
    await office.hears(office.luca, "/risposta sdee")
    assert office.in_topic()[-1] == "Non conosco questa risposta. Ci sono: sede"
    await office.hears(office.luca, "/risposta sede", "/r sede")
    assert any(text.startswith("Non conosco questa risposta.") for text in office.in_topic())
    await office.hears(office.luca, "/risposta")
    assert office.in_topic()[-1].startswith("Scrivi il nome e il testo")


async def test_the_history_says_who_sent_which_card_and_reply(office: Office) -> None:
    await office.anna.says("un bambino", "7 anni", "melegnano", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.hears(office.luca, "/proponi doposcuola melegnano")
    choice = office.group.chat.from_bot[-1]
    office.luca.presses(choice, choice.labels[0])
    await office.scene.settle()
    office.presses(office.luca, "Manda al cittadino")
    await office.scene.settle()
    await office.hears(office.luca, "/r saluto", "/storia")
    said = office.in_topic()[-1]
    assert "risposta pronta mandata: saluto (Luca)" in said
    assert "scheda mandata: Doposcuola Compiti e Merenda (Luca)" in said


async def test_words_that_answer_nothing_are_hinted_at_where_there_are_no_topics(offices: Offices) -> None:
    office = await offices(forum=False)
    await office.asks()
    await office.takes()
    heard = len(office.anna.heard)
    for text in ("buongiorno, eccomi", "ci sei?", "// una nota"):
        office.luca.says(text, chat=office.group)
        await office.scene.settle()
    office.sara.says("io vado", chat=office.group)
    await office.scene.settle()
    hints = [one for one in office.group.chat.from_bot if one.text.startswith("Il cittadino non lo riceve: questo messaggio")]
    assert [one.reply_to.text for one in hints if one.reply_to is not None] == ["buongiorno, eccomi"]
    assert len(office.anna.heard) == heard
