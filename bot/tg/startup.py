"""What happens once, when the bot starts: is the token right, what do people see of the bot, is the managers' group there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any as Json

import structlog
from telegram import User
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.core.desks import Desk
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.tg.api import Api
from bot.tg.updates import ALLOWED

log = structlog.get_logger("bot")

#: Italian is what everybody is shown, and is registered as such.
_LANGUAGES: tuple[dict[str, str], ...] = ({}, {"language_code": "it"})
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: Commands beside those of the flows: the text that introduces each is "/name: what it does".
_COMMANDS = ("help_start", "help_search", "help_back", "help_change", "help_human", "help_help")
_LONGEST_DESCRIPTION = 256


async def who_am_i(api: Api) -> User:
    """The bot's account; waits for Telegram if it cannot be reached. Raises UsageError for a token that Telegram refuses."""
    pause = _PAUSE
    while True:
        try:
            await api.initialize()
        except InvalidToken as error:
            raise UsageError(
                "Telegram non riconosce il token. Copialo di nuovo da @BotFather in BOT_TOKEN, e controlla telegram.base_url."
            ) from error
        except TelegramError as error:
            log.warning("telegram_unreachable", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return api.bot


async def take_webhook(api: Api, url: str, secret: str) -> None:
    """Has updates delivered. Raises UsageError for an address that Telegram does not take."""
    params = {"url": url, "secret_token": secret, "allowed_updates": list(ALLOWED), "max_connections": 40}
    try:
        await _once_reached(api, "setWebhook", params)
    except TelegramError as error:
        raise UsageError(f"Telegram non accetta l'indirizzo telegram.webhook.url: {error.message}.") from error


async def drop_webhook(api: Api) -> None:
    """Has updates kept until they are asked for. If that is refused, asking for them shows whether it matters."""
    try:
        await _once_reached(api, "deleteWebhook", {})
    except TelegramError as error:
        log.warning("webhook_not_dropped", reason=error.message)


async def _once_reached(api: Api, method: str, params: Mapping[str, Json]) -> None:
    """Calls a method, and waits for Telegram if it cannot be reached. Raises TelegramError for a refusal."""
    pause = _PAUSE
    while True:
        try:
            await api.call(method, params)
        except (BadRequest, InvalidToken, Forbidden):
            raise
        except TelegramError as error:
            log.warning("telegram_unreachable", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return


async def introduce(api: Api, world: World) -> None:
    """Registers commands and descriptions; what Telegram refuses is logged, the bot works without."""
    commands = [{"command": name, "description": words[:_LONGEST_DESCRIPTION]} for name, words in _commands(world)]
    say = world.phrasing.say
    for language in _LANGUAGES:
        private: dict[str, Json] = {"scope": {"type": "all_private_chats"}, **language}
        await _tried(api, "setMyCommands", {"commands": commands, **private})
        await _tried(api, "setMyDescription", {"description": say("bot_description"), **language})
        await _tried(api, "setMyShortDescription", {"short_description": say("bot_short_description"), **language})
    await _tried(api, "deleteMyCommands", {"scope": {"type": "all_group_chats"}})


def _commands(world: World) -> Sequence[tuple[str, str]]:
    flows = [(flow.command, flow.title) for flow in world.flows if flow.command]
    texts = (world.phrasing.say(key).lstrip("/").partition(": ") for key in _COMMANDS)
    return [*flows, *((name, words[:1].upper() + words[1:]) for name, _, words in texts)]


async def introduce_to_managers(api: Api, world: World, desks: Sequence[Desk]) -> None:
    """Registers the commands of managers in their groups."""
    lines = (words.partition(": ") for words in world.phrasing.say("desk_commands").splitlines())
    commands = [{"command": name.lstrip("/"), "description": words[:_LONGEST_DESCRIPTION]} for name, _, words in lines]
    for desk in desks:
        await _tried(api, "setMyCommands", {"commands": commands, "scope": {"type": "chat", "chat_id": desk.chat_id}})


async def _tried(api: Api, method: str, params: Mapping[str, Json]) -> None:
    try:
        await api.call(method, params)
    except TelegramError as error:
        log.warning("introduction_refused", method=method, reason=error.message)
