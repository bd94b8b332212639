"""Ranges of clock times as staff write them: "9-12,30", "dalle ore 9 alle 12 e dalle 15 alle 18", "8.30/12.30 - 14.30/17.30"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.calendar_words import alternatives, key_of, read_day_spans, table_words
from bot.core.hours import MIDNIGHT, NOON

#: From and until, in minutes of a day.
TimeRanges = list[tuple[int, int]]

_NAMED, _MINUTES = table_words("clock"), table_words("minutes")
_ORE = r"(?:ore\s*|h\.?\s*)?"
_CLOCK = re.compile(
    _ORE
    + rf"(?:(\d{{1,2}})|({alternatives(_NAMED)}))(?:\s?(:|\.|,|h)\s?([0-5]\d)(?!\d)|\s+e\s+({alternatives(_MINUTES)})(?!:))?"
    + r"(?:\s*([ap])\.?m\.?(?![a-z]))?(?:\s*(?:h|ore)(?![a-z]))?"
)
_HOUR_ALONE = re.compile(_ORE + r"(\d{1,2})")
_FROM = re.compile(r"(?:dalle|dall'|dalla|da|ore|h\.?(?=\s*\d)|orario)\s*" + _ORE)
_UNTIL = re.compile(r"\s*(?:-|>|fino alle|sino alle|fino a|alle|all'|alla|a)\s*" + _ORE)
_END_ALONE = re.compile(r"(?:solo\s+)?(?:fino alle|sino alle|fino a|sino a|fino all')\s*" + _ORE)
_UNTIL_SLASH = re.compile(r"\s*/\s*")
_FURTHER = re.compile(r"\s*(?:,\s*e\b|,|/|\be\b|\bed\b|\+|&|-(?=\s*dalle))?\s*(?:poi\s+)?")
_FURTHER_DASH = re.compile(r"\s*(?:,|-|\be\b|\+)?\s*")
_GOES_ON = re.compile(r"\s*[-:/]\s?\d|[.,]\d")
_GAP = re.compile(r"\s*[,-]?\s*")


def read_times(text: str, at: int) -> tuple[TimeRanges, int] | None:
    """Return the ranges of time that begin at a position of a plain text, and the position where they end.

    None if there are none.
    """
    if found := _read(text, at, _UNTIL, _FURTHER):
        return found
    # "9.00/12.00 - 15.00/18.00": only if every stretch ends after it begins, since "24/12-06/01" are dates.
    found = _read(text, at, _UNTIL_SLASH, _FURTHER_DASH)
    if found and all(start < end for start, end in found[0]):
        return found
    # "9.00 - 13.00 - 14.00 - 18.00": only if each stretch begins after the one before it ends.
    found = _read(text, at, _UNTIL, _FURTHER_DASH)
    clocks = [moment for stretch in found[0] for moment in stretch] if found else []
    return found if clocks and clocks == sorted(set(clocks)) else None


def _clocks(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield the possible clock times at a position, in minutes, each with the position where it ends; the longest first."""
    if m := _CLOCK.match(text, at):
        hour = int(m[1] or _NAMED[key_of(m[2])])
        minute = int(_MINUTES[key_of(m[5])] if m[5] else m[4] or 0)
        if m[6] and hour <= NOON // 60:
            hour = hour % 12 + (12 if m[6] == "p" else 0)
        # "12,30" is half past twelve, "9-12,14-18" are two stretches.
        if hour * 60 + minute <= MIDNIGHT and (m[3] != "," or minute % 5 == 0):
            yield hour * 60 + minute, m.end()
        if (m[3] or m[5]) and (alone := _HOUR_ALONE.match(text, at)) and hour <= 24 and not m[6]:
            yield hour * 60, alone.end()


def read_clock(text: str, at: int) -> tuple[int, int] | None:
    """Return the clock time at a position of a plain text, in minutes, and the position where it ends; None for none."""
    return next(_clocks(text, at), None)


def read_end(text: str, at: int) -> tuple[int, int] | None:
    """Return the closing time that "fino alle 17" names, in minutes, and the position where it ends; None for none."""
    m = _END_ALONE.match(text, at)
    return read_clock(text, m.end()) if m else None


def _read(text: str, at: int, until: re.Pattern[str], further: re.Pattern[str]) -> tuple[TimeRanges, int] | None:
    start_at = m.end() if (m := _FROM.match(text, at)) else at
    for start, after_start in _clocks(text, start_at):
        if not (to := until.match(text, after_start)):
            continue
        for end, after_end in _clocks(text, to.end()):
            if (more := further.match(text, after_end)) and (rest := _read(text, more.end(), until, further)):
                return [(start, end), *rest[0]], rest[1]
            if not _GOES_ON.match(text, after_end) or _date_follows(text, after_end):
                return [(start, end)], after_end
    return None


def _date_follows(text: str, at: int) -> bool:
    """Return True if a date comes next, after at most a comma or dash: "9-12, 24 dicembre chiuso"."""
    gap = _GAP.match(text, at)
    return bool(gap and read_day_spans(text, gap.end()))


def clock(minutes: int) -> str:
    """Return a time of day in opening_hours syntax: "08:30"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
