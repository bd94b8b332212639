"""Errors in content that came from a sheet, reported by row and column of the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bot.authoring.exchange.sheet import LOCATION_COLUMNS, SERVICE_COLUMNS, SheetRow
from bot.authoring.problems import Problem

_HEADINGS = {name: heading for heading, name in (LOCATION_COLUMNS | SERVICE_COLUMNS).items()}
_ID = re.compile(r"^- id: *['\"]?([\w-]+)")
_FIELD = re.compile(r"(?:^|[{,\s])(\w+):(?=\s|$)")


def row_problems(root: Path, problems: Iterable[Problem], rows: list[SheetRow]) -> list[str]:
    """Return the problems with "riga 12, colonna «Orari»" before them; those of other files as they are."""
    return [_told(root, problem, rows) for problem in problems]


def _told(root: Path, problem: Problem, rows: list[SheetRow]) -> str:
    path = root / problem.mark.file
    if not problem.mark.file.startswith("catalogue/services/") or not path.is_file():
        return str(problem)
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[: problem.mark.line]
    start = next((number for number in reversed(range(len(lines))) if _ID.match(lines[number])), None)
    if start is None:
        return str(problem)
    found = _ID.match(lines[start])
    assert found is not None
    its = [row for row in rows if row.cells.get("Identificativo") == found[1]]
    if not its:
        return str(problem)
    line = lines[-1]
    location = sum("place:" in one or "serves:" in one for one in lines[start:]) - 1
    is_location = line.lstrip().startswith("- {") or "locations:" in "".join(lines[start:-1])
    names = list(_FIELD.findall(line[: problem.mark.column + 1]))
    columns = LOCATION_COLUMNS if is_location else SERVICE_COLUMNS
    by_field = {name: heading for heading, name in columns.items()}
    heading = next((by_field[name] for name in reversed(names) if name in by_field), "")
    row = its[min(max(location, 0), len(its) - 1)] if is_location else its[0]
    column = f", colonna «{heading}»" if heading else ""
    message = re.sub(r"«(\w+)»", lambda m: f"«{_HEADINGS.get(m[1], m[1])}»", problem.message)
    return f"riga {row.number}{column}: {message}"
