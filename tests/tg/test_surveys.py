"""Surveys, from the link to the file of their results, through Telegram."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.replies import Action, Verb
from bot.core.secrecy import Level
from bot.core.survey import Sheet, load_sheet
from bot.dialogue.incoming import Command, Press
from bot.dialogue.session import Session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.reports.survey import SurveyResults
from tests.tg.conftest import Open
from tests.tg.harness import Phone, Scene, Stage

FAMILIES = "bisogni-famiglie"
#: Answers to the survey on families, each to its question; the children are asked for only where there are some.
ANSWERS = (
    "Melegnano", "2", ("Di figli o nipoti", "Di parenti anziani", "Fatto"), "A tempo pieno", ("I nonni", "Fatto"),
    ("Finite le lezioni", "Nelle vacanze d'estate", "Fatto"), "Tantissima fatica", "Pesano abbastanza", "Sì", "Ne conosco pochi",
    ("Per le vacanze scolastiche", "Fatto"),
)  # fmt: skip
EXPECTED = {
    "comune": ("melegnano",), "fam_figli": ("2..2.000001",), "fam_cura": ("cura-figli", "cura-anziani"),
    "fam_lavoro": ("tempo-pieno",),
    "fam_chi_aiuta": ("aiuto-nonni",), "fam_quando": ("manca-dopo", "manca-estate"), "fam_fatica": ("4",), "fam_costo": ("3",),
    "fam_rinunce": ("yes",), "fam_conosce": ("2",), "fam_servono": ("servono-estate",),
}  # fmt: skip


def sheets_of(scene: Scene) -> list[Sheet]:
    """The sheets that were sent."""
    return [load_sheet(payload) for (payload,) in scene.rows("SELECT payload FROM ledger WHERE kind = 'sheet'")]


async def answer(phone: Phone, answers: Sequence[str | tuple[str, ...]] = ANSWERS) -> None:
    """Answers questions by buttons."""
    for one in answers:
        await phone.taps(*([one] if isinstance(one, str) else one))


def forget(scene: Scene) -> None:
    """Empties the sessions."""
    with sqlite3.connect(scene.path) as database:
        database.execute("UPDATE chat SET session = NULL")


@pytest.mark.asyncio
async def test_what_was_answered_is_kept_once_it_is_sent(shipped: Stage, opened: Open) -> None:
    scene = await opened(shipped)
    anna = scene.person(7, "Anna")
    await anna.starts(FAMILIES)
    await answer(anna)
    await anna.says("Mi chiamo Anna Rossi, 333 1234567: un nido in azienda")
    assert sheets_of(scene) == []
    await anna.taps("Invia le risposte")
    (sheet,) = sheets_of(scene)
    assert {id: values for id, values in sheet.answers.items() if id != "fam_idee"} == EXPECTED
    (idea,) = sheet.answers["fam_idee"]
    assert "nido in azienda" in idea
    assert "Rossi" not in idea
    assert "333" not in idea
    assert anna.front.text.startswith("Grazie!")


@pytest.mark.asyncio
async def test_a_survey_goes_on_after_a_kill_and_may_be_changed_until_it_is_sent(shipped: Stage, opened: Open) -> None:
    scene = await opened(shipped)
    anna = scene.person(7, "Anna")
    await anna.starts(FAMILIES)
    await answer(anna, ANSWERS[:4])
    await scene.restart()
    await answer(anna, ANSWERS[4:])
    await anna.taps("Non lo so", "Cambia una risposta", "Come lavori: A tempo pieno", "Cerco un impiego", "Invia le risposte")
    (sheet,) = sheets_of(scene)
    assert sheet.answers == {**EXPECTED, "fam_lavoro": ("in-cerca",), "fam_idee": ("?",)}


@pytest.mark.asyncio
async def test_a_person_answers_once_even_when_the_bot_has_forgotten_them(shipped: Stage, opened: Open) -> None:
    scene = await opened(shipped)
    anna = scene.person(7, "Anna")
    await anna.starts(FAMILIES)
    await answer(anna)
    await anna.taps("Non lo so", "Invia le risposte")
    await anna.starts(FAMILIES)
    assert "Hai già risposto" in anna.front.text
    await anna.starts()
    await scene.parts.store.do(lambda unit: None)
    database_free = scene.rows("SELECT key FROM ledger WHERE kind = 'seal'")
    assert len(database_free) == 1
    assert database_free[0][0] != "7"
    assert len(sheets_of(scene)) == 1


@pytest.mark.asyncio
async def test_sheets_tell_neither_whose_they_are_nor_when_they_came(shipped: Stage, opened: Open) -> None:
    scene = await opened(shipped)
    for id in (7, 8, 9):
        phone = scene.person(id)
        await phone.starts(FAMILIES)
        await answer(phone)
        await phone.taps("Non lo so", "Invia le risposte")
    rows = scene.rows("SELECT id, at, key FROM ledger WHERE kind = 'sheet'")
    assert len(rows) == 3
    assert all(id < 0 and at % 86400 == 0 and key is None for id, at, key in rows)
    assert all(
        set(json.loads(payload)) == {"flow", "answers"}
        for (payload,) in scene.rows("SELECT payload FROM ledger WHERE kind = 'sheet'")
    )


@pytest.mark.parametrize(("days", "said"), [(-1, "comincia il"), (1, "è finito"), (0, "")])
def test_a_survey_is_open_between_its_dates(stage: Stage, days: int, said: str) -> None:
    today = dt.date(2026, 11, 22)
    world = World.on(stage.content, today)
    survey = replace(world.content.flows[FAMILIES], opens=today - dt.timedelta(days), closes=today - dt.timedelta(days))
    world = World.on(replace(world.content, flows={**world.content.flows, FAMILIES: survey}), today)
    now = dt.datetime(2026, 11, 22, 10)
    (reply,) = turn(world, Session(), Command("start", FAMILIES), now).replies
    assert said in reply.plain
    assert ("In quale comune abiti?" in reply.plain) is (said == "")


def test_nothing_is_sent_before_all_is_answered(stage: Stage) -> None:
    world, now = World.on(stage.content, dt.date(2026, 11, 22)), dt.datetime(2026, 11, 22, 10)
    session = turn(world, Session(), Command("start", FAMILIES), now).session
    assert turn(world, session, Press(Action(Verb.SEND)), now).effects == ()


def test_both_surveys_are_short(stage: Stage) -> None:
    for id in (FAMILIES, "lavoro-da-casa"):
        assert len(stage.content.flows[id].questions) <= 12


def test_results_hide_few_and_equal_what_went_in(stage: Stage) -> None:
    world = World.on(stage.content, dt.date(2026, 11, 22))
    given = [("4",)] * 9 + [("3",)] * 6 + [("2",)] * 5 + [("1",)] * 2
    results = SurveyResults(
        world.content.flows[FAMILIES], world, [Sheet(FAMILIES, {"fam_fatica": one}) for one in given], Level.INSIDE
    )
    counts = {code: count for code, _, count in results.tables()["fam_fatica"]}
    assert counts == {"1": None, "2": None, "3": 6, "4": 9}
    assert results.count == 22
    data = results.csv_files()["dati.csv"].splitlines()
    assert len(data) == 23
    codes = results.csv_files()["codici.csv"]
    assert "fam_fatica" in codes
    assert "Tantissima fatica" in codes
    outside = replace(results, level=Level.OUTSIDE)
    assert {count for _, _, count in outside.tables()["fam_fatica"]} <= {None, 10}
    assert "dati.csv" not in outside.csv_files()


def test_a_survey_edited_while_it_is_open_loses_no_answer_that_was_given(stage: Stage) -> None:
    world = World.on(stage.content, dt.date(2026, 11, 22))
    sheets = [Sheet(FAMILIES, {"fam_fatica": (one,), "fam_tolta": ("si",)}) for one in ("4", "4", "9") for _ in range(5)]
    results = SurveyResults(world.content.flows[FAMILIES], world, sheets, Level.INSIDE)
    rows = {code: (label, count) for code, label, count in results.tables()["fam_fatica"]}
    assert rows["9"] == ("9 (altra risposta)", 5)
    files = results.csv_files()
    assert "fam_tolta" in files["dati.csv"].splitlines()[0]
    assert "fam_tolta (domanda che non si fa più)" in files["codici.csv"]
    assert "9 (altra risposta)" in files["codici.csv"]


def test_of_few_sheets_nothing_is_shown(stage: Stage) -> None:
    world = World.on(stage.content, dt.date(2026, 11, 22))
    sheet = Sheet(FAMILIES, {"fam_fatica": ("4",), "fam_idee": ("un'idea",)})
    results = SurveyResults(world.content.flows[FAMILIES], world, [sheet] * 3, Level.INSIDE)
    assert results.count is None
    assert "dati.csv" not in results.csv_files()
    assert all(count is None for rows in results.tables().values() for _, _, count in rows)
