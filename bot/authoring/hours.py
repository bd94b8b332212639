"""Opening hours as staff write them, in Italian or in opening_hours syntax → opening_hours syntax."""

from __future__ import annotations

import re

from bot.authoring.problems import Problems
from bot.authoring.yaml_nodes import ScalarNode
from bot.core import hours

_DAYS = {"lun": "Mo", "mar": "Tu", "mer": "We", "gio": "Th", "ven": "Fr", "sab": "Sa", "dom": "Su", "fest": "PH"}
_ITALIAN_DAY = re.compile(
    r"\b(?:(lun)(?:ed[iì])?|(mar)(?:ted[iì])?|(mer)(?:coled[iì])?|(gio)(?:ved[iì])?|(ven)(?:erd[iì])?|(sab)(?:ato)?"
    r"|(dom)(?:enica)?|(fest)(?:iv[io])?)\b",
    re.IGNORECASE,
)
_EVERY_DAY = re.compile(r"\b(?:tutti i giorni|ogni giorno)\b", re.IGNORECASE)
_TO = re.compile(r"\b(?:al|a)\s+(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")
_CLOCK = re.compile(
    r"(\b[A-Z][a-z]{2} |\bweek )?(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?(?![\d:.])"
)
_BETWEEN_DAYS = re.compile(r"(?<=[a-z])\s*([-,])\s*(?=[A-Z])")


def read_hours(scalar: ScalarNode | None, problems: Problems) -> str | None:
    """The hours that a scalar writes; None, and an error, when they cannot be understood or are never open."""
    if scalar is None:
        return None
    expression = in_osm(scalar.text)
    try:
        slots = hours.week(expression)
    except hours.HoursError as error:
        # The fault was found in the translation; as many words from the end are shown as they were written.
        count = len(expression[error.column :].split()) or len(expression.split())
        problems.add("bad_hours", scalar.mark, name=scalar.text, rest=" ".join(scalar.text.split()[-count:]))
        return None
    if not slots:
        problems.add("never_open", scalar.mark, name=scalar.text)
        return None
    if lost := _lost_days(expression, slots):
        problems.warn("hours_replaced", scalar.mark, days=", ".join(lost))
    return expression


def in_osm(text: str) -> str:
    """Italian names of days and hours like "8-12" or "8.30-12" in opening_hours syntax; the rest is left as it is."""
    said = _EVERY_DAY.sub("lun-dom", text.replace("–", "-"))
    said = _ITALIAN_DAY.sub(lambda m: _DAYS[m[m.lastindex or 0].lower()], said)
    said = _TO.sub("- ", re.sub(r"\bdal\s+", "", said))
    said = _BETWEEN_DAYS.sub(r"\1", said)
    return _CLOCK.sub(_clock, said).strip()


def _clock(match: re.Match[str]) -> str:
    """A span of hours in full; "Aug 10-20" and "week 10-20" are days and weeks."""
    if match[1]:
        return match[0]
    return f"{int(match[2]):02}:{match[3] or '00'}-{int(match[4]):02}:{match[5] or '00'}"


def _lost_days(expression: str, slots: int) -> list[str]:
    """The days on which a rule after ";" takes away hours that an earlier rule gives (as the syntax has it)."""
    rules = [rule for rule in expression.split(";") if rule.strip() and not re.search(r"\b(?:off|closed)\b", rule)]
    if len(rules) < 2 or len(rules) != expression.count(";") + 1:
        return []
    try:
        lost = hours.union(hours.week(rule) for rule in rules) & ~slots
    except hours.HoursError:
        # A rule that means nothing alone, or a semicolon inside a comment.
        return []
    return [day for number, day in enumerate(_DAYS) if lost >> number * hours.SLOTS_PER_DAY & ((1 << hours.SLOTS_PER_DAY) - 1)]
