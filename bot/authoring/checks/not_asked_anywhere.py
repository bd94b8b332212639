"""Conditions on attributes that no flow asks for."""

from __future__ import annotations

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.conditions import attributes_in
from bot.core.flow import Purpose

NOT_ASKED_ANYWHERE = Fault(
    "not_asked_anywhere",
    "nessun flusso chiede «{name}»: di questo servizio non si saprà mai se va bene.",
    "no flow asks “{name}”: it will never be known whether this service fits.",
    Severity.WARNING,
)


@rule
def not_asked_anywhere(context: CheckContext) -> None:
    """Record services whose eligibility depends on an attribute that no flow asks for."""
    # The answers of a survey are kept apart, and choose no service.
    flows = [flow for flow in context.content.flows.values() if flow.purpose is Purpose.MATCH]
    asked = {question.fills for flow in flows for question in flow.questions}
    known = {name for one in asked for name in context.content.vocabulary.attributes_affected_by(one)}
    for service in context.source.services:
        for name in sorted(attributes_in(service.eligibility) - known):
            context.problems.add(NOT_ASKED_ANYWHERE, service.mark_of("eligibility"), name=name)
