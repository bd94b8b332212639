"""Questions about what is shown and references to it: answered from the cards, and never a change of what is known."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.cli.chat_json import JsonChat
from bot.core.conditions import Span
from bot.core.content import Content
from bot.dialogue.incoming import Text
from bot.dialogue.session import Screen, Session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World

NOW = dt.datetime(2026, 11, 22, 10)
SEARCH = "asilo nido a Melegnano per bimbo di 2 anni"
#: Questions, with words that the answer of the second card has.
QUESTIONS = {
    "quanto verrebbe a costare?": "650 €",
    "si paga?": "650 €",
    "in che via sta?": "Via delle Officine 40",
    "come si arriva?": "Via delle Officine 40",
    "che orari hanno?": "lun–ven 6:45–20:00",
    "il sabato è aperto?": "Sì: sab 7:30–14:00",
    "la domenica è aperto?": "No.",
    "fino a che ora?": "20:00",
    "che documenti vogliono?": "codice fiscale",
    "come si fa l'iscrizione?": "modulo online",
    "ci sono ancora posti?": "Non risulta pieno",
    "per che età è?": "6–36 mesi",
    "ci si entra in carrozzina?": "Accessibilità",
    "hanno un indirizzo mail?": "lanterna@example.org",
    "chi lo gestisce?": "La Lanterna",
    "lo prendono a 5 anni?": "No, non va bene: 5 anni",
}


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


def after(world: World, *lines: str, session: Session | None = None) -> Turn:
    """Types, one line after the other; the last turn."""
    session = session or Session()
    for line in lines:
        result = turn(world, session, Text(line), NOW)
        session = result.session
    return result


@pytest.mark.parametrize(("question", "answer"), QUESTIONS.items())
def test_a_question_about_a_card_is_answered_from_it(world: World, question: str, answer: str) -> None:
    card = after(world, SEARCH, "quello a San Donato")
    asked = after(world, question, session=card.session)
    assert answer in asked.replies[0].plain
    assert len(asked.replies[0].plain) <= 800
    assert asked.session.interview == card.session.interview


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_a_list_names_every_offer_and_changes_nothing(world: World, question: str) -> None:
    found = after(world, SEARCH)
    asked = after(world, question, session=found.session)
    said = asked.replies[0].plain
    assert said.count("\n") >= 1
    assert not any(topic.say in said for topic in world.content.topics.values())
    assert asked.session.interview == found.session.interview


@pytest.mark.parametrize("words", ["il secondo", "apri il 2", "2", "numero due"])
def test_words_point_at_an_offer_of_the_list(world: World, words: str) -> None:
    opened = after(world, SEARCH, words).session
    assert (opened.screen, opened.card) == (Screen.CARD, "nido-girotondo@melegnano")


@pytest.mark.parametrize("place", ["San Donato", "San Giuliano"])
def test_words_point_at_any_place_of_a_service_in_the_list(world: World, place: str) -> None:
    opened = after(world, SEARCH, f"quello a {place}").session
    assert (opened.screen, opened.card) == (Screen.CARD, f"nido-orario-lungo@{place.lower().replace(' ', '-')}-milanese")


@pytest.mark.parametrize("opened", [(), ("il secondo",)])
@pytest.mark.parametrize(
    "words",
    ["e per mia figlia di 12?", "e per il fratellino di 12 anni?", "e mia figlia che ha 12 anni?", "invece per il grande di 12"],
)
def test_another_person_is_searched_for_with_the_same_need_and_home(world: World, opened: tuple[str, ...], words: str) -> None:
    found = after(world, SEARCH, *opened, words)
    interview = found.session.interview
    assert interview is not None
    assert {id: answer.values[0] for id, answer in interview.answers.items()} | {"persona": ""} == {
        "bisogno": "asilo-nido",
        "comune": "melegnano",
        "eta": Span(144, 156),
        "persona": "",
    }
    said = found.replies[0].plain
    assert ("No, non va bene: 12 anni." in said) is bool(opened)
    assert "112" not in said


def test_a_yes_to_the_age_of_another_person_says_what_else_is_in_the_way(world: World) -> None:
    said = after(world, "doposcuola mio figlio 10 anni mediglia", "il primo", "e per il fratello di 8?").replies[0].plain
    assert "Per questo sì: 8 anni, però è per chi abita a Colturano." in said
    assert "Sì, va bene" not in said


def test_another_person_who_is_not_described_is_asked_for_their_age(world: World) -> None:
    asked = after(world, SEARCH, "il secondo", "e per la più grande?")
    assert "Quanti anni ha?" in asked.replies[0].plain
    assert "Doposcuola" not in after(world, "4 anni", session=asked.session).replies[0].plain


def test_none_is_good_asks_what_is_wrong(world: World) -> None:
    reply = after(world, SEARCH, "questi non fanno per me").replies[0]
    labels = [choice.label for row in reply.rows for choice in row]
    assert {"È troppo lontano", "Costa troppo", "Gli orari non vanno", "L'età non va"} <= set(labels)


@pytest.mark.parametrize("digit", tuple("0123456789"))
def test_a_digit_is_no_button_where_no_number_is_shown(world: World, digit: str) -> None:
    first = after(world, "ciao")
    assert after(world, digit, session=first.session).session.interview == first.session.interview


def test_what_is_typed_below_the_offer_of_a_person_is_heard(world: World) -> None:
    offered = after(world, SEARCH, "xyzzy", "plugh")
    assert offered.session.screen is Screen.HUMAN
    assert "650 €" in after(world, "quanto costa?", session=offered.session).replies[0].plain


def test_yes_to_doubtful_needs_takes_the_first(world: World) -> None:
    doubtful = after(world, "mio figlio autistico di 12 anni a san giuliano ha bisogno di trasporto per la scuola")
    if doubtful.session.suggestions:
        first = doubtful.session.suggestions[0]
        answered = after(world, "sì", session=doubtful.session).session.interview
        assert answered is not None
        assert answered.answers["bisogno"].values == (first,)


def test_programs_get_a_line_of_json_for_each_typed_line(world: World) -> None:
    told = [json.loads(line) for line in JsonChat(world, lambda: NOW).lines([SEARCH, "quanto costa?"])]
    assert [one["input"] for one in told] == [SEARCH, "quanto costa?"]
    assert told[0]["profile"]["comune"] == "Melegnano"
    assert told[0]["offers"] == told[1]["offers"]
    assert told[1]["understood"]["intent"] == "AboutShown"
    assert told[1].keys() == {"input", "replies", "screen", "profile", "offers", "understood", "case", "effects"}
