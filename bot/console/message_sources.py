"""The places in the content of the sentences that make up a message of the bot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

#: A value that the bot puts into a sentence, and letters below which a sentence would be found everywhere.
_VALUE, _FEWEST_LETTERS = re.compile(r"{[^{}]*}"), 6
#: Sentences whose patterns are remembered.
_REMEMBERED = 4000


@dataclass(frozen=True, slots=True)
class ContentSentence:
    """A sentence, or a service's name, with the file and line (from 1) where the content has it."""

    file: str
    line: int
    text: str


def sources_of(message: str, sentences: Iterable[ContentSentence]) -> list[ContentSentence]:
    """Return the content's sentences found in a message, in its order; one inside a longer one is left out.

    The same words may stand in several files: all of them are returned.
    """
    words = " ".join(message.split())
    found = []
    for sentence in sentences:
        pattern = _pattern(sentence.text)
        match = pattern.search(words) if pattern is not None else None
        if match is not None:
            found.append((match.span(), sentence))
    found.sort(key=lambda one: (one[0][0], -one[0][1]))
    shown: list[ContentSentence] = []
    last = (0, 0)
    for span, sentence in found:
        if span[1] > last[1] or span == last:
            shown.append(sentence)
            last = span
    return shown


@lru_cache(_REMEMBERED)
def _pattern(text: str) -> re.Pattern[str] | None:
    """Return a pattern that matches a sentence with any values filled in; None for a sentence too short to recognise."""
    parts = [re.escape(" ".join(part.split())) for part in _VALUE.split(text)]
    if sum(letter.isalpha() for part in _VALUE.split(text) for letter in part) < _FEWEST_LETTERS:
        return None
    return re.compile(r"\s?.{0,400}?\s?".join(parts))
