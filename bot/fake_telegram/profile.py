"""The methods about the bot itself: who it is, how it gets updates and files, what it says of itself."""

from __future__ import annotations

import json
import re

from bot.fake_telegram import limits
from bot.fake_telegram.errors import bad_request, conflict
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.sending import MethodHandler
from bot.fake_telegram.switchboard import Switchboard
from bot.fake_telegram.updates import WebhookAddress

_TOKEN = re.compile(r"[A-Za-z0-9_-]*\Z")
_COMMAND = re.compile(r"[a-z0-9_]+\Z")
_LANGUAGE = re.compile(r"([a-z]{2})?\Z")


def get_me(switchboard: Switchboard, p: JsonObject) -> JsonObject:  # noqa: ARG001 - every method takes the same
    """Return the bot's own user."""
    return switchboard.bot.json() | {
        "first_name": switchboard.profile.names.get("") or switchboard.bot.first_name,
        "can_join_groups": True,
        "can_read_all_group_messages": switchboard.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_updates(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Return the updates; the caller (`polling.py`) does the waiting."""
    if switchboard.updates.webhook:
        raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    switchboard.updates.ask_for(p.get("allowed_updates"))
    return switchboard.updates.fetch(p.get("offset", 0), min(max(p.get("limit", limits.UPDATES), 1), limits.UPDATES))


def set_webhook(switchboard: Switchboard, p: JsonObject) -> bool:
    """Have updates posted to an address; an empty one goes back to getUpdates."""
    url, secret = p["url"], p.get("secret_token", "")
    if url and not re.match(r"https?://[^/\s]+", url):
        raise bad_request("invalid webhook URL specified")
    if url and not switchboard.local and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > limits.SECRET_TOKEN:
        raise bad_request("secret token is too long")
    if not _TOKEN.match(secret):
        raise bad_request("secret token contains unallowed characters")
    switchboard.updates.ask_for(p.get("allowed_updates"))
    connections = min(max(p.get("max_connections", 40), 1), limits.WEBHOOK_CONNECTIONS)
    return _set(switchboard, p, WebhookAddress(url, secret, connections) if url else None)


def delete_webhook(switchboard: Switchboard, p: JsonObject) -> bool:
    """Go back to getUpdates."""
    return _set(switchboard, p, None)


def _set(switchboard: Switchboard, p: JsonObject, webhook: WebhookAddress | None) -> bool:
    if p.get("drop_pending_updates"):
        switchboard.updates.drop()
    switchboard.updates.webhook, switchboard.updates.failure = webhook, None
    switchboard.updates.notify()
    return True


def get_webhook_info(switchboard: Switchboard, p: JsonObject) -> JsonObject:  # noqa: ARG001 - every method takes the same
    """Return the address of updates and the state of their delivery."""
    updates = switchboard.updates
    out: JsonObject = {
        "url": updates.webhook.url if updates.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting()),
    }
    if updates.webhook:
        out["max_connections"] = updates.webhook.max_connections
    if updates.failure:
        out |= {"last_error_date": updates.failure[0], "last_error_message": updates.failure[1]}
    if updates.allowed is not None:
        out["allowed_updates"] = sorted(updates.allowed)
    return out


def get_file(switchboard: Switchboard, p: JsonObject) -> JsonObject:
    """Return the fields of a file with the path for its download."""
    stored = switchboard.files.get(p["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > limits.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return stored.json() | {"file_path": stored.path}


def _language(p: JsonObject) -> str:
    code: str = p.get("language_code", "")
    if not _LANGUAGE.match(code):
        raise bad_request("LANG_CODE_INVALID")
    return code


def _commands_key(switchboard: Switchboard, p: JsonObject) -> tuple[str, str]:
    scope = p.get("scope", {"type": "default"})
    if "chat_id" in scope:
        switchboard.known(scope["chat_id"])
    return json.dumps(scope, sort_keys=True), _language(p)


def set_my_commands(switchboard: Switchboard, p: JsonObject) -> bool:
    """Set the menu of commands for a scope and a language."""
    if len(p["commands"]) > limits.COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in p["commands"]:
        name, description = command["command"].removeprefix("/"), command["description"]
        if not name:
            raise bad_request("command must be non-empty")
        if len(name) > limits.COMMAND:
            raise bad_request(f"command length must not exceed {limits.COMMAND}")
        if not _COMMAND.match(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not description.strip():
            raise bad_request("command description must be non-empty")
        if len(description) > limits.COMMAND_DESCRIPTION:
            raise bad_request(f"command description length must not exceed {limits.COMMAND_DESCRIPTION}")
    switchboard.profile.commands[_commands_key(switchboard, p)] = [
        {"command": command["command"].removeprefix("/"), "description": command["description"]} for command in p["commands"]
    ]
    return True


def get_my_commands(switchboard: Switchboard, p: JsonObject) -> list[JsonObject]:
    """Return the menu for exactly this scope and language."""
    return switchboard.profile.commands.get(_commands_key(switchboard, p), [])


def delete_my_commands(switchboard: Switchboard, p: JsonObject) -> bool:
    """Take the menu for a scope and a language away."""
    switchboard.profile.commands.pop(_commands_key(switchboard, p), None)
    return True


def _setter(attribute: str, field: str, limit: int) -> MethodHandler:
    """Return a method that sets one text of the profile."""

    def change(switchboard: Switchboard, p: JsonObject) -> bool:
        if len(p.get(field, "")) > limit:
            raise bad_request(f"{field.upper()}_TOO_LONG")
        texts: dict[str, str] = getattr(switchboard.profile, attribute)
        texts[_language(p)] = p.get(field, "")
        return True

    return change


def _getter(attribute: str, field: str) -> MethodHandler:
    """Return a method that reads one text of the profile: that of the language, or everybody's."""

    def read(switchboard: Switchboard, p: JsonObject) -> JsonObject:
        texts: dict[str, str] = getattr(switchboard.profile, attribute)
        default = switchboard.bot.first_name if field == "name" else ""
        return {field: texts.get(_language(p)) or texts.get("") or default}

    return read


PROFILE_METHODS: dict[str, MethodHandler] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("names", "name", limits.BOT_NAME),
    "getMyName": _getter("names", "name"),
    "setMyDescription": _setter("descriptions", "description", limits.BOT_DESCRIPTION),
    "getMyDescription": _getter("descriptions", "description"),
    "setMyShortDescription": _setter("short_descriptions", "short_description", limits.BOT_SHORT_DESCRIPTION),
    "getMyShortDescription": _getter("short_descriptions", "short_description"),
}
