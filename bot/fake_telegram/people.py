"""The acts of people in the in-memory Telegram: write, press, send, edit, react, block. Events of groups are in `groups.py`.

Each step changes the state and queues the update that Telegram would send, if the bot may see it. A step that nobody could take
raises `Impossible`: then the test is wrong, not the bot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from bot.fake_telegram import formatting, limits, sending
from bot.fake_telegram.errors import Impossible
from bot.fake_telegram.groups import Group, Somebody
from bot.fake_telegram.markup import Button
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.state import GENERAL, Chat, ForumTopic, Member, Message
from bot.fake_telegram.switchboard import ButtonPress

_TOPIC_COLOR = 7322096


class Where(TypedDict, total=False):
    """The place to which a person sends a message: by default the private chat with the bot."""

    chat: Chat | Group | None
    topic: ForumTopic | int | None
    reply_to: Message | None


@dataclass(frozen=True, slots=True)
class Author(Somebody):
    """A sender of messages: a person, an anonymous administrator, a channel."""

    def _place(self, chat: Chat | Group | None) -> tuple[Chat, Chat | None]:
        """Return the chat to which a message goes, and the chat in whose name it is sent, if any."""
        raise NotImplementedError

    def _post(self, content: JsonObject, where: Where, *, album: str = "", origin: JsonObject | None = None) -> Message:
        chat, name = self._place(where.get("chat"))
        reply_to = where.get("reply_to")
        topic = self._topic(chat, where.get("topic")) or (reply_to.topic if reply_to else None)
        if topic and topic.closed and not (name or chat.members[self.id].administers):
            raise Impossible(f"the topic {topic.name} is closed")
        message = self.switchboard.post(
            chat, self.user, content, sender_chat=name, topic=topic, reply_to=reply_to, album=album, origin=origin
        )
        self.switchboard.deliver(message)
        return message

    def _topic(self, chat: Chat, topic: ForumTopic | int | None) -> ForumTopic | None:
        number = topic.id if isinstance(topic, ForumTopic) else topic
        if number is None or number == GENERAL:
            return None
        if number not in chat.topics:
            raise Impossible(f"{chat.title or chat.id} has no topic {number}")
        return chat.topics[number]

    def says(self, text: str, **where: Unpack[Where]) -> Message:
        """Write a text. One too long for a message is split, as clients do. Return the last message."""
        if not text.strip():
            raise Impossible("nobody can send an empty message")
        parts = [text[start : start + limits.TEXT] for start in range(0, len(text), limits.TEXT)]
        return [self._post(formatting.typed(part), where) for part in parts][-1]

    def sends(
        self,
        kind: str,
        data: bytes = b"fake",
        *,
        caption: str = "",
        name: str = "",
        mime: str = "",
        size: int | None = None,
        album: str = "",
        **where: Unpack[Where],
    ) -> Message:
        """Send a file: photo, document, voice, video, audio, animation, video_note or sticker.

        `size` may claim more bytes than there are.
        """
        stored = self.switchboard.store(data, kind, name=name, mime=mime, size=size)
        extra: JsonObject = {"emoji": "🙂"} if kind == "sticker" else {}
        return self._post(sending.media(kind, stored, extra) | formatting.typed(caption, "caption"), where, album=album)

    def sends_photo(self, *, caption: str = "", **where: Unpack[Where]) -> Message:
        """Send a photo."""
        return self.sends("photo", caption=caption, **where)

    def sends_voice(self, **where: Unpack[Where]) -> Message:
        """Send a voice message."""
        return self.sends("voice", **where)

    def sends_sticker(self, **where: Unpack[Where]) -> Message:
        """Send a sticker."""
        return self.sends("sticker", **where)

    def sends_document(
        self, name: str = "documento.pdf", *, caption: str = "", size: int | None = None, **where: Unpack[Where]
    ) -> Message:
        """Send a document."""
        return self.sends("document", name=name, mime="application/pdf", caption=caption, size=size, **where)

    def sends_album(
        self, kinds: Sequence[str] = ("photo", "photo"), *, caption: str = "", **where: Unpack[Where]
    ) -> list[Message]:
        """Send several files as one album, each as an update; the first has the caption."""
        if not limits.MEDIA_GROUP_MIN <= len(kinds) <= limits.MEDIA_GROUP:
            raise Impossible("an album has 2 to 10 items")
        album = str(self.switchboard.serial())
        captions = [caption] + [""] * (len(kinds) - 1)
        return [self.sends(kind, caption=words, album=album, **where) for kind, words in zip(kinds, captions, strict=True)]

    def sends_location(self, latitude: float = 45.44, longitude: float = 9.27, **where: Unpack[Where]) -> Message:
        """Send a place on the map."""
        return self._post({"location": {"latitude": latitude, "longitude": longitude}}, where)

    def sends_contact(self, phone_number: str = "+390212345678", first_name: str = "", **where: Unpack[Where]) -> Message:
        """Send a person's phone number; without a name, the sender's own."""
        whose = {"first_name": first_name} if first_name else {"first_name": self.user.first_name, "user_id": self.id}
        return self._post({"contact": {"phone_number": phone_number} | whose}, where)

    def forwards(self, message: Message, **where: Unpack[Where]) -> Message:
        """Forward a message."""
        return self._post(dict(message.content), where, origin=sending.origin(message))

    def edits(self, message: Message, text: str) -> Message:
        """Change the text or caption of the author's own message."""
        if message.sender is not self.user or message.origin:
            raise Impossible("only one's own messages can be edited")
        field = "text" if "text" in message.content else "caption"
        old = {"text", "entities", "caption", "caption_entities"}
        message.content = {key: value for key, value in message.content.items() if key not in old} | formatting.typed(text, field)
        message.edited = self.switchboard.now()
        self.switchboard.deliver(message, edited=True)
        return message


@dataclass(frozen=True, slots=True)
class Person(Author):
    """A person who uses Telegram."""

    @property
    def chat(self) -> Chat:
        """Return the private chat with the bot, once the person has written to it."""
        if self.id not in self.switchboard.chats:
            raise Impossible(f"{self.user.first_name} has not opened the bot")
        return self.switchboard.chats[self.id]

    def _place(self, chat: Chat | Group | None) -> tuple[Chat, Chat | None]:
        if chat is None or _chat(chat).user is self.user:
            if self.user.blocked:
                self.unblocks_bot()
            return self.switchboard.open_private(self.user), None
        where = _chat(chat)
        self.switchboard.at_home(where, self.user)
        return where, None

    def starts(self, payload: str = "") -> Message:
        """Open the bot and press Start; with a payload, by a link."""
        return self.says(f"/start {payload}".strip())

    def presses(self, message: Message, button: str) -> ButtonPress | Message:
        """Press a button, named by its words or its data.

        An inline button gives a `ButtonPress`, on which the bot's answer can be read; a key of the keyboard below the input field
        gives the message that it sends.
        """
        found = self._button(message, button)
        if message.markup and "keyboard" in message.markup:
            return self._types(message, found)
        return self.presses_data(message, found.data)

    def presses_data(self, message: Message, data: str) -> ButtonPress:
        """Press a button with any data: an old button that the phone still shows, or a forged one."""
        where = message.chat
        if where.user is not self.user:
            self.switchboard.at_home(where, self.user)
        press = ButtonPress(str(4_000_000_000 + self.switchboard.serial()), self.user, message, data, self.switchboard.clock())
        self.switchboard.presses[press.id] = press
        gone = message in where.deleted
        shown = {"chat": where.json(), "message_id": message.id, "date": 0} if gone else message.json()
        self.switchboard.updates.push(
            "callback_query",
            {"id": press.id, "from": self.user.json(), "message": shown, "chat_instance": str(where.id), "data": data},
            lives=limits.CALLBACK_SECONDS,
        )
        return press

    def _button(self, message: Message, wanted: str) -> Button:
        found = [button for row in message.keyboard for button in row if wanted in {button.text, button.data}]
        if not found or message in message.chat.deleted:
            raise Impossible(f"no button {wanted!r} among {message.labels}")
        if found[0].url:
            raise Impossible(f"the button {wanted!r} opens {found[0].url} and tells the bot nothing")
        return found[0]

    def _types(self, message: Message, button: Button) -> Message:
        if button.asks_contact:
            return self.sends_contact(chat=message.chat)
        if button.asks_location:
            return self.sends_location(chat=message.chat)
        return self.says(button.text, chat=message.chat, topic=message.topic)

    def reacts(self, message: Message, *emoji: str) -> None:
        """Set the person's reactions to a message; no reactions remove them."""
        old = message.reactions.get(self.id, [])
        message.reactions[self.id] = list(emoji)
        me = self.switchboard.me(message.chat)
        if message.chat.user or (me and me.administers):
            head = {
                "chat": message.chat.json(),
                "message_id": message.id,
                "user": self.user.json(),
                "date": self.switchboard.now(),
            }
            self.switchboard.updates.push("message_reaction", head | {"old_reaction": _emoji(old), "new_reaction": _emoji(emoji)})

    def deletes(self, message: Message) -> None:
        """Delete a message; the bot is not told."""
        self.switchboard.remove(message)

    def blocks_bot(self) -> None:
        """Block the bot."""
        self._block(blocked=True)

    def unblocks_bot(self) -> None:
        """Unblock the bot."""
        self._block(blocked=False)

    def _block(self, *, blocked: bool) -> None:
        chat, bot = self.chat, self.switchboard.bot
        self.user.blocked = blocked
        was, now = ("member", "kicked") if blocked else ("kicked", "member")
        change = {"old_chat_member": Member(bot, was).json(), "new_chat_member": Member(bot, now).json()}
        self.switchboard.updates.push("my_chat_member", self.switchboard.change(chat, self.user) | change)

    def deletes_account(self) -> None:
        """Delete the person's account without an update for anybody."""
        self.user.deleted = True

    def opens_topic(self, group: Group, name: str) -> ForumTopic:
        """Open a topic in a forum."""
        self.switchboard.at_home(group.chat, self.user)
        if not group.chat.forum:
            raise Impossible(f"{group.chat.title} has no topics")
        return self.switchboard.open_topic(group.chat, self.user, name, _TOPIC_COLOR)

    def closes_topic(self, group: Group, topic: ForumTopic | int) -> None:
        """Close a topic."""
        self._turn(group, topic, closed=True)

    def reopens_topic(self, group: Group, topic: ForumTopic | int) -> None:
        """Reopen a topic."""
        self._turn(group, topic, closed=False)

    def _turn(self, group: Group, topic: ForumTopic | int, *, closed: bool) -> None:
        self.switchboard.at_home(group.chat, self.user)
        found = self._topic(group.chat, topic)
        if found is None:
            raise Impossible("General stays")
        self.switchboard.turn_topic(group.chat, self.user, found, closed=closed)

    def deletes_topic(self, group: Group, topic: ForumTopic | int) -> None:
        """Delete a topic with its messages; the bot is not told."""
        found = self._topic(group.chat, topic)
        if found is None:
            raise Impossible("General stays")
        self.switchboard.drop_topic(group.chat, found)

    def adds_bot(self, group: Group, *, rights: Iterable[str] | None = None) -> None:
        """Add the bot to a group: as a member, or with rights as an administrator."""
        switchboard = self.switchboard
        new = Member(switchboard.bot) if rights is None else Member(switchboard.bot, "administrator", frozenset(rights))
        switchboard.change_member(group.chat, self.user, new)
        switchboard.service(group.chat, self.user, {"new_chat_members": [switchboard.bot.json()]})

    def removes_bot(self, group: Group) -> None:
        """Throw the bot out of a group."""
        self.switchboard.change_member(group.chat, self.user, Member(self.switchboard.bot, "kicked"))


@dataclass(frozen=True, slots=True)
class Anonymous(Author):
    """An administrator who writes in the group's name; who it is stays unknown."""

    home: Chat

    def _place(self, chat: Chat | Group | None) -> tuple[Chat, Chat | None]:
        if chat is not None and _chat(chat) is not self.home:
            raise Impossible("an anonymous administrator has one group")
        return self.home, self.home


@dataclass(frozen=True, slots=True)
class Channel(Author):
    """A channel; what it says are channel posts."""

    chat: Chat

    @property
    def id(self) -> int:
        """Return the id of the chat."""
        return self.chat.id

    def _place(self, chat: Chat | Group | None) -> tuple[Chat, Chat | None]:
        if chat is not None and _chat(chat) is not self.chat:
            raise Impossible("a channel posts in itself")
        return self.chat, self.chat


def _chat(where: Chat | Group) -> Chat:
    return where.chat if isinstance(where, Group) else where


def _emoji(emoji: Iterable[str]) -> list[JsonObject]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
