"""Corrections: sentences that take back what was said before. Their beginnings are in `language/it/corrections.yaml`."""

from __future__ import annotations

from bot.language.data import ITALIAN, word_set
from bot.language.text.utterance import Utterance


def changed_name(said: Utterance) -> str:
    """Return the words of a text that name what is to be changed: "l'età è sbagliata" → "eta"."""
    around = word_set(ITALIAN, "corrections", "around_changed")
    return " ".join(word for word in said.words if word not in around)


def is_correction(said: Utterance) -> bool:
    """Return True if a text begins like a correction ("anzi, ha 8 anni"): its values are meant, and nothing new is asked for."""
    beginnings = word_set(ITALIAN, "corrections", "corrections")
    return f"{said.normalised} ".startswith(tuple(f"{words} " for words in beginnings))
