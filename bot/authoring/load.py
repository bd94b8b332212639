"""A folder with `flows/` and `catalogue/` → Content, with every problem in its files, and the place of each thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.authoring.checks.registry import apply_file_rules
from bot.authoring.files import MISSING_FOLDER, check_file_names, read_file, yaml_files
from bot.authoring.models.attributes import ATTRIBUTES_FILE
from bot.authoring.models.flows import FLOW_FILES
from bot.authoring.models.intents import INTENTS_FILE
from bot.authoring.models.needs import NEEDS_FILE
from bot.authoring.models.nothing import NOTHING_FILE
from bot.authoring.models.places import PLACES_FILE
from bot.authoring.models.queries import QUERIES_FILE
from bot.authoring.models.services import SERVICE_FILES
from bot.authoring.models.terms import check_names
from bot.authoring.models.texts import REPLIES_FILE, TEXTS_FILE
from bot.authoring.models.topics import OUT_OF_SCOPE_FILE, URGENT_FILE
from bot.authoring.problems import Mark, Problems
from bot.authoring.source import Source
from bot.authoring.vocabulary import VocabularyNodes, read_vocabulary
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from bot.core.content import Content
from bot.errors import ContentError

#: Every file that staff write, but for the settings.
CONTENT_FILES = (
    FLOW_FILES,
    TEXTS_FILE,
    REPLIES_FILE,
    ATTRIBUTES_FILE,
    NEEDS_FILE,
    PLACES_FILE,
    SERVICE_FILES,
    URGENT_FILE,
    OUT_OF_SCOPE_FILE,
    INTENTS_FILE,
    NOTHING_FILE,
    QUERIES_FILE,
)
_CATALOGUE = [file.name for file in CONTENT_FILES if file.folder == "catalogue"]
_NO_FLOWS = [file.name for file in CONTENT_FILES if file.folder == "flows"]


def load_content(root: Path) -> Content:
    """Return the content of a folder. Raises ContentError with every problem that reading finds; `check` finds more."""
    source = read_content(root)
    if source.content is None:
        raise ContentError([str(problem) for problem in source.problems.errors])
    return source.content


def read_content(root: Path, language: str = "it") -> Source:
    """Return the content of a folder with all its problems; never raises. `language` is that of the problems: "it" or "en"."""
    problems = Problems(language)
    flow_files = yaml_files(root, FLOW_FILES.folder, _NO_FLOWS, problems)
    service_files = yaml_files(root, SERVICE_FILES.folder, (), problems)
    if not (root / "catalogue").is_dir():
        problems.add(MISSING_FOLDER, Mark("catalogue"))
        return Source(None, problems)
    check_file_names(root, "catalogue", _CATALOGUE, problems)
    nodes = VocabularyNodes(*(read_file(root, file.path, problems) for file in (ATTRIBUTES_FILE, NEEDS_FILE, PLACES_FILE)))
    vocabulary, context = read_vocabulary(nodes, problems)
    flows = [flow for path in flow_files if (flow := FLOW_FILES.read_as(root, path, context)) is not None]
    services = [service for path in service_files for service in SERVICE_FILES.read_as(root, path, context) or ()]
    dangers = URGENT_FILE.read(root, context) or {}
    topics = OUT_OF_SCOPE_FILE.read(root, context) or ()
    intents = INTENTS_FILE.read(root, context) or {}
    check_names(context, intents)
    nothing = NOTHING_FILE.read(root, context) or ()
    # A missing folder is told once.
    texts = (TEXTS_FILE.read(root, context) if (root / TEXTS_FILE.folder).is_dir() else None) or {}
    replies = REPLIES_FILE.read(root, context) or {}
    source = Source(
        None,
        problems,
        context.names,
        context.uses,
        services=tuple(service for service in services if service.is_sound),
        flows=tuple(flow for flow in flows if flow.is_sound),
        has_all_flows=all(flow.is_sound for flow in flows) and len(flows) == len(flow_files),
        dangers=tuple(dangers.values()),
        topics=topics,
        texts=texts,
        replies=replies,
        needs=_marks(nodes.needs, "needs"),
        examples=_examples(nodes.needs),
        places=_marks(nodes.places),
        single_lists=tuple(one for node in (nodes.attributes, nodes.needs, nodes.places) for one in _single_lists(node)),
    )
    apply_file_rules(source)
    if len(problems):
        return source
    content = Content(
        vocabulary,
        {fields.id: fields.flow(context) for fields in sorted(source.flows, key=lambda flow: not flow.start)},
        tuple(fields.service() for fields in source.services),
        {key: scalar.text for key, scalar in texts.items()},
        {id: fields.danger() for id, fields in dangers.items()},
        {fields.id: fields.topic() for fields in topics},
        {id: fields.intent() for id, fields in intents.items()},
        {name: reply.text for name, reply in replies.items()},
        nothing,
    )
    return replace(source, content=content)


def _marks(node: Node | None, *path: str) -> Mapping[str, Mark]:
    for name in path:
        node = node.get(name) if isinstance(node, MapNode) else None
    return {key.text: key.mark for key, _ in node.entries} if isinstance(node, MapNode) else {}


def _examples(node: Node | None) -> Mapping[str, int]:
    """Return the number of examples of each need."""
    needs = node.get("needs") if isinstance(node, MapNode) else None
    found: dict[str, int] = {}
    for key, need in needs.entries if isinstance(needs, MapNode) else ():
        examples = need.get("examples") if isinstance(need, MapNode) else None
        found[key.text] = len(examples.items) if isinstance(examples, ListNode) else int(examples is not None)
    return found


def _single_lists(node: Node | None) -> Iterator[tuple[Mark, str]]:
    """Yield each `also` that is one text with commas, where a list was meant."""
    match node:
        case ListNode():
            for item in node.items:
                yield from _single_lists(item)
        case MapNode():
            for key, value in node.entries:
                if key.text == "also" and isinstance(value, ScalarNode) and "," in value.text:
                    yield value.mark, value.text
                yield from _single_lists(value)
