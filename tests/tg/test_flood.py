"""One person who writes without end slows that person only."""

from __future__ import annotations

import pytest

from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

MANY = 200


async def test_somebody_else_is_answered_after_a_few_messages_of_a_flood(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    for number in range(MANY):
        anna.person.says(f"messaggio {number}")
    bruno.person.starts()
    bruno.person.says("un bambino")
    heard_before = 0
    while len(bruno.heard if bruno.id in scene.telegram.chats else []) < 2:
        heard_before = len(anna.heard)
        moved, due = await scene._round()
        if not moved and due is not None:
            scene.clock.advance(max(0.0, due - scene.clock()))
    assert heard_before <= 4


async def test_updates_of_others_are_handled_beside_a_flood_and_not_behind_it(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    for number in range(MANY):
        anna.person.says(f"messaggio {number}")
    for number in range(30):
        scene.person(100 + number).person.starts()
    while scene.telegram.updates.waiting():
        await scene._poll()
    turns = 0
    while scene.rows("SELECT count(*) FROM inbox WHERE lane >= 100 AND state = 'waiting'") != [(0,)]:
        await scene._handle()
        turns += 1
    assert turns <= 3
    assert scene.rows("SELECT count(*) FROM inbox WHERE lane = 7 AND state = 'done'") == [(1 + turns,)]


async def test_a_flood_comes_to_an_end_with_every_message_answered_in_order(scene: Scene, anna: Phone) -> None:
    """The same answers as to somebody who waits for each before writing the next."""
    lines = [text for age in range(1, 11) for text in ("un bambino", f"{age} anni", "melegnano", "non lo so")]
    patient = scene.person(8, "Bruno")
    await patient.starts()
    await patient.says(*lines)
    await anna.starts()
    for text in lines:
        anna.person.says(text)
    await scene.settle()
    heard = {phone: said_to(scene, phone) for phone in (anna, patient)}
    assert heard[anna] == heard[patient]
    assert len(heard[anna]) == 1 + len(lines)
    assert len(set(heard[anna])) > len(lines) / 2
    assert scene.refusals == []
    assert scene.failed == []


def said_to(scene: Scene, phone: Phone) -> list[str]:
    """The texts of the messages that were sent to somebody, as they were before an answer was marked in them."""
    calls = [call.parameters for call in scene.telegram.calls if call.method == "sendMessage"]
    return [params["text"] for params in calls if int(params["chat_id"]) == phone.id]


async def test_a_flood_of_presses_changes_one_message(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps("Un bambino o una bambina", "6–10 anni", "Melegnano", "Vedi i servizi")
    results, count = anna.front, len(anna.heard)
    edits = len(scene.sent)
    presses = [anna.person.presses(results, "Altri servizi") for _ in range(50)]
    await scene.settle()
    assert all(press.answered for press in presses)
    assert len(anna.heard) == count
    assert len(scene.sent) <= edits + 2
    assert scene.refusals == []
