"""A folder with `flows/` and `catalogue/` → Content, with every problem of every file, and where each thing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.authoring.flows import PlacedFlow, check_flows, read_flow, read_texts
from bot.authoring.positions import LARGEST_FILE, Node, parse
from bot.authoring.problems import Mark, Problems
from bot.authoring.services import Placed, check_unique, read_services
from bot.authoring.vocabulary import Files, read_vocabulary
from bot.core.content import Content
from bot.dialogue.texts import TEXTS
from bot.errors import ContentError

#: Names in `flows/` that are not flows.
RESERVED = frozenset({"texts.yaml", "replies.yaml"})
NEEDS_FILE = "catalogue/needs.yaml"


@dataclass(frozen=True)
class Source:
    """Content as it was read, with the place of everything that a check may want to point at."""

    #: None when there are errors: content is never half loaded.
    content: Content | None
    problems: Problems
    services: tuple[Placed, ...] = ()
    flows: tuple[PlacedFlow, ...] = ()
    texts: Mapping[str, tuple[str, Mark]] = field(default_factory=dict)


def load(root: Path) -> Content:
    """The content of a folder. Raises ContentError with every problem if it has any."""
    source = read(root)
    if source.content is None:
        raise ContentError([str(problem) for problem in source.problems.errors])
    return source.content


def read(root: Path, language: str = "it") -> Source:
    """Reads a folder; never raises for what is in it. `language` is that of the problems: "it" or "en"."""
    problems = Problems(language)
    flow_files, service_files = _yaml_files(root, "flows", problems), _yaml_files(root, "catalogue/services", problems)
    if not (root / "catalogue").is_dir():
        problems.add("missing_folder", Mark("catalogue"))
        return Source(None, problems)
    files = {name: read_file(root, f"catalogue/{name}.yaml", problems) for name in ("attributes", "needs", "places")}
    vocabulary, words = read_vocabulary(Files(**files), problems)
    texts_node = read_file(root, "flows/texts.yaml", problems) if (root / "flows").is_dir() else None
    texts = read_texts(texts_node, TEXTS, problems) if texts_node is not None else {}
    flows = [
        flow
        for name in flow_files
        if Path(name).name not in RESERVED and (node := read_file(root, name, problems)) is not None
        if (flow := read_flow(node, words, problems)) is not None
    ]
    services = [
        placed
        for name in service_files
        if (node := read_file(root, name, problems)) is not None
        for placed in read_services(node, words, problems)
    ]
    check_flows(flows, problems)
    check_unique(services, problems)
    if len(problems):
        return Source(None, problems)
    content = Content(
        vocabulary,
        {placed.flow.id: placed.flow for placed in flows},
        tuple(placed.service for placed in services),
        {key: text for key, (text, _) in texts.items()},
    )
    return Source(content, problems, tuple(services), tuple(flows), texts)


def _yaml_files(root: Path, folder: str, problems: Problems) -> list[str]:
    """The .yaml files of a folder, by name, relative to the root."""
    path = root / folder
    if not path.is_dir():
        if folder == "flows" or path.parent.is_dir():
            problems.add("missing_folder", Mark(folder))
        return []
    names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
    for name in names:
        if name.endswith(".yml"):
            problems.add("yml_ending", Mark(f"{folder}/{name}"))
    found = [f"{folder}/{name}" for name in names if name.endswith(".yaml")]
    if not [name for name in found if Path(name).name not in RESERVED]:
        problems.add("no_files", Mark(folder))
    return found


def read_file(root: Path, name: str, problems: Problems) -> Node | None:
    """The nodes of a file; None when it has an error."""
    path = root / name
    if not path.exists():
        problems.add("missing_file", Mark(name))
        return None
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            problems.add("too_large", Mark(name), size=f"{size / 1e6:.1f}", limit=f"{LARGEST_FILE / 1e6:.0f}")
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.add("unreadable", Mark(name), reason=error.strerror or type(error).__name__)
        return None
    return parse(name, data, problems)
