"""Hours at which help is needed, from a whole sentence: "esco alle 18:30", "il nido chiude alle 16 e io stacco alle 18".

An answer to the question about hours only names windows (`times.py`). A sentence describes a day: between the end of one thing
and the end of another is a gap, and in that gap help is needed. The words are in `hours.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.conditions import Hours
from bot.core.hours import MIDNIGHT, NOON
from bot.core.opening import WEEKDAYS
from bot.language.entities.clock import (
    DAYS,
    HOUR,
    MONDAY_TO_FRIDAY,
    NAMED_HOURS,
    PART_HOURS,
    PARTS,
    WEEKEND,
    WEEKEND_VALUES,
    WHOLE_DAY,
    ClockWindow,
    as_clock,
    clock_text,
    hour_templates,
    hours_of,
    minutes_of,
    rewriting,
)
from bot.language.entities.excluded_times import days_of, read_days, remaining
from bot.language.templates import TemplateMatch
from bot.language.text.utterance import Utterance

#: When only one end is said, in minutes from midnight.
_FIRST, _LAST = 6 * HOUR, 22 * HOUR
#: The time for which help is needed before work: as long as until school begins.
_BEFORE_SCHOOL = 150
#: Earlier hours are of the afternoon: at the end of a day's work, and otherwise.
_LEAVING, _OPENING = 8 * HOUR, 6 * HOUR
#: Letters before a time that are looked at to tell what happens then.
_READ_BEFORE = 60

#: The mark before a text that is surely a window of hours.
_SURE = "@"

_CLOCKS, _BARE_POINTS, _BARE_WINDOWS = (
    hour_templates("clocks_in_sentences"),
    rewriting("bare_points"),
    hour_templates("bare_windows"),
)
_NO_NEED, _WHOLE_DAY = hour_templates("no_need"), rewriting("whole_day")
_WINDOWS, _POINTS = hour_templates("windows"), hour_templates("points")
_SPEAKING_OF_HOURS, _HOURS_ELSEWHERE = hour_templates("speaking_of_hours"), hour_templates("hours_elsewhere")
_EVENING_ELSEWHERE = hour_templates("evening_elsewhere")
_CLAUSE_ENDS, _BEFORE_LE, _FETCHED = hour_templates("clause_ends"), hour_templates("before_le"), hour_templates("fetched")
_UNTIL_THEN, _TO = hour_templates("until_then"), hour_templates("to")
_HAPPENING = hour_templates("starting", "ending")
_EACH_DAY, _AND_FROM = hour_templates("each_day"), hour_templates("and_from")
_NEEDED_BEFORE, _AT_WORK_THEN = hour_templates("needed_before"), hour_templates("at_work_then")
_EVERY_DAY, _DAY_RANGES, _DAYS_IN_A_ROW = (
    hour_templates("every_day"),
    hour_templates("day_ranges"),
    hour_templates("days_in_a_row"),
)
_PAST_DAYS, _SURE_DAYS = hour_templates("past_days"), hour_templates("sure_days", "sure_short_days")
_ANY_DAY_NAME = hour_templates("any_day_name")
_PART, _NOT_PARTS = hour_templates("part_of_day"), hour_templates("not_parts")


class _Role(Enum):
    """The role of a clock time in a day: its end, its start, a limit, or any other."""

    END_OF_DAY = auto()
    START_OF_DAY = auto()
    UNTIL = auto()
    SOME = auto()


@dataclass(frozen=True, slots=True)
class _Point:
    """A clock time, in minutes since midnight, with its role."""

    time: int
    role: _Role


def hours_stated(said: Utterance) -> tuple[tuple[Hours, ...], tuple[str, ...]]:
    """Return the times when help is needed: exact windows, or the values of parts of the day and of weekend days."""
    text = _CLOCKS.replace_in(_WHOLE_DAY.remove_from(said.form(clock_text)), as_clock)
    text = _BARE_POINTS.rewrite(text)
    day_text = read_days(text)
    text = _BARE_WINDOWS.replace_in(_NO_NEED.remove_from(day_text.text), _marked)
    is_every_day = bool(day_text.exclusions) and _EACH_DAY.occur_in(text)
    windows, names = _stated(text, is_every_day=is_every_day)
    if day_text.exclusions or day_text.stretches:
        wanted = (*day_text.stretches, *windows, *(hours_of(*NAMED_HOURS[name]) for name in names))
        every_day = (hours_of("Mo-Su", WHOLE_DAY),) if is_every_day else ()
        return remaining(wanted or every_day, day_text.exclusions), ()
    return windows, names


def _stated(text: str, *, is_every_day: bool) -> tuple[tuple[Hours, ...], tuple[str, ...]]:
    """Return the windows that a text states, or else the named parts of the day.

    Exclusions and stretches are taken out before.
    """
    days, weekend = _days(text)
    clocks = _windows(text)
    if clocks:
        named = ",".join(days) or ("Mo-Su" if is_every_day or _EVERY_DAY.occur_in(text) else MONDAY_TO_FRIDAY)
        return tuple(dict.fromkeys(hours_of(named, window) for window in clocks)), ()
    parts = [PARTS[match.first("part")] for match in _PART.find_all(_NOT_PARTS.remove_from(text))]
    if days and parts:
        return (hours_of(",".join(days), PART_HOURS[parts[0]]),), ()
    if weekend:
        return (), weekend
    if days:
        return (hours_of(",".join(days), WHOLE_DAY),), ()
    return (), tuple(dict.fromkeys(parts))


def _marked(match: TemplateMatch) -> str:
    """Return a match marked as a window of hours; unchanged if it is no window or may be a date."""
    clock_range = match.first("clock_range", "slashed_range")
    first, last = clock_range.replace("/", "-").split("-") if clock_range else match.all("clock")
    start, end = minutes_of(first), minutes_of(last)
    before = match.text[
        match.start : next(blank.start for blank in match.blanks if blank.name in ("clock", "clock_range", "slashed_range"))
    ]
    is_date = "/" in match.found and ":" not in match.found and not _SPEAKING_OF_HOURS.occur_in(before)
    if start is None or end is None or is_date or (match.first("shift") and end < NOON):
        return match.found
    if not clock_range and "/" not in match.found and end <= start:
        return match.found
    return f"{before}{_SURE} {first}-{last}"


def _days(text: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the days named, in the order of the week; and if all are weekend days, their values."""
    found: set[str] = set()
    for match in _DAY_RANGES.find_all(text):
        first, last = (days_of(DAYS[name.found]) for name in _ANY_DAY_NAME.find_all(match.found))
        found |= set(days_of(f"{first[0]}-{last[-1]}"))
    rest = _PAST_DAYS.remove_from(_DAY_RANGES.remove_from(text))
    named = [match.found for match in _SURE_DAYS.find_all(rest)]
    rows = [[name.found for name in _ANY_DAY_NAME.find_all(row.found)] for row in _DAYS_IN_A_ROW.find_all(rest)]
    for name in (*named, *(name for row in rows if len(row) > 1 for name in row)):
        found |= set(days_of(DAYS[name]))
    days = [day for day in WEEKDAYS if day in found]
    return days, tuple(WEEKEND_VALUES[day] for day in days) if days and found.issubset(WEEKEND) else ()


def _windows(text: str) -> list[ClockWindow]:
    found = [window for match in _WINDOWS.find_all(text) if (window := _between(match)) is not None]
    if found:
        # "Dalle 9 alle 13 e dalle 15"
        open_ones = (minutes_of(match.first("clock")) for match in _AND_FROM.find_all(_WINDOWS.remove_from(text)))
        return found + [(time, _LAST) for time in open_ones if time is not None and found[-1][1] <= time < _LAST]
    points = [point for match in _POINTS.find_all(text) if (point := _point(match)) is not None]
    if not points:
        return []
    if len(points) >= 2:
        times = sorted({_settled(point, points) for point in points[:3]})
        if len(times) >= 2:
            return [(times[0], times[-1])]
    point = points[0]
    if point.role is _Role.UNTIL:
        return [(_FIRST if point.time > _FIRST else 0, point.time)] if point.time else []
    if point.role is _Role.START_OF_DAY:
        start = point.time % MIDNIGHT
        return [(start, min(start + _BEFORE_SCHOOL, MIDNIGHT))]
    return [(point.time, _LAST if point.time < _LAST else MIDNIGHT)] if point.time < MIDNIGHT else []


def _settled(point: _Point, points: Sequence[_Point]) -> int:
    """Return the time of a point; six or seven o'clock beside an afternoon time is taken as evening."""
    is_late = any(other.time >= NOON + HOUR for other in points)
    is_early = any(other.role is _Role.START_OF_DAY for other in points)
    return point.time + NOON if is_late and not is_early and point.time < _LEAVING else point.time


def _between(match: TemplateMatch) -> ClockWindow | None:
    """Return the window between two stated times; None for numbers that are no hours: "0-3", "da 3 a 6"."""
    clocks, halves = _clocks_with_halves(match)
    first, last = map(minutes_of, clocks)
    if first is None or last is None or first == last:
        return None
    is_of_hours = _SPEAKING_OF_HOURS.occur_in(match.found) or (_HOURS_ELSEWHERE.occur_in(match.text) and last > first)
    if ":" not in match.found and not is_of_hours:
        return None
    is_evening = (halves[0] or halves[1]) == "afternoon"
    may_be_afternoon = is_evening or (first < _OPENING and halves[0] != "morning")
    start = first
    if HOUR <= first < NOON and ((is_evening and halves[0]) or (may_be_afternoon and last < NOON)):
        start += NOON
    end = last + NOON if last <= start < last + NOON and last < NOON and start < NOON + 6 * HOUR else last
    if is_evening and end < NOON and end + NOON > start:
        end += NOON
    start %= MIDNIGHT
    return (start, end) if start != end else None


def _clocks_with_halves(match: TemplateMatch) -> tuple[Sequence[str], list[str]]:
    """Return the two clock times of a window, and the half of the day ("di sera") named after each."""
    clock_range = match.first("clock_range", "full_range")
    last = max(blank.start for blank in match.blanks if blank.name not in _HALVES)
    halves = ["", ""]
    for blank in match.blanks:
        if blank.name in _HALVES:
            halves[blank.start > last] = blank.name
    return clock_range.replace("/", "-").split("-") if clock_range else match.all("clock"), halves


def _point(match: TemplateMatch) -> _Point | None:
    """Return a single clock time with its role, which follows from the nearest word before it in the same clause."""
    time = minutes_of(match.first("clock", "full_clock"))
    if time is None:
        return None
    before = match.text[max(0, match.start - _READ_BEFORE) : match.start]
    clause = before[max((end.end for end in _CLAUSE_ENDS.find_all(before)), default=0) :]
    word = match.first("point_word", "point_verb")
    if match.first("point_word") == "le" and not _BEFORE_LE.occur_in(f"{clause}#"):
        return None
    half = next((blank.name for blank in match.blanks if blank.name in _HALVES), "")
    if _FETCHED.occur_in(f"{clause}#"):
        return _Point(_of_day(time, half, _Role.END_OF_DAY), _Role.UNTIL)
    if not half and 6 * HOUR <= time < NOON and _EVENING_ELSEWHERE.occur_in(match.text):
        half = "afternoon"
    if _UNTIL_THEN.occur_in(f"{before}{word} #" if word else f"{before}#"):
        return _Point(_of_day(time, half, _Role.END_OF_DAY if _TO.occur_in(clause) else _Role.UNTIL), _Role.UNTIL)
    happening = [found.list_name for found in _HAPPENING.find_all(f"{clause}{word}")]
    around = f"{clause}#{match.text[match.end : match.end + _READ_BEFORE]}"
    if word in _AT and (_NEEDED_BEFORE.occur_in(around) or (not happening and _AT_WORK_THEN.occur_in(around))):
        return _Point(_of_day(time, half, _Role.START_OF_DAY), _Role.UNTIL)
    role = _ROLES[happening[-1]] if happening else _Role.SOME
    return _Point(_of_day(time, half, role), role)


#: Words of a time at which somebody must be somewhere.
_AT = ("", "alle", "all", "ale", "le", "per le")
#: The role of a time after words of these lists.
_ROLES = {"starting": _Role.START_OF_DAY, "ending": _Role.END_OF_DAY}
_HALVES = ("morning", "afternoon", "night")


def _of_day(time: int, half: str, role: _Role) -> int:
    """Return a time on a twelve-hour clock as minutes of the whole day."""
    if not HOUR <= time < NOON or half == "morning":
        return time
    if half == "afternoon" or (half == "night" and time >= _LEAVING):
        return time + NOON
    if half == "night" or role is _Role.START_OF_DAY:
        return time
    return time + NOON if time < (_LEAVING if role is _Role.END_OF_DAY else _OPENING) else time
