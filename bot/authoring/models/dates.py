"""Dates, periods and appointments as staff write them: "9 giugno", "09/06", "2026-06-09", "dal 9 giugno al 1 agosto"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from bot.authoring.calendar_words import key_of, plain_characters, read_day_spans, read_periods
from bot.authoring.clock_times import read_times
from bot.authoring.fields import Model, ReadingContext, Shape
from bot.authoring.hours_patterns import DAY, DAY_MEANINGS
from bot.authoring.problems import Fault, Mark, Severity
from bot.authoring.shapes import list_of, scalar, section
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from bot.core.opening import WEEKDAYS
from bot.core.services import Day, Event, Window

BAD_DATE = Fault(
    "bad_date",
    "«{name}» non è una data. Scrivi giorno e mese (10 giugno), se serve con l'anno (10 giugno 2026).",
    "“{name}” is not a date. Write day and month (10 giugno), with the year if needed (10 giugno 2026).",
)
BAD_FULL_DATE = Fault(
    "bad_full_date",
    "«{name}» non è una data con l'anno. Scrivi giorno, mese e anno: 1 ottobre 2026, oppure 2026-10-01.",
    "“{name}” is not a date with a year. Write day, month and year: 1 ottobre 2026, or 2026-10-01.",
)
BAD_PERIOD = Fault(
    "bad_period",
    "«{name}» non è un periodo. Scrivi così: dal 9 giugno al 1 agosto e dal 1 al 5 settembre.",
    "“{name}” is not a period. Write it like this: dal 9 giugno al 1 agosto e dal 1 al 5 settembre.",
)
WHOLE_YEAR = Fault(
    "whole_year",
    "ciò che vale tutto l'anno non ha un periodo: togli questa riga.",
    "what holds all the year has no period: delete this line.",
)
UNSURE_DATES = Fault(
    "unsure_dates",
    "«{name}» si può leggere in due modi: «{first}» oppure «{second}». Il bot legge «{first}»: scrivi il mese in lettere.",
    "“{name}” can be read in two ways: “{first}” or “{second}”. The bot reads “{first}”: write the month in letters.",
    Severity.WARNING,
)
OTHER_WEEKDAY = Fault(
    "other_weekday",
    "in «{name}» il giorno della settimana non torna: {date} è {weekday}. Controlla la data.",
    "the day of the week in “{name}” is not right: {date} is {weekday}. Check the date.",
    Severity.WARNING,
)
IMPOSSIBLE_DATE = Fault("impossible_date", "«{name}» è una data che non esiste.", "“{name}” is a date that does not exist.")
MIXED_WINDOW = Fault(
    "mixed_window",
    "una data ha l'anno e l'altra no. Scrivi l'anno in tutte e due, o in nessuna.",
    "one date has a year and the other has not. Write the year in both, or in neither.",
)
EMPTY_WINDOW = Fault(
    "empty_window",
    "il periodo finisce ({until}) prima di cominciare ({start}). Scambia le date.",
    "the period ends ({until}) before it begins ({start}). Swap the dates.",
)
BAD_EVENT = Fault(
    "bad_event",
    "«{name}» non è una data con orario. Scrivi così: 13 dicembre 2026 15:00-17:00.",
    "“{name}” is not a date with hours. Write it like this: 13 dicembre 2026 15:00-17:00.",
)

LONG_EVENT = Fault(
    "long_event",
    "«{name}» finirebbe il giorno dopo. Le ore sono scambiate?",
    "“{name}” would end on the next day. Are the hours swapped?",
    Severity.WARNING,
)
#: Minutes of the longest evening that goes on after midnight.
_LONGEST_EVENING = 11 * 60
_MONTH_NAMES = (
    *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
    *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
)
_WEEKDAY_NAMES = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
_DAY_BEFORE_DATE = re.compile(rf"{DAY.pattern}[ ,]*(?=\d)")
_ISO = re.compile(r"(\d{4})([-/])(\d{2})\2(\d{2})")
_ONE_DAY = re.compile(rf"\d{{1,2}}(?:[/.]\d{{1,2}}[/.]\d{{2,4}}| (?:{'|'.join(_MONTH_NAMES)})(?: \d{{4}})?)(?!\d)")
_WHOLE_YEAR = re.compile(r"(?:per )?tutto l'anno|sempre|annuale|continuativ[oa]|tutti i mesi")
_SHORT = re.compile(r"(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2}))?")


def possible_days(written: str) -> list[Day] | None:
    """Return the days that a text can mean, the likeliest first; an empty list if no such day exists, None if it is no date.

    "06-10" is 10 June as in 2026-06-10, but an office may mean 6 October.
    """
    if m := _ISO.fullmatch(written):
        return _existing([(int(m[4]), int(m[3]), int(m[1]))])
    if m := _SHORT.fullmatch(written):
        return _existing([(int(m[2]), int(m[1]), None), (int(m[1]), int(m[2]), None)])
    if m := _NUMERIC.fullmatch(written):
        return _existing([(int(m[1]), int(m[3]), int(m[4]) + 2000 * (len(m[4]) == 2) if m[4] else None)])
    text = plain_characters(written).strip()
    text = text[found.end() :].lstrip(" ,") if (found := DAY.match(text)) else text
    spans = read_day_spans(text)
    if len(spans) == 1 and spans[0].until == len(text) and spans[0].start == spans[0].end:
        return _existing([(spans[0].start.day, spans[0].start.month, spans[0].start.year)])
    return [] if re.fullmatch(r"\d{1,2} \w+(?: \d{4})?", text) and any(name in text for name in _MONTH_NAMES) else None


def _existing(readings: Sequence[tuple[int, int, int | None]]) -> list[Day]:
    """Return those of some days that exist; 29 February counts if it recurs every year."""
    days = [Day(month, day, year) for day, month, year in readings if _date(2024 if year is None else year, month, day)]
    return list(dict.fromkeys(days))


def say_day(day: Day) -> str:
    """Return a day in Italian: "9 giugno", "9 giugno 2026"."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]}" + (f" {day.year}" if day.year else "")


def _day(node: ScalarNode, context: ReadingContext) -> Day | None:
    days = possible_days(node.text)
    if not days:
        context.problems.add(BAD_DATE if days is None else IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None
    _check_weekdays(node, context)
    return days[0]


def _full_date(node: ScalarNode, context: ReadingContext) -> dt.date | None:
    days = possible_days(node.text)
    if days == []:
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None
    if days is None or days[0].year is None:
        context.problems.add(BAD_FULL_DATE, node.mark, name=node.text)
        return None
    _check_weekdays(node, context)
    return days[0].on(days[0].year)


def _check_weekdays(node: ScalarNode, context: ReadingContext) -> None:
    """Record days of a text that are not the day of the week written before them: "lunedì 5 novembre 2026"."""
    text = plain_characters(node.text)
    for weekday in _DAY_BEFORE_DATE.finditer(text):
        days = [span.start for span in read_day_spans(text, weekday.end())]
        if days and days[0].year is not None:
            _check_weekday(weekday[1], days[0], node, context)


def _check_weekday(weekday: str, day: Day, node: ScalarNode, context: ReadingContext) -> None:
    date = day.on(day.year or 0)
    if DAY_MEANINGS[key_of(weekday)] != WEEKDAYS[date.weekday()]:
        name = _WEEKDAY_NAMES[date.weekday()]
        context.problems.add(OTHER_WEEKDAY, node.mark, name=node.text, date=say_day(day), weekday=name)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_EVENT = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(.*)")


def _event(node: ScalarNode, context: ReadingContext) -> Event | None:
    text = plain_characters(node.text).strip()
    weekday = DAY.match(text)
    text = text[weekday.end() :].lstrip(" ,") if weekday else text
    if iso := _EVENT.fullmatch(text):
        written, clock = iso[1], iso[2]
    else:
        spans = read_day_spans(text)
        until = spans[0].until if len(spans) == 1 and spans[0].start == spans[0].end else 0
        written, clock = text[:until].strip(), text[until:].lstrip(" ,-")
    days = possible_days(written) if written else None
    found = read_times(clock, 0)
    times = found[0] if found is not None and found[1] == len(clock) else []
    if days == [] or (not times and _CLOCK_OVER.fullmatch(clock)):
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None
    if days is None or days[0].year is None or len(times) != 1:
        context.problems.add(BAD_EVENT, node.mark, name=node.text)
        return None
    date, (begin, end) = days[0].on(days[0].year), times[0]
    if weekday:
        _check_weekday(weekday[1], days[0], node, context)
    if (end - begin) % (24 * 60) > _LONGEST_EVENING and end <= begin:
        context.problems.add(LONG_EVENT, node.mark, name=node.text)
    try:
        start = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=begin)
        # An evening may end after midnight.
        return Event(start, start + dt.timedelta(minutes=(end - begin) % (24 * 60) or 24 * 60))
    except OverflowError:
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None


#: Hours that no clock shows: "25:00-26:00", "15:00-17:60".
_CLOCK_OVER = re.compile(r"\d{1,2}[:.]\d{2}\s*-\s*\d{1,2}[:.]\d{2}")

#: A day of every year or of one: "10 giugno", "10 giugno 2026".
DAY_OF_YEAR = scalar(_day, "giorno: 10 giugno (ogni anno) o 10 giugno 2026")
#: A day of one year: "1 ottobre 2026", "2026-10-01".
DATE = scalar(_full_date, "data: 1 ottobre 2026 o 2026-10-01")
#: The pattern of one date of an event: "13 dicembre 2026 15:00-17:00".
EVENT = scalar(_event, "data con orario: 13 dicembre 2026 15:00-17:00")


@dataclass(frozen=True, kw_only=True)
class PeriodFields(Model):
    """The first and last day of a window; a faulty one is None."""

    start: Annotated[Day | None, DAY_OF_YEAR, "Il primo giorno.", "from"]
    end: Annotated[Day | None, DAY_OF_YEAR, "L'ultimo giorno, compreso.", "until"]

    def find_faults(self, context: ReadingContext) -> None:
        """Record a window that can be read in two ways, and one that `check_window` finds impossible."""
        window = self.window()
        if window is None:
            return
        _check_window(window, self.mark, context, (self.text_of("from"), self.text_of("until")))
        readings = self._readings()
        is_short = _SHORT.fullmatch(self.text_of("from")) and _SHORT.fullmatch(self.text_of("until"))
        if is_short and len(readings) > 1:
            first, second = (f"{say_day(start)} - {say_day(end)}" for start, end in readings[:2])
            written = f"{self.text_of('from')} - {self.text_of('until')}"
            context.problems.add(UNSURE_DATES, self.mark_of("from"), name=written, first=first, second=second)
        elif all(_NUMERIC.fullmatch(self.text_of(name)) for name in ("from", "until")) and not is_short:
            _doubt_order(window, self.mark_of("from"), f"{self.text_of('from')} - {self.text_of('until')}", context)

    def _readings(self) -> list[tuple[Day, Day]]:
        """Return the pairs of first and last day that both texts can mean, with month and day in the same order in both."""
        firsts, lasts = (possible_days(self.text_of(name)) or [] for name in ("from", "until"))
        if _SHORT.fullmatch(self.text_of("from")) and _SHORT.fullmatch(self.text_of("until")):
            by_order = [(_short(self.text_of("from"), order), _short(self.text_of("until"), order)) for order in (0, 1)]
            return list(dict.fromkeys((first, last) for first, last in by_order if first is not None and last is not None))
        return [(first, last) for first in firsts for last in lasts]

    def window(self) -> Window | None:
        """Return the period as a window; None if a day is faulty."""
        if self.start is None or self.end is None:
            return None
        readings = self._readings()
        return Window(*readings[0]) if readings else Window(self.start, self.end)


def _short(written: str, order: int) -> Day | None:
    """Return the day of "06-10": 10 June or, in the other order, 6 October; None if there is no such day."""
    m = _SHORT.fullmatch(written)
    assert m is not None
    days = _existing([(int(m[2 - order]), int(m[1 + order]), None)])
    return days[0] if days else None


def _check_window(window: Window, mark: Mark, context: ReadingContext, written: tuple[str, str]) -> None:
    """Record a window of which one day has a year and the other none, and one that ends before it begins."""
    first, last = window.start, window.end
    if (first.year is None) != (last.year is None):
        context.problems.add(MIXED_WINDOW, mark)
    elif first.year is not None and last.year is not None and last.on(last.year) < first.on(first.year):
        context.problems.add(EMPTY_WINDOW, mark, start=written[0], until=written[1])


def _windows(node: ScalarNode, context: ReadingContext) -> Window | None:
    spans = read_periods(node.text)
    if _WHOLE_YEAR.fullmatch(plain_characters(node.text).strip()):
        context.problems.add(WHOLE_YEAR, node.mark)
        return None
    if not spans:
        never = next((day for day in _ONE_DAY.findall(plain_characters(node.text)) if possible_days(day) == []), None)
        context.problems.add(IMPOSSIBLE_DATE if never else BAD_PERIOD, node.mark, name=never or node.text)
        return None
    windows = [Window(span.start, span.end) for span in spans]
    _check_weekdays(node, context)
    for span, window in zip(spans, windows, strict=True):
        _check_window(window, node.mark, context, (say_day(window.start), say_day(window.end)))
        if span.is_numeric:
            _doubt_order(window, node.mark, node.text, context)
    return join_windows(windows)


def _doubt_order(window: Window, mark: Mark, written: str, context: ReadingContext) -> None:
    """Record days without a year whose numbers are a day and a month in either order: "9/6 - 1/8"."""
    if window.start.year is not None or window.end.year is not None:
        return
    others = [day for one in (window.start, window.end) for day in _existing([(one.month, one.day, None)])]
    if len(others) == len((window.start, window.end)) and others != [window.start, window.end]:
        first, second = (f"{say_day(start)} - {say_day(end)}" for start, end in ((window.start, window.end), others))
        context.problems.add(UNSURE_DATES, mark, name=written, first=first, second=second)


def join_windows(windows: Sequence[Window]) -> Window | None:
    """Return several windows as one with further parts, in the order of their days; None for none."""
    ordered = sorted(windows, key=lambda one: (one.start.year or 0, one.start.month, one.start.day))
    return replace(ordered[0], more=tuple(ordered[1:])) if ordered else None


_WRITTEN = scalar(_windows, "periodo: dal 9 giugno al 1 agosto")
_FIELDS = section(PeriodFields).then(PeriodFields.window)


def _period(node: Node, name: str, context: ReadingContext) -> Window | None:
    match node:
        case ListNode():
            found = list_of(Shape(_period, "", {})).read(node, name, context) or ()
            return join_windows([replace(part, more=()) for window in found for part in window.parts])
        case MapNode():
            return _FIELDS.read(node, name, context)
        case _:
            return _WRITTEN.read(node, name, context)


_ONE = {"anyOf": [_WRITTEN.schema, _FIELDS.schema]}
_MANY = {"anyOf": [*_ONE["anyOf"], {"type": "array", "items": _ONE, "minItems": 1}]}
PERIOD_SHAPE: Shape[Window] = Shape(_period, "periodo, anche più d'uno: dal 9 giugno al 1 agosto", _MANY, models=_FIELDS.models)
#: Days from one to another, both included.
PeriodField = Annotated[Window | None, PERIOD_SHAPE]
