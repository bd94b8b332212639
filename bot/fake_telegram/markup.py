"""Keyboards: what Telegram accepts under a message. Types and field names were checked before; here are meaning and limits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.fake_telegram import limits
from bot.fake_telegram.errors import bad_request
from bot.fake_telegram.parameters import JsonObject

#: The possible acts of an inline button; exactly one of them.
_DEEDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_PRIVATE_ONLY = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")
_SCHEMES = ("http://", "https://", "tg://", "ton://")


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it."""

    text: str
    #: Callback data of an inline button; empty otherwise.
    data: str = ""
    url: str = ""
    #: A key of the keyboard below the input field that shares the phone number, or the place.
    asks_contact: bool = False
    asks_location: bool = False


def check_markup(markup: JsonObject, *, private: bool) -> None:
    """Raise ApiError for a keyboard that Telegram would refuse in such a chat.

    Raises:
        ApiError: 400 with Telegram's reason.

    """
    if "inline_keyboard" in markup:
        _check_size(markup["inline_keyboard"], "inline_keyboard")
        for row in markup["inline_keyboard"]:
            for button in row:
                _check_inline(button)
    elif "keyboard" in markup:
        _check_size(markup["keyboard"], "keyboard")
        for row in markup["keyboard"]:
            for key in row:
                _check_key({"text": key} if isinstance(key, str) else key, private=private)


def buttons(markup: JsonObject | None) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of a keyboard of either kind."""
    if markup is None:
        return ()
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return tuple(tuple(_button({"text": key} if isinstance(key, str) else key) for key in row) for row in rows)


def _button(raw: JsonObject) -> Button:
    return Button(
        text=raw["text"],
        data=raw.get("callback_data", ""),
        url=raw.get("url", ""),
        asks_contact=raw.get("request_contact", False),
        asks_location=raw.get("request_location", False),
    )


def _check_size(rows: list[list[object]], name: str) -> None:
    if sum(len(row) for row in rows) > limits.KEYBOARD_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > limits.KEYBOARD_ROW for row in rows) and name == "inline_keyboard":
        raise bad_request("BUTTON_ROW_TOO_LONG")


def _check_inline(button: JsonObject) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    deeds = [deed for deed in _DEEDS if deed in button]
    if not deeds:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(deeds) > 1:
        raise bad_request(f"inline keyboard button has more than one deed: {', '.join(deeds)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= limits.CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _is_link(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _is_link(url: str) -> bool:
    """Return True for a link of Telegram's schemes or HTTP, or a bare host with a dot in it."""
    bare = url.partition("/")[0]
    return " " not in url and (url.startswith(_SCHEMES) or (":" not in bare and "." in bare.strip(".")))


def _check_key(key: JsonObject, *, private: bool) -> None:
    if not key["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    if not private and any(key.get(name) for name in _PRIVATE_ONLY):
        raise bad_request("phone number can be requested in private chats only")
