"""Repairs of content files that are safe: characters in the wrong encoding, and Word's quotation marks around a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.authoring.checks.slips_in_texts import repaired

#: A whole value in the quotation marks of Word, which has none of YAML's inside.
_CURLY_VALUE = re.compile(r"((?:^|[:\-\[,{])[ ]+|\[|\{)[“”„]([^“”„\"\\\n]*)[“”](?=\s*(?:[,\]}]|$))", re.MULTILINE)


def straightened(text: str) -> str:
    """Return a file with straight quotation marks around values that stand in curly ones: “Via Roma 1” → "Via Roma 1"."""
    return _CURLY_VALUE.sub(r'\1"\2"', text)


def fix_files(root: Path) -> Iterator[str]:
    """Repair the files of a content folder, and yield the names of those that were changed."""
    for path in sorted((*root.glob("flows/*.yaml"), *root.glob("catalogue/**/*.yaml"))):
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if (mended := straightened(repaired(text))) != text:
            path.write_bytes(mended.encode())
            yield path.relative_to(root).as_posix()
