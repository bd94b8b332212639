"""Services, their locations and offers; seasons, application windows and availability.

An offer, a service at a location, is the unit that is matched. Its conditions on a profile are split into requirements
that must all hold (`requirements`). Its `Standing`, the state of applications on a date, never changes a verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from bot.core import hours, opening
from bot.core.attributes import CATEGORY, DISABILITY, NEED, PLACE, SCHEDULE
from bot.core.conditions import ALWAYS, All, Atom, Condition, Profile, Truth, attributes_in, compare, conjuncts, truth

#: An entry that was not checked with its provider for longer is stale.
STALE_AFTER = dt.timedelta(days=270)


class Availability(StrEnum):
    """The availability of a service at a location: free places, a waiting list, or none."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    FULL = "full"


class Access(StrEnum):
    """The accessibility of a service for people with one disability: yes, on request, or no."""

    YES = "yes"
    NO = "no"
    ON_REQUEST = "on_request"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year, or of one year when `year` is set."""

    month: int
    day: int
    year: int | None = None

    def on(self, year: int) -> dt.date:
        """Return the day in a given year; 29 February becomes the 28th where there is none."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return dt.date(year, self.month, 28)


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `start` to `end`, both included: every year, also across new year, or once if they carry a year."""

    start: Day
    end: Day
    #: Further windows of the same thing: "9 giugno - 1 agosto e 1-5 settembre".
    more: tuple[Window, ...] = ()

    @property
    def parts(self) -> tuple[Window, ...]:
        """Return this window without its further parts, followed by those parts."""
        return (replace(self, more=()), *self.more)

    def last_day(self) -> dt.date | None:
        """Return the very last day of the window; None for one that recurs every year."""
        ends = [part.end.on(part.end.year) if part.end.year is not None else None for part in self.parts]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    def contains(self, date: dt.date) -> bool:
        """Return True if the window is open on a date."""
        return any(first <= date <= last for first, last in self.around(date))

    def touches(self, first: dt.date, last: dt.date) -> bool:
        """Return True if the window is open on one of the days from `first` to `last`."""
        return any(start <= last and first <= end for start, end in self.around(first))

    def next_start(self, date: dt.date) -> dt.date | None:
        """Return the first start after a date; None when the window does not open again."""
        return min((first for first, _ in self.around(date) if first > date), default=None)

    def is_over(self, date: dt.date) -> bool:
        """Return True if the window has closed for good."""
        return not self.contains(date) and self.next_start(date) is None

    def around(self, date: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
        """Yield the first and last days of the window, from the year before a date to the year after, unsorted."""
        for window in self.more:
            yield from window.around(date)
        if self.start.year is not None:
            yield self.start.on(self.start.year), self.end.on(self.end.year or self.start.year)
            return
        wraps = (self.end.month, self.end.day) < (self.start.month, self.start.day)
        for year in range(date.year - 1, date.year + 2):
            yield self.start.on(year), self.end.on(year + wraps)


@dataclass(frozen=True, slots=True)
class Event:
    """A date of an event, in local time."""

    start: dt.datetime
    end: dt.datetime

    @property
    def last_day(self) -> dt.date:
        """Return the day on which the event ends; midnight belongs to the day before."""
        return (self.end - dt.timedelta(minutes=1)).date()


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a service; each empty where there is none."""

    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place and the hours at which a service takes place. A service by telephone or online has no place."""

    place: str | None
    #: Municipalities whose residents it takes; None for anyone.
    serves: frozenset[str] | None
    address: str = ""
    #: Latitude and longitude in degrees.
    position: tuple[float, float] | None = None
    #: The opening hours, and the slots of a week they cover; no hours means that they must be asked for.
    opening: str = ""
    week: int | None = None
    events: tuple[Event, ...] = ()
    contacts: Contacts = Contacts()
    availability: Availability = Availability.OPEN
    #: The facts of this location only: its own name, further conditions, season, enrolment and cost.
    name: str = ""
    eligibility: Condition = ALWAYS
    apply: Window | None = None
    valid: Window | None = None
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """An entry of the catalogue (Open Referral HSDS: service)."""

    id: str
    name: str
    organization: str
    category: str
    needs: tuple[str, ...]
    summary: str
    locations: tuple[Location, ...]
    eligibility: Condition = ALWAYS
    accessibility: Mapping[str, Access] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    cost: str = ""
    documents: tuple[str, ...] = ()
    how_to_apply: str = ""
    apply: Window | None = None
    valid: Window | None = None
    #: Date of the last check with the provider; and that on which the facts were collected from a public source.
    assured: dt.date | None = None
    collected: dt.date | None = None
    #: Demonstration data, said on every card.
    example: bool = False

    @property
    def is_seasonal(self) -> bool:
        """Return True if the service has a season or dates."""
        return self.valid is not None or any(location.events or location.valid for location in self.locations)

    def at(self, location: Location) -> Service:
        """Return the service with the season, enrolment, cost and conditions of one of its locations in place of its own."""
        if location.eligibility == ALWAYS and not (location.apply or location.valid or location.cost):
            return self
        both = tuple(one for one in (self.eligibility, location.eligibility) if one != ALWAYS)
        return replace(
            self,
            eligibility=both[0] if len(both) == 1 else All(both) if both else ALWAYS,
            apply=location.apply or self.apply,
            valid=location.valid or self.valid,
            cost=location.cost or self.cost,
        )


class State(IntEnum):
    """The states of applications for an offer, best first."""

    OPEN = 0
    WAITING_LIST = 1
    LATER = 2
    CLOSED = 3
    FULL = 4
    OVER = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of applications for an offer on a date; `since` is the day on which they open, if the state is LATER."""

    state: State
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StatedRequirement:
    """A requirement that applies only once the citizen has stated a value of `attribute`."""

    attribute: str
    #: None when the offer does not say: then it is to check.
    accepted: frozenset[str] | int | None


@dataclass(frozen=True, slots=True)
class AccessRequirement:
    """A requirement of access for every disability that was named, except a "none of these"."""

    access: tuple[tuple[str, Access], ...]
    none: frozenset[str] = frozenset()


Requirement = Condition | StatedRequirement | AccessRequirement

_ACCESS_TRUTH = {Access.YES: Truth.TRUE, Access.NO: Truth.FALSE, Access.ON_REQUEST: Truth.UNKNOWN, None: Truth.UNKNOWN}


def holds(requirement: Requirement, profile: Profile) -> Truth:
    """Tell if a profile meets one requirement of an offer: true, false or unknown."""
    match requirement:
        case StatedRequirement(attribute, accepted):
            known = profile.get(attribute)
            if known is None:
                return Truth.TRUE
            return Truth.UNKNOWN if accepted is None else compare(known, accepted)
        case AccessRequirement():
            return min((truth for _, truth in access_by_disability(requirement, profile)), default=Truth.TRUE)
        case _:
            return truth(requirement, profile)


def access_by_disability(requirement: AccessRequirement, profile: Profile) -> list[tuple[str, Truth]]:
    """Return each named disability except "none of these", with the truth that the offer is accessible with it."""
    known = profile.get(DISABILITY)
    offered = dict(requirement.access)
    named = [str(v) for v in known.values if v not in requirement.none] if known else []
    return [(one, _ACCESS_TRUTH[offered.get(one)]) for one in named]


def attributes_of(requirement: Requirement) -> frozenset[str]:
    """Return the attributes that a requirement depends on."""
    match requirement:
        case StatedRequirement(attribute, _):
            return frozenset({attribute})
        case AccessRequirement():
            return frozenset({DISABILITY})
        case _:
            return attributes_in(requirement)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service at one of its locations."""

    id: str
    service: Service
    location: Location
    #: Values of the disability attribute that mean "none".
    no_disability: frozenset[str] = frozenset()
    #: It answers a need that is shown only to citizens who named it, or none at all: a line for emergencies.
    sensitive: bool = False
    #: The date on which the offer is seen, whose season counts; None for no date.
    date: dt.date | None = None

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the requirements of the offer: eligibility, need, place, hours, accessibility, in this order."""
        location, service = self.location, self.service
        place: tuple[Condition, ...] = () if location.serves is None else (Atom(PLACE, location.serves),)
        return (
            *conjuncts(service.eligibility),
            StatedRequirement(NEED, frozenset({*service.needs, CATEGORY + service.category})),
            *place,
            StatedRequirement(SCHEDULE, self.week),
            AccessRequirement(tuple(sorted(service.accessibility.items())), self.no_disability),
        )

    @property
    def week(self) -> int | None:
        """Return the slots of a week in which the offer takes place; None if its hours are not known."""
        if self.location.events:
            return hours.union(hours.appointment(event.start, event.end) for event in self.location.events)
        return self.location.week

    def on(self, date: dt.date) -> Offer:
        """Return the offer as of a date: with the week of its season, and without past dates of its event unless all are past."""
        location = self.location
        if events := tuple(event for event in location.events if event.last_day >= date):
            location = replace(location, events=events)
        # Hours of another season are better than none while the service is closed.
        elif location.week and (week := opening.week_on(location.opening, date)):
            location = replace(location, week=week)
        return replace(self, location=location, date=date)

    def takes_place(self, first: dt.date, last: dt.date) -> bool:
        """Return True if a date of the event, or its season, is on one of the days from `first` to `last`."""
        if self.location.events:
            return any(event.start.date() <= last and first <= event.last_day for event in self.location.events)
        valid = self.service.valid
        return valid is None or valid.touches(first, last)

    def is_stale(self, date: dt.date) -> bool:
        """Return True if the service was neither checked with its provider nor collected within `STALE_AFTER` before a date."""
        known = [day for day in (self.service.assured, self.service.collected) if day is not None]
        return not known or max(known) < date - STALE_AFTER

    def standing(self, date: dt.date) -> Standing:
        """Return the state of applications on a date. An offer that is full, or that recurs next year, does not count as over."""
        season = self._season(date)
        if season.state is not State.OPEN:
            return season
        match self.location.availability:
            case Availability.FULL:
                return Standing(State.FULL)
            case Availability.WAITING_LIST:
                return Standing(State.WAITING_LIST)
            case _:
                return season

    def _last_day(self) -> dt.date | None:
        """Return the day after which the offer never takes place again; None when it comes back every year or has no end."""
        if self.location.events:
            return max(event.last_day for event in self.location.events)
        return self.service.valid.last_day() if self.service.valid is not None else None

    def last_day_to_apply(self, date: dt.date) -> dt.date | None:
        """Return the last day of the application window that is open on a date; None if none is open, or it never closes."""
        apply = self.service.apply
        ends = [last for first, last in apply.around(date) if first <= date <= last] if apply is not None else []
        return max(ends, default=None)

    def _season(self, date: dt.date) -> Standing:
        valid, apply = self.service.valid, self.service.apply
        if self.location.events and all(event.last_day < date for event in self.location.events):
            return Standing(State.OVER)
        if valid is not None and valid.is_over(date):
            return Standing(State.OVER)
        if apply is not None:
            if apply.contains(date):
                return Standing(State.OPEN)
            opens = apply.next_start(date)
            last = self._last_day()
            return Standing(State.LATER, opens) if opens and (last is None or opens <= last) else Standing(State.CLOSED)
        if valid is not None and not valid.contains(date):
            return Standing(State.LATER, valid.next_start(date))
        return Standing(State.OPEN)


def one_a_service(ranked: Callable[[int], list[Offer]], count: int) -> list[Offer]:
    """Return one offer for each of the best `count` services.

    `ranked` is called with a number and returns that many offers, best first.
    """
    size = count
    while True:
        best = ranked(size)
        found: dict[str, Offer] = {}
        for offer in best:
            found.setdefault(offer.service.id, offer)
        if len(found) >= count or len(best) < size:
            return list(found.values())[:count]
        size *= 4
