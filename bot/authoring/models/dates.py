"""Dates, periods and appointments as staff write them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated

from bot.authoring.fields import Model, ReadingContext
from bot.authoring.problems import Fault
from bot.authoring.shapes import scalar, section
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.services import Day, Event, Window

BAD_DATE = Fault(
    "bad_date",
    "«{name}» non è una data. Scrivi mese e giorno (06-10), oppure anno, mese e giorno (2026-06-10).",
    "“{name}” is not a date. Write month and day (06-10), or year, month and day (2026-06-10).",
)
BAD_FULL_DATE = Fault(
    "bad_full_date",
    "«{name}» non è una data. Scrivi anno, mese e giorno: 2026-10-01.",
    "“{name}” is not a date. Write year, month and day: 2026-10-01.",
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
    "«{name}» non è una data con orario. Scrivi così: 2026-12-13 15:00-17:00.",
    "“{name}” is not a date with hours. Write it like this: 2026-12-13 15:00-17:00.",
)

_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_EVENT = re.compile(r"(\d{4})-(\d{2})-(\d{2}) +(\d{1,2}):(\d{2}) *[-–] *(\d{1,2}):(\d{2})")


def _day(node: ScalarNode, context: ReadingContext) -> Day | None:
    match = _DATE.fullmatch(node.text)
    if match is None:
        context.problems.add(BAD_DATE, node.mark, name=node.text)
        return None
    day = Day(int(match[2]), int(match[3]), int(match[1]) if match[1] else None)
    # A yearly date may be 29 February: a leap year has it.
    if _date(2024 if day.year is None else day.year, day.month, day.day) is None:
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None
    return day


def _full_date(node: ScalarNode, context: ReadingContext) -> dt.date | None:
    day = _day(node, context) if _DATE.fullmatch(node.text) else None
    if day is None and _DATE.fullmatch(node.text):
        return None
    if day is None or day.year is None:
        context.problems.add(BAD_FULL_DATE, node.mark, name=node.text)
        return None
    return day.on(day.year)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _event(node: ScalarNode, context: ReadingContext) -> Event | None:
    match = _EVENT.fullmatch(node.text)
    if match is None:
        context.problems.add(BAD_EVENT, node.mark, name=node.text)
        return None
    year, month, day, *clock = (int(group) for group in match.groups())
    date = _date(year, month, day)
    if date is None or clock[0] > 23 or clock[1] > 59 or clock[2] > 24 or clock[3] > 59:
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None
    start = dt.datetime.combine(date, dt.time(clock[0], clock[1]))
    # An evening may end after midnight.
    length = ((clock[2] - clock[0]) * 60 + clock[3] - clock[1]) % (24 * 60) or 24 * 60
    try:
        return Event(start, start + dt.timedelta(minutes=length))
    except OverflowError:
        context.problems.add(IMPOSSIBLE_DATE, node.mark, name=node.text)
        return None


#: A day of every year or of one: "06-10", "2026-06-10".
DAY = scalar(_day, "giorno: 06-10 (ogni anno) o 2026-06-10")
#: A day of one year: "2026-10-01".
DATE = scalar(_full_date, "data: 2026-10-01")
#: One date of an event: "2026-12-13 15:00-17:00".
EVENT = scalar(_event, "data con orario: 2026-12-13 15:00-17:00")


@dataclass(frozen=True, kw_only=True)
class PeriodFields(Model):
    """The first and the last day of a window; None for one with a fault."""

    start: Annotated[Day | None, DAY, "Il primo giorno.", "from"]
    end: Annotated[Day | None, DAY, "L'ultimo giorno, compreso.", "until"]

    def find_faults(self, context: ReadingContext) -> None:
        """Record a window of which one day has a year and the other none, and one that ends before it begins."""
        first, last = self.start, self.end
        if first is None or last is None:
            return
        if (first.year is None) != (last.year is None):
            context.problems.add(MIXED_WINDOW, self.mark)
        elif first.year is not None and last.year is not None and last.on(last.year) < first.on(first.year):
            context.problems.add(EMPTY_WINDOW, self.mark, start=self.text_of("from"), until=self.text_of("until"))

    def window(self) -> Window | None:
        """Return the window."""
        return Window(self.start, self.end) if self.start is not None and self.end is not None else None


#: Days from one to another, both included.
PeriodField = Annotated[Window | None, section(PeriodFields).then(PeriodFields.window)]
