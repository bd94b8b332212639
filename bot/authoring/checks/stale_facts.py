"""Facts of the real world that need to be looked at again: past their date, without a source, or bound to one year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.services import ServiceFields
from bot.authoring.models.topics import TopicFields
from bot.authoring.problems import Fault, Mark, Severity

RECHECK_DUE = Fault(
    "recheck_due",
    "i dati di «{name}» andavano ricontrollati entro il {date}. Ricontrollali e aggiorna «recheck».",
    "the facts of “{name}” were to be checked again by {date}. Check them and update “recheck”.",
    Severity.WARNING,
)
NO_SOURCE = Fault(
    "no_source",
    "«{name}» dice quando i dati sono stati raccolti, ma non da dove. Scrivi «source».",
    "“{name}” says when its facts were collected, but not from where. Write “source”.",
    Severity.WARNING,
)
PERISHABLE_YEAR = Fault(
    "perishable_year",
    "«{name}» nel testo non vale più quando l'anno cambia. Togli l'anno, o scrivi «dal {year}».",
    "“{name}” in the text is wrong when the year changes. Remove the year, or write “dal {year}” (since).",
    Severity.WARNING,
)

#: A year with the words before it: "nel 2026", "bando 2026"; but not "dal 2026" or "da marzo 2026", which stay true.
_YEAR = re.compile(r"(?P<before>[\w'(]+\s+(?:[\w']+\s+)?)?(?P<year>20[2-4]\d)\b")
_SINCE = re.compile(r"\b(?:dal?|dall'|dopo(?: il)?)\s*(?:\d{1,2}°?\s+)?(?:[a-z]+\s+)?$", re.IGNORECASE)


@rule
def stale_facts(context: CheckContext) -> None:
    """Record facts past the date of their next check, without a source, and years in sentences that go stale."""
    facts: tuple[ServiceFields | TopicFields, ...] = (*context.source.services, *context.source.topics)
    for fields in facts:
        if fields.recheck is not None and fields.recheck < context.today:
            context.problems.add(RECHECK_DUE, fields.mark_of("recheck"), name=fields.id, date=fields.recheck.isoformat())
        if fields.collected is not None and not fields.source:
            context.problems.add(NO_SOURCE, fields.mark_of("collected"), name=fields.id)
        for mark, text in _sentences(fields):
            for name, year in perishable_years(text, context.today):
                context.problems.add(PERISHABLE_YEAR, mark, name=name, year=year)


def _sentences(fields: ServiceFields | TopicFields) -> Iterator[tuple[Mark, str]]:
    """Yield the texts that stay from year to year: a season with a year of its own ends with it."""
    if isinstance(fields, TopicFields):
        yield fields.mark_of("say"), fields.say
    elif not any(location.events for location in fields.locations) and _comes_again(fields):
        for name, text in (("summary", fields.summary), ("cost", fields.cost), ("how_to_apply", fields.how_to_apply)):
            yield fields.mark_of(name), text


def _comes_again(fields: ServiceFields) -> bool:
    windows = [fields.valid, *(location.valid for location in fields.locations)]
    return all(window is None or window.last_day() is None for window in windows)


def perishable_years(text: str, today: dt.date) -> Iterator[tuple[str, str]]:
    """Yield the words with a year near today that will be wrong once it is over, and the year."""
    for found in _YEAR.finditer(text):
        before = found["before"] or ""
        is_near = abs(int(found["year"]) - today.year) <= 1
        if is_near and not _SINCE.search(text[: found.start("year")]):
            yield f"{before.strip(' (')} {found['year']}".strip(), found["year"]
