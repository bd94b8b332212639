"""The shipped vocabulary, ready to read what people type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.files import read_file
from bot.authoring.problems import Problems
from bot.authoring.vocabulary import VocabularyNodes, read_vocabulary
from bot.core.attributes import Vocabulary
from bot.kinds.registry import kind_of
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance

#: The day on which everything in these tables is typed; a Sunday in the first months of a school year.
TODAY = dt.date(2026, 11, 22)
PROJECT = Path(__file__).parent.parent.parent

Read = Callable[[str, str], Reading]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    problems = Problems("it")
    files = {name: read_file(PROJECT, f"catalogue/{name}.yaml", problems) for name in ("attributes", "needs", "places")}
    read, _ = read_vocabulary(VocabularyNodes(**files), problems)
    assert not len(problems), [str(problem) for problem in problems.errors]
    return read


@pytest.fixture(scope="session")
def read(vocabulary: Vocabulary) -> Read:
    """What a text means as the answer to the question about an attribute."""
    answers = AnswerReader(vocabulary)
    return lambda attribute, text: kind_of(vocabulary[attribute]).read(vocabulary[attribute], Utterance(text), TODAY, answers)
