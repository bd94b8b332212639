"""Ages as spans of months: from a number of years or months, from a birthday, from a year of birth."""

from __future__ import annotations

import datetime as dt

from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.conditions import Span

#: Nobody is older, in years.
OLDEST = 120
DAYS_IN_MONTH = 30.44


def aged(number: int, unit: int = MONTHS_PER_YEAR) -> Span:
    """Return the span of an age given as a number of years, or of units of `unit` months; it is one unit long."""
    return Span(number * unit, (number + 1) * unit)


def second_half(number: int) -> Span:
    """Return the second half of a year of age: "3 anni e mezzo" is from 42 to 48 months."""
    return Span(number * MONTHS_PER_YEAR + MONTHS_PER_YEAR // 2, (number + 1) * MONTHS_PER_YEAR)


def between(low: int, low_unit: int, high: int, high_unit: int) -> Span:
    """Return the span from one age up to and including another; each unit is given in months."""
    return Span(low * low_unit, (high + 1) * high_unit)


def full_year(year: str, today: dt.date) -> int:
    """Return the latest past year that ends in two given digits; a four-digit year unchanged."""
    if len(year) > 2:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) if int(year) <= today.year % 100 else century - 100 + int(year)


def born(today: dt.date, year: int, month: int | None = None, day: int | None = None) -> Span | None:
    """Return the possible ages of a person born on a day, in a month or in a year; None for impossible or future dates."""
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    last_month = MONTHS_PER_YEAR if month is None else month
    oldest = _completed_months(today, year, first.month, first.day)
    youngest = _completed_months(today, year, last_month, day or 31)
    return None if oldest < 0 else Span(max(youngest, 0), oldest + 1)


def _completed_months(today: dt.date, year: int, month: int, day: int) -> int:
    """Return the number of whole months from a day to today."""
    return (today.year - year) * MONTHS_PER_YEAR + today.month - month - (today.day < day)
