"""The desks' groups as Telegram knows them: topics or not, administrators, the bot's rights."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog
from telegram.error import TelegramError

from bot.core.desks import Desk
from bot.json_types import Json
from bot.tg.api import Api, when_reachable

log = structlog.get_logger("bot")

#: A right that the bot needs in a group → the key of its name in `texts.yaml`.
RIGHT_NAMES = {"can_manage_topics": "right_topics", "can_pin_messages": "right_pin", "can_delete_messages": "right_delete"}


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """A desk's group as last asked for; until then it counts as a group without topics."""

    forum: bool = False
    #: The names of those who administer it, by the numbers of their accounts.
    administrators: Mapping[int, str] = field(default_factory=dict)
    #: The bot is a member and may write.
    writable: bool = True
    #: False for a group of which the bot is a mere member: Telegram may not show it what people write.
    is_administered: bool = True
    #: The rights that the bot lacks.
    missing: Sequence[str] = ()


@dataclass(slots=True)
class Groups:
    """The groups of all desks, as last asked for."""

    desks: Sequence[Desk]
    _known: dict[int, DeskGroup] = field(default_factory=dict)
    #: The bot's username: a command may be addressed to it.
    username: str = ""
    #: Emoji → the number of the icon that topics may have.
    icons: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, chat: int) -> DeskGroup:
        return self._known.get(chat, DeskGroup())

    def administers(self, chat: int, user: int) -> bool:
        """Return True if a user administers a group."""
        return user in self[chat].administrators

    async def look(self, api: Api, chats: Collection[int]) -> None:
        """Ask Telegram about groups and remember the answers; log each group in which the bot may not write."""
        await asyncio.gather(*(self._look(api, chat) for chat in chats), self._look_at_icons(api))

    async def _look(self, api: Api, chat: int) -> None:
        desk = next((desk.id for desk in self.desks if desk.chat_id == chat), "")
        try:
            self._known[chat] = await _group_of(api, chat)
        except TelegramError as error:
            log.error("desk_unreachable", desk=desk, reason=error.message, hint="add the bot to the group; check chat_id")  # noqa: TRY400
            self._known[chat] = replace(self[chat], writable=False)
            return
        if not self[chat].writable:
            log.error("desk_closed", desk=desk, hint="the bot may not write in this group")
        elif self[chat].missing:
            log.warning("desk_without_rights", desk=desk, rights=list(self[chat].missing))

    async def _look_at_icons(self, api: Api) -> None:
        if self.icons:
            return
        try:
            stickers = await api.call("getForumTopicIconStickers", {})
        except TelegramError as error:
            log.warning("icons_unknown", reason=error.message)
            return
        for sticker in stickers if isinstance(stickers, list) else []:
            if isinstance(sticker, dict):
                self.icons[str(sticker.get("emoji", "")).rstrip("\ufe0f")] = str(sticker.get("custom_emoji_id", ""))


async def _group_of(api: Api, chat: int) -> DeskGroup:
    """Return the present facts about a group. Raises TelegramError for a group that the bot may not look at.

    It waits for Telegram, since a group with topics must not be taken for one without.
    """

    async def ask() -> DeskGroup:
        about = await api.call("getChat", {"chat_id": chat})
        administrators = await api.call("getChatAdministrators", {"chat_id": chat})
        me = await api.call("getChatMember", {"chat_id": chat, "user_id": api.id})
        return _group(about, administrators, me)

    return await when_reachable(ask)


def _group(about: Json, administrators: Json, me: Json) -> DeskGroup:
    forum = bool(about.get("is_forum")) if isinstance(about, dict) else False
    found = administrators if isinstance(administrators, list) else []
    people = [one["user"] for one in found if isinstance(one, dict) and isinstance(one.get("user"), dict)]
    names = {
        one["id"]: str(one.get("first_name", "")) for one in people if isinstance(one.get("id"), int) and not one.get("is_bot")
    }
    status = me.get("status") if isinstance(me, dict) else None
    writable = status not in ("left", "kicked") and not (status == "restricted" and not me.get("can_send_messages"))
    needed = [right for right in RIGHT_NAMES if forum or right != "can_manage_topics"]
    missing = [] if status == "creator" else [right for right in needed if not (status == "administrator" and me.get(right))]
    # Who may not make topics answers below the cards.
    forum = forum and "can_manage_topics" not in missing
    return DeskGroup(forum, names, writable, status in ("creator", "administrator"), missing)
