"""Updates of every shape: like Telegram's, with wrong types, missing fields, unknown kinds, huge numbers and broken text.

Seeded, so that a stream is the same at every run. Real messages of real chats are mixed in: they must come through.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any as Json

from bot.fake_telegram.state import Member, User
from tests.tg.harness import Phone, Scene

_KINDS = (
    "message", "edited_message", "callback_query", "my_chat_member", "channel_post", "edited_channel_post", "inline_query",
    "poll", "poll_answer", "chat_member", "chat_join_request", "message_reaction", "business_message", "pre_checkout_query",
    "kind_of_next_year",
)  # fmt: skip
_PARTS = (
    "voice", "photo", "video", "document", "audio", "video_note", "location", "venue", "contact", "sticker", "animation", "dice",
    "game", "poll", "story", "paid_media", "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
    "pinned_message", "reply_to_message", "forward_origin", "entities", "caption", "caption_entities", "media_group_id",
    "via_bot", "sender_chat", "quote", "external_reply", "web_app_data", "checklist", "gift", "users_shared",
    "successful_payment",
)  # fmt: skip
_WORDS = ("/start", "/start@x", "/start asilo-nido", "un bambino", "7 anni", "/", "/operatore", "sì", "", " ", "melegnano", "1")
_BROKEN = (
    "\ud800",
    "\udfff\ud800",
    "\x00",
    "a\x00b",
    "\u202e",
    "\ufeff",
    "🙂" * 3000,
    "a" * 70_000,
    "\U0010ffff",
    "'; DROP TABLE chat",
)
_NUMBERS = (
    0,
    -1,
    1,
    2**31,
    2**53,
    2**62,
    2**63,
    2**64,
    -(2**63),
    -(2**64),
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    1.5,
    True,
)


class Fuzz:
    """Makes updates."""

    def __init__(self, seed: int | str, chats: int = 20) -> None:
        self._dice = random.Random(seed)
        self._chats = chats
        self._next = 1

    def stream(self, count: int) -> Iterator[Json]:
        """So many updates."""
        for _ in range(count):
            yield self.update()

    def update(self) -> Json:
        """One update, or something in its place."""
        dice = self._dice
        if dice.random() < 0.02:
            return self._anything(3)
        raw: dict[str, Json] = {"update_id": self._id()}
        for _ in range(1 if dice.random() < 0.95 else 2):
            kind = dice.choice(_KINDS[:4]) if dice.random() < 0.8 else dice.choice(_KINDS)
            raw[kind] = self._kind(kind) if dice.random() < 0.93 else self._anything(3)
        return self._spoilt(raw, 0.005)

    def _id(self) -> Json:
        if self._dice.random() < 0.02:
            return self._dice.choice((*_NUMBERS, "1", None, [], {}))
        # Some come twice, some are left out.
        self._next += self._dice.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2))
        return self._next

    def _kind(self, kind: str) -> Json:
        makers: dict[str, Callable[[], Json]] = {
            "message": self._message,
            "edited_message": self._message,
            "callback_query": self._press,
            "my_chat_member": self._member,
        }
        made = makers.get(kind, self._message)()
        return self._spoilt(made, 0.01)

    def _message(self) -> dict[str, Json]:
        dice = self._dice
        chat = self._chat()
        made: dict[str, Json] = {
            "message_id": dice.randrange(1, 10**6),
            "date": 1_800_000_000,
            "chat": chat,
            "from": self._user(),
        }
        if dice.random() < 0.6:
            made["text"] = self._text()
        for _ in range(dice.choice((0, 0, 0, 0, 0, 0, 1, 1, 2))):
            name = dice.choice(_PARTS)
            made[name] = self._part(name)
        return made

    def _press(self) -> dict[str, Json]:
        user = self._user()
        made = {"id": str(self._dice.randrange(10**18)), "from": user, "chat_instance": "1", "data": self._text()}
        if self._dice.random() < 0.9:
            made["message"] = self._message()
        return made

    def _member(self) -> dict[str, Json]:
        def member() -> dict[str, Json]:
            status = self._dice.choice(("member", "kicked", "left", "administrator", "restricted", "creator", "emperor"))
            return {**Member(User(1, "A"), status).json(), "user": self._user()}

        change = {"old_chat_member": member(), "new_chat_member": member()}
        return {"chat": self._chat(), "from": self._user(), "date": 1_800_000_000, **change}

    def _chat(self) -> dict[str, Json]:
        dice = self._dice
        if dice.random() < 0.8:
            return {"id": 1 + dice.randrange(self._chats), "type": "private", "first_name": "A"}
        return {
            "id": -1 - dice.randrange(self._chats),
            "type": dice.choice(("group", "supergroup", "channel", "x")),
            "title": "G",
        }

    def _user(self) -> dict[str, Json]:
        return {"id": 1 + self._dice.randrange(self._chats), "is_bot": self._dice.random() < 0.02, "first_name": "A"}

    def _text(self) -> str:
        return self._dice.choice(_WORDS) if self._dice.random() < 0.8 else self._dice.choice(_BROKEN)

    def _part(self, name: str) -> Json:
        dice = self._dice
        if dice.random() < 0.1:
            return self._anything(2)
        file = {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1, "length": 1, "type": "regular"}
        place = {"latitude": 45.0, "longitude": 9.0, "title": "a", "address": "b", "location": {"latitude": 1, "longitude": 2}}
        made = {**file, **place, "emoji": "🎲", "value": 1, "phone_number": "1", "first_name": "a", "is_animated": False}
        return [made] if name == "photo" or dice.random() < 0.1 else made

    def _anything(self, depth: int) -> Json:
        dice = self._dice
        kind = dice.randrange(8 if depth else 5)
        if kind == 0:
            return dice.choice(_NUMBERS)
        if kind in (1, 2):
            return self._text()
        if kind in (3, 4):
            return dice.choice((None, True, False, [], {}, ""))
        if kind == 5:
            return [self._anything(depth - 1) for _ in range(dice.randrange(4))]
        return {dice.choice((*_PARTS, "id", "chat", "from", "text", "type")): self._anything(depth - 1) for _ in range(3)}

    def _spoilt(self, made: dict[str, Json], share: float) -> dict[str, Json]:
        """With some fields left out, or of another type; so also in what is inside."""
        dice, spoilt = self._dice, {}
        for key, value in made.items():
            if dice.random() < share and key != "update_id":
                if dice.random() < 0.5:
                    spoilt[key] = self._anything(2)
            else:
                spoilt[key] = self._spoilt(value, share) if isinstance(value, dict) else value
        return spoilt


#: Updates that arrive at a time.
_BATCH = 100


async def through(scene: Scene, count: int, seed: int | str, people: Sequence[Phone] = ()) -> int:
    """Lets a stream through the bot while real people write. Returns how many were taken for updates."""
    stream, taken = Fuzz(seed), 0
    for start in range(0, count, _BATCH):
        batch = list(stream.stream(min(_BATCH, count - start)))
        taken += sum(await asyncio.gather(*(scene.process.take(json.dumps(raw)) for raw in batch)))
        if start % (4 * _BATCH) == 0:
            for one in people:
                one.person.starts()
        await scene.run_for(30)
    await scene.run_for(3600)
    return taken
