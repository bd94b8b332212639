"""Work done once at the start: check the token, set or drop the webhook, and register commands and descriptions with Telegram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from telegram import User
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.core.desks import Desk
from bot.dialogue.cases.manager_texts import menu
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.json_types import Json
from bot.staff_language import translate
from bot.tg.api import Api, when_reachable
from bot.tg.updates import ALLOWED

log = structlog.get_logger("bot")

#: The languages that descriptions are registered for: none in particular, and Italian.
_LANGUAGES: tuple[dict[str, str], ...] = ({}, {"language_code": "it"})
#: Commands beside those of the flows: the text that introduces each is "/name: what it does".
_COMMANDS = ("help_start", "help_search", "help_back", "help_change", "help_human", "help_help", "help_alerts", "help_privacy")
_MAX_DESCRIPTION_CHARACTERS = 256


async def who_am_i(api: Api) -> User:
    """Return the bot's account; wait while Telegram cannot be reached.

    Raises UsageError for a token that Telegram refuses, and for a server that is no Bot API server.
    """
    try:
        await when_reachable(api.initialize)
        if not isinstance(api.bot.id, int):
            raise TypeError(api.bot)  # noqa: TRY301 - as the library does for other shapes
    except (BadRequest, Forbidden, InvalidToken) as error:
        raise UsageError(
            translate(
                "Telegram non riconosce il token. Copialo di nuovo da @BotFather in BOT_TOKEN, e controlla telegram.base_url."
            )
        ) from error
    except (TelegramError, LookupError, TypeError, AttributeError, ValueError) as error:
        message = translate("Su {url} non risponde un server della Bot API di Telegram. Controlla telegram.base_url.")
        raise UsageError(message.format(url=api.root)) from error
    return api.bot


async def take_webhook(api: Api, url: str, secret: str) -> None:
    """Make Telegram post updates to an address. Raises UsageError for an address that it does not take."""
    params = {"url": url, "secret_token": secret, "allowed_updates": list(ALLOWED), "max_connections": 40}
    try:
        await when_reachable(partial(api.call, "setWebhook", params))
    except TelegramError as error:
        message = translate("Telegram non accetta l'indirizzo telegram.webhook.url: {reason}.")
        raise UsageError(message.format(reason=error.message)) from error


async def drop_webhook(api: Api) -> None:
    """Make Telegram keep updates for polling. A refusal is ignored: if it matters, polling fails too."""
    try:
        await when_reachable(partial(api.call, "deleteWebhook", {}))
    except TelegramError as error:
        log.warning("webhook_not_dropped", reason=error.message)


async def introduce(api: Api, world: World) -> None:
    """Register the citizens' commands and the bot's descriptions; a refusal is logged, since the bot works without them."""
    commands = [{"command": name, "description": words[:_MAX_DESCRIPTION_CHARACTERS]} for name, words in _commands(world)]
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
    """Register the managers' commands in their groups."""
    commands = [{"command": name, "description": words[:_MAX_DESCRIPTION_CHARACTERS]} for name, words in menu(world)]
    for desk in desks:
        await _tried(api, "setMyCommands", {"commands": commands, "scope": {"type": "chat", "chat_id": desk.chat_id}})


async def _tried(api: Api, method: str, params: Mapping[str, Json]) -> None:
    try:
        await api.call(method, params)
    except TelegramError as error:
        log.warning("introduction_refused", method=method, reason=error.message)
