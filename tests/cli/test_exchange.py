"""Spreadsheets on the command line."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli.main import commands
from tests.builders import content_folder

FILE = "catalogue/services/servizi.yaml"


def test_a_sheet_is_exported_looked_at_and_applied(tmp_path: Path) -> None:
    root, sheet = content_folder(tmp_path / "content"), tmp_path / "servizi.csv"
    assert run("export", str(sheet), "--content", str(root))[0] == 0
    assert "non cambia niente" in run("import", str(sheet), "--content", str(root))[1]
    text = sheet.read_text(encoding="utf-8-sig")
    before = (root / FILE).read_bytes()
    sheet.write_text(text.replace("Asilo nido La Coccinella", "Grande nome", 1), encoding="utf-8-sig")
    code, told = run("import", str(sheet), "--content", str(root))
    assert code == 0
    assert "Grande" in told
    assert (root / FILE).read_bytes() == before
    assert run("import", str(sheet), "--content", str(root), "--apply")[0] == 0
    assert (root / FILE).read_bytes() != before


def test_an_error_of_a_sheet_names_row_and_column(tmp_path: Path) -> None:
    root, sheet = content_folder(tmp_path / "content"), tmp_path / "nuovi.csv"
    sheet.write_text(
        "Identificativo;Nome;Ente;Categoria;Bisogni;Descrizione;Comune;Orari\n"
        "nuovo;Nuovo;Ente;famiglia;asilo-nido;Un nido.;dresano;lun-ven 8-12\n"
        "nuovo;;;;;;melegnano;sabati alterni 9-12\n",
        encoding="utf-8",
    )
    code, told = run("import", str(sheet), "--content", str(root))
    assert code == 1
    assert "riga 3, colonna «Orari»: non capisco l'orario" in told


def test_services_go_out_as_hsds_and_come_back_the_same(tmp_path: Path) -> None:
    root, page = content_folder(tmp_path / "content"), tmp_path / "servizi.json"
    assert run("export", str(page), "--content", str(root))[0] == 0
    assert "non cambia niente" in run("import", str(page), "--content", str(root))[1]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, list(arguments))
    return result.exit_code, result.output
