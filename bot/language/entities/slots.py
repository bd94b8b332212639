"""Values in a text that answers no open question, whichever attribute they belong to.

A text may be nothing but a value ("San Donato", "8 anni", "autismo"), or a whole sentence that states some.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from bot.core.attributes import AGE, CATEGORY, DISABILITY, FAMILY, PERSON, PLACE, SCHEDULE, Entity, Place, Vocabulary
from bot.core.conditions import Hours, Span, Value
from bot.language.entities.ages import ages
from bot.language.entities.people import ages_stated, person_stated
from bot.language.entities.times import hours
from bot.language.entities.timetable import hours_stated
from bot.language.entities.values import AnswerReader
from bot.language.text.normalise import normalise
from bot.language.text.tokens import unshortened
from bot.language.text.utterance import Utterance

#: An age is said as one, or is a bare number that is no button's.
_AGE = re.compile(r"\b(?:ann[io]|mes[ei])\b|^\d{1,3}$")
_MOST_WORDS = 5
#: What every sentence has that states an age, or hours: looking for either in all of them takes too long.
_MAYBE_AGE = re.compile(r"\d|\banni?o?\b|\bmes[ei]\b|enn[ei]\b|elementar|medi[ae]\b|superior|\bnat[oaie]\b", re.IGNORECASE)
_MAYBE_HOURS = re.compile(
    r"\d|\b(?:al|dal|dop|fin|prim|ore|lun|mar|mer|gio|ven|sab|dom|week|mattin|pomerig|ser[ae]|nott|pausa)", re.IGNORECASE
)
#: Ages at which needs change, in months.
_LIMITS = tuple(year * 12 for year in (1, 3, 6, 11, 14, 18, 30, 65, 75))


class SlotReader:
    """Finds values of any attribute of a vocabulary. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary, spelt_right: frozenset[str] = frozenset()) -> None:
        self._vocabulary = vocabulary
        self._answers = AnswerReader(vocabulary, spelt_right)
        self._persons = vocabulary[PERSON].terms if PERSON in vocabulary.attributes else {}
        self._named: dict[str, dict[str, Value]] = {}
        self._sensitive = {
            normalise(name): need.id
            for need in vocabulary.needs.values()
            for name in (need.label, *need.also)
            if need.sensitive and " " in normalise(name)
        }
        self._schedules = [attribute.id for attribute in vocabulary.attributes.values() if attribute.kind.entity is Entity.HOURS]
        self._ages = [attribute.id for attribute in vocabulary.attributes.values() if attribute.kind.entity is Entity.AGE]
        for attribute in vocabulary.attributes.values():
            for term in attribute.terms.values():
                if not term.none:
                    codes = (term.postal_code,) if isinstance(term, Place) else ()
                    for name in (term.label, *term.also, *codes):
                        self._named.setdefault(normalise(name), {}).setdefault(attribute.id, term.id)
            for category in attribute.categories.values():
                self._named.setdefault(normalise(category.label), {}).setdefault(attribute.id, CATEGORY + category.id)

    def read(self, text: str, today: dt.date) -> dict[str, tuple[Value, ...]]:
        """The values that the whole text may be, by attribute. `today` turns birth years into ages."""
        said = normalise(text)
        found: dict[str, tuple[Value, ...]] = {id: (value,) for id, value in self._named.get(said, {}).items()}
        if _AGE.search(said) and len(said.split()) <= _MOST_WORDS and (spans := ages(Utterance(text), today)):
            found |= dict.fromkeys(self._ages, spans)
        if not found and any(character.isdigit() for character in said) and len(said.split()) <= _MOST_WORDS:
            windows = hours(Utterance(text))
            found |= dict.fromkeys(self._schedules, windows) if windows else {}
        return found

    def sensitive_need(self, text: str) -> str | None:
        """The sensitive need of which a name of several words stands in the text: "mio marito mi picchia"."""
        said = f" {normalise(text)} "
        return next((need for name, need in self._sensitive.items() if f" {name} " in said), None)

    def stated(self, text: str, today: dt.date) -> dict[str, tuple[Value, ...]]:
        """The values that a sentence states of whoever is to be helped, by attribute; only what it says, no guesses."""
        utterance = Utterance(text)
        said = unshortened(utterance.numbered_words)
        spans = ages_stated(utterance, today)
        found: dict[str, tuple[Value, ...]] = dict.fromkeys(self._ages, spans) if spans else {}
        person = person_stated(utterance, spans)
        if person and person in self._persons:
            found[PERSON] = (person,)
        place = self._answers.lived_in(said)
        if place:
            found[PLACE] = (place,)
        for attribute in (DISABILITY, FAMILY):
            if named := self._answers.mentioned(attribute, said):
                found[attribute] = named
        windows, parts = hours_stated(utterance)
        for id in self._schedules:
            known = tuple(part for part in parts if part in self._vocabulary[id].terms)
            if windows or known:
                found[id] = windows or known
        return found

    def tags(self, text: str, today: dt.date) -> tuple[str, ...]:
        """What a sentence states of age, person and hours, coarsely, as words for a classifier."""
        utterance = Utterance(text)
        spans = ages_stated(utterance, today) if _MAYBE_AGE.search(text) else ()
        found: dict[str, tuple[Value, ...]] = dict.fromkeys(self._ages, spans) if spans else {}
        if person := person_stated(utterance, spans):
            found[PERSON] = (person,)
        if _MAYBE_HOURS.search(text):
            windows, parts = hours_stated(utterance)
            found[SCHEDULE] = windows or parts
        return tags_of(found)


def tags_of(slots: Mapping[str, tuple[Value, ...]]) -> tuple[str, ...]:
    """Age, person and hours, coarsely, as words for a classifier."""
    ages = [f"{AGE} {_stage(value)}" for value in slots.get(AGE, ()) if isinstance(value, Span)]
    persons = [f"{PERSON} {value}" for value in slots.get(PERSON, ())]
    hours = [f"{SCHEDULE} {_part_of_week(value)}" for value in slots.get(SCHEDULE, ())]
    return tuple(dict.fromkeys((*ages, *persons, *hours)))


def _stage(span: Span) -> int:
    """The number of the stage of life that begins at an age."""
    return sum(span.low >= limit for limit in _LIMITS)


def _part_of_week(value: Value) -> str:
    if not isinstance(value, Hours):
        return str(value)
    days, _, times = value.expression.rpartition(" ")
    if days.startswith(("Sa", "Su")):
        return "sabato"
    parts = ((5, "notte"), (8, "mattina-presto"), (12, "mattina"), (18, "pomeriggio"), (22, "sera"))
    return next((part for until, part in parts if int(times[:2]) < until), "notte")
