"""Services of a content folder as rows of a sheet, and what changes when a sheet comes back.

Only the entries that changed are written anew; all others stay byte for byte, comments and order too.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.authoring.editing.writing import as_entry, yaml_form
from bot.authoring.exchange.sheet import HEADINGS, LOCATION_COLUMNS, SERVICE_COLUMNS, SheetRow
from bot.authoring.problems import nearest
from bot.authoring.shapes import LONGEST_ID

_FOLDER = "catalogue/services"
#: The file of services that are new in a sheet.
NEW_FILE = f"{_FOLDER}/importati.yaml"
_ENTRY = re.compile(r"^- ", re.MULTILINE)
#: Fields of which a cell is a list of values.
_LISTS = frozenset({"need", "keywords", "documents", "serves", "dates"})
#: Fields that are a day, which a spreadsheet may hold as a number: days from its day zero.
_DAYS = frozenset({"assured", "collected", "recheck"})
_DAY_ZERO, _SERIAL_DAY = dt.date(1899, 12, 30), re.compile(r"[34567]\d{4}")
#: Cells that say yes.
_TICKS = frozenset({"x", "vero", "✓", "✔"})
#: "persona: bambino, ragazzo; eta: 6-10"
_PAIRS = re.compile(r"\s*[\w-]+\s*:[^:;]+(?:;\s*[\w-]+\s*:[^:;]+)*;?\s*")


@dataclass
class ServiceEntry:
    """A service as it is written in a file: its text, and its fields as they stand in YAML."""

    file: str
    text: str
    fields: Mapping[str, object]


@dataclass
class Changes:
    """The changes that a sheet makes: sentences for people, and the new texts of files."""

    sentences: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    #: Services that are not in the sheet any more.
    missing: list[str] = field(default_factory=list)


def entries(root: Path) -> dict[str, ServiceEntry]:
    """Return the services of a folder by their ids."""
    found: dict[str, ServiceEntry] = {}
    for path in sorted((root / _FOLDER).glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        for text in _blocks(path.read_bytes().decode("utf-8"))[1:]:
            fields = yaml.load(text, yaml.BaseLoader)[0]  # noqa: S506 - a loader that makes nothing but text
            found[fields["id"]] = ServiceEntry(name, text, fields)
    return found


def _blocks(text: str) -> list[str]:
    """Return the text before the first entry of a file, and then the text of each entry."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    bounds = [0, *starts, len(text)]
    return [text[a:b] for a, b in itertools.pairwise(bounds)]


def service_rows(root: Path) -> Iterator[dict[str, str]]:
    """Yield a row for each location of each service; facts of the whole service stand in its first row."""
    for entry in entries(root).values():
        yield from _rows(entry.fields)


def _rows(fields: Mapping[str, object]) -> Iterator[dict[str, str]]:
    locations = fields.get("locations")
    for number, location in enumerate(locations if isinstance(locations, list) else [{}]):
        row = {heading: _cell(fields[name]) for heading, name in SERVICE_COLUMNS.items() if name in fields}
        row = row if number == 0 else {"Identificativo": str(fields["id"])}
        yield row | {heading: _cell(location[name]) for heading, name in LOCATION_COLUMNS.items() if name in location}


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) and ";" not in one for one in value):
        return "; ".join(value)
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6).strip()


def changes_of(root: Path, rows: list[SheetRow]) -> Changes:
    """Return the changes of a sheet to a folder. Raises ValueError with a sentence for a row that cannot be placed."""
    changes, known = Changes(), entries(root)
    by_id: dict[str, list[SheetRow]] = {}
    others = dict.fromkeys(heading for row in rows for heading in row.cells if heading not in HEADINGS)
    faults = [_unknown_column(heading) for heading in others]
    for row in rows:
        if "Identificativo" not in row.cells:
            faults.append(f"riga {row.number}, colonna «Identificativo»: manca. Scrivi per esempio «{_proposed_id(row)}».")
        else:
            by_id.setdefault(row.cells["Identificativo"], []).append(row)
    if faults:
        raise ValueError("\n".join(faults))
    for id, its in by_id.items():
        cells = [dict(row.cells) for row in its]
        entry = known.get(id)
        if entry is None:
            changes.sentences.append(f"nuovo servizio «{id}» ({len(its)} luoghi), righe da {its[0].number}")
            _append(changes, root, _new_text(cells))
        elif (before := list(_rows(entry.fields))) != cells:
            changes.sentences += _sentences(id, before, cells, its)
            _replace(changes, root, entry, _changed_text(entry.text, before, cells))
    changes.missing = [id for id in known if id not in by_id]
    return changes


def _unknown_column(heading: str) -> str:
    guess = nearest(heading, HEADINGS)
    help = f"Forse «{guess}»?" if guess else f"Le colonne sono: {', '.join(HEADINGS)}."
    return f"la colonna «{heading}» non esiste. {help} Se non serve, cancellala; se ha un altro nome, usa --map."


def _proposed_id(row: SheetRow) -> str:
    letters = unicodedata.normalize("NFD", row.cells.get("Nome", "")).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:LONGEST_ID].strip("-") or "nome-del-servizio"


def _sentences(id: str, before: list[dict[str, str]], after: list[dict[str, str]], rows: list[SheetRow]) -> Iterator[str]:
    for number, new in enumerate(after):
        old = before[number] if number < len(before) else {}
        if not old:
            yield f"riga {rows[number].number}: «{id}» ha un luogo in più ({new.get('Comune', '')})"
            continue
        for heading in HEADINGS:
            if old.get(heading, "") != new.get(heading, ""):
                was, now = old.get(heading) or "niente", new.get(heading) or "niente"
                yield f"riga {rows[number].number}: «{id}», {heading}: da «{was}» a «{now}»"
    if len(before) > len(after):
        yield f"«{id}» ha {len(before) - len(after)} luoghi in meno"


# --- Writing ----------------------------------------------------------------------------------------------------------


def _changed_text(text: str, before: list[dict[str, str]], after: list[dict[str, str]]) -> str:
    """Return the text of an entry with changed cells replaced; comments and the order of fields stay."""
    body = "".join(line[2:] if line[:2] in ("- ", "  ") else line for line in text.splitlines(keepends=True))
    fields = yaml_form().load(body)
    _set(fields, SERVICE_COLUMNS, before[0], after[0])
    locations = fields.get("locations")
    for number, cells in enumerate(after):
        if number >= len(before):
            locations.append(CommentedMap())
            locations[number].fa.set_flow_style()
        _set(locations[number], LOCATION_COLUMNS, before[number] if number < len(before) else {}, cells)
    del locations[len(after) :]
    return as_entry(fields)


def _new_text(rows: list[dict[str, str]]) -> str:
    fields = CommentedMap()
    _set(fields, SERVICE_COLUMNS, {}, rows[0])
    fields["locations"] = CommentedSeq()
    for cells in rows:
        location = CommentedMap()
        location.fa.set_flow_style()
        _set(location, LOCATION_COLUMNS, {}, cells)
        fields["locations"].append(location)
    return as_entry(fields)


def _set(fields: CommentedMap, columns: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> None:
    for heading, name in columns.items():
        if before.get(heading, "") == after.get(heading, ""):
            continue
        if heading in after:
            fields[name] = _value(name, after[heading])
        else:
            fields.pop(name, None)


def _value(name: str, cell: str) -> object:
    """Return a cell as a YAML value: a list for fields that hold lists, parsed if it has braces or brackets."""
    if cell[:1] in ("{", "[") or cell in ("yes", "no"):
        return yaml_form().load(cell)
    if name in _DAYS and _SERIAL_DAY.fullmatch(cell):
        return (_DAY_ZERO + dt.timedelta(int(cell))).isoformat()
    if name == "example" and cell.lower() in _TICKS:
        return "yes"
    if name in ("eligibility", "accessibility") and _PAIRS.fullmatch(cell):
        pairs = (pair.partition(":") for pair in cell.split(";") if pair.strip())
        return CommentedMap((key.strip(), _among([one.strip() for one in value.split(",")])) for key, _, value in pairs)
    if name == "eligibility" and cell.lower() in ("tutti", "chiunque"):
        return CommentedMap()
    if name in _LISTS and ";" in cell:
        listed = CommentedSeq([part.strip() for part in cell.split(";") if part.strip()])
        listed.fa.set_flow_style()
        return listed
    if name in ("assured", "collected", "recheck", "latitude", "longitude", "eligibility", "accessibility"):
        return yaml_form().load(cell.replace(",", ".") if name in ("latitude", "longitude") else cell)
    return cell


def _among(values: list[str]) -> object:
    listed = CommentedSeq(values)
    listed.fa.set_flow_style()
    return listed if len(values) > 1 else "yes" if values[0].lower() in _TICKS else values[0]


def _replace(changes: Changes, root: Path, entry: ServiceEntry, text: str) -> None:
    whole = changes.files.get(entry.file) or (root / entry.file).read_bytes().decode("utf-8")
    gap = entry.text[len(entry.text.rstrip("\n")) :]
    changes.files[entry.file] = whole.replace(entry.text, text.rstrip("\n") + gap, 1)


def _append(changes: Changes, root: Path, text: str) -> None:
    path = root / NEW_FILE
    before = changes.files.get(NEW_FILE) or (path.read_bytes().decode("utf-8") if path.exists() else "")
    changes.files[NEW_FILE] = f"{before.rstrip()}\n\n{text}".lstrip("\n")
