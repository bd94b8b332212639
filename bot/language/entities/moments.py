"""A future moment named in a text: "giovedì alle 10", "domani 9:30", "tra due settimane". The words are in `moments.yaml`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.data import ITALIAN, phrases, word_meanings, word_set
from bot.language.entities.periods import periods
from bot.language.text.normalise import plain
from bot.language.text.utterance import Utterance

_FILE = "moments"
_BEFORE_CLOCK, _AFTER, _ONE = (word_set(ITALIAN, _FILE, name) for name in ("before_clock", "after", "one"))
_UNIT_MINUTES = {word: int(minutes) for word, minutes in word_meanings(ITALIAN, _FILE, "unit").items()}
_WEEKDAYS = {plain(word): number for number, word in enumerate(phrases(ITALIAN, "periods", "weekday"))}
_TOKEN = re.compile(r"\d+(?:[:./]\d+)*|[^\W\d_]+")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)")
#: Days within which "giovedì 10" is looked for as a day of the month before 10 is an hour; the furthest moment in minutes.
_DAYS_AHEAD, _MAX_MINUTES = 62, 400 * 1440
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StatedMoment:
    """A future day, with the time of day if one is stated."""

    day: dt.date
    time: dt.time | None = None


def moment_stated(text: str, now: dt.datetime) -> StatedMoment | None:
    """Return the future moment that a text names; None if it names none, or a past one."""
    said = Utterance(text)
    tokens: Sequence[str] = _TOKEN.findall(plain(said.spaced_digits))
    minutes = _minutes_from_now(tokens)
    if minutes is not None:
        at = now + dt.timedelta(minutes=minutes)
        return StatedMoment(at.date(), None if minutes % 1440 == 0 else at.time())
    time, tokens = _clock(tokens)
    found = periods(Utterance(f"il {' '.join(tokens)}"), now.date())
    first = next((span.low for span in found if span.low > 0), None)
    if first is not None:
        return _coming(StatedMoment(dt.date.fromordinal(int(first)), time), now)
    weekday = next((place for place, token in enumerate(tokens) if token in _WEEKDAYS), None)
    if weekday is not None:
        return _on_weekday(_WEEKDAYS[tokens[weekday]], tokens[weekday + 1 : weekday + 2], time, now)
    if time is None:
        return None
    today = StatedMoment(now.date(), time)
    return _coming(today, now) or StatedMoment(now.date() + dt.timedelta(days=1), time)


def _minutes_from_now(tokens: Sequence[str]) -> int | None:
    """Return how many minutes ahead "tra 3 giorni" or "fra un'ora" is; None for other words."""
    for after, count, unit in zip(tokens, tokens[1:], tokens[2:], strict=False):
        number = 1 if count in _ONE else int(count) if count.isdecimal() and len(count) <= 3 else 0
        if after in _AFTER and number and unit in _UNIT_MINUTES:
            minutes = number * _UNIT_MINUTES[unit]
            return minutes if minutes <= _MAX_MINUTES else None
    return None


def _clock(tokens: Sequence[str]) -> tuple[dt.time | None, Sequence[str]]:
    """Return the time of day among some words, None without one, and the remaining words."""
    for place, token in enumerate(tokens):
        follows = place > 0 and tokens[place - 1] in _BEFORE_CLOCK
        written = _CLOCK.fullmatch(token)
        hour, minute = (int(written[1]), int(written[2])) if written else (int(token) if token.isdecimal() else 99, 0)
        if (written or follows) and hour < 24 and minute < 60:
            return dt.time(hour, minute), [*tokens[: place - follows], *tokens[place + 1 :]]
    return None, tokens


def _on_weekday(weekday: int, following: Sequence[str], time: dt.time | None, now: dt.datetime) -> StatedMoment | None:
    """Return the next date of a weekday; a number after it is the day of the month if that fits, else the hour."""
    number = int(following[0]) if following and following[0].isdecimal() else None
    days = [now.date() + dt.timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
    named = [day for day in days if day.weekday() == weekday]
    dated = next((day for day in named if day.day == number), None)
    if dated is not None:
        return _coming(StatedMoment(dated, time), now)
    if number is not None and time is None:
        if number >= 24:
            return None
        time = dt.time(number)
    # "Martedì", said on a Tuesday, is the next one.
    is_next = time is None and named[0] == now.date()
    return (None if is_next else _coming(StatedMoment(named[0], time), now)) or StatedMoment(named[0] + _WEEK, time)


def _coming(moment: StatedMoment, now: dt.datetime) -> StatedMoment | None:
    """Return a moment if it is in the future, else None; a day without a time is past once the day is over."""
    end = dt.datetime.combine(moment.day, moment.time or dt.time.max)
    return moment if end > now else None
