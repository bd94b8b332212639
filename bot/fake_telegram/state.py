"""The state of the in-memory Telegram: people, chats, members, topics, messages, files; and how each looks in JSON.

Plain records that the server changes in place; nothing here decides whether a call is allowed. Times are seconds of the injected
clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.fake_telegram.markup import Button, buttons
from bot.fake_telegram.parameters import JsonObject

#: The sender that Telegram shows for anonymous administrators and for channels.
ANONYMOUS_ADMIN = 1087968824
CHANNEL_BOT = 136817688
#: The topic that every forum has, and that no message names.
GENERAL = 1

#: Rights of an administrator; a bot has those that its group gives it.
RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_pin_messages",
    "can_manage_topics",
)  # fmt: skip
#: Rights that only channels know.
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")


@dataclass(eq=False, slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    blocked: bool = False
    deleted: bool = False

    def json(self) -> JsonObject:
        """Return a `User` as JSON."""
        names = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | {k: v for k, v in names.items() if v}


@dataclass(eq=False, slots=True)
class Member:
    """A person's membership of a group or channel."""

    user: User
    #: creator, administrator, member, restricted, left or kicked.
    status: str = "member"
    rights: frozenset[str] = frozenset()
    anonymous: bool = False

    @property
    def present(self) -> bool:
        """Return True if the member is in the chat."""
        return self.status in {"creator", "administrator", "member", "restricted"}

    @property
    def administers(self) -> bool:
        """Return True if the member is an administrator or the owner."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Return True if the member has a right; the owner has all."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self, *, channel: bool = False) -> JsonObject:
        """Return a `ChatMember` of the kind that the status says, as JSON."""
        out: JsonObject = {"status": self.status, "user": self.user.json()}
        if self.administers:
            out["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            names = (*RIGHTS, *CHANNEL_RIGHTS) if channel else RIGHTS
            out |= {"can_be_edited": False} | {right: right in self.rights for right in names}
        elif self.status == "restricted":
            kinds = (
                "messages",
                "audios",
                "documents",
                "photos",
                "videos",
                "video_notes",
                "voice_notes",
                "polls",
                "other_messages",
            )
            out |= {"is_member": True, "until_date": 0, "can_add_web_page_previews": False, "can_edit_tag": False}
            out |= {f"can_send_{kind}": False for kind in kinds} | {"can_react_to_messages": False}
            out |= dict.fromkeys(("can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"), False)
        elif self.status == "kicked":
            out["until_date"] = 0
        return out


@dataclass(eq=False, slots=True)
class ForumTopic:
    """A topic of a forum; its id is that of the message which announced it."""

    id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str = ""
    closed: bool = False
    #: The creator, who may edit and close it without the right to manage topics.
    creator: int = 0

    def json(self) -> JsonObject:
        """Return the fields that `ForumTopic` and `ForumTopicCreated` share."""
        icon = {"icon_custom_emoji_id": self.icon_custom_emoji_id} if self.icon_custom_emoji_id else {}
        return {"name": self.name, "icon_color": self.icon_color} | icon


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on Telegram's servers."""

    id: str
    unique_id: str
    path: str
    data: bytes
    #: May be larger than the data: a big file need not be held.
    size: int
    #: photo, document, voice …
    kind: str
    name: str = ""
    mime: str = "application/octet-stream"

    def json(self) -> JsonObject:
        """Return the fields that every kind of file has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


@dataclass(frozen=True, slots=True)
class Version:
    """A message as it was before an edit."""

    #: The time of the edit.
    until: int
    content: JsonObject
    markup: JsonObject | None


@dataclass(eq=False, slots=True)
class Message:
    """A message in a chat, as everybody there sees it."""

    id: int
    chat: Chat
    date: int
    sender: User
    #: The fields of its kind: text and entities, photo and caption, a service message's field …
    content: JsonObject
    #: The chat of an anonymous administrator or a channel.
    sender_chat: Chat | None = None
    topic: ForumTopic | None = None
    reply_to: Message | None = None
    markup: JsonObject | None = None
    album: str = ""
    origin: JsonObject | None = None
    protected: bool = False
    service: bool = False
    edited: int = 0
    edits: list[Version] = field(default_factory=list)
    #: User id → emoji.
    reactions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the text or caption."""
        return self.content.get("text") or self.content.get("caption") or ""

    @property
    def entities(self) -> list[JsonObject]:
        """Return the entities of the text or caption."""
        return self.content.get("entities") or self.content.get("caption_entities") or []

    @property
    def thread(self) -> int | None:
        """Return the id of the message's topic; None in General and outside forums."""
        return self.topic.id if self.topic else None

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        """Return the rows of the message's buttons."""
        return buttons(self.markup)

    @property
    def labels(self) -> list[str]:
        """Return the labels of the message's buttons."""
        return [button.text for row in self.keyboard for button in row]

    def json(self, *, nested: bool = False) -> JsonObject:
        """Return a `Message` as JSON; a nested one does not show the message that it replies to."""
        out: JsonObject = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        if self.chat.type != "channel":
            out["from"] = self.sender.json()
        if self.sender_chat:
            out["sender_chat"] = self.sender_chat.json()
        if self.topic:
            out |= {"message_thread_id": self.topic.id, "is_topic_message": True}
        optional = {
            "edit_date": self.edited,
            "media_group_id": self.album,
            "forward_origin": self.origin,
            "has_protected_content": self.protected,
        }
        out |= {name: value for name, value in optional.items() if value} | self.content
        if self.markup and "inline_keyboard" in self.markup:
            out["reply_markup"] = self.markup
        replied = self.reply_to or self._opening()
        if replied and not nested:
            out["reply_to_message"] = replied.json(nested=True)
        return out

    def _opening(self) -> Message | None:
        """Return the message that opened the topic; Telegram shows it as replied to in messages that reply to nothing."""
        return self.chat.find(self.topic.id) if self.topic and self.topic.id != self.id else None


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat with the bot, a group, a supergroup or a channel."""

    id: int
    #: private, group, supergroup or channel.
    type: str
    title: str = ""
    username: str = ""
    forum: bool = False
    #: The person, in a private chat.
    user: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    deleted: list[Message] = field(default_factory=list)
    #: Newest last.
    pinned: list[Message] = field(default_factory=list)
    #: The actions shown by sendChatAction.
    actions: list[str] = field(default_factory=list)
    migrated_to: int = 0

    def find(self, message_id: int) -> Message | None:
        """Return a message by its id, if it still exists."""
        return next((message for message in reversed(self.messages) if message.id == message_id), None)

    def in_topic(self, topic: ForumTopic | int) -> list[Message]:
        """Return the messages of one topic, oldest first."""
        number = topic if isinstance(topic, int) else topic.id
        return [message for message in self.messages if message.thread == number]

    @property
    def from_bot(self) -> list[Message]:
        """Return the bot's messages that still exist here, oldest first, without service messages."""
        return [message for message in self.messages if message.sender.is_bot and not message.sender_chat and not message.service]

    @property
    def last(self) -> Message:
        """Return the newest message."""
        return self.messages[-1]

    def json(self) -> JsonObject:
        """Return a `Chat` as JSON."""
        if self.user:
            return {key: value for key, value in self.user.json().items() if key not in {"is_bot", "language_code"}} | {
                "type": self.type
            }
        out: JsonObject = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            out["username"] = self.username
        if self.forum:
            out["is_forum"] = True
        return out
