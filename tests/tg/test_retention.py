"""What goes when its time is over: sensitive answers after hours of silence; the words of a case, and then the case."""

from __future__ import annotations

import json

import pytest

from bot.core.privacy import DAY_SECONDS, HOUR_SECONDS
from tests.tg.cases.conftest import Offices, offices  # noqa: F401 - a fixture
from tests.tg.cases.office import Office

SENTENCE = "centro estivo a Melegnano per mia figlia di 7 anni in carrozzina"


def session(office: Office) -> dict[str, object]:
    return json.loads(office.scene.rows("SELECT session FROM chat WHERE id = 7")[0][0])


def answers(office: Office) -> set[str]:
    return set(session(office)["interview"]["answers"])


@pytest.mark.asyncio
async def test_sensitive_answers_go_after_twelve_hours_of_silence_and_the_others_stay(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await office.anna.says(SENTENCE)
    assert {"disabilita", "eta"} <= answers(office)
    await office.scene.run_for(11 * HOUR_SECONDS)
    await office.anna.says("ciao")
    await office.scene.run_for(11.9 * HOUR_SECONDS)
    assert "disabilita" in answers(office)
    await office.scene.run_for(0.2 * HOUR_SECONDS)
    assert "eta" in answers(office)
    assert "disabilita" not in answers(office)
    assert "carrozzina" not in json.dumps(session(office))
    assert office.scene.failed == []


@pytest.mark.asyncio
async def test_a_case_loses_its_words_and_later_its_citizen(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    await office.anna.says("mi serve un doposcuola", "/operatore")
    await office.anna.taps("Sì, va bene")
    await office.takes()
    await office.anna.says("canarino verde")
    await office.anna.taps("Torna al bot")
    await office.scene.run_for(89 * DAY_SECONDS)
    assert office.case.transcript
    assert office.topic() is not None
    await office.scene.run_for(2 * DAY_SECONDS)
    await office.scene.run_for(60.0)
    assert (office.case.transcript, office.case.facts, office.case.chat) == ((), (), 7)
    assert office.topic() is None
    await office.scene.run_for(640 * DAY_SECONDS)
    await office.scene.run_for(60.0)
    assert office.scene.rows("SELECT chat, record, state FROM case_") == [(0, "", "resolved")]
    assert office.scene.failed == []
