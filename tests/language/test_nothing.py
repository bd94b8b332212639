"""What must mean nothing: it answers no question, resembles no button and is no phrase."""

from __future__ import annotations

import pytest

from bot.language.meaning.phrases import phrase_of
from bot.language.text.utterance import Utterance
from tests.language.conftest import Read

NONSENSE = [
    "",
    " ",
    "\n\n",
    "...",
    "?",
    "???",
    "!!",
    "-",
    "'",
    "asdf",
    "asdfghjkl",
    "qwerty",
    "sdkjfhskdjfh",
    "xxx",
    "zzzzzz",
    "lol",
    "ahahah",
    "mmm",
    "ehm",
    "cosa?",
    "in che senso",
    "ciao",
    "ciaoo",
    "buongiorno",
    "salve",
    "come stai?",
    "grazie mille",
    "sei un robot?",
    "che bella giornata",
    "pizza margherita",
    "forza inter",
    "meteo domani",
    "che palle",
    "🙂",
    "😭😭😭",
    "🤷‍♀️",
    "❤️",
    "\u200b",
    "\u202eabc",
    "привет",
    "مرحبا",
    "你好",
    "こんにちは",
    "नमस्ते",
    "γειά σου",
    "שלום",
    "สวัสดี",
    "እንደምን አለህ",
    "₿₿₿",
    "https://example.org/x?y=z",
    "a@b.c",
    "{{config}}",
    "'; DROP TABLE inbox; --",
    "undefined",
    "*_~`",
]
QUESTIONS = ["persona", "eta", "comune", "bisogno", "famiglia", "disabilita", "orario"]

#: Words of every day, some a letter away from a name. They may be asked about, and are never noted down.
UNRELATED = [
    "prezzo",
    "muratore",
    "internet",
    "chiesa",
    "nave",
    "nome",
    "davanti",
    "cielo",
    "corso",
    "letto",
    "pizza",
    "pasta",
    "donna",
    "un uomo",
    "sano",
    "mota",
    "cosa c'è",
    "mi chiamo Anna",
    "la sedia è rotta",
    "ho il mutuo",
    "carta d'identità",
    "quanto costa?",
    "è possibile?",
    "il comune",
    "Italia",
    "medico di base",
    "passeggino",
    "mia cugina",
]

#: Answers to one question that mean nothing to another.
ASTRAY = [
    ("persona", "Melegnano"),
    ("persona", "dopo le 18"),
    ("persona", "20077"),
    ("eta", "Melegnano"),
    ("eta", "mia nonna"),
    ("eta", "dopo le 18"),
    ("comune", "7"),
    ("comune", "mia nonna"),
    ("comune", "casa mia"),
    ("comune", "sera"),
    ("comune", "doposcuola"),
    ("comune", "in campagna"),
    ("comune", "al mare"),
    ("comune", "vicino alla stazione"),
    ("famiglia", "Melegnano"),
    ("famiglia", "dopo le 18"),
    ("disabilita", "Melegnano"),
    ("disabilita", "7 anni"),
    ("disabilita", "doposcuola"),
    ("orario", "Melegnano"),
    ("orario", "7 anni"),
    ("orario", "mia nonna"),
    ("bisogno", "Melegnano"),
    ("bisogno", "7"),
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_answers_no_question(read: Read, question: str, text: str) -> None:
    reading = read(question, text)
    assert (reading.values, reading.suggestions) == ((), ())


@pytest.mark.parametrize("text", [text for text in NONSENSE if "?" not in text[:1]])
def test_nonsense_is_no_phrase(text: str) -> None:
    assert phrase_of(Utterance(text)) is None


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", UNRELATED)
def test_an_unrelated_word_is_not_noted_down(read: Read, question: str, text: str) -> None:
    assert read(question, text).values == ()
    assert phrase_of(Utterance(text)) is None


@pytest.mark.parametrize(("question", "text"), ASTRAY)
def test_the_answer_to_one_question_does_not_answer_another(read: Read, question: str, text: str) -> None:
    reading = read(question, text)
    assert (reading.values, reading.suggestions) == ((), ())
