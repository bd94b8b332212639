"""A report as files for spreadsheets: a workbook with a sheet for each table, or a folder of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from bot.reports.report import Report, Table
from bot.reports.words import HIDDEN

#: Characters that the name of a sheet may have.
_SHEET_NAME = 31
#: Characters with which a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@")


def workbook_of(report: Report) -> bytes:
    """Return a report as an Excel workbook."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Leggimi"
    for line in (f"Bisogni delle famiglie: {report.period}", *report.sentences, f"{HIDDEN}: numero che non si mostra"):
        first.append([plain_cell(line)])
    for table in report.tables:
        sheet = book.create_sheet(table.id[:_SHEET_NAME])
        for number, row in enumerate(_rows(table)):
            sheet.append([plain_cell(one) for one in row])
            if number == 0:
                for cell in sheet[1]:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "C2"
        sheet.column_dimensions["B"].width = 40
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_of(report: Report) -> Mapping[str, str]:
    """Return a report as CSV files (RFC 4180, UTF-8), by file name."""
    return {f"{table.id}.csv": csv_text(_rows(table)) for table in report.tables}


def csv_text(rows: Iterator[tuple[str | int, ...]]) -> str:
    """Return rows as CSV; a text that a spreadsheet would take for a formula gets an apostrophe."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([plain_cell(one) for one in row] for row in rows)
    return buffer.getvalue()


def write_folder(files: Mapping[str, str], folder: Path) -> None:
    """Write files into a folder, which is made if it is not there. A byte order mark tells Excel that they are UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8-sig", newline="")


def plain_cell(value: str | int) -> str | int:
    """Return a value that no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _rows(table: Table) -> Iterator[tuple[str | int, ...]]:
    yield ("id", table.title, *table.columns)
    for row in table.rows:
        yield (row.id, row.label, *(HIDDEN if count is None else count for count in row.counts))
