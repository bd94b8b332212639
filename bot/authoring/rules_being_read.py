"""The state of reading Italian hours: the position in the text, and the rule to which the next words belong."""

from __future__ import annotations

import re

from bot.authoring.calendar_words import dated_characters
from bot.authoring.hours_rules import Doubt, HoursRule

#: "Su" of opening_hours syntax among Italian words; "su appuntamento" begins otherwise.
_OSM_SUNDAY = re.compile(r"(?<=-)Su\b|\bSu\b(?=[ ,:\[-]*(?:\d|$|off|[A-Z]))")


class RulesBeingRead:
    """The text of hours, the position reached in it, and the rules found so far."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._text = dated_characters(_OSM_SUNDAY.sub("do", written)).replace("\n", ";")
        self._at = 0
        #: The position where the current step began.
        self._start = 0
        self._sentence = 0
        self._rules: list[HoursRule] = []
        self._doubts: list[Doubt] = []
        #: Notes that hold for all hours, since they stand apart.
        self._notes: list[tuple[HoursRule | None, str]] = []
        self._pending: list[str] = []
        self._excepts = False
        self._is_list = False
        #: The number of a sentence, and the words that name what its hours are for.
        self._label_of_sentence = (-1, "")
        #: Dates with a colon, which head all that follows until others stand there.
        self._heading: list[str] = []

    def _skip_spaces(self) -> int:
        while self._at < len(self._text) and self._text[self._at] in " ()":
            self._at += 1
        return self._at

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if m := pattern.match(self._text, self._at):
            self._at = m.end()
        return m

    @property
    def _last(self) -> HoursRule | None:
        return self._rules[-1] if self._rules and self._rules[-1].sentence == self._sentence else None

    def _new_rule(self) -> HoursRule:
        previous = self._last
        rule = HoursRule(self._start, self._sentence, notes=self._pending)
        self._pending = []
        # "da giugno a settembre lun-ven 8-14, sab 9-12": the same months.
        if previous is not None and previous.dates and previous.days and not previous.closed:
            rule.dates, rule.inherits_dates = list(previous.dates), True
        elif previous is None and self._heading:
            rule.dates, rule.inherits_dates = list(self._heading), True
        if self._label_of_sentence[0] == self._sentence:
            rule.label = self._label_of_sentence[1]
            rule.notes.insert(0, rule.label)
        if self._excepts:
            rule.is_exception, self._excepts = True, False
        self._rules.append(rule)
        return rule

    def _current(self) -> HoursRule:
        rule = self._last
        return self._new_rule() if rule is None else rule

    def _for_selector(self) -> HoursRule:
        """Return the rule to which the day or date that follows belongs; a new one if the last rule is complete."""
        rule = self._last
        if rule is None or self._excepts:
            return self._new_rule()
        is_days_first = any(earlier.days and not earlier.times_first for earlier in self._rules[:-1])
        if rule.times and not rule.days and not rule.dates and not rule.closed and not is_days_first:
            rule.times_first = True
            return rule
        if rule.times_first and rule.days and not self._is_list:
            return rule if not rule.times else self._new_rule()
        if rule.times_first and self._is_list and rule.days:
            return rule
        return self._new_rule() if rule.is_complete else rule

    def _for_dates(self) -> HoursRule:
        """Return the rule to which the date that follows belongs; dates that it inherited from an earlier rule are removed."""
        rule = self._for_selector()
        if rule.inherits_dates:
            rule.dates, rule.inherits_dates = [], False
        return rule

    def _for_days(self) -> HoursRule:
        """Return the rule to which the day that follows belongs; days that it inherited from an earlier rule are removed."""
        rule = self._for_selector()
        if rule.inherits_days:
            rule.days, rule.nths, rule.inherits_days = [], [], False
        return rule

    def _add_note(self, text: str, *, is_apart: bool) -> None:
        text = " ".join(text.replace('"', "'").split())
        if is_apart and self._rules:
            self._notes.append((None, text))
        elif self._last is None:
            self._pending.append(text)
        else:
            self._last.notes.append(text)
            self._last.has_note_behind = bool(self._last.days)
