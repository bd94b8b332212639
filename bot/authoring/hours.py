"""Opening hours as staff write them, in Italian or in opening_hours syntax → opening_hours syntax."""

from __future__ import annotations

import re

from bot.authoring.positions import Scalar
from bot.authoring.problems import Problems
from bot.core import hours

_DAYS = {"lun": "Mo", "mar": "Tu", "mer": "We", "gio": "Th", "ven": "Fr", "sab": "Sa", "dom": "Su", "fest": "PH"}
_ITALIAN_DAY = re.compile(
    r"\b(lun|mar|mer|gio|ven|sab|dom|fest)(?:edi|edì|coledi|coledì|vedi|vedì|erdi|erdì|ato|enica|ivi)?\b(?!\w)", re.IGNORECASE
)
_TO = re.compile(r"\b(?:al|a)\s+(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?(?![\d:.])")
_BETWEEN_DAYS = re.compile(r"(?<=[a-z])\s*([-,])\s*(?=[A-Z])")


def read_hours(scalar: Scalar | None, problems: Problems) -> str | None:
    """The hours that a scalar writes; None, and an error, when they cannot be understood or are never open."""
    if scalar is None:
        return None
    expression = in_osm(scalar.text)
    try:
        slots = hours.week(expression)
    except hours.HoursError as error:
        rest = expression[error.column :] or expression
        problems.add("bad_hours", scalar.mark, name=scalar.text, rest=rest)
        return None
    if not slots:
        problems.add("never_open", scalar.mark, name=scalar.text)
        return None
    if lost := _lost_days(expression, slots):
        problems.warn("hours_replaced", scalar.mark, days=", ".join(lost))
    return expression


def in_osm(text: str) -> str:
    """Italian names of days and hours like "8-12" or "8.30-12" in opening_hours syntax; the rest is left as it is."""
    said = text.replace("tutti i giorni", "lun-dom").replace("festivi", "fest")
    said = _ITALIAN_DAY.sub(lambda m: _DAYS[m[1].lower()], said)
    said = _TO.sub("- ", re.sub(r"\bdal\s+", "", said))
    said = _BETWEEN_DAYS.sub(r"\1", said)
    return _CLOCK.sub(lambda m: f"{int(m[1]):02}:{m[2] or '00'}-{int(m[3]):02}:{m[4] or '00'}", said).strip()


def _lost_days(expression: str, slots: int) -> list[str]:
    """The days on which a rule after ";" takes away hours that an earlier rule gives (as the syntax has it)."""
    rules = [rule for rule in expression.split(";") if rule.strip() and not re.search(r"\b(?:off|closed)\b", rule)]
    if len(rules) < 2 or len(rules) != expression.count(";") + 1:
        return []
    lost = hours.union(hours.week(rule) for rule in rules) & ~slots
    return [day for number, day in enumerate(_DAYS) if lost >> number * hours.SLOTS_PER_DAY & ((1 << hours.SLOTS_PER_DAY) - 1)]
