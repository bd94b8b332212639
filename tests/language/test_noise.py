"""Random letters state nothing, at no question and in no sentence, and are read in little time."""

from __future__ import annotations

import random
import string
import time

import pytest

from bot.core.content import Content
from bot.language.entities.slots import SlotReader
from bot.language.meaning.training_data import training_data_of
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY, Read

#: Letters of a long message, and the milliseconds that reading its values may take on one core.
LONG, MOST_MS = 4_096, 20
ALPHABETS = {
    "letters": string.ascii_lowercase + 5 * " ",
    "long words": string.ascii_lowercase + " ",
    "Italian letters": "aeiourtnslcmp" + 4 * " ",
    "letters and digits": string.ascii_letters + string.digits + 8 * " ",
    "one word": string.ascii_lowercase,
}
QUESTIONS = ["persona", "comune", "famiglia", "disabilita", "orario"]


@pytest.fixture(scope="module")
def slots(content: Content) -> SlotReader:
    return SlotReader(content.vocabulary, training_data_of(content).words_spelt_right)


def noise(alphabet: str, length: int, seed: int) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(alphabet) for _ in range(length))


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_random_letters_state_nothing(slots: SlotReader, alphabet: str) -> None:
    found = {seed: slots.stated(Utterance(noise(alphabet, LONG, seed)), TODAY) for seed in range(20)}
    assert {seed: values for seed, values in found.items() if values} == {}


def test_a_random_word_answers_no_question(read: Read) -> None:
    words = [noise("bcdfghjklmnpqrstvwxyz", 6, seed) for seed in range(40)]
    assert [(word, question) for word in words for question in QUESTIONS if read(question, word).values] == []


def test_a_long_message_of_random_letters_takes_little_time(slots: SlotReader) -> None:
    texts = [noise(ALPHABETS["letters"], LONG, seed) for seed in range(8)]
    taken = []
    for text in texts:
        started = time.process_time()
        slots.stated(Utterance(text), TODAY)
        taken.append(1_000 * (time.process_time() - started))
    assert min(taken) <= MOST_MS, taken


def test_time_grows_no_faster_than_a_text(slots: SlotReader) -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        slots.stated(Utterance(text), TODAY)
        return time.process_time() - started

    piece = "cerco un doposcuola per mio figlio di 7 anni a Melegnano dalle 16 alle 18, "
    short, long = (min(seconds(piece * times) for _ in range(3)) for times in (6, 24))
    assert long <= 8 * short
