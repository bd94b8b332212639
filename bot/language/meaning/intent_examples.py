"""The intent of a short text that is said about what is shown, by the examples of `intents.yaml`.

Where something is shown, most of what is typed is about it: small words count here ("quanto", "dove"), and a text needs less
proof than where anything may be meant (`understand.py`).
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
    """The short texts and examples of all intents, ready to be compared with a text. Immutable after construction."""

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
        """Return the intent of a text that is one of the short ones, word by word."""
        return self._short.get(_key(said.raw))

    def alike(self, said: Utterance) -> tuple[IntentId, float] | None:
        """Return the intent of the example that a text is most like, and the likeness up to 1; None if it is like none."""
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
    """Return a text as short ones are compared: its words, or its first sign if it has none ("❤️❤️")."""
    return normalise(text) or text.strip()[:1]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in normalise(text).split())
