"""Edits of one field of a service or location, or of one sentence, in the text of a file: all other lines stay unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from bot.errors import UsageError
from bot.staff_language import translate

#: The values written without quotes.
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
    #: The fields of each of its locations, as they are written.
    locations: list[dict[str, str]] = field(default_factory=list)


@lru_cache(_REMEMBERED_FILES)
def services_in(text: str) -> tuple[ServiceText, ...]:
    """Return the services in a file's text; empty if it cannot be read. Results are cached."""
    found = []
    for node in _entries(text):
        fields = {key.value: _written(value, text) for key, value in node.value}
        if isinstance(fields.get("id"), str):
            locations = [{key.value: _written(value, text) for key, value in one.value} for one in _locations(node)]
            found.append(ServiceText(fields["id"], fields.get("name", ""), node.start_mark.line + 1, fields, locations))
    return tuple(found)


def with_field(text: str, service: str, field: str, value: str, location: int | None = None) -> str:
    """Return the text with one field of a service changed, added after its name or, for an empty value, removed.

    With a `location`, from 0, the field is that of this location. Several values have a semicolon between them. Raises UsageError
    if the service is not in it, or its field takes several lines.
    """
    node = _service_or_location(text, service, location)
    # Hours have semicolons of their own.
    values = [part for part in ([value.strip()] if field == "hours" else map(str.strip, value.split(";"))) if part]
    written = _scalar(values[0]) if len(values) == 1 else f"[{', '.join(_scalar(one) for one in values)}]"
    number, old = next(((number, old) for number, (key, old) in enumerate(node.value) if key.value == field), (-1, None))
    if old is not None and old.start_mark.line != old.end_mark.line:
        raise UsageError(translate("«{field}» è scritto su più righe: cambialo nel file.").format(field=field))
    if not values:
        return _without_field(text, node, number) if old is not None else text
    if old is not None:
        return text[: old.start_mark.index] + written + text[old.end_mark.index :]
    if node.flow_style:
        at = node.value[-1][1].end_mark.index
        return f"{text[:at]}, {field}: {written}{text[at:]}"
    name = next((key for key, _ in node.value if key.value == "name"), node.value[0][0])
    lines = text.splitlines(keepends=True)
    lines.insert(name.end_mark.line + 1, " " * name.start_mark.column + f"{field}: {written}\n")
    return "".join(lines)


def _service_or_location(text: str, service: str, location: int | None) -> yaml.MappingNode:
    node = next((one for one in _entries(text) if _id(one) == service), None)
    if node is None:
        raise UsageError(translate("Il servizio «{id}» non è in questo file.").format(id=service))
    if location is None:
        return node
    locations = _locations(node)
    if not 0 <= location < len(locations):
        raise UsageError(translate("Questo luogo del servizio non c'è più."))
    return locations[location]


def _without_field(text: str, node: yaml.MappingNode, number: int) -> str:
    """Return the text without a field of an entry: its line, or its part of the braces."""
    pairs = node.value
    key, value = pairs[number]
    if not node.flow_style:
        return _without_line(text, key.start_mark.line)
    start = pairs[number - 1][1].end_mark.index if number else key.start_mark.index
    end = value.end_mark.index if number or len(pairs) == 1 else pairs[1][0].start_mark.index
    return text[:start] + text[end:]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the bot as written in its file, with its key and line, from 1; a nested key has dots."""

    key: str
    text: str
    line: int


#: The fields of a flow that people read.
_SPOKEN = frozenset({"title", "intro", "ask", "help", "thanks"})


def sentences_in(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `texts.yaml`, or of a flow; none of a file that cannot be read."""
    return tuple(Sentence(key, str(value.value), name.start_mark.line + 1) for key, name, value, _ in _pairs(text))


def with_sentence(text: str, key: str, value: str) -> str:
    """Return the text with one sentence changed; several lines are written as a block. Raises UsageError for an unknown key."""
    found = next((pair for pair in _pairs(text) if pair[0] == key), None)
    lines = [line.rstrip() for line in value.strip().splitlines()]
    if found is None or not lines:
        raise UsageError(translate("Scrivi la frase: non può restare vuota."))
    _, name, old, is_flow = found
    start, end = old.start_mark.index, old.end_mark.index
    ending = text[start:end][len(text[start:end].rstrip()) :]
    indent = " " * (name.start_mark.column + 2)
    block = "|-" + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)
    return text[:start] + (_scalar("\n".join(lines)) if len(lines) == 1 or is_flow else block) + ending + text[end:]


def _pairs(text: str) -> Iterator[tuple[str, yaml.ScalarNode, yaml.ScalarNode, bool]]:
    """Yield the sentences of a file: key, node of the key, node of the sentence, and True if it stands in braces."""
    root = _root(text)
    is_flow = isinstance(root, yaml.MappingNode) and any(key.value == "questions" for key, _ in root.value)
    yield from _pairs_in(root, "", _SPOKEN if is_flow else None)


def _pairs_in(
    node: yaml.Node | None, path: str, names: frozenset[str] | None
) -> Iterator[tuple[str, yaml.ScalarNode, yaml.ScalarNode, bool]]:
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, 1):
            yield from _pairs_in(item, f"{path}{number}.", names)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if isinstance(value, yaml.ScalarNode) and (names is None or key.value in names):
            yield f"{path}{key.value}", key, value, bool(node.flow_style)
        elif names is not None:
            yield from _pairs_in(value, f"{path}{key.value}.", names)


def _root(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def _entries(text: str) -> list[yaml.MappingNode]:
    root = _root(text)
    items = root.value if isinstance(root, yaml.SequenceNode) else []
    return [item for item in items if isinstance(item, yaml.MappingNode)]


def _locations(node: yaml.MappingNode) -> list[yaml.MappingNode]:
    found = next((value for key, value in node.value if key.value == "locations"), None)
    items = found.value if isinstance(found, yaml.SequenceNode) else []
    return items if all(isinstance(one, yaml.MappingNode) and one.value for one in items) else []


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
