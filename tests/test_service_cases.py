"""A whole case over HTTP with `python -m bot run` in a process: from asking for a person to saying whether it helped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any as Json

import pytest

from bot.fake_telegram import FakeTelegram, Group
from tests.test_service import PERSON, WORDS, Process, folder, free_port, process, stage, telegram, tells_nothing

__all__ = ["folder", "process", "stage", "telegram"]

GROUP, MARTA, LUCA = -1_001_234, 20, 21
DESKS = json.dumps([{"id": "principale", "chat_id": GROUP, "promise": "entro 15 minuti", "managers": [MARTA, LUCA]}])
_PATIENCE = 45.0


@pytest.fixture
def desk(telegram: FakeTelegram) -> Group:
    """The managers' group, with topics."""
    marta, luca = telegram.user(MARTA, "Marta"), telegram.user(LUCA, "Luca")
    return telegram.group(GROUP, "Sportello", admins=[marta], members=[luca], forum=True)


def until(bot: Process, chat: int, holds: Callable[[Json], bool]) -> Json:
    """The newest message of a chat of which something holds, once there is one."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = [one for one in bot.people.get(f"/fake/chat/{chat}").json()["messages"] if holds(one)]
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(f"not seen in {chat}\n{bot.log.read_text()}")


def from_bot(words: str, button: str = "") -> Callable[[Json], bool]:
    """Whether the bot says something, and there is a button below it."""

    def holds(message: Json) -> bool:
        said = message.get("text", message.get("caption", ""))
        return message["from_bot"] and words in said and (not button or button in message["labels"])

    return holds


def marked(bot: Process, chat: int, message: int, emoji: str) -> Json:
    """A message, once it bears a mark."""
    return until(bot, chat, lambda one: one["message_id"] == message and [emoji] in one["reactions"].values())


def says(bot: Process, person: int, **body: Json) -> int:
    """Somebody says something; the number of the message."""
    return int(bot.people.post(f"/fake/user/{person}/says", json=body).raise_for_status().json()["message_id"])


def a_whole_case(bot: Process) -> None:
    bot.does(PERSON, "starts")
    bot.front(PERSON, "Per chi cerchi un servizio?")
    says(bot, PERSON, text="ho bisogno di un doposcuola")
    bot.front(PERSON, "Per chi cerchi")
    says(bot, PERSON, text="/operatore")
    bot.front(PERSON, "Può vedere quello che mi hai detto?")
    bot.presses(PERSON, "Sì, va bene", "Di solito ci vogliono meno di 15 minuti.")

    card = until(bot, GROUP, from_bot("In attesa dalle", "Prendi in carico"))
    assert "Cittadino 0001" in card["text"]
    assert "«ho bisogno di un doposcuola»" in card["text"]
    topic = card["message_thread_id"]
    kept = says(bot, PERSON, text=f"abito a Melegnano, {WORDS}")
    marked(bot, PERSON, kept, "✍")
    says(bot, MARTA, text="Buongiorno", chat=GROUP, topic=topic)
    until(bot, GROUP, from_bot("nessuno ha preso in carico"))

    bot.does(LUCA, "presses", chat=GROUP, message_id=card["message_id"], button="Prendi in carico")
    bot.front(PERSON, "Ora ti risponde Luca")
    until(bot, GROUP, from_bot(f"abito a Melegnano, {WORDS}"))
    marked(bot, PERSON, kept, "👌")

    answer = says(bot, LUCA, text="Buongiorno, per quanti bambini?", chat=GROUP, topic=topic)
    bot.front(PERSON, "Buongiorno, per quanti bambini?")
    marked(bot, GROUP, answer, "👌")
    says(bot, LUCA, text="// forse il doposcuola di quartiere", chat=GROUP, topic=topic)
    says(bot, MARTA, text="lo conosco io", chat=GROUP, topic=topic)
    until(bot, GROUP, from_bot("perché risponde Luca"))
    asked = says(bot, PERSON, text="Per due, di 6 e 8 anni")
    until(bot, GROUP, from_bot("Per due, di 6 e 8 anni"))
    marked(bot, PERSON, asked, "👌")

    bot.does(LUCA, "presses", chat=GROUP, message_id=card["message_id"], button="Chiudi")
    bot.front(PERSON, "Luca ha chiuso la richiesta. Ti è stato d'aiuto?")
    bot.presses(PERSON, "Sì", "Grazie.")
    until(bot, GROUP, from_bot("Il cittadino dice che è servito."))
    says(bot, PERSON, text="molto gentile")
    until(bot, GROUP, from_bot("«molto gentile»"))
    bot.front(PERSON, "le tue parole aiutano")

    heard = " ".join(message.get("text", "") for message in bot.heard(PERSON))
    assert (heard.count("Buongiorno"), heard.count("//"), heard.count("lo conosco io")) == (1, 0, 0)
    topics = bot.people.get(f"/fake/chat/{GROUP}").json()["topics"]
    assert [one["name"] for one in topics] == ["Cittadino 0001"]


def test_a_whole_case_by_polling(desk: Group, process: Callable[..., Process], telegram: FakeTelegram) -> None:
    bot = process(BOT_LOG__FORMAT="json", BOT_DESKS=DESKS)
    a_whole_case(bot)
    assert bot.stop() == 0
    tells_nothing(bot.log)
    assert {call.code for call in telegram.calls} == {200}


def test_a_whole_case_by_webhook(desk: Group, process: Callable[..., Process], telegram: FakeTelegram) -> None:
    port = free_port()
    bot = process(
        BOT_LOG__FORMAT="json",
        BOT_DESKS=DESKS,
        BOT_TELEGRAM__MODE="webhook",
        BOT_TELEGRAM__WEBHOOK__URL=f"http://127.0.0.1:{port}/telegram/x",
        BOT_TELEGRAM__WEBHOOK__PORT=str(port),
    )
    a_whole_case(bot)
    assert bot.stop() == 0
    tells_nothing(bot.log)
    assert {call.code for call in telegram.calls} == {200}
    assert telegram.counts["getUpdates"] == 0
