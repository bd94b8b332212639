"""Services that are there twice under two ids, and whole files that were copied."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.services import ServiceFields
from bot.authoring.problems import Fault, Mark, Severity

#: Words of a description that are hardly written twice.
_TELLING_WORDS = 6
COPIED_SERVICE = Fault(
    "copied_service",
    "«{name}» è uguale a {other} ({place}): stesso nome, stesso ente, stessi luoghi e periodi. Togline uno.",
    "“{name}” is the same as {other} ({place}): same name, provider, places and periods. Remove one.",
    Severity.WARNING,
)


SAME_NAME_HERE = Fault(
    "same_name_here",
    "«{name}» ha nome, ente e indirizzo di {other} ({place}). Se è lo stesso servizio, uniscili; se no, cambia il nome.",
    "“{name}” has the name, provider and address of {other} ({place}). Join them if they are one, or else change the name.",
    Severity.WARNING,
)
SAME_TEXT = Fault(
    "same_text",
    "«{name}» ha la stessa descrizione di {other} ({place}). È stata copiata? Scrivi che cosa offre questo servizio.",
    "“{name}” has the same description as {other} ({place}). Was it copied? Write what this service offers.",
    Severity.WARNING,
)


@rule
def copied_service(context: CheckContext) -> None:
    """Record services that differ from another in their ids only."""
    seen: dict[tuple[Fault, object], tuple[str, Mark]] = {}
    for service in context.source.services:
        is_told = False
        for fault, likeness in _likenesses(service):
            other, mark = seen.setdefault((fault, likeness), (service.id, service.mark))
            if other != service.id and not is_told:
                context.problems.add(fault, service.mark, name=service.id, other=other, place=f"{mark.file}:{mark.line}")
                is_told = True


def _likenesses(service: ServiceFields) -> Iterator[tuple[Fault, object]]:
    """Yield keys by which two services count as copies, each with its fault, the strongest likeness first."""
    yield COPIED_SERVICE, _likeness(service)
    name = (service.name.casefold(), service.organization.casefold())
    for location in service.locations:
        if location.address or location.place is None:
            yield SAME_NAME_HERE, (*name, location.place, location.name, location.address)
    if len(service.summary.split()) >= _TELLING_WORDS:
        yield SAME_TEXT, (service.summary.casefold(), service.organization.casefold())


def _likeness(service: ServiceFields) -> object:
    locations = frozenset((one.place, one.address, one.opening, one.events) for one in service.locations)
    return (service.name.casefold(), service.organization.casefold(), locations, service.valid, repr(service.eligibility))
