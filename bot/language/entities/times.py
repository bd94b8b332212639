"""Typed hours: "dopo le 18:30", "dalle 8 alle 16", "sabato mattina" → opening_hours expressions.

The text is read from left to right into groups of days and windows: "dopo le 18 | e il sabato mattina". Sentences are read in
`timetable.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.conditions import Hours
from bot.core.hours import MIDNIGHT, NOON
from bot.language.entities.clock import (
    DAYS,
    HOUR,
    MONDAY_TO_FRIDAY,
    PART_HOURS,
    PARTS,
    WEEKEND,
    WHOLE_DAY,
    ClockWindow,
    clock_text,
    hour_templates,
    hours_of,
    minutes_of,
    rewriting,
)
from bot.language.entities.excluded_times import DayText, read_days, remaining
from bot.language.templates import TemplateMatch
from bot.language.text.utterance import Utterance

#: When only one end is said, the day lasts from six in the morning to ten at night.
_FIRST, _LAST = 6 * HOUR, 22 * HOUR
#: Earlier hours are of the afternoon: people leave work after eight ("esco alle sei"), and nothing opens before six.
_LEAVING, _OPENING = 8 * HOUR, 6 * HOUR
#: The time for which help is needed before an early start: "comincio alle 6".
_BEFORE_WORK = 2 * HOUR
#: From this hour on "dalle 20 alle 6" lasts until the morning.
_EVENING_SHIFT = 18 * HOUR
#: Where two could begin, the first counts.
_RULES = hour_templates("between", "range", "open", "after", "until", "before", "at_a_time", "days", "one_day", "part_of_day")
_AND, _OF_EVENING, _WHOLE_DAY = hour_templates("and"), hour_templates("of_evening"), rewriting("whole_day")
_WEEKEND = {*WEEKEND, "-".join(WEEKEND)}


@dataclass
class _Group:
    """Some days and the hours stated for them."""

    days: list[str] = field(default_factory=list)
    clocks: list[ClockWindow] = field(default_factory=list)
    parts: list[ClockWindow] = field(default_factory=list)
    #: The hours were said before the days: "17-19 lunedì e giovedì".
    is_of_hours_first: bool = False

    @property
    def is_exact(self) -> bool:
        """Return True if the hours say more than the name of a part of the day or of a weekend day."""
        return bool(self.clocks) or bool(self.days and self.parts) or not _WEEKEND.issuperset(self.days)

    def hours(self) -> Iterator[Hours]:
        """Yield the hours of each window; a clock time narrows a part of the day: "la sera, dopo le 20"."""
        days = ",".join(dict.fromkeys(self.days)) or MONDAY_TO_FRIDAY
        return (hours_of(days, window) for window in self.clocks or self.parts or [WHOLE_DAY])


@dataclass(frozen=True)
class _Noon:
    """The half of the day named beside clock times: "alle 6 di mattina", "alle 6 di sera"."""

    morning: bool
    evening: bool

    def passed(self, time: int, earliest: int) -> int:
        """Return a time earlier than `earliest` moved to the afternoon, unless the morning was named; "0:30" stays at night."""
        if self.evening and not self.morning:
            earliest = NOON
        return time + NOON if HOUR <= time < (0 if self.morning else earliest) else time


def hours(said: Utterance) -> tuple[Hours, ...]:
    """Return the hours stated in an answer, on working days unless a day is named; empty when there are none."""
    days = said.form(_days)
    stated = (*days.stretches, *(window for group in said.form(_groups) for window in group.hours()))
    return remaining(dict.fromkeys(stated), days.exclusions)


def is_exact(said: Utterance) -> bool:
    """Return True if an answer states hours more exactly than "mattina" or "sabato" alone: "sabato mattina", "dopo le 20"."""
    days = said.form(_days)
    return bool(days.exclusions or days.stretches) or any(group.is_exact for group in said.form(_groups))


def _days(said: Utterance) -> DayText:
    return read_days(_WHOLE_DAY.rewrite(said.form(clock_text)))


def _groups(said: Utterance) -> list[_Group]:
    text = said.form(_days).text
    noon = _Noon("mattin" in text, _OF_EVENING.occur_in(text))
    groups = [_Group()]
    end = 0
    for match in _RULES.find_all(text):
        is_another = _AND.occur_in(f"{text[end : match.start]}#")
        end = match.end
        last = groups[-1]
        if match.list_name in ("days", "one_day"):
            if (last.clocks or last.parts) and (last.days or (is_another and match.list_name == "one_day")):
                groups.append(_Group())
            last = groups[-1]
            last.is_of_hours_first |= bool(last.clocks and not last.days)
            last.days.append("-".join(DAYS[name] for name in match.all("any_day")))
            continue
        part = match.first("part")
        window = PART_HOURS[PARTS[part]] if part else _window(match, noon)
        if window is None:
            continue
        if is_another and last.days and not last.clocks and not last.parts:
            groups.append(_Group())
        (groups[-1].parts if part else groups[-1].clocks).append(window)
    return _joined(group for group in groups if group.days or group.clocks or group.parts)


def _joined(groups: Iterable[_Group]) -> list[_Group]:
    """Return groups in which days without hours share those of the days before, where hours were stated first."""
    joined: list[_Group] = []
    for group in groups:
        if joined and joined[-1].is_of_hours_first and not group.clocks and not group.parts:
            joined[-1].days += group.days
        else:
            joined.append(group)
    return joined


def _window(match: TemplateMatch, noon: _Noon) -> ClockWindow | None:
    """Return the window of time in a match with clock times; None for impossible times."""
    clock_range = match.first("clock_range", "slashed_range").replace("/", "-")
    clocks = clock_range.split("-") if clock_range else match.all("clock", "full_clock")
    times = [minutes_of(clock) for clock in clocks]
    if None in times:
        return None
    first, last = times[0] or 0, times[-1] or 0
    match match.list_name:
        case "between" | "range":
            start = noon.passed(first, _OPENING)
            end = noon.passed(last, 0)
            end = end + NOON if end <= start and end < NOON and start < _EVENING_SHIFT else end
            start %= MIDNIGHT
            return (start, end) if start != end else None
        case "after" | "open":
            start = noon.passed(first, _LEAVING if match.list_name == "after" else _OPENING)
            return (start, _LAST if start < _LAST else MIDNIGHT) if start < MIDNIGHT else None
        case "until" | "before":
            end = noon.passed(first, _LEAVING if match.list_name == "until" else _OPENING)
            return (_FIRST if end > _FIRST else end - _BEFORE_WORK, end) if end >= _BEFORE_WORK else None
        case _:
            start = noon.passed(first, _OPENING)
            return (start, start + HOUR) if start + HOUR <= MIDNIGHT else None
