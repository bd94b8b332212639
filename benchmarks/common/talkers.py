"""People who talk to the bot in a seeded order, and their updates."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from turn import said

from bot.core.replies import Reply
from bot.dialogue.incoming import Press, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.installation import local_now
from bot.json_types import Json
from bot.tg.callback_data import Buttons
from common.lean_telegram import TOKEN


def message(update_id: int, chat: int, text: str) -> dict[str, Json]:
    """An update: somebody has written a text."""
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "it"},
            "chat": {"id": chat, "first_name": "Anna", "type": "private"},
            "date": 1764000000,
            "text": text,
        },
    }


def pressed(update_id: int, chat: int, data: str) -> dict[str, Json]:
    """An update: somebody has pressed a button."""
    return {
        "update_id": update_id,
        "callback_query": {
            "id": str(update_id),
            "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "it"},
            "message": {
                "message_id": update_id,
                "from": {"id": 123456, "is_bot": True, "first_name": "Bot"},
                "chat": {"id": chat, "first_name": "Anna", "type": "private"},
                "date": 1764000000,
                "text": "?",
            },
            "chat_instance": "1",
            "data": data,
        },
    }


class Talkers:
    """People who talk to the bot in rounds of one update each, in a seeded order."""

    def __init__(self, chats: Sequence[int], chance: random.Random, first: int = 1) -> None:
        self._chats = list(chats)
        self._chance = chance
        self._next = first
        self._waiting: list[int] = []

    @property
    def next(self) -> int:
        """The id of the next update."""
        return self._next

    def texts(self, count: int) -> list[dict[str, Json]]:
        """Updates with a text each: the number of the update."""
        return [message(id, chat, f"{id} ciao, cerco un doposcuola a Melegnano") for id, chat in self._turns(count)]

    def _turns(self, count: int) -> Iterator[tuple[int, int]]:
        """The id of each update, and whose it is."""
        for _ in range(count):
            if not self._waiting:
                self._waiting = self._chance.sample(self._chats, len(self._chats))
            yield self._next, self._waiting.pop()
            self._next += 1


class Citizens(Talkers):
    """People who look for a service: mostly they press one of the buttons they see, some type."""

    def __init__(self, chats: Sequence[int], chance: random.Random, world: World, first: int = 1) -> None:
        super().__init__(chats, chance, first)
        self._world = world
        self._buttons = Buttons(TOKEN)
        self._seen: dict[int, tuple[Session, Reply | None]] = {}

    def updates(self, count: int) -> list[dict[str, Json]]:
        """Their next updates, after what the bot said to the last ones."""
        return [self._update(id, chat) for id, chat in self._turns(count)]

    def _update(self, id: int, chat: int) -> dict[str, Json]:
        session, reply = self._seen.get(chat, (Session(), None))
        what = said(reply, self._chance)
        if isinstance(what, Press):
            data = self._buttons.data(what.action, chat, session.interview_count)
            update = pressed(id, chat, data)
            what = self._buttons.read(data, chat, self._world.content)
        else:
            assert isinstance(what, Text)
            update = message(id, chat, what.text)
        result = turn(self._world, session, what, local_now())
        shown = result.replies[0] if result.replies else None
        self._seen[chat] = load_session(dump_session(result.session), self._world.content.vocabulary), shown
        return update
