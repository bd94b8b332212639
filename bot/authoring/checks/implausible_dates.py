"""Dates that are valid but hardly meant: checked in the future, decades ahead, a summer season with its ends swapped."""

from __future__ import annotations

import datetime as dt

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.dates import say_day
from bot.authoring.problems import Fault, Mark, Severity
from bot.core.services import Window

CHECKED_LATER = Fault(
    "checked_later",
    "la data {date} è nel futuro: una scheda non può essere già stata controllata. Correggi «assured».",
    "the date {date} is in the future: an entry cannot have been checked already. Correct “assured”.",
    Severity.WARNING,
)
NEVER_CHECKED = Fault(
    "never_checked",
    "manca «assured»: nessuno sa quando la scheda «{name}» è stata verificata con chi offre il servizio.",
    "“assured” is missing: nobody knows when the entry “{name}” was checked with the provider.",
    Severity.WARNING,
)
FAR_YEAR = Fault(
    "far_year",
    "l'anno {year} è lontano. È giusto?",
    "the year {year} is far away. Is it right?",
    Severity.WARNING,
)
SWAPPED_SEASON = Fault(
    "swapped_season",
    "il periodo {start} - {end} dura quasi tutto l'anno. Le date sono scambiate?",
    "the period {start} - {end} lasts nearly all year. Are the dates swapped?",
    Severity.WARNING,
)
#: Years ahead of today that a programme is planned for.
_YEARS_AHEAD = 3
#: Days after which the dates of a programme that goes on are removed.
_DAYS_BEHIND = 300
#: Days outside a yearly season that goes over new year, if its ends were swapped in summer.
_SHORT_GAP_DAYS = range(5, 100)
#: A school year begins in September, and may well leave out nothing but August.
_SWAPPED_STARTS = range(5, 9)


@rule
def implausible_dates(context: CheckContext) -> None:
    """Record dates of services that are valid but hardly meant, such as decades ahead."""
    for service in context.source.services:
        if service.assured is None and service.collected is None:
            context.problems.add(NEVER_CHECKED, service.mark, name=service.id)
        for name, date in (("assured", service.assured), ("collected", service.collected)):
            if date is not None and date > context.today:
                context.problems.add(CHECKED_LATER, service.mark_of(name), date=date.isoformat())
        for name, window in (("valid", service.valid), ("apply", service.apply)):
            for part in window.parts if window is not None else ():
                _check(part, context, service.mark_of(name))
        last = max((event.last_day for location in service.locations for event in location.events), default=context.today)
        for location in service.locations:
            for event in location.events:
                is_old = (context.today - event.last_day).days > _DAYS_BEHIND and last >= context.today
                if is_old or event.start.year > context.today.year + _YEARS_AHEAD:
                    context.problems.add(FAR_YEAR, location.mark_of("dates"), year=event.start.year)


def _check(window: Window, context: CheckContext, mark: Mark) -> None:
    year = window.end.year
    if year is not None and year > context.today.year + _YEARS_AHEAD:
        context.problems.add(FAR_YEAR, mark, year=year)
    start, end = (dt.date(2027, day.month, min(day.day, 28)) for day in (window.start, window.end))
    is_summer = window.start.month in _SWAPPED_STARTS and window.end.month in _SWAPPED_STARTS
    if window.start.year is None and is_summer and (start - end).days in _SHORT_GAP_DAYS:
        said = {"start": say_day(window.start), "end": say_day(window.end)}
        context.problems.add(SWAPPED_SEASON, mark, **said)
