"""Opening hours as staff write them, in Italian or in opening_hours syntax → opening_hours syntax."""

from __future__ import annotations

import re
from typing import Annotated

from bot.authoring.problems import Fault, Problems, Severity
from bot.authoring.shapes import scalar
from bot.authoring.yaml_nodes import ScalarNode
from bot.core import hours

BAD_HOURS = Fault(
    "bad_hours",
    "non capisco l'orario «{name}» da «{rest}» in poi. Scrivi così: lun-ven 8:00-12:00.",
    "the hours “{name}” cannot be understood from “{rest}” on. Write them like this: Mo-Fr 08:00-12:00.",
)
NEVER_OPEN = Fault("never_open", "con l'orario «{name}» non è mai aperto.", "with the hours “{name}” it is never open.")
HOURS_REPLACED = Fault(
    "hours_replaced",
    "ciò che segue «;» cancella l'orario scritto prima per: {days}. Se invece si aggiunge, usa una virgola.",
    "what follows “;” deletes the hours written before for: {days}. If it adds to them, use a comma.",
    Severity.WARNING,
)

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


def read_hours(node: ScalarNode, problems: Problems) -> str | None:
    """Return the hours that a scalar writes; None, and a problem, when they cannot be understood or are never open."""
    expression = in_osm(node.text)
    try:
        slots = hours.week(expression)
    except hours.HoursError as error:
        # The fault was found in the translation; as many words from the end are shown as they were written.
        count = len(expression[error.column :].split()) or len(expression.split())
        problems.add(BAD_HOURS, node.mark, name=node.text, rest=" ".join(node.text.split()[-count:]))
        return None
    if not slots:
        problems.add(NEVER_OPEN, node.mark, name=node.text)
        return None
    if lost := _lost_days(expression, slots):
        problems.add(HOURS_REPLACED, node.mark, days=", ".join(lost))
    return expression


def in_osm(text: str) -> str:
    """Return Italian names of days and hours like "8-12" or "8.30-12" in opening_hours syntax; the rest is left as it is."""
    said = _EVERY_DAY.sub("lun-dom", text.replace("–", "-"))
    said = _ITALIAN_DAY.sub(lambda m: _DAYS[m[m.lastindex or 0].lower()], said)
    said = _TO.sub("- ", re.sub(r"\bdal\s+", "", said))
    said = _BETWEEN_DAYS.sub(r"\1", said)
    return _CLOCK.sub(_clock, said).strip()


def _clock(match: re.Match[str]) -> str:
    """Return a span of hours in full; "Aug 10-20" and "week 10-20" are days and weeks."""
    if match[1]:
        return match[0]
    return f"{int(match[2]):02}:{match[3] or '00'}-{int(match[4]):02}:{match[5] or '00'}"


def _lost_days(expression: str, slots: int) -> list[str]:
    """Return the days on which a rule after ";" takes away hours that an earlier rule gives (as the syntax has it)."""
    rules = [rule for rule in expression.split(";") if rule.strip() and not re.search(r"\b(?:off|closed)\b", rule)]
    if len(rules) < 2 or len(rules) != expression.count(";") + 1:
        return []
    try:
        lost = hours.union(hours.week(rule) for rule in rules) & ~slots
    except hours.HoursError:
        # A rule that means nothing alone, or a semicolon inside a comment.
        return []
    return [day for number, day in enumerate(_DAYS) if lost >> number * hours.SLOTS_PER_DAY & ((1 << hours.SLOTS_PER_DAY) - 1)]


HOURS = scalar(lambda node, context: read_hours(node, context.problems), "orari: lun-ven 8:00-12:00, sab 9-12", blank="")
#: Opening hours in opening_hours syntax.
HoursField = Annotated[str, HOURS]
