"""The table of methods, and how parameters are read by it."""

from __future__ import annotations

import inspect
import re

import pytest
from telegram import Bot

from bot.fake_telegram import FakeTelegram, Person
from bot.fake_telegram.parameters import method_table
from bot.fake_telegram.server import METHODS

#: From the Bot API reference 10.1, word for word: a method, a parameter, its types, whether it is required.
REFERENCE = [
    ("sendMessage", "chat_id", ["Integer", "String"], True),
    ("sendMessage", "message_thread_id", ["Integer"], False),
    ("sendMessage", "text", ["String"], True),
    ("sendMessage", "entities", ["Array of MessageEntity"], False),
    ("sendMessage", "reply_parameters", ["ReplyParameters"], False),
    ("sendPhoto", "photo", ["InputFile", "String"], True),
    ("editMessageText", "message_id", ["Integer"], False),
    ("answerCallbackQuery", "callback_query_id", ["String"], True),
    ("answerCallbackQuery", "show_alert", ["Boolean"], False),
    ("getUpdates", "allowed_updates", ["Array of String"], False),
    ("setWebhook", "secret_token", ["String"], False),
    ("createForumTopic", "name", ["String"], True),
    ("copyMessages", "message_ids", ["Array of Integer"], True),
    ("setMessageReaction", "reaction", ["Array of ReactionType"], False),
    ("sendLocation", "latitude", ["Float"], True),
    ("setMyCommands", "scope", ["BotCommandScope"], False),
]


@pytest.mark.parametrize(("method", "name", "types", "required"), REFERENCE)
def test_the_table_says_what_the_reference_says(method: str, name: str, types: list[str], required: bool) -> None:
    assert method_table()["methods"][method][name] == {"types": types, "required": required}


def test_every_method_of_the_table_is_there_and_no_other() -> None:
    assert METHODS.keys() == method_table()["methods"].keys()


def test_every_parameter_that_the_library_sends_is_in_the_table() -> None:
    """python-telegram-bot's arguments, but for those of its own and those it turns into others."""
    timeouts = {"read_timeout", "write_timeout", "connect_timeout", "pool_timeout"}
    whole = {"location", "contact", "venue"}
    old = {"reply_to_message_id", "allow_sending_without_reply", "disable_web_page_preview", "correct_option_id"}
    own = {"self", "api_kwargs", "filename", "suggested_post_parameters"} | timeouts | whole | old
    for method, known in method_table()["methods"].items():
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
        arguments = inspect.signature(getattr(Bot, name)).parameters.keys() - own
        if method == "sendMediaGroup":
            arguments -= {"caption", "parse_mode", "caption_entities"}
        assert arguments <= known.keys(), (method, arguments - known.keys())


def test_every_type_that_is_named_is_known_or_open() -> None:
    named = {
        kind.removeprefix("Array of ").removeprefix("Array of ")
        for group in method_table().values()
        for fields in group.values()
        if isinstance(fields, dict)
        for field in fields.values()
        for kind in field["types"]
    }
    plain = {"Integer", "String", "Boolean", "Float", "InputFile"}
    assert named - plain - method_table()["types"].keys() <= {"InputRichMessage", "True", "Integer"}


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"chat_id": 7, "text": "a", "txt": "b"}, 'unknown parameter "txt" in sendMessage'),
        ({"text": "a"}, "chat_id is empty"),
        ({"chat_id": 7}, "message text is empty"),
        ({"chat_id": 7, "text": 5}, 'parameter "text" must be of type String'),
        ({"chat_id": 7.5, "text": "a"}, 'parameter "chat_id" must be of type Integer or String'),
        (
            {"chat_id": 7, "text": "a", "disable_notification": "forse"},
            'parameter "disable_notification" must be of type Boolean',
        ),
        ({"chat_id": 7, "text": "a", "message_thread_id": True}, 'parameter "message_thread_id" must be of type Integer'),
        ({"chat_id": 7, "text": "a", "entities": "no"}, 'parameter "entities" must be of type Array of MessageEntity'),
        ({"chat_id": 7, "text": "a", "entities": [{"type": "bold"}]}, "can't parse entities[0]: Can't find field \"offset\""),
        ({"chat_id": 7, "text": "a", "entities": [{"kind": 1}]}, 'unknown field "kind" in entities[0]'),
        (
            {"chat_id": 7, "text": "a", "reply_markup": {"inline_keyboard": [[{"txt": "a"}]]}},
            'unknown field "txt" in reply_markup.',
        ),
    ],
)
def test_wrong_parameters_are_refused(telegram: FakeTelegram, anna: Person, parameters: dict[str, object], reason: str) -> None:
    answer = telegram.call("sendMessage", parameters).json
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert answer["description"].startswith(f"Bad Request: {reason}")
    assert anna.chat.from_bot == []


def test_parameters_may_be_strings_or_values(telegram: FakeTelegram, anna: Person) -> None:
    for given in ({"chat_id": "7", "disable_notification": "true", "entities": "[]"}, {"chat_id": 7, "entities": []}):
        assert telegram.call("sendmessage", {"text": "ciao", **given}).json["ok"]


def test_an_unknown_method_is_not_found(telegram: FakeTelegram) -> None:
    answer = telegram.call("sendTelepathy")
    assert (answer.code, answer.json["description"]) == (404, "Not Found: method not found")
