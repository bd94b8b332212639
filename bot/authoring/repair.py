"""The repair of content files: only characters saved in a wrong encoding are changed, since that is safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.authoring.checks.slips_in_texts import repaired


def fix_files(root: Path) -> Iterator[str]:
    """Repair the files of a content folder, and yield the names of those that were changed."""
    for path in sorted((*root.glob("flows/*.yaml"), *root.glob("catalogue/**/*.yaml"))):
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if (mended := repaired(text)) != text:
            path.write_bytes(mended.encode())
            yield path.relative_to(root).as_posix()
