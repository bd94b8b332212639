"""Wishes that name an activity, "nuoto" or "teatro": services that hold it come first; where none does, the list says so."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from bot.core.attributes import AGE, MONTHS_PER_YEAR, NEED, PERSON, PLACE
from bot.core.conditions import Span
from bot.core.content import Content
from bot.core.explanation import Verdict, explain
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.core.services import Offer
from bot.dialogue.context import Context
from bot.dialogue.screens import screen_of
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from tests.builders import TODAY

pytestmark = pytest.mark.exhaustive

NOW = dt.datetime(2026, 11, 22, 10)
WISHES = {
    "sport-giovani": ("nuoto", "danza", "judo", "calcio", "basket", "minibasket", "pallavolo", "tennis", "scherma", "rugby"),
    "laboratorio-bambini": ("teatro", "musica", "burattini", "disegno", "fiabe", "circo"),
}
PEOPLE, TOWNS = (
    (("bambino", 5), ("bambino", 7), ("bambino", 10), ("ragazzo", 13)),
    ("melegnano", "dresano", "san-donato-milanese"),
)


@pytest.fixture(scope="module")
def shipped(content: Content) -> World:
    return World.on(content, TODAY)


def searched(world: World, need: str, word: str, person: str, years: int, town: str) -> Context:
    """Return the search of somebody who has named an activity."""
    facts = {PERSON: person, AGE: Span(years * MONTHS_PER_YEAR, (years + 1) * MONTHS_PER_YEAR), PLACE: town, NEED: need}
    answers = {attribute: Answer(AnswerKind.VALUE, (value,)) for attribute, value in facts.items()}
    interview = Interview(world.first_flow.id, answers=answers, pace=Pace.STOPPED)
    return Context(world, Session(interview, interview_count=1, wish=world.activities.words((word,))), NOW)


def holds(offer: Offer, word: str) -> bool:
    service = offer.service
    return stem(word) in {stem(one) for one in normalise(" ".join((service.name, *service.keywords, service.summary))).split()}


def test_what_was_named_comes_first_and_what_is_missing_is_said(shipped: World) -> None:
    first = missing = 0
    for (need, words), (person, years), town in product(WISHES.items(), PEOPLE, TOWNS):
        for word in words:
            context = searched(shipped, need, word, person, years, town)
            here = context.position
            assert here is not None
            remaining = list(context.index.members(here.match.remaining))
            if not remaining:
                continue
            said = screen_of(context).plain
            if any(holds(offer, word) for offer in remaining):
                fits = [
                    offer for offer in remaining if explain(offer, here.people).verdict is Verdict.FITS and holds(offer, word)
                ]
                assert holds(context.best(1)[0], word), (word, years, town)
                assert not fits or context.best(1)[0] in fits
                assert "Non ho trovato" not in said
                first += 1
            else:
                assert f"Non ho trovato «{word}»" in said, (word, years, town)
                missing += 1
    assert min(first, missing) >= 30


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("nuoto per mio figlio di 7 anni a Melegnano", ("nuoto",)),
        ("vorrei un corso di teatro il sabato", ("corso", "teatro")),
        ("ho bisogno di aiuto", ("aiuto",)),
        ("mia figlia ha 7 anni e abitiamo a Dresano", ()),
        # Words that ask about any service name no activity, so that news of a saved search is not kept to services that say them.
        ("quando apre l'iscrizione al corso di nuoto?", ("corso", "nuoto")),
        ("quanto costa, e fino a che ora è aperto?", ()),
        ("ci sono posti liberi a judo?", ("judo",)),
    ],
)
def test_only_words_of_the_catalogue_are_kept(shipped: World, said: str, words: tuple[str, ...]) -> None:
    assert shipped.activities.words(normalise(said).split()) == words


@pytest.mark.parametrize(("need", "word"), [("asilo-nido", "nido"), ("baby-sitter", "sera"), ("trasporto-scolastico", "pulmino")])
def test_words_for_the_need_itself_are_never_missed(shipped: World, need: str, word: str) -> None:
    assert shipped.activities.missing((word,), need, ()) == ()
