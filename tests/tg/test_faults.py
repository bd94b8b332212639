"""What goes wrong between the bot and Telegram, and what people notice of it."""

from __future__ import annotations

import pytest

from bot.fake_telegram import CallFault, Group
from tests.tg.harness import Phone, Scene, Shown

pytestmark = pytest.mark.asyncio

CHILD = "Un bambino o una bambina"
FIRST = "Per chi cerchi un servizio?"


def outbox(scene: Scene) -> list[tuple[object, ...]]:
    """The calls that did not simply go out: how each ended, how often it was tried before, and how often in doubt."""
    return scene.rows("SELECT kind, state, attempts, doubts FROM outbox WHERE state != 'sent' OR attempts > 0 ORDER BY id")


# --- Too fast


async def test_a_chat_that_telegram_slows_down_waits_alone(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    scene.telegram.faults.next("sendMessage", CallFault.retry_after(60), chat=anna.id)
    anna.person.starts()
    bruno.person.starts()
    began = scene.clock()
    await scene.run_for(10)
    await bruno.says("un bambino")
    assert "Quanti anni ha?" in bruno.front.text
    assert scene.clock() - began > 55
    assert FIRST in anna.front.text
    assert anna.front.date >= began + 60
    assert bruno.heard[0].date < began + 2


async def test_a_chat_that_is_slowed_down_gets_everything_in_order_later(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next("sendMessage", CallFault.retry_after(60), chat=anna.id)
    anna.person.starts()
    await scene.run_for(5)
    anna.person.says("un bambino")
    anna.person.says("8 mesi")
    await scene.settle()
    assert [FIRST in anna.heard[0].text, "Quanti anni ha?" in anna.heard[1].text, len(anna.heard)] == [True, True, 3]


async def test_a_managers_group_that_is_slowed_down_never_delays_a_citizen(staffed: Scene, desk: Group) -> None:
    anna, bruno = staffed.person(7, "Anna"), staffed.person(8, "Bruno")
    staffed.telegram.faults.next("sendMessage", CallFault.retry_after(600), chat=desk.id)
    anna.person.says("/operatore")
    began = staffed.clock()
    await staffed.run_for(5)
    assert anna.front.text.startswith("Va bene. La tua richiesta è arrivata alle persone della rete.")
    bruno.person.starts()
    await staffed.run_for(5)
    assert FIRST in bruno.front.text
    assert desk.chat.from_bot == []
    await staffed.settle()
    assert desk.chat.from_bot[0].text.startswith("Cittadino 0001")
    assert desk.chat.from_bot[0].date >= began + 600


async def test_many_cases_reach_a_group_at_twenty_a_minute_and_citizens_at_once(staffed: Scene, desk: Group) -> None:
    people = [staffed.person(100 + number) for number in range(45)]
    began = staffed.clock()
    for one in people:
        one.person.says("/operatore")
    await staffed.settle()
    cards = [message.date - began for message in desk.chat.from_bot]
    assert len(cards) == len(people)
    assert cards[-1] > 120
    assert max(one.heard[0].date - began for one in people) <= 2
    assert staffed.refusals == []


# --- In doubt


@pytest.mark.parametrize(
    ("fault", "count"),
    [(CallFault.timeout(), 1), (CallFault.timeout_after(), 2), (CallFault.malformed(), 2), (CallFault.network(), 1)],
    ids=["timeout-before", "timeout-after", "malformed", "network"],
)
async def test_a_message_in_doubt_is_sent_again_better_twice_than_never(
    scene: Scene, anna: Phone, fault: CallFault, count: int
) -> None:
    scene.telegram.faults.next("sendMessage", fault)
    await anna.starts()
    assert [FIRST in message.text for message in anna.heard] == [True] * count
    assert outbox(scene) == [("message", "sent", 1, 1)]
    await anna.taps(CHILD)
    assert "Quanti anni ha?" in anna.front.text


async def test_each_timeout_doubles_one_message_at_most(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next("sendMessage", CallFault.timeout_after(), count=3)
    await anna.starts()
    assert len(anna.heard) == 4
    assert outbox(scene) == [("message", "sent", 3, 3)]


async def test_after_a_double_the_answered_question_is_the_newest(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next("sendMessage", CallFault.timeout_after())
    await anna.starts()
    await anna.says("un bambino")
    assert anna.heard[1].text == f"{FIRST}\n✓ {CHILD}"


@pytest.mark.parametrize("fault", [CallFault.timeout_after(), CallFault.malformed()], ids=["timeout-after", "malformed"])
async def test_a_change_in_doubt_is_made_again_and_seen_once(scene: Scene, anna: Phone, fault: CallFault) -> None:
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Vedi i servizi")
    count = len(anna.heard)
    scene.telegram.faults.next("editMessageText", fault)
    await anna.taps(anna.front.labels[0])
    assert len(anna.heard) == count
    assert "Torna alla lista" in anna.front.labels
    assert outbox(scene) == [("edit", "sent", 1, 1)]


@pytest.mark.parametrize(
    "fault",
    [CallFault.server_error(), CallFault.server_error(502, "Bad Gateway"), CallFault.server_error(504, "Gateway Timeout")],
    ids=["500", "502", "504"],
)
async def test_a_server_in_trouble_gets_the_message_later(scene: Scene, anna: Phone, fault: CallFault) -> None:
    scene.telegram.faults.next("sendMessage", fault, count=4)
    await anna.starts()
    assert [FIRST in message.text for message in anna.heard] == [True]
    assert outbox(scene)[0][1:3] == ("sent", 4)


async def test_pauses_between_tries_grow_and_stay_bearable(scene: Scene, anna: Phone) -> None:
    began = scene.clock()
    scene.telegram.faults.next("sendMessage", CallFault.server_error(), count=10)
    await anna.starts()
    assert 60 < scene.clock() - began < 3600


async def test_what_could_not_be_sent_for_a_day_is_given_up(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next("sendMessage", CallFault.server_error(), count=None)
    began = scene.clock()
    anna.person.starts()
    await scene.run_for(100_000)
    assert [row[:2] for row in outbox(scene)] == [("message", "refused")]
    assert len(scene.telegram.calls) < 3000
    scene.telegram.faults.clear()
    assert scene.clock() - began > 86_400
    await anna.says("/start")
    assert [FIRST in message.text for message in anna.heard] == [True]


async def test_telegram_away_altogether_loses_nobodys_message(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next(None, CallFault.network(), count=25)
    anna.person.starts()
    await scene.settle()
    await scene.run_for(300)
    assert [FIRST in message.text for message in anna.heard] == [True]


# --- Refused


async def test_a_message_that_is_not_modified_is_as_it_should_be(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Vedi i servizi")
    scene.telegram.faults.next("editMessageText", CallFault.bad_request("message is not modified: specified new message content"))
    count = len(anna.heard)
    await anna.taps(anna.front.labels[0])
    assert len(anna.heard) == count
    assert outbox(scene) == []


async def test_a_list_that_was_deleted_comes_as_a_new_message(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Vedi i servizi")
    results, count = anna.front, len(anna.heard)
    data = next(button.data for row in results.keyboard for button in row)
    anna.person.presses_data(results, data)
    anna.person.deletes(results)
    await scene.settle()
    assert len(anna.heard) == count
    assert anna.front.id > results.id
    assert "Torna alla lista" in anna.front.labels
    await anna.taps("Torna alla lista")
    assert "\n\n1. " in anna.front.text


async def test_an_answered_question_that_was_deleted_stays_deleted(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    anna.person.deletes(anna.front)
    anna.person.says("un bambino")
    await scene.settle()
    assert ["Quanti anni ha?" in message.text for message in anna.heard] == [True]
    assert [row[:2] for row in outbox(scene)] == [("tidy", "refused")]


async def test_a_card_under_a_file_comes_as_a_new_message(scene: Scene, anna: Phone) -> None:
    """The buttons under a calendar file work on a message that holds no text."""
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Vedi i servizi")
    while "Salva le date" not in anna.front.labels:
        await anna.taps(next(label for label in anna.front.labels if label.startswith(("Centro estivo", "Natale"))))
    await anna.taps("Salva le date")
    file = anna.front
    await anna.taps("Torna alla lista", on=file)
    assert "\n\n1. " in anna.front.text
    assert anna.front is not file
    assert scene.failed == []


async def test_whoever_has_blocked_the_bot_is_left_in_peace_until_they_are_back(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    anna.person.says("un bambino")
    anna.person.blocks_bot()
    await scene.settle()
    calls = len(scene.sent)
    count = len(anna.heard)
    await scene.run_for(3600)
    assert len(scene.sent) == calls
    assert count == 1
    await anna.does(lambda person: person.unblocks_bot())
    assert "Quanti anni ha?" in anna.front.text
    await anna.says("8 mesi")
    assert "In quale comune abiti?" in anna.front.text


async def test_whoever_blocks_and_comes_back_at_once_is_not_written_to_too_fast(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    await anna.says("un bambino")
    await scene.run_for(5)
    anna.person.says("8 mesi")
    anna.person.says("melegnano")
    await scene.run_for(0.5)
    anna.person.blocks_bot()
    anna.person.unblocks_bot()
    await scene.settle()
    assert "Di che aiuto hai bisogno?" in anna.front.text
    assert scene.refusals == []


async def test_a_block_that_is_only_noticed_by_a_refusal_counts_too(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    scene.telegram.faults.next("sendMessage", CallFault.blocked())
    anna.person.says("un bambino")
    await scene.settle()
    assert len(anna.heard) == 1
    sent = len(scene.sent)
    await scene.run_for(3600)
    assert len(scene.sent) == sent
    await anna.says("8 mesi")
    assert [message.text.partition("\n")[0] for message in anna.heard][1:] != []
    assert "In quale comune abiti?" in anna.front.text


async def test_nothing_is_sent_to_an_account_that_is_gone(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    anna.person.says("un bambino")
    anna.person.deletes_account()
    await scene.settle()
    sent = len(scene.sent)
    await scene.run_for(3600)
    assert len(scene.sent) == sent


async def test_a_chat_that_is_not_found_stops_nobody_else(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    scene.telegram.faults.next("sendMessage", CallFault.bad_request("chat not found"), chat=anna.id, count=None)
    anna.person.starts()
    await bruno.starts()
    assert FIRST in bruno.front.text
    assert anna.heard == []
    scene.telegram.faults.clear()
    await anna.says("/start")
    assert FIRST in anna.front.text


async def test_a_message_that_telegram_will_never_take_is_given_up_and_the_next_one_goes_out(scene: Scene, anna: Phone) -> None:
    scene.telegram.faults.next("sendMessage", CallFault.bad_request("TEXT_INVALID"))
    await anna.starts()
    assert [row[:2] for row in outbox(scene)] == [("message", "refused")]
    await anna.says("un bambino")
    assert "Quanti anni ha?" in anna.front.text


async def test_the_presses_of_whoever_blocked_the_bot_meanwhile_are_harmless(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    anna.person.presses(anna.front, CHILD)
    anna.person.blocks_bot()
    await scene.settle()
    assert scene.failed == []


# --- Intake


@pytest.mark.parametrize(
    "fault",
    [
        CallFault.server_error(),
        CallFault.network(),
        CallFault.timeout(),
        CallFault.malformed(),
        CallFault.retry_after(3),
        CallFault.server_error(409, "Conflict: terminated by other getUpdates request"),
    ],
    ids=["500", "network", "timeout", "malformed", "429", "409"],
)
async def test_when_updates_cannot_be_had_they_are_had_later(scene: Scene, anna: Phone, fault: CallFault) -> None:
    scene.telegram.faults.next("getUpdates", fault, count=5)
    anna.person.starts()
    anna.person.says("un bambino")
    await scene.settle()
    assert len(anna.heard) == 2
    assert "Quanti anni ha?" in anna.front.text


async def test_updates_that_come_again_have_no_second_effect(scene: Scene, anna: Phone) -> None:
    scene.telegram.updates.doubles = 100
    await anna.starts()
    await anna.taps(CHILD)
    await anna.says("8 mesi")
    ids = list(scene.telegram.updates.history)
    scene.telegram.redeliver(*reversed(ids))
    await scene.settle()
    assert [Shown.of(message).mine for message in anna.person.chat.messages] == [True, False, False, True, False]
    assert len(anna.heard) == 3


async def test_updates_that_arrive_in_the_wrong_order_are_handled_in_theirs(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    for text in ("un bambino", "8 mesi", "melegnano"):
        anna.person.says(text)
    scene.telegram.updates.shuffle()
    await scene.settle()
    assert ["Quanti anni" in anna.heard[1].text, "comune" in anna.heard[2].text, "aiuto" in anna.heard[3].text] == [True] * 3
