"""Updates as they come from Telegram: which lane each belongs to, and what it means.

Every kind is handled on purpose: what a citizen typed, edited or forwarded is heard as said now; a caption is text; photos, voice
and the like are attachments; stickers, dice and polls are play; messages about the chat itself are nobody's words and left alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any as Json

from bot.dialogue.incoming import Attachment, Command, Text, typed
from bot.errors import Unreadable
from bot.usecases.ports import NO_LANE, Received

#: What Telegram is asked to send.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")

_PLAYFUL = ("sticker", "animation", "dice", "game", "poll")
_CLOSED = ("voice", "photo", "video", "document", "audio", "video_note", "location", "venue", "contact", "story", "paid_media")
_MOST = 1 << 62
PRIVATE = "private"
_GONE = frozenset({"kicked", "left"})

Part = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Said:
    """A citizen said something."""

    chat: int
    what: Text | Command | Attachment


@dataclass(frozen=True, slots=True)
class Pressed:
    """A citizen pressed a button of a message."""

    chat: int
    callback_id: str
    data: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was let into a chat, or put out of it."""

    chat: int
    present: bool


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group has become a supergroup with another id."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class InGroup:
    """Something happened in a group."""

    chat: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do."""


Event = Said | Pressed | Membership | GroupMoved | InGroup | Ignored


def received(raw: Json) -> Received | None:
    """An update on its way into the inbox; None for what has no number and so cannot be told from any other."""
    if not isinstance(raw, dict) or not _is_id(raw.get("update_id")) or raw["update_id"] < 0:
        return None
    return Received(raw["update_id"], _lane(raw), json.dumps(raw))


def _lane(raw: Mapping[str, Json]) -> int:
    """The chat of an update; 0 if it has none that can be told."""
    for value in raw.values():
        if isinstance(value, dict):
            inside = value.get("message") if "chat" not in value else value
            if isinstance(inside, dict) and _is_id(inside.get("migrate_to_chat_id")):
                # A group that moves is heard of in both: what happens in the new one comes after the news.
                return int(inside["migrate_to_chat_id"])
            chat = inside.get("chat") if isinstance(inside, dict) else value.get("from")
            if isinstance(chat, dict) and _is_id(chat.get("id")):
                return int(chat["id"])
    return NO_LANE


def _is_id(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_MOST < value < _MOST


def read(payload: str) -> Event:
    """What an update means. Only what is needed is looked at, so that nothing else in it can be in the way.

    Raises Unreadable for one that is not what Telegram documents.
    """
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    if changed := _part(update, "my_chat_member"):
        status = _text(_part(changed, "new_chat_member").get("status"))
        return Membership(_id(_part(changed, "chat")), status not in _GONE)
    if query := _part(update, "callback_query"):
        return _pressed(query)
    message = _part(update, "message") or _part(update, "edited_message")
    return _message(message) if message else Ignored()


def _pressed(query: Part) -> Event:
    message = _part(query, "message")
    if not message or query.get("data") is None or _part(message, "chat").get("type") != PRIVATE:
        return Ignored()
    return Pressed(_id(_part(message, "chat")), _text(query.get("id")), _text(query["data"]), _number(message.get("message_id")))


def _message(message: Part) -> Event:
    chat = _id(_part(message, "chat"))
    if "migrate_to_chat_id" in message:
        return GroupMoved(chat, _number(message["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in message:
        return GroupMoved(_number(message["migrate_from_chat_id"]), chat)
    if _part(message, "chat").get("type") != PRIVATE:
        return InGroup(chat)
    if _part(message, "from").get("is_bot"):
        return Ignored()
    if words := _text(message.get("text", message.get("caption", ""))):
        return Said(chat, typed(words))
    for kinds in (_PLAYFUL, _CLOSED):
        if any(message.get(kind) for kind in kinds):
            return Said(chat, Attachment(playful=kinds is _PLAYFUL, album=_text(message.get("media_group_id", ""))))
    return Ignored()


def _part(whole: Json, key: str) -> Part:
    """An object inside another one; empty if there is none. Raises Unreadable for anything else."""
    part = whole.get(key) if isinstance(whole, dict) else None
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise Unreadable("a part that is no object")
    return part


def _id(chat: Part) -> int:
    return _number(chat.get("id"))


def _number(value: Json) -> int:
    if not _is_id(value):
        raise Unreadable("an id that is no number")
    return int(value)


def _text(value: Json) -> str:
    """A text; half a character, which no other program takes, becomes a question mark."""
    if not isinstance(value, str):
        raise Unreadable("a text that is none")
    return value.encode("utf-8", "replace").decode()
