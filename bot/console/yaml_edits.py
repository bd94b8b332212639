"""Changes of one field of one service in its file's text: the other lines stay to the letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

from bot.errors import UsageError
from bot.staff_language import translate

#: What is written without quotes.
_PLAIN = re.compile(r"[\w][\w .–àèéìòù/-]*")


#: Files of services whose entries are remembered: reading them all takes a second.
_REMEMBERED_FILES = 100


@dataclass(frozen=True, slots=True)
class ServiceText:
    """A service as its file has it: the values of its fields as they are written, and the line of its id, from 1."""

    id: str
    name: str
    line: int
    fields: dict[str, str]


@lru_cache(_REMEMBERED_FILES)
def services_in(text: str) -> tuple[ServiceText, ...]:
    """Return the services of a file; none of one that cannot be read. Files read before are remembered."""
    found = []
    for node in _entries(text):
        fields = {key.value: _written(value, text) for key, value in node.value}
        if isinstance(fields.get("id"), str):
            found.append(ServiceText(fields["id"], fields.get("name", ""), node.start_mark.line + 1, fields))
    return tuple(found)


def with_field(text: str, service: str, field: str, value: str) -> str:
    """Return the text with one field of a service changed, added after its name, or (an empty value) taken away.

    Several values are written with a semicolon between them. Raises UsageError if the service is not in it, or its field takes
    several lines.
    """
    node = next((one for one in _entries(text) if _id(one) == service), None)
    if node is None:
        raise UsageError(translate("Il servizio «{id}» non è in questo file.").format(id=service))
    values = [part.strip() for part in value.split(";") if part.strip()]
    written = _scalar(values[0]) if len(values) == 1 else f"[{', '.join(_scalar(one) for one in values)}]"
    for key, old in node.value:
        if key.value == field:
            if old.start_mark.line != old.end_mark.line:
                message = translate("«{field}» è scritto su più righe: cambialo nel file.")
                raise UsageError(message.format(field=field))
            if values:
                return text[: old.start_mark.index] + written + text[old.end_mark.index :]
            return _without_line(text, key.start_mark.line)
    if not values:
        return text
    name = next((key for key, _ in node.value if key.value == "name"), node.value[0][0])
    lines = text.splitlines(keepends=True)
    at = next(mark.end_mark.line for key, mark in node.value if key is name) + 1
    lines.insert(at, " " * name.start_mark.column + f"{field}: {written}\n")
    return "".join(lines)


def _entries(text: str) -> list[yaml.MappingNode]:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return []
    items = root.value if isinstance(root, yaml.SequenceNode) else []
    return [item for item in items if isinstance(item, yaml.MappingNode)]


def _id(node: yaml.MappingNode) -> str:
    return next((str(value.value) for key, value in node.value if key.value == "id"), "")


def _written(node: yaml.Node, text: str) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        return "; ".join(str(one.value) for one in node.value)
    return text[node.start_mark.index : node.end_mark.index].strip()


def _scalar(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10_000).strip()


def _without_line(text: str, line: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:line], *lines[line + 1 :]])
