"""Updates as they come from Telegram: which lane each belongs to, and what it means.

Every kind is handled on purpose: what a citizen typed, edited or forwarded is heard as said now; a caption is text; photos, voice
and the like are attachments; stickers, dice and polls are play; messages about the chat itself are nobody's words and left alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any as Json

from telegram import Chat, ChatMember, Message, Update

from bot.dialogue.incoming import Attachment, Command, Text, typed
from bot.errors import Unreadable
from bot.usecases.ports import NO_LANE, Received

#: What Telegram is asked to send.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")

_PLAYFUL = ("sticker", "animation", "dice", "game", "poll")
_CLOSED = ("voice", "photo", "video", "document", "audio", "video_note", "location", "venue", "contact", "story", "paid_media")
_MOST = 1 << 62
_GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})


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
            chat = inside.get("chat") if isinstance(inside, dict) else value.get("from")
            if isinstance(chat, dict) and _is_id(chat.get("id")):
                return int(chat["id"])
    return NO_LANE


def _is_id(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_MOST < value < _MOST


def read(payload: str) -> Event:
    """What an update means. Raises Unreadable for one that is not what Telegram documents."""
    try:
        update = Update.de_json(json.loads(payload), None)
        return _event(update)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(type(error).__name__) from error


def _event(update: Update) -> Event:
    if update.my_chat_member is not None:
        return Membership(_id(update.my_chat_member.chat), update.my_chat_member.new_chat_member.status not in _GONE)
    if (query := update.callback_query) is not None:
        if query.message is None or query.data is None or query.message.chat.type != Chat.PRIVATE:
            return Ignored()
        return Pressed(_id(query.message.chat), _text(query.id), _text(query.data), _number(query.message.message_id))
    message = update.message or update.edited_message
    return _message(message) if message is not None else Ignored()


def _message(message: Message) -> Event:
    chat = _id(message.chat)
    if message.migrate_to_chat_id is not None:
        return GroupMoved(chat, _number(message.migrate_to_chat_id))
    if message.chat.type != Chat.PRIVATE:
        return InGroup(chat)
    if message.from_user is not None and message.from_user.is_bot:
        return Ignored()
    if words := message.text or message.caption:
        return Said(chat, typed(_text(words)))
    for kinds in (_PLAYFUL, _CLOSED):
        if any(getattr(message, kind) for kind in kinds):
            return Said(chat, Attachment(playful=kinds is _PLAYFUL, album=_text(message.media_group_id or "")))
    return Ignored()


def _id(chat: Chat) -> int:
    return _number(chat.id)


def _number(value: Json) -> int:
    if not _is_id(value):
        raise Unreadable("an id that is no number")
    return int(value)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text that is none")
    return value
