"""The sentences of `values.yaml`: what is stated is read, and nothing is made up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.authoring.measure import right_slots
from bot.authoring.models.queries import Query
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.language.entities.slots import SlotReader
from bot.language.meaning.training_data import training_data_of
from bot.language.text.utterance import Utterance

FILE = Path(__file__).parent / "values.yaml"
#: The day on which the sentences are said.
TODAY = dt.date(2026, 11, 30)
#: The share of sentences of which every value must be right.
_SHARE = 0.95


@pytest.fixture(scope="module")
def queries(content: Content) -> tuple[Query, ...]:
    problems = Problems("it")
    found = read_queries(FILE.parent, content, problems, [FILE])
    assert not len(problems)
    return found


def test_the_values_of_new_sentences_are_right(content: Content, queries: tuple[Query, ...]) -> None:
    slots = SlotReader(content.vocabulary, training_data_of(content).words_spelt_right)
    wrong = []
    for query in queries:
        heard = slots.stated(Utterance(query.say), TODAY)
        names = [name for name, is_right in right_slots(query.stated, heard, content.vocabulary).items() if not is_right]
        wrong += [(query.say, names)] if set(names) - {"periodo"} or (names and query.stated.period) else []
    assert len(queries) == 140
    assert len(wrong) <= len(queries) * (1 - _SHARE), wrong
