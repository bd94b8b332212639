"""Italian words for days, months and dates as staff write them, and the reading of dates and spans of days.

Used for opening hours (`italian_hours.py`) and for periods and dates (`models/dates.py`). The words are in `words/it.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.core.opening import MONTHS
from bot.core.services import Day

#: Days of the longest version of each month.
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

#: Characters that are written in several ways, each with the one that is read; the length of a text stays the same.
_PLAIN = str.maketrans(
    "àáèéìíòóùúÀÁÈÉÌÍÒÓÙÚ’‘´`“”«»–—−‒÷\u00a0\u202f\u2009\tº^•·", "aaeeiioouuaaeeiioouu''''\"\"\"\"-----    °°,,"
)


def plain_characters(text: str) -> str:
    """Return a text in lower case without accents, with plain quotes, dashes and spaces; its length stays the same."""
    return text.translate(_PLAIN).lower()


@cache
def _data() -> Mapping[str, Any]:
    file = Path(__file__).parent / "words" / "it.yaml"
    loaded: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


def table_words(name: str) -> Mapping[str, str]:
    """Return a word table as a mapping of each word to its meaning; a word of a list means the name of the list."""
    table = _data()[name]
    if isinstance(table, list):
        return {str(word): name for word in table}
    return {str(word): str(meaning) for meaning, listed in table.items() for word in listed}


def alternatives(listed: Iterable[str]) -> str:
    """Return a regular expression for any of some words, the longest first; a full stop may follow a word, a letter may not."""
    longest_first = sorted(listed, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) for word in longest_first) + r")(?![a-z0-9°])'?\.?"


def key_of(found: str) -> str:
    """Return the word of a table that a match of `alternatives` found, without a full stop or apostrophe at its end."""
    return found.strip().rstrip(".'")


MONTH_WORDS = table_words("months")
FEASTS = table_words("feasts")
_MONTH = alternatives(MONTH_WORDS)
_FIRST_OF_MONTH = re.compile(rf"\bprimo(?=\s+(?:di\s+)?{_MONTH}|\s*(?:-|al)\s*\d{{1,2}}\s+{_MONTH})")
_LONG_WEEKDAY = re.compile(rf"\b{alternatives(word for word in table_words('days') if len(word) > 4)}\s+(?=\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2}[/.]\d{1,2}[/.])(\d{2})(?!\d)")
_SLASHED_MONTHS = re.compile(rf"({_MONTH})\s*/\s*(?={_MONTH})")
_NTH_WITH_APOSTROPHE = re.compile(r"(?<![\d:.,])([1-5])'(?=\s)")
_TO = r"\s*(?:-|fino al|sino al|fino a|sino a|al|all'|ad|a)\s*"
_FROM = r"(?:dal|dall'|dai|da|il|l'|nei giorni|i giorni|nel mese di|nei mesi di|in|a|ad|nel|nei)?\s*"
_NUMBER = r"(\d{1,2})\s*(?:°|o(?![a-z]))?"
_YEAR = r"(?:\s*(?:del\s*)?((?:19|20)\d{2})(?!\d))?"
_SLASHED = r"(\d{1,2})\s*[/.]\s*(\d{1,2})(?:\s*[/.]\s*((?:19|20)\d{2}))?(?!\d|:\d)"
_ISO = r"((?:19|20)\d{2})-(\d{2})-(\d{2})"

_DAY_TO_DAY = re.compile(rf"{_FROM}{_NUMBER}\s*(?:di\s+)?({_MONTH}){_YEAR}{_TO}{_NUMBER}\s*(?:di\s+)?({_MONTH}){_YEAR}")
_DAYS_OF_MONTH = re.compile(rf"{_FROM}{_NUMBER}{_TO}{_NUMBER}\s*(?:di\s+)?({_MONTH}){_YEAR}")
_LIST_OF_MONTH = re.compile(
    rf"{_FROM}((?:\d{{1,2}}\s*,\s*)*\d{{1,2}}(?:\s+e(?:d|\s+il)?\s+|\s*,\s*)\d{{1,2}})\s+({_MONTH}){_YEAR}"
)
_ONE_DAY = re.compile(rf"{_FROM}{_NUMBER}\s*(?:di\s+)?({_MONTH}){_YEAR}")
_MONTH_TO_MONTH = re.compile(rf"{_FROM}({_MONTH}){_YEAR}{_TO}({_MONTH}){_YEAR}(?!\s*\d)")
_ONE_MONTH = re.compile(rf"{_FROM}({_MONTH}){_YEAR}")
#: The names of opening_hours syntax: "agosto 8-14" are hours in August, "Aug 8-14" are days.
_OSM_MONTH = "(?:" + "|".join(month.lower() for month in MONTHS if month != "Mar") + ")(?![a-z])"
_MONTH_FIRST = re.compile(rf"({_OSM_MONTH})\s+(\d{{1,2}})(?![\d:.,])(?:\s*-\s*(?:({_OSM_MONTH})\s+)?(\d{{1,2}})(?![\d:.,]))?")
_SLASHED_TO_SLASHED = re.compile(rf"(?:dal|dall'|da)?\s*{_SLASHED}{_TO}{_SLASHED}")
_ONE_SLASHED = re.compile(rf"(?:il|l'|dal|nel giorno)?\s*{_SLASHED}")
_ISO_TO_ISO = re.compile(rf"(?:dal\s*)?{_ISO}{_TO}{_ISO}")
_ONE_ISO = re.compile(_ISO)


#: Feasts that fall on the same day each year, with or without an article.
_FIXED_FEAST = r"(?:il\s+|la\s+|l')?" + f"({{}}{alternatives(word for word, day in FEASTS.items() if 'easter' not in day)})"
_FEAST_SPAN = re.compile(
    rf"(?:dal|dall'|dalla|da)\s*(?:{_FIXED_FEAST.format('?P<feast>')}|(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH}))"
    rf"\s*(?:-|fino al|fino all'|fino a|al|alla|all'|a)\s*"
    rf"(?:{_FIXED_FEAST.format('?P<last_feast>')}|(?P<last_day>\d{{1,2}})\s+(?P<last_month>{_MONTH}))"
)
_ENDS_OF_SPAN = (("feast", "day", "month"), ("last_feast", "last_day", "last_month"))


@dataclass(frozen=True)
class DaySpan:
    """A span of days as it is written, both ends included, with the position in the text where the writing ends."""

    start: Day
    end: Day
    until: int
    #: True if day and month are numbers of which each could be the other: "09/06".
    is_numeric: bool = False
    #: True if only a month is named.
    is_month: bool = False

    @property
    def is_single(self) -> bool:
        """Return True if the span is one day or one month."""
        return self.start == self.end or (self.is_month and self.start.month == self.end.month)


def month_by_name(word: str) -> int:
    """Return the number of a month by one of its names."""
    return MONTHS.index(MONTH_WORDS[key_of(word)]) + 1


def _day(number: str, month: int, year: str | None) -> Day | None:
    day = int(number)
    return Day(month, day, int(year) if year else None) if 1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1] else None


def _last_day(month: int, year: int | None) -> Day:
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return Day(month, 29 if month == 2 and leap else 28 if month == 2 else _LENGTHS[month - 1], year)


def _spans(found: Iterable[tuple[Day | None, Day | None]], until: int, **more: bool) -> list[DaySpan]:
    return [DaySpan(_with_year(start, end), end, until, **more) for start, end in found if start is not None and end is not None]


def _with_year(start: Day, end: Day) -> Day:
    """Return the first day of a span with the year that is written only at the last day: "dal 9 giugno al 1 agosto 2027"."""
    if start.year is None and end.year is not None:
        year = end.year - ((end.month, end.day) < (start.month, start.day))
        return Day(start.month, start.day, year)
    return start


def dated_characters(text: str) -> str:
    """Return a text in plain characters with digits for ordinals: "primo ottobre" → 1, "2' sabato" → 2°.

    Its length stays the same.
    """
    return _NTH_WITH_APOSTROPHE.sub(r"\1°", _FIRST_OF_MONTH.sub("    1", plain_characters(text)))


def read_day_spans(text: str, at: int = 0) -> list[DaySpan]:
    """Return the spans of days named at a position of a text: one span, or one for each day of a list; empty for none."""
    for reader in _READERS:
        if found := reader(text, at):
            return found
    return []


def _iso(text: str, at: int) -> list[DaySpan]:
    if m := _ISO_TO_ISO.match(text, at):
        return _spans([(_day(m[3], int(m[2]), m[1]), _day(m[6], int(m[5]), m[4]))], m.end())
    if m := _ONE_ISO.match(text, at):
        day = _day(m[3], int(m[2]), m[1])
        return _spans([(day, day)], m.end())
    return []


def _named(text: str, at: int) -> list[DaySpan]:
    if m := _DAY_TO_DAY.match(text, at):
        return _spans([(_day(m[1], month_by_name(m[2]), m[3]), _day(m[4], month_by_name(m[5]), m[6]))], m.end())
    if m := _DAYS_OF_MONTH.match(text, at):
        month = month_by_name(m[3])
        return _spans([(_day(m[1], month, m[4]), _day(m[2], month, m[4]))], m.end())
    if m := _LIST_OF_MONTH.match(text, at):
        days = [_day(number, month_by_name(m[2]), m[3]) for number in re.findall(r"\d+", m[1])]
        return _spans([(day, day) for day in days], m.end()) if all(days) else []
    if m := _ONE_DAY.match(text, at):
        day = _day(m[1], month_by_name(m[2]), m[3])
        return _spans([(day, day)], m.end())
    return []


def _months(text: str, at: int) -> list[DaySpan]:
    if m := _MONTH_FIRST.match(text, at):
        month = month_by_name(m[1])
        last = _day(m[4], month_by_name(m[3]) if m[3] else month, None) if m[4] else _day(m[2], month, None)
        return _spans([(_day(m[2], month, None), last)], m.end())
    if m := _MONTH_TO_MONTH.match(text, at):
        years = [int(year) if year else None for year in (m[2], m[4])]
        begin, end = Day(month_by_name(m[1]), 1, years[0]), _last_day(month_by_name(m[3]), years[1])
        return _spans([(begin, end)], m.end(), is_month=True)
    if m := _ONE_MONTH.match(text, at):
        only, year = month_by_name(m[1]), int(m[2]) if m[2] else None
        return _spans([(Day(only, 1, year), _last_day(only, year))], m.end(), is_month=True)
    return []


def _slashed(text: str, at: int) -> list[DaySpan]:
    if m := _SLASHED_TO_SLASHED.match(text, at):
        return _spans([(_day(m[1], int(m[2]), m[3]), _day(m[4], int(m[5]), m[6]))], m.end(), is_numeric=True)
    if m := _ONE_SLASHED.match(text, at):
        day = _day(m[1], int(m[2]), m[3])
        return _spans([(day, day)], m.end(), is_numeric=True)
    return []


def _feast_spans(text: str, at: int) -> list[DaySpan]:
    """Return spans that begin or end with a feast: "da Natale all'Epifania", "dal 1 luglio a Ferragosto"."""
    m = _FEAST_SPAN.match(text, at)
    if m is None or not (m["feast"] or m["last_feast"]):
        return []
    first, last = (_feast_day(m[feast]) or _day(m[day], month_by_name(m[month]), None) for feast, day, month in _ENDS_OF_SPAN)
    return _spans([(first, last)], m.end())


def _feast_day(word: str | None) -> Day | None:
    month, _, day = FEASTS[key_of(word)].partition(" ") if word else ("", "", "")
    return Day(MONTHS.index(month) + 1, int(day)) if month else None


_READERS = (_feast_spans, _iso, _named, _months, _slashed)


def read_periods(written: str) -> list[DaySpan] | None:
    """Return the spans in a text that consists of days only: "dal 9 giugno al 1 agosto e dal 1 al 5 settembre"; else None."""
    text = _LONG_WEEKDAY.sub("", dated_characters(written))
    text = _SHORT_YEAR.sub(r"\g<1>20\2", _SLASHED_MONTHS.sub(r"\1-", text))
    found: list[DaySpan] = []
    at = 0
    while at < len(text):
        spans = read_day_spans(text, at)
        if not spans:
            return None
        found += spans
        at = spans[-1].until
        at += len(re.match(r"[\s.]*(?:(?:,|;|\be\b|\bed\b|\+)\s*)*", text[at:])[0])  # type: ignore[index]
    return found or None


def osm_day(day: Day) -> str:
    """Return a day in opening_hours syntax: "Dec 24", "2026 Dec 24"."""
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}" if day.year else f"{MONTHS[day.month - 1]} {day.day:02}"


def osm_span(span: DaySpan) -> str:
    """Return a span of days in opening_hours syntax: "Aug", "Jun-Sep", "Dec 24-Jan 06"."""
    if span.is_month and span.start.year is None:
        first, last = MONTHS[span.start.month - 1], MONTHS[span.end.month - 1]
        return first if first == last else f"{first}-{last}"
    return osm_day(span.start) if span.start == span.end else f"{osm_day(span.start)}-{osm_day(span.end)}"
