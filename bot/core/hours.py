"""Weekly hours: OpenStreetMap `opening_hours` expressions as sets of five-minute slots of one typical week.

A week is an int used as a bit set. It has eight days: Monday to Sunday, and the public holiday, on which "Mo-Fr" alone says
nothing. Bit 0 is Monday 00:00-00:05. Overlap is `&`, and the minutes covered are five times the number of bits. What an
expression says about single months is merged into one typical week.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

#: Minutes of a day.
NOON, MIDNIGHT = 12 * 60, 24 * 60
MINUTES_PER_SLOT = 5
SLOTS_PER_DAY = 24 * 60 // MINUTES_PER_SLOT
_SLOTS_OF_WEEKDAYS = 7 * SLOTS_PER_DAY
#: The slots of Monday to Sunday, without the holiday.
ALL_WEEKDAYS = (1 << _SLOTS_OF_WEEKDAYS) - 1
_DAY = (1 << SLOTS_PER_DAY) - 1
WHOLE_WEEK = (1 << 8 * SLOTS_PER_DAY) - 1
#: The country of public holidays ("PH") and of telephone numbers without a prefix (ISO 3166).
COUNTRY = "IT"
#: The clocks of the network: local times are in this zone.
TIMEZONE = ZoneInfo("Europe/Rome")

# A year that begins with a Monday, so that every weekday and month is met.
_FIRST_DAY = dt.datetime(2026, 1, 5)
_LAST_DAY = _FIRST_DAY + dt.timedelta(days=366)
_HOLIDAYS = OpeningHours("PH", country=COUNTRY)
#: From here on the library knows no dates.
_NEVER = dt.datetime(9000, 1, 1)


class HoursError(ValueError):
    """An expression that is not in opening_hours syntax; `column` counts from 0 inside the expression."""

    def __init__(self, expression: str, column: int) -> None:
        super().__init__(expression)
        self.column = column


_COMMENT = re.compile(r'"[^"]*"')
#: What makes one week differ from another: dates, numbers of weeks and of weekdays, years, feasts.
_DATED = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter|\[|\d{4}|year|day")


def notes(expression: str) -> tuple[str, ...]:
    """Return the comments for people in an opening hours expression ("su appuntamento"), each once."""
    return tuple(dict.fromkeys(found[1:-1] for found in _COMMENT.findall(expression)))


@lru_cache(maxsize=4096)
def week(expression: str) -> int:
    """Return the slots of a week in which `expression` is open at some time of the year; 0 if it never is.

    Raises `HoursError` when the expression cannot be read.
    Syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
    """
    try:
        is_dated = _DATED.search(_COMMENT.sub("", expression)) is not None
        slots = _open(OpeningHours(expression), _LAST_DAY if is_dated else _FIRST_DAY + dt.timedelta(days=7))
        if "PH" in expression:
            slots |= _holiday(OpeningHours(expression, country=COUNTRY))
        elif all(slots >> day * SLOTS_PER_DAY & _DAY for day in range(7)):
            slots |= (slots >> 6 * SLOTS_PER_DAY) << SLOTS_PER_DAY * 7 & WHOLE_WEEK
    except ParserError as error:
        raise HoursError(expression, _error_column(str(error))) from error
    return slots


def _open(hours: OpeningHours, last: dt.datetime) -> int:
    slots = 0
    for start, end, state, _comment in hours.intervals(_FIRST_DAY, last):
        if state == State.OPEN:
            slots |= span(start, min(end, start + dt.timedelta(days=7)))
            if slots == ALL_WEEKDAYS:
                break
    return slots


def _holiday(hours: OpeningHours) -> int:
    """Return the hours that an expression has on public holidays, as slots of the eighth day of the week.

    All holidays of one sample year are merged.
    """
    slots = 0
    for day, _, state, _comment in _HOLIDAYS.intervals(_FIRST_DAY, _LAST_DAY):
        if state == State.OPEN:
            for start, end, open_state, _ in hours.intervals(day, day + dt.timedelta(days=1)):
                if open_state == State.OPEN:
                    slots |= (span(start, end) >> day.weekday() * SLOTS_PER_DAY & _DAY) << _SLOTS_OF_WEEKDAYS
    return slots


def _error_column(message: str) -> int:
    """Return the column, counted from 0, at which the parser's message (` --> 1:7`) places an error; 0 if it names none."""
    _, _, place = message.partition("--> 1:")
    digits = place.split(None, 1)[0] if place else ""
    return int(digits) - 1 if digits.isdigit() else 0


def span(start: dt.datetime, end: dt.datetime) -> int:
    """Return the slots of the week between two moments: at most seven days, wrapping from Sunday to Monday."""
    first = start.weekday() * SLOTS_PER_DAY + (start.hour * 60 + start.minute) // MINUTES_PER_SLOT
    minutes = int((end - start).total_seconds()) // 60
    count = min(-(-minutes // MINUTES_PER_SLOT), _SLOTS_OF_WEEKDAYS)
    if count <= 0:
        return 0
    bits = ((1 << count) - 1) << first
    return (bits & ALL_WEEKDAYS) | (bits >> _SLOTS_OF_WEEKDAYS)


def appointment(start: dt.datetime, end: dt.datetime) -> int:
    """Return the slots of the week that an event on one date covers: those of its weekday, on a holiday also the holiday's."""
    slots = span(start, end)
    if _HOLIDAYS.is_open(start):
        slots |= (slots >> start.weekday() * SLOTS_PER_DAY & _DAY) << _SLOTS_OF_WEEKDAYS
    return slots


def is_open(expression: str, moment: dt.datetime) -> bool:
    """Return True if an opening hours expression is open at a moment.

    On a public holiday only an expression that names holidays (`PH`), or has hours on every day of the week, counts as open.
    """
    return bool(_with_holidays(expression).is_open(moment))


def next_change(expression: str, moment: dt.datetime) -> dt.datetime | None:
    """Return the time of the next opening or closing of an expression; None if there is none."""
    change: dt.datetime | None = _with_holidays(expression).next_change(moment)
    return change if change is not None and change < _NEVER else None


@lru_cache(maxsize=64)
def _with_holidays(expression: str) -> OpeningHours:
    has_holidays = "PH" in expression or all(week(expression) >> day * SLOTS_PER_DAY & _DAY for day in range(7))
    return OpeningHours(expression if has_holidays else f"{expression}; PH off", country=COUNTRY)


def union(weeks: Iterable[int]) -> int:
    """Return the slots that are in any of `weeks`."""
    slots = 0
    for one in weeks:
        slots |= one
    return slots


def has_day(slots: int, weekday: int) -> bool:
    """Return True if a week is open at some time on a weekday; Monday is 0."""
    return bool(slots >> weekday * SLOTS_PER_DAY & _DAY)


def share(wanted: int, offered: int) -> float:
    """Return the share of the wanted hours in which a service is open, from 0 to 1; 1 when no hours are wanted."""
    return (wanted & offered).bit_count() / wanted.bit_count() if wanted else 1.0


def day_ranges(slots: int) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """Return a week grouped for reading aloud: `(first day, last day, [(from, until), ...])`; Monday is 0, times in minutes.

    The public holiday is left out, and so are days without hours. Neighbouring days with the same hours are joined. Hours
    that go on past midnight stay one range that ends after 24 * 60.
    """
    days = [_day_spans(slots, day) for day in range(7)]
    for day in range(7):
        following = days[(day + 1) % 7]
        today = days[day]
        if _goes_on(today, following):
            until = following.pop(0)[1]
            today[-1] = (today[-1][0], 24 * 60 + until)
    ranges: list[tuple[int, int, list[tuple[int, int]]]] = []
    for day, spans in enumerate(days):
        if not spans:
            continue
        if ranges and ranges[-1][1] == day - 1 and ranges[-1][2] == spans:
            ranges[-1] = (ranges[-1][0], day, spans)
        else:
            ranges.append((day, day, spans))
    return ranges


def _goes_on(today: list[tuple[int, int]], following: list[tuple[int, int]]) -> bool:
    """Return True if opening hours continue from one day into the next: open at midnight, with neither day open all day."""
    if not today or not following or today[-1][1] != 24 * 60 or following[0][0] != 0:
        return False
    return today[-1][0] != 0 and following[0][1] <= 12 * 60


def _day_spans(slots: int, day: int) -> list[tuple[int, int]]:
    bits = (slots >> (day * SLOTS_PER_DAY)) & ((1 << SLOTS_PER_DAY) - 1)
    spans: list[tuple[int, int]] = []
    slot = 0
    while bits >> slot:
        if bits >> slot & 1:
            first = slot
            while bits >> slot & 1:
                slot += 1
            spans.append((first * MINUTES_PER_SLOT, slot * MINUTES_PER_SLOT))
        else:
            slot += 1
    return spans
