"""Two questions for the same thing that can both be asked."""

from __future__ import annotations

import itertools

from bot.authoring.analysis import satisfiable
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault
from bot.core.conditions import All

QUESTION_TWICE = Fault(
    "question_twice",
    "«{name}» è già chiesto alla riga {line}. In un flusso ogni cosa si chiede una volta.",
    "“{name}” is already asked in line {line}. A flow asks each thing once.",
)


@rule
def question_twice(context: CheckContext) -> None:
    """Record a question that repeats an earlier one of the flow for the same people."""
    for flow in context.source.flows:
        for first, second in itertools.combinations(flow.questions, 2):
            if first.fills != second.fills:
                continue
            both, unanswered = All((first.when, second.when)), frozenset({first.fills})
            if satisfiable(both, context.content.vocabulary, unanswered):
                context.problems.add(QUESTION_TWICE, second.mark, name=second.fills, line=first.mark.line)
