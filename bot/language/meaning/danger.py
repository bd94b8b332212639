"""Danger in a text: who is hurt or about to be.

Phrases are enough wherever they stand; signs are words that mean danger together; sentences that are like those of danger are
asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.topics import Danger
from bot.language.data import ITALIAN, word_table
from bot.language.meaning.arrays import Floats, Indices
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.text.normalise import WITHOUT_SPACES, normalise
from bot.language.text.spelling import sound
from bot.language.text.tokens import Token, Tokenizer, standard_words
from bot.language.text.utterance import Utterance

#: The share of harmless sentences, among those that were taught, that may be taken for danger.
_FALSE_ALARM_SHARE = 0.035
#: And the share of dangerous ones that may be so unlike the others that signs alone do not make them sure.
_MISSED_SHARE = 0.01
#: How much less a text is like danger that clearly asks for something else: for signs, and without any.
_HARMLESS_NEED_WITH_SIGN, _HARMLESS_NEED = 0.1, 0.12
#: So much more a text must be like another danger than like the one of its signs.
_SWITCH_MARGIN = 0.3
#: Fewer words than these are not like a sentence.
_FEWEST_WORDS = 4
#: Shorter phrases are compared word by word; of longer ones the endings do not matter.
_SHORTEST_PHRASE_WORDS = 3
#: The words of a sign stand within so many words.
_SIGN_WINDOW_WORDS = 12
#: Shorter beginnings of words are compared letter by letter: "da" is no misspelt "dà".
_SHORTEST_HEARD = 4
#: Short words that people write for others: "me mena", "mi a picchiata", "no respira".
_SHORT_FORMS = word_table(ITALIAN, "abbreviations", "in_danger")


@dataclass(frozen=True, slots=True)
class DangerAlert:
    """A danger that a text tells of; if it is not sure, it is asked about gently."""

    danger: str
    is_sure: bool
    #: The phrase or sign that says so; None if the text is only like sentences of the danger.
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """A phrase or sign, with the number of its danger."""

    danger: int
    evidence: Evidence


class DangerReader:
    """Recognises the dangers of a content. Immutable after construction."""

    def __init__(
        self, dangers: Sequence[Danger], left_out: Floats, owners: Indices, first_danger: int, tokenizer: Tokenizer
    ) -> None:
        """`left_out` are the scores of taught sentences, a row each, and `owners` their classes.

        The classes of dangers begin at `first_danger`; the class after them is what only looks like danger.
        """
        self._dangers = tuple(danger.id for danger in dangers)
        #: Phrases by their stems, and short ones as they sound.
        self._phrases: dict[tuple[str, ...], _Match] = {}
        self._exact: dict[str, _Match] = {}
        self._signs = _SignIndex(dangers)
        self._unless = [tuple(f" {normalise(words)} " for words in danger.unless) for danger in dangers]
        for number, danger in enumerate(dangers):
            for phrase in danger.all_phrases:
                said, match = normalise(phrase), _Match(number, Evidence(EvidenceKind.PHRASE, danger.id, phrase))
                if WITHOUT_SPACES.search(said):
                    self._exact.setdefault(said, match)
                elif len(said.split()) < _SHORTEST_PHRASE_WORDS or any(c.isdigit() for c in said):
                    self._exact.setdefault(f" {sound(said)} ", match)
                else:
                    self._phrases.setdefault(_stems(tokenizer.tokens(standard_words(phrase))), match)
        self._longest = max(map(len, self._phrases), default=0)
        self._classes = slice(first_danger, first_danger + len(self._dangers))
        harmless = (owners < self._classes.start) | (owners >= self._classes.stop)
        known = bool(self._dangers) and bool(harmless.any())
        above = self._above(left_out) if known else np.zeros(len(owners))
        self._least_alike = float(np.quantile(above[harmless], 1 - _FALSE_ALARM_SHARE)) if known else np.inf
        self._too_unlike = float(np.quantile(above[~harmless], _MISSED_SHARE)) if known and not harmless.all() else -np.inf

    def read(self, said: Utterance, tokens: Sequence[Token], scores: Floats, harmless_need: float) -> DangerAlert | None:
        """Return the danger in a text, of which `scores` are the classifier's for every class.

        `harmless_need` is the probability that the text asks for a need that has nothing to do with danger.
        """
        if not self._dangers:
            return None
        padded = f" {said.normalised} "
        harmless = [any(words in padded for words in unless) for unless in self._unless]
        above, likest = float(self._above(scores)), int(scores[self._classes].argmax())
        phrase, sign = self._phrase(padded, tokens, harmless), self._signs.first(said.standard_words, harmless)
        if phrase is None and harmless_need and above - _HARMLESS_NEED_WITH_SIGN * harmless_need < self._too_unlike:
            # Words of danger that are about something else: "qualcuno che mi toglie ste rogne, passo la vita in coda".
            sign = None
        found = sign or phrase
        if found is not None:
            each = scores[self._classes]
            switches = each[likest] - each[found.danger] > _SWITCH_MARGIN and not harmless[likest]
            return DangerAlert(self._dangers[likest if switches else found.danger], is_sure=True, evidence=found.evidence)
        if len(tokens) < _FEWEST_WORDS or above - _HARMLESS_NEED * harmless_need <= self._least_alike:
            return None
        return None if harmless[likest] else DangerAlert(self._dangers[likest], is_sure=False)

    def _above(self, scores: Floats) -> Floats:
        """Return how much more texts are like a danger than like anything else."""
        others = np.delete(scores, self._classes, axis=-1)
        dangers = scores[..., self._classes].max(axis=-1, initial=-np.inf)
        above: Floats = dangers - np.maximum(others.max(axis=-1, initial=0.0), 0.0)
        return above

    def _phrase(self, padded: str, tokens: Sequence[Token], harmless: Sequence[bool]) -> _Match | None:
        """Return the first phrase in a text; of those that begin at one word the longest."""
        heard = f" {sound(padded.strip())} "
        for phrase, match in self._exact.items():
            if phrase in heard and not harmless[match.danger]:
                return match
        stems = _stems(tokens)
        for start in range(len(stems)):
            for end in range(min(len(stems), start + self._longest), start, -1):
                found = self._phrases.get(stems[start:end])
                if found is not None and not harmless[found.danger]:
                    return found
        return None


class _SignIndex:
    """The signs of all dangers, and the groups in which a word may stand. Immutable after construction."""

    def __init__(self, dangers: Sequence[Danger]) -> None:
        self._signs: list[tuple[_Match, tuple[int, ...]]] = []
        #: Groups by the first word of an alternative, whole or as a beginning; with the words that must follow it.
        self._whole: dict[str, list[tuple[int, tuple[_Word, ...]]]] = {}
        self._begun: dict[str, list[tuple[int, tuple[_Word, ...]]]] = {}
        count = 0
        for number, danger, groups in [(n, each, sign) for n, each in enumerate(dangers) for sign in each.signs]:
            for group, words in enumerate(groups, start=count):
                for alternative in words:
                    self._add(group, alternative)
            evidence = Evidence(EvidenceKind.SIGN, danger.id, " + ".join(map("/".join, groups)))
            self._signs.append((_Match(number, evidence), tuple(range(count, count + len(groups)))))
            count += len(groups)
        self._longest = max(map(len, self._begun), default=0)

    def _add(self, group: int, alternative: str) -> None:
        words = tuple(_normalised_word(word) for word in alternative.split())
        first, *following = words
        for form in {first.rstrip("-"), _sound_of(first)}:
            index = self._begun if first.endswith("-") else self._whole
            index.setdefault(form.rstrip("-"), []).append((group, tuple(map(_word, following))))

    def first(self, said: Sequence[str], harmless: Sequence[bool]) -> _Match | None:
        """Return the sign with most groups in a text; of equal ones the last of the file."""
        forms = [(word, sound(word)) if len(word) >= _SHORTEST_HEARD else (word, _SHORT_FORMS.get(word, word)) for word in said]
        places: dict[int, list[int]] = {}
        for at, each in enumerate(forms):
            for form in dict.fromkeys(each):
                beginnings = (form[:size] for size in range(2, min(len(form), self._longest) + 1))
                found = [*self._whole.get(form, ()), *(one for start in beginnings for one in self._begun.get(start, ()))]
                for group, following in found:
                    if _occur_after(following, forms, at):
                        places.setdefault(group, []).append(at)
        best: _Match | None = None
        size = 0
        for match, groups in self._signs:
            if len(groups) < size or harmless[match.danger] or any(group not in places for group in groups):
                continue
            if _is_within_window([sorted(set(places[group])) for group in groups]):
                best, size = match, len(groups)
        return best


def _normalised_word(word: str) -> str:
    said = normalise(word).replace(" ", "")
    return f"{said}-" if word.endswith("-") else said


def _sound_of(word: str) -> str:
    """Return a word of a sign as it sounds; short ones are compared letter by letter: "mess-" sounds like the start of "mese"."""
    said = word.rstrip("-")
    if len(said) < _SHORTEST_HEARD or (word.endswith("-") and len(said) == _SHORTEST_HEARD):
        return said
    if not word.endswith("-"):
        return sound(said)
    # An "i" before a vowel is not heard, and what follows a beginning may be one.
    heard = sound(said).removesuffix("i")
    return heard if len(heard) >= _SHORTEST_HEARD else said


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sign as it is written and as it sounds, or their beginnings."""

    forms: tuple[str, str]
    begins: bool

    def is_one_of(self, forms: Sequence[str]) -> bool:
        return any(form.startswith(self.forms) if self.begins else form in self.forms for form in forms)


def _word(word: str) -> _Word:
    return _Word((word.rstrip("-"), _sound_of(word)), word.endswith("-"))


def _occur_after(words: Sequence[_Word], forms: Sequence[Sequence[str]], at: int) -> bool:
    """Return True if words stand after a place in their order, at most one other word between each two."""
    for word in words:
        at = next((i for i in range(at + 1, min(at + 3, len(forms))) if word.is_one_of(forms[i])), -1)
        if at < 0:
            return False
    return True


def _is_within_window(places: Sequence[Sequence[int]]) -> bool:
    """Return True if each group has a word of its own, all within `_SIGN_WINDOW_WORDS` words."""
    return any(_has_words_from(places, first) for first in sorted({at for found in places for at in found}))


def _has_words_from(places: Sequence[Sequence[int]], first: int) -> bool:
    taken: set[int] = set()
    for found in sorted(places, key=len):
        free = next((at for at in found if first <= at <= first + _SIGN_WINDOW_WORDS and at not in taken), -1)
        if free < 0:
            return False
        taken.add(free)
    return True


def _stems(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the likeliest stem of each word."""
    return tuple(token.stems[0][0] for token in tokens if token.stems)
