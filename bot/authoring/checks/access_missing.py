"""Services for a disability that do not say that they can be used with it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import DISABILITY
from bot.core.conditions import All, Any, Atom, Condition
from bot.core.services import Access

ACCESS_MISSING = Fault(
    "access_missing",
    "il servizio è per la disabilità «{name}», ma «accessibility» non dice «{name}: yes».",
    "the service is for the disability “{name}”, but “accessibility” does not say “{name}: yes”.",
    Severity.WARNING,
)


@rule
def access_missing(context: CheckContext) -> None:
    """Record disabilities that a service is for and that its `accessibility` does not name."""
    for service in context.source.services:
        for atom in _accepting(service.eligibility):
            if atom.attribute != DISABILITY or not isinstance(atom.accepted, frozenset):
                continue
            for name in sorted(atom.accepted):
                term = context.content.vocabulary[DISABILITY].terms[name]
                if not term.none and service.accessibility.get(name) not in (Access.YES, Access.ON_REQUEST):
                    context.problems.add(ACCESS_MISSING, service.mark_of("accessibility"), name=name)


def _accepting(condition: Condition) -> Iterator[Atom]:
    """Yield the atoms of a condition that admit people, that is, those not under a *not*."""
    match condition:
        case Atom():
            yield condition
        case All(parts) | Any(parts):
            for part in parts:
                yield from _accepting(part)
