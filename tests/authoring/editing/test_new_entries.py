"""New entries, asked line by line or given by a program: what is written has no error."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.authoring.editing.drafts import errors_after
from bot.authoring.editing.new_entries import EntryKind, form_of, new_entry
from bot.authoring.load import load_content
from bot.cli.main import commands
from tests.builders import content_folder, told

#: The answers to the questions about each field, by its name in YAML; nothing for all others.
ANSWERS = {
    EntryKind.SERVICE: {
        "name": ["Nido: l'Arcobaleno"],
        "organization": ["Coop Esempio"],
        "category": ["famigla", "famiglia"],
        "summary": ["Un nido, per i più piccoli."],
        "need": ["asilo-nido; doposcuola"],
        "eligibility": ["", "", "persona: bambino, eta: 3m-36m"],
        "accessibility": ["motoria: yes"],
        "cost": ["", "", "Da 100 a 300 € al mese"],
        "valid": ["", "", "dal 9 giugno al 1 agosto"],
        "place": ["Melegnano", "dresano"],
        "address": ["Via Roma 1, scala B"],
        "hours": ["lun-ven ore otto", "lun-ven 7,30-18"],
        "phone": ["", "", "02 9523456"],
    },
    EntryKind.NEED: {
        "label": ["Banca delle ore"],
        "category": ["famiglia"],
        "examples": ["; ".join(f"vorrei scambiare {n} ore" for n in range(12))],
    },
    EntryKind.PLACE: {
        "name": ["Lodi"],
        "istat": ["098031"],
        "postal_code": ["26900"],
        "latitude": ["45,31", "45.31"],
        "longitude": ["9.5"],
    },
    EntryKind.TOPIC: {"label": ["Bollo dell'auto"], "say": ["Vai all'ACI: lì lo paghi."], "examples": ["dove pago il bollo?"]},
    EntryKind.FLOW: {
        "title": ["La prova"],
        "command": ["prova"],
        "ask": ["Quanti anni hai?", "Dove abiti?"],
        "fills": ["età", "eta", "comune"],
        "when": ["", "eta: 3+"],
    },
}


@pytest.mark.parametrize("kind", EntryKind)
def test_an_entry_that_was_asked_for_is_right(kind: EntryKind, tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    answers, questions, said = {name: list(lines) for name, lines in ANSWERS[kind].items()}, [], []

    def ask(question: str) -> str:
        questions.append(question)
        if question.startswith("Un'altra voce"):
            return "sì" if questions.count(question) == 1 else ""
        found = re.search(r"\((\w+)[;)]", question)
        assert found is not None, question
        return (answers.get(found[1]) or [""]).pop(0)

    values = form_of(root, kind, dt.date(2026, 11, 30)).asked(ask, said.append)
    entry = new_entry(root, kind, values)
    assert errors_after(root, {entry.file: entry.text}) == ()
    if kind in (EntryKind.SERVICE, EntryKind.FLOW):
        assert any("Forse «" in line or "non capisco" in line for line in said)
    path = root / entry.file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    assert entry.text.startswith(before.rstrip())


def test_a_program_adds_an_entry_and_reads_the_result(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    fields = {"id": "banca", "category": "famiglia", "label": "Banca", "examples": ["a: b", "c"], "sensitive": True}
    ran = CliRunner().invoke(commands, ["new", "need", "--json", "--content", str(root)], input=json.dumps(fields))
    assert json.loads(ran.output) == {"id": "banca", "file": "catalogue/needs.yaml", "errors": []}
    assert load_content(root).vocabulary.needs["banca"].sensitive
    again = CliRunner().invoke(commands, ["new", "need", "--json", "--content", str(root)], input=json.dumps(fields))
    assert again.exception is not None
    assert "c'è già" in str(again.exception)


def test_a_wrong_entry_is_not_written(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    before = told(root)
    ran = CliRunner().invoke(commands, ["new", "topic", "--set", "id=bollo", "--content", str(root)])
    assert ran.exit_code != 0
    assert told(root) == before
