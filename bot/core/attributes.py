"""Attributes: what can be known of the person to be helped, and how its values are written, compared and implied.

A new kind of question begins here: a member of `Kind`, and what `form_of` says of it. Typed words are no concern of this
file (`language/values.py`), nor is the YAML they are declared in (`authoring/vocabulary.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from bot.core import hours
from bot.core.conditions import Comparable, Condition, Hours, Known, Profile, Span, Truth, Value, attributes_in, truth

MONTHS = 12
#: Length of the span that stands for a single number; ages are months or years long instead.
POINT = 1e-6
#: The values of every yes/no attribute.
YES, NO = "yes", "no"
#: Prefix of a category in place of one of its needs: "@anziani".
CATEGORY = "@"

# The attributes that matching, and not only conditions, knows by name (DESIGN.md 5.1: these ids are fixed).
PERSON, AGE, PLACE, NEED = "persona", "eta", "comune", "bisogno"
FAMILY, DISABILITY, SCHEDULE = "famiglia", "disabilita", "orario"


class Kind(StrEnum):
    """The types an attribute can have, as written in `attributes.yaml`."""

    CHOICE = "choice"
    NEED = "need"
    AGE = "age"
    NUMBER = "number"
    YES_NO = "yes_no"
    PLACE = "place"
    SCHEDULE = "schedule"
    TEXT = "text"


class Form(StrEnum):
    """How values of a kind are tested: as names, as numbers, as slots of a week, or not at all."""

    NAMES = "names"
    NUMBERS = "numbers"
    WEEK = "week"
    NONE = "none"


def form_of(kind: Kind) -> Form:
    """The form in which values of a kind are tested."""
    match kind:
        case Kind.AGE | Kind.NUMBER:
            return Form.NUMBERS
        case Kind.SCHEDULE:
            return Form.WEEK
        case Kind.TEXT:
            return Form.NONE
        case _:
            return Form.NAMES


@dataclass(frozen=True, slots=True)
class Term:
    """One value of an attribute that staff declared: a choice, a need, a municipality, a window of hours."""

    id: str
    label: str
    #: Other ways to say it.
    also: tuple[str, ...] = ()
    #: The people it describes, to end the sentence "il servizio è per …"; the label when empty.
    described: str = ""
    #: The condition on other attributes under which this value follows.
    implied_by: Condition | None = None
    #: "None of these": it excludes the other values.
    none: bool = False
    #: For schedules: the window, as an opening_hours expression and as slots of a week.
    window: str = ""
    slots: int = 0
    #: For needs: the category, and whether the mere need reveals something sensitive.
    category: str = ""
    sensitive: bool = False
    #: For needs: everyday sentences of people who have it, and names in other languages, by ISO 639-1 code.
    examples: tuple[str, ...] = ()
    translated: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Place(Term):
    """A municipality. Names and codes from ISTAT, coordinates of the main settlement in degrees (WGS 84)."""

    istat: str = ""
    postal_code: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    #: Offered as a button; the others can be typed.
    core: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that can be known of the person to be helped: age, municipality, disability."""

    id: str
    kind: Kind
    label: str
    terms: Mapping[str, Term]
    multiple: bool = False
    #: GDPR art. 9: may be declined, and is kept in the session only.
    sensitive: bool = False
    #: For ages and numbers: the spans offered as buttons.
    bands: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All attributes with their terms, and the categories of needs."""

    attributes: Mapping[str, Attribute]
    categories: Mapping[str, Term]

    def __getitem__(self, attribute: str) -> Attribute:
        return self.attributes[attribute]

    @property
    def needs(self) -> Mapping[str, Term]:
        """Return the needs by id, in the order of the taxonomy."""
        return self.attributes[NEED].terms if NEED in self.attributes else {}

    def place(self, id: str) -> Place | None:
        """Return the municipality with an id; None if it is not declared."""
        term = self.attributes[PLACE].terms.get(id) if PLACE in self.attributes else None
        return term if isinstance(term, Place) else None

    def needs_in_category(self, category: str) -> frozenset[str]:
        """Return the ids of the needs of a category."""
        return frozenset(need.id for need in self.needs.values() if need.category == category)

    def is_valid(self, attribute: str, value: Value) -> bool:
        """Return True if `value` is still a value of `attribute`: content may have changed since it was given."""
        declared = self.attributes.get(attribute)
        if declared is None:
            return False
        match form_of(declared.kind):
            case Form.NUMBERS:
                return isinstance(value, Span)
            case Form.NONE:
                return isinstance(value, str)
            case Form.WEEK if isinstance(value, Hours):
                return True
            case _:
                if declared.kind is Kind.YES_NO:
                    return value in (YES, NO)
                if declared.kind is Kind.NEED and isinstance(value, str) and value.startswith(CATEGORY):
                    return value.removeprefix(CATEGORY) in self.categories
                return value in declared.terms

    def known(self, attribute: str, values: tuple[Value, ...]) -> Known:
        """Return stated values in the form in which conditions compare them. A category of needs stands for all its needs."""
        declared = self.attributes[attribute]
        return Known(values, self._comparable(declared, values))

    def _comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        match form_of(attribute.kind):
            case Form.NUMBERS:
                return tuple(value for value in values if isinstance(value, Span))
            case Form.WEEK:
                return hours.union(
                    hours.week(v.expression) if isinstance(v, Hours) else attribute.terms[str(v)].slots for v in values
                )
            case _:
                names: set[str] = set()
                for value in values:
                    names.add(str(value))
                    if attribute.kind is Kind.NEED and str(value).startswith(CATEGORY):
                        names |= self.needs_in_category(str(value).removeprefix(CATEGORY))
                return frozenset(names)

    @cached_property
    def _implying(self) -> Mapping[str, frozenset[str]]:
        """Return, for every attribute, the attributes from which one of its values may follow."""
        implying = {
            attribute.id: frozenset(
                name
                for term in attribute.terms.values()
                if term.implied_by is not None
                for name in attributes_in(term.implied_by)
            )
            for attribute in self.attributes.values()
        }
        return {id: names for id, names in implying.items() if names}

    def attributes_affected_by(self, attribute: str) -> frozenset[str]:
        """Return the attributes whose value an answer can change: its own, and those that follow from it."""
        return frozenset({attribute, *(id for id, names in self._implying.items() if attribute in names)})

    def people(self, stated: Profile) -> tuple[Profile, ...]:
        """Return one profile for each person to be helped, with the values that follow from the stated ones.

        Several ages are several people, brothers and sisters mostly, so each has a profile; all other attributes are shared.
        A value follows when its `implied_by` is true. It stands beside stated values, and replaces those whose own
        `implied_by` is false: a person called "un bambino" who is 13 is "un ragazzo".
        """
        known = stated.get(AGE)
        if known is None or len(known.values) <= 1:
            return (self._inferred(stated),)
        return tuple(self._inferred({**stated, AGE: self.known(AGE, (value,))}) for value in known.values)

    def _inferred(self, stated: Profile) -> Profile:
        profile = dict(stated)
        for id, names in self._implying.items():
            if all(stated.get(name) is None for name in names):
                continue
            attribute = self.attributes[id]
            follows: list[str] = []
            possible: set[str] = set()
            for term in attribute.terms.values():
                if term.implied_by is not None:
                    implied = truth(term.implied_by, stated)
                    follows += [term.id] if implied is Truth.TRUE else []
                    possible |= {term.id} if implied is Truth.UNKNOWN else set()
            known = stated.get(attribute.id)
            if follows:
                kept = [v for v in known.values if not self._contradicted(attribute, v, stated)] if known else []
                profile[attribute.id] = self.known(attribute.id, tuple(dict.fromkeys([*kept, *follows])))
            elif known is not None and possible:
                profile[attribute.id] = replace(known, maybe=frozenset(possible))
        return profile

    def _contradicted(self, attribute: Attribute, value: Value, stated: Profile) -> bool:
        term = attribute.terms.get(value) if isinstance(value, str) else None
        return term is not None and term.implied_by is not None and truth(term.implied_by, stated) is Truth.FALSE


def years(low: float, high: float | None = None) -> Span:
    """Return the ages from `low` up to but not including `high` years; one year when `high` is absent."""
    return Span(low * MONTHS, (low + 1 if high is None else high) * MONTHS)


def encode(value: Value) -> str:
    """Return a value as a short string without ":" or spaces around, which `decode` reads back."""
    match value:
        case Span(low, high):
            return f"{_written(low)}..{_written(high)}"
        case Hours(expression):
            return f"={expression}"
        case _:
            return value


def _written(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)


def decode(kind: Kind, text: str) -> Value:
    """Return the value that `encode` wrote. Raises ValueError for text that no value of this kind is written as."""
    form = form_of(kind)
    if form is Form.NUMBERS:
        low, dots, high = text.partition("..")
        if not dots:
            raise ValueError(text)
        span = Span(float(low), float(high))
        lowest = 0 if kind is Kind.AGE else -math.inf
        if not lowest <= span.low < span.high or span.low == math.inf:
            raise ValueError(text)
        return span
    if form is Form.WEEK and text.startswith("="):
        hours.week(text[1:])
        return Hours(text[1:])
    return text


def compatible_bands(attribute: Attribute, vocabulary: Vocabulary, stated: Profile) -> tuple[Span, ...]:
    """Return the bands that the person known so far can have: an adolescent is not offered "0-2 years"."""
    return tuple(band for band in attribute.bands if _possible(attribute, band, vocabulary, stated))


def _possible(attribute: Attribute, band: Span, vocabulary: Vocabulary, stated: Profile) -> bool:
    trial = {**stated, attribute.id: vocabulary.known(attribute.id, (band,))}
    return all(truth(implied, trial) is not Truth.FALSE for implied in _stated_implications(vocabulary, stated))


def _stated_implications(vocabulary: Vocabulary, stated: Profile) -> Iterable[Condition]:
    for id, known in stated.items():
        terms = vocabulary[id].terms
        for value in known.values if known else ():
            term = terms.get(value) if isinstance(value, str) else None
            if term is not None and term.implied_by is not None:
                yield term.implied_by
