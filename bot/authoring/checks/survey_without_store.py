"""Surveys, as long as nothing stores their answers."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault
from bot.core.flow import Purpose

SURVEY_WITHOUT_STORE = Fault(
    "survey_without_store",
    "i sondaggi non si possono ancora usare: le risposte andrebbero perse. Togli questo flusso, o «purpose: survey».",
    "surveys cannot be used yet: their answers would be lost. Remove this flow, or “purpose: survey”.",
)


@rule
def survey_without_store(context: CheckContext) -> None:
    """Record flows that ask for opinions, which nothing stores."""
    for flow in context.source.flows:
        if flow.purpose is Purpose.SURVEY:
            context.problems.add(SURVEY_WITHOUT_STORE, flow.mark_of("purpose"))
