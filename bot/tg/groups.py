"""What the bot knows of the desks' groups: whether they have topics, who administers them, what the bot may do there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any as Json

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.core.desks import Desk
from bot.tg.api import Api

log = structlog.get_logger("bot")

_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: What the bot needs in a group, with the key of the sentence that asks for it.
RIGHTS = {"can_manage_topics": "right_topics", "can_pin_messages": "right_pin", "can_delete_messages": "right_delete"}


@dataclass(frozen=True, slots=True)
class Group:
    """A desk's group as it is now. One that was not looked at yet is taken for a group without topics."""

    forum: bool = False
    administrators: frozenset[int] = frozenset()
    #: The bot is there and may write.
    writable: bool = True
    #: The rights that the bot lacks.
    missing: Sequence[str] = ()


@dataclass(slots=True)
class Groups:
    """Looks at the groups, and remembers."""

    desks: Sequence[Desk]
    _known: dict[int, Group] = field(default_factory=dict)
    #: The bot's own name, by which commands can be meant for it.
    username: str = ""
    #: The numbers of the icons that topics may have, by emoji.
    icons: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, chat: int) -> Group:
        return self._known.get(chat, Group())

    def administers(self, chat: int, user: int) -> bool:
        """Whether somebody administers a group."""
        return user in self[chat].administrators

    async def look(self, api: Api, chats: Collection[int]) -> None:
        """Looks at groups; of those that cannot be written to the log says why not."""
        await asyncio.gather(*(self._look(api, chat) for chat in chats), self._look_at_icons(api))

    async def _look(self, api: Api, chat: int) -> None:
        desk = next((desk.id for desk in self.desks if desk.chat_id == chat), "")
        try:
            self._known[chat] = await _seen(api, chat)
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
            self.icons[str(sticker.get("emoji", "")).rstrip("\ufe0f")] = str(sticker.get("custom_emoji_id", ""))


async def _seen(api: Api, chat: int) -> Group:
    """A group as it is; waits for Telegram if it cannot be reached, since a group with topics must not be taken for one without.

    Raises TelegramError for a group that the bot may not look at.
    """
    pause = _PAUSE
    while True:
        try:
            about = await api.call("getChat", {"chat_id": chat})
            admins = await api.call("getChatAdministrators", {"chat_id": chat})
            me = await api.call("getChatMember", {"chat_id": chat, "user_id": api.id})
        except (Forbidden, BadRequest, ChatMigrated):
            raise
        except TelegramError as error:
            log.warning("telegram_unreachable", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return _group(about, admins, me)


def _group(about: Json, administrators: Json, me: Json) -> Group:
    forum = bool(about.get("is_forum")) if isinstance(about, dict) else False
    found = administrators if isinstance(administrators, list) else []
    ids = frozenset(one["user"]["id"] for one in found if isinstance(one, dict) and isinstance(one.get("user"), dict))
    status = me.get("status") if isinstance(me, dict) else None
    writable = status not in ("left", "kicked") and not (status == "restricted" and not me.get("can_send_messages"))
    needed = [right for right in RIGHTS if forum or right != "can_manage_topics"]
    missing = [] if status == "creator" else [right for right in needed if not (status == "administrator" and me.get(right))]
    # Who may not make topics answers below the cards.
    forum = forum and "can_manage_topics" not in missing
    return Group(forum, ids, writable, missing)
