"""Shortening of texts at the end of a sentence or of a word. Pure."""

from __future__ import annotations

import re

_ELLIPSIS = "…"
#: The end of a sentence: not the point of "8.30" or of an abbreviation in small letters ("es. 3 volte").
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý0-9«])")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, without its full stop."""
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0].removesuffix(".")


def shortened(text: str, characters: int) -> str:
    """Return a text cut to at most `characters`: at the end of a sentence if half of it stays, else after a word, with "…"."""
    if len(text) <= characters:
        return text
    sentences = text[:characters]
    ends = [match.start() for match in _SENTENCE_END.finditer(text) if match.start() <= characters]
    if ends and ends[-1] >= characters // 2:
        return text[: ends[-1]]
    words = sentences[: characters - 1].rpartition(" ")[0] or sentences[: characters - 1]
    return words.rstrip(" ,;:·–-(") + _ELLIPSIS
