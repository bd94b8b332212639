""" "È ancora valido?": from the desk's question to what citizens read, at once and after a restart."""

from __future__ import annotations

import pytest

from tests.tg.cases.office import Office
from tests.tg.cases.test_desk_commands import asked

pytestmark = pytest.mark.asyncio

NURSERY = "nido-comunale"


async def test_an_answer_is_on_the_card_at_once_and_the_next_service_is_asked_about(office: Office) -> None:
    scene = office.scene
    question = await asked(office, "/valido")
    assert question.text.startswith("È ancora valido? «")
    office.luca.presses(question, "Posti esauriti")
    await scene.settle()
    assert question.text.count("È ancora valido?") == 1
    assert "Segnato, vale da subito." in question.text
    ((service, answer),) = scene.rows("SELECT service, answer FROM confirmation")
    assert answer == "pieno"
    assert scene.rows("SELECT act, object FROM audit") == [("confirm", f"service:{service}")]
    await scene.parts.content._step()
    await office.anna.starts(service)
    assert "osti esauriti" in office.anna.front.text
    await scene.restart()
    await office.anna.starts(service)
    assert "osti esauriti" in office.anna.front.text


async def test_what_has_changed_is_written_in_words_and_waits_for_staff(office: Office) -> None:
    assert f"/valido cambia {NURSERY}" in (await asked(office, f"/valido cambia {NURSERY}")).text
    noted = await asked(office, f"/valido cambia {NURSERY} apre alle 8, chiedi a 333 1234567")
    assert "«Nido comunale»: apre alle 8, chiedi a [telefono]. Segnato" in noted.text
    assert office.scene.rows("SELECT answer, words FROM confirmation") == [("cambia", "apre alle 8, chiedi a [telefono]")]
    assert "Non trovo il servizio «boh»" in (await asked(office, "/valido si boh")).text


async def test_later_asks_about_another_one_first_and_nobody_from_outside_answers(office: Office) -> None:
    question = await asked(office, "/valido")
    before = question.text
    office.luca.presses(question, "Dopo")
    await office.scene.settle()
    assert question.text != before
    assert office.scene.rows("SELECT * FROM confirmation") == []
