"""The Gulpease index: how easy an Italian text is to read."""

from __future__ import annotations

import re

#: Words below which a text has no meaningful index.
FEWEST_WORDS = 10
#: The index below which a text is hard for people with a lower-school certificate.
LOWEST = 50.0

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$|[»\")])|\n+")


def gulpease(text: str) -> float | None:
    """Return the Gulpease index, from 0 (hard) to 100 (easy); None for texts of fewer than ten words.

    89 + (300 · sentences − 10 · letters) / words. Source: P. Lucisano, M. E. Piemontese, "Gulpease: una formula per la
    predizione della difficoltà dei testi in lingua italiana", Scuola e città 3, 1988.
    """
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    letters = sum(character.isalnum() for character in "".join(words))
    pieces = _SENTENCE_END.split(text)
    sentences = max(1, sum(bool(_WORD.search(piece)) for piece in pieces))
    return min(100.0, max(0.0, 89 + (300 * sentences - 10 * letters) / len(words)))
