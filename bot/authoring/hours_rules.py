"""The rules of hours while Italian is read, the doubts about them, and days and dates written back in Italian."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.authoring.clock_times import clock
from bot.core.hours import MIDNIGHT
from bot.core.opening import MONTHS, WEEKDAYS

ITALIAN_DAYS = dict(zip(WEEKDAYS, ("lun", "mar", "mer", "gio", "ven", "sab", "dom"), strict=True))
_MONTH_NAMES = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
#: Groups of days whose extent depends on what else is said.
WORKDAYS, HOLIDAYS, EVES = "workdays", "holidays", "eves"
_GROUP_NAMES = {WORKDAYS: "feriali", HOLIDAYS: "festivi", EVES: "prefestivi", "others": "altri giorni"}
#: Parts of a day in minutes, for "sabato pomeriggio chiuso".
HALF_DAY_NAMES = {"": "", "morning": "mattina", "afternoon": "pomeriggio", "evening": "sera"}
HALF_DAYS = {"morning": (0, 13 * 60), "afternoon": (13 * 60, MIDNIGHT), "evening": (18 * 60, MIDNIGHT)}


class UnreadHours(ValueError):
    """Raised for a text that is no Italian way to write hours: where the fault is, and an example of the missing part."""

    def __init__(self, at: int, example: str = "lun-ven 8:00-12:00") -> None:
        super().__init__(at)
        self.at = at
        self.example = example


@dataclass(frozen=True)
class Doubt:
    """Words that can be read in two ways: what was understood, and the other reading."""

    words: str
    first: str
    second: str


@dataclass(frozen=True)
class ItalianHours:
    """Hours that were read: the expression in opening_hours syntax, and the doubts about its meaning."""

    expression: str
    doubts: tuple[Doubt, ...] = ()
    #: False for plain days and times, which need not be said back.
    needs_telling: bool = False


@dataclass
class HoursRule:
    """A rule of hours while it is read.

    `sentence` is the number of its part of the text, divided by semicolons and full stops.
    """

    at: int
    sentence: int
    dates: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    nths: list[int] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    part: str = ""
    #: "" for open, else where the word "chiuso" stands: "before" or "after" what is closed.
    closed: str = ""
    #: True for an exception to the rules before: "tranne venerdì 8-14".
    is_exception: bool = False
    #: True for times that stand before their days: "9-12 dal lunedì al venerdì".
    times_first: bool = False
    #: The number of days before the last comma: "chiuso il lunedì, martedì-venerdì 9-12".
    settled: int = 0
    #: True for "anche": it adds to what was said of the same days.
    is_addition: bool = False
    #: True for "solo" or "invece": it replaces what was said of the same days.
    is_replacement: bool = False
    #: True for "tutti i giorni", which does not name Sunday.
    is_every_day: bool = False
    #: True for "festivi compresi": its days belong to the hours before them.
    is_included: bool = False
    #: True for days that have a note and a comma, and no hours: "sabato su appuntamento, lun-ven 9-12".
    has_only_note: bool = False
    #: True if a note stands after the days.
    has_note_behind: bool = False
    #: True for dates that stand before the rule ahead of this one, in the same sentence.
    inherits_dates: bool = False
    #: The position of "orario estivo" and the like, which says nothing without dates.
    season_at: int = -1
    #: True for days that stand before the rule ahead of this one: "lun-ven mattina 9-12, pomeriggio 15-18".
    inherits_days: bool = False
    #: The words that name what the hours are for: "prelievi".
    label: str = ""
    #: The end, in minutes, of hours that begin as those said before: "venerdì fino alle 17"; 0 for none.
    until: int = 0

    @property
    def has_selector(self) -> bool:
        """Return True if the rule names days or dates."""
        return bool(self.days or self.dates)

    @property
    def is_complete(self) -> bool:
        """Return True if the rule has all it needs, so that another day begins a new rule."""
        return bool(self.times or self.until or self.has_only_note) or self.closed == "after"

    def written(self) -> str:
        """Return the rule in opening_hours syntax."""
        times = ",".join(f"{clock(start)}-{clock(end)}" for start, end in self.times)
        if self.closed and self.part:
            start, end = HALF_DAYS[self.part]
            times = f"{clock(start)}-{clock(end)}"
        note = f'"{"; ".join(dict.fromkeys(self.notes))}"' if self.notes and not self.closed else ""
        parts = (",".join(self.dates), self._days(), times, "off" if self.closed else "", note)
        return " ".join(part for part in parts if part)

    def _days(self) -> str:
        if self.nths:
            return ",".join(f"{day}[{','.join(map(str, self.nths))}]" for day in self.days)
        return joined_days(self.days)

    def weekdays(self) -> frozenset[str]:
        """Return the days of the week to which the rule applies: all of them if it names none."""
        return frozenset(self.days) & frozenset(WEEKDAYS) if self.days else frozenset(WEEKDAYS)


def joined_days(days: Iterable[str]) -> str:
    """Return days in opening_hours syntax: "Mo-Fr", "Tu,Th", "Sa,Su,PH"."""
    named = set(days)
    runs: list[list[str]] = []
    for number, day in enumerate(WEEKDAYS):
        if day not in named:
            continue
        if runs and WEEKDAYS[number - 1] == runs[-1][-1]:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [run[0] if len(run) == 1 else ("-" if len(run) > 2 else ",").join((run[0], run[-1])) for run in runs]
    return ",".join([*parts, *(day for day in ("PH", "PH -1 day") if day in named)])


def days_between(first: str, last: str) -> list[str]:
    """Return the days of the week from one to another; a span may go past Sunday."""
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return [WEEKDAYS[number % 7] for number in range(start, end + 1 + 7 * (end < start))]


def italian_days(days: Sequence[str]) -> str:
    """Return days in Italian, short: "lun-ven"."""
    written = joined_days(days)
    for code, name in ITALIAN_DAYS.items():
        written = written.replace(code, name)
    return ",".join(filter(None, [written, *(name for group, name in _GROUP_NAMES.items() if group in days)]))


def italian_dates(dates: Sequence[str]) -> str:
    """Return dates of opening_hours syntax in Italian, short: "ott-apr", "24 dic-06 gen"."""
    written = re.sub(rf"({'|'.join(MONTHS)}) (\d\d)", r"\2 \1", ", ".join(dates))
    for month, name in zip(MONTHS, _MONTH_NAMES, strict=True):
        written = written.replace(month, name)
    return written
