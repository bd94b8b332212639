"""Golden cases: each file of `golden/` is a case as the citizen and the Social Managers see it, in order of time.

Who does what are the lines with "> " (`transcript.py` says how they are written); the rest is what comes of it. After a
deliberate change run `UPDATE_GOLDEN=1 pytest tests/tg/cases/test_golden.py`, and read the difference as each of them would.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tg.cases.conftest import Offices
from tests.tg.cases.office import MAIN, NORTH
from tests.tg.cases.transcript import Transcript

HERE = Path(__file__).parent / "golden"
CASES = {path: path.read_text() for path in sorted(HERE.glob("*.txt"))}
#: A Tuesday in a week without holidays.
WORKDAY = dt.datetime(2026, 11, 24, 10)


async def played(offices: Offices, text: str) -> str:
    """The transcript that a file's script gives."""
    head = [line for line in text.splitlines() if line.startswith("#")]
    settings = dict(line[2:].split(": ", 1) for line in head if ": " in line)
    hours = settings.get("orari", "")
    desks = [replace(desk, hours=hours) for desk in (MAIN, NORTH)]
    office = await offices(
        now=dt.datetime.fromisoformat(settings["ora"]) if "ora" in settings else WORKDAY,
        desks=desks[:1] if "sportelli" in settings else desks,
        forum="gruppo" not in settings,
        basic=settings.get("gruppo") == "di base",
        others=settings["cittadini"].split(", ") if "cittadini" in settings else (),
        over_http="via" in settings,
    )
    transcript = Transcript(office, [*head, ""])
    for line in text.splitlines():
        if found := re.match(r"> (?:\d\d:\d\d )?(.*)$", line):
            await transcript.does(found[1])
    assert office.scene.failed == []
    return "\n".join(transcript.lines).rstrip() + "\n"


@pytest.mark.asyncio
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_a_case_reads_as_written(offices: Offices, path: Path) -> None:
    written = await played(offices, CASES[path])
    if os.environ.get("UPDATE_GOLDEN"):
        updated(path, written)
    else:
        assert written == CASES[path]


def updated(path: Path, written: str) -> None:
    """Keeps a transcript as it is now."""
    path.write_text(written)


def test_every_case_that_is_promised_is_there() -> None:
    assert {path.stem for path in CASES} >= {
        "album", "bloccato", "caso-intero", "conversazione-eliminata", "corretto", "due-insieme", "festivo", "giornata", "nota",
        "notte", "passa-alla-coda", "passa-allo-sportello", "riaperto", "senza-condividere", "supergruppo",
    }  # fmt: skip
