"""Several wishes in one sentence, each with its own values."""

from __future__ import annotations

import pytest

from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.attributes import years
from bot.core.conditions import Span, Value
from bot.core.content import Content
from bot.language.entities.slots import SlotReader
from bot.language.meaning.training_data import training_data_of
from bot.language.text.utterance import Utterance
from tests.language.conftest import PROJECT, TODAY


@pytest.fixture(scope="module")
def slots(content: Content) -> SlotReader:
    return SlotReader(content.vocabulary, training_data_of(content).words_spelt_right)


#: Sentences, and of each wish the age and the municipality.
SEVERAL: list[tuple[str, list[tuple[Value | None, str]]]] = [
    (
        "cerco nido per mia figlia di 2 anni e doposcuola per mio figlio di 8, a Paullo",
        [(years(2), "paullo"), (years(8), "paullo")],
    ),
    ("mi serve una badante per mamma e il centro estivo per i bimbi", [(None, ""), (None, "")]),
    ("non riesco a pagare le bollette e la mensa", [(None, ""), (None, "")]),
    ("doposcuola e mensa", [(None, ""), (None, "")]),
    ("un posto al nido per il piccolo di 1 anno e qualcuno che guardi la nonna di 84", [(years(1), ""), (years(84), "")]),
    (
        "il nido per il piccolo di 10 mesi, il doposcuola per la grande di 8 anni e una badante per mia mamma di 84",
        [(Span(10, 11), ""), (years(8), ""), (years(84), "")],
    ),
    (
        "vorrei il telesoccorso per papà di 80 anni. Poi un centro estivo per mio figlio di 7 anni",
        [(years(80), ""), (years(7), "")],
    ),
    (
        "trasporto scolastico per mio figlio di 10 anni a Melegnano e assistenza domiciliare per mio nonno di 90 a Paullo",
        [(years(10), "melegnano"), (years(90), "paullo")],
    ),
]
ONE = [
    "doposcuola per mio figlio di 7 e mia figlia di 9 anni",
    "cerco doposcuola per mia figlia di 7 anni a Melegnano, esco alle 18:30",
    "il nido chiude alle 16 e io stacco alle 18",
    "ho 45 anni e mia figlia ne ha 9, cerco doposcuola",
    "lunedì e giovedì dalle 16 alle 18",
    "mio marito lavora, cerco un nido per il bimbo di 1 anno",
    "ciao",
    "",
]


@pytest.mark.parametrize(("text", "people"), SEVERAL)
def test_every_wish_has_its_own_values(slots: SlotReader, text: str, people: list[tuple[Value | None, str]]) -> None:
    wishes = slots.wishes(Utterance(text), TODAY)
    found = [(next(iter(wish.slots.get("eta", ())), None), next(iter(wish.slots.get("comune", ())), "")) for wish in wishes]
    assert found == people


@pytest.mark.parametrize("text", ONE)
def test_a_sentence_with_one_wish_stays_whole(slots: SlotReader, text: str) -> None:
    assert [wish.text for wish in slots.wishes(Utterance(text), TODAY)] == [text]


def test_sentences_that_ask_for_one_need_are_hardly_ever_parted(content: Content, slots: SlotReader) -> None:
    queries = read_queries(PROJECT, content, Problems("it"))
    asked = [query for query in queries if query.finds.needs]
    parted = [query.say for query in asked if len(slots.wishes(Utterance(query.say), TODAY)) > 1]
    assert len(parted) <= 0.02 * len(asked), parted
