"""Conditions, in one language for all content: true, false or unknown, with the reasons.

Used for `when`, `eligibility`, `serves`, `implied_by`, desks and content tests. A condition is data and can therefore be
analysed (`attributes_in`, `undecided_attributes`). It is evaluated in Kleene's strong three-valued logic: an attribute that is
not known makes it *unknown*, never false. Reading conditions from YAML is in `authoring/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Truth(IntEnum):
    """The three truth values of Kleene's logic, ordered so that *and* is `min`, *or* is `max` and *not* is `2 - x`."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` up to but not including `high`. Ages are in months; `high` may be infinite."""

    low: float
    high: float


#: The form in which values and accepted values are compared: names, spans of numbers, or slots of a week (`hours.week`).
Comparable = frozenset[str] | tuple[Span, ...] | int


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours that a citizen typed, as an opening_hours expression ("Mo-Fr 18:30-24:00")."""

    expression: str


#: A value as stated: the id of a term (or "@" and the id of a category), a span, hours, or free text.
Value = str | Span | Hours


@dataclass(frozen=True, slots=True)
class Known:
    """The known values of one attribute: as stated, and in the form in which conditions compare them."""

    values: tuple[Value, ...]
    comparable: Comparable
    #: Names that may hold as well: a person of 10 or 11 years may be "un ragazzo".
    maybe: frozenset[str] = frozenset()


#: Attribute id → its known values; `None` when the citizen does not know or will not say; absent when not asked yet.
Profile = Mapping[str, Known | None]


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition that is true when a value of `attribute` is among the accepted ones."""

    attribute: str
    accepted: Comparable


@dataclass(frozen=True, slots=True)
class All:
    """A condition that is true when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """A condition that is true when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that is true when its part is false."""

    part: Condition


Condition = Atom | All | Any | Not

#: The condition that always holds.
ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason why one atom of a condition is true, false or unknown.

    `values` are the stated values that decided, empty when nothing is known; `negated` is true for an atom under a *not*.
    """

    attribute: str
    truth: Truth
    values: tuple[Value, ...]
    accepted: Comparable
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The truth of a condition and the atoms that decided it."""

    truth: Truth
    reasons: tuple[Reason, ...]


def compare(known: Known, accepted: Comparable) -> Truth:
    """Compare known values with accepted ones: true if at least one is accepted, false if none is.

    A span is contained (true), disjoint (false) or partly inside (unknown). Values of different forms never match: false.
    """
    values = known.comparable
    if isinstance(values, frozenset) and isinstance(accepted, frozenset):
        if not values.isdisjoint(accepted):
            return Truth.TRUE
        return Truth.FALSE if known.maybe.isdisjoint(accepted) else Truth.UNKNOWN
    if isinstance(values, int) and isinstance(accepted, int):
        return Truth.TRUE if values & accepted else Truth.FALSE
    if isinstance(values, tuple) and isinstance(accepted, tuple):
        return max((inside(span, accepted) for span in values), default=Truth.FALSE)
    return Truth.FALSE


def inside(span: Span, accepted: tuple[Span, ...]) -> Truth:
    """Tell if a span lies in accepted spans, sorted and not touching (see `merge_spans`): true, false, unknown if partly."""
    touched = False
    for other in accepted:
        if other.low <= span.low and span.high <= other.high:
            return Truth.TRUE
        touched = touched or (span.low < other.high and other.low < span.high)
    return Truth.UNKNOWN if touched else Truth.FALSE


def merge_spans(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the same numbers as sorted spans that neither overlap nor touch."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.low, s.high)):
        if result and span.low <= result[-1].high:
            result[-1] = Span(result[-1].low, max(result[-1].high, span.high))
        else:
            result.append(span)
    return tuple(result)


def truth(condition: Condition, profile: Profile) -> Truth:
    """Return the truth of a condition, without reasons."""
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


def evaluate(condition: Condition, profile: Profile) -> Evaluation:
    """Return the truth of a condition and the reasons that suffice for it.

    For a true *any* these are the parts that hold, for a false *all* those that fail, and for an unknown condition the
    atoms that are not decided: asking about them could decide it.
    """
    return _evaluate(condition, profile, negated=False)


def _evaluate(condition: Condition, profile: Profile, *, negated: bool) -> Evaluation:
    match condition:
        case Atom():
            reason = _reason(condition, profile, negated=negated)
            return Evaluation(reason.truth, (reason,))
        case Not(part):
            inner = _evaluate(part, profile, negated=not negated)
            return Evaluation(Truth(2 - inner.truth), inner.reasons)
        case All(parts) | Any(parts):
            evaluations = [_evaluate(part, profile, negated=negated) for part in parts]
            pick = min if isinstance(condition, All) else max
            default = Truth.TRUE if isinstance(condition, All) else Truth.FALSE
            result = pick((evaluation.truth for evaluation in evaluations), default=default)
            reasons = (reason for evaluation in evaluations if evaluation.truth == result for reason in evaluation.reasons)
            return Evaluation(result, tuple(reasons))


def _reason(atom: Atom, profile: Profile, *, negated: bool) -> Reason:
    known = profile.get(atom.attribute)
    if known is None:
        return Reason(atom.attribute, Truth.UNKNOWN, (), atom.accepted, negated)
    result = compare(known, atom.accepted)
    values = known.values
    if isinstance(atom.accepted, tuple):
        values = tuple(v for v in values if isinstance(v, Span) and inside(v, atom.accepted) is result)
    return Reason(atom.attribute, result, values, atom.accepted, negated)


def undecided_attributes(condition: Condition, profile: Profile) -> frozenset[str]:
    """Return the attributes on which the truth of a condition still depends; empty when it is already true or false."""
    evaluation = evaluate(condition, profile)
    if evaluation.truth is not Truth.UNKNOWN:
        return frozenset()
    return frozenset(reason.attribute for reason in evaluation.reasons if reason.truth is Truth.UNKNOWN)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield every atom, from left to right."""
    match condition:
        case Atom():
            yield condition
        case Not(part):
            yield from atoms(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms(part)


def attributes_in(condition: Condition) -> frozenset[str]:
    """Return the attributes that a condition speaks of."""
    return frozenset(atom.attribute for atom in atoms(condition))


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """Return the parts of a condition that must all hold."""
    if isinstance(condition, All):
        return tuple(piece for part in condition.parts for piece in conjuncts(part))
    return (condition,)
