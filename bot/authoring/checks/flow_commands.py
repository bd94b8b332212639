"""Rules about flows: no command twice, and at least one flow that searches services."""

from __future__ import annotations

from bot.authoring.checks.registry import rule_of_files
from bot.authoring.models.flows import COMMAND_TAKEN
from bot.authoring.problems import Fault, Mark
from bot.authoring.source import Source
from bot.core.flow import Purpose

NO_MATCH_FLOW = Fault(
    "no_match_flow",
    "nessun flusso cerca servizi. Serve almeno un flusso con «purpose: match».",
    "no flow searches services. At least one flow with “purpose: match” is needed.",
)


@rule_of_files
def command_taken(source: Source) -> None:
    """Record two flows with the same command."""
    commands: dict[str, Mark] = {}
    for flow in source.flows:
        mark = flow.mark_of("command")
        if commands.setdefault(flow.command, mark) != mark:
            source.problems.add(COMMAND_TAKEN, mark, name=flow.command)


@rule_of_files
def no_match_flow(source: Source) -> None:
    """Record that no flow searches services."""
    if source.has_all_flows and source.flows and all(flow.purpose is not Purpose.MATCH for flow in source.flows):
        source.problems.add(NO_MATCH_FLOW, source.flows[0].mark)
