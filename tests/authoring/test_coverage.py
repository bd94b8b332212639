"""Coverage: every cell says what matching says to such a person."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.authoring.coverage import AXES, Cover, coverage, dead_ends, offer_in_month
from bot.authoring.load import load_content
from bot.cli.main import commands
from bot.core.attributes import AGE, NEED, PLACE, years
from bot.core.conditions import Any, Atom, Value
from bot.core.content import Content
from bot.core.explanation import Verdict, explain
from bot.core.services import Availability
from tests.builders import THOROUGH, content_folder

TODAY = dt.date(2026, 11, 30)
FILE = "catalogue/services/altri.yaml"
MORE = """
- {{id: uno, name: Uno, organization: Ente, category: famiglia, need: [doposcuola], summary: Qui.,
   {more} locations: [{{place: dresano, {here}}}]}}
"""


def searched(content: Content, need: str, month: dt.date, answers: tuple[Value, ...]) -> Cover:
    """The cover of a cell by brute force: the explanation of every offer."""
    stated = {NEED: content.vocabulary.known(NEED, (need,))}
    stated |= {name: content.vocabulary.known(name, (value,)) for name, value in zip(AXES, answers, strict=True)}
    people = content.vocabulary.people(stated)
    best = Cover.NOTHING
    for offer in content.offers:
        seen = offer_in_month(offer, month)
        verdict = explain(seen, people).verdict if seen is not None else Verdict.DOES_NOT_FIT
        if seen is not None and verdict is not Verdict.DOES_NOT_FIT:
            cover = Cover.FITS if verdict is Verdict.FITS else Cover.TO_CHECK
            best = max(best, Cover.FULL if seen.location.availability is Availability.FULL else cover)
    return best


def test_cells_of_the_shipped_content_are_what_matching_says(content: Content, seed: str) -> None:
    found, drawn = coverage(content, TODAY), random.Random(seed)
    met = np.argwhere(found.cells > 0)
    for _ in range(8 * THOROUGH):
        cell = tuple(drawn.choice(met)) if drawn.random() < 0.6 else tuple(drawn.randrange(size) for size in found.cells.shape)
        need, month, *places = cell
        answers = tuple(values[number] for values, number in zip(found.axes.values(), places, strict=True))
        expected = searched(content, found.needs[need], found.months[month], answers)
        assert found.cells[cell] == expected, (found.needs[need], found.months[month], answers)


@pytest.mark.parametrize(
    ("more", "here"),
    [
        ("eligibility: {any: [{eta: 6-10, famiglia: genitore-solo}, {not: {persona: bambino}}]},", "hours: lun-ven 8-12"),
        ("valid: 9 giugno - 1 agosto,", "hours: 'lun-ven 8-12; Jul lun-ven 16-22'"),
        ("availability: full,", "dates: [13 dicembre 2026 15:00-17:00, 2 febbraio 2027 20:00-22:00]"),
    ],
)
def test_all_cells_of_small_content_are_what_matching_says(more: str, here: str, tmp_path: Path) -> None:
    content = load_content(content_folder(tmp_path, {FILE: MORE.format(more=more, here=here)}))
    assert_as_searched(content, ["doposcuola"])


def test_conditions_that_tie_axes_together_are_judged_over_both(tmp_path: Path) -> None:
    content = load_content(content_folder(tmp_path, {FILE: MORE.format(more="", here="serves: tutti")}))
    tied = Any((Atom(PLACE, frozenset({"dresano"})), Atom(NEED, frozenset({"ascolto"})), Atom(AGE, (years(3, 8),))))
    service = replace(content.services_by_id["uno"], eligibility=tied, needs=("doposcuola", "ascolto"))
    assert_as_searched(replace(content, services=(service,)), ["doposcuola", "ascolto"])


def assert_as_searched(content: Content, needs: list[str]) -> None:
    found = coverage(content, TODAY)
    for need, *answers, covers in found.rows():
        if need in needs:
            expected = tuple(searched(content, need, month, tuple(answers)) for month in found.months[::2])
            assert covers[::2] == expected, (need, answers)


def test_what_nobody_reaches_is_told(tmp_path: Path) -> None:
    written = MORE.format(more="eligibility: {eta: 3-5, persona: anziano},", here="hours: lun-ven 8-12")
    flow = "flow: altro\ntitle: Altro\ncommand: altro\nquestions:\n  - {ask: Automobile?, fills: automobile}\n"
    content = load_content(content_folder(tmp_path, {FILE: written, "flows/altro.yaml": flow}))
    found = dead_ends(content, TODAY)
    assert found.offers == ("uno@dresano",)
    assert ("altro", "Automobile?") in found.questions


def test_coverage_is_printed_as_text_json_and_csv(tmp_path: Path) -> None:
    root = str(content_folder(tmp_path))
    told, table, data = (
        CliRunner().invoke(commands, ["check", "--coverage", "--now", "2026-11-30", "--content", root, *more]).stdout
        for more in ((), ("--csv",), ("--json",))
    )
    assert "adatta" in told
    assert table.startswith("bisogno;comune;eta;orario;2026-11;2026-12;")
    cells = json.loads(data)["cells"]["doposcuola"]["melegnano"]
    assert {len(months) for ages in cells.values() for months in ages.values()} == {12}
