"""Opening hours in Italian, as offices write them on their doors → opening_hours syntax.

    lun-gio dalle 7,45 alle 16.30, ven chiuso; agosto chiuso     →  Mo-Th 07:45-16:30; Fr off; Aug off
    primo e terzo sabato del mese 9-12 su appuntamento           →  Sa[1,3] 09:00-12:00 "su appuntamento"

The text is read from left to right into rules. A new one begins where a day or a date follows times, or "chiuso" follows what is
complete. What a person could read in two ways becomes a `Doubt`; words that are not known are never skipped: they raise
`UnreadHours`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.authoring import hours_patterns as patterns
from bot.authoring.calendar_words import FEASTS, DaySpan, key_of, month_by_name, osm_span, read_day_spans
from bot.authoring.clock_times import read_end, read_times
from bot.authoring.hours_expression import finish
from bot.authoring.hours_parts import PartsBeingRead
from bot.authoring.hours_rules import HOLIDAYS, WORKDAYS, Doubt, HoursRule, ItalianHours, UnreadHours, days_between, italian_days
from bot.core.opening import MONTHS, WEEKDAYS


def read_italian_hours(written: str) -> ItalianHours:
    """Return the hours that a text in Italian states. Raises `UnreadHours`."""
    return _Reader(written).read()


class _Reader(PartsBeingRead):
    """The reading of one Italian text on hours, from its first word to its rules."""

    def read(self) -> ItalianHours:
        """Read the whole text and return its hours."""
        steps: tuple[Callable[[], bool], ...] = (
            self._sentence_end, self._label, self._quoted, self._bracket, self._note, self._last_entry, self._always,
            self._next_day, self._break, self._exception, self._unsure, self._closing, self._reason, self._march, self._nth,
            self._day_group, self._dates, self._feast, self._stretches, self._end_alone, self._day_words, self._only,
            self._part, self._separator, self._included, self._filler, self._lead,
        )  # fmt: skip
        while self._skip_spaces() < len(self._text):
            self._start = self._at
            if not any(step() for step in steps):
                is_note = self._text[self._at].isalpha() and any(rule.times for rule in self._rules)
                example = "lun-ven 8:00-12:00 (chiamare prima)" if is_note else "lun-ven 8:00-12:00"
                if patterns.LONE_CLOCK.match(self._text, self._at):
                    days = italian_days(self._rules[-1].days) if self._rules else ""
                    example = f"{days or 'lun-ven'} 9:00-18:00"
                raise UnreadHours(self._at, example)
        if self._pending:
            self._notes += [(None, note) for note in self._pending]
        found = finish(self._rules, self._notes, self._written)
        return ItalianHours(found.expression, (*self._doubts, *found.doubts), found.needs_telling)

    # --- Steps: each returns True if it has read something

    def _sentence_end(self) -> bool:
        if not self._match(patterns.SENTENCE_END):
            return False
        self._sentence += 1
        self._is_list = False
        return True

    def _separator(self) -> bool:
        if not (m := self._match(patterns.SEPARATOR)):
            return False
        self._is_list = m[0].strip() in ("e", "ed", ",", "/")
        if (rule := self._last) is not None and m[0].strip() == ",":
            rule.settled = len(rule.days)
            rule.has_only_note = bool(rule.days) and rule.has_note_behind and not rule.times
        return True

    def _exception(self) -> bool:
        start = self._at
        if not self._match(patterns.EXCEPT):
            return False
        rule = self._last
        follows = self._text[self._at :].strip(" ):")
        if rule is not None and rule.has_selector and not rule.times and (not follows or follows[0] in ",;."):
            # "dal lunedì alla domenica, sabato escluso": the last days that were named.
            self._exclude_last(rule)
            return True
        if rule is not None and (rule.days or rule.part) and not rule.times and not rule.closed:
            self._exclude_next(rule)
            return True
        if rule is None:
            raise UnreadHours(start, "tutti i giorni tranne domenica 9:00-12:00")
        self._excepts = True
        following = self._new_rule()
        following.closed = "before"
        return True

    def _exclude_last(self, rule: HoursRule) -> None:
        if rule.settled and rule.settled < len(rule.days):
            excluded = rule.days[rule.settled :]
            rule.days = [day for day in rule.days[: rule.settled] if day not in excluded]
        else:
            rule.closed = "after"

    def _exclude_next(self, rule: HoursRule) -> None:
        kept, rule.days = [day for one in rule.days or WEEKDAYS for day in (WEEKDAYS[:6] if one == WORKDAYS else [one])], []
        while self._skip_spaces() < len(self._text) and (self._day_group() or self._day_words() or self._joins_days()):
            pass
        excluded, rule.days = set(rule.days), []
        rule.days = [day for day in kept if day not in excluded]
        if HOLIDAYS in excluded:
            self._rules.insert(len(self._rules) - 1, HoursRule(self._at, self._sentence, days=[HOLIDAYS], closed="after"))

    def _joins_days(self) -> bool:
        words = r"(?:(?:,|e\s|ed\s|il\s|la\s|i\s|nei\s)\s*)+"
        m = re.compile(rf"{words}(?={patterns.DAY.pattern}|{patterns.GROUP.pattern})").match(self._text, self._at)
        self._at = m.end() if m else self._at
        return m is not None

    def _closing(self) -> bool:
        start = self._at
        if not self._match(patterns.CLOSED):
            return False
        rule = self._last
        if rule is not None and rule.closed == "before" and rule.has_selector and self._ends_here():
            # "tranne il mercoledì che è chiuso"
            return True
        if rule is not None and rule.has_selector and not rule.is_complete and not rule.closed:
            rule.closed = "after"
            rule.notes = []
        else:
            self._new_closed_rule().at = start
        self._is_list = False
        return True

    def _ends_here(self) -> bool:
        return self._text[self._at :].lstrip(" )")[:1] in ("", ";", ",", ".")

    def _march(self) -> bool:
        """Read "mar" as March rather than Tuesday in "mar-ott", "gen-mar" and "Mar off"."""
        if m := self._match(patterns.MARCH_TO):
            self._for_dates().dates.append(f"Mar-{MONTHS[month_by_name(m[1]) - 1]}")
        elif m := self._match(patterns.TO_MARCH):
            self._for_dates().dates.append(f"{MONTHS[month_by_name(m[1]) - 1]}-Mar")
        elif patterns.MARCH.match(self._written, self._at):
            self._at += 3
            self._for_dates().dates.append("Mar")
            self._doubts.append(Doubt("Mar", "marzo", "martedì"))
        else:
            return False
        self._is_list = False
        return True

    def _nth(self) -> bool:
        m = patterns.NTH.match(self._text, self._at)
        if not m:
            return False
        day = patterns.DAY.match(self._text, m.end())
        words = (patterns.ORDINALS[key_of(word)] for word in re.findall(patterns.ORDINAL, m[1]))
        numbers = [int(number) for word in words for number in word.split(",")]
        if day is None:
            rule = self._last
            if rule is None or not rule.days or not (patterns.OF_MONTH.match(self._text, m.end()) or rule.days):
                return False
            self._at = m.end()
            rule.nths = numbers
            return True
        rule = self._for_days()
        if rule.days and not rule.closed:
            rule = self._new_rule()
        self._at = day.end()
        rule.nths, rule.days = numbers, [patterns.DAY_MEANINGS[key_of(day[1])]]
        while further := re.compile(rf"\s*(?:,|e|ed)\s+(?:il\s+|la\s+)?({patterns.DAY_WORD})").match(self._text, self._at):
            rule.days.append(patterns.DAY_MEANINGS[key_of(further[1])])
            self._at = further.end()
        return True

    def _day_group(self) -> bool:
        if not (m := self._match(patterns.GROUP)):
            return False
        first, dash, last = patterns.DAY_GROUPS[key_of(m[0])].partition("-")
        days = list(WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]) if dash else [first]
        rule = self._for_days()
        rule = self._new_closed_rule(rule) if rule.closed and rule.dates and self._is_list else rule
        rule.days += days
        rule.is_every_day = rule.is_every_day or days == list(WEEKDAYS)
        self._is_list = False
        return True

    def _day_words(self) -> bool:
        if not (m := self._match(patterns.DAY)):
            return False
        first = patterns.DAY_MEANINGS[key_of(m[1])]
        rule = self._for_days()
        if rule.days == list(WEEKDAYS) and not self._is_list and not rule.is_complete:
            # "tutti i giorni dal lunedì al venerdì"
            rule.days = []
        rule = self._new_closed_rule(rule) if rule.closed and rule.dates and self._is_list else rule
        if rule.nths and not rule.closed:
            rule = self._new_rule()
        self._is_list = False
        if not (to := self._match(patterns.DAY_TO)) or first == "PH":
            rule.days.append(first)
            if nth := self._match(patterns.BRACKETED):
                rule.nths = [int(number) for number in nth[1].split(",")]
            return True
        self._span_of_days(rule, m[1], to)
        return True

    def _span_of_days(self, rule: HoursRule, word: str, to: re.Match[str]) -> None:
        """Read the rest of a span or list of days after its first day: "lun-ven", "lun-mer-ven", "lun/ven"."""
        first = patterns.DAY_MEANINGS[key_of(word)]
        last = patterns.DAY_MEANINGS[key_of(to[2])]
        if re.compile(rf"\s*[-/]\s*{patterns.DAY_WORD}").match(self._text, self._at):
            # "lun-mer-ven" and "lun/mer/ven" list single days.
            rule.days += [first, last]
            while further := self._match(re.compile(rf"\s*[-/]\s*({patterns.DAY_WORD})")):
                rule.days.append(patterns.DAY_MEANINGS[key_of(further[1])])
            if "-" in to[1]:
                self._doubts.append(
                    Doubt(word + "-…", italian_days(rule.days), italian_days(days_between(rule.days[0], rule.days[-1])))
                )
            return
        days = days_between(first, last)
        earlier = {day for one in self._rules for day in one.days}
        if patterns.DASHED_DAYS.search(self._text) and earlier & set(days) and not earlier & {first, last}:
            # "lun-mer-ven 9-12, mar-gio 15-18": the hyphen lists days.
            days = [first, last]
        if to[1] == "/" and patterns.SLASHED_DAYS.search(self._text):
            # "lun/mer/ven 9-12; mar/gio 15-18": the slash lists days.
            days = [first, last]
        if to[1] == "/" and len(days) > 2:
            self._doubts.append(Doubt(f"{word}/{to[2]}", italian_days(days), italian_days([first, last]).replace(",", " e ")))
        rule.days += days

    def _dates(self) -> bool:
        rule = self._last
        awaits_times = rule is not None and bool(rule.days) and not rule.is_complete and not rule.closed
        if self._text[self._at].isdigit() and awaits_times and read_times(self._text, self._at):
            return False
        spans = read_day_spans(self._text, self._at)
        if not spans:
            return False
        if spans[0].is_numeric and read_times(self._text, self._at) and not (rule is not None and rule.closed == "before"):
            return False
        self._check_end(spans)
        rule = self._for_single_dates() if awaits_times and self._are_further(spans) else self._for_selector()
        if rule.closed and rule.days and (self._is_list or HOLIDAYS in rule.days):
            # Dates of a list, and those that say which feasts are meant.
            rule = self._new_closed_rule(rule)
        elif rule.closed == "" and rule.dates and rule.days and not rule.times:
            rule = self._new_rule()
        if rule.inherits_dates:
            rule.dates, rule.inherits_dates = [], False
        is_heading = not rule.days and not rule.times and not rule.closed
        if not rule.dates or (rule is self._rules[-1] and not rule.days and not rule.times) or rule.closed:
            rule.dates += [osm_span(span) for span in spans]
        else:
            rule.dates = [osm_span(span) for span in spans]
        if any(span.is_numeric and span.start.day <= 12 and span.end.day <= 12 for span in spans):
            shown = self._written[self._at : spans[-1].until].strip()
            one = spans[0]
            first = f"{one.start.day}/{one.start.month} = giorno/mese"
            self._doubts.append(Doubt(shown, first, "mese/giorno"))
        self._at = spans[-1].until
        self._is_list = False
        if not rule.closed:
            heads = is_heading and (self._match(patterns.HEADING_END) or rule.season_at >= 0)
            self._heading = list(rule.dates) if heads else []
        return True

    def _are_further(self, spans: list[DaySpan]) -> bool:
        """Return True for single dates after "e" that share hours with days: "sabato e i giorni 24 e 31 dicembre 9-13"."""
        follows_and = self._text[: self._start].rstrip().endswith((" e", " ed"))
        return follows_and and all(span.is_single and not span.is_month for span in spans)

    def _for_single_dates(self) -> HoursRule:
        """Return the rule to which single dates belong, whatever weekday they are."""
        rule = self._new_rule()
        rule.dates, rule.days, rule.inherits_dates = [], list(WEEKDAYS), False
        return rule

    def _check_end(self, spans: list[DaySpan]) -> None:
        """Raise `UnreadHours` for a span without an end ("da settembre")."""
        if len(spans) == 1 and spans[0].is_single and patterns.FROM_DATE.match(self._text, self._at):
            raise UnreadHours(self._at, patterns.SEASON)

    def _feast(self) -> bool:
        if not (m := self._match(patterns.FEAST)):
            return False
        self._for_dates().dates.append(FEASTS[key_of(m[1])])
        return True

    def _end_alone(self) -> bool:
        """Read "venerdì fino alle 17" as the hours stated before, cut at 17."""
        found = read_end(self._text, self._at)
        if found is None or not self._rules or self._current().times:
            return False
        rule = self._current()
        rule.until, self._at = found
        return True

    def _stretches(self) -> bool:
        found = read_times(self._text, self._at)
        if found is None:
            return False
        times, end = found
        rule = self._current()
        if rule.is_exception and rule.closed == "before":
            rule.closed = ""
        elif rule.closed and rule.dates and len(self._rules) > 1 and self._rules[-2].days and not self._rules[-2].is_complete:
            # As in "secondo mercoledì del mese (agosto escluso) 15-17".
            rule = self._rules[-2]
        elif rule.closed:
            rule = self._divided(rule)
        if rule.times_first and rule.days:
            rule = self._new_rule()
            rule.times_first = True
        rule.times += times
        self._at = end
        self._is_list = False
        return True

    def _divided(self, rule: HoursRule) -> HoursRule:
        """Return a rule for hours after "chiuso il lunedì, martedì-venerdì …": they belong to the days after the last comma."""
        later = rule.days if rule.dates else rule.days[rule.settled :]
        if not later or (not rule.dates and not rule.settled):
            raise UnreadHours(rule.at, "lun-ven 9:00-12:00; sab chiuso")
        if not rule.dates:
            rule.days = rule.days[: rule.settled]
            self._doubts.append(Doubt(self._written, f"{italian_days(rule.days)} chiuso", "più giorni chiusi"))
        else:
            rule.days = []
        following = self._new_rule()
        following.days, following.dates = list(later), []
        return following

    def _unsure(self) -> bool:
        start = self._at
        if not (m := self._match(patterns.UNSURE_WORD)):
            return False
        example = patterns.UNSURE[key_of(m[0])]
        if example == patterns.SINGLE_DAY and self._last and self._last.closed and self._last.dates:
            # "chiuso il 18 marzo, festa patronale"
            return True
        if example != patterns.SEASON:
            raise UnreadHours(start, example)
        rule = self._last
        if rule is None or rule.is_complete:
            rule = self._new_rule()
            rule.dates = []
        rule.season_at = start
        return True

    def _filler(self) -> bool:
        if self._match(patterns.MORE):
            self._current().is_addition = True
            return True
        return self._match(patterns.IGNORED) is not None
