"""The role of an account in the console, from its present rights in the desks' groups. Telegram is asked each time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.core.desks import Desk
from bot.errors import RoleUnavailable
from bot.tg.api import Api
from bot.usecases.console_access import ConsoleRole


@dataclass(frozen=True, slots=True)
class GroupRoles:
    """Finds by the desks' groups who may enter the console, and who may change the content."""

    api: Api
    desks: Sequence[Desk]
    #: The number of a group now, from the number in the settings; may read the database.
    current_id: Callable[[int], int]

    async def role_of(self, user: int) -> ConsoleRole | None:
        """Return the highest role that the desks' groups give an account; None if it has none. Raises RoleUnavailable."""
        roles = await asyncio.gather(*(self._role_at(desk, user) for desk in self.desks))
        return ConsoleRole.EDITOR if ConsoleRole.EDITOR in roles else next((role for role in roles if role is not None), None)

    async def _role_at(self, desk: Desk, user: int) -> ConsoleRole | None:
        chat = await asyncio.to_thread(self.current_id, desk.chat_id)
        try:
            member = await self.api.call("getChatMember", {"chat_id": chat, "user_id": user})
        except (BadRequest, ChatMigrated, Forbidden):
            return None
        except TelegramError as error:
            raise RoleUnavailable(error.message) from error
        status = member.get("status") if isinstance(member, dict) else None
        if status in ("creator", "administrator"):
            return ConsoleRole.EDITOR
        is_member = status == "member" or (status == "restricted" and isinstance(member, dict) and bool(member.get("is_member")))
        return ConsoleRole.READER if is_member and (not desk.managers or user in desk.managers) else None
