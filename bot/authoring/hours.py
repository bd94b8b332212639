"""Opening hours as staff write them, in Italian or in opening_hours syntax → opening_hours syntax."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from bot.authoring.hours_rules import ItalianHours, UnreadHours
from bot.authoring.italian_hours import read_italian_hours
from bot.authoring.osm_hours import is_osm, mended, oddities
from bot.authoring.problems import Fault, Problems, Severity
from bot.authoring.shapes import scalar
from bot.authoring.yaml_nodes import ScalarNode
from bot.core import hours
from bot.core.opening import is_note

BAD_HOURS = Fault(
    "bad_hours",
    "non capisco l'orario «{name}» da «{rest}» in poi. Scrivi così: {example}.",
    "the hours “{name}” cannot be understood from “{rest}” on. Write them like this: {example}.",
)
NEVER_OPEN = Fault("never_open", "con l'orario «{name}» non è mai aperto.", "with the hours “{name}” it is never open.")
UNSURE_HOURS = Fault(
    "unsure_hours",
    "«{name}» si può leggere in due modi: «{first}» oppure «{second}». Il bot legge «{first}»: se è un errore, scrivi meglio.",
    "“{name}” can be read in two ways: “{first}” or “{second}”. The bot reads “{first}”: if that is wrong, write it out.",
    Severity.WARNING,
)
PAST_MIDNIGHT = Fault(
    "past_midnight",
    "l'orario {start}-{end} finisce il giorno dopo? Se sì scrivi «{start}-{end} del giorno dopo»; se no correggi l'ora.",
    "do the hours {start}-{end} end on the next day? If so, write “{start}-{end} del giorno dopo”; if not, correct them.",
    Severity.WARNING,
)
ODD_HOURS = Fault(
    "odd_hours",
    "l'orario {start}-{end} è di notte o dura pochi minuti. È giusto? Il pomeriggio si scrive 15:00-17:00.",
    "the hours {start}-{end} are at night or last a few minutes. Is that right? The afternoon is written 15:00-17:00.",
    Severity.WARNING,
)
HOURS_REPLACED = Fault(
    "hours_replaced",
    "ciò che segue «;» cancella l'orario scritto prima per: {days}. Se invece si aggiunge, usa una virgola.",
    "what follows “;” deletes the hours written before for: {days}. If it adds to them, use a comma.",
    Severity.WARNING,
)

_DAYS = {"lun": "Mo", "mar": "Tu", "mer": "We", "gio": "Th", "ven": "Fr", "sab": "Sa", "dom": "Su", "fest": "PH"}
#: Minutes that nobody opens an office for less than.
_SHORTEST_MINUTES = 20
_QUOTED = re.compile(r'"[^"]*"')
_STRETCH = re.compile(r"\b(\d{2}:\d{2})-(\d{2}:\d{2})\b")


def read_hours(node: ScalarNode, problems: Problems) -> str | None:
    """Return the hours written in a scalar, in opening_hours syntax.

    None, with a problem recorded, if they cannot be read or are never open.
    """
    try:
        found = understood(node.text)
    except UnreadHours as fault:
        example = fault.example if problems.language == "it" else "Mo-Fr 08:00-12:00"
        problems.add(BAD_HOURS, node.mark, name=node.text, rest=node.text[fault.at :].strip() or node.text, example=example)
        return None
    if is_note(found.expression):
        return found.expression
    slots = hours.week(found.expression)
    if not slots:
        problems.add(NEVER_OPEN, node.mark, name=node.text)
        return None
    for doubt in found.doubts:
        problems.add(UNSURE_HOURS, node.mark, name=doubt.words, first=doubt.first, second=doubt.second)
    for start, end in _STRETCH.findall(found.expression):
        if end <= start and end != "00:00":
            problems.add(PAST_MIDNIGHT, node.mark, start=start, end=end)
        elif end > start and ("00:30" <= start < "05:30" or _minutes(end) - _minutes(start) < _SHORTEST_MINUTES):
            problems.add(ODD_HOURS, node.mark, start=start, end=end)
    if lost := _lost_days(found.expression, slots):
        problems.add(HOURS_REPLACED, node.mark, days=", ".join(lost))
    return found.expression


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@lru_cache(maxsize=4096)
def understood(written: str) -> ItalianHours:
    """Return hours that staff wrote in Italian or in opening_hours syntax; the latter is kept unchanged. Raises `UnreadHours`."""
    found = ItalianHours(mended(written), oddities(written)) if is_osm(written) else read_italian_hours(written)
    if _QUOTED.fullmatch(found.expression):
        found = ItalianHours(f"unknown {found.expression}")
    try:
        hours.week(found.expression)
    except hours.HoursError as error:
        # The fault was found in the translation; as many words from the end are shown as they were written.
        count = len(found.expression[error.column :].split()) or len(found.expression.split())
        raise UnreadHours(len(written) - len(" ".join(written.split()[-count:]))) from error
    return found


def _lost_days(expression: str, slots: int) -> list[str]:
    """Return the days whose hours from an earlier rule are replaced by a rule after ";" (as the syntax has it)."""
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
