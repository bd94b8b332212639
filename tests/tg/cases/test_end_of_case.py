"""The end of a case: its outcome in one tap, opened again by either side, its topic closed, goodbyes that reopen nothing."""

from __future__ import annotations

import json

import pytest

from bot.core.case import CaseState, Outcome
from tests.tg.cases.office import Office

pytestmark = pytest.mark.asyncio


async def closed(office: Office, how: str = "/chiudi") -> None:
    await office.anna.says("nido", "melegnano", "/operatore")
    if "Sì, va bene" in office.anna.front.labels:
        await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.hears(office.luca, "via Roma 1", how)


async def test_the_outcome_is_one_tap_with_need_and_place_in_the_ledger(office: Office) -> None:
    await closed(office)
    office.presses(office.luca, "Posti esauriti")
    await office.scene.settle()
    assert office.case.outcome is Outcome.FULL
    assert office.in_topic()[-1] == "Segnato: Posti esauriti."
    assert "Posti esauriti" in office.card().text
    ((payload,),) = office.scene.rows("SELECT payload FROM ledger WHERE kind = 'case_outcome'")
    written = json.loads(payload)
    assert (written["outcome"], written["place"]) == ("full", "Melegnano")
    assert written["needs"]


async def test_the_outcome_can_be_typed_with_words(office: Office) -> None:
    await closed(office, "/chiudi Boh")
    assert office.case.state is CaseState.ASSIGNED
    assert "Risolto" in office.in_topic()[-1]
    await office.hears(office.luca, "/chiudi risolto: ha il posto al nido")
    assert (office.case.outcome, office.case.outcome_words) == (Outcome.SOLVED, "ha il posto al nido")


async def test_a_case_closed_by_mistake_is_opened_again_by_its_manager(office: Office) -> None:
    await closed(office)
    office.presses(office.luca, "Riapri")
    await office.scene.settle()
    assert (office.case.state, office.case.manager and office.case.manager.name) == (CaseState.ASSIGNED, "Luca")
    assert office.anna.front.text.startswith("Ora ti risponde Luca")
    await office.anna.says("eccomi")
    assert any(text.endswith("\neccomi") for text in office.in_topic())
    await office.hears(office.luca, "/riapri")
    assert office.in_topic()[-1] == "Il caso è già aperto."


async def test_after_closing_the_manager_still_corrects_and_adds(office: Office) -> None:
    await closed(office)
    said = next(one for one in office.group.chat.messages if one.text == "via Roma 1")
    office.luca.edits(said, "via Roma 11")
    await office.scene.settle()
    assert any(one.text == "via Roma 11" for one in office.anna.heard)
    await office.hears(office.luca, "ho trovato il posto")
    assert office.anna.front.text == "ho trovato il posto"
    assert office.case.state is CaseState.RESOLVED
    await office.hears(office.sara, "anche io")
    assert office.anna.front.text == "ho trovato il posto"


async def test_a_case_is_not_opened_again_beside_a_newer_one(office: Office) -> None:
    await closed(office)
    card = office.card()
    await office.anna.taps("Torna al bot")
    await office.anna.says("/operatore")
    if "Sì, va bene" in office.anna.front.labels:
        await office.anna.taps("Sì, va bene")
    assert len(office.cases) == 2
    press = office.luca.presses(card, "Riapri")
    await office.scene.settle()
    assert press.text.startswith("Il caso è chiuso")
    assert office.cases[0].state is CaseState.RESOLVED


async def test_the_topic_is_closed_some_minutes_after_its_case_and_opened_with_it(office: Office) -> None:
    await closed(office)
    topic = office.topic()
    assert topic is not None
    assert not topic.closed
    await office.minutes(11)
    assert topic.closed
    await office.anna.says("manca ancora l'orario di apertura")
    assert not topic.closed
    assert office.case.state is CaseState.WAITING


async def test_a_forwarded_command_closes_no_case_and_goes_to_the_citizen(office: Office) -> None:
    await office.asks()
    await office.takes()
    said = office.scene.telegram.user(30, "Bruno").says("/chiudi")
    office.luca.forwards(said, chat=office.group, topic=office.topic())
    await office.scene.settle()
    assert office.case.state is CaseState.ASSIGNED
    assert office.anna.front.text == "/chiudi"


async def test_closing_the_topic_by_hand_closes_the_case(office: Office) -> None:
    await office.asks()
    await office.takes()
    topic = office.topic()
    assert topic is not None
    office.marta.closes_topic(office.group, topic)
    await office.scene.settle()
    assert office.case.state is CaseState.RESOLVED
    assert "Ti è stato d'aiuto?" in office.anna.front.text
    said = len(office.in_topic())
    office.marta.reopens_topic(office.group, topic)
    office.marta.closes_topic(office.group, topic)
    await office.scene.settle()
    assert len(office.in_topic()) == said


async def test_a_topic_closed_by_hand_opens_again_when_it_is_needed(office: Office) -> None:
    await office.asks()
    topic = office.topic()
    assert topic is not None
    office.sara.closes_topic(office.group, topic)
    await office.scene.settle()
    assert (topic.closed, office.in_topic()[-1]) == (False, "Prima serve prendere in carico il caso.")
    await office.takes()
    office.luca.closes_topic(office.group, topic)
    await office.scene.settle()
    assert (topic.closed, office.case.state) == (True, CaseState.RESOLVED)
    await office.anna.says("manca ancora l'orario di apertura")
    assert (topic.closed, office.case.state) == (False, CaseState.WAITING)


@pytest.mark.parametrize(
    "text",
    ["ok", "ok grazie", "va bene", "perfetto", "👍", "🙏", "a presto", "capito", "grazie di tutto",
     "Grazie mille, buona giornata!", "arrivederci", "siete stati gentilissimi, grazie"],
)  # fmt: skip
async def test_a_goodbye_opens_nothing(office: Office, text: str) -> None:
    await closed(office)
    await office.anna.says(text)
    assert office.case.state is CaseState.RESOLVED


@pytest.mark.parametrize("text", ["va bene?", "e per il trasporto?", "non va bene, il nido è chiuso", "ho ancora bisogno"])
async def test_what_was_left_out_opens_the_case(office: Office, text: str) -> None:
    await closed(office)
    await office.anna.says(text)
    assert office.case.state is CaseState.WAITING


async def test_doubtful_words_are_asked_about(office: Office) -> None:
    await closed(office)
    await office.anna.says("va bene, provo")
    assert office.case.state is CaseState.RESOLVED
    assert office.anna.front.text == "Ti serve ancora qualcosa da questa richiesta?"
    await office.anna.taps("Serve ancora")
    assert office.case.state is CaseState.WAITING


async def test_who_was_not_helped_can_say_what_is_missing_and_is_heard(office: Office) -> None:
    await closed(office)
    await office.anna.taps("No")
    assert office.anna.front.labels == ["Serve ancora", "Torna al bot"]
    await office.anna.says("non mi ha risposto")
    assert (office.case.state, office.case.helped) == (CaseState.WAITING, "")


async def test_a_new_search_after_the_end_is_a_new_case_with_its_own_consent(office: Office) -> None:
    await closed(office)
    await office.anna.says("/start", "un anziano", "85 anni", "san donato", "/operatore")
    assert "Può vedere quello che mi hai detto?" in office.anna.front.text
    await office.anna.taps("Sì, va bene")
    assert len(office.cases) == 2
    assert "85" in str(office.case.facts)


async def test_a_false_alarm_is_taken_away_in_one_tap(office: Office) -> None:
    await office.anna.says("mio marito mi picchia")
    office.presses(office.sara, "Non è urgente")
    await office.scene.settle()
    assert "⚠" not in office.card().text
    assert office.in_topic()[-1] == "Sara dice che non è urgente."


async def test_who_is_blocked_and_in_danger_reaches_a_person(office: Office) -> None:
    await office.asks()
    await office.hears(office.luca, "/blocca insulti")
    await office.anna.says("mio marito mi picchia, ho paura")
    assert (len(office.cases), office.case.urgent) == (2, True)
    await office.hears(office.luca, "/sblocca")
    assert office.anna.front.text.startswith("Da ora puoi di nuovo parlare con una persona")
    await office.hears(office.luca, "/sblocca")
    assert office.in_topic()[-1] == "Questo cittadino non è bloccato."
