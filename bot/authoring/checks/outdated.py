"""Entries that were not checked for long, or whose season is over for good."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.services import STALE_AFTER

STALE = Fault(
    "stale",
    "verificato l'ultima volta il {date}. Chiedi conferma a chi lo offre e aggiorna «assured».",
    "last checked on {date}. Ask the provider and update “assured”.",
    Severity.WARNING,
)
SEASON_OVER = Fault(
    "season_over",
    "non torna più: è finito il {date}. Cancellalo o aggiorna le date.",
    "it does not come back: it ended on {date}. Delete it or update the dates.",
    Severity.WARNING,
)
ENROLMENT_OVER = Fault(
    "enrolment_over",
    "le iscrizioni sono finite il {date}, da più di un anno. Scrivi le date nuove, o togli «apply».",
    "enrolment ended on {date}, more than a year ago. Write the new dates, or remove “apply”.",
    Severity.WARNING,
)
#: Days after its end that an enrolment may stay: a school year goes on for that long.
_ENROLMENT_KEPT = 365


@rule
def stale(context: CheckContext) -> None:
    """Record services that nobody has checked with their provider for long."""
    for service in context.source.services:
        if service.assured is not None and service.assured < context.today - STALE_AFTER:
            context.problems.add(STALE, service.mark_of("assured"), name=service.name, date=service.assured.isoformat())


@rule
def enrolment_over(context: CheckContext) -> None:
    """Record enrolments that are over for good."""
    for service in context.source.services:
        written = [(service.apply, service.mark_of("apply"))]
        written += [(location.apply, location.mark_of("apply")) for location in service.locations]
        for window, mark in written:
            last = window.last_day() if window is not None else None
            if last is not None and (context.today - last).days > _ENROLMENT_KEPT:
                context.problems.add(ENROLMENT_OVER, mark, name=service.name, date=last.isoformat())


@rule
def season_over(context: CheckContext) -> None:
    """Record services that do not come back."""
    for service in context.source.services:
        last = [event.last_day for location in service.locations for event in location.events]
        if service.valid is not None and service.valid.is_over(context.today):
            context.problems.add(SEASON_OVER, service.mark_of("valid"), name=service.name, date=str(service.valid.last_day()))
        elif last and all(location.events for location in service.locations) and max(last) < context.today:
            context.problems.add(SEASON_OVER, service.mark, name=service.name, date=max(last).isoformat())
