"""The parameters that each method takes, by the table in `methods.json`; carrying methods out is not here.

The table is an excerpt of the Bot API reference (10.1): each supported method's parameters and each type they are made of, with
types and whether required. Parameters arrive as strings (forms, URLs, python-telegram-bot) or as JSON values; they leave as JSON
values. Stricter than Telegram in two points: unknown parameters and wrong types are refused, not ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from bot.fake_telegram.errors import ApiError, bad_request

JsonObject = dict[str, Any]

_NUMBER = re.compile(r"-?\d{1,19}\Z")
_WORDS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


@cache
def method_table() -> JsonObject:
    """Return the whole table: `methods` and `types`."""
    return json.loads(resources.files("bot.fake_telegram").joinpath("methods.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def method_named(name: str) -> str | None:
    """Return the proper name of a method; Telegram ignores case. None if there is no such method."""
    return next((method for method in method_table()["methods"] if method.lower() == name.lower()), None)


def parse_parameters(method: str, given: Mapping[str, object], files: Mapping[str, object]) -> JsonObject:
    """Return parameters as JSON values, checked against the table.

    Parameters that are absent, null or an empty optional string are left out, as Telegram takes them.

    Raises:
        ApiError: 400 for an unknown, missing or mistyped parameter.

    """
    known = method_table()["methods"][method]
    parsed: JsonObject = {}
    for name, value in given.items():
        if name not in known:
            raise bad_request(f'unknown parameter "{name}" in {method}')
        if value is not None:
            parsed[name] = _read(name, value, known[name]["types"])
    for name, field in known.items():
        if name in files and "InputFile" in field["types"]:
            parsed[name] = f"attach://{name}"
        if field["required"] and name not in parsed:
            raise _missing(name)
    return parsed


def _missing(name: str) -> ApiError:
    """Return the error in Telegram's own words for a missing parameter."""
    words = {"chat_id": "chat_id is empty", "text": "message text is empty", "message_id": "message identifier is not specified"}
    return bad_request(words.get(name, f'parameter "{name}" is required'))


def _read(name: str, value: object, types: list[str]) -> object:
    """Return a parameter converted from a string to one of its types."""
    if isinstance(value, str) and "String" not in types:
        value = _from_string(name, value, types)
    elif isinstance(value, str) and "Integer" in types and _NUMBER.match(value):
        value = int(value)
    _check(name, value, types)
    return value


def _from_string(name: str, value: str, types: list[str]) -> object:
    if types == ["Boolean"] and value in _WORDS:
        return _WORDS[value]
    try:
        return json.loads(value)
    except ValueError:
        raise _mistyped(name, types) from None


def _check(where: str, value: object, types: list[str]) -> None:
    """Raise ApiError unless a JSON value, with all its parts, has one of the types."""
    arrays = [kind.removeprefix("Array of ") for kind in types if kind.startswith("Array of ")]
    if isinstance(value, list) and arrays:
        for index, item in enumerate(value):
            _check(f"{where}[{index}]", item, arrays)
    elif isinstance(value, dict):
        _check_object(where, value, [kind for kind in types if kind[0].isupper() and kind in method_table()["types"]], types)
    elif not any(_is_scalar(value, kind) for kind in types):
        raise _mistyped(where, types)


def _is_scalar(value: object, kind: str) -> bool:
    match kind:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "String" | "InputFile" | "KeyboardButton":
            # "For simple text buttons, String can be used instead of this object."
            return isinstance(value, str)
        case _:
            return False


def _check_object(where: str, value: JsonObject, kinds: list[str], types: list[str]) -> None:
    """Raise ApiError unless a JSON object is valid for its type; of several types, the one with most of its keys is taken."""
    shapes = [shape for kind in kinds for shape in _shapes(kind)]
    if not shapes:
        if any(kind[0].isupper() and kind not in {"Integer", "Float", "Boolean", "String", "InputFile"} for kind in types):
            return  # A type that the table leaves open.
        raise _mistyped(where, types)
    shape = max(shapes, key=lambda fields: (len(value.keys() & fields.keys()), -_lacking(value, fields)))
    for key, inner in value.items():
        if key not in shape:
            raise bad_request(f'unknown field "{key}" in {where}')
        _check(f"{where}.{key}", inner, shape[key]["types"])
    for key, field in shape.items():
        if field["required"] and key not in value:
            raise bad_request(f"can't parse {where}: Can't find field \"{key}\"")


def _lacking(value: JsonObject, fields: JsonObject) -> int:
    return sum(field["required"] and key not in value for key, field in fields.items())


def _shapes(kind: str) -> list[JsonObject]:
    """Return the fields of a type, or of each type in a union."""
    entry = method_table()["types"].get(kind)
    if isinstance(entry, list):
        return [shape for sub in entry for shape in _shapes(sub)]
    return [] if entry is None else [entry]


def _mistyped(name: str, types: list[str]) -> ApiError:
    return bad_request(f'parameter "{name}" must be of type {" or ".join(types)}')
