"""Search for needs and topics by a text: BM25 over their names and services, and the names that occur in the text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.language.meaning.arrays import Floats
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP, Token

#: BM25's usual constants: how fast repetition stops to count, and how much length does.
_K, _B = 1.2, 0.6
#: From this share on a name is whole: a letter may be wrong.
_WHOLE_SHARE = 0.85
#: The extra score of a name that is all a text says.
_ALONE_BONUS = 2.0
#: And how much more when it is spelt as it is, to the last letter.
_EXACT_BONUS = 2.0


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A need or topic to be found: its names, and texts of its services with a weight."""

    names: tuple[tuple[str, ...], ...]
    texts: tuple[tuple[tuple[str, ...], float], ...] = ()


class Search:
    """An inverted index of entries, which are numbered in their order. Immutable after construction."""

    def __init__(self, entries: Sequence[SearchEntry]) -> None:
        self._count = len(entries)
        counted = [_word_counts(entry) for entry in entries]
        lengths = [sum(words.values()) for words in counted]
        mean = (sum(lengths) / len(lengths) if lengths else 1.0) or 1.0
        found: dict[str, list[tuple[int, float]]] = {}
        for number, (words, length) in enumerate(zip(counted, lengths, strict=True)):
            for word, times in words.items():
                weight = times * (_K + 1) / (times + _K * (1 - _B + _B * length / mean))
                found.setdefault(word, []).append((number, weight))
        self._idf = {word: math.log(1 + (self._count - len(n) + 0.5) / (len(n) + 0.5)) for word, n in found.items()}
        self._rarest = max(self._idf.values(), default=1.0)
        self._postings = {
            word: (
                np.array([number for number, _ in n], dtype=np.intp),
                np.array([weight * self._idf[word] for _, weight in n], dtype=np.float32),
            )
            for word, n in found.items()
        }
        #: SearchEntrys by the words of a name, as they are: "dipendenze" are not "dipendenti".
        self._whole: dict[tuple[str, ...], list[int]] = {}
        for number, entry in enumerate(entries):
            for whole in dict.fromkeys(tuple(word for word in name if word not in STOP) for name in entry.names):
                self._whole.setdefault(whole, []).append(number)
        #: Each name: its entry, and how rare its stems are together; and the names by stem.
        self._named: list[tuple[int, float]] = []
        self._names: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for stems in dict.fromkeys(tuple(dict.fromkeys(_stems(name))) for name in entry.names):
                for word in stems:
                    self._names.setdefault(word, []).append(len(self._named))
                self._named.append((number, sum(self._idf[word] for word in stems)))

    def bm25(self, tokens: Sequence[Token]) -> Floats:
        """Return the BM25 score of each entry for a text; a misspelt word counts as the best of its possible corrections."""
        scores = np.zeros(self._count, dtype=np.float32)
        for word, weight in _stem_weights(tokens).items():
            if word in self._postings:
                numbers, weights = self._postings[word]
                scores[numbers] += weights * np.float32(weight)
        return scores

    def name_scores(self, tokens: Sequence[Token]) -> Floats:
        """Return for each entry a score of the name that occurs best in a text.

        By the share of its words found, and their rarity. A text that says nothing but the name counts for more.
        """
        touched, all_said = self._name_masses(tokens)
        scores = np.zeros(self._count, dtype=np.float32)
        for name, mass in touched.items():
            number, whole = self._named[name]
            share = mass / whole
            alone = _ALONE_BONUS * share**4 * (mass / all_said) ** 2
            scores[number] = max(scores[number], share**2 * math.sqrt(whole) + alone)
        for number in self._whole.get(tuple(token.word for token in tokens if token.word not in STOP), ()):
            scores[number] += _EXACT_BONUS
        return scores

    def has_stem(self, stem: str) -> bool:
        """Return True if at least one entry has a word with this stem."""
        return stem in self._postings

    def alone_scores(self, tokens: Sequence[Token]) -> Floats:
        """Return for each entry how much a text is one of its names and nothing else, from 0 to 1.

        One word alone must be the name as it is, or misspelt: "caso" is not "casa".
        """
        scores = np.zeros(self._count, dtype=np.float32)
        telling = [token for token in tokens if token.word not in STOP]
        said = sum(max(weight * self._idf.get(word, self._rarest) for word, weight in token.stems) for token in telling)
        is_one_word = len(telling) == 1 and len(telling[0].stems) == 1 and telling[0].stems[0][1] == 1
        for name, mass in self._name_masses(tokens)[0].items():
            number, whole = self._named[name]
            if not is_one_word or number in self._whole.get((telling[0].word,), ()):
                scores[number] = max(scores[number], (mass / whole) ** 2 * min(mass / said, 1.0) ** 2)
        return scores

    def exact_names(self, tokens: Sequence[Token]) -> frozenset[int]:
        """Return the numbers of the entries that have a full name in a text."""
        touched, _ = self._name_masses(tokens)
        return frozenset(self._named[name][0] for name, mass in touched.items() if mass >= _WHOLE_SHARE * self._named[name][1])

    def _name_masses(self, tokens: Sequence[Token]) -> tuple[dict[int, float], float]:
        """Return for each name the weight, by rarity, of its words found in a text, and the total weight of the text's words."""
        weights = {word: weight * self._idf[word] for word, weight in _stem_weights(tokens).items() if word in self._idf}
        touched: dict[int, float] = {}
        for word, mass in weights.items():
            for name in self._names.get(word, ()):
                touched[name] = touched.get(name, 0.0) + mass
        return touched, sum(weights.values()) or 1.0


def _stems(words: Iterable[str]) -> Iterator[str]:
    return (stem(word) for word in words if word not in STOP)


def _word_counts(entry: SearchEntry) -> dict[str, float]:
    """Return how often each stem occurs in an entry, weighted by the text it occurs in."""
    counts: dict[str, float] = {}
    for words, weight in (*((name, 1.0) for name in entry.names), *entry.texts):
        for word in _stems(words):
            counts[word] = counts.get(word, 0.0) + weight
    return counts


def _stem_weights(tokens: Sequence[Token]) -> Mapping[str, float]:
    """Return the stems of the tokens, each with its greatest weight."""
    found: dict[str, float] = {}
    for token in tokens:
        if token.word in STOP:
            continue
        for word, weight in token.stems:
            found[word] = max(found.get(word, 0.0), weight)
    return found
