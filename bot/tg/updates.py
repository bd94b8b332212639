"""Telegram's updates, in: the lane of each, and the event that it stands for.

Every kind is handled on purpose: messages typed, edited or forwarded are heard as typed now; captions are text; photos, voice
and the like are attachments; stickers, dice and polls are play; messages about the chat itself are nobody's words and left alone.
The words of a group belong to the lane of the citizen whose case they are about (`NewUpdate.about`). Events that the bot sets for
itself come the same way, as updates that no Telegram sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from bot.core.case import Manager
from bot.dialogue.incoming import Attachment, Command, Text, parse_line
from bot.errors import Unreadable
from bot.json_types import Json
from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.usecases.queues import NO_LANE, NewUpdate

#: The kinds of updates that Telegram is asked to send.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")

_PLAYFUL_KINDS = ("sticker", "animation", "dice", "game", "poll")
_ATTACHED_KINDS = (
    "voice", "photo", "video", "document", "audio", "video_note", "location", "venue", "contact", "story", "paid_media",
)  # fmt: skip
#: Ids beyond this are no ids of Telegram's, and do not fit into a column.
_MAX_ID = 1 << 62
PRIVATE = "private"
_ABSENT = frozenset({"kicked", "left"})
#: The account behind administrators who hide (Bot API, Message.from).
ANONYMOUS = 1087968824
_MAX_NAME_CHARACTERS = 40
#: Entities that keep their meaning in another chat.
_CARRIED_ENTITIES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "code", "pre", "text_link", "url", "email",
     "phone_number"}
)  # fmt: skip
#: The key of an update that the bot has set for itself.
INTERNAL = "due"
#: The service message of a topic that somebody closed.
TOPIC_CLOSED = "forum_topic_closed"
#: Names of fields of internal events as they were stored before.
_FORMER_FIELDS = {"what": "kind", "gone": "lost_message", "handle": "merge_key"}

_DECODER = json.JSONDecoder()
_GAP = re.compile(r"[ \t\r\n,]*")

#: An object within an update.
MessagePart = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message with its number and chat, as far as the bot uses it."""

    id: int
    #: Its text or caption, and the entities in it that may be carried over.
    text: str
    entities: tuple[MessagePart, ...] = ()
    #: Empty for text; else photo, voice …
    kind: str = ""
    album: str = ""
    reply_to: int = 0
    #: The account that wrote the message it answers.
    reply_author: int = 0
    edited: bool = False
    #: Said elsewhere before, perhaps by somebody else.
    forwarded: bool = False

    @property
    def words(self) -> Text | Command:
        """Return the message as a text or command; a forwarded command counts as text."""
        said = Text(self.text) if self.forwarded else parse_line(self.text)
        return replace(said, message=self.id, is_edited=self.edited) if isinstance(said, Text) else said


@dataclass(frozen=True, slots=True)
class CitizenMessage:
    """A message of a citizen, as Telegram sent it and as the dialogue reads it."""

    chat: int
    incoming: Text | Command | Attachment
    message: ChatMessage


@dataclass(frozen=True, slots=True)
class CitizenPress:
    """A press of a button in a private chat."""

    chat: int
    callback_id: str
    data: str
    message_id: int
    #: The message is text, so it can become another one.
    is_text: bool = True


class SenderKind(StrEnum):
    """The kind of account that wrote in a group."""

    PERSON = "person"
    #: An administrator who writes in the group's name.
    ANONYMOUS = "anonymous"
    CHANNEL = "channel"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """A message in a group."""

    chat: int
    user: Manager
    sender: SenderKind
    message: ChatMessage
    #: Its topic, and the messages that tell the case it is about.
    thread: int
    about: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupPress:
    """A press of a button in a group."""

    chat: int
    user: Manager
    callback_id: str
    data: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Membership:
    """Event: the bot was let into a chat, or removed from it."""

    chat: int
    present: bool


@dataclass(frozen=True, slots=True)
class GroupMigration:
    """Event: a group has become a supergroup with another id."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Event: a group has changed without a message; `staff` is True if its administrators may have changed."""

    chat: int
    staff: bool = False
    #: The account that is no member any longer.
    gone: int = 0


@dataclass(frozen=True, slots=True)
class IgnoredUpdate:
    """Event: an update that needs no handling."""


_EventWithWords = CitizenMessage | CitizenPress | GroupMessage | GroupPress
UpdateEvent = _EventWithWords | InternalEvent | Membership | GroupMigration | GroupChange | IgnoredUpdate


# --- At the receipt


def updates_in(answer: str) -> list[NewUpdate]:
    """Return the updates in Telegram's answer to getUpdates, each with its own text. Raises ValueError for anything else."""
    found = []
    at = answer.index("[", answer.index('"result"')) + 1
    while not answer.startswith("]", at := _gap_end(answer, at)):
        raw, end = _DECODER.raw_decode(answer, at)
        found.append(_new_update(raw, answer[at:end]))
        at = end
    return [update for update in found if update is not None]


def update_of(text: str) -> NewUpdate | None:
    """Return the update in a JSON text; None if it has no update number, without which it cannot be told from others.

    Raises ValueError or RecursionError for text that is no JSON.
    """
    return _new_update(json.loads(text), text)


def _new_update(raw: Json, text: str) -> NewUpdate | None:
    if not isinstance(raw, dict) or not _is_id(raw.get("update_id")) or raw["update_id"] < 0 or INTERNAL in raw:
        return None
    lane = _chat_of(raw)
    return NewUpdate(raw["update_id"], lane, text, _messages_referred_to(raw) if lane < 0 else ())


def _gap_end(text: str, at: int) -> int:
    """Return the position after white space and commas that begin at a position."""
    gap = _GAP.match(text, at)
    return gap.end() if gap is not None else at


def internal_payload(event: InternalEvent) -> str:
    """Return an internal event in the form in which the inbox stores updates."""
    return json.dumps({INTERNAL: {name: value for name, value in asdict(event).items() if value}})


def _messages_referred_to(raw: MessagePart) -> tuple[int, ...]:
    """Return the topic and messages of a group that an update refers to, by which its case is found."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else raw.get("message", raw.get("edited_message"))
    if not isinstance(message, dict):
        return ()
    replied = message.get("reply_to_message")
    named = [message.get("message_thread_id"), replied.get("message_id") if isinstance(replied, dict) else None]
    if query is not None:
        named.append(message.get("message_id"))
    return tuple(int(number) for number in named if number is not None and _is_id(number))


def _chat_of(raw: MessagePart) -> int:
    """Return the id of the chat of an update; `NO_LANE` if it has none."""
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
    return isinstance(value, int) and not isinstance(value, bool) and -_MAX_ID < value < _MAX_ID


# --- At the handling


def parse_update(payload: str) -> UpdateEvent:
    """Return the event in an update. Only the needed parts are read, so that unknown ones can do no harm.

    Raises Unreadable for an update that is not as Telegram documents it.
    """
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    if internal := _part(update, INTERNAL):
        fields = {_FORMER_FIELDS.get(name, name): value for name, value in internal.items()}
        try:
            return InternalEvent(**{**fields, "kind": InternalEventKind(fields["kind"])})
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable("an event of another version") from error
    if change := _part(update, "chat_member"):
        member = _part(change, "new_chat_member")
        is_gone = member.get("status") in _ABSENT or (member.get("status") == "restricted" and member.get("is_member") is False)
        return GroupChange(_id(_part(change, "chat")), staff=True, gone=_number(_part(member, "user").get("id", 0)) * is_gone)
    if change := _part(update, "my_chat_member"):
        status = _text(_part(change, "new_chat_member").get("status"))
        return Membership(_id(_part(change, "chat")), status not in _ABSENT)
    if query := _part(update, "callback_query"):
        return _press(query)
    edited = _part(update, "edited_message")
    message = _part(update, "message") or edited
    return _message(message, update, edited=bool(edited)) if message else IgnoredUpdate()


def _press(query: MessagePart) -> UpdateEvent:
    message = _part(query, "message")
    if not message or query.get("data") is None:
        return IgnoredUpdate()
    chat, callback_id, data = _id(_part(message, "chat")), _text(query.get("id")), _text(query["data"])
    message_id = _number(message.get("message_id"))
    if _part(message, "chat").get("type") == PRIVATE:
        return CitizenPress(chat, callback_id, data, message_id, "text" in message)
    return GroupPress(chat, _manager(_part(query, "from")), callback_id, data, message_id)


def _message(message: MessagePart, update: MessagePart, *, edited: bool) -> UpdateEvent:
    chat = _id(_part(message, "chat"))
    if "migrate_to_chat_id" in message:
        return GroupMigration(chat, _number(message["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in message:
        return GroupMigration(_number(message["migrate_from_chat_id"]), chat)
    kind = next((kind for kind in (*_PLAYFUL_KINDS, *_ATTACHED_KINDS) if message.get(kind)), "")
    words = _text(message.get("text", message.get("caption", "")))
    if TOPIC_CLOSED in message:
        # Who closes the topic of a case by hand closes the case.
        kind, words = TOPIC_CLOSED, "/chiudi"
    private = _part(message, "chat").get("type") == PRIVATE
    if not kind and not words:
        return IgnoredUpdate() if private else GroupChange(chat, gone=_number(_part(message, "left_chat_member").get("id", 0)))
    if private:
        if _part(message, "from").get("is_bot"):
            return IgnoredUpdate()
        content = _chat_message(message, words, kind, edited=edited)
        if words:
            return CitizenMessage(chat, content.words, content)
        if edited and kind == "location":
            # A place that moves is one that was sent before.
            return IgnoredUpdate()
        position = _position(_part(message, "location"))
        return CitizenMessage(chat, Attachment(kind in _PLAYFUL_KINDS, content.album, content.id, kind, position), content)
    user = _part(message, "from")
    sender = _sender_kind(message, chat)
    if sender is SenderKind.ANONYMOUS:
        user = {"id": ANONYMOUS}
    thread = _number(message.get("message_thread_id", 0)) if message.get("is_topic_message") else 0
    content = _chat_message(message, words, kind, edited=edited)
    return GroupMessage(chat, _manager(user), sender, content, thread, _messages_referred_to(update))


def _position(location: MessagePart) -> tuple[float, float] | None:
    """Return the latitude and longitude of a location in degrees; None without both."""
    found = [location.get(name) for name in ("latitude", "longitude")]
    numbers = [float(one) for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _chat_message(message: MessagePart, words: str, kind: str, *, edited: bool) -> ChatMessage:
    found = message.get("entities", message.get("caption_entities", []))
    entities = found if isinstance(found, list) else []
    carried = tuple(one for one in entities if isinstance(one, dict) and one.get("type") in _CARRIED_ENTITIES)
    replied = _part(message, "reply_to_message")
    reply_to, author = _number(replied.get("message_id", 0)), _number(_part(replied, "from").get("id", 0))
    album, number = _text(message.get("media_group_id", "")), _number(message.get("message_id", 0))
    forwarded = "forward_origin" in message or "forward_date" in message
    return ChatMessage(number, words, carried, kind, album, reply_to, author, edited, forwarded)


def _manager(user: MessagePart) -> Manager:
    """Return the user of a group as a manager; citizens are told the first name."""
    account = _text(user.get("username") or "")
    surname = _text(user.get("last_name") or "") or (f"({account})" if account else "")
    name = _text(user.get("first_name", ""))
    return Manager(_number(user.get("id", 0)), name[:_MAX_NAME_CHARACTERS], surname[:_MAX_NAME_CHARACTERS])


def _sender_kind(message: MessagePart, chat: int) -> SenderKind:
    if name := _part(message, "sender_chat"):
        return SenderKind.ANONYMOUS if name.get("id") == chat else SenderKind.CHANNEL
    user = _part(message, "from")
    if not user:
        return SenderKind.CHANNEL
    if user.get("id") == ANONYMOUS:
        return SenderKind.ANONYMOUS
    return SenderKind.BOT if user.get("is_bot") else SenderKind.PERSON


def _part(whole: Json, key: str) -> MessagePart:
    """Return the object in a field of another object; an empty one if there is none. Raises Unreadable for anything else."""
    part = whole.get(key) if isinstance(whole, dict) else None
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise Unreadable("a part that is no object")
    return part


def _id(chat: MessagePart) -> int:
    return _number(chat.get("id"))


def _number(value: Json) -> int:
    if not _is_id(value):
        raise Unreadable("an id that is no number")
    return int(value)


def _text(value: Json) -> str:
    """Return a text with lone surrogates (half characters), which other programs refuse, replaced by question marks."""
    if not isinstance(value, str):
        raise Unreadable("a text that is none")
    return value.encode("utf-8", "replace").decode()
