"""A folder with `flows/` and `catalogue/` → Content, with every problem of every file, and where each thing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.numbers import format_decimal

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.flows import PlacedFlow, check_flows, read_flow, read_replies, read_texts
from bot.authoring.problems import Mark, Problems
from bot.authoring.services import Placed, check_unique, read_services
from bot.authoring.topics import read_dangers, read_topics
from bot.authoring.vocabulary import Files, read_vocabulary
from bot.authoring.yaml_nodes import LARGEST_FILE, Node, parse
from bot.core.content import Content
from bot.dialogue.text_keys import TEXTS
from bot.errors import ContentError

#: Names in `flows/` that are not flows.
REPLIES = "flows/replies.yaml"
RESERVED = frozenset({"texts.yaml", "replies.yaml"})
#: The files of `catalogue/` that are always there, and those that may be.
VOCABULARY = ("attributes", "needs", "places")
URGENT, OUT_OF_SCOPE, QUERIES = "catalogue/urgent.yaml", "catalogue/out_of_scope.yaml", "catalogue/queries.yaml"
OTHERS = tuple(Path(name).stem for name in (URGENT, OUT_OF_SCOPE, QUERIES))
#: The folder in `flows/` that holds translations.
LOCALE = "locale"
_YAML = re.compile(r"\.ya?ml")


@dataclass(frozen=True)
class Source:
    """Content as it was read, with the place of everything that a check may want to point at."""

    #: None when there are errors: content is never half loaded.
    content: Content | None
    problems: Problems
    services: tuple[Placed, ...] = ()
    flows: tuple[PlacedFlow, ...] = ()
    texts: Mapping[str, tuple[str, Mark]] = field(default_factory=dict)
    words: DeclaredNames = field(default_factory=DeclaredNames)

    @property
    def needs(self) -> Mapping[str, Mark]:
        """Where each need is written."""
        return self.words.needs


def load_content(root: Path) -> Content:
    """The content of a folder. Raises ContentError with every problem that reading finds; `check.py` finds more."""
    source = read_content(root)
    if source.content is None:
        raise ContentError([str(problem) for problem in source.problems.errors])
    return source.content


def read_content(root: Path, language: str = "it") -> Source:
    """Reads a folder; never raises for what is in it. `language` is that of the problems: "it" or "en"."""
    problems = Problems(language)
    flow_files, service_files = _yaml_files(root, "flows", problems), _yaml_files(root, "catalogue/services", problems)
    if not (root / "catalogue").is_dir():
        problems.add("missing_folder", Mark("catalogue"))
        return Source(None, problems)
    files = {name: read_file(root, f"catalogue/{name}.yaml", problems) for name in VOCABULARY}
    _check_names(root, problems)
    vocabulary, words = read_vocabulary(Files(**files), problems)
    dangers = read_dangers(read_file(root, URGENT, problems), problems)
    topics = read_topics(read_file(root, OUT_OF_SCOPE, problems) if _is_there(root, OUT_OF_SCOPE) else None, problems)
    texts_node = read_file(root, "flows/texts.yaml", problems) if (root / "flows").is_dir() else None
    texts = read_texts(texts_node, TEXTS, problems) if texts_node is not None else {}
    replies = read_replies(read_file(root, REPLIES, problems) if _is_there(root, REPLIES) else None, problems)
    flow_files = [name for name in flow_files if Path(name).name not in RESERVED]
    flows = [
        flow
        for name in flow_files
        if (node := read_file(root, name, problems)) is not None
        if (flow := read_flow(node, words, problems)) is not None
    ]
    services = [
        placed
        for name in service_files
        if (node := read_file(root, name, problems)) is not None
        for placed in read_services(node, words, problems)
    ]
    check_flows(flows, problems, complete=len(flows) == len(flow_files))
    check_unique(services, problems)
    if len(problems):
        return Source(None, problems)
    content = Content(
        vocabulary,
        {placed.flow.id: placed.flow for placed in flows},
        tuple(placed.service for placed in services),
        {key: text for key, (text, _) in texts.items()},
        dangers,
        topics,
        replies,
    )
    return Source(content, problems, tuple(services), tuple(flows), texts, words)


def _is_there(root: Path, name: str) -> bool:
    """Whether a file that may be missing is there, under its name or with the other ending."""
    path = root / name
    return path.exists() or path.with_suffix(".yml").exists()


def _yaml_files(root: Path, folder: str, problems: Problems) -> list[str]:
    """The .yaml files of a folder, by name, relative to the root."""
    path = root / folder
    if not path.is_dir():
        if folder == "flows" or path.parent.is_dir():
            problems.add("missing_folder", Mark(folder))
        return []
    found = []
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(root).as_posix()
        inside = entry.relative_to(path)
        if entry.name.startswith(".") or inside.parts[0] == LOCALE or not _YAML.search(entry.name.lower()):
            continue
        if entry.suffix == ".yaml" and len(inside.parts) == 1:
            found.append(name)
        elif entry.is_file() and entry.with_suffix(".yaml").name not in RESERVED:
            problems.add("yml_ending" if entry.suffix == ".yml" else "not_read", Mark(name), folder=folder)
    if not [name for name in found if Path(name).name not in RESERVED]:
        problems.add("no_files", Mark(folder))
    return found


def _check_names(root: Path, problems: Problems) -> None:
    """A file in `catalogue/` with a name that nobody asks for is most likely misspelt."""
    known = [f"{name}.yaml" for name in (*VOCABULARY, *OTHERS)]
    for entry in sorted((root / "catalogue").iterdir()):
        if entry.is_file() and entry.suffix == ".yaml" and entry.name not in known:
            problems.add("unknown_file", Mark(f"catalogue/{entry.name}"), name=entry.name, among=known)


def read_file(root: Path, name: str, problems: Problems) -> Node | None:
    """The nodes of a file; None when it has an error."""
    path = root / name
    if not path.exists():
        twin = path.with_suffix(".yml")
        if twin.exists():
            problems.add("yml_ending", Mark(twin.relative_to(root).as_posix()))
        else:
            problems.add("missing_file", Mark(name))
        return None
    if not path.is_file():
        problems.add("unreadable", Mark(name))
        return None
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            problems.add(
                "too_large",
                Mark(name),
                size=format_decimal(round(size / 1e6, 1), locale=problems.language),
                limit=LARGEST_FILE // 10**6,
            )
            return None
        data = path.read_bytes()
    except OSError:
        problems.add("unreadable", Mark(name))
        return None
    return parse(name, data, problems)
