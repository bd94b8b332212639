"""The features of a text for a classifier: stems and their ideas, pairs of neighbours, parts of words, and stated values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.language.meaning.thesaurus import ideas
from bot.language.text.tokens import STOP, Token

#: The weight of each kind of feature beside a stem.
_PAIR, _PART, _TAG, _STOP_WORD, _IDEA = 0.7, 0.25, 1.2, 0.35, 0.6
#: Letters of the parts of a word, and of a word that are looked at.
_PART_SIZES = (4, 5)
_LONGEST_WORD = 24


def features_of(tokens: Sequence[Token], tags: Iterable[str]) -> dict[str, float]:
    """Return the features of a text with their weights; `tags` are words for the values that it states."""
    found: dict[str, float] = {}
    for name, amount in (*_of_words(tokens), *((f"#{tag}", _TAG) for tag in tags)):
        if found.get(name, 0.0) < amount:
            found[name] = amount
    return found


def _of_words(tokens: Sequence[Token]) -> Iterator[tuple[str, float]]:
    before = ""
    for token in tokens:
        small = token.word in STOP
        for name, weight in token.stems:
            yield name, weight * (_STOP_WORD if small else 1.0)
            if not small:
                yield from ((part, weight * _PART) for part in _parts(name))
        best = token.stems[0][0] if token.stems else token.word
        if before:
            yield f"{before} {best}", _PAIR
        before = best
    yield from ((f"@{idea}", _IDEA) for idea in ideas(token.stems[0][0] for token in tokens if token.stems))


def _parts(word: str) -> Iterator[str]:
    padded = f"^{word[:_LONGEST_WORD]}"
    for size in _PART_SIZES:
        for start in range(len(padded) - size + 1):
            yield f"_{padded[start : start + size]}"
