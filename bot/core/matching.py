"""Matching: the verdict on every offer for a profile, and their order.

Offers share their requirements: "lives in Melegnano" is required by forty of them. The `Index` keeps each different requirement
once, with the set of offers that have it as the bits of an int, so that a verdict on all offers costs one evaluation per
different requirement and a few operations on ints, however many offers there are.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from types import MappingProxyType
from typing import TypeVar

from bot.core import hours
from bot.core.attributes import CATEGORY, DISABILITY, NEED, PLACE, SCHEDULE, Place, Vocabulary
from bot.core.bit_sets import bit_set, numbers_in
from bot.core.conditions import Known, Profile, Truth, conjuncts, undecided_attributes
from bot.core.days import days_asked, fit_of_days
from bot.core.explanation import People, explain
from bot.core.judgement import Judgement
from bot.core.services import (
    AccessRequirement,
    Offer,
    Requirement,
    Standing,
    State,
    StatedRequirement,
    attributes_of,
    holds,
)

#: Distance in kilometres of a service without a place: as near as the next town, after those at home, before those far away.
REMOTE_KM = 5.0
#: The number of judgements of groups that an index caches; each takes three bits an offer.
_CACHED_JUDGEMENTS = 4096

_NOTHING_NAMED: Mapping[str, int] = MappingProxyType({})

_H = TypeVar("_H", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Match:
    """The verdicts on all offers of an index, as bit sets."""

    fits: int
    to_check: int
    #: The offers to check with exactly one unknown requirement.
    nearly_fits: int
    #: The offers excluded by exactly one requirement that is not the need.
    nearly: int

    @property
    def remaining(self) -> int:
        """Return the offers that fit or need a check, as a bit set."""
        return self.fits | self.to_check


@dataclass(frozen=True, slots=True)
class _Group:
    """The requirements that depend on the same attributes, each with the bit set of the offers that have it."""

    attributes: tuple[str, ...]
    requirements: tuple[tuple[Requirement, int], ...]
    #: Required in any case; otherwise only once the citizen has stated a value.
    hard: bool


class Index:
    """The offers among which one flow searches on one date, prepared for matching. Immutable but for a cache.

    The judgement of a group of requirements depends only on the values of its attributes, of which there are few: it is cached.
    Matching then costs a few operations on ints of one bit an offer.
    """

    def __init__(
        self, offers: tuple[Offer, ...], standings: Mapping[str, Standing], vocabulary: Vocabulary, date: dt.date
    ) -> None:
        self.offers = offers
        self.standings = standings
        self.vocabulary = vocabulary
        self.date = date
        self._all = (1 << len(offers)) - 1
        self.groups = self._grouped(offers)
        self._judgement_of = lru_cache(maxsize=_CACHED_JUDGEMENTS)(self._judge)
        self._by_service = self._sets((offer.service.id,) for offer in offers)
        #: The last offer of each service. The offers of a service are neighbours: they come from its locations.
        self._last_of_services = bit_set([max(numbers_in(bits)) for bits in self._by_service.values()], len(offers))
        self._by_place = self._sets((offer.location.place,) for offer in offers)
        self._by_need = self._sets([(need, len(conjuncts(o.service.eligibility))) for need in o.service.needs] for o in offers)
        self._by_named_need = self._sets((*o.service.needs, CATEGORY + o.service.category) for o in offers)
        self._by_state = self._sets((standings[offer.id].state,) for offer in offers)
        self._sensitive = self._sets((offer.sensitive,) for offer in offers).get(True, 0)
        self._seasonal = self._sets((offer.service.is_seasonal,) for offer in offers).get(True, 0)
        self._limited = self._sets((offer.week != hours.WHOLE_WEEK,) for offer in offers).get(True, 0)

    def _grouped(self, offers: tuple[Offer, ...]) -> tuple[_Group, ...]:
        sets = self._sets(offer.requirements() for offer in offers)
        groups: dict[tuple[tuple[str, ...], bool], list[tuple[Requirement, int]]] = {}
        for requirement, bits in sets.items():
            hard = not isinstance(requirement, StatedRequirement | AccessRequirement)
            groups.setdefault((tuple(sorted(attributes_of(requirement))), hard), []).append((requirement, bits))
        return tuple(_Group(attributes, tuple(members), hard) for (attributes, hard), members in groups.items())

    @staticmethod
    def _sets(having: Iterable[Iterable[_H]]) -> dict[_H, int]:
        """Invert a list of each offer's things (needs, services …).

        Return for each thing the bit set of the offers that have it.
        """
        numbers: dict[_H, list[int]] = {}
        rows = list(having)
        for number, things in enumerate(rows):
            for thing in things:
                numbers.setdefault(thing, []).append(number)
        return {thing: bit_set(members, len(rows)) for thing, members in numbers.items()}

    def _judge(self, number: int, values: tuple[Known | None, ...]) -> Judgement:
        group = self.groups[number]
        profile = dict(zip(group.attributes, values, strict=True))
        failed_1 = failed_2plus = unknown_1 = 0
        for requirement, bits in group.requirements:
            match holds(requirement, profile):
                case Truth.FALSE:
                    failed_2plus |= failed_1 & bits
                    failed_1 |= bits
                case Truth.UNKNOWN:
                    unknown_1 |= bits
        return Judgement(failed_1, failed_2plus, unknown_1)

    def judge(self, number: int, person: Profile) -> Judgement:
        """Return which offers fail, or leave unknown, the requirements of the group `number`, for one person."""
        return self._judgement_of(number, tuple(person.get(attribute) for attribute in self.groups[number].attributes))

    def _all_of(self, numbers: Iterable[int], person: Profile) -> Judgement:
        return reduce(Judgement.and_also, (self.judge(number, person) for number in numbers), Judgement())

    def match(self, people: People) -> Match:
        """Return the verdicts on every offer; for several people, the best verdict that an offer has for one of them."""
        fits = nearly_fits = nearly = 0
        excluded = self._all
        for person in people:
            judgement = self._all_of(range(len(self.groups)), person)
            fits |= self._all & ~(judgement.failed_1 | judgement.unknown_1)
            nearly_fits |= judgement.unknown_1 & ~judgement.unknown_2plus & ~judgement.failed_1
            nearly |= judgement.failed_1 & ~judgement.failed_2plus & ~self._other_need(person)
            excluded &= judgement.failed_1
        return Match(fits, self._all & ~excluded & ~fits, nearly_fits & ~fits, nearly & excluded)

    def _other_need(self, person: Profile) -> int:
        needing = (number for number, group in enumerate(self.groups) if group.attributes == (NEED,))
        return self._all_of(needing, person).failed_1

    def undecided_attributes(self, people: People, match: Match) -> frozenset[str]:
        """Return the attributes that could still decide a requirement of the offers that fit or need a check."""
        found: set[str] = set()
        for number, group in enumerate(self.groups):
            for person in people if group.hard else ():
                if not self.judge(number, person).unknown_1 & match.remaining:
                    continue
                if len(group.attributes) == 1:
                    found.update(group.attributes)
                    continue
                for requirement, bits in group.requirements:
                    if bits & match.remaining and not isinstance(requirement, StatedRequirement | AccessRequirement):
                        found |= undecided_attributes(requirement, person)
        return frozenset(found)

    def tells_apart(self, attributes: frozenset[str], before: People, after: Iterable[People]) -> bool:
        """Return True if profiles with different values of `attributes` get different results.

        Compared are the verdict on each offer, and how near it is to fitting, for `before` and each profile of `after`; these
        must differ in nothing but `attributes`.
        """
        touched = {number for number, group in enumerate(self.groups) if not attributes.isdisjoint(group.attributes)}
        others = [self._all_of({*range(len(self.groups))} - touched, person) for person in before]

        def verdicts(people: People) -> tuple[int, int, int]:
            fits, nearly_fits, excluded = 0, 0, self._all
            for number, person in enumerate(people):
                # The number of people differs only with their ages: the other groups judge all of them alike.
                rest = others[number] if len(people) == len(before) else others[0]
                judgement = rest.and_also(self._all_of(touched, person))
                fits |= self._all & ~(judgement.failed_1 | judgement.unknown_1)
                nearly_fits |= judgement.unknown_1 & ~judgement.unknown_2plus & ~judgement.failed_1
                excluded &= judgement.failed_1
            return fits, nearly_fits & ~fits, excluded

        current = verdicts(before)
        return any(verdicts(people) != current for people in after)

    def need_weights(self, match: Match) -> Mapping[str, int]:
        """Return the needs of the remaining offers, weighted by the eligibility conditions of these offers.

        An offer that is open to anyone adds 0.
        """
        weights: dict[str, int] = {}
        for (need, conditions), bits in self._by_need.items():
            if count := (bits & match.remaining).bit_count():
                weights[need] = weights.get(need, 0) + conditions * count
        return weights

    def place_matters(self, match: Match) -> bool:
        """Return True if the citizen's municipality can change the order of the remaining offers."""
        return sum(bool(bits & match.remaining) for bits in self._by_place.values()) > 1

    def need_matters(self, match: Match) -> bool:
        """Return True if naming a need can change the verdict on the remaining offers, or their order."""
        return len(self.need_weights(match)) > 1 or bool(self._sensitive & match.remaining)

    def hours_matter(self, match: Match) -> bool:
        """Return True if wanted hours can change the verdict on the remaining offers, or their order."""
        return bool(self._limited & match.remaining)

    def answering(self, need: str) -> int:
        """Return the offers that answer a need, or any need of a category ("@anziani"), as a bit set."""
        return self._by_named_need.get(need, 0)

    def in_state(self, state: State) -> int:
        """Return the offers whose applications are in a given state (open, waiting list, full …), as a bit set."""
        return self._by_state.get(state, 0)

    def members(self, bits: int) -> Iterator[Offer]:
        """Yield the offers in a bit set, in the order of the catalogue."""
        return (self.offers[number] for number in numbers_in(bits))

    def best(self, match: Match, people: People, count: int, named: Mapping[str, int] = _NOTHING_NAMED) -> list[Offer]:
        """Return the first `count` offers that fit or need a check, best first.

        `named` are the services that offer what the citizen named, each with the strength of its match.
        Fits before to check, with one unknown requirement before with several; with no date in the period asked for after these;
        sensitive offers that were not asked for last. In each group: open on the days asked for before not; what was named before
        what was not, and before all groups if no offer fits that holds it; open to application now before later; the named need
        as first need before as another; near before far; lasting before single dates; more of the wanted hours; many conditions
        before few; opening soon before opening late; freshly checked before stale; then the order of the catalogue.
        """
        rank = self.ranking(people[0], named)
        unasked = self._sensitive if people[0].get(NEED) is None else 0
        best: list[Offer] = []
        later = self.outside_period(match, people)
        groups = (match.fits, match.nearly_fits, match.to_check & ~match.nearly_fits)
        apart = later | unasked
        held = (
            bit_set([n for n in numbers_in(match.remaining) if self.offers[n].service.id in named], len(self.offers))
            if named
            else 0
        )
        first = held & ~apart if not held & match.fits else 0
        ordered = (*(one & ~apart for one in groups), *(one & later & ~unasked for one in groups), match.remaining & unasked)
        for group in (first, *(one & ~first for one in ordered)):
            if len(best) < count:
                best += heapq.nsmallest(count - len(best), self.members(group), key=rank)
        return best

    def service_count(self, bits: int) -> int:
        """Return the number of services that have an offer in a bit set."""
        # Adding a bit to each but the last offer of a service carries into that last one if any of the service is in the set.
        others = self._all ^ self._last_of_services
        return (((bits & others) + others | bits) & self._last_of_services).bit_count()

    def of_service(self, service: str) -> int:
        """Return the offers of a service, by its id, as a bit set."""
        return self._by_service.get(service, 0)

    def outside_period(self, match: Match, people: People) -> int:
        """Return the matched offers that have no season or date in the period the citizen asked for, as a bit set."""
        wanted = days_asked(people[0], self.date)
        if not wanted:
            return 0
        seasonal = numbers_in(match.remaining & self._seasonal)
        outside = [one for one in seasonal if not any(self.offers[one].takes_place(*days) for days in wanted)]
        return bit_set(outside, len(self.offers))

    def nearest(self, match: Match, people: People, count: int) -> list[Offer]:
        """Return offers that fail just one requirement, best first.

        Failed hours first, then the town, then other requirements.
        """
        rank = self.ranking(people[0])
        ease = {SCHEDULE: 0, PLACE: 1, DISABILITY: 2}

        def key(offer: Offer) -> tuple[object, ...]:
            excluding = explain(offer, people).attributes
            return (min((ease.get(attribute, 3) for attribute in excluding), default=3), *rank(offer))

        return heapq.nsmallest(count, self.members(match.nearly), key=key)

    def ranking(self, profile: Profile, named: Mapping[str, int] = _NOTHING_NAMED) -> Callable[[Offer], tuple[object, ...]]:
        """Return the sort key that orders offers with the same verdict for a profile."""
        known_place, known_hours = profile.get(PLACE), profile.get(SCHEDULE)
        homes = [p for v in known_place.values if (p := self.vocabulary.place(str(v)))] if known_place else []
        wanted = known_hours.comparable if known_hours and isinstance(known_hours.comparable, int) else 0
        need = profile.get(NEED)
        wanted_needs = need.comparable if need is not None and isinstance(need.comparable, frozenset) else frozenset()

        @cache
        def distance(place: str | None) -> float:
            there = self.vocabulary.place(place) if place else None
            if not homes:
                return 0.0
            return min(kilometres(home, there) for home in homes) if there else REMOTE_KM

        days = days_asked(profile, self.date)

        def rank(offer: Offer) -> tuple[object, ...]:
            standing = self.standings[offer.id]
            return (
                fit_of_days(offer, days),
                -named.get(offer.service.id, 0),
                standing.state,
                min((n for n, need in enumerate(offer.service.needs) if need in wanted_needs), default=0),
                distance(offer.location.place),
                bool(offer.location.events),
                -hours.share(wanted, offer.week or 0),
                -len(conjuncts(offer.service.eligibility)),
                standing.since or self.date,
                offer.is_stale(self.date),
            )

        return rank


def kilometres(a: Place, b: Place) -> float:
    """Return the distance in kilometres between two municipalities as the crow flies (haversine)."""
    lat_a, lat_b, d_lon = math.radians(a.latitude), math.radians(b.latitude), math.radians(b.longitude - a.longitude)
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lon / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))
