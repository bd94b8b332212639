"""One typed answer → a value of the attribute asked for. The only parser of typed choices, places, ages and hours.

What a text means whatever was asked ("non lo so", "indietro") is in `phrases.py`; whole sentences are not read here.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from text_to_num import alpha2digit

from bot.core.attributes import CATEGORY, NO, POINT, YES, Attribute, Kind, Place, Term, Vocabulary
from bot.core.conditions import Span, Value
from bot.language.ages import ages
from bot.language.normalise import LONGEST, normalise
from bot.language.phrases import Phrase, phrase
from bot.language.times import hours

#: Similarity (0-100) from which a misspelt name is taken as meant, and from which it is worth asking "Forse …?".
_SURE, _MAYBE = 86.0, 68.0
#: How much better than the second the best must be to be taken.
_MARGIN = 4.0
#: Shorter names are compared exactly: almost any short word is close to another.
_SHORTEST_FUZZY = 4
#: Words of a text that are compared with names.
_WORDS_READ = 24
_SUGGESTIONS = 3
_NONE = frozenset(["nessuna", "nessun", "nessuno", "niente"])
_DENIALS = _NONE | {"no", "non", "senza"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed answer means: values, or else what may have been meant."""

    values: tuple[Value, ...] = ()
    suggestions: tuple[Value, ...] = ()


class Lexicon:
    """The names of every term of a vocabulary, ready to be found in typed text. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names = {
            attribute.id: _Names(_phrases_of(attribute, vocabulary))
            for attribute in vocabulary.attributes.values()
            if attribute.terms
        }

    def read(self, attribute: Attribute, text: str, today: dt.date) -> Reading:
        """What `text` means as the answer to a question about `attribute`.

        `today` turns birth years into ages. Reads at most `LONGEST` characters; never raises.
        """
        match attribute.kind:
            case Kind.AGE:
                return _numbers(attribute, ages(text, today))
            case Kind.NUMBER:
                return _numbers(attribute, _quantities(text))
            case Kind.YES_NO:
                meant = phrase(text)
                return Reading((YES,)) if meant is Phrase.YES else Reading((NO,)) if meant is Phrase.NO else Reading()
            case Kind.TEXT:
                cleaned = _printable(text)
                return Reading((cleaned,)) if cleaned else Reading()
            case Kind.SCHEDULE:
                reading = self._named(attribute, text)
                exact = reading.values and not any(c.isdigit() for c in text)
                return reading if exact else Reading(tuple(hours(text))) if hours(text) else reading
            case _:
                return self._named(attribute, text)

    def _named(self, attribute: Attribute, text: str) -> Reading:
        names = self._names.get(attribute.id)
        if names is None:
            return Reading()
        said = normalise(text)
        found = names.within(said)
        none = next((t.id for t in attribute.terms.values() if t.none), None)
        if none is not None and _denied(found, said, names):
            return Reading((none,))
        if none in found and len(found) > 1:
            found = tuple(id for id in found if id != none)
        if attribute.kind is Kind.NEED and len(found) > 1:
            return Reading(suggestions=found[:_SUGGESTIONS])
        if found:
            return Reading(found) if attribute.multiple or len(found) == 1 else Reading(suggestions=found[:_SUGGESTIONS])
        return names.like(said)


def _denied(found: tuple[str, ...], said: str, names: _Names) -> bool:
    """True for "nessuna" and "non è disabile"; false for "non vede", which is itself a name, and for "non ho capito"."""
    words = said.split()
    denials = sum(word in _DENIALS for word in words)
    if not found:
        return bool(words) and (words[0] == "no" or not _NONE.isdisjoint(words))
    inside = sum(word in _DENIALS for id in found for name in names.spoken(id, said) for word in name.split())
    return denials > inside


def _phrases_of(attribute: Attribute, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    """Every (name, value) of an attribute; needs can also be named by category, municipalities by postal code."""
    terms: list[tuple[str, Term]] = [(term.id, term) for term in attribute.terms.values()]
    if attribute.kind is Kind.NEED:
        terms += [(CATEGORY + category.id, category) for category in vocabulary.categories.values()]
    codes: dict[str, list[str]] = {}
    for value, term in terms:
        yield from ((name, value) for name in (term.label, term.id.replace("-", " "), *term.also))
        if isinstance(term, Place):
            codes.setdefault(term.postal_code, []).append(value)
    yield from ((code, values[0]) for code, values in codes.items() if len(values) == 1)


class _Names:
    """Names of values, found inside a text as they are or misspelt."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        self._by_length: dict[int, list[str]] = {}
        for name, value in phrases:
            words = normalise(name)
            if words and words not in self._values:
                self._values[words] = value
                self._by_length.setdefault(len(words.split()), []).append(words)

    def within(self, said: str) -> tuple[str, ...]:
        """The values whose names stand in the text as whole words; of overlapping names the longest counts."""
        words = said.split()[:_WORDS_READ]
        found: list[tuple[int, str]] = []
        taken: set[int] = set()
        for length in sorted(self._by_length, reverse=True):
            for start in range(len(words) - length + 1):
                value = self._values.get(" ".join(words[start : start + length]))
                if value is not None and taken.isdisjoint(range(start, start + length)):
                    found.append((start, value))
                    taken.update(range(start, start + length))
        return tuple(dict.fromkeys(value for _, value in sorted(found)))

    def spoken(self, value: str, said: str) -> list[str]:
        """The names of a value that stand in the text."""
        return [name for name, owner in self._values.items() if owner == value and f" {name} " in f" {said} "]

    def like(self, said: str) -> Reading:
        """The value whose name is spelt most like a part of the text, or the few that may be meant."""
        words = said.split()[:_WORDS_READ]
        scores: dict[str, float] = {}
        for length, names in self._by_length.items():
            for start in range(max(len(words) - length, 0) + 1 if words else 0):
                part = " ".join(words[start : start + length])
                if len(part) < _SHORTEST_FUZZY:
                    continue
                for name, score, _ in process.extract(part, names, scorer=fuzz.ratio, score_cutoff=_MAYBE, limit=5):
                    if len(name) >= _SHORTEST_FUZZY:
                        value = self._values[name]
                        scores[value] = max(scores.get(value, 0.0), score)
        ranked = sorted(scores, key=lambda value: -scores[value])[:_SUGGESTIONS]
        if not ranked:
            return Reading()
        best = scores[ranked[0]]
        if best >= _SURE and (len(ranked) == 1 or best - scores[ranked[1]] >= _MARGIN):
            return Reading((ranked[0],))
        return Reading(suggestions=tuple(ranked))


def _numbers(attribute: Attribute, spans: tuple[Span, ...]) -> Reading:
    if len(spans) <= 1 or attribute.multiple:
        return Reading(spans)
    return Reading(suggestions=spans[:_SUGGESTIONS])


def _quantities(text: str) -> tuple[Span, ...]:
    """Numbers as points: conditions on a number include both of their ends."""
    numbers = re.findall(r"(?<![\w.,])(\d{1,9})(?:[.,](\d{1,4}))?(?![\w])", alpha2digit(text[:LONGEST].casefold(), "it"))
    return tuple(Span(n, n + POINT) for n in (float(f"{whole}.{part or 0}") for whole, part in numbers))


def _printable(text: str) -> str:
    """Free text in one line, without control characters."""
    kept = (" " if unicodedata.category(c).startswith("C") else c for c in text[:LONGEST])
    return " ".join("".join(kept).split())


def labels(attribute: Attribute, vocabulary: Vocabulary) -> Mapping[str, str]:
    """The label of every named value of an attribute, categories of needs included."""
    named = {term.id: term.label for term in attribute.terms.values()}
    if attribute.kind is Kind.NEED:
        named |= {CATEGORY + category.id: category.label for category in vocabulary.categories.values()}
    return named
