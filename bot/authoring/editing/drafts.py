"""Checks of changed files, made in a copy of the content folder before they are written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.authoring.load import read_content
from bot.authoring.problems import Problem

#: The new text of each file that changes, by its path in the content folder.
Files = Mapping[str, str]


@contextmanager
def drafted(root: Path, files: Files) -> Iterator[Path]:
    """Yield a temporary copy of a content folder with some files changed."""
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        draft = Path(folder)
        for name in ("flows", "catalogue"):
            shutil.copytree(root / name, draft / name)
        write(draft, files)
        yield draft


def errors_after(root: Path, files: Files) -> tuple[Problem, ...]:
    """Return the errors that a content folder would have with some files changed."""
    with drafted(root, files) as draft:
        return read_content(draft).problems.errors


def write(root: Path, files: Files) -> None:
    """Write changed files into a content folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
