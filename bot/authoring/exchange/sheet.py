"""Sheets of services: one row a location, with Italian headings; CSV and XLSX, as office programs write them."""

from __future__ import annotations

import csv
import io
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
    "Orari, date, costi e telefoni si scrivono come sempre: lun-ven 8-12, agosto chiuso.",
    "Le colonne che finiscono con «, qui» valgono solo per quel luogo.",
    "Alla fine: python -m bot import FOGLIO mostra che cosa cambia; con --apply lo scrive.",
)
#: Encodings of CSV files, the likeliest first: today's, and that of Excel on Windows.
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


@dataclass(frozen=True)
class SheetRow:
    """A row with its number in the sheet, and its cells by heading; empty cells are left out."""

    number: int
    cells: Mapping[str, str]


def write_sheet(path: Path, rows: Sequence[Mapping[str, str]], lists: Mapping[str, Sequence[str]]) -> None:
    """Write rows to a CSV file with semicolons, or to an XLSX file; `lists` are the values that a column offers."""
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
    """Return the rows of a CSV or XLSX file; `names` are other headings, each with ours. Rows without a word are left out."""
    table = _csv_table(path.read_bytes()) if path.suffix.lower() in (".csv", ".tsv", ".txt") else _xlsx_table(path)
    headings = [(names or {}).get(heading.strip(), heading.strip()) for heading in (table[0] if table else [])]
    rows = []
    for number, cells in enumerate(table[1:], 2):
        found = {heading: cell.strip() for heading, cell in zip(headings, cells, strict=False) if heading and cell.strip()}
        if found:
            rows.append(SheetRow(number, found))
    return rows


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


def _xlsx_table(path: Path) -> list[list[str]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return [[_said(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _said(value: object) -> str:
    """Return the value of a cell as text: a whole number without ".0", a date without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")
