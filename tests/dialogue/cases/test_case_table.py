"""The table of cases for a report: a row each, in words, with nobody's name or words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

from bot.cli.xlsx import table_as_xlsx
from bot.core.case import Case, CaseReason, Manager, Outcome, TranscriptEntry
from bot.dialogue.cases.case_table import COLUMNS, case_table, table_as_csv
from bot.dialogue.world import World
from tests.builders import NOW

T = 3600.0
CASE = Case(42, 987654321, CaseReason.ASKED, T, desk="nord", place="Melegnano").enqueue(T, "opened", "", due_at=0.0)


def local(moment: float) -> dt.datetime:
    """A clock that stands at ten when time begins."""
    return NOW + dt.timedelta(seconds=moment)


def table(world: World, *cases: Case) -> list[list[str | int]]:
    rows = case_table(world.phrasing, world.content.vocabulary, cases, local, lambda _, began, ended: (ended - began) / 60)
    return [list(row) for row in rows]


def test_a_case_is_a_row_and_an_open_one_has_gaps(world: World) -> None:
    need = next(iter(world.content.vocabulary.needs))
    case = CASE.take(Manager(21, "Luca", "Verdi"), T + 60).answer(T + 120).await_answer(T + 600, due_at=0.0).answer(T + 900)
    case = replace(case.resolve(T + 1200, "closed", "Luca Verdi"), outcome=Outcome.FULL, outcome_words="parole", helped="no")
    case = replace(case, needs=need, transcript=(TranscriptEntry(1, "parole mie"),), reopened=1)
    headings, waiting, closed = table(world, case, replace(CASE, number=41))
    label = world.content.vocabulary.needs[need].label
    assert closed == [
        42, "2026-11-22 11:00", "2026-11-22 11:02", "2026-11-22 11:20", 2, 7, "nord", "No", "chiede di parlare con una persona",
        label, "Melegnano", "Posti esauriti", 1, "No",
    ]  # fmt: skip
    assert waiting[2:6] == ["", "", "", 0]
    assert len(headings) == len(waiting) == len(closed) == len(COLUMNS)
    assert all(secret not in str(closed) for secret in ("Luca", "parole", "987654321"))


def test_the_files_hold_the_table(world: World) -> None:
    rows = table(world, CASE)
    text = table_as_csv(rows)
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]), delimiter=";")) == [[str(value) for value in row] for row in rows]
    with zipfile.ZipFile(io.BytesIO(table_as_xlsx([*rows, ["<&>\x00", 1]]))) as file:
        parts = {name: ET.fromstring(file.read(name)) for name in file.namelist()}
    assert "".join(parts["xl/worksheets/sheet1.xml"].itertext()).endswith("<&>1")
