"""Groups of words that are used alike, which a classifier treats as one idea: `language/it/thesaurus.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.language.data import ITALIAN, word_groups
from bot.language.text.stems import stem


def ideas(stems: Iterable[str]) -> tuple[str, ...]:
    """Return the ideas that some words belong to, each named by its first word: "papà" belongs to the idea "mamma"."""
    return tuple(dict.fromkeys(idea for word in stems for idea in _IDEAS.get(word, ())))


def _ideas_by_stem(thesaurus: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for idea, others in thesaurus.items():
        for word in (idea, *others):
            found.setdefault(stem(word), {})[idea] = None
    return {word: tuple(each) for word, each in found.items()}


_IDEAS = _ideas_by_stem(word_groups(ITALIAN, "thesaurus", "ideas"))
