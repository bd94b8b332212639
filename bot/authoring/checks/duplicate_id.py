"""Ids that are used twice."""

from __future__ import annotations

from collections.abc import Iterable

from bot.authoring.checks.registry import rule_of_files
from bot.authoring.models.flows import FlowFields
from bot.authoring.models.services import ServiceFields
from bot.authoring.models.topics import TopicFields
from bot.authoring.problems import Fault, Mark, Problems
from bot.authoring.source import Source

DUPLICATE_ID = Fault(
    "duplicate_id",
    "«{name}» c'è già in {place}. Ogni identificativo si usa una volta sola.",
    "“{name}” is already in {place}. Every identifier is used once.",
)


@rule_of_files
def duplicate_id(source: Source) -> None:
    """Record two services, flows or topics with the same id."""
    for entries in (source.services, source.flows, source.topics):
        _check(entries, source.problems)


def _check(entries: Iterable[ServiceFields | FlowFields | TopicFields], problems: Problems) -> None:
    first: dict[str, Mark] = {}
    for entry in entries:
        known = first.setdefault(entry.id, entry.mark)
        if known != entry.mark and entry.id:
            problems.add(DUPLICATE_ID, entry.mark, name=entry.id, place=f"{known.file}:{known.line}")
