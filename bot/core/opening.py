"""Opening hours rule by rule: seasons, n-th weekdays, closed days and notes, which a single week (`hours.week`) cannot express.

A rule is a part of an `opening_hours` expression between semicolons, or between commas where another rule begins.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from opening_hours import OpeningHours, State

from bot.core import hours

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTH = f"(?:{'|'.join(MONTHS)})"
_BETWEEN_RULES = re.compile(r"\s*(;|\|\|)\s*|(?:(?<=:\d\d)|(?<=off)|(?<=closed)|(?<=\"))\s*(,)\s*(?=[A-Z\"])")
_DAY = rf"(?:\d{{4}} )?{_MONTH}(?: \d{{1,2}}(?![:\d]))?"
_DAYS = rf"{_DAY}(?:-(?:{_DAY}|\d{{1,2}}(?![:\d])))?"
_OTHER_DATES = r"easter(?: [+-]\d+ days?)?|week \d[\d,/-]*|\d{4}(?:-\d{4})?"
_DATES = re.compile(rf"^(?P<dates>(?:(?:{_DAYS}|{_OTHER_DATES})(?:,\s*|\s+|$|:\s*))+)")
_STRETCH = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_NTH = re.compile(r"([A-Z][a-z])\[([-\d,]+)\]")
_NOTE = re.compile(r'"[^"]*"')
#: Days of a season: its first month and day, its last month and day.
_SEASON = re.compile(rf"^({_MONTH})(?: (\d{{1,2}}))?(?:-({_MONTH})?(?: ?(\d{{1,2}}))?)?$")


@dataclass(frozen=True)
class OpeningRule:
    """A rule of opening hours: when it holds, and whether it opens or closes."""

    written: str
    #: Dates as they are written, "Jul-Aug", "Dec 24-Jan 06"; none for the whole year.
    dates: tuple[str, ...]
    #: Weekday, Monday is 0, and its number in the month: (5, 1) is the first Saturday.
    nths: tuple[tuple[int, int], ...]
    is_closed: bool
    #: From and until, in minutes of the day.
    times: tuple[tuple[int, int], ...]
    note: str = ""
    #: True for a rule after a comma, which adds to those before it.
    is_additional: bool = False

    @property
    def days(self) -> frozenset[str]:
        """Return the days of the week and the "PH" that the rule names; empty if it names none and so holds on all days."""
        return frozenset(_days_of(self.written))


@lru_cache(maxsize=4096)
def opening_rules(expression: str) -> tuple[OpeningRule, ...]:
    """Return the rules of an expression in their order. A semicolon inside a quoted note divides nothing."""
    notes = [found[1:-1] for found in _NOTE.findall(expression)]
    bare = _NOTE.sub('""', expression)
    rules, is_additional, at = [], False, 0
    for sign in [*_BETWEEN_RULES.finditer(bare), None]:
        part = bare[at : sign.start() if sign else len(bare)].strip()
        note = notes.pop(0) if '""' in part and notes else ""
        if part:
            rules.append(_rule(part, note, is_additional=is_additional))
        if sign:
            is_additional, at = sign[2] is not None, sign.end()
    return tuple(rules)


def _numbers(written: str) -> Iterable[int]:
    """Yield the numbers inside the brackets after a weekday: "1,3" → 1, 3; "1-2" → 1, 2; "-1" → -1."""
    for first, last in re.findall(r"(-?\d+)(?:-(\d+))?", written):
        yield from range(int(first), int(last or first) + 1)


def _rule(part: str, note: str, *, is_additional: bool) -> OpeningRule:
    text = part.replace('""', "").strip()
    dates = _DATES.match(text)
    named = tuple(one.strip() for one in dates["dates"].rstrip(" :,").split(",")) if dates else ()
    times = tuple((int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _STRETCH.findall(text))
    nths = tuple((WEEKDAYS.index(day), number) for day, numbers in _NTH.findall(text) for number in _numbers(numbers))
    return OpeningRule(text, named, nths, bool(re.search(r"\b(?:off|closed)\b", text)), times, note, is_additional)


def _days_of(written: str) -> list[str]:
    found = []
    for first, last in re.findall(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b(?:-(Mo|Tu|We|Th|Fr|Sa|Su)\b)?", written):
        if not last:
            found.append(first)
            continue
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        found += [WEEKDAYS[number % 7] for number in range(start, end + 1 + 7 * (end < start))]
    return found


def is_note(expression: str) -> bool:
    """Return True for hours that are only a note, such as "su appuntamento", so that people must ask for the times."""
    return re.fullmatch(r'(?:unknown )?"[^"]*"', expression) is not None


def regular(expression: str) -> str:
    """Return the part of an expression that holds every week: without n-th weekdays and yearly closures.

    Returns "" if nothing is left.
    """
    kept = [rule for rule in opening_rules(expression) if not rule.nths and not (rule.is_closed and rule.dates)]
    return joined(kept)


def joined(rules: Iterable[OpeningRule]) -> str:
    """Return the expression that some rules form together, without their notes."""
    text = ""
    for rule in rules:
        text += ((", " if rule.is_additional else "; ") if text else "") + rule.written
    return text


def week_on(expression: str, date: dt.date) -> int:
    """Return the weekly slots that hold on a date: those of its season; 0 outside every season.

    Without seasons it is the week of the whole year. Single closed days are not taken off.
    """
    starts = _season_starts(expression)
    if not starts:
        return hours.week(expression)
    days = [dt.datetime(year, month, day) for year in range(date.year - 1, date.year + 2) for month, day in starts]
    moment = dt.datetime.combine(date, dt.time())
    return _week_between(expression, max(day for day in days if day <= moment), min(day for day in days if day > moment))


@lru_cache(maxsize=4096)
def _week_between(expression: str, first: dt.datetime, last: dt.datetime) -> int:
    slots = 0
    for start, end, state, _ in OpeningHours(expression, country=hours.COUNTRY).intervals(first, last):
        if state == State.OPEN:
            slots |= hours.span(start, min(end, start + dt.timedelta(days=7)))
    return slots | (hours.week(expression) & ~hours.ALL_WEEKDAYS if slots else 0)


@lru_cache(maxsize=4096)
def _season_starts(expression: str) -> tuple[tuple[int, int], ...]:
    """Return the month and day at which each season of an expression begins, and the day after it ends; empty without seasons."""
    starts: set[tuple[int, int]] = set()
    for rule in opening_rules(expression):
        for dates in () if rule.is_closed else rule.dates:
            if season := season_days(dates):
                after = season[1] + dt.timedelta(days=1)
                starts |= {(season[0].month, season[0].day), (after.month, after.day)}
    return tuple(sorted(starts))


def season_days(dates: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of dates that recur every year, placed in the year 2027; None for other dates."""
    found = _SEASON.match(dates)
    if found is None:
        return None
    first, day, last, until = found.groups()
    try:
        begin = dt.date(2027, MONTHS.index(first) + 1, int(day or 1))
        month = MONTHS.index(last or first) + 1
        if until or (day and not last):
            return begin, dt.date(2027, month, int(until or day))
        return begin, dt.date(2027 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def is_open_on(expression: str, date: dt.date) -> bool:
    """Return True if an expression is open at some time of a date; holidays and closed days are taken into account."""
    day = dt.datetime.combine(date, dt.time())
    change = hours.next_change(expression, day)
    return hours.is_open(expression, day) or (change is not None and change.date() == date)


def is_regular(expression: str) -> bool:
    """Return True if an expression has the same hours in every week of the year."""
    return not any(rule.dates or rule.nths for rule in opening_rules(expression))
