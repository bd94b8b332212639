"""Services that are there twice under two ids, and whole files that were copied."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.services import ServiceFields
from bot.authoring.problems import Fault, Mark, Severity

COPIED_SERVICE = Fault(
    "copied_service",
    "«{name}» è uguale a {other} ({place}): stesso nome, stesso ente, stessi luoghi e periodi. Togline uno.",
    "“{name}” is the same as {other} ({place}): same name, provider, places and periods. Remove one.",
    Severity.WARNING,
)


@rule
def copied_service(context: CheckContext) -> None:
    """Record services that differ from another in their ids only."""
    seen: dict[object, tuple[str, Mark]] = {}
    for service in context.source.services:
        other, mark = seen.setdefault(_likeness(service), (service.id, service.mark))
        if other != service.id:
            context.problems.add(COPIED_SERVICE, service.mark, name=service.id, other=other, place=f"{mark.file}:{mark.line}")


def _likeness(service: ServiceFields) -> object:
    locations = frozenset((one.place, one.address, one.opening, one.events) for one in service.locations)
    return (service.name.casefold(), service.organization.casefold(), locations, service.valid, repr(service.eligibility))
