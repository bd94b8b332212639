"""Texts about hours in a standard form, and the names of days and of parts of the day. The words are in `hours.yaml`."""

from __future__ import annotations

from bot.core.conditions import Hours
from bot.core.hours import MIDNIGHT
from bot.language.data import ITALIAN, word_groups, word_meanings, word_set
from bot.language.templates import TemplateMatch, Templates
from bot.language.text.spelling import Speller
from bot.language.text.utterance import Utterance

_FILE = "hours"
#: Minutes from midnight, from and until.
ClockWindow = tuple[int, int]
HOUR = 60
#: The hours of a day that is named without hours.
WHOLE_DAY = (8 * HOUR, 20 * HOUR)
MONDAY_TO_FRIDAY = "Mo-Fr"
WEEKEND = ("Sa", "Su")

#: Days of OpenStreetMap by the words for them: "lunedi" → "Mo", "fine settimana" → "Sa-Su".
DAYS = {word: day for name in ("day", "short_day", "period") for word, day in word_meanings(ITALIAN, _FILE, name).items()}
#: Values of the attribute by the words for them: "mattine" → "mattina".
PARTS = word_meanings(ITALIAN, _FILE, "part")
#: Values of the days of the weekend.
WEEKEND_VALUES = {day: word_groups(ITALIAN, _FILE, "day")[day][0] for day in WEEKEND}
_BLANKS = {
    "clock": r"\d{1,2}(?::\d\d)?",
    "full_clock": r"\d{1,2}:\d\d",
    "clock_range": r"\d{1,2}(?::\d\d)?-\d{1,2}(?::\d\d)?",
    "full_range": r"\d{1,2}:\d\d[-/]\d{1,2}(?::\d\d)?|\d{1,2}[-/]\d{1,2}:\d\d",
    "slashed_range": r"\d{1,2}(?::\d\d)?/\d{1,2}(?::\d\d)?",
    "daytime": r"(?:[7-9]|1\d|2[0-3])(?::\d\d)?",
    "hour": r"\d{1,2}",
    "minutes": r"[0-5]\d",
    "quarter": r"15|30|45",
    "written_quarter": r"00|15|30|45",
    "dotted": r"\d{1,2}[.,]\d\d",
    "dotted_range": r"\d{1,2}[.,]\d\d-\d{1,2}(?:[.,:]\d\d)?|\d{1,2}(?::\d\d)?-\d{1,2}[.,]\d\d",
    "glued": r"\d{1,2}(?:00|15|30|45)",
    "here": "#",
}
_CAPTURED = ("any_day", "part", "morning", "afternoon", "night", "point_word", "point_verb", "shift")


def hour_templates(*names: str) -> Templates:
    """Return the compiled templates of some lists of `hours.yaml`."""
    return Templates(_FILE, *names, blanks=_BLANKS, captured=_CAPTURED)


def rewriting(group: str) -> Templates:
    """Return the templates of all lists of a group, for replacing their matches by the names of the lists."""
    return hour_templates(*(f"{group}/{name}" for name in word_groups(ITALIAN, _FILE, group)))


_REWRITTEN, _CLOCKS = rewriting("rewritten"), hour_templates("clocks")
_EVENING_WITH_RR, _GREENHOUSE = hour_templates("evening_with_rr"), hour_templates("greenhouse")
#: Words from this length on are compared with names …
_SHORTEST = 5
#: … and those from this one on may have two errors.
_LONG = 9
_NOT_MISSPELT = word_set(ITALIAN, _FILE, "not_misspelt")
_SPELLER = Speller(word for word in (*DAYS, *PARTS) if len(word) >= _SHORTEST and " " not in word)


def clock_text(said: Utterance) -> str:
    """Return a text in the form that the templates expect.

    Words apart, times as "18:30", days and parts of the day spelt right.
    """
    text = _CLOCKS.replace_in(_REWRITTEN.rewrite(said.spaced_digits), as_clock)
    if "serra" in text and not _GREENHOUSE.occur_in(text):
        text = _EVENING_WITH_RR.replace_in(text, lambda match: match.found.replace("rr", "r"))
    return " ".join(_spelt_right(word) for word in text.split())


def as_clock(match: TemplateMatch) -> str:
    """Return a matched time as "18:30", keeping the words before it."""
    first = match.blanks[0]
    if first.name == "dotted_range":
        return first.text.replace(",", ":").replace(".", ":")
    hour, *rest = [digits for blank in match.blanks for digits in blank.text.replace(",", ".").split(".")]
    if first.name == "glued":
        hour, rest = hour[:-2], [hour[-2:]]
    if not rest:
        # "17 meno 15"
        hour, rest = str((int(hour) - 1) % 24), ["45"]
    return f"{match.text[match.start : first.start]}{hour}:{rest[0]}"


def minutes_of(clock: str) -> int | None:
    """Return the minutes since midnight of "18" or "18:30"; None for an impossible time."""
    hour, _, minute = clock.partition(":")
    time = int(hour) * HOUR + int(minute or 0)
    return time if int(minute or 0) < HOUR and time <= MIDNIGHT else None


def hours_of(days: str, window: ClockWindow) -> Hours:
    """Return days and a window of time as an opening_hours expression: "Mo,We 08:00-12:30"."""
    start, end = window
    return Hours(f"{days} {start // HOUR:02}:{start % HOUR:02}-{end // HOUR:02}:{end % HOUR:02}")


def _part_window(part: str) -> ClockWindow:
    start, end = word_groups(ITALIAN, _FILE, "part_hours")[part]
    return minutes_of(start) or 0, minutes_of(end) or 0


#: The hours of each part of the day, by its value.
PART_HOURS = {part: _part_window(part) for part in word_groups(ITALIAN, _FILE, "part_hours")}
#: The days and hours of each value, of a part of the day or of a day of the weekend.
NAMED_HOURS = {part: (MONDAY_TO_FRIDAY, window) for part, window in PART_HOURS.items()} | {
    value: (day, WHOLE_DAY) for day, value in WEEKEND_VALUES.items()
}


def _spelt_right(word: str) -> str:
    if len(word) < _SHORTEST or word[0] not in _SPELLER.first_letters or word in _NOT_MISSPELT:
        return word
    near, errors = _SPELLER.nearest(word, 2)
    return word if errors > 1 and len(near) < _LONG else near
