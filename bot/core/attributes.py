"""Attributes: the facts that can be known of the person to be helped, and the values that follow from others.

Everything that depends on the kind of an attribute, such as its buttons or its wording, is in `bot/kinds/`, one file a kind; here
is the protocol by which the core knows a kind. The YAML that declares attributes is read in `authoring/`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from bot.core.conditions import Comparable, Condition, Hours, Known, Profile, Span, Truth, Value, attributes_in, truth
from bot.core.flow import Question

MONTHS_PER_YEAR = 12
#: Length of the span that stands for a single number; ages are months or years long instead.
POINT = 1e-6
#: The values of every yes/no attribute.
YES, NO = "yes", "no"
#: Prefix of a category in place of one of its needs: "@anziani".
CATEGORY = "@"

# The attributes that matching, and not only conditions, knows by name (DESIGN.md 5.1: these ids are fixed).
PERSON, AGE, PLACE, NEED = "persona", "eta", "comune", "bisogno"
FAMILY, DISABILITY, SCHEDULE, PERIOD = "famiglia", "disabilita", "orario", "periodo"


class Form(StrEnum):
    """The forms in which conditions compare values: names, spans of numbers, slots of a week, or none.

    None is for values that no condition compares.
    """

    NAMES = "names"
    NUMBERS = "numbers"
    WEEK = "week"
    NONE = "none"


class Entity(StrEnum):
    """A kind of information, such as an age or a place, that a whole sentence can state and that can fill an attribute."""

    AGE = "age"
    HOURS = "hours"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Term:
    """A value of an attribute that staff declared: a choice, a need, a municipality, a window of hours."""

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
    #: For schedules: the window, as an opening_hours expression and as slots of a week, or none.
    window: str = ""
    slots: int = 0
    #: For needs: the category, and whether the mere need reveals something sensitive.
    category: str = ""
    sensitive: bool = False
    #: For needs: a human sentence to somebody who has written of it, and to a minor.
    say: str = ""
    say_to_minors: str = ""
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


class Kind(Protocol):
    """The part of an attribute's kind (choice, age, place …) that the core needs.

    `kinds.kind.AttributeKind` is the full interface.
    """

    @property
    def name(self) -> str:
        """Return the name of the kind as `attributes.yaml` writes it after `type:`."""
        ...

    @property
    def form(self) -> Form:
        """Return the form in which conditions compare values."""
        ...

    @property
    def entity(self) -> Entity | None:
        """Return the kind of information in a whole sentence that fills the attribute.

        None if only names of its terms fill it.
        """
        ...

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True if `value` is a value of the attribute."""
        ...

    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return values in the form in which conditions compare them."""
        ...

    def choices(self, question: Question, attribute: Attribute, vocabulary: Vocabulary, profile: Profile) -> tuple[Value, ...]:
        """Return the values that a question offers to the person of a profile."""
        ...

    def decode(self, text: str) -> Value:
        """Return the value that `encode` turned into a text. Raises ValueError for a text that stands for no value."""
        ...


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact that can be known of the person to be helped: age, municipality, disability."""

    id: str
    kind: Kind
    label: str
    terms: Mapping[str, Term]
    multiple: bool = False
    #: GDPR art. 9: may be declined, and is kept in the session only.
    sensitive: bool = False
    #: For ages and numbers: the spans offered as buttons.
    bands: tuple[Span, ...] = ()
    #: For needs: the categories of the terms, by id.
    categories: Mapping[str, Term] = field(default_factory=dict)

    def in_category(self, category: str) -> frozenset[str]:
        """Return the ids of the terms of a category."""
        return frozenset(term.id for term in self.terms.values() if term.category == category)


@dataclass(frozen=True)
class Vocabulary:
    """All attributes with their terms."""

    attributes: Mapping[str, Attribute]

    def __getitem__(self, attribute: str) -> Attribute:
        return self.attributes[attribute]

    @property
    def categories(self) -> Mapping[str, Term]:
        """Return the categories of needs by id, in the order of the taxonomy."""
        return self.attributes[NEED].categories if NEED in self.attributes else {}

    @property
    def needs(self) -> Mapping[str, Term]:
        """Return the needs by id, in the order of the taxonomy."""
        return self.attributes[NEED].terms if NEED in self.attributes else {}

    def place(self, id: str) -> Place | None:
        """Return the municipality with an id; None if it is not declared."""
        term = self.attributes[PLACE].terms.get(id) if PLACE in self.attributes else None
        return term if isinstance(term, Place) else None

    def is_valid(self, attribute: str, value: Value) -> bool:
        """Return True if `value` is still a value of `attribute`: content may have changed since it was given."""
        declared = self.attributes.get(attribute)
        return declared is not None and declared.kind.is_valid(declared, value)

    def known(self, attribute: str, values: tuple[Value, ...]) -> Known:
        """Return stated values of an attribute together with the form in which conditions compare them."""
        declared = self.attributes[attribute]
        return Known(values, declared.kind.comparable(declared, values))

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
    return Span(low * MONTHS_PER_YEAR, (low + 1 if high is None else high) * MONTHS_PER_YEAR)


def encode(value: Value) -> str:
    """Return a value as a short text for storage, without ":" and without spaces at its ends.

    The `decode` of its kind reads it.
    """
    match value:
        case Span(low, high):
            return f"{_written(low)}..{_written(high)}"
        case Hours(expression):
            return f"={expression}"
        case _:
            return value


def _written(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
