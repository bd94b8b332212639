"""The intent of a short text about shown offers, found by the examples of `intents.yaml`.

Where offers are shown, most of what is typed is about them: small words count here ("quanto", "dove"), and less proof is needed
than where anything may be meant (`understand.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.core.topics import IntentEntry, IntentId
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.utterance import Utterance

#: Likeness to an example from which a text means its intent.
_ALIKE = 0.6
#: Longer texts tell of more than one thing.
_MOST_WORDS = 14


class IntentExamples:
    """The examples and short texts of all intents, with which a text is compared. Immutable after construction."""

    def __init__(self, intents: Mapping[str, IntentEntry]) -> None:
        self._short = {_key(text): IntentId(intent.id) for intent in intents.values() for text in intent.also}
        taught = [
            (IntentId(intent.id), _stems(text))
            for intent in intents.values()
            for text in (*intent.also, *intent.examples, *(one for each in intent.translated.values() for one in each))
        ]
        #: The words of all examples, the most common first.
        self.words = tuple(
            word
            for word, _ in Counter(
                w for one in intents.values() for t in (*one.also, *one.examples) for w in normalise(t).split()
            ).most_common()
        )
        counts = Counter(word for _, words in taught for word in words)
        self._rare = math.log(len(taught) + 1)
        self._weights = {word: math.log((len(taught) + 1) / count) for word, count in counts.items()}
        self._taught = [(intent, words, self._weight(words)) for intent, words in taught if words]
        self._holding: dict[str, list[int]] = {}
        for number, (_, words, _) in enumerate(self._taught):
            for word in words:
                self._holding.setdefault(word, []).append(number)

    def short(self, said: Utterance) -> IntentId | None:
        """Return the intent of which a text is, word by word, one of the short texts; None for no such text."""
        return self._short.get(_key(said.raw))

    def alike(self, said: Utterance) -> tuple[IntentId, float] | None:
        """Return the intent of the example most like a text, and the likeness, at most 1; None if no example is like it."""
        words = _stems(said.text)
        if not 0 < len(words) <= _MOST_WORDS:
            return None
        own = self._weight(words)
        shared: dict[int, float] = {}
        for word in words:
            for number in self._holding.get(word, ()):
                shared[number] = shared.get(number, 0.0) + self._weights[word]
        likeness = {number: weight / math.sqrt(own * self._taught[number][2]) for number, weight in shared.items()}
        best = max(likeness, key=likeness.__getitem__, default=None)
        return (self._taught[best][0], likeness[best]) if best is not None and likeness[best] >= _ALIKE else None

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._weights.get(word, self._rare) for word in words)


def _key(text: str) -> str:
    """Return the form in which short texts are compared: the words, or the first sign if there are none ("❤️❤️")."""
    return normalise(text) or text.strip()[:1]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in normalise(text).split())
