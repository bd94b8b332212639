"""Services out to a spreadsheet and back in."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

from bot.authoring.exchange.services import NEW_FILE, changes_of, service_rows
from bot.authoring.exchange.sheet import read_sheet, write_sheet
from bot.authoring.load import read_content
from tests.builders import content_folder

SHIPPED = Path(__file__).parent.parent.parent
FILE = "catalogue/services/servizi.yaml"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("root", ["small", "shipped"])
def test_a_sheet_that_was_not_changed_changes_nothing(ending: str, root: str, tmp_path: Path) -> None:
    folder = SHIPPED if root == "shipped" else content_folder(tmp_path)
    sheet = tmp_path / f"servizi.{ending}"
    write_sheet(sheet, list(service_rows(folder)), {"Comune": ["dresano"]})
    changes = changes_of(folder, read_sheet(sheet))
    assert (changes.sentences, changes.files, changes.missing) == ([], {}, [])


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", ","), ("utf-16", "\t")])
def test_one_changed_cell_changes_one_entry_and_no_other_byte(encoding: str, delimiter: str, tmp_path: Path) -> None:
    root = content_folder(tmp_path / "content")
    sheet = tmp_path / "servizi.csv"
    write_sheet(sheet, list(service_rows(root)), {})
    before = (root / FILE).read_text(encoding="utf-8")
    rows = read_sheet(sheet)
    changed = [dict(row.cells) for row in rows]
    changed[0]["Costo"] = "Gratis: è così, per tutti"
    write_csv(sheet, changed, encoding, delimiter)
    changes = changes_of(root, read_sheet(sheet))
    assert len(changes.sentences) == 1
    assert "Costo: da «" in changes.sentences[0]
    after = changes.files[FILE]
    first, rest = before.split("\n- ", 1)[0], before.split("\n- ", 2)[2]
    assert after.startswith(first.split("cost:")[0][:20])
    assert after.endswith(rest)
    (root / FILE).write_text(after, encoding="utf-8")
    content = read_content(root).content
    assert content is not None
    assert "Gratis: è così, per tutti" in {service.cost for service in content.services}


def test_new_rows_are_a_new_service_and_lost_rows_are_told(tmp_path: Path) -> None:
    root = content_folder(tmp_path / "content")
    rows = list(service_rows(root))
    new = {
        "Identificativo": "nuovo",
        "Nome": "Nido nuovo",
        "Ente": "Comune",
        "Categoria": "famiglia",
        "Bisogni": "asilo-nido; doposcuola",
        "Descrizione": "Un nido.",
        "Verificato il": "2026-10-01",
        "Comune": "dresano",
        "Orari": "lun-ven 8-12, agosto chiuso",
        "Per chi": "{eta: 0-2}",
    }
    sheet = tmp_path / "servizi.xlsx"
    write_sheet(sheet, [*rows[1:], new, {"Identificativo": "nuovo", "Comune": "melegnano"}], {"Comune": ["dresano", "melegnano"]})
    changes = changes_of(root, read_sheet(sheet))
    assert changes.missing == [rows[0]["Identificativo"]] or len(changes.sentences) > 1
    (root / NEW_FILE).write_text(changes.files[NEW_FILE], encoding="utf-8")
    content = read_content(root).content
    assert content is not None
    assert [one.place for one in content.services_by_id["nuovo"].locations] == ["dresano", "melegnano"]


def test_other_headings_are_read_with_a_mapping(tmp_path: Path) -> None:
    sheet = tmp_path / "altro.csv"
    sheet.write_text("Codice,Denominazione\nnido,Nido\n", encoding="utf-8")
    rows = read_sheet(sheet, {"Codice": "Identificativo", "Denominazione": "Nome"})
    assert [dict(row.cells) for row in rows] == [{"Identificativo": "nido", "Nome": "Nido"}]


def test_a_column_that_does_not_exist_is_told(tmp_path: Path) -> None:
    sheet = tmp_path / "altro.csv"
    sheet.write_text("Identificativo;Colore\nnido;rosso\n", encoding="utf-8")
    with pytest.raises(ValueError, match="la colonna «Colore» non esiste"):
        changes_of(content_folder(tmp_path / "content"), read_sheet(sheet))


def test_a_sheet_as_an_office_makes_it_is_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    office = (
        ["Elenco dei servizi, novembre 2026"],
        [],
        [
            "Identificativo",
            "NOME ",
            "Ente:",
            "Categoria",
            "Bisogni",
            "Per chi",
            "Accessibilita",
            "Comune",
            "Verificato il",
            "Esempio",
        ],
        ["nido", "Nido", "Comune", "famiglia", "asilo-nido", "persona: bambino; eta: 0-2", "motoria: x", "Dresano", 46307, "x"],
        [],
        ["", "", "", "", "", "", "", "Melegnano"],
        ["punto", "Punto", "Comune", "famiglia", "asilo-nido", "tutti", "", "Dresano", dt.datetime(2026, 10, 12), ""],
        ["Totale: 2"],
    )
    for row in office:
        sheet.append(row)
    book.create_sheet("Note").append(["Chiamare Maria"])
    book.save(tmp_path / "ufficio.xlsx")
    root = content_folder(tmp_path / "content")
    rows = read_sheet(tmp_path / "ufficio.xlsx")
    assert [(row.number, row.cells["Identificativo"]) for row in rows] == [(4, "nido"), (6, "nido"), (7, "punto")]
    nido, punto = yaml.safe_load(changes_of(root, rows).files[NEW_FILE])
    assert [location["place"] for location in nido["locations"]] == ["Dresano", "Melegnano"]
    assert nido["eligibility"] == {"persona": "bambino", "eta": "0-2"}
    assert (str(nido["assured"]), str(punto["assured"])) == ("2026-10-12", "2026-10-12")
    assert (nido["example"], nido["accessibility"], punto["eligibility"]) == (True, {"motoria": True}, {})


def test_every_row_without_an_id_is_told_with_one_that_fits(tmp_path: Path) -> None:
    sheet = tmp_path / "altro.csv"
    sheet.write_text("Nome;Comune\nCittà dei Bimbi;dresano\nNido;dresano\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"(?s)riga 2, .*«citta-dei-bimbi».*riga 3, .*«nido»"):
        changes_of(content_folder(tmp_path / "content"), read_sheet(sheet))


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str, delimiter: str) -> None:
    headings = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headings, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
