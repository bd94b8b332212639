"""The forms that add, remove and repeat, and spreadsheets: an act changes its lines alone, or says why not and writes nothing."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import pytest

from bot.authoring.exchange.services import service_rows
from bot.authoring.exchange.sheet import write_sheet
from bot.authoring.load import load_content
from bot.console.yaml_edits import sentences_in, with_field, with_sentence
from tests.console.test_content_room import post
from tests.console.test_security import Browser, client, folder, room

__all__ = ["client", "folder", "room"]

NEW = {
    "name": "Nido «Il Bruco»",
    "organization": "Cooperativa Il Bruco",
    "need": "asilo-nido",
    "summary": "Giochi e pappa al mattino.",
    "persona": "bambino",
    "eta": "1-2",
    "place": "melegnano",
    "address": "Via Roma 1, scuola",
    "hours": "lun-ven 8-12",
    "phone": "02 1234567",
    "valid": "",
}


def texts_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.glob("*/**/*.yaml"))}


def added_lines(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The lines that are new; every line that was there must still be."""
    old, new = ("\n".join(texts.values()).split("\n") for texts in (before, after))
    for line in old:
        new.remove(line)
    return [line for line in new if line.strip()]


def test_a_service_is_added_by_its_form(client: Browser, folder: Path) -> None:
    before = texts_of(folder)
    code, saved = post(client, "service", **NEW)
    assert (code, saved["id"]) == (200, "nido-il-bruco")
    assert added_lines(before, texts_of(folder))[0].endswith("id: nido-il-bruco")
    service = load_content(folder).services_by_id["nido-il-bruco"]
    assert (service.name, service.category, service.needs) == ("Nido «Il Bruco»", "famiglia", ("asilo-nido",))
    assert service.locations[0].address == "Via Roma 1, scuola"
    assert post(client, "service", **{**NEW, "place": "", "address": "", "hours": ""})[1]["id"] == "nido-il-bruco-2"
    assert load_content(folder).services_by_id["nido-il-bruco-2"].locations[0].serves is None


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"need": "nessuno"}, {"hours": "mai e poi mai"}, {"phone": "abc"}, {"place": "atlantide"}, {"eta": "tanti"}],
)
def test_a_service_that_would_break_the_content_is_not_written(client: Browser, folder: Path, wrong: dict[str, str]) -> None:
    before = texts_of(folder)
    code, refusal = post(client, "service", **{**NEW, **wrong})
    assert (code, bool(refusal["problems"])) == (422, True)
    assert texts_of(folder) == before


@pytest.mark.parametrize(
    ("owner", "field", "where"),
    [("violenza", "phrases", "catalogue/urgent.yaml"), ("asilo-nido", "examples", "catalogue/needs.yaml")],
)
def test_words_teach_where_they_belong(client: Browser, folder: Path, owner: str, field: str, where: str) -> None:
    before = texts_of(folder)
    code, saved = post(client, "words", owner=owner, field=field, words="mi   prende a calci: forte")
    assert (code, saved["files"]) == (200, [where])
    after = texts_of(folder)
    assert [name for name in after if after[name] != before[name]] == [where]
    assert after[where].replace(', "mi prende a calci: forte"', "") == before[where]
    assert post(client, "words", owner=owner, field=field, words="mi prende a calci: forte")[0] == 422


@pytest.mark.parametrize(
    ("owner", "field", "words"),
    [
        ("asilo-nido", "phrases", "nido"),
        ("nessuno", "examples", "x y z"),
        ("violenza", "label", "x"),
        ("violenza", "phrases", "  "),
    ],
)
def test_words_that_belong_nowhere_are_refused(client: Browser, folder: Path, owner: str, field: str, words: str) -> None:
    before = texts_of(folder)
    assert post(client, "words", owner=owner, field=field, words=words)[0] == 422
    assert texts_of(folder) == before


def test_a_service_is_removed_and_nothing_else(client: Browser, folder: Path) -> None:
    before = texts_of(folder)
    post(client, "service", **NEW)
    assert post(client, "remove", service="nido-il-bruco")[0] == 200
    after = texts_of(folder)
    assert {name: text.rstrip() for name, text in after.items()} == {name: text.rstrip() for name, text in before.items()}
    assert post(client, "remove", service="nido-il-bruco")[0] == 422


def test_a_season_is_repeated_a_year_later(client: Browser, folder: Path) -> None:
    post(client, "service", **{**NEW, "name": "Campo estivo", "valid": "5 luglio 2027 - 30 luglio 2027"})
    assert post(client, "repeat", service="campo-estivo")[1]["id"] == "campo-estivo-2028"
    copy = load_content(folder).services_by_id["campo-estivo-2028"]
    assert copy.assured is None
    assert post(client, "repeat", service="campo-estivo")[0] == 422
    assert post(client, "repeat", service="nido-prova")[0] == 422


def test_hours_of_one_location_change_alone(client: Browser, folder: Path) -> None:
    services = client.get("/api/content/services").json()["services"]
    nido = next(one for one in services if one["id"] == "nido-prova")
    assert [one["hours"] for one in nido["locations"]] == ["Mo-Fr 07:30-18:00", "lun-ven 8:00-16:30"]
    before = texts_of(folder)
    assert (
        post(client, "field", service="nido-prova", field="hours", value="lun-ven 8-12; 24 dic-6 gen chiuso", location=1)[0]
        == 200
    )
    changed = before[nido["file"]].replace('"lun-ven 8:00-16:30"', '"lun-ven 8-12; 24 dic-6 gen chiuso"')
    assert texts_of(folder) == {**before, nido["file"]: changed}
    for location, field, value in (
        (7, "hours", "lun 8-9"),
        (-1, "hours", "lun 8-9"),
        (0, "place", "dresano"),
        (0, "hours", "boh"),
    ):
        assert post(client, "field", service="nido-prova", field=field, value=value, location=location)[0] == 422


BRACES = (
    "- id: uno\n  name: Uno\n  locations:\n    - {place: a, hours: lun 8-9, phone: 1}   # qui\n    - place: b\n      hours: x\n"
)


@pytest.mark.parametrize(
    ("location", "value", "old", "new"),
    [
        (0, "", ", hours: lun 8-9", ""),
        (0, "lun 8-9; mar 9-10", "lun 8-9", '"lun 8-9; mar 9-10"'),
        (1, "", "      hours: x\n", ""),
        (1, "sab 9", "hours: x", "hours: sab 9"),
    ],
)
def test_a_field_in_braces_changes_and_every_other_letter_stays(location: int, value: str, old: str, new: str) -> None:
    assert with_field(BRACES, "uno", "hours", value, location) == BRACES.replace(old, new)


FLOW = (
    "flow: x\ntitle: Titolo\nquestions:\n  - ask: Prima?\n    fills: a\n    when: {persona: b}\n  - {ask: Seconda?, fills: b}\n"
)


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("title", "Altro", "Titolo", "Altro"),
        ("questions.1.ask", "Uno\ndue", "Prima?", "|-\n      Uno\n      due"),
        ("questions.2.ask", "Uno, due?", "Seconda?", '"Uno, due?"'),
    ],
)
def test_a_sentence_of_a_flow_changes_and_every_other_letter_stays(key: str, value: str, old: str, new: str) -> None:
    assert [one.key for one in sentences_in(FLOW)] == ["title", "questions.1.ask", "questions.2.ask"]
    changed = with_sentence(FLOW, key, value)
    assert changed == FLOW.replace(old, new)
    assert {one.key: one.text for one in sentences_in(changed)}[key] == value


def test_a_question_is_changed_by_its_form(client: Browser, folder: Path) -> None:
    found = client.get("/api/content/sentences").json()["sentences"]
    one = next(one for one in found if one["key"] == "questions.1.ask")
    assert post(client, "sentence", file=one["file"], key=one["key"], value="Per chi chiedi?")[0] == 200
    assert '  - ask: "Per chi chiedi?"\n' in (folder / one["file"]).read_text()
    for file in ("config.yaml", "flows/../config.yaml", "catalogue/services/none.yaml"):
        assert post(client, "sentence", file=file, key="telegram", value="x")[0] == 422


def sheet_of(folder: Path, tmp_path: Path, ending: str, **cells: str) -> str:
    """The services as a spreadsheet (base64), with other cells in its first row."""
    rows = list(service_rows(folder))
    write_sheet(tmp_path / f"sheet{ending}", [{**rows[0], **cells}, *rows[1:]], {})
    return base64.b64encode((tmp_path / f"sheet{ending}").read_bytes()).decode()


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_spreadsheet_is_shown_before_it_is_taken(client: Browser, folder: Path, tmp_path: Path, ending: str) -> None:
    before = texts_of(folder)
    data = sheet_of(folder, tmp_path, ending, Costo="gratis")
    code, shown = post(client, "sheet", name=f"servizi{ending}", data=data)
    assert (code, len(shown["changes"])) == (200, 1)
    assert "a «gratis»" in shown["changes"][0]
    assert texts_of(folder) == before
    assert post(client, "sheet", name=f"servizi{ending}", data=data, is_taken=True)[0] == 200
    assert [name for name, text in texts_of(folder).items() if text != before[name]] == shown_files(folder, before)
    assert post(client, "sheet", name=f"servizi{ending}", data=data)[1]["changes"] == []


def shown_files(folder: Path, before: dict[str, str]) -> list[str]:
    return [name for name in before if "cost: gratis" in texts_of(folder)[name] and "cost: gratis" not in before[name]]


def test_an_error_in_a_spreadsheet_is_told_by_row_and_column(client: Browser, folder: Path, tmp_path: Path) -> None:
    before = texts_of(folder)
    data = sheet_of(folder, tmp_path, ".csv", **{"Verificato il": "ieri l'altro"})
    for is_taken in (False, True):
        code, refusal = post(client, "sheet", name="servizi.csv", data=data, is_taken=is_taken)
        assert (code, str(refusal["problems"][0]).split(":")[0]) == (422, "riga 2, colonna «Verificato il»")
    assert texts_of(folder) == before


def bomb() -> bytes:
    """A small archive of a long file, which calls itself a spreadsheet."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.xlsx", b"no archive"),
        ("x.xlsx", bomb()),
        ("x.xlsx", b"PK\x03\x04"),
        ("x.csv", b"\x00\xff\xfe"),
        ("x.csv", b"a;b\n1;2\n"),
        ("x.exe", b"MZ"),
        ("../../config.yaml", b"x"),
        ("x.csv", b""),
        ("x.csv.zip", bomb()),
        ("", b"x"),
        ("x.csv", b"Identificativo\n\n;\n"),
    ],
)
def test_whatever_is_uploaded_gets_a_sentence_and_writes_nothing(client: Browser, folder: Path, name: str, data: bytes) -> None:
    before = texts_of(folder)
    code, answer = post(client, "sheet", name=name, data=base64.b64encode(data).decode(), is_taken=True)
    assert code in (200, 422)
    assert code == 200 or str(answer["problems"][0]).endswith(".")
    assert texts_of(folder) == before
    assert post(client, "sheet", name="x.csv", data="no base64 §")[0] == 422
