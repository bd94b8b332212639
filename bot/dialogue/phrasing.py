"""The phrasing of one language: the bot's sentences, values, dates, hours, lists, and the reasons of a verdict.

How the values of a kind are worded is in `kinds/`; the sentences themselves are content (`flows/texts.yaml`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from babel.dates import format_date

from bot.core import hours
from bot.core.attributes import AGE, NEED, PERSON, PLACE, Attribute, Vocabulary
from bot.core.conditions import Hours, Truth, Value
from bot.core.explanation import Finding, RequirementKind
from bot.core.services import Access, Day, Offer, Standing, State, Window
from bot.dialogue.hours_in_words import say_opening
from bot.kinds.kind import inside_sentence
from bot.kinds.registry import kind_of
from bot.kinds.schedule import say_week
from bot.language.data import ITALIAN

#: From so many minutes on a stretch of time is given in hours.
_HOURS_FROM_MINUTES = 90
#: Alternatives that one sentence can name.
_MOST_ALTERNATIVES = 2


class Phrasing:
    """The sentences of `texts.yaml` in one language, and the wording of values, dates, hours and reasons with them."""

    def __init__(self, texts: Mapping[str, str], vocabulary: Vocabulary, language: str = ITALIAN) -> None:
        """Set up the phrasing of `texts`; their `language` (ISO 639-1) is also the one of dates."""
        self._texts = texts
        self._vocabulary = vocabulary
        self._language = language

    def say(self, key: str, **values: object) -> str:
        """Return the sentence of a key with its placeholders filled in."""
        return self._texts[key].format(**values)

    # --- Values

    def value(self, attribute: Attribute, value: Value) -> str:
        """Return a value in the citizen's words."""
        return kind_of(attribute).say_value(attribute, value, self)

    def values(self, attribute: Attribute, values: Iterable[Value]) -> str:
        """Return several values in the citizen's words, joined by "and"."""
        return self.join("and_word", [self.value(attribute, value) for value in values])

    def join(self, key: str, parts: Sequence[str]) -> str:
        """Return parts as a list, "a, b e c"; `key` names the word before the last ("e", "o")."""
        if len(parts) < 2:
            return parts[0] if parts else ""
        return self.say(key, first=", ".join(parts[:-1]), last=parts[-1])

    # --- Hours and dates

    def week(self, slots: int) -> str:
        """Return weekly hours in words: "lun–ven 8:00–17:30, sab 9:00–12:00"."""
        return say_week(slots, self)

    def date(self, date: dt.date) -> str:
        """Return a date with its year: "5 ottobre 2026"."""
        return self._written(date, "d MMMM y")

    def day(self, date: dt.date) -> str:
        """Return a date without its year: "10 giugno"."""
        return self._written(date, "d MMMM")

    def month(self, date: dt.date) -> str:
        """Return the month of a date: "giugno"."""
        return str(format_date(date, "LLLL", locale=self._language))

    def _written(self, date: dt.date, pattern: str) -> str:
        """Return a date in the language of the texts; in Italian the first of a month is an ordinal: "1° febbraio"."""
        written = format_date(date, pattern, locale=self._language)
        return f"1°{written[1:]}" if self._language == ITALIAN and date.day == 1 else written

    def moment(self, moment: dt.datetime, now: dt.datetime) -> str:
        """Return a future local time in words: "oggi alle 15:30", "domani alle 9:00", "lunedì 30 novembre alle 9:00"."""
        clock = self.clock(moment)
        days = (moment.date() - now.date()).days
        if days in (0, 1):
            return self.say("today_at" if days == 0 else "tomorrow_at", clock=clock)
        day = f"{format_date(moment, 'EEEE', locale=self._language)} {self.day(moment.date())}"
        return self.say("day_at", day=day, clock=clock)

    def lasting(self, seconds: float) -> str:
        """Return a length of time: "1 minuto", "40 minuti", "2 ore"."""
        minutes = max(1, round(seconds / 60))
        hours = round(minutes / 60)
        if minutes < _HOURS_FROM_MINUTES:
            return self.say("minute" if minutes == 1 else "minutes", count=minutes)
        return self.say("hour" if hours == 1 else "hours", count=hours)

    def clock(self, moment: dt.datetime) -> str:
        """Return a time of day: "9:00"."""
        return f"{moment.hour}:{moment.minute:02}"

    def events(self, offer: Offer) -> str:
        """Return the dates of an event: "domenica 13 dicembre 15:00–17:00"."""
        dates = []
        for event in offer.location.events:
            day = f"{format_date(event.start, 'EEEE', locale=self._language)} {self.day(event.start)}"
            dates.append(f"{day} {event.start.hour}:{event.start.minute:02}–{event.end.hour}:{event.end.minute:02}")
        return ", ".join(dates)

    def when(self, offer: Offer) -> str:
        """Return the dates of an offer, or its weekly hours."""
        if offer.location.events:
            return self.events(offer)
        opens = offer.location.opening
        return (say_opening(opens, offer.date, self) if opens else "") or self.say("hours_unknown")

    def window(self, window: Window) -> str:
        """Return a season: "dal 10 giugno al 5 settembre"."""
        parts = [
            self.say("window", start=self._window_day(part.start), end=self._window_day(part.end))
            if part.start != part.end
            else self._window_day(part.start)
            for part in window.parts
        ]
        return self.join("and_word", parts)

    def _window_day(self, day: Day) -> str:
        return self.date(day.on(day.year)) if day.year is not None else self.day(day.on(2024))

    def standing(self, offer: Offer, standing: Standing) -> str:
        """Return a short note if applying to an offer is not simply open: waiting list, full, or opening later.

        Returns "" if it is open.
        """
        match standing.state:
            case State.LATER if standing.since is not None:
                return self.say("state_apply_later" if offer.service.apply else "state_later", date=self.day(standing.since))
            case State.WAITING_LIST:
                return self.say("state_waiting_list")
            case State.CLOSED | State.OVER | State.LATER:
                return self.say("state_closed")
            case State.FULL:
                return self.say("state_full")
            case _:
                return ""

    # --- Reasons

    def only_reason(self, findings: Iterable[Finding], offer: Offer) -> str:
        """Return the reason why an offer does not fit or is in doubt, to end a sentence: "è per 3–5 anni o è per 6–10 anni".

        Returns "" if more than one attribute is involved: their names are then easier to read.
        """
        said: dict[tuple[RequirementKind, str], dict[str, None]] = {}
        for finding in findings:
            key = finding.requirement, finding.reason.attribute
            said.setdefault(key, {})[self._reason(finding, offer)] = None
        if len(said) == 1:
            (sentences,) = said.values()
            if len(sentences) <= _MOST_ALTERNATIVES:
                return self.join("or_word", list(sentences))
        return ""

    def attribute_names(self, findings: Iterable[Finding]) -> str:
        """Return the names of the attributes that some findings concern: "età e disabilità"."""
        labels = dict.fromkeys(inside_sentence(self._vocabulary[finding.reason.attribute].label) for finding in findings)
        return self.join("and_word", list(labels))

    def _reason(self, finding: Finding, offer: Offer) -> str:
        """Return in words one reason why an offer does not fit or is in doubt; the citizen's own answer is not repeated."""
        reason = finding.reason
        attribute = self._vocabulary[reason.attribute]
        match finding.requirement:
            case RequirementKind.NEED:
                offered = self.join("and_word", [inside_sentence(attribute.terms[need].label) for need in offer.service.needs])
                return self.say("reason_need", accepted=offered)
            case RequirementKind.HOURS:
                return self._hours_reason(offer)
            case RequirementKind.ACCESS:
                access = offer.service.accessibility.get(str(reason.values[0]))
                key = {Access.NO: "no", Access.ON_REQUEST: "request"}.get(access, "unknown") if access else "unknown"
                return self.say(
                    f"reason_access_{key}", said=self.join("and_word", [self.described(attribute, v) for v in reason.values])
                )
            case _:
                accepted = kind_of(attribute).say_accepted(attribute, reason.accepted, self)
                return self.say("reason_for_not" if reason.negated else "reason_for", accepted=accepted)

    def described(self, attribute: Attribute, value: Value) -> str:
        """Return a value in full words: "disabilità motoria" rather than "motoria"."""
        term = attribute.terms.get(value) if isinstance(value, str) else None
        return term.described if term is not None and term.described else self.inside(attribute, value)

    def inside(self, attribute: Attribute, value: Value) -> str:
        """Return a value in the form it has inside a sentence, such as without a capital letter."""
        return kind_of(attribute).say_inside(attribute, value, self)

    def _covered(self, value: Value, offer: Offer) -> str:
        """Return the part of the hours a citizen typed in which an offer takes place; "" for a value that is not hours."""
        if not isinstance(value, Hours):
            return ""
        return self.week(hours.week(value.expression) & (offer.week or 0))

    def _hours_reason(self, offer: Offer) -> str:
        if offer.location.events:
            return self.say("reason_dates", accepted=self.events(offer))
        if offer.location.week is None:
            return self.say("reason_hours_unknown")
        return self.say("reason_hours", accepted=self.week(offer.location.week))

    def merits(self, findings: Iterable[Finding], offer: Offer) -> str:
        """Return the citizen's answers that an offer fits: "7 anni, chi abita a Melegnano, dopo le 18".

        Beside an age the kind of person is left out. Of typed hours only those that the offer covers are named.
        """
        findings = list(findings)
        has_age = any(finding.reason.attribute == AGE for finding in findings)
        merits: dict[str, None] = {}
        for finding in findings:
            reason = finding.reason
            attribute = self._vocabulary[reason.attribute]
            is_understood = reason.attribute == NEED or (has_age and reason.attribute == PERSON)
            if reason.truth is Truth.TRUE and not reason.negated and not is_understood:
                values = [self._covered(value, offer) or self.described(attribute, value) for value in reason.values]
                merits |= dict.fromkeys(self.say("resident", place=v) if attribute.id == PLACE else v for v in values)
        return ", ".join(merits)
