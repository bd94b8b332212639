"""The state of the in-memory Telegram with its basic operations: finding chats, access, posting messages, keeping files.

Methods of the Bot API are in `sending.py`, `editing.py`, `chats.py` and `profile.py`, acts of people in `people.py` and
`groups.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.fake_telegram import errors, limits
from bot.fake_telegram.errors import ApiError, Impossible, bad_request, forbidden
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.state import ANONYMOUS_ADMIN, CHANNEL_BOT, GENERAL, Chat, ForumTopic, Member, Message, StoredFile, User
from bot.fake_telegram.updates import Updates

_SUFFIXES = {"photo": "jpg", "voice": "oga", "sticker": "webp"}

#: A file as it arrives with a call: its name and its bytes.
Upload = tuple[str, bytes]


@dataclass(eq=False, slots=True)
class ButtonPress:
    """A press of an inline button, with the bot's answer as the person saw it."""

    id: str
    user: User
    message: Message
    data: str
    at: float
    answered: bool = False
    text: str = ""
    alert: bool = False


@dataclass(slots=True)
class BotProfile:
    """The bot's description of itself, by language code; the empty code is everybody else's."""

    #: Scope and language → commands.
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class Switchboard:
    """The state of the in-memory Telegram, seen from one bot."""

    def __init__(self, token: str, clock: Callable[[], float], *, local: bool, username: str) -> None:
        self.token = token
        self.clock = clock
        #: As a Bot API server of one's own: webhooks by plain HTTP.
        self.local = local
        self.bot = User(int(token.partition(":")[0]), "Bot", username=username, is_bot=True)
        #: The bot hears everything in groups even where it is no administrator (privacy mode off).
        self.reads_all = False
        self.profile = BotProfile()
        self.updates = Updates(clock)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, ButtonPress] = {}
        self.uploads: Mapping[str, Upload] = {}
        self.anonymous = User(ANONYMOUS_ADMIN, "Group", username="GroupAnonymousBot", is_bot=True)
        self.channel_bot = User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True)
        #: Supergroups and channels number their own messages, the first being their creation; all other chats share one count.
        self._numbers: Counter[int] = Counter()
        self._serial = 0

    def now(self) -> int:
        """Return Unix time in whole seconds."""
        return int(self.clock())

    def serial(self) -> int:
        """Return a number that was never returned before."""
        self._serial += 1
        return self._serial

    # -- chats ----------------------------------------------------------------------------------------------------------

    def known(self, chat_id: int | str) -> Chat:
        """Return a chat by its id or @username.

        Raises:
            ApiError: 400 if the bot does not know it.

        """
        if isinstance(chat_id, int):
            found = self.chats.get(chat_id)
        elif not chat_id:
            raise bad_request("chat_id is empty")
        else:
            name = chat_id.removeprefix("@")
            found = next(
                (chat for chat in self.chats.values() if chat.username and chat.username == name and not chat.user), None
            )
        if found is None:
            user = self.users.get(chat_id) if isinstance(chat_id, int) else None
            if user and any(user.id in chat.members for chat in self.chats.values()):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        return found

    def reachable(self, chat_id: int | str) -> Chat:
        """Return a chat in which the bot may act now.

        Raises:
            ApiError: 400 or 403 with Telegram's reason.

        """
        chat = self.known(chat_id)
        if chat.user:
            if chat.user.deleted:
                raise forbidden("user is deactivated")
            if chat.user.blocked:
                raise forbidden("bot was blocked by the user")
            return chat
        if chat.migrated_to:
            raise errors.migrated(chat.migrated_to)
        me = chat.members.get(self.bot.id)
        if me and me.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if not me or not me.present:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def writable(self, chat_id: int | str, what: str) -> Chat:
        """Return a chat to which the bot may send this kind of message."""
        chat = self.reachable(chat_id)
        me = self.me(chat)
        if me and me.status == "restricted":
            raise bad_request(f"not enough rights to send {what} to the chat")
        if chat.type == "channel" and not (me and me.may("can_post_messages")):
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def me(self, chat: Chat) -> Member | None:
        """Return the bot's membership of a group or channel."""
        return chat.members.get(self.bot.id)

    def require(self, chat: Chat, right: str, refusal: str) -> None:
        """Raise ApiError with the words of `refusal` if the bot lacks a right in a chat."""
        me = self.me(chat)
        if chat.user is None and not (me and me.may(right)):
            raise bad_request(refusal)

    def topic(self, chat: Chat, thread: int | None, *, missing: str = "message thread not found") -> ForumTopic | None:
        """Return the topic that a call names; None if the chat has no topics, since Telegram then ignores it."""
        if not thread or not chat.forum:
            return None
        if thread == GENERAL or thread not in chat.topics:
            raise bad_request(missing)
        return chat.topics[thread]

    # -- messages -------------------------------------------------------------------------------------------------------

    def post(
        self,
        chat: Chat,
        sender: User,
        content: JsonObject,
        *,
        sender_chat: Chat | None = None,
        topic: ForumTopic | None = None,
        reply_to: Message | None = None,
        markup: JsonObject | None = None,
        album: str = "",
        origin: JsonObject | None = None,
        protected: bool = False,
        service: bool = False,
    ) -> Message:
        """Add a message at the end of a chat without an update for the bot."""
        message = Message(
            self.next_id(chat),
            chat,
            self.now(),
            sender,
            content,
            sender_chat,
            topic,
            reply_to,
            markup,
            album,
            origin,
            protected,
            service,
        )
        chat.messages.append(message)
        return message

    def next_id(self, chat: Chat) -> int:
        """Return the number of the next message of a chat."""
        series = chat.id if chat.type in {"supergroup", "channel"} else 0
        self._numbers[series] += 1
        return self._numbers[series] + 1

    def remove(self, message: Message) -> None:
        """Remove a message for everybody."""
        chat = message.chat
        chat.messages.remove(message)
        chat.deleted.append(message)
        if message in chat.pinned:
            chat.pinned.remove(message)

    def deliver(self, message: Message, *, edited: bool = False) -> None:
        """Queue an update about a message, if the bot may see it."""
        if self.hears(message):
            kind = "channel_post" if message.chat.type == "channel" else "message"
            self.updates.push(f"edited_{kind}" if edited else kind, message.json())

    def hears(self, message: Message) -> bool:
        """Return True if the bot receives a message: every one as an administrator, else those its privacy mode allows."""
        chat = message.chat
        if chat.user:
            return True
        me = self.me(chat)
        if not me or not me.present:
            return False
        replied = message.reply_to is not None and message.reply_to.sender is self.bot
        addressed = message.text.startswith("/") or f"@{self.bot.username}" in message.text
        return me.administers or self.reads_all or message.service or replied or addressed

    def service(
        self, chat: Chat, sender: User, content: JsonObject, *, topic: ForumTopic | None = None, sender_chat: Chat | None = None
    ) -> Message:
        """Post a service message; the bot gets an update unless it caused the message."""
        message = self.post(chat, sender, content, topic=topic, service=True, sender_chat=sender_chat)
        if sender is not self.bot:
            self.deliver(message)
        return message

    def open_topic(self, chat: Chat, sender: User, name: str, color: int, *, icon: str = "") -> ForumTopic:
        """Open a topic with the message that announces it."""
        topic = ForumTopic(0, name, color, icon, creator=sender.id)
        message = self.post(chat, sender, {"forum_topic_created": topic.json()}, service=True)
        topic.id = message.id
        message.topic = topic
        chat.topics[topic.id] = topic
        if sender is not self.bot:
            self.deliver(message)
        return topic

    def drop_topic(self, chat: Chat, topic: ForumTopic) -> None:
        """Delete a topic with all its messages."""
        del chat.topics[topic.id]
        for message in chat.in_topic(topic):
            self.remove(message)

    def turn_topic(self, chat: Chat, sender: User, topic: ForumTopic, *, closed: bool) -> None:
        """Close or reopen a topic."""
        topic.closed = closed
        self.service(chat, sender, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic=topic)

    def change_member(self, chat: Chat, by: User, new: Member) -> None:
        """Change a membership, and queue the updates about it that the bot receives."""
        old = chat.members.get(new.user.id) or Member(new.user, "left")
        chat.members[new.user.id] = new
        if new.user is not self.bot and not (self.me(chat) or new).administers:
            return
        channel = chat.type == "channel"
        kind = "my_chat_member" if new.user is self.bot else "chat_member"
        both = {"old_chat_member": old.json(channel=channel), "new_chat_member": new.json(channel=channel)}
        self.updates.push(kind, self.change(chat, by) | both)

    def change(self, chat: Chat, by: User) -> JsonObject:
        """Return the fields that every update about a member has: chat, acting user and date."""
        return {"chat": chat.json(), "from": by.json(), "date": self.now()}

    # -- files ----------------------------------------------------------------------------------------------------------

    def store(self, data: bytes, kind: str, *, name: str = "", mime: str = "", size: int | None = None) -> StoredFile:
        """Keep a file."""
        number = self.serial()
        suffix = name.rpartition(".")[2] if "." in name else _SUFFIXES.get(kind, "bin")
        stored = StoredFile(
            id=f"FILE-{kind}-{number}",
            unique_id=f"unique{number}",
            path=f"{kind}s/file_{number}.{suffix}",
            data=data,
            size=len(data) if size is None else size,
            kind=kind,
            name=name,
            mime=mime or "application/octet-stream",
        )
        self.files[stored.id] = stored
        if kind == "photo":
            self.files[f"{stored.id}-s"] = replace(stored, id=f"{stored.id}-s", unique_id=f"{stored.unique_id}s")
        return stored

    def download(self, path: str) -> bytes:
        """Return the bytes of a file by the path from getFile.

        Raises:
            ApiError: 404 if there is none.

        """
        found = next((stored for stored in self.files.values() if stored.path == path), None)
        if found is None:
            raise ApiError(404, "Not Found")
        return found.data

    def given_file(self, reference: str, kind: str) -> StoredFile:
        """Return the file that a parameter names: an upload, a file that Telegram has, or an address on the web (not fetched).

        Raises:
            ApiError: 400 for an unknown file, 413 for one that is too large.

        """
        if reference.startswith("attach://"):
            name, data = self.uploads.get(reference.removeprefix("attach://"), ("", b""))
            if not data:
                raise bad_request("file must be non-empty")
            if len(data) > limits.UPLOAD_BYTES:
                raise ApiError(413, "Request Entity Too Large")
            if kind == "photo" and len(data) > limits.PHOTO_BYTES:
                most = limits.PHOTO_BYTES
                raise bad_request(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {most} bytes")
            return self.store(data, kind, name=name)
        if reference.startswith(("http://", "https://")):
            return self.store(b"", kind, name=reference.rpartition("/")[2])
        if reference not in self.files:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        stored = self.files[reference]
        if stored.kind != kind and "document" not in {stored.kind, kind}:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    # -- people ---------------------------------------------------------------------------------------------------------

    def open_private(self, user: User) -> Chat:
        """Return the private chat of a person with the bot, and open it so that the bot may write there."""
        return self.chats.setdefault(user.id, Chat(user.id, "private", username=user.username, user=user))

    def at_home(self, chat: Chat, user: User) -> Member:
        """Return a person's membership of a chat that they are in.

        Raises:
            Impossible: the person is not there.

        """
        member = chat.members.get(user.id)
        if member is None or not member.present:
            raise Impossible(f"{user.first_name} is not in {chat.title}")
        return member

    def sent(self, chats: Iterable[Chat] | None = None) -> list[Message]:
        """Return all messages of the bot in some chats, or in all."""
        return [message for chat in chats or self.chats.values() for message in chat.from_bot]
