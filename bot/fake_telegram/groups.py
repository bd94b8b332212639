"""Groups as a whole: who is in them, what the bot may do there, topics on or off, the upgrade to a supergroup."""

from __future__ import annotations

from dataclasses import dataclass

from bot.fake_telegram.errors import Impossible
from bot.fake_telegram.state import RIGHTS, Chat, ForumTopic, Member, User
from bot.fake_telegram.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Somebody:
    """A user of this Telegram."""

    switchboard: Switchboard
    user: User

    @property
    def id(self) -> int:
        """Return the numeric id."""
        return self.user.id


@dataclass(frozen=True, slots=True)
class Group:
    """A group or supergroup, with methods for what happens to it as a whole."""

    switchboard: Switchboard
    chat: Chat

    @property
    def id(self) -> int:
        """Return the id of the chat."""
        return self.chat.id

    def topic(self, name: str) -> ForumTopic:
        """Return the newest topic of the group with this name. Raises Impossible without one."""
        found = [topic for topic in self.chat.topics.values() if topic.name == name]
        if not found:
            raise Impossible(f"no topic {name!r} among {[topic.name for topic in self.chat.topics.values()]}")
        return found[-1]

    def gains(self, person: Somebody, *, admin: bool = False, by: Somebody | None = None) -> None:
        """Add a person to the group, or make them an administrator."""
        new = Member(person.user, "administrator", frozenset(RIGHTS)) if admin else Member(person.user)
        was = self.chat.members.get(person.id)
        self.switchboard.change_member(self.chat, (by or person).user, new)
        if not (was and was.present):
            self.switchboard.service(self.chat, (by or person).user, {"new_chat_members": [person.user.json()]})

    def loses(self, person: Somebody, *, by: Somebody | None = None) -> None:
        """Remove a person from the group: they leave, or `by` throws them out."""
        self.switchboard.change_member(self.chat, (by or person).user, Member(person.user, "kicked" if by else "left"))
        self.switchboard.service(self.chat, (by or person).user, {"left_chat_member": person.user.json()})

    def gives_bot(self, *rights: str, by: Somebody | None = None) -> None:
        """Make the bot an administrator with exactly these rights; a plain member if none are given."""
        bot = self.switchboard.bot
        self._set_bot(Member(bot, "administrator", frozenset(rights)) if rights else Member(bot), by)

    def takes_from_bot(self, *rights: str, by: Somebody | None = None) -> None:
        """Take these rights from the bot, or its administration if none are named."""
        held = self.chat.members[self.switchboard.bot.id].rights
        self.gives_bot(*(held - set(rights) if rights else ()), by=by)

    def mutes_bot(self, *, by: Somebody | None = None) -> None:
        """Let the bot stay but forbid it to write."""
        self._set_bot(Member(self.switchboard.bot, "restricted"), by)

    def _set_bot(self, new: Member, by: Somebody | None) -> None:
        self.switchboard.change_member(self.chat, by.user if by else self._owner(), new)

    def turns_forum(self, *, on: bool) -> None:
        """Switch topics on or off; switching off deletes them."""
        self.chat.forum = on
        if not on:
            self.chat.topics.clear()

    def upgrades(self, new_id: int) -> Group:
        """Turn a basic group into a supergroup with another id; both get a service message."""
        if self.chat.type != "group" or self.chat.migrated_to:
            raise Impossible("only a basic group can be upgraded, once")
        chat = Chat(new_id, "supergroup", self.chat.title, members=dict(self.chat.members))
        self.switchboard.chats[new_id] = chat
        self.switchboard.service(self.chat, self._owner(), {"migrate_to_chat_id": new_id})
        self.chat.migrated_to = new_id
        self.switchboard.service(chat, self.switchboard.anonymous, {"migrate_from_chat_id": self.id}, sender_chat=chat)
        return Group(self.switchboard, chat)

    def _owner(self) -> User:
        people = [member for member in self.chat.members.values() if member.user is not self.switchboard.bot]
        owner = next((member for member in people if member.status == "creator"), None)
        return owner.user if owner else self.switchboard.anonymous
