"""What a classifier sees of a text: its stems and what they mean, pairs of neighbours, parts of words, and the values it states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language.concepts import ideas
from bot.language.tokens import STOP, Token

#: How much each kind of feature counts beside a stem.
_PAIR, _PART, _TAG, _SMALL, _IDEA = 0.7, 0.25, 1.0, 0.35, 0.6
_SIZES = (4, 5)
_LONGEST_WORD = 24


def features_of(tokens: Sequence[Token], tags: Iterable[str]) -> dict[str, float]:
    """The features of a text; `tags` are the values that it states, as words of their own."""
    found: dict[str, float] = {}

    def add(name: str, amount: float) -> None:
        found[name] = max(found.get(name, 0.0), amount)

    before = ""
    for token in tokens:
        small = token.word in STOP
        for name, weight in token.stems:
            add(name, weight * (_SMALL if small else 1.0))
        best = token.stems[0][0] if token.stems else token.word
        if before:
            add(f"{before} {best}", _PAIR)
        before = best
        if not small:
            for name, weight in token.stems:
                for part in _parts(name):
                    add(part, weight * _PART)
    for idea in ideas(token.stems[0][0] for token in tokens if token.stems):
        add(f"@{idea}", _IDEA)
    for tag in tags:
        add(f"#{tag}", _TAG)
    return found


def _parts(word: str) -> Iterable[str]:
    padded = f"^{word[:_LONGEST_WORD]}"
    for size in _SIZES:
        for start in range(len(padded) - size + 1):
            yield f"_{padded[start : start + size]}"
