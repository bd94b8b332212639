"""Corrections: sentences that take back something said before. Their beginnings are in `language/it/corrections.yaml`."""

from __future__ import annotations

from bot.language.data import ITALIAN, word_groups, word_set
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance


def changed_name(said: Utterance) -> str:
    """Return the words of a text that name what the writer wants to change: "l'età è sbagliata" → "eta"; "" for none."""
    around = word_set(ITALIAN, "corrections", "around_changed")
    return " ".join(word for word in said.words if word not in around)


def changed_attribute(said: Utterance) -> str:
    """Return the id of the attribute that the writer wants to change, by another name: "il paese è sbagliato" → "comune"."""
    if word_set(ITALIAN, "corrections", "changing").isdisjoint(said.words):
        return ""
    named = changed_name(said)
    others = word_groups(ITALIAN, "corrections", "other_names")
    return next((attribute for attribute, names in others.items() if named in map(normalise, names)), "")


def is_correction(said: Utterance) -> bool:
    """Return True if a text begins like a correction ("anzi, ha 8 anni"), so that its values replace earlier ones."""
    beginnings = word_set(ITALIAN, "corrections", "corrections")
    return f"{said.normalised} ".startswith(tuple(f"{words} " for words in beginnings))
