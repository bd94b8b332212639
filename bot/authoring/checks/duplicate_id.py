"""Ids that are used twice."""

from __future__ import annotations

import re
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
COPIED_ENTRIES = Fault(
    "copied_entries",
    "{count} voci, da «{name}» in poi, ci sono già in {place}. È una copia? Toglila, o dai altri identificativi.",
    "{count} entries, from “{name}” on, are already in {place}. Is this a copy? Remove it, or give other identifiers.",
)
#: Ids used twice in the same two files, from which on they are a copy.
_COPY_ENTRIES = 4
#: Names that programs give to copies of files.
_COPY_NAME = re.compile(r"\(\d+\)|\bcopi[ae]\b|\bcopy\b|\bbackup\b|[-_ ]?(?:old|vecchio|bis)\b", re.IGNORECASE)


@rule_of_files
def duplicate_id(source: Source) -> None:
    """Record two services, flows or topics with the same id."""
    for entries in (source.services, source.flows, source.topics):
        _check(entries, source.problems)


def _check(entries: Iterable[ServiceFields | FlowFields | TopicFields], problems: Problems) -> None:
    first: dict[str, Mark] = {}
    twice: dict[tuple[str, str], list[tuple[str, Mark, Mark]]] = {}
    for entry in sorted(entries, key=lambda one: _COPY_NAME.search(one.mark.file) is not None):
        known = first.setdefault(entry.id, entry.mark)
        if known != entry.mark and entry.id:
            twice.setdefault((entry.mark.file, known.file), []).append((entry.id, entry.mark, known))
    for found in twice.values():
        fault = COPIED_ENTRIES if len(found) >= _COPY_ENTRIES else DUPLICATE_ID
        for id, mark, known in found[:1] if fault is COPIED_ENTRIES else found:
            problems.add(fault, mark, count=len(found), name=id, place=f"{known.file}:{known.line}")
