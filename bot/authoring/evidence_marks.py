"""The places in files of the lines that decided what a text means; they are looked up on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.authoring.checks.language import LANGUAGE_FOLDER
from bot.authoring.models.intents import INTENTS_FILE
from bot.authoring.models.needs import NEEDS_FILE
from bot.authoring.models.topics import OUT_OF_SCOPE_FILE, URGENT_FILE
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode, parse
from bot.language.meaning.evidence import Evidence, EvidenceKind


def mark_of(evidence: Evidence, root: Path) -> Mark | None:
    """Return the place of a line of evidence in the content folder or in the language files; None if it is no longer there."""
    if evidence.kind is EvidenceKind.WORDS:
        files = [(LANGUAGE_FOLDER / evidence.owner, f"bot/language/{evidence.owner}")]
    else:
        files = [(root / file, file) for file in (NEEDS_FILE.path, OUT_OF_SCOPE_FILE.path, INTENTS_FILE.path, URGENT_FILE.path)]
    nodes = [parse(name, path.read_bytes(), Problems()) for path, name in files if path.is_file()]
    owned = [value for node in nodes if node is not None for value in _values(node, evidence.owner)]
    marks = (_mark(node, evidence.text) for node in (*owned, *nodes) if node is not None)
    return next((mark for mark in marks if mark is not None), None)


def _values(node: Node, key: str) -> Iterator[Node]:
    """Yield the values of a key at any depth of a node."""
    if isinstance(node, MapNode):
        for name, value in node.entries:
            if name.text == key:
                yield value
            yield from _values(value, key)


def _mark(node: Node, text: str) -> Mark | None:
    """Return the place of the first scalar that has a text, spaces at its ends ignored; None if there is none."""
    match node:
        case ScalarNode(written, mark):
            return mark if written.split() == text.split() else None
        case ListNode(items):
            parts: Sequence[Node] = items
        case MapNode(entries):
            parts = [part for entry in entries for part in entry]
    return next((found for part in parts if (found := _mark(part, text)) is not None), None)
