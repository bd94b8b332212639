"""Rules of hours while Italian is read, and what they are together in opening_hours syntax."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.authoring.clock_times import clock
from bot.core.hours import MIDNIGHT, NOON
from bot.core.opening import WEEKDAYS

ITALIAN_DAYS = dict(zip(WEEKDAYS, ("lun", "mar", "mer", "gio", "ven", "sab", "dom"), strict=True))
#: Groups of days whose extent depends on what else is said.
WORKDAYS, HOLIDAYS, EVES = "workdays", "holidays", "eves"
#: Parts of a day in minutes, for "sabato pomeriggio chiuso".
_PART_NAMES = {"": "", "morning": "mattina", "afternoon": "pomeriggio", "evening": "sera"}
_PARTS = {"morning": (0, 13 * 60), "afternoon": (13 * 60, MIDNIGHT), "evening": (18 * 60, MIDNIGHT)}


class UnreadHours(ValueError):
    """A text that is no Italian way to write hours: from which position on, and an example of the form that is missing."""

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
    """Hours that were understood: the expression, and what could be meant otherwise."""

    expression: str
    doubts: tuple[Doubt, ...] = ()
    #: False for plain days and times, which need not be said back.
    needs_telling: bool = False


@dataclass
class HoursRule:
    """A rule while it is read; `sentence` counts the parts of the text that semicolons and full stops divide."""

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
    #: True for dates that stand before the rule ahead of this one, in the same sentence.
    inherits_dates: bool = False
    #: The position of "orario estivo" and the like, which says nothing without dates.
    season_at: int = -1

    @property
    def has_selector(self) -> bool:
        """Return True if the rule names days or dates."""
        return bool(self.days or self.dates)

    @property
    def is_complete(self) -> bool:
        """Return True if the rule needs nothing more, so that another day begins the next one."""
        return bool(self.times) or self.closed == "after"

    def written(self) -> str:
        """Return the rule in opening_hours syntax."""
        times = ",".join(f"{clock(start)}-{clock(end)}" for start, end in self.times)
        if self.closed and self.part:
            start, end = _PARTS[self.part]
            times = f"{clock(start)}-{clock(end)}"
        note = f'"{"; ".join(dict.fromkeys(self.notes))}"' if self.notes and not self.closed else ""
        parts = (",".join(self.dates), self._days(), times, "off" if self.closed else "", note)
        return " ".join(part for part in parts if part)

    def _days(self) -> str:
        if self.nths:
            return ",".join(f"{day}[{','.join(map(str, self.nths))}]" for day in self.days)
        return joined_days(self.days)

    def weekdays(self) -> frozenset[str]:
        """Return the days of the week that the rule is about: all of them if it names none."""
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
    """Return the days from one to another, over Sunday too."""
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return [WEEKDAYS[number % 7] for number in range(start, end + 1 + 7 * (end < start))]


def italian_days(days: Sequence[str]) -> str:
    """Return days in Italian, short: "lun-ven"."""
    written = joined_days(days)
    for code, name in ITALIAN_DAYS.items():
        written = written.replace(code, name)
    return written


def finish(rules: list[HoursRule], notes: Sequence[tuple[HoursRule | None, str]], written: str) -> ItalianHours:
    """Return the rules as hours. Raises `UnreadHours` for a rule that lacks its hours, days or dates."""
    doubts: list[Doubt] = []
    for _, note in notes:
        for rule in rules:
            rule.notes.append(note)
    rules = _without_notes_alone(_attached(rules))
    for rule, following in itertools.pairwise(rules):
        # "primo lunedì e terzo giovedì 9-12": the same hours.
        if rule.nths and following.nths and not rule.times and not rule.closed and rule.sentence == following.sentence:
            rule.times = list(following.times)
    if not rules or all(not rule.times and not rule.closed for rule in rules):
        texts = [note for rule in rules for note in rule.notes] or [note for _, note in notes]
        if texts and not any(rule.nths for rule in rules):
            text = (
                written.strip().strip('"')
                if rules and any(rule.has_selector for rule in rules)
                else "; ".join(dict.fromkeys(texts))
            )
            return ItalianHours(f'unknown "{text}"', needs_telling=True)
    for number, rule in enumerate(rules):
        _check_complete(rule, number, rules, doubts)
    _settle_groups(rules, doubts)
    _settle_times(rules, doubts)
    return ItalianHours(_expression(rules, doubts), tuple(doubts), _needs_telling(rules))


def _attached(rules: list[HoursRule]) -> list[HoursRule]:
    """Return the rules without those that only say when, or on which days, the one before them holds."""
    found: list[HoursRule] = []
    for rule in rules:
        previous = found[-1] if found else None
        is_bare = not rule.times and not rule.closed and not rule.nths and not rule.part
        if previous and is_bare and rule.sentence == previous.sentence and previous.times and not previous.closed:
            if rule.dates and not rule.days and not previous.dates:
                # "lun-ven 8-12, sab 9-12 da settembre a giugno": of all that was said in the sentence.
                for earlier in found:
                    if earlier.sentence == rule.sentence and not earlier.dates and not earlier.closed:
                        earlier.dates = rule.dates
                        earlier.season_at = -1
                previous.notes += rule.notes
                continue
            if rule.days and not rule.dates and not previous.days:
                previous.days = rule.days
                previous.notes += rule.notes
                continue
        if previous and is_bare and not rule.has_selector and rule.notes:
            previous.notes += rule.notes
            continue
        found.append(rule)
    return found


def _without_notes_alone(rules: list[HoursRule]) -> list[HoursRule]:
    """Return the rules but for days of which only a note is known, which becomes one of all: "martedì su appuntamento"."""
    if not any(rule.times for rule in rules):
        return rules
    alone = [rule for rule in rules if rule.days and rule.notes and not rule.times and not rule.closed]
    kept = [rule for rule in rules if rule not in alone]
    for rule in kept:
        rule.notes += [" ".join(filter(None, (italian_days(one.days), _PART_NAMES[one.part], *one.notes))) for one in alone]
    return kept


def _check_complete(rule: HoursRule, number: int, rules: list[HoursRule], doubts: list[Doubt]) -> None:
    if rule.season_at >= 0 and not rule.dates:
        raise UnreadHours(rule.season_at, "dal 15 giugno al 15 settembre lun-ven 8:00-14:00")
    if rule.closed:
        if not rule.has_selector and not rule.part and len(rules) > 1:
            raise UnreadHours(rule.at, "lun-ven 9:00-12:00; sab chiuso")
        return
    if not rule.times:
        is_date = rule.dates and not rule.days and not rule.part
        raise UnreadHours(rule.at, "agosto chiuso" if is_date else f"{italian_days(rule.days) or 'lun-ven'} 9:00-12:00")
    if rule.days:
        return
    # "lun-ven 8-18; luglio e agosto 8-14": of the same days; "mar 9-12; 14-16": one more stretch of the same day.
    for earlier in reversed(rules[:number]):
        if earlier.days and not earlier.closed:
            rule.days, rule.nths = list(earlier.days), list(earlier.nths)
            rule.is_addition = rule.is_addition or not rule.dates
            rule.dates = rule.dates or list(earlier.dates)
            return
    if not rule.dates or any("-" in dates or " " not in dates for dates in rule.dates):
        times = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in rule.times)
        doubts.append(Doubt(times, "tutti i giorni", "solo alcuni giorni"))


def _settle_groups(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Replace groups of days by the days they are: working days, holidays and the days before them."""
    named = {day for rule in rules for day in rule.days}
    for rule in rules:
        days = [day for one in rule.days for day in _days_of_group(one, named, doubts, is_closed=bool(rule.closed))]
        rule.days = list(dict.fromkeys(days))


def _days_of_group(group: str, named: Iterable[str], doubts: list[Doubt], *, is_closed: bool) -> Sequence[str]:
    """Return the days of a group of days, beside the days `named`; add a doubt where several readings are possible."""
    match group:
        case "others":
            return [one for one in WEEKDAYS if one not in named]
        case "workdays" if "Sa" in named or EVES in named:
            return WEEKDAYS[:5]
        case "workdays":
            if not is_closed:
                doubts.append(Doubt("feriali", "lun-sab", "lun-ven"))
            return WEEKDAYS[:6]
        case "holidays" if "Su" in named or is_closed:
            return ["PH"]
        case "holidays":
            doubts.append(Doubt("festivi", "dom e festivi", "solo le feste, non la domenica"))
            return ["Su", "PH"]
        case "eves" if "Sa" in named:
            return ["PH -1 day"]
        case "eves":
            doubts.append(Doubt("prefestivi", "sab e vigilie delle feste", "solo le vigilie delle feste"))
            return ["Sa", "PH -1 day"]
        case _:
            return [group]


def _settle_times(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Move "pomeriggio 3-6" to the afternoon, and order the stretches of a day."""
    for rule in rules:
        if rule.part in ("afternoon", "evening") and any(end <= NOON and start < end for start, end in rule.times):
            shown = ", ".join(f"{start // 60}-{end // 60}" for start, end in rule.times)
            rule.times = [(s + NOON, e + NOON) if s < e <= NOON and s < 8 * 60 else (s, e) for s, e in rule.times]
            doubts.append(Doubt(shown, ", ".join(f"{clock(s)}-{clock(e)}" for s, e in rule.times), shown))


def _expression(rules: list[HoursRule], doubts: list[Doubt]) -> str:
    if len(rules) == 1 and rules[0].written() == "Mo-Su,PH 00:00-24:00":
        return "24/7"
    opening = [rule for rule in rules if not rule.closed]
    exceptions = [rule for rule in opening if rule.is_exception]
    for exception in exceptions:
        for rule in opening:
            if rule is not exception and not rule.is_exception and not exception.dates and not exception.nths and not rule.nths:
                rule.days = [day for day in (rule.days or WEEKDAYS) if day not in exception.days]
    opening = [rule for rule in opening if rule.days or not exceptions or rule.is_exception]
    # The rules for the whole year come first: those for some days replace them there.
    opening.sort(key=lambda rule: (bool(rule.dates), rule.is_exception))
    text = ""
    for number, rule in enumerate(opening):
        joint = _joint(opening[:number], rule, doubts) if text else ""
        text += joint + rule.written()
    closed = [rule.written() for rule in rules if rule.closed]
    return "; ".join(filter(None, [text, *closed]))


def _joint(earlier: list[HoursRule], rule: HoursRule, doubts: list[Doubt]) -> str:
    """Return the sign before a rule: ";" if it replaces the earlier hours of its days, "," if it adds to them."""
    alike = [one for one in earlier if one.dates == rule.dates and not rule.is_exception]
    shared = [one for one in alike if one.weekdays() & rule.weekdays()]
    if not shared or rule.nths or any(one.nths for one in shared):
        return ", " if shared else "; "
    overlap = any(s < e2 and s2 < e for one in shared for s, e in one.times for s2, e2 in rule.times)
    days = italian_days([day for day in WEEKDAYS if any(day in one.weekdays() for one in shared) and day in rule.weekdays()])
    if overlap:
        times = ", ".join(f"{clock(s)}-{clock(e)}" for s, e in rule.times)
        doubts.append(Doubt(f"{days} {times}", f"{days} solo {times}", f"{days} anche l'altro orario"))
        return "; "
    is_apart = not rule.is_addition and shared[-1].sentence != rule.sentence and rule.part == shared[-1].part
    return "; " if is_apart and rule.at != shared[-1].at else ", "


def _needs_telling(rules: list[HoursRule]) -> bool:
    return any(
        rule.dates or rule.nths or rule.closed or rule.notes or rule.is_exception or not set(rule.days) <= set(WEEKDAYS)
        for rule in rules
    )
