"""Offers that no answers can reach."""

from __future__ import annotations

from bot.authoring.analysis import satisfiable
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault
from bot.core.conditions import ALWAYS, Condition

UNREACHABLE = Fault(
    "unreachable",
    "nessuna risposta può soddisfare questa condizione: le sue parti si contraddicono.",
    "no answers can meet this condition: its parts contradict each other.",
)


@rule
def unreachable(context: CheckContext) -> None:
    """Record services whose eligibility contradicts itself."""
    known: dict[Condition, bool] = {ALWAYS: True}
    for service in context.source.services:
        condition = service.eligibility
        if condition not in known:
            known[condition] = satisfiable(condition, context.content.vocabulary)
        if not known[condition]:
            context.problems.add(UNREACHABLE, service.mark_of("eligibility"))
