"""Matching: the verdict, the order and the explanation of every offer for a profile.

Offers share their requirements: "lives in Melegnano" is the same part in forty of them. The `Index` keeps each different
part once, with the set of offers that have it as the bits of an int, so that a verdict on all offers costs one evaluation per
different part and a few operations on ints, however many offers there are.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache, reduce
from typing import TypeVar

from bot.core import hours
from bot.core.attributes import DISABILITY, NEED, PLACE, SCHEDULE, Place, Vocabulary
from bot.core.conditions import Known, Profile, Reason, Truth, Value, conjuncts, evaluate, undecided
from bot.core.services import Accessible, Offer, Requirement, Standing, Wanted, access, attributes_of, holds

#: A service without a place is as near as the next town: after those at home, before those far away. In kilometres.
REMOTE_KM = 5.0


#: Results of groups that an index remembers; each takes three bits an offer.
_REMEMBERED = 4096

H = TypeVar("H", bound=Hashable)

#: One profile for each person to be helped (`Vocabulary.people`); never empty. They differ in age and what follows from it.
People = tuple[Profile, ...]


class Verdict(StrEnum):
    """Whether an offer fits a profile."""

    FITS = "fits"
    TO_CHECK = "to_check"
    DOES_NOT_FIT = "does_not_fit"


_VERDICTS = {Truth.TRUE: Verdict.FITS, Truth.UNKNOWN: Verdict.TO_CHECK, Truth.FALSE: Verdict.DOES_NOT_FIT}


class Part(StrEnum):
    """The parts of what an offer requires."""

    ELIGIBILITY = "eligibility"
    NEED = "need"
    PLACE = "place"
    HOURS = "hours"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for a verdict, and the part of the requirements it belongs to."""

    part: Part
    reason: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on one offer and what decided it: the failing, the undecided or, when it fits, the fulfilled parts."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that decided, each once."""
        return tuple(dict.fromkeys(finding.reason.attribute for finding in self.findings))


def explain(offer: Offer, people: People) -> Explanation:
    """The verdict on an offer, with reasons. It fits if it fits one of the people; the reasons say which."""
    requirements = offer.requirements()
    verdicts = [min(holds(requirement, person) for requirement in requirements) for person in people]
    result = max(verdicts)
    concerned = [person for person, verdict in zip(people, verdicts, strict=True) if verdict == result]
    if result is Truth.FALSE:
        # Of several people those speak who come nearest.
        failing = [sum(holds(requirement, person) is Truth.FALSE for requirement in requirements) for person in concerned]
        concerned = [person for person, count in zip(concerned, failing, strict=True) if count == min(failing)]
    findings: dict[Finding, tuple[Value, ...]] = {}
    for requirement in requirements:
        for person in concerned:
            if holds(requirement, person) == result:
                for finding in _findings(requirement, person, result):
                    alike = replace(finding, reason=replace(finding.reason, values=()))
                    values = dict.fromkeys((*findings.get(alike, ()), *finding.reason.values))
                    findings[alike] = tuple(values)
    merged = (replace(alike, reason=replace(alike.reason, values=values)) for alike, values in findings.items())
    return Explanation(_VERDICTS[result], tuple(merged))


def _findings(requirement: Requirement, profile: Profile, result: Truth) -> Iterator[Finding]:
    match requirement:
        case Wanted(attribute, accepted):
            known = profile.get(attribute)
            if known is not None:
                part = Part.HOURS if attribute == SCHEDULE else Part.NEED
                yield Finding(part, Reason(attribute, result, known.values, frozenset() if accepted is None else accepted))
        case Accessible():
            for one, truth in access(requirement, profile):
                if truth == result:
                    yield Finding(Part.ACCESS, Reason(DISABILITY, truth, (one,), frozenset()))
        case _:
            for reason in evaluate(requirement, profile).reasons:
                yield Finding(Part.PLACE if reason.attribute == PLACE else Part.ELIGIBILITY, reason)


@dataclass(frozen=True, slots=True)
class Match:
    """The verdicts on all offers of an index, as bit sets."""

    fits: int
    to_check: int
    #: Of what is to check, that of which only one thing is not known.
    nearly_fits: int
    #: Excluded by exactly one requirement that is not the need.
    nearly: int

    @property
    def remaining(self) -> int:
        """What fits or is to check."""
        return self.fits | self.to_check


@dataclass(frozen=True, slots=True)
class _Group:
    """The different parts that depend on the same attributes, each with the offers that have it."""

    attributes: tuple[str, ...]
    parts: tuple[tuple[Requirement, int], ...]
    #: Required in any case; otherwise only once the citizen has said something.
    hard: bool


@dataclass(frozen=True, slots=True)
class _Judged:
    """Offers by what some of their parts say, as bit sets: one part fails, two fail, one is unknown, two are unknown."""

    lost: int = 0
    twice: int = 0
    unknown: int = 0
    unsure: int = 0

    def and_also(self, other: _Judged) -> _Judged:
        """What two sets of parts say together."""
        twice = self.twice | other.twice | (self.lost & other.lost)
        unsure = self.unsure | other.unsure | (self.unknown & other.unknown)
        return _Judged(self.lost | other.lost, twice, self.unknown | other.unknown, unsure)


class Index:
    """The offers that one flow looks through on one date, ready to be matched. Immutable but for a memory of results.

    What a group of parts says depends only on the values of its attributes, of which there are few: it is remembered. Matching
    then costs a few operations on ints of one bit an offer.
    """

    def __init__(
        self, offers: tuple[Offer, ...], standings: Mapping[str, Standing], vocabulary: Vocabulary, date: dt.date
    ) -> None:
        self.offers = offers
        self.standings = standings
        self.vocabulary = vocabulary
        self.date = date
        self._all = (1 << len(offers)) - 1
        self._groups = self._grouped(offers)
        self._judged = lru_cache(maxsize=_REMEMBERED)(self._judge)
        self._by_place = self._sets((offer.location.place,) for offer in offers)
        self._by_need = self._sets([(need, len(conjuncts(o.service.eligibility))) for need in o.service.needs] for o in offers)
        self._sensitive = self._sets((offer.sensitive,) for offer in offers).get(True, 0)
        self._limited = self._sets((offer.week != hours.WHOLE_WEEK,) for offer in offers).get(True, 0)

    def _grouped(self, offers: tuple[Offer, ...]) -> tuple[_Group, ...]:
        parts = self._sets(offer.requirements() for offer in offers)
        groups: dict[tuple[tuple[str, ...], bool], list[tuple[Requirement, int]]] = {}
        for requirement, bits in parts.items():
            hard = not isinstance(requirement, Wanted | Accessible)
            groups.setdefault((tuple(sorted(attributes_of(requirement))), hard), []).append((requirement, bits))
        return tuple(_Group(attributes, tuple(members), hard) for (attributes, hard), members in groups.items())

    @staticmethod
    def _sets(having: Iterable[Iterable[H]]) -> dict[H, int]:
        """For everything that offers have, the set of the offers that have it."""
        numbers: dict[H, list[int]] = {}
        count = 0
        for number, things in enumerate(having):
            count = number + 1
            for thing in things:
                numbers.setdefault(thing, []).append(number)
        return {thing: _bits(members, count) for thing, members in numbers.items()}

    def _judge(self, number: int, values: tuple[Known | None, ...]) -> _Judged:
        group = self._groups[number]
        profile = dict(zip(group.attributes, values, strict=True))
        lost = twice = unknown = 0
        for requirement, bits in group.parts:
            match holds(requirement, profile):
                case Truth.FALSE:
                    twice |= lost & bits
                    lost |= bits
                case Truth.UNKNOWN:
                    unknown |= bits
        return _Judged(lost, twice, unknown)

    def _of_group(self, number: int, person: Profile) -> _Judged:
        return self._judged(number, tuple(person.get(attribute) for attribute in self._groups[number].attributes))

    def _all_of(self, numbers: Iterable[int], person: Profile) -> _Judged:
        return reduce(_Judged.and_also, (self._of_group(number, person) for number in numbers), _Judged())

    def match(self, people: People) -> Match:
        """The verdicts on every offer: the best that one of the people gets."""
        fits = nearly_fits = nearly = 0
        excluded = self._all
        for person in people:
            judged = self._all_of(range(len(self._groups)), person)
            fits |= self._all & ~(judged.lost | judged.unknown)
            nearly_fits |= judged.unknown & ~judged.unsure & ~judged.lost
            nearly |= judged.lost & ~judged.twice & ~self._other_need(person)
            excluded &= judged.lost
        return Match(fits, self._all & ~excluded & ~fits, nearly_fits & ~fits, nearly & excluded)

    def _other_need(self, person: Profile) -> int:
        needing = (number for number, group in enumerate(self._groups) if group.attributes == (NEED,))
        return self._all_of(needing, person).lost

    def undecided(self, people: People, match: Match) -> frozenset[str]:
        """The attributes in the undecided parts of the offers that remain."""
        found: set[str] = set()
        for number, group in enumerate(self._groups):
            for person in people if group.hard else ():
                if not self._of_group(number, person).unknown & match.remaining:
                    continue
                if len(group.attributes) == 1:
                    found.update(group.attributes)
                    continue
                for requirement, bits in group.parts:
                    if bits & match.remaining and not isinstance(requirement, Wanted | Accessible):
                        found |= undecided(requirement, person)
        return frozenset(found)

    def told_apart(self, attributes: frozenset[str], before: People, after: Iterable[People]) -> bool:
        """Whether the verdict on some offer under `before`, or how near it is to fit, differs from that under one of `after`.

        The profiles must not differ in anything but `attributes`.
        """
        numbers = range(len(self._groups))
        touched = [number for number in numbers if not attributes.isdisjoint(self._groups[number].attributes)]
        others = [self._all_of((number for number in numbers if number not in touched), person) for person in before]

        def verdicts(people: People) -> tuple[int, int, int]:
            fits, nearly_fits, excluded = 0, 0, self._all
            for number, person in enumerate(people):
                # Other numbers of people come of other ages only: what else is known of them is the same.
                rest = others[number] if len(people) == len(before) else others[0]
                judged = rest.and_also(self._all_of(touched, person))
                fits |= self._all & ~(judged.lost | judged.unknown)
                nearly_fits |= judged.unknown & ~judged.unsure & ~judged.lost
                excluded &= judged.lost
            return fits, nearly_fits & ~fits, excluded

        current = verdicts(before)
        return any(verdicts(people) != current for people in after)

    def needs_of(self, match: Match) -> Mapping[str, int]:
        """The needs that what remains answers, each with a weight: what is made for somebody counts, what is for all does not."""
        weights: dict[str, int] = {}
        for (need, conditions), bits in self._by_need.items():
            if count := (bits & match.remaining).bit_count():
                weights[need] = weights.get(need, 0) + conditions * count
        return weights

    def ordered_by_place(self, match: Match) -> bool:
        """Whether the citizen's municipality can change the order of what remains."""
        return sum(bool(bits & match.remaining) for bits in self._by_place.values()) > 1

    def ordered_by_need(self, match: Match) -> bool:
        """Whether naming a need can change the verdict on what remains, or its order."""
        return len(self.needs_of(match)) > 1 or bool(self._sensitive & match.remaining)

    def ordered_by_hours(self, match: Match) -> bool:
        """Whether wanted hours can change the verdict on what remains, or its order."""
        return bool(self._limited & match.remaining)

    def members(self, bits: int) -> Iterator[Offer]:
        """The offers in a bit set, in the order of the catalogue."""
        for position, byte in enumerate(bits.to_bytes(len(self.offers) // 8 + 1, "little")):
            for bit in _BITS_OF[byte] if byte else ():
                yield self.offers[position * 8 + bit]

    def best(self, match: Match, people: People, count: int) -> list[Offer]:
        """The first `count` offers that remain, best first.

        Fits before to check, with one thing to check before with several; what nobody should see unasked last; open to
        application now before later; its first need the one that was named; near before far; what lasts before single dates;
        more of the wanted hours; made for this person before made for all; opening soon before opening late; freshly checked
        before stale; then the order of the catalogue.
        """
        rank = self._ranking(people[0])
        unasked = self._sensitive if people[0].get(NEED) is None else 0
        best: list[Offer] = []
        nearly = match.nearly_fits
        for group in (match.fits & ~unasked, nearly & ~unasked, match.to_check & ~nearly & ~unasked, match.remaining & unasked):
            if len(best) < count:
                best += heapq.nsmallest(count - len(best), self.members(group), key=rank)
        return best

    def nearest(self, match: Match, people: People, count: int) -> list[Offer]:
        """What would fit but for one requirement, best first: other hours, then another town, then the rest."""
        rank = self._ranking(people[0])
        ease = {SCHEDULE: 0, PLACE: 1, DISABILITY: 2}

        def key(offer: Offer) -> tuple[object, ...]:
            excluding = explain(offer, people).attributes
            return (min((ease.get(attribute, 3) for attribute in excluding), default=3), *rank(offer))

        return heapq.nsmallest(count, self.members(match.nearly), key=key)

    def _ranking(self, profile: Profile) -> Callable[[Offer], tuple[object, ...]]:
        known_place, known_hours = profile.get(PLACE), profile.get(SCHEDULE)
        homes = [p for v in known_place.values if (p := self.vocabulary.place(str(v)))] if known_place else []
        wanted = known_hours.test if known_hours and isinstance(known_hours.test, int) else 0
        need = profile.get(NEED)
        wanted_needs = need.test if need is not None and isinstance(need.test, frozenset) else frozenset()

        @cache
        def distance(place: str | None) -> float:
            there = self.vocabulary.place(place) if place else None
            if not homes:
                return 0.0
            return min(kilometres(home, there) for home in homes) if there else REMOTE_KM

        def rank(offer: Offer) -> tuple[object, ...]:
            standing = self.standings[offer.id]
            return (
                standing.state,
                min((n for n, need in enumerate(offer.service.needs) if need in wanted_needs), default=0),
                distance(offer.location.place),
                bool(offer.location.events),
                -hours.share(wanted, offer.week or 0),
                -len(conjuncts(offer.service.eligibility)),
                standing.since or self.date,
                offer.stale(self.date),
            )

        return rank


_BITS_OF = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def _bits(numbers: list[int], size: int) -> int:
    buffer = bytearray(size // 8 + 1)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")


def kilometres(a: Place, b: Place) -> float:
    """The distance between two municipalities as the crow flies (haversine)."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    d_lat, d_lon = lat_b - lat_a, math.radians(b.longitude - a.longitude)
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lon / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))
