"""The files of a content folder: which files there are, how they are found, and their nodes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from babel.numbers import format_decimal

from bot.authoring.fields import ReadingContext, Shape
from bot.authoring.problems import Fault, Mark, Problem, Problems, Severity
from bot.authoring.yaml_nodes import LARGEST_FILE, Node, parse

MISSING_FOLDER = Fault(
    "missing_folder",
    "manca la cartella. I contenuti stanno in due cartelle: flows e catalogue.",
    "the folder is missing. Content lives in two folders: flows and catalogue.",
)
MISSING_FILE = Fault(
    "missing_file",
    "manca questo file. Copialo dal catalogo di esempio e adattalo.",
    "this file is missing. Copy it from the example catalogue and adapt it.",
)
NO_FILES = Fault(
    "no_files",
    "nella cartella non c'è nessun file .yaml. Serve almeno un file.",
    "the folder has no .yaml file. It needs at least one.",
)
UNREADABLE = Fault(
    "unreadable",
    "il file non si può leggere. Controlla che sia un file di testo e che i permessi siano giusti.",
    "the file cannot be read. Check that it is a text file and that its permissions are right.",
)
UNKNOWN_FILE = Fault(
    "unknown_file",
    "il file «{name}» non viene letto: qui non serve un file con questo nome.",
    "the file “{name}” is not read: no file of this name is needed here.",
)
YML_ENDING = Fault(
    "yml_ending",
    "il nome finisce in .yml e il file non viene letto. Cambialo in .yaml.",
    "the name ends in .yml and the file is not read. Change it to .yaml.",
)
NOT_READ = Fault(
    "not_read",
    "questo file non viene letto. Il nome deve finire in .yaml, e il file deve stare direttamente in «{folder}».",
    "this file is not read. Its name must end in .yaml, and it must be directly in “{folder}”.",
)
TOO_LARGE = Fault(
    "too_large",
    "il file è troppo grande: {size} MB, il massimo è {limit} MB. Dividilo in più file.",
    "the file is too large: {size} MB, at most {limit} MB. Split it into several files.",
)

#: Files whose nodes are remembered: those of a content, as they are now and as they were before.
_REMEMBERED_FILES = 60
#: The folder in `flows/` that holds translations.
_LOCALE = "locale"
OFFICE_FILE = Fault(
    "office_file",
    "questo file non viene letto: il bot legge solo i file .yaml. Per un foglio di calcolo usa «python -m bot import».",
    "this file is not read: the bot reads .yaml files only. For a spreadsheet use “python -m bot import”.",
    Severity.WARNING,
)
#: Endings of files that somebody may have put there to be read.
_OFFICE_FILES = frozenset({".csv", ".xlsx", ".xls", ".ods", ".txt", ".doc", ".docx", ".odt", ".json", ".pdf", ".tsv"})
_YAML = re.compile(r"\.ya?ml")

_T = TypeVar("_T")


@dataclass(frozen=True)
class ContentFile(Generic[_T]):
    """A declared file of a content folder, or all files of a subfolder (`flows/*.yaml`). `about` tells staff what it is for."""

    path: str
    shape: Shape[_T]
    about: str
    may_be_missing: bool = False

    @property
    def name(self) -> str:
        """Return the file's own name, without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Return the folder of the file, relative to the content folder."""
        return self.path.rpartition("/")[0]

    def read(self, root: Path, context: ReadingContext) -> _T | None:
        """Return what the file contains; None if it cannot be read, or is missing and optional."""
        path = root / self.path
        if self.may_be_missing and not path.exists() and not path.with_suffix(".yml").exists():
            return None
        return self.read_as(root, self.path, context)

    def read_as(self, root: Path, path: str, context: ReadingContext) -> _T | None:
        """Return what another file of the same form contains; None if it cannot be read."""
        return self.meaning(read_file(root, path, context.problems), context)

    def meaning(self, node: Node | None, context: ReadingContext) -> _T | None:
        """Return what the file's nodes contain; None if the file could not be read."""
        return self.shape.read(node, "", context) if node is not None else None


def yaml_files(root: Path, folder: str, others: Collection[str], problems: Problems) -> list[str]:
    """Return the paths of the .yaml files of a folder, relative to the root and sorted, without `others` of another kind."""
    path = root / folder
    if not path.is_dir():
        if path.parent == root or path.parent.is_dir():
            problems.add(MISSING_FOLDER, Mark(folder))
        return []
    found = []
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(root).as_posix()
        inside = entry.relative_to(path)
        if entry.name.startswith(".") or inside.parts[0] == _LOCALE:
            continue
        if not _YAML.search(entry.name.lower()):
            if entry.is_file() and entry.suffix.lower() in _OFFICE_FILES:
                problems.add(OFFICE_FILE, Mark(name), folder=folder)
            continue
        if entry.suffix == ".yaml" and len(inside.parts) == 1:
            found += [name] if entry.name not in others else []
        elif entry.is_file() and entry.with_suffix(".yaml").name not in others:
            problems.add(YML_ENDING if entry.suffix == ".yml" else NOT_READ, Mark(name), folder=folder)
    if not found:
        problems.add(NO_FILES, Mark(folder))
    return found


def check_file_names(root: Path, folder: str, known: Collection[str], problems: Problems) -> None:
    """Record files of a folder that the bot does not read, since most likely their names are misspelt."""
    for entry in sorted((root / folder).iterdir()):
        if entry.is_file() and entry.suffix == ".yaml" and entry.name not in known:
            problems.add(UNKNOWN_FILE, Mark(f"{folder}/{entry.name}"), name=entry.name, among=known)


def read_file(root: Path, name: str, problems: Problems) -> Node | None:
    """Return the nodes of a file; None when it has an error, which is then recorded."""
    path = root / name
    if not path.exists():
        twin = path.with_suffix(".yml")
        fault, shown = (YML_ENDING, twin.relative_to(root).as_posix()) if twin.exists() else (MISSING_FILE, name)
        problems.add(fault, Mark(shown))
        return None
    if not path.is_file():
        problems.add(UNREADABLE, Mark(name))
        return None
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            megabytes = format_decimal(round(size / 1e6, 1), locale=problems.language)
            problems.add(TOO_LARGE, Mark(name), size=megabytes, limit=LARGEST_FILE // 10**6)
            return None
        data = path.read_bytes()
    except OSError:
        problems.add(UNREADABLE, Mark(name))
        return None
    node, found = _parsed(name, data, problems.language)
    problems.add_all(found)
    return node


@lru_cache(_REMEMBERED_FILES)
def _parsed(name: str, data: bytes, language: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Return the nodes in the bytes of a file, and its problems.

    The result is cached, since few files change between readings.
    """
    problems = Problems(language)
    return parse(name, data, problems), tuple(problems)
