"""A citizen's location answers the question for their municipality, and is kept nowhere."""

from __future__ import annotations

import pytest

from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

#: A point in Melegnano, and one in Rome.
MELEGNANO, ROME = (45.3591, 9.3257), (41.9028, 12.4964)


async def asked_for_place(anna: Phone) -> None:
    await anna.says("un bambino", "7 anni")
    assert "In quale comune abiti?" in anna.front.text


async def test_a_button_asks_for_the_location_and_the_location_is_the_answer(scene: Scene, anna: Phone) -> None:
    await asked_for_place(anna)
    await anna.says("/posizione")
    ((key,),) = anna.front.keyboard
    assert (key.text, key.asks_location) == ("📍 Manda dove sono", True)
    await anna.does(lambda person: person.sends_location(*MELEGNANO))
    assert anna.front.text.startswith("Dalla tua posizione: Melegnano.")
    assert "Di che aiuto hai bisogno?" in anna.front.text
    kept = [
        *scene.rows("SELECT session FROM chat"),
        *scene.rows("SELECT payload FROM inbox"),
        *scene.rows("SELECT payload FROM ledger"),
    ]
    assert "45.35" not in str(kept)
    assert scene.cases == []


async def test_a_location_is_an_answer_before_the_question_too(anna: Phone) -> None:
    await anna.does(lambda person: person.sends_location(*MELEGNANO))
    assert anna.front.text.startswith("Dalla tua posizione: Melegnano.")


async def test_a_location_far_away_answers_nothing(anna: Phone) -> None:
    await asked_for_place(anna)
    await anna.does(lambda person: person.sends_location(*ROME))
    assert anna.front.text.startswith("Da lì non trovo un Comune della rete.")
    assert "In quale comune abiti?" in anna.front.text


async def test_the_question_stays_open_after_the_request(anna: Phone) -> None:
    await asked_for_place(anna)
    await anna.says("/posizione", "melegnano")
    assert "Di che aiuto hai bisogno?" in anna.front.text
