"""Dates on which help is needed: "il 13 dicembre", "a Natale", "sabato prossimo", "da metà giugno", "dal 10 al 20 luglio".

A period is a span of days, counted as `datetime.date.toordinal` does; the upper end is not included, and infinite for an open
end. Days of every week are no period (`timetable.py`); birthdays, the start of a job and past dates are not wanted periods. The
words, the feasts and the school holidays are in `periods.yaml`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.conditions import Span
from bot.language.data import ITALIAN, phrases, word_groups, word_meanings, word_table
from bot.language.entities.age_spans import full_year
from bot.language.templates import TemplateMatch, Templates
from bot.language.text.spelling import Speller, respelt
from bot.language.text.utterance import Utterance

_FILE = "periods"
#: First and last day.
DayRange = tuple[dt.date, dt.date]
_MONTHS = {word: int(number) for word, number in word_table(ITALIAN, "ages", "month").items()}
_FEAST_DAYS, _BRIDGES = word_groups(ITALIAN, _FILE, "feast_days"), word_groups(ITALIAN, _FILE, "bridges")
_FEASTS = {feast: Templates(_FILE, f"feast/{feast}") for feast in _FEAST_DAYS}
_PARTS, _WEEKS = word_meanings(ITALIAN, _FILE, "part_of_month"), word_meanings(ITALIAN, _FILE, "week_of_month")
_DAYS_AHEAD = word_meanings(ITALIAN, _FILE, "relative_day")
_WEEKDAYS = {word: number for number, word in enumerate(phrases(ITALIAN, _FILE, "weekday"))}
_SPELLER = Speller((*(month for month in _MONTHS if month.isalpha()), *_WEEKDAYS, *phrases(ITALIAN, _FILE, "spelt_right")))
_WEEK, _SATURDAY = 7, 5
#: So many days ahead a day of the week with a number is looked for.
_WEEKDAY_AHEAD = 62
#: Days of a month at which its beginning, its middle and its end begin; the next begins where one ends.
_PART_STARTS = {"start": 1, "middle": 11, "end": 21, "first_half": 1, "second_half": 16}
#: The last day of such a part, where it is not the last of the month.
_PART_ENDS = {"start": 10, "middle": 20, "first_half": 15}
#: The middle of a month, where something begins or ends in it.
_MIDDLE = 15
#: Months back in which "da settembre" is of this year, and past.
_SINCE = 8
#: Words and signs of a text that is nothing but a period.
_SHORT = 5
#: Words between the two ends of a period; twice as many before "fino a".
_WORDS_BETWEEN = 3
#: Letters around a date that are looked at.
_READ_AROUND = 70
_BLANKS = {
    "day": r"(?:0?[1-9]|[12]\d|3[01])°?|primo",
    "day_range": r"(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|[12]\d|3[01])",
    "short_date": r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:/(?:20)?\d\d)?",
    "year": r"20\d\d",
    "count": r"[23]",
    "here": "#",
}
_CAPTURED = ("ages.month", "part_of_month", "week_of_month", "relative_day", "weekday", "feast", "first_weeks", "last_weeks")


def _templates(*names: str) -> Templates:
    return Templates(_FILE, *names, blanks=_BLANKS, captured=_CAPTURED)


_FROM, _UNTIL, _ONLY_UNTIL = _templates("from_then"), _templates("until_then"), _templates("only_until")
_NOT_WANTED, _WISHES = _templates("not_wanted"), _templates("wishes")
_BARE_DAYS = _templates("bare_days")
_SIGN = re.compile(r"[.,;:!?] ")


@dataclass(frozen=True, slots=True)
class _Date:
    """A date or several days named in a text, with their position; days without a year are the next such days."""

    start: int
    end: int
    days: DayRange
    has_year: bool
    #: It is a month, by its name alone.
    is_month: bool


def periods(said: Utterance, today: dt.date) -> tuple[Span, ...]:
    """Return the periods in which help is wanted, in the order in which they are said; empty when there are none."""
    text = respelt(said.spaced_digits, _SPELLER)
    found = [date for date in _dates(text, today) if not _is_unwanted(text, date)]
    spans: list[Span] = []
    position = 0
    while position < len(found):
        date, following = found[position], found[position + 1] if position + 1 < len(found) else None
        begins = _FROM.occur_in(_before(text, date))
        if following is not None and _is_joined(text, date, following, begins=begins):
            spans.append(_span(date.days[0], _not_before(following, date.days[0])))
            position += 1
        elif _ONLY_UNTIL.occur_in(_before(text, date)):
            spans.append(Span(-math.inf, date.days[1].toordinal() + 1))
        elif begins and not _is_since(text, date, today):
            spans.append(Span(date.days[0].toordinal(), math.inf))
        elif not begins:
            spans.append(_span(*date.days))
        position += 1
    return tuple(dict.fromkeys(spans))


def _before(text: str, date: _Date) -> str:
    return f"{text[max(0, date.start - _READ_AROUND) : date.start]}#"


def _is_joined(text: str, date: _Date, following: _Date, *, begins: bool) -> bool:
    """Return True if two dates are the ends of one period: "da giugno a settembre", "luglio e agosto"."""
    between = text[date.end : following.start].strip()
    if begins:
        most = _WORDS_BETWEEN * (2 if _ONLY_UNTIL.occur_in(f"{between} #") else 1)
        return _UNTIL.occur_in(f"{between} #".strip()) and len(between.split()) <= most
    is_next = date.days[1] + dt.timedelta(days=1) == following.days[0]
    return between in ("-", "fino a", "e", "e a", "e ad", "o", "che", "che ad") and (is_next or between in ("-", "fino a"))


def _not_before(date: _Date, start: dt.date) -> dt.date:
    """Return the last day of a date, moved to the next year if it would otherwise come before the start."""
    end = date.days[1]
    return end if end >= start else _in_year(end, end.year + 1)


def _is_since(text: str, date: _Date, today: dt.date) -> bool:
    """Return True if a start lies in the past: "da settembre non dorme", but not "da settembre cerco un nido"."""
    months_ago = (today.year - date.days[0].year) * 12 + today.month - date.days[0].month + 12
    is_told = len(text.split()) > _SHORT and not _WISHES.occur_in(text)
    return date.is_month and not date.has_year and 0 < months_ago <= _SINCE and is_told


def _is_unwanted(text: str, date: _Date) -> bool:
    """Return True if a date is not when help is wanted (a birthday, for example), judged by the clause around it."""
    before = _SIGN.split(text[max(0, date.start - _READ_AROUND) : date.start])[-1]
    after = _SIGN.split(text[date.end : date.end + _READ_AROUND])[0]
    return _NOT_WANTED.occur_in(f"{before}# {after.strip()}".strip())


def _span(first: dt.date, last: dt.date) -> Span:
    return Span(first.toordinal(), last.toordinal() + 1)


def _dates(text: str, today: dt.date) -> Iterator[_Date]:
    """Yield the dates of a text in its order; where two lists of templates match, the first list counts."""
    taken: list[_Date] = []
    for templates, read in _READERS:
        for match in templates.find_all(text):
            start = _start_of(match)
            if any(start < other.end and other.start < match.end for other in taken):
                continue
            days = read(match, today)
            if days is not None and days[0] <= days[1] and days[1] >= today:
                taken.append(_Date(start, match.end, days, bool(match.first("year")), match.list_name == "months"))
    dates = sorted(taken, key=lambda date: date.start)
    yield from sorted((*dates, *_bare_days(text, dates)), key=lambda date: date.start)


def _bare_days(text: str, dates: Sequence[_Date]) -> Iterator[_Date]:
    """Yield days without a month that follow a date and take its month: "dal 21 giugno …, fino al 23"."""
    for match in _BARE_DAYS.find_all(text):
        start, day = _start_of(match), _number(match.first("day"))
        before = [date for date in dates if date.end <= start]
        if before and not any(date.start < match.end and start < date.end for date in dates):
            first = before[-1].days[0]
            if found := _date(first.year, first.month, day):
                yield _Date(start, match.end, (found, found), before[-1].has_year, is_month=False)


def _start_of(match: TemplateMatch) -> int:
    """Return where in a match the date itself begins, after words such as "entro il" or "a partire dal"."""
    keeps_words = match.list_name in ("day_ranges", "feasts", "bridge_days", "many_weeks") or not match.blanks
    return match.start if keeps_words else match.blanks[0].start


# --- What the lists mean


def _in_year(day: dt.date, year: int) -> dt.date:
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _next(year: str, today: dt.date, make: Callable[[int], DayRange | None]) -> DayRange | None:
    """Return the days in a given year; without a year, the next ones that are not past."""
    for candidate in (int(year),) if year else (today.year - 1, today.year, today.year + 1):
        days = make(candidate)
        if days is not None and (year or days[1] >= today):
            return days
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _number(day: str) -> int:
    return 1 if day.isalpha() else int(day.rstrip("°"))


def _month(match: TemplateMatch) -> int:
    return _MONTHS[match.first("ages.month")]


def _day_range(match: TemplateMatch, today: dt.date) -> DayRange | None:
    written = match.first("day_range")
    first, last = map(_number, written.split("-") if written else match.all("day"))

    def make(year: int) -> DayRange | None:
        start, end = _date(year, _month(match), first), _date(year, _month(match), last)
        return (start, end) if start and end else None

    return _next(match.first("year"), today, make)


def _day(match: TemplateMatch, today: dt.date) -> DayRange | None:
    if written := match.first("short_date"):
        day, month, *years = map(int, written.split("/"))
        year = str(full_year(str(years[0]), today)) if years else ""
        if years and years[0] < 100:
            year = str(2000 + years[0])
    else:
        day, month, year = _number(match.first("day")), _month(match), match.first("year")
    return _next(year, today, lambda y: (date, date) if (date := _date(y, month, day)) else None)


def _part_of_month(match: TemplateMatch, today: dt.date) -> DayRange | None:
    part, month = _PARTS[match.first("part_of_month")], _month(match)
    is_an_end = _FROM.occur_in(f"{match.before}#") or _UNTIL.occur_in(f"{match.before}#")

    def make(year: int) -> DayRange:
        first = _PART_STARTS[part]
        last = _PART_ENDS.get(part, calendar.monthrange(year, month)[1])
        if part == "middle" and is_an_end:
            first = last = _MIDDLE
        return dt.date(year, month, first), dt.date(year, month, last)

    return _next(match.first("year"), today, make)


def _weeks(match: TemplateMatch, today: dt.date) -> DayRange | None:
    month, count = _month(match), int(match.first("count") or 1)
    which = match.first("week_of_month")
    number = "last" if match.first("last_weeks") else _WEEKS[which] if which else "1"

    def make(year: int) -> DayRange:
        length = calendar.monthrange(year, month)[1]
        first = length - _WEEK * count + 1 if number == "last" else (int(number) - 1) * _WEEK + 1
        return dt.date(year, month, first), dt.date(year, month, first + _WEEK * count - 1)

    return _next(match.first("year"), today, make)


def _whole_month(match: TemplateMatch, today: dt.date) -> DayRange | None:
    month = _month(match)
    return _next(
        match.first("year"),
        today,
        lambda year: (dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])),
    )


def _feast(match: TemplateMatch, today: dt.date) -> DayRange | None:
    return _next(match.first("year"), today, lambda year: _feast_days(_feast_of(match.found), year))


def _feast_of(found: str) -> str:
    """Return the feast with the longest name found in a text."""
    return max(_FEASTS, key=lambda feast: max((m.end - m.start for m in _FEASTS[feast].find_all(found)), default=0))


def _feast_days(feast: str, year: int) -> DayRange:
    first, last = _FEAST_DAYS[feast][0], _FEAST_DAYS[feast][-1]
    if first[0] in "+-":
        easter = _easter(year)
        return easter + dt.timedelta(days=int(first)), easter + dt.timedelta(days=int(last))
    start, end = (dt.date(year, *map(int, day.split("-"))) for day in (first, last))
    return start, end if end >= start else end.replace(year=year + 1)


def _bridge(match: TemplateMatch, today: dt.date) -> DayRange | None:
    def make(year: int) -> DayRange | None:
        if match.first("day"):
            day = _date(year, _month(match), _number(match.first("day")))
            return _with_weekend(day, day) if day else None
        feast = _feast_of(match.found)
        days = [_feast_days(one, year) for one in (feast, *_BRIDGES.get(feast, ()))]
        return _with_weekend(min(first for first, _ in days), max(last for _, last in days))

    return _next("", today, make)


def _with_weekend(first: dt.date, last: dt.date) -> DayRange:
    """Return feast days extended by the adjoining weekend, also across one working day."""
    before, after = first.weekday(), last.weekday()
    if before <= 1:
        first -= dt.timedelta(days=before + 2)
    elif before == _SATURDAY + 1:
        first -= dt.timedelta(days=1)
    if 3 <= after < _SATURDAY + 1:
        last += dt.timedelta(days=_SATURDAY + 1 - after)
    return first, last


def _relative_day(match: TemplateMatch, today: dt.date) -> DayRange:
    day = today + dt.timedelta(days=int(_DAYS_AHEAD[match.first("relative_day")]))
    return day, day


def _weekday(match: TemplateMatch, today: dt.date) -> DayRange:
    day = today + dt.timedelta(days=(_WEEKDAYS[match.first("weekday")] - today.weekday() - 1) % _WEEK + 1)
    return day, day


def _weekday_day(match: TemplateMatch, today: dt.date) -> DayRange | None:
    """Return the next day with this number, if it falls on the weekday named; else None: in "martedì 17" 17 may be an hour."""
    number, weekday = _number(match.first("day")), _WEEKDAYS[match.first("weekday")]
    ahead = (today + dt.timedelta(days=days) for days in range(_WEEKDAY_AHEAD))
    day = next((day for day in ahead if day.day == number), None)
    return (day, day) if day is not None and day.weekday() == weekday else None


def _weekend(match: TemplateMatch, today: dt.date) -> DayRange:
    saturday = today + dt.timedelta(days=_SATURDAY - today.weekday())
    if match.list_name != "weekends" and today >= saturday:
        saturday += dt.timedelta(days=_WEEK)
    return saturday, saturday + dt.timedelta(days=1)


def _week(match: TemplateMatch, today: dt.date) -> DayRange:
    monday = today - dt.timedelta(days=today.weekday()) + dt.timedelta(days=_WEEK * (match.list_name == "next_weeks"))
    return monday, monday + dt.timedelta(days=_WEEK - 1)


def _relative_month(match: TemplateMatch, today: dt.date) -> DayRange:
    ahead = today.year * 12 + today.month - 1 + (match.list_name == "next_months")
    year, month = ahead // 12, ahead % 12 + 1
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _easter(year: int) -> dt.date:
    """Return Easter Sunday in the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


_Reader = Callable[[TemplateMatch, dt.date], DayRange | None]
_READERS: Sequence[tuple[Templates, _Reader]] = (
    (_templates("day_ranges"), _day_range),
    (_templates("bridge_days"), _bridge),
    (_templates("weeks", "many_weeks"), _weeks),
    (_templates("parts_of_months"), _part_of_month),
    (_templates("feasts"), _feast),
    (_templates("dates"), _day),
    (_templates("months"), _whole_month),
    (_templates("weekends", "next_weekends", "bare_weekends"), _weekend),
    (_templates("weekday_days"), _weekday_day),
    (_templates("weekdays", "bare_weekdays"), _weekday),
    (_templates("next_weeks", "these_weeks"), _week),
    (_templates("next_months", "these_months"), _relative_month),
    (_templates("relative_days"), _relative_day),
)
