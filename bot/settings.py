"""`config.yaml` and the environment → frozen settings, held to the same standard as content.

The environment overrides the file: `BOT_<KEY>` or `BOT_<SECTION>__<KEY>`, lists and sections as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping as Environment
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.authoring.load import read_file
from bot.authoring.positions import Mapping, Node, Scalar, parse
from bot.authoring.problems import Mark, Problems
from bot.authoring.reader import Fields, as_mapping
from bot.errors import ContentError

PREFIX = "BOT_"


class StaffLanguage(StrEnum):
    """The language in which problems of content are told."""

    ITALIAN = "it"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs."""

    staff_language: StaffLanguage = StaffLanguage.ITALIAN


def read_settings(path: Path, environment: Environment[str, str]) -> tuple[Settings, Problems]:
    """The settings of a file, which may be absent, and of the environment, with every fault."""
    node = read_file(path.parent, path.name, Problems()) if path.exists() else None
    problems = Problems(_language(node, environment))
    node = read_file(path.parent, path.name, problems) if path.exists() else Mapping((), Mark(path.name))
    mapping = as_mapping(node, problems) if node is not None else None
    if mapping is None:
        return Settings(), problems
    return _read(Fields(_overridden(mapping, environment, problems), problems)), problems


def load_settings(path: Path, environment: Environment[str, str]) -> Settings:
    """The same settings. Raises ContentError with every fault if they have any."""
    settings, problems = read_settings(path, environment)
    if len(problems):
        raise ContentError([str(problem) for problem in problems.errors])
    return settings


def _language(node: Node | None, environment: Environment[str, str]) -> str:
    """The language in which the faults of the settings themselves are told, as far as they can be read."""
    written = node.get("staff_language") if isinstance(node, Mapping) else None
    said = environment.get(f"{PREFIX}STAFF_LANGUAGE", written.text if isinstance(written, Scalar) else "")
    return said if said in list(StaffLanguage) else StaffLanguage.ITALIAN


def _read(fields: Fields) -> Settings:
    language = fields.choice("staff_language", StaffLanguage, StaffLanguage.ITALIAN)
    fields.done()
    return Settings(staff_language=language or StaffLanguage.ITALIAN)


_KNOWN = frozenset(Settings.__dataclass_fields__)


def _overridden(mapping: Mapping, environment: Environment[str, str], problems: Problems) -> Mapping:
    """The file's mapping with what the environment says of known settings; other variables belong to somebody else."""
    for name in sorted(environment):
        path = name.removeprefix(PREFIX).lower().split("__")
        if name.startswith(PREFIX) and path[0] in _KNOWN:
            text = environment[name]
            value: Node | None = Scalar(text.strip(), Mark(name))
            if text[:1] in ("[", "{"):
                value = parse(name, text.encode("utf-8", "surrogateescape"), problems)
            if value is not None:
                mapping = _with(mapping, path, value, Mark(name))
    return mapping


def _with(mapping: Mapping, path: list[str], value: Node, mark: Mark) -> Mapping:
    key, *rest = path
    if rest:
        inner = mapping.get(key)
        value = _with(inner if isinstance(inner, Mapping) else Mapping((), mark), rest, value, mark)
    others = tuple((name, node) for name, node in mapping.entries if name.text != key)
    return replace(mapping, entries=(*others, (Scalar(key, mark), value)))
