"""The bot is killed between any two steps: no message is lost, nothing takes effect twice, at most one message comes twice."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

import pytest

from bot.fake_telegram import Message
from tests.builders import THOROUGH
from tests.tg.conftest import DESK, Open
from tests.tg.harness import Phone, Scene, Shown, data_of

pytestmark = [pytest.mark.asyncio, pytest.mark.exhaustive]

Script = Callable[[Phone], Awaitable[object]]

#: A round has five steps, a message takes two rounds, and may wait a second for its turn: a shorter life gets nowhere.
LIVES = (16, 17, 19, 23)
#: Of the steps after which the bot can be killed each so many-th is tried; coprime to the steps of a round.
STRIDE = 1 if THOROUGH > 1 else 13


async def searching(anna: Phone) -> None:
    """Presses, words, cards and pages, and in the end a person."""
    await anna.starts()
    await anna.taps("Un bambino o una bambina")
    await anna.says("7 anni")
    await anna.taps("Melegnano", "Vedi i servizi")
    await anna.taps(anna.front.labels[0], "Torna alla lista", "Altri servizi", "Parla con una persona")
    await anna.says("grazie")


async def toggling(anna: Phone) -> None:
    """What is pressed twice is taken back: an update that took effect twice would be seen."""
    await anna.starts("eventi__melegnano")
    await anna.taps("Tutta la famiglia", "Vedi i servizi")
    await anna.says("/servizi", "famiglia", "dresano", "non lo so", "4 e 9")
    await anna.does(lambda person: person.sends_album())
    await anna.says("no", "cerca meglio")
    await anna.taps("Un genitore da solo", "Tre o più figli", "✓ Un genitore da solo", "Due genitori", "Fatto")
    await anna.says("/modifica")


async def without_waiting(anna: Phone) -> None:
    """Several people do several things at once, before the bot has answered the first."""
    bruno = anna.scene.person(8, "Bruno")
    anna.person.starts()
    bruno.person.starts("asilo-nido")
    await anna.scene.settle()
    anna.person.presses(anna.front, "Un bambino o una bambina")
    bruno.person.says("un bambino")
    bruno.person.says("2 anni")
    bruno.person.says("melegnano")
    anna.person.says("8 mesi")
    await anna.scene.settle()


def original(message: Message) -> tuple[str, int]:
    """What a message of the bot said when it was sent; those of people come once."""
    content = message.edits[0].content if message.edits else message.content
    return content.get("text") or content.get("caption") or "", 0 if message.sender.is_bot else message.id


def seen(messages: Sequence[Message]) -> tuple[list[Shown], int]:
    """A chat without messages that came twice, and how many those were."""
    runs = [list(run) for _, run in groupby(messages, original)]
    return [Shown.of(run[-1]) for run in runs], sum(len(run) - 1 for run in runs)


def everything(scene: Scene) -> tuple[list[list[Shown]], int]:
    """All chats so, and the doubles in all of them."""
    chats = [seen(chat.messages) for _, chat in sorted(scene.telegram.chats.items())]
    return [shown for shown, _ in chats], sum(doubles for _, doubles in chats)


def state(scene: Scene) -> list[tuple[object, ...]]:
    """What the database holds of what was said and done."""
    chats = scene.rows("SELECT id, session, waiting FROM chat ORDER BY id")
    return [
        *((chat, without_message_numbers(session), waiting) for chat, session, waiting in chats),
        *scene.rows("SELECT chat, reason, state FROM case_ ORDER BY id"),
        *scene.rows("SELECT kind, payload FROM ledger ORDER BY id"),
        *scene.rows("SELECT update_id, state FROM inbox ORDER BY update_id"),
        *scene.rows("SELECT sum(to_send), sum(messages), sum(sending) FROM recipient"),
    ]


def without_message_numbers(session: str) -> dict[str, object]:
    """A stored session but for the numbers of messages, which are others after one that came twice."""
    return {name: value for name, value in json.loads(session).items() if name not in ("answer_messages", "last_message")}


async def lived(opened: Open, script: Script, kill_after: Sequence[int] | range = ()) -> Scene:
    """A script in a bot that is killed after some steps."""
    scene = await opened(desks=[DESK])
    scene.telegram.group(DESK.chat_id, "Sportello", admins=[scene.telegram.user(20, "Marta")])
    scene.kill_after = kill_after
    await script(scene.person(7, "Anna"))
    await scene.settle()
    return scene


SCRIPTS = pytest.mark.parametrize("script", [searching, toggling, without_waiting], ids=lambda script: script.__name__)


@SCRIPTS
async def test_one_kill_at_any_step_loses_nothing_and_doubles_one_message_at_most(opened: Open, script: Script) -> None:
    undisturbed = await lived(opened, script)
    expected, doubles = everything(undisturbed)
    assert doubles == 0
    for step in range(1, undisturbed.steps, STRIDE):
        scene = await lived(opened, script, [step])
        shown, doubles = everything(scene)
        assert (step, scene.kills, shown) == (step, 1, expected)
        assert doubles <= scene.rows("SELECT coalesce(sum(doubts), 0) FROM outbox")[0][0] <= 2
        assert doubles <= 1
        assert state(scene) == state(undisturbed)
        await scene.close()


@SCRIPTS
async def test_many_kills_lose_nothing_either(opened: Open, script: Script) -> None:
    undisturbed = await lived(opened, script)
    expected, _ = everything(undisturbed)
    for life in LIVES:
        scene = await lived(opened, script, range(life, 10_000, life))
        shown, doubles = everything(scene)
        assert (life, shown) == (life, expected)
        assert scene.kills > 0
        assert doubles <= scene.kills
        assert state(scene) == state(undisturbed)


@SCRIPTS
async def test_kills_at_random_lose_nothing_either(opened: Open, script: Script, seed: str) -> None:
    undisturbed = await lived(opened, script)
    expected, _ = everything(undisturbed)
    dice = random.Random(f"{seed} {script.__name__}")
    for _ in range(5 * THOROUGH):
        scene = await lived(opened, script, sorted(dice.sample(range(1, undisturbed.steps), 12)))
        shown, doubles = everything(scene)
        assert shown == expected
        assert doubles <= scene.kills
        assert state(scene) == state(undisturbed)


async def test_a_bot_that_was_off_answers_what_was_said_meanwhile_in_order(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await scene.kill()
    for text in ("un bambino", "18 mesi", "melegnano", "asilo nido"):
        anna.person.says(text)
    await scene.open()
    await scene.settle()
    heard = [message.text for message in anna.heard]
    assert "Nido comunale" in heard[-1]
    assert len(heard) == 5
    assert scene.failed == []


async def test_buttons_that_were_shown_before_a_restart_work_after_it(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    data = dict(data_of(anna.front))
    await scene.restart()
    await anna.does(lambda person: person.presses_data(anna.front, data["Un bambino o una bambina"]))
    assert "Quanti anni ha?" in anna.front.text


async def test_updates_that_come_again_after_a_restart_have_no_second_effect(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps("Un bambino o una bambina")
    count = len(anna.heard)
    await scene.restart()
    scene.telegram.redeliver(*scene.telegram.updates.history)
    await scene.settle()
    assert len(anna.heard) == count


async def test_a_change_in_doubt_is_made_again_and_leaves_one_message(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps("Un bambino o una bambina", "6–10 anni", "Melegnano", "Vedi i servizi")
    count, name = len(anna.heard), anna.front.labels[0]
    await scene.run_for(5)
    anna.person.presses(anna.front, name)
    for part in (scene._poll, scene._handle, scene._claim, scene._call):
        await part()
    await scene.restart()
    await scene.settle()
    assert len(anna.heard) == count
    assert "Torna alla lista" in anna.front.labels
    assert scene.refusals == [("editMessageText", 400)]
    assert scene.rows("SELECT state FROM outbox WHERE state != 'sent'") == []
