"""Opening hours in words, with every part of an expression: the season's week, n-th weekdays, closures, holidays, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from bot.core import hours, opening
from bot.core.opening import OpeningRule
from bot.kinds.kind import Sentences
from bot.kinds.schedule import DAY_NAMES, say_clock, say_week

#: "-1" is the last one, and so it stands in the sentences: "primo secondo terzo quarto quinto ultimo".
_ORDINALS = (1, 2, 3, 4, 5, -1)
_SUNDAY = 6


class DatedSentences(Sentences, Protocol):
    """Sentences with names of days and months: `dialogue.phrasing.Phrasing`."""

    def day(self, date: dt.date) -> str:
        """Return a date without its year: "10 giugno"."""
        ...

    def date(self, date: dt.date) -> str:
        """Return a date with its year: "10 giugno 2027"."""
        ...

    def month(self, date: dt.date) -> str:
        """Return the month of a date: "giugno"."""
        ...


def say_opening(expression: str, date: dt.date | None, sentences: DatedSentences) -> str:
    """Return the hours of an expression in words; those of the season of the date come first.

    An expression that is only a note ("su appuntamento") gives the note, an empty one "".
    """
    if opening.is_note(expression):
        return hours.notes(expression)[0]
    return "; ".join(_parts(expression, date, sentences))


def _parts(expression: str, date: dt.date | None, sentences: DatedSentences) -> Iterator[str]:
    rules = opening.opening_rules(expression)
    opens = [rule for rule in rules if not rule.is_closed]
    yield from _weeks(opening.regular(expression), opens, date, sentences)
    yield from (_say_nth(rule, sentences, key="opening_nth") for rule in opens if rule.nths)
    if holidays := _holidays(rules, sentences):
        yield holidays
    if closed := [text for rule in rules if rule.is_closed for text in _say_closed(rule, sentences)]:
        yield sentences.say("opening_closed", days=sentences.join("and_word", closed))
    yield from _notes(opens, sentences)


def _weeks(regular: str, opens: list[OpeningRule], date: dt.date | None, sentences: DatedSentences) -> Iterator[str]:
    """Yield the weekly hours of each season in words: first the season of the date, then the others and the rest of the year."""
    seasons = _seasons(opens)
    current = _season_of(seasons, date) if date is not None else None
    rest = _week_of([rule for rule in opens if not rule.nths and not rule.dates]) & hours.ALL_WEEKDAYS
    slots = opening.week_on(regular, date) if current and date else rest if seasons else hours.week(regular) if regular else 0
    if slots & hours.ALL_WEEKDAYS:
        week = say_week(slots, sentences)
        yield sentences.say("opening_now", week=week, dates=_say_dates(current, sentences)) if current else week
    for dates, group in seasons.items():
        if dates != current:
            yield sentences.say("opening_season", week=say_week(_week_of(group), sentences), dates=_say_dates(dates, sentences))
    if current and rest:
        yield sentences.say("opening_season", week=say_week(rest, sentences), dates=sentences.say("rest_of_year"))


def _seasons(opens: list[OpeningRule]) -> dict[tuple[str, ...], list[OpeningRule]]:
    found: dict[tuple[str, ...], list[OpeningRule]] = {}
    for rule in opens:
        if rule.dates and not rule.nths:
            found.setdefault(rule.dates, []).append(rule)
    return found


def _season_of(seasons: dict[tuple[str, ...], list[OpeningRule]], date: dt.date) -> tuple[str, ...] | None:
    """Return the dates of the season in which a date lies; None if it lies in none."""
    for dates in seasons:
        for one in dates:
            if (days := opening.season_days(one)) is None:
                continue
            first, last = ((day.month, day.day) for day in days)
            today = (date.month, date.day)
            if first <= today <= last or (last < first and (today >= first or today <= last)):
                return dates
    return None


def _week_of(rules: list[OpeningRule]) -> int:
    return hours.week(opening.joined(rules)) if rules else 0


def _say_nth(rule: OpeningRule, sentences: DatedSentences, *, key: str) -> str:
    by_day: dict[int, list[int]] = {}
    for weekday, number in rule.nths:
        by_day.setdefault(weekday, []).append(number)
    days = []
    for weekday, numbers in by_day.items():
        words = sentences.say("ordinals_on_sunday" if weekday == _SUNDAY else "ordinals_of_month").split()
        said = [words[_ORDINALS.index(number)] for number in numbers if number in _ORDINALS]
        days.append(f"{sentences.join('and_word', said)} {sentences.say(DAY_NAMES[weekday])}")
    dates = f" ({_say_dates(rule.dates, sentences)})" if rule.dates else ""
    return sentences.say(key, days=sentences.join("and_word", days), clock=_clocks(rule, sentences)).rstrip() + dates


def _clocks(rule: OpeningRule, sentences: Sentences) -> str:
    return sentences.join("and_word", [f"{say_clock(start)}–{say_clock(end)}" for start, end in rule.times])


def _holidays(rules: tuple[OpeningRule, ...], sentences: DatedSentences) -> str:
    """Return the hours on public holidays in words; "" if no rule names holidays, or if all days are alike."""
    named = [rule for rule in rules if "PH" in rule.days and not rule.is_closed and rule.times]
    return sentences.say("opening_holidays", clock=_clocks(named[0], sentences)) if named else ""


def _say_closed(rule: OpeningRule, sentences: DatedSentences) -> Iterator[str]:
    """Yield in words the dates on which a rule closes; weekdays are left out, since the weekly hours show them."""
    if rule.nths:
        yield _say_nth(rule, sentences, key="closed_nth")
    elif rule.dates:
        yield _say_dates(rule.dates, sentences)
    elif "PH" in rule.days:
        yield sentences.say("holidays_word")


def _say_dates(dates: tuple[str, ...], sentences: DatedSentences) -> str:
    return sentences.join("and_word", [_say_one(one, sentences) for one in dates])


def _say_one(dates: str, sentences: DatedSentences) -> str:
    """Return dates in words: "luglio–agosto", "24 dicembre–6 gennaio"; those of one year with the year."""
    years, bare = [int(word) for word in dates.replace("-", " ").split() if len(word) == 4 and word.isdigit()], dates
    for year in years:
        bare = bare.replace(f"{year} ", "")
    if "easter" in bare:
        return sentences.say("easter_monday" if "+1" in bare else "easter")
    days = opening.season_days(bare)
    if days is None:
        return dates
    first, last = days
    if years:
        first, last = first.replace(year=years[0]), last.replace(year=years[-1])
        return sentences.date(first) if first == last else f"{sentences.day(first)}–{sentences.date(last)}"
    if not any(character.isdigit() for character in bare):
        return sentences.month(first) if first.month == last.month else f"{sentences.month(first)}–{sentences.month(last)}"
    if first == last:
        return sentences.day(first)
    same_month = first.month == last.month
    return f"{first.day}–{sentences.day(last)}" if same_month else f"{sentences.day(first)}–{sentences.day(last)}"


def _notes(opens: list[OpeningRule], sentences: DatedSentences) -> Iterator[str]:
    """Yield the notes of opening rules; a note for some days only stands after these days."""
    noted = dict.fromkeys(rule.note for rule in opens if rule.note)
    for note in noted:
        rules = [rule for rule in opens if rule.note == note]
        if len(rules) == len(opens) or rules[0].nths:
            yield note
        else:
            days = [sentences.say(DAY_NAMES[n]) for n, day in enumerate(opening.WEEKDAYS) if any(day in r.days for r in rules)]
            yield f"{sentences.join('and_word', days)} {note}" if days else note
