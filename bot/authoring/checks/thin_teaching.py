"""Needs that teach the bot too little, and flows of which none is the first."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.flow import Purpose

FEW_EXAMPLES = Fault(
    "few_examples",
    "il bisogno «{name}» ha {count} esempi: con meno di {least} il bot lo riconosce male. Aggiungi frasi vere.",
    "the need “{name}” has {count} examples: with fewer than {least} the bot hardly knows it. Add real sentences.",
    Severity.WARNING,
)
SEVERAL_STARTS = Fault(
    "several_starts",
    "con /start comincia «{name}», solo perché il suo file viene prima degli altri. Scrivi «start: yes» nel flusso giusto.",
    "/start begins “{name}”, only since its file comes before the others. Write “start: yes” in the right flow.",
    Severity.WARNING,
)
#: The number that the guide asks for: "almeno 12".
_FEWEST_EXAMPLES = 12


@rule
def few_examples(context: CheckContext) -> None:
    """Record needs with fewer examples than a classifier can learn from."""
    for need, mark in context.source.needs.items():
        count = context.source.examples.get(need, 0)
        if count < _FEWEST_EXAMPLES:
            context.problems.add(FEW_EXAMPLES, mark, name=need, count=count, least=_FEWEST_EXAMPLES)


@rule
def several_starts(context: CheckContext) -> None:
    """Record that of several flows none is said to be the one that /start begins."""
    flows = [flow for flow in context.source.flows if flow.purpose is Purpose.MATCH]
    starts = [flow for flow in flows if flow.start]
    if len(starts) != 1 and len(flows) > 1:
        first = (starts or flows)[0]
        context.problems.add(SEVERAL_STARTS, (starts or flows)[-1].mark, name=first.id)
