"""Times at which help is not needed ("tranne il lunedì"), and stretches over several days ("dal venerdì sera al lunedì mattina").

Both are taken out of a text before its other days and hours are read, so that no excluded day is read as wanted. The words are
in `hours.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.conditions import Hours
from bot.core.hours import MIDNIGHT
from bot.core.opening import WEEKDAYS
from bot.language.entities.clock import (
    DAYS,
    HOUR,
    MONDAY_TO_FRIDAY,
    PART_HOURS,
    PARTS,
    WEEKEND,
    WHOLE_DAY,
    ClockWindow,
    hour_templates,
    hours_of,
    minutes_of,
)
from bot.language.templates import TAKEN_MARK, TemplateMatch

_EXCLUDED, _NOT_EXCLUDED, _STRETCHES = hour_templates("excluded"), hour_templates("not_excluded"), hour_templates("stretches")
_DAY_NAME, _PART_NAME = hour_templates("any_day_name"), hour_templates("part_of_day")
#: The waking hours, of which parts are excluded where nothing else is said.
_AWAKE = (8 * HOUR, 22 * HOUR)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Days, or some hours of days, on which help is not needed."""

    days: frozenset[str]
    window: ClockWindow | None = None


@dataclass(frozen=True, slots=True)
class DayText:
    """A text about hours, with the exclusions and stretches that were taken out of it."""

    text: str
    exclusions: tuple[Exclusion, ...] = ()
    stretches: tuple[Hours, ...] = ()


def read_days(text: str) -> DayText:
    """Take exclusions and stretches out of a clock text (`clock.clock_text`), and return both and the rest."""
    stretches: list[Hours] = []
    exclusions: list[Exclusion] = []

    def take_stretch(match: TemplateMatch) -> str:
        stretches.extend(_stretch(match))
        return TAKEN_MARK

    def take_exclusion(match: TemplateMatch) -> str:
        if _NOT_EXCLUDED.occur_in(_around(match)):
            return match.found
        exclusions.extend(_exclusions(match.found))
        return TAKEN_MARK

    rest = _EXCLUDED.replace_in(_STRETCHES.replace_in(text, take_stretch), take_exclusion)
    return DayText(rest, tuple(exclusions), tuple(stretches))


def days_of(written: str) -> tuple[str, ...]:
    """Return the days in the day part of an expression, in their order: "Fr-Su,Tu" → "Fr", "Sa", "Su", "Tu"."""
    found: list[str] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found += [WEEKDAYS[day % len(WEEKDAYS)] for day in range(start, end + 1 if end >= start else end + len(WEEKDAYS) + 1)]
    return tuple(dict.fromkeys(found))


def remaining(hours: Iterable[Hours], exclusions: Sequence[Exclusion]) -> tuple[Hours, ...]:
    """Return wanted hours minus excluded ones; if no hours are wanted explicitly, the usual hours minus the excluded ones."""
    if not exclusions:
        return tuple(hours)
    wanted = tuple(hours) or (_everything(exclusions),)
    by_window: dict[ClockWindow, list[str]] = {}
    for day in WEEKDAYS:
        for one in wanted:
            written, window = _parts_of(one)
            for left in _left(day, window, exclusions) if day in days_of(written) else ():
                by_window.setdefault(left, []).append(day)
    return tuple(hours_of(",".join(dict.fromkeys(days)), window) for window, days in by_window.items())


def _everything(exclusions: Sequence[Exclusion]) -> Hours:
    """Return the usual hours to exclude from: working days for "il sabato no", all days for "il lunedì no"."""
    if any(one.window is not None for one in exclusions):
        return hours_of(MONDAY_TO_FRIDAY, _AWAKE)
    days = frozenset(day for one in exclusions for day in one.days)
    if days.issubset(WEEKEND):
        return hours_of("Mo-Sa" if WEEKEND[0] not in days else MONDAY_TO_FRIDAY, WHOLE_DAY)
    return hours_of("Mo-Su", WHOLE_DAY)


def _parts_of(hours: Hours) -> tuple[str, ClockWindow]:
    days, _, window = hours.expression.partition(" ")
    start, _, end = window.partition("-")
    return days, (minutes_of(start) or 0, minutes_of(end) or 0)


def _left(day: str, window: ClockWindow, exclusions: Sequence[Exclusion]) -> Iterator[ClockWindow]:
    """Yield the parts of a window on a day that are not excluded. A window past midnight is excluded whole or not at all."""
    windows = [window]
    for exclusion in exclusions:
        if day not in exclusion.days:
            continue
        if exclusion.window is None:
            return
        first, last = exclusion.window
        windows = [
            piece
            for start, end in windows
            for piece in ([(start, min(end, first)), (max(start, last), end)] if start < end and first < last else [(start, end)])
            if piece[0] != piece[1] and (piece[0] < piece[1] or start > end)
        ]
    yield from windows


def _around(match: TemplateMatch) -> str:
    """Return the text around an exclusion with "#" in its place, then "#" and the excluded words."""
    return f"{match.before[-60:]}# {match.found} {match.text[match.end : match.end + 40]}"


def _exclusions(found: str) -> Iterator[Exclusion]:
    days = [day for name in _DAY_NAME.find_all(found) for day in days_of(DAYS[name.found])]
    windows = [PART_HOURS[PARTS[part.first("part")]] for part in _PART_NAME.find_all(found)]
    for window in windows or (None,):
        yield Exclusion(frozenset(days or WEEKDAYS), window)


def _stretch(match: TemplateMatch) -> Iterator[Hours]:
    """Yield the hours of each day in a stretch of days: from its start on the first, whole days, until its end on the last."""
    first, last = (days_of(DAYS[name])[0] for name in match.all("any_day"))
    begin, end = 0, MIDNIGHT
    days = [blank.start for blank in match.blanks if blank.name == "any_day"]
    for blank in match.blanks:
        window = PART_HOURS[PARTS[blank.text]] if blank.name == "part" else None
        time = minutes_of(blank.text) if blank.name == "clock" else None
        if window is None and time is None:
            continue
        if blank.start < days[1]:
            begin = window[0] if window else time or 0
        else:
            end = window[1] if window else time or MIDNIGHT
    between = days_of(f"{first}-{last}")
    yield hours_of(first, (begin, MIDNIGHT))
    if len(between) > 2:
        yield hours_of(",".join(between[1:-1]), (0, MIDNIGHT))
    yield hours_of(last, (0, end))
