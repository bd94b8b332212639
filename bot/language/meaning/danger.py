"""Whether somebody is in danger.

Phrases are enough wherever they stand; signs are words that mean danger together; sentences like those of danger are asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.topics import Danger
from bot.language.data import ITALIAN, word_table
from bot.language.text.normalise import WITHOUT_SPACES, normalise
from bot.language.text.spelling import sound
from bot.language.text.tokens import Token, Tokenizer, spelt

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]

#: The share of harmless sentences, among those that were taught, that may be taken for danger.
_FALSE = 0.035
#: And the share of dangerous ones that may be so unlike the others that signs alone do not make them sure.
_UNLIKE = 0.01
#: How much less a text is like danger that clearly asks for something else: for signs, and without any.
_ELSEWHERE_SIGNED, _ELSEWHERE = 0.1, 0.12
#: So much more a text must be like another danger than like the one of its signs.
_RATHER = 0.3
#: Fewer words than these are not like a sentence.
_FEWEST = 4
#: Shorter phrases are compared word by word; of longer ones the endings do not matter.
_SHORTEST_PHRASE = 3
#: The words of a sign stand within so many words.
_NEAR = 12
#: Shorter beginnings of words are compared letter by letter: "da" is no misspelt "dà".
_SHORTEST = 4
#: Short words that people write for others: "me mena", "mi a picchiata", "no respira".
_ALSO = word_table(ITALIAN, "abbreviations", "in_danger")


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger, and whether it is sure."""

    danger: str
    sure: bool


class Alarms:
    """Immutable after construction."""

    def __init__(self, dangers: Sequence[Danger], left_out: Scores, owners: Numbers, first: int, tokenizer: Tokenizer) -> None:
        """`left_out` are the scores of taught sentences for all that is none, from `first` on for each danger, and for none.

        `owners` are what the sentences are of.
        """
        self._dangers = tuple(danger.id for danger in dangers)
        self._phrases: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, int] = {}
        self._signs = _Signs([(number, sign) for number, danger in enumerate(dangers) for sign in danger.signs])
        self._unless = [tuple(f" {normalise(words)} " for words in danger.unless) for danger in dangers]
        for number, danger in enumerate(dangers):
            for phrase in danger.phrases:
                said = normalise(phrase)
                if WITHOUT_SPACES.search(said):
                    self._exact.setdefault(said, number)
                elif len(said.split()) < _SHORTEST_PHRASE or any(c.isdigit() for c in said):
                    self._exact.setdefault(f" {sound(said)} ", number)
                else:
                    self._phrases.setdefault(_stems(tokenizer.tokens(spelt(phrase))), number)
        self._longest = max(map(len, self._phrases), default=0)
        self._scored = slice(first, first + len(self._dangers))
        harmless = (owners < self._scored.start) | (owners >= self._scored.stop)
        known = bool(self._dangers) and bool(harmless.any())
        above = self._above(left_out) if known else np.zeros(len(owners))
        self._least = float(np.quantile(above[harmless], 1 - _FALSE)) if known else np.inf
        self._never = float(np.quantile(above[~harmless], _UNLIKE)) if known and not harmless.all() else -np.inf

    def heard(self, text: str, tokens: Sequence[Token], scores: Scores, elsewhere: float) -> Alarm | None:
        """The danger in a text, of which `scores` are the classifier's, for everything that it knows.

        `elsewhere` is how probable it is that the text asks for something that has nothing to do with danger.
        """
        if not self._dangers:
            return None
        said = f" {normalise(text)} "
        harmless = [any(words in said for words in unless) for unless in self._unless]
        phrased = self._in_phrases(said, tokens, harmless)
        signed = self._signs.first(spelt(text), harmless)
        above, likest = float(self._above(scores)), int(scores[self._scored].argmax())
        if phrased < 0 <= signed and elsewhere and above - _ELSEWHERE_SIGNED * elsewhere < self._never:
            # Words of danger that are about something else: "qualcuno che mi toglie ste rogne, passo la vita in coda".
            signed = -1
        found = signed if signed >= 0 else phrased
        if found >= 0:
            dangers = scores[self._scored]
            rather = dangers[likest] - dangers[found] > _RATHER and not harmless[likest]
            return Alarm(self._dangers[likest if rather else found], sure=True)
        if len(tokens) < _FEWEST or above - _ELSEWHERE * elsewhere <= self._least:
            return None
        return None if harmless[likest] else Alarm(self._dangers[likest], sure=False)

    def _above(self, scores: Scores) -> Scores:
        """How much more texts are like a danger than like anything else."""
        others = np.delete(scores, self._scored, axis=-1)
        above: Scores = scores[..., self._scored].max(axis=-1, initial=-np.inf) - np.maximum(
            others.max(axis=-1, initial=0.0), 0.0
        )
        return above

    def _in_phrases(self, said: str, tokens: Sequence[Token], harmless: Sequence[bool]) -> int:
        heard = f" {sound(said.strip())} "
        for phrase, number in self._exact.items():
            if phrase in heard and not harmless[number]:
                return number
        stems = _stems(tokens)
        for start in range(len(stems)):
            for end in range(min(len(stems), start + self._longest), start, -1):
                number = self._phrases.get(stems[start:end], -1)
                if number >= 0 and not harmless[number]:
                    return number
        return -1


class _Signs:
    """Signs, and in which of their groups a word may stand. Immutable after construction."""

    def __init__(self, signs: Sequence[tuple[int, Sequence[Sequence[str]]]]) -> None:
        self._signs: list[tuple[int, tuple[int, ...]]] = []
        #: Groups by the first word of an alternative, whole or as a beginning; with the words that must follow it.
        self._whole: dict[str, list[tuple[int, tuple[_Word, ...]]]] = {}
        self._begun: dict[str, list[tuple[int, tuple[_Word, ...]]]] = {}
        count = 0
        for danger, groups in signs:
            for number, words in enumerate(groups, start=count):
                for alternative in words:
                    self._add(number, alternative)
            self._signs.append((danger, tuple(range(count, count + len(groups)))))
            count += len(groups)
        self._longest = max(map(len, self._begun), default=0)

    def _add(self, group: int, alternative: str) -> None:
        words = tuple(_written(word) for word in alternative.split())
        first, *following = words
        for form in {first.rstrip("-"), _heard(first)}:
            index = self._begun if first.endswith("-") else self._whole
            index.setdefault(form.rstrip("-"), []).append((group, tuple(map(_word, following))))

    def first(self, said: Sequence[str], harmless: Sequence[bool]) -> int:
        """The danger of the sign with most groups in a text; of equal ones the last of the file; -1 when there is none."""
        forms = [(word, sound(word)) if len(word) >= _SHORTEST else (word, _ALSO.get(word, word)) for word in said]
        places: dict[int, list[int]] = {}
        for at, each in enumerate(forms):
            for form in dict.fromkeys(each):
                beginnings = (form[:size] for size in range(2, min(len(form), self._longest) + 1))
                found = [*self._whole.get(form, ()), *(one for start in beginnings for one in self._begun.get(start, ()))]
                for group, following in found:
                    if _follow(following, forms, at):
                        places.setdefault(group, []).append(at)
        best, size = -1, 0
        for danger, groups in self._signs:
            if len(groups) < size or harmless[danger] or any(group not in places for group in groups):
                continue
            if _near([sorted(set(places[group])) for group in groups]):
                best, size = danger, len(groups)
        return best


def _written(word: str) -> str:
    said = normalise(word).replace(" ", "")
    return f"{said}-" if word.endswith("-") else said


def _heard(word: str) -> str:
    """A word of a sign as it sounds; short ones are compared letter by letter: "mess-" sounds like the start of "mese"."""
    said = word.rstrip("-")
    if len(said) < _SHORTEST or (word.endswith("-") and len(said) == _SHORTEST):
        return said
    if not word.endswith("-"):
        return sound(said)
    # An "i" before a vowel is not heard, and what follows a beginning may be one.
    heard = sound(said).removesuffix("i")
    return heard if len(heard) >= _SHORTEST else said


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sign as it is written and as it sounds, or their beginnings."""

    forms: tuple[str, str]
    begins: bool

    def is_one_of(self, forms: Sequence[str]) -> bool:
        return any(form.startswith(self.forms) if self.begins else form in self.forms for form in forms)


def _word(word: str) -> _Word:
    return _Word((word.rstrip("-"), _heard(word)), word.endswith("-"))


def _follow(words: Sequence[_Word], forms: Sequence[Sequence[str]], at: int) -> bool:
    """Whether words stand after a place in their order, at most one other word between each two."""
    for word in words:
        at = next((i for i in range(at + 1, min(at + 3, len(forms))) if word.is_one_of(forms[i])), -1)
        if at < 0:
            return False
    return True


def _near(places: Sequence[Sequence[int]]) -> bool:
    """Whether each group has a word of its own, all within `_NEAR` words."""
    return any(_from(places, first) for first in sorted({at for found in places for at in found}))


def _from(places: Sequence[Sequence[int]], first: int) -> bool:
    taken: set[int] = set()
    for found in sorted(places, key=len):
        free = next((at for at in found if first <= at <= first + _NEAR and at not in taken), -1)
        if free < 0:
            return False
        taken.add(free)
    return True


def _stems(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The likeliest stem of each word."""
    return tuple(token.stems[0][0] for token in tokens if token.stems)
