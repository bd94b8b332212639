"""Values in a text that answers no open question, of any attribute.

A text may be nothing but a value ("San Donato", "8 anni", "autismo"), or a whole sentence that states some.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.attributes import AGE, CATEGORY, DISABILITY, FAMILY, PERSON, PLACE, SCHEDULE, Entity, Place, Vocabulary
from bot.core.conditions import Hours, Span, Value
from bot.language.data import ITALIAN, word_groups, word_set
from bot.language.entities.age_spans import OLDEST
from bot.language.entities.ages import ages
from bot.language.entities.clock import WEEKEND, WEEKEND_VALUES
from bot.language.entities.people import COMPANY, ages_stated, person_stated
from bot.language.entities.periods import periods
from bot.language.entities.times import hours
from bot.language.entities.timetable import hours_stated
from bot.language.entities.values import AnswerReader
from bot.language.entities.wishes import parted_wishes
from bot.language.templates import Templates
from bot.language.text.normalise import normalise
from bot.language.text.spelling import is_noise
from bot.language.text.tokens import write_out_short
from bot.language.text.utterance import Utterance

#: Words of a text that is nothing but an age, or hours; a longer one is a sentence.
_MOST_WORDS = 5
_AGE_UNITS = word_set(ITALIAN, "ages", "unit_names")
#: What every sentence has that states an age, or hours: looking for either in all of them takes too long.
_AGE_HINTS, _HOUR_HINTS = Templates("ages", "hints"), Templates("hours", "hints")
#: The values of parts of the day for the hour before which they are.
_PARTS_BEFORE = {int(hour): part for part, hours in word_groups(ITALIAN, "hours", "part_before").items() for hour in hours}
#: Ages at which needs change, in months.
_LIMITS = tuple(year * 12 for year in (1, 3, 6, 11, 14, 18, 30, 65, 75))


@dataclass(frozen=True, slots=True)
class Wish:
    """A part of a sentence that asks for one thing, with the values that it states."""

    text: str
    slots: Mapping[str, tuple[Value, ...]]


class SlotReader:
    """Finds values of any attribute of a vocabulary. Immutable after construction."""

    def __init__(self, vocabulary: Vocabulary, spelt_right: frozenset[str] = frozenset()) -> None:
        self._vocabulary, self._spelt_right = vocabulary, spelt_right
        #: The reader of answers to questions, which knows the same names.
        self.answers = AnswerReader(vocabulary, spelt_right)
        self._persons = vocabulary[PERSON].terms if PERSON in vocabulary.attributes else {}
        self._named: dict[str, dict[str, Value]] = {}
        self._sensitive = {
            normalise(name): need.id
            for need in vocabulary.needs.values()
            for name in (need.label, *need.also)
            if need.sensitive and " " in normalise(name)
        }
        self._ages, self._schedules, self._periods = (
            [attribute.id for attribute in vocabulary.attributes.values() if attribute.kind.entity is entity]
            for entity in (Entity.AGE, Entity.HOURS, Entity.PERIOD)
        )
        places = [
            term for attribute in vocabulary.attributes.values() for term in attribute.terms.values() if isinstance(term, Place)
        ]
        shared = {code for code, count in Counter(place.postal_code for place in places).items() if count > 1}
        for attribute in vocabulary.attributes.values():
            for term in attribute.terms.values():
                if not term.none:
                    codes = {term.postal_code} - shared if isinstance(term, Place) else ()
                    for name in (term.label, *term.also, *codes):
                        self._named.setdefault(normalise(name), {}).setdefault(attribute.id, term.id)
            for category in attribute.categories.values():
                self._named.setdefault(normalise(category.label), {}).setdefault(attribute.id, CATEGORY + category.id)

    def read(self, said: Utterance, today: dt.date) -> dict[str, tuple[Value, ...]]:
        """Return the values that the whole text may stand for, by attribute. `today` turns birth years into ages."""
        found: dict[str, tuple[Value, ...]] = {id: (value,) for id, value in self._named.get(said.normalised, {}).items()}
        if len(said.words) > _MOST_WORDS:
            return found
        is_bare_number = said.normalised.isdigit() and len(said.normalised) <= len(str(OLDEST))
        if (is_bare_number or not _AGE_UNITS.isdisjoint(said.words)) and (spans := ages(said, today)):
            found |= dict.fromkeys(self._ages, spans)
        if not found and _has_digits(said) and (windows := hours(said)):
            found |= dict.fromkeys(self._schedules, windows)
        return found

    def sensitive_need(self, said: Utterance) -> str | None:
        """Return the sensitive need with a name of several words in the text ("mio marito mi picchia"); None without one."""
        text = f" {said.normalised} "
        return next((need for name, need in self._sensitive.items() if f" {name} " in text), None)

    def stated(self, said: Utterance, today: dt.date) -> dict[str, tuple[Value, ...]]:
        """Return the values that a sentence states of the person to be helped, by attribute; guesses are left out."""
        if is_noise(said.words, self._spelt_right):
            return {}
        words = write_out_short(said.numbered_words)
        spans = ages_stated(said, today)
        found: dict[str, tuple[Value, ...]] = dict.fromkeys(self._ages, spans) if spans else {}
        person = person_stated(said, spans)
        if person and person in self._persons:
            found[PERSON] = (person,)
        if home := self.answers.home(words, is_of_a_company=person == COMPANY):
            found[PLACE] = (home,)
        for attribute in (DISABILITY, FAMILY):
            if named := self.answers.mentioned(attribute, words):
                found[attribute] = named
        if self._periods and (wanted := periods(said, today)):
            found |= dict.fromkeys(self._periods, wanted)
        windows, parts = hours_stated(said)
        for id in self._schedules:
            known = tuple(part for part in parts if part in self._vocabulary[id].terms)
            if windows or known:
                found[id] = windows or known
        return found

    def wishes(self, said: Utterance, today: dt.date) -> tuple[Wish, ...]:
        """Return the wishes of a sentence in its order, each with its values; a home stated once applies to all."""
        parts = parted_wishes(said.text, self.answers.named_needs)
        wishes = [Wish(part, self.stated(Utterance(part, said.language), today)) for part in parts]
        homes = {wish.slots[PLACE] for wish in wishes if PLACE in wish.slots}
        shared = {PLACE: next(iter(homes))} if len(homes) == 1 else {}
        return tuple(Wish(wish.text, {**shared, **wish.slots}) for wish in wishes)

    def tags(self, said: Utterance, today: dt.date) -> tuple[str, ...]:
        """Return words that stand for a sentence's age, person and hours, coarsely, as features for a classifier."""
        text = said.spaced
        spans = ages_stated(said, today) if _has_digits(said) or _AGE_HINTS.occur_in(text) else ()
        found: dict[str, tuple[Value, ...]] = dict.fromkeys(self._ages, spans) if spans else {}
        if person := person_stated(said, spans):
            found[PERSON] = (person,)
        if _has_digits(said) or _HOUR_HINTS.occur_in(text):
            windows, parts = hours_stated(said)
            found[SCHEDULE] = windows or parts
        return tags_of(found)


def _has_digits(said: Utterance) -> bool:
    return any(character.isdigit() for character in said.normalised)


def tags_of(slots: Mapping[str, tuple[Value, ...]]) -> tuple[str, ...]:
    """Return words that stand for values of age, person and hours, as features for a classifier.

    A stage of life, a part of the day.
    """
    ages = [f"{AGE} {_stage(value)}" for value in slots.get(AGE, ()) if isinstance(value, Span)]
    persons = [f"{PERSON} {value}" for value in slots.get(PERSON, ())]
    hours = [f"{SCHEDULE} {_part_of_week(value)}" for value in slots.get(SCHEDULE, ())]
    return tuple(dict.fromkeys((*ages, *persons, *hours)))


def _stage(span: Span) -> int:
    """Return the number of the stage of life in which an age span begins."""
    return sum(span.low >= limit for limit in _LIMITS)


def _part_of_week(value: Value) -> str:
    """Return the part of the day at which hours begin, or their first weekend day; a named part unchanged."""
    if not isinstance(value, Hours):
        return str(value)
    days, _, times = value.expression.rpartition(" ")
    if days.startswith(WEEKEND):
        return WEEKEND_VALUES[WEEKEND[0]]
    return next(part for hour, part in sorted(_PARTS_BEFORE.items()) if int(times[:2]) % 24 < hour)
