"""Updates as they come from Telegram: which lane each belongs to, and what it means.

Every kind is handled on purpose: what a citizen typed, edited or forwarded is heard as said now; a caption is text; photos, voice
and the like are attachments; stickers, dice and polls are play; messages about the chat itself are nobody's words and left alone.
What is said in a group belongs to the lane of the citizen whose case it is about (`Received.about`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any as Json

from bot.core.case import Manager
from bot.dialogue.interpret import Attachment, Command, Text, typed
from bot.errors import Unreadable
from bot.usecases.ports import NO_LANE, NewUpdate

#: What Telegram is asked to send.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")

_PLAYFUL = ("sticker", "animation", "dice", "game", "poll")
_CLOSED = ("voice", "photo", "video", "document", "audio", "video_note", "location", "venue", "contact", "story", "paid_media")
_MOST = 1 << 62
PRIVATE = "private"
_GONE = frozenset({"kicked", "left"})
#: The account behind administrators who hide (Bot API, Message.from).
ANONYMOUS = 1087968824
_LONGEST_NAME = 40
#: Entities that keep their meaning in another chat.
_ENTITIES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "code", "pre", "text_link", "url", "email",
     "phone_number"}
)  # fmt: skip
#: The key of an update that no Telegram sent: a time has come.
DUE = "due"

Part = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it stands in its chat."""

    id: int
    #: Its text or caption, and the entities in it that may be passed on.
    text: str
    entities: tuple[Part, ...] = ()
    #: What it is if it is not text: photo, voice …
    kind: str = ""
    album: str = ""
    reply_to: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A citizen said something."""

    chat: int
    what: Text | Command | Attachment
    message: Posted


@dataclass(frozen=True, slots=True)
class Pressed:
    """A citizen pressed a button of a message."""

    chat: int
    callback_id: str
    data: str
    message_id: int
    #: The message is text, so it can become another one.
    is_text: bool = True


class Sort(StrEnum):
    """What stands behind something that was done in a group."""

    PERSON = "person"
    #: An administrator who writes in the group's name.
    ANONYMOUS = "anonymous"
    CHANNEL = "channel"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class GroupSaid:
    """Something was said in a group."""

    chat: int
    user: Manager
    sort: Sort
    message: Posted
    #: The topic, and the messages that tell which case it is about.
    thread: int
    about: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupPressed:
    """Somebody pressed a button in a group."""

    chat: int
    user: Manager
    callback_id: str
    data: str
    message_id: int
    about: tuple[int, ...]


class What(StrEnum):
    """What has become of something that was set for a case, or sent for it."""

    #: It is time to remind somebody; a shift begins.
    TIME = "time"
    SHIFT = "shift"
    #: The group has another id: the case needs a place there.
    MOVED = "moved"
    #: A topic or a card is not there any more.
    GONE = "gone"
    #: A message to which words were to be joined is not there any more.
    LOST = "lost"
    #: A message was refused; nothing reaches the citizen, or the group, for now.
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that no Telegram sent: a time has come, or a call had a result that matters to a case."""

    what: What
    case: int = 0
    #: The group, for what is nobody's case.
    group: int = 0
    #: The topic or message that is gone; what the message that was refused is known as, and why.
    gone: int = 0
    key: str = ""
    error: str = ""
    #: What the message that was to be changed is known as.
    handle: str = ""


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
    """Something happened in a group that nobody said; `staff` if it changes who administers it."""

    chat: int
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do."""


Event = Said | Pressed | GroupSaid | GroupPressed | Due | Membership | GroupMoved | InGroup | Ignored


def received(raw: Json) -> NewUpdate | None:
    """An update on its way into the inbox; None for what has no number and so cannot be told from any other."""
    if not isinstance(raw, dict) or not _is_id(raw.get("update_id")) or raw["update_id"] < 0 or DUE in raw:
        return None
    lane = _lane(raw)
    return NewUpdate(raw["update_id"], lane, json.dumps(raw), _about(raw) if lane < 0 else ())


def due(event: Due) -> str:
    """The payload of an update that no Telegram sent."""
    return json.dumps({DUE: {name: value for name, value in asdict(event).items() if value}})


def _about(raw: Mapping[str, Json]) -> tuple[int, ...]:
    """The topic and the messages of a group that an update is about: whatever in it names one."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else raw.get("message", raw.get("edited_message"))
    if not isinstance(message, dict):
        return ()
    replied = message.get("reply_to_message")
    named = [message.get("message_thread_id"), replied.get("message_id") if isinstance(replied, dict) else None]
    if query is not None:
        named.append(message.get("message_id"))
    return tuple(int(number) for number in named if number is not None and _is_id(number))


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
    if passed := _part(update, DUE):
        return Due(**{**passed, "what": What(passed["what"])})
    if changed := _part(update, "chat_member"):
        return InGroup(_id(_part(changed, "chat")), staff=True)
    if changed := _part(update, "my_chat_member"):
        status = _text(_part(changed, "new_chat_member").get("status"))
        return Membership(_id(_part(changed, "chat")), status not in _GONE)
    if query := _part(update, "callback_query"):
        return _pressed(query)
    edited = _part(update, "edited_message")
    message = _part(update, "message") or edited
    return _message(message, update, edited=bool(edited)) if message else Ignored()


def _pressed(query: Part) -> Event:
    message = _part(query, "message")
    if not message or query.get("data") is None:
        return Ignored()
    chat, callback_id, data = _id(_part(message, "chat")), _text(query.get("id")), _text(query["data"])
    if _part(message, "chat").get("type") == PRIVATE:
        return Pressed(chat, callback_id, data, _number(message.get("message_id")), "text" in message)
    about = _about({"callback_query": query})
    return GroupPressed(chat, _manager(_part(query, "from")), callback_id, data, _number(message.get("message_id")), about)


def _message(message: Part, update: Part, *, edited: bool) -> Event:
    chat = _id(_part(message, "chat"))
    if "migrate_to_chat_id" in message:
        return GroupMoved(chat, _number(message["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in message:
        return GroupMoved(_number(message["migrate_from_chat_id"]), chat)
    kind = next((kind for kind in (*_PLAYFUL, *_CLOSED) if message.get(kind)), "")
    words = _text(message.get("text", message.get("caption", "")))
    private = _part(message, "chat").get("type") == PRIVATE
    if not kind and not words:
        return Ignored() if private else InGroup(chat)
    if private:
        if _part(message, "from").get("is_bot"):
            return Ignored()
        posted = _posted(message, words, kind, edited=edited)
        if words:
            return Said(chat, typed(words), posted)
        return Said(chat, Attachment(kind in _PLAYFUL, posted.album, posted.id, kind), posted)
    user = _part(message, "from")
    sort = _sort(message, chat)
    if sort is Sort.ANONYMOUS:
        user = {"id": ANONYMOUS}
    thread = _number(message.get("message_thread_id", 0)) if message.get("is_topic_message") else 0
    posted = _posted(message, words, kind, edited=edited)
    return GroupSaid(chat, _manager(user), sort, posted, thread, _about(update))


def _posted(message: Part, words: str, kind: str, *, edited: bool) -> Posted:
    found = message.get("entities", message.get("caption_entities", []))
    entities = (
        tuple(one for one in found if isinstance(one, dict) and one.get("type") in _ENTITIES) if isinstance(found, list) else ()
    )
    replied = _part(message, "reply_to_message").get("message_id", 0)
    album = _text(message.get("media_group_id", ""))
    return Posted(_number(message.get("message_id", 0)), words, entities, kind, album, _number(replied), edited)


def _manager(user: Part) -> Manager:
    """Somebody in a group, by the number of the account; their first name is what citizens are told."""
    return Manager(_number(user.get("id", 0)), _text(user.get("first_name", ""))[:_LONGEST_NAME])


def _sort(message: Part, chat: int) -> Sort:
    name = _part(message, "sender_chat")
    if name:
        return Sort.ANONYMOUS if name.get("id") == chat else Sort.CHANNEL
    user = _part(message, "from")
    if not user:
        return Sort.CHANNEL
    return Sort.ANONYMOUS if user.get("id") == ANONYMOUS else Sort.BOT if user.get("is_bot") else Sort.PERSON


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
