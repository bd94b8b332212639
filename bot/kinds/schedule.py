"""`schedule`: hours of the week, as named windows that staff list or as typed: "dopo le 18", "sabato mattina".

    orario:
      type: schedule
      label: Orario
      multiple: true
      values:
        sera: {label: Dopo le 18, hours: "Mo-Fr 18:00-22:00"}

A condition names windows: `orario: [sera]`.
"""

from __future__ import annotations

import datetime as dt

from bot.core import hours
from bot.core.attributes import Attribute, Entity, Form
from bot.core.conditions import Comparable, Hours, Value
from bot.kinds.kind import Sentences, YamlForm
from bot.kinds.names import NamedKind
from bot.language.entities import times
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance

#: Keys of the sentences with the names of the days, Monday first.
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ScheduleKind(NamedKind):
    """Hours of the week."""

    name = "schedule"
    yaml = YamlForm.WINDOWS
    form = Form.WEEK
    entity = Entity.HOURS
    texts = "hint_schedule always_open monday tuesday wednesday thursday friday saturday sunday"
    hint = "hint_schedule"

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for a window, and for typed hours."""
        return isinstance(value, Hours) or value in attribute.terms

    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return the slots of the week that windows and typed hours cover. A window with a fault covers none."""
        weeks = {id: term.slots for id, term in attribute.terms.items()}
        return hours.union(hours.week(v.expression) if isinstance(v, Hours) else weeks.get(str(v), 0) for v in values)

    def decode(self, text: str) -> Value:
        """Return typed hours from "=Mo-Fr 18:30-24:00", or the id of a window from any other text."""
        if not text.startswith("="):
            return text
        hours.week(text[1:])
        return Hours(text[1:])

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the hours in the text, unless it names a window."""
        stated = times.hours(said)
        named = Reading() if stated and times.is_exact(said) else reader.read_names(attribute, said)
        return Reading(stated) if stated and not named.values else named

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return the label of a window, or typed hours as a week."""
        if isinstance(value, Hours):
            return say_week(hours.week(value.expression), sentences)
        return super().say_value(attribute, value, sentences)

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the weekly hours that a condition accepts, in words."""
        assert isinstance(accepted, int)
        return say_week(accepted, sentences)


def say_week(slots: int, sentences: Sentences) -> str:
    """Return the slots of a week in words: "lun–ven 8:00–17:30, sab 9:00–12:00"."""
    if slots == hours.WHOLE_WEEK:
        return sentences.say("always_open")
    names = [sentences.say(day) for day in DAY_NAMES]
    by_hours: dict[str, list[tuple[int, int]]] = {}
    for first, last, spans in hours.day_ranges(slots):
        clock = sentences.join("and_word", [f"{say_clock(start)}–{say_clock(end)}" for start, end in spans])
        by_hours.setdefault(clock, []).append((first, last))
    parts = []
    for clock, ranges in by_hours.items():
        days = [names[a] if a == b else f"{names[a]}–{names[b]}" for a, b in ranges]
        parts.append(f"{sentences.join('and_word', days)} {clock}")
    return ", ".join(parts)


def say_clock(minutes: int) -> str:
    """Return minutes since midnight as a time of day, "8:30"; minutes beyond 24 hours belong to the next day."""
    hour, minute = divmod(minutes if minutes <= 24 * 60 else minutes - 24 * 60, 60)
    return f"{hour}:{minute:02}"


KIND = ScheduleKind()
