"""Sheets of services: one row a location, with Italian headings; CSV and XLSX, as office programs write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

#: Headings with the fields of a service, in the order of the columns.
SERVICE_COLUMNS = {
    "Identificativo": "id",
    "Nome": "name",
    "Ente": "organization",
    "Categoria": "category",
    "Bisogni": "need",
    "Descrizione": "summary",
    "Per chi": "eligibility",
    "Accessibilità": "accessibility",
    "Parole chiave": "keywords",
    "Costo": "cost",
    "Documenti": "documents",
    "Come si chiede": "how_to_apply",
    "Iscrizioni": "apply",
    "Periodo": "valid",
    "Posti": "availability",
    "Email": "email",
    "Telefono": "phone",
    "Sito": "website",
    "Verificato il": "assured",
    "Raccolto il": "collected",
    "Fonte": "source",
    "Da ricontrollare entro": "recheck",
    "Esempio": "example",
}
#: Headings with the fields of a location.
LOCATION_COLUMNS = {
    "Comune": "place",
    "Residenti di": "serves",
    "Luogo": "name",
    "Indirizzo": "address",
    "Latitudine": "latitude",
    "Longitudine": "longitude",
    "Orari": "hours",
    "Date": "dates",
    "Per chi, qui": "eligibility",
    "Iscrizioni, qui": "apply",
    "Periodo, qui": "valid",
    "Costo, qui": "cost",
    "Posti, qui": "availability",
    "Email, qui": "email",
    "Telefono, qui": "phone",
    "Sito, qui": "website",
}
HEADINGS = (*SERVICE_COLUMNS, *LOCATION_COLUMNS)
INSTRUCTIONS = (
    "Ogni riga è un luogo. Un servizio con due luoghi ha due righe con lo stesso identificativo.",
    "Nella seconda riga di un servizio bastano l'identificativo e le colonne del luogo, da «Comune» in poi.",
    "Gli elenchi si separano con il punto e virgola: nido; asilo.",
    "Per chi: persona: bambino, ragazzo; eta: 6-10. Se va bene per tutti, la cella resta vuota.",
    "Accessibilità: motoria: yes; visiva: on_request; uditiva: no.",
    "Orari, date, costi e telefoni si scrivono come sempre: lun-ven 8-12, agosto chiuso.",
    "Le colonne che finiscono con «, qui» valgono solo per quel luogo.",
    "Alla fine: python -m bot import FOGLIO mostra che cosa cambia; con --apply lo scrive.",
)
#: Encodings of CSV files, the likeliest first: today's, and that of Excel on Windows.
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")

#: Rows of titles that may stand above the headings.
_MOST_TITLE_ROWS = 15
#: The first word of a row that is no service.
_TOTALS = re.compile(r"(?:totale|totali|tot\.|somma|nota|note|legenda|n\.\s*b\.)(?:\W|$)", re.IGNORECASE)


@dataclass(frozen=True)
class SheetRow:
    """A row with its number in the sheet, and its cells by heading; empty cells are left out."""

    number: int
    cells: Mapping[str, str]


def write_sheet(path: Path, rows: Sequence[Mapping[str, str]], lists: Mapping[str, Sequence[str]]) -> None:
    """Write rows to a CSV file with semicolons, or to an XLSX file; `lists` are the values offered for choice in a column."""
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, HEADINGS, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(rows)
        return
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Servizi"
    sheet.append(list(HEADINGS))
    for row in rows:
        sheet.append([row.get(heading, "") for heading in HEADINGS])
    for cells in sheet.iter_rows():
        for cell in cells:
            # As text: a date or "1/2" stays as it is written, and nothing is a formula.
            cell.number_format, cell.data_type = "@", "s"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    guide = book.create_sheet("Istruzioni")
    for line in INSTRUCTIONS:
        guide.append([line])
    choices = book.create_sheet("Elenchi")
    for number, (heading, values) in enumerate(lists.items(), 1):
        choices.cell(1, number, heading)
        for place, value in enumerate(values, 2):
            choices.cell(place, number, value)
        letter = get_column_letter(number)
        rule = DataValidation("list", formula1=f"Elenchi!${letter}$2:${letter}${len(values) + 1}", allow_blank=True)
        sheet.add_data_validation(rule)
        column = get_column_letter(HEADINGS.index(heading) + 1)
        rule.add(f"{column}2:{column}2000")
    book.save(path)


def read_sheet(path: Path, names: Mapping[str, str] | None = None) -> list[SheetRow]:
    """Return the rows of a CSV or XLSX file; `names` maps other headings to ours.

    The headings may stand below a title, and in any of the sheets. Rows without a word and totals are left out; a row without an
    id and a name is one more location of the service above it, as where cells are merged.
    """
    is_text = path.suffix.lower() in (".csv", ".tsv", ".txt")
    tables = [_csv_table(path.read_bytes())] if is_text else _xlsx_tables(path)
    ours = {_folded(heading): heading for heading in HEADINGS} | {_folded(other): own for other, own in (names or {}).items()}
    table, above = max(
        ((table, number) for table in tables for number in range(min(len(table), _MOST_TITLE_ROWS))),
        key=lambda found: sum(_folded(cell) in ours for cell in found[0][found[1]]),
        default=([], 0),
    )
    headings = [ours.get(_folded(heading), heading.strip()) for heading in table[above]] if table else []
    rows: list[SheetRow] = []
    for number, cells in enumerate(table[above + 1 :], above + 2):
        found = {heading: cell.strip() for heading, cell in zip(headings, cells, strict=False) if heading and cell.strip()}
        if not found or _TOTALS.match(next(iter(found.values()))):
            continue
        if rows and not found.keys() & {"Identificativo", "Nome"} and "Identificativo" in rows[-1].cells:
            found["Identificativo"] = rows[-1].cells["Identificativo"]
        rows.append(SheetRow(number, found))
    return rows


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().replace("à", "a").split()).strip(" :*")


def _csv_table(data: bytes) -> list[list[str]]:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text.split("\n", 1)[0]
        delimiter = max(";,\t", key=head.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return []


def _xlsx_tables(path: Path) -> list[list[list[str]]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheets = [sheet.iter_rows(values_only=True) for sheet in book.worksheets]
        return [[[_said(value) for value in row] for row in rows] for rows in sheets]
    finally:
        book.close()


def _said(value: object) -> str:
    """Return the value of a cell as text: a whole number without ".0", a date without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")
