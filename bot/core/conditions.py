"""The one condition language: true, false or unknown, with the reasons.

Used for `when`, `eligibility`, `serves`, `implied_by` and content tests. A condition is data and can therefore be analysed
(`attributes_in`, `undecided`). It is evaluated in Kleene's strong three-valued logic: what is not known is *unknown*, never
false. How YAML is written as conditions is no concern of this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Truth(IntEnum):
    """Kleene's three values, ordered so that *and* is `min`, *or* is `max` and *not* is `2 - x`."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` up to but not including `high`. Ages are in months; `high` may be infinite."""

    low: float
    high: float


#: What an atom accepts, and what a known value is tested as: names, spans of numbers, or slots of a week.
Test = frozenset[str] | tuple[Span, ...] | int


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in a citizen's own words, as an opening_hours expression ("Mo-Fr 18:30-24:00")."""

    expression: str


#: A value as stated: the id of a term (or "@" and a category of needs), a span, hours, or free text.
Value = str | Span | Hours


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one attribute: the values as stated, and the form in which conditions test them."""

    values: tuple[Value, ...]
    test: Test
    #: Names that may hold as well: somebody of 10 or 11 years may be "un ragazzo".
    maybe: frozenset[str] = frozenset()


#: Attribute id → what is known; `None` when the citizen does not know or will not say; absent when not asked yet.
Profile = Mapping[str, Known | None]


@dataclass(frozen=True, slots=True)
class Atom:
    """True when a value of `attribute` is among the accepted ones."""

    attribute: str
    accepted: Test


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is false."""

    part: Condition


Condition = Atom | All | Any | Not

#: The condition that always holds.
ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one atom came out as it did.

    `values` are the stated values that decided: those that came out so; empty when nothing is known.
    `negated` says that the atom stands under a *not*.
    """

    attribute: str
    truth: Truth
    values: tuple[Value, ...]
    accepted: Test
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The truth of a condition and the atoms that made it so."""

    truth: Truth
    reasons: tuple[Reason, ...]


def compare(known: Known, accepted: Test) -> Truth:
    """Whether one of several values is among the accepted ones.

    Both sides have the same form. A span is contained (true), disjoint (false) or partly inside (unknown). Values of
    different forms never meet: false.
    """
    test = known.test
    if isinstance(test, frozenset) and isinstance(accepted, frozenset):
        if not test.isdisjoint(accepted):
            return Truth.TRUE
        return Truth.FALSE if known.maybe.isdisjoint(accepted) else Truth.UNKNOWN
    if isinstance(test, int) and isinstance(accepted, int):
        return Truth.TRUE if test & accepted else Truth.FALSE
    if isinstance(test, tuple) and isinstance(accepted, tuple):
        return max((inside(span, accepted) for span in test), default=Truth.FALSE)
    return Truth.FALSE


def inside(span: Span, accepted: tuple[Span, ...]) -> Truth:
    """Whether a span lies in spans. `accepted` is sorted and its spans do not touch (see `merged`)."""
    touched = False
    for other in accepted:
        if other.low <= span.low and span.high <= other.high:
            return Truth.TRUE
        touched = touched or (span.low < other.high and other.low < span.high)
    return Truth.UNKNOWN if touched else Truth.FALSE


def merged(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The same numbers as sorted spans that neither overlap nor touch."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.low, s.high)):
        if result and span.low <= result[-1].high:
            result[-1] = Span(result[-1].low, max(result[-1].high, span.high))
        else:
            result.append(span)
    return tuple(result)


def truth(condition: Condition, profile: Profile) -> Truth:
    """The truth of a condition, without reasons."""
    match condition:
        case Atom(attribute, accepted):
            known = profile.get(attribute)
            return Truth.UNKNOWN if known is None else compare(known, accepted)
        case All(parts):
            return min((truth(part, profile) for part in parts), default=Truth.TRUE)
        case Any(parts):
            return max((truth(part, profile) for part in parts), default=Truth.FALSE)
        case Not(part):
            return Truth(2 - truth(part, profile))


def evaluate(condition: Condition, profile: Profile) -> Outcome:
    """The truth of a condition and the reasons that suffice for it.

    For a true *any* these are the parts that hold, for a false *all* those that fail, and for an unknown condition the
    atoms that are not decided: asking about them could decide it.
    """
    return _evaluate(condition, profile, negated=False)


def _evaluate(condition: Condition, profile: Profile, *, negated: bool) -> Outcome:
    match condition:
        case Atom():
            reason = _reason(condition, profile, negated=negated)
            return Outcome(reason.truth, (reason,))
        case Not(part):
            inner = _evaluate(part, profile, negated=not negated)
            return Outcome(Truth(2 - inner.truth), inner.reasons)
        case All(parts) | Any(parts):
            outcomes = [_evaluate(part, profile, negated=negated) for part in parts]
            pick = min if isinstance(condition, All) else max
            default = Truth.TRUE if isinstance(condition, All) else Truth.FALSE
            result = pick((outcome.truth for outcome in outcomes), default=default)
            reasons = (reason for outcome in outcomes if outcome.truth == result for reason in outcome.reasons)
            return Outcome(result, tuple(reasons))


def _reason(atom: Atom, profile: Profile, *, negated: bool) -> Reason:
    known = profile.get(atom.attribute)
    if known is None:
        return Reason(atom.attribute, Truth.UNKNOWN, (), atom.accepted, negated)
    result = compare(known, atom.accepted)
    values = known.values
    if isinstance(atom.accepted, tuple):
        values = tuple(v for v in values if isinstance(v, Span) and inside(v, atom.accepted) is result)
    return Reason(atom.attribute, result, values, atom.accepted, negated)


def undecided(condition: Condition, profile: Profile) -> frozenset[str]:
    """The attributes in the undecided part of a condition; empty when it is true or false."""
    outcome = evaluate(condition, profile)
    if outcome.truth is not Truth.UNKNOWN:
        return frozenset()
    return frozenset(reason.attribute for reason in outcome.reasons if reason.truth is Truth.UNKNOWN)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom, from left to right."""
    match condition:
        case Atom():
            yield condition
        case Not(part):
            yield from atoms(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms(part)


def attributes_in(condition: Condition) -> frozenset[str]:
    """The attributes that a condition speaks of."""
    return frozenset(atom.attribute for atom in atoms(condition))


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts of a condition that must all hold."""
    if isinstance(condition, All):
        return tuple(piece for part in condition.parts for piece in conjuncts(part))
    return (condition,)
