"""Questions that no answers lead to."""

from __future__ import annotations

from bot.authoring.analysis import satisfiable
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault

NEVER_ASKED = Fault(
    "never_asked",
    "questa domanda non viene mai fatta: nessuna risposta rende vero il suo «when».",
    "this question is never asked: no answers make its “when” true.",
)


@rule
def never_asked(context: CheckContext) -> None:
    """Record questions whose condition nobody can meet."""
    for flow in context.source.flows:
        for question in flow.questions:
            if not satisfiable(question.when, context.content.vocabulary):
                context.problems.add(NEVER_ASKED, question.mark)
