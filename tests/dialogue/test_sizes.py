"""The sizes that a tired person can read on a phone: of cards, lists and questions, over all shipped content."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

import pytest

from bot.core.content import Content
from bot.core.replies import Reply, Run, Verb
from bot.dialogue.incoming import Press, parse_line
from bot.dialogue.layout import MOST_BUTTONS, MOST_LINES
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import Session
from bot.dialogue.shortening import first_sentence, shortened
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from tests.builders import TODAY, Citizen

pytestmark = pytest.mark.exhaustive

NOW = dt.datetime(2026, 11, 22, 10)
CARD_CHARACTERS = 700


@pytest.fixture(scope="module")
def shipped(content: Content) -> World:
    return World.on(content, TODAY)


def is_short(reply: Reply) -> bool:
    return reply.plain.count("\n") < MOST_LINES and len(reply.plain) <= CARD_CHARACTERS


def test_every_card_can_be_read_at_a_glance(shipped: World) -> None:
    citizen = Citizen(shipped).command("start")
    assert len(shipped.dated.offers) > 700
    long = [id for id in shipped.dated.offers if not is_short(citizen.twin().press(Verb.CARD, id).reply)]
    assert long == []


def test_a_card_and_its_details_tell_everything(shipped: World) -> None:
    texts = OfferTexts(shipped, shipped.phrasing)
    for offer in shipped.dated.offers.values():
        shown = lines(texts.card(offer, None)) | lines(texts.details(offer, None))
        assert lines(texts.whole_card(offer, None)) <= shown


def lines(text: Iterable[Run]) -> set[str]:
    return set("".join(run.text for run in text).splitlines())


def test_messages_of_walks_are_short_and_questions_have_few_buttons(shipped: World) -> None:
    chance, counts = random.Random(7), []
    for _ in range(40):
        session = Session()
        press = Citizen(shipped).command("start").offered[0]
        for _ in range(12):
            step = turn(shipped, session, Press(press), NOW)
            session = step.session
            for reply in step.replies:
                counts.append(reply.plain.count("\n") + 1)
                choices = [choice.action for row in reply.rows for choice in row]
                is_question = any(one.verb in (Verb.ANSWER, Verb.TOGGLE) for one in choices)
                assert not is_question or len(choices) <= MOST_BUTTONS
                press = chance.choice([one for one in choices if one.verb not in (Verb.HUMAN, Verb.OFFER_HUMAN)] or choices)
    assert sum(count > MOST_LINES for count in counts) / len(counts) <= 0.02


@pytest.mark.parametrize(
    "texts",
    [
        ("ciao sono un'assistente sociale",),
        ("mia figlia ha 7 anni e abitiamo a Melegnano", "non lo so"),
        ("/start", "mia figlia ha 7 anni e abitiamo a Melegnano"),
        ("/start", "post-scuola a Melegnano per bambina di 7 anni", "mio nipote ha 13 anni, può venirci?"),
        ("/start", "consultorio familiare a San Giuliano, ho 29 anni", "può venire anche mio marito?"),
    ],
)
def test_what_was_said_back_leaves_no_question_with_too_many_buttons(shipped: World, texts: tuple[str, ...]) -> None:
    session = Session()
    for text in texts:
        step = turn(shipped, session, parse_line(text), NOW)
        session = step.session
        choices = [choice.action for row in step.replies[0].rows for choice in row]
        assert len(choices) <= MOST_BUTTONS or any(one.verb is Verb.CARD for one in choices)


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("Gratis.", 20, "Gratis."),
        ("Costa 3 euro. Si paga sul posto.", 20, "Costa 3 euro."),
        ("Quindici campi aperti per provare", 20, "Quindici campi…"),
    ],
)
def test_a_text_is_cut_after_a_sentence_or_a_word(text: str, characters: int, expected: str) -> None:
    assert shortened(text, characters) == expected


def test_a_first_sentence_does_not_end_at_an_hour() -> None:
    assert first_sentence("Dalle 8.30 alle 12. Poi si torna.") == "Dalle 8.30 alle 12"
