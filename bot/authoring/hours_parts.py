"""Words that modify hours in Italian: parts of a day, breaks, "solo", "festivi compresi", "h24"."""

from __future__ import annotations

from bot.authoring import hours_patterns as patterns
from bot.authoring.calendar_words import key_of, read_day_spans
from bot.authoring.clock_times import read_times
from bot.authoring.hours_notes import NotesBeingRead
from bot.authoring.hours_rules import HoursRule, UnreadHours
from bot.core.hours import MIDNIGHT


class PartsBeingRead(NotesBeingRead):
    """The steps that read words which change hours or their days; each returns True if it has read something."""

    def _always(self) -> bool:
        if not self._match(patterns.ALWAYS_OPEN):
            return False
        rule = self._current()
        rule = self._new_rule() if rule.times else rule
        rule.times = [(0, MIDNIGHT)]
        return True

    def _next_day(self) -> bool:
        """Read "del giorno dopo" and put the end of the hours before it on the next day: "20-8 del giorno dopo", "8-8 del …".

        Hours that end later than they begin stay as they are.
        """
        if not (self._last and self._last.times and self._match(patterns.NEXT_DAY)):
            return False
        self._last.times = [(start, end if end > start else end + MIDNIGHT) for start, end in self._last.times]
        return True

    def _break(self) -> bool:
        """Read "pausa 13-14", and take that time out of the hours before it."""
        start = self._at
        if not self._match(patterns.BREAK):
            return False
        found = read_times(self._text, self._skip_spaces())
        if found is None and read_day_spans(self._text, self._at):
            # "pausa in agosto"
            self._new_closed_rule()
            return True
        if found is None or self._last is None or not self._last.times:
            raise UnreadHours(start, "lun-ven 9:00-13:00, 14:00-17:00")
        for first, last in found[0]:
            self._last.times = [
                (begin, end)
                for s, e in self._last.times
                for begin, end in (((s, first), (last, e)) if s < first and last < e else ((s, e),))
            ]
        self._at = found[1]
        return True

    def _part(self) -> bool:
        for name, pattern in patterns.PART.items():
            if self._match(pattern):
                rule = self._current()
                if rule.times and (rule.part not in ("", name) or rule.part == ""):
                    following = self._new_rule()
                    following.days, following.nths = ([], []) if rule.times_first else (list(rule.days), list(rule.nths))
                    following.at = rule.at
                    following.inherits_days = True
                    rule = following
                rule.part = name
                return True
        return False

    def _only(self) -> bool:
        """Read "solo" or "invece" between days and their hours, or "invece" before the days.

        The hours that follow then replace what was said of the same days.
        """
        m = patterns.ONLY.match(self._text, self._at)
        rule = self._last
        if m is None or (key_of(m[0]) != "invece" and (rule is None or not rule.days or rule.is_complete)):
            return False
        self._at = m.end()
        rule = self._new_rule() if rule is None or rule.is_complete else rule
        rule.is_replacement = True
        return True

    def _included(self) -> bool:
        """Read "compresi" with days and add these: "tutti i giorni 8-20, festivi compresi", "lun-dom 8-20 compresi i festivi"."""
        if not self._match(patterns.INCLUDED):
            return False
        if any(rule.times for rule in self._rules):
            rule = self._last
            rule = self._new_rule() if rule is None or rule.is_complete else rule
            rule.is_included = True
        return True

    def _new_closed_rule(self, previous: HoursRule | None = None) -> HoursRule:
        """Return the rule for more closed days after a closed one; dates get a rule apart from weekdays: "festivi e 18 marzo"."""
        following = self._new_rule()
        following.closed, following.dates = previous.closed if previous else "before", []
        return following
