"""`catalogue/services/*.yaml` → services."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.authoring.conditions import read_condition, read_values
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import Fields, as_list, as_mapping, first_of_each, one_of
from bot.authoring.hours import read_hours
from bot.authoring.problems import Mark, Problems
from bot.authoring.vocabulary import read_category
from bot.authoring.yaml_nodes import Node, ScalarNode
from bot.core import hours
from bot.core.attributes import DISABILITY, NEED, PLACE, SCHEDULE
from bot.core.conditions import Condition, attributes_in
from bot.core.services import Access, Availability, Contacts, Day, Event, Location, Service, Window

#: The word for "anyone" in `serves`.
EVERYBODY = "tutti"
#: Attributes that offers have fields of their own for.
_OWN_FIELD = {NEED: "need", PLACE: "serves", SCHEDULE: "hours"}

_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_EVENT = re.compile(r"(\d{4})-(\d{2})-(\d{2}) +(\d{1,2}):(\d{2}) *[-–] *(\d{1,2}):(\d{2})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[\d ]{3,20}")
_WEBSITE = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A service and where it is written."""

    service: Service
    #: Where the service, and each of its fields, is written.
    mark: Mark
    fields: Mapping[str, Mark]


def read_services(node: Node, words: DeclaredNames, problems: Problems) -> Iterator[Placed]:
    """The services of one file, without those that have a fault."""
    for item in as_list(node, problems):
        mapping = as_mapping(item, problems)
        if mapping is not None:
            before = len(problems)
            placed = _read_service(Fields(mapping, problems), words, problems)
            if len(problems) == before:
                yield placed


def _read_service(fields: Fields, words: DeclaredNames, problems: Problems) -> Placed:
    id = fields.id("id")
    contacts = _contacts(fields)
    valid, apply = _window(fields, "valid"), _window(fields, "apply")
    availability = fields.choice("availability", Availability, Availability.OPEN) or Availability.OPEN
    locations: list[Location] = []
    for node in fields.items("locations", required=True):
        mapping = as_mapping(node, problems)
        if mapping is not None:
            location = _location(Fields(mapping, problems), contacts, availability, words, problems)
            if any(location.place == other.place for other in locations):
                if location.place is not None:
                    problems.add("location_twice", mapping.mark, name=location.place)
                elif mapping.get("serves") is not None:
                    problems.add("remote_twice", mapping.mark)
            locations.append(location)
    service = Service(
        id=id,
        name=fields.text("name", required=True, longest=80),
        organization=fields.text("organization", required=True, longest=120),
        category=read_category(fields, words, problems),
        needs=_needs(fields, words, problems),
        summary=fields.text("summary", required=True),
        locations=tuple(locations),
        eligibility=_eligibility(fields, words, problems),
        accessibility=_accessibility(fields, words, problems),
        keywords=fields.texts("keywords"),
        cost=fields.text("cost"),
        documents=fields.texts("documents"),
        how_to_apply=fields.text("how_to_apply"),
        apply=apply,
        valid=valid,
        assured=_assured(fields, problems),
        example=fields.flag("example"),
    )
    fields.done()
    return Placed(service, fields.mark_of("id"), fields.marks())


def _needs(fields: Fields, words: DeclaredNames, problems: Problems) -> tuple[str, ...]:
    found = fields.scalars("need", required=True)
    attribute = words.attributes.get(NEED)
    if attribute is None:
        return first_of_each(found)
    return tuple(dict.fromkeys(str(id) for scalar in found for id in read_values(scalar, attribute, words, problems)))


def _eligibility(fields: Fields, words: DeclaredNames, problems: Problems) -> Condition:
    condition = read_condition(fields.node("eligibility"), words, problems)
    for attribute in sorted(attributes_in(condition)):
        if attribute in _OWN_FIELD:
            problems.add("not_in_eligibility", fields.mark_of("eligibility"), name=attribute, field=_OWN_FIELD[attribute])
    return condition


def _accessibility(fields: Fields, words: DeclaredNames, problems: Problems) -> dict[str, Access]:
    mapping = fields.mapping("accessibility")
    found: dict[str, Access] = {}
    for key, value in mapping.entries if mapping else ():
        if not words.has_value(DISABILITY, key.text):
            problems.add("unknown_value", key.mark, name=key.text, attribute=DISABILITY, among=words.values(DISABILITY))
        elif not isinstance(value, ScalarNode):
            problems.add("expected_text", value.mark)
        elif (access := one_of(value, Access, problems)) is not None:
            found[key.text] = access
    return found


def _location(fields: Fields, shared: Contacts, availability: Availability, words: DeclaredNames, problems: Problems) -> Location:
    place = fields.scalar("place")
    if place is not None:
        _check_place(place, words, problems)
    serves = _serves(fields, place, words, problems)
    opening = read_hours(fields.scalar("hours"), problems)
    dates = fields.scalars("dates")
    if opening is not None and dates:
        problems.add("hours_and_dates", fields.mark_of("dates"))
    events = tuple(event for scalar in dates if (event := _event(scalar, problems)) is not None)
    own = _contacts(fields)
    location = Location(
        place=place.text if place is not None else None,
        serves=serves,
        address=fields.text("address", longest=150),
        position=_position(fields),
        opening=opening or "",
        week=hours.week(opening) if opening else None,
        events=tuple(sorted(events, key=lambda event: event.start)),
        contacts=Contacts(own.email or shared.email, own.phone or shared.phone, own.website or shared.website),
        availability=fields.choice("availability", Availability, availability) or availability,
    )
    fields.done()
    return location


def _position(fields: Fields) -> tuple[float, float] | None:
    """Both coordinates, or neither."""
    if not fields.has("latitude") and not fields.has("longitude"):
        return None
    return fields.number("latitude", -90, 90), fields.number("longitude", -180, 180)


def _check_place(scalar: ScalarNode, words: DeclaredNames, problems: Problems, *others: str) -> None:
    if not words.has_value(PLACE, scalar.text):
        names = [*words.values(PLACE), *others]
        problems.add("unknown_value", scalar.mark, name=scalar.text, attribute=PLACE, among=names)


def _serves(fields: Fields, place: ScalarNode | None, words: DeclaredNames, problems: Problems) -> frozenset[str] | None:
    """Whose residents are taken; None for anyone."""
    named = fields.scalars("serves")
    if not named:
        if not fields.has("place") and not fields.has("serves"):
            problems.add("place_or_serves", fields.mark)
        return frozenset({place.text}) if place is not None else frozenset()
    if any(scalar.text == EVERYBODY for scalar in named):
        return None
    for scalar in named:
        _check_place(scalar, words, problems, EVERYBODY)
    return frozenset(scalar.text for scalar in named)


def _contacts(fields: Fields) -> Contacts:
    checks = {"email": (_EMAIL, "bad_email"), "phone": (_PHONE, "bad_phone"), "website": (_WEBSITE, "bad_website")}
    found = {}
    for name, (pattern, code) in checks.items():
        scalar = fields.scalar(name)
        if scalar is not None and not pattern.fullmatch(scalar.text):
            fields.problems.add(code, scalar.mark, name=scalar.text)
        found[name] = scalar.text if scalar is not None else ""
    return Contacts(**found)


def _window(fields: Fields, key: str) -> Window | None:
    mapping = fields.mapping(key)
    if mapping is None:
        return None
    inner = Fields(mapping, fields.problems)
    start, end = inner.scalar("from", required=True), inner.scalar("until", required=True)
    inner.done()
    days = [_day(scalar, fields.problems) for scalar in (start, end) if scalar is not None]
    first, last = (*days, None, None)[:2]
    if first is None or last is None or start is None or end is None:
        return None
    if (first.year is None) != (last.year is None):
        fields.problems.add("mixed_window", mapping.mark)
        return None
    if first.year is not None and last.year is not None and last.on(last.year) < first.on(first.year):
        fields.problems.add("empty_window", mapping.mark, start=start.text, until=end.text)
        return None
    return Window(first, last)


def _day(scalar: ScalarNode, problems: Problems) -> Day | None:
    match = _DATE.fullmatch(scalar.text)
    if match is None:
        problems.add("bad_date", scalar.mark, name=scalar.text)
        return None
    day = Day(int(match[2]), int(match[3]), int(match[1]) if match[1] else None)
    # A yearly date may be 29 February: a leap year has it.
    if _date(2024 if day.year is None else day.year, day.month, day.day) is None:
        problems.add("impossible_date", scalar.mark, name=scalar.text)
        return None
    return day


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _event(scalar: ScalarNode, problems: Problems) -> Event | None:
    match = _EVENT.fullmatch(scalar.text)
    if match is None:
        problems.add("bad_event", scalar.mark, name=scalar.text)
        return None
    year, month, day, *clock = (int(group) for group in match.groups())
    date = _date(year, month, day)
    if date is None or clock[0] > 23 or clock[1] > 59 or clock[2] > 24 or clock[3] > 59:
        problems.add("impossible_date", scalar.mark, name=scalar.text)
        return None
    midnight = dt.datetime.combine(date, dt.time())
    start = midnight + dt.timedelta(hours=clock[0], minutes=clock[1])
    # An evening may end after midnight.
    length = ((clock[2] - clock[0]) * 60 + clock[3] - clock[1]) % (24 * 60) or 24 * 60
    try:
        return Event(start, start + dt.timedelta(minutes=length))
    except OverflowError:
        problems.add("impossible_date", scalar.mark, name=scalar.text)
        return None


def _assured(fields: Fields, problems: Problems) -> dt.date | None:
    scalar = fields.scalar("assured")
    if scalar is None:
        return None
    day = _day(scalar, problems) if _DATE.fullmatch(scalar.text) else None
    if day is None or day.year is None:
        if not _DATE.fullmatch(scalar.text) or (day is not None and day.year is None):
            problems.add("bad_full_date", scalar.mark, name=scalar.text)
        return None
    return day.on(day.year)


def check_unique(services: list[Placed], problems: Problems) -> None:
    """No two services may have the same id."""
    first: dict[str, Mark] = {}
    for placed in services:
        known = first.setdefault(placed.service.id, placed.mark)
        if known is not placed.mark:
            problems.add("duplicate_id", placed.mark, name=placed.service.id, place=f"{known.file}:{known.line}")
