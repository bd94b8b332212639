"""Whatever is typed, in any script and of any length, every reader answers, and answers with values that exist."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours as week
from bot.core.attributes import Attribute, Vocabulary
from bot.kinds.kind import AttributeKind
from bot.kinds.registry import KINDS
from bot.language.entities.ages import ages
from bot.language.entities.people import ages_stated
from bot.language.entities.times import hours
from bot.language.entities.timetable import hours_stated
from bot.language.entities.values import AnswerReader
from bot.language.meaning.phrases import phrase_of
from bot.language.text.normalise import MAX_TEXT_CHARACTERS, normalise, plain, words
from bot.language.text.numerals import guess_numbers, in_digits
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY, Read

QUESTIONS = ["persona", "eta", "comune", "bisogno", "famiglia", "disabilita", "orario"]
#: What the rules look for, in every order: this finds more than letters do.
PIECES = [
    "7", "12", "24", "2019", "18:30", "8.30", "0", "½", "1/2", ",", ".", "/", "-", "–", "+", ">", "'", "e", "o", "a", "ai", "un",
    "uno", "sette", "anni", "anno", "mesi", "mezzo", "nata", "nel", "del", "marzo", "terza", "3a", "IV", "media", "elementare",
    "tra", "dai", "dalle", "alle", "dopo le", "prima delle", "esco", "comincio", "lunedì", "sabato", "mattina", "sera", "quasi",
    "compie", "over", "meno di", "non", "no", "senza", "ma", "nessuna", "san", "san donato", "cerro", "al lambro", "milano",
    "lavoro a", "via", "20070", "20077", "nido", "bonus", "baby", "sitter", "trasporto", "famiglia", "figlio", "nonna", "cieco",
    "classe", "liceo", "in", "mezzani", "gruppo", "lun", "mar", "turno", "14-22", "14 18", "tutti i giorni", "io", "lei", "fa",
    "ritardo", "affitto", "come una di",
]  # fmt: skip

any_text = st.text(max_size=200)
built_text = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.lists(st.sampled_from(PIECES), max_size=12).map(
    "".join
)
texts = any_text | built_text


@given(texts)
def test_every_question_has_a_reading_of_any_text(read: Read, vocabulary: Vocabulary, text: str) -> None:
    for question in QUESTIONS:
        reading = read(question, text)
        assert not (reading.values and reading.suggestions)
        assert all(vocabulary.is_valid(question, value) for value in (*reading.values, *reading.suggestions))


@given(texts)
def test_no_value_is_read_twice(read: Read, text: str) -> None:
    for question in QUESTIONS:
        reading = read(question, text)
        assert len(set(reading.values)) == len(reading.values)
        assert len(set(reading.suggestions)) == len(reading.suggestions)


@given(texts)
def test_an_age_is_a_span_of_months_that_people_live(text: str) -> None:
    for span in ages(Utterance(text), TODAY):
        assert 0 <= span.low < span.high
        assert span.low <= 120 * 12
        assert span.high == math.inf or span.high <= 1000 * 12


@given(texts)
def test_hours_are_written_in_opening_hours_syntax_and_are_some_hours(text: str) -> None:
    for window in hours(Utterance(text)):
        assert week.week(window.expression)


@given(texts)
def test_what_a_sentence_states_are_ages_that_people_live_and_some_hours(text: str) -> None:
    for span in ages_stated(Utterance(text), TODAY):
        assert 0 <= span.low < span.high
        assert span.low <= 120 * 12
    windows, parts = hours_stated(Utterance(text))
    assert not (windows and parts)
    for window in windows:
        assert week.week(window.expression)


@pytest.mark.parametrize(
    "piece", ["prima e la ", "prima elementare e uno in ", "figlia ", "lun mer ", "turno 14 18 ", "io 72 lei 70 "]
)
def test_sentences_are_read_in_a_bounded_time(piece: str) -> None:
    long = piece * (100_000 // len(piece))
    started = time.process_time()
    assert ages_stated(Utterance(long), TODAY) == ages_stated(Utterance(long[:MAX_TEXT_CHARACTERS]), TODAY)
    assert hours_stated(Utterance(long)) == hours_stated(Utterance(long[:MAX_TEXT_CHARACTERS]))
    assert time.process_time() - started < 1


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert words(text) == normalise(text).split()


@given(texts)
def test_numbers_that_are_digits_stay_as_they_are(text: str) -> None:
    said = in_digits(plain(text))
    assert in_digits(said) == said
    assert isinstance(guess_numbers(said), str)


@given(texts)
def test_case_and_spaces_around_do_not_matter(read: Read, text: str) -> None:
    # Some letters have no lower case that is the lower case of their upper case ("ŉ", "ſ").
    if text.isascii():
        assert phrase_of(Utterance(f"  {text.upper()} ")) == phrase_of(Utterance(text))
        for question in QUESTIONS:
            assert read(question, f"  {text.upper()}\n") == read(question, text)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(text=texts)
def test_attributes_that_staff_declare_are_read_too(kind: AttributeKind, text: str) -> None:
    attribute = Attribute("x", kind, "X", {})
    reading = kind.read(attribute, Utterance(text), TODAY, AnswerReader(Vocabulary({"x": attribute})))
    assert all(kind.is_valid(attribute, value) for value in (*reading.values, *reading.suggestions))


@pytest.mark.parametrize(
    "piece", [*PIECES, "x", " ", "\n", "è", "\u0301", "ﷺ", "😀", "ß", "٣", "1 - ", "{", "\\", "(" * 50, "è un "]
)
def test_a_very_long_text_is_read_up_to_a_limit(read: Read, piece: str) -> None:
    long = piece * (100_000 // len(piece))
    for question in QUESTIONS:
        assert read(question, long) == read(question, long[:MAX_TEXT_CHARACTERS])
    assert phrase_of(Utterance(long)) is phrase_of(Utterance(long[:MAX_TEXT_CHARACTERS]))
