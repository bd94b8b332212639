"""One typed text in every form that its readers need."""

from __future__ import annotations

import pytest

from bot.language.text import utterance
from bot.language.text.normalise import MAX_TEXT_CHARACTERS
from bot.language.text.utterance import Utterance


def test_a_text_has_every_form():
    said = Utterance("Ciao! Nn vedo l'ora: mio figlio ha ottant'anni, alle 8.30 è al 730")
    assert said.normalised == "ciao nn vedo l ora mio figlio ha ottant anni alle 8 30 e al 730"
    assert said.words[:3] == ("ciao", "nn", "vedo")
    assert said.plain == "ciao! nn vedo l ora: mio figlio ha ottant anni, alle 8.30 e al 730"
    assert "ha 80 anni, alle 8.30" in said.plain_digits
    assert "80" in said.numbered_words
    assert said.standard_words[1] == "non"
    assert said.standard_words[-1] == "730"
    assert "8" not in said.standard_words


def test_a_form_is_computed_once(monkeypatch):
    calls = []
    monkeypatch.setattr(utterance, "normalise", lambda text: calls.append(text) or text.lower())
    said = Utterance("Sì")
    assert (said.normalised, said.words, said.normalised) == ("sì", ("sì",), "sì")
    assert calls == ["Sì"]


def test_utterances_of_the_same_text_are_equal_and_frozen():
    said = Utterance("sì")
    assert said == Utterance("sì")
    assert hash(said) == hash(Utterance("sì"))
    assert said != Utterance("sì", "en")
    with pytest.raises(AttributeError):
        said.raw = "no"


def test_a_very_long_text_is_read_up_to_a_limit():
    said = Utterance("a b " * MAX_TEXT_CHARACTERS)
    assert len(said.text) == MAX_TEXT_CHARACTERS
    assert len(said.normalised) <= MAX_TEXT_CHARACTERS


def test_templates_search_words_and_signs_apart_with_dialect_written_out():
    said = Utterance("El fioeu (otto anni) nn sta bene!")
    assert said.spaced == ". el figli , otto anni , non sta bene ! ."
    assert said.spaced_digits == ". el figli , 8 anni , non sta bene ! ."


def test_a_form_of_a_reader_is_made_once():
    calls = []

    def letters(said: Utterance) -> int:
        calls.append(said)
        return len(said.raw)

    said = Utterance("ciao")
    assert (said.form(letters), said.form(letters), len(calls)) == (4, 4, 1)
