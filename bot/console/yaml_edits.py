"""Changes of one field of a service, or of one sentence, in its file's text: the other lines stay to the letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that the bot says, as its file has it, and its line, from 1."""

    key: str
    text: str
    line: int


def sentences_in(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `texts.yaml`; none of a file that cannot be read."""
    return tuple(Sentence(key.value, str(value.value), key.start_mark.line + 1) for key, value in _pairs(text))


def with_sentence(text: str, key: str, value: str) -> str:
    """Return the text with one sentence changed; several lines are written as a block. Raises UsageError for an unknown key."""
    old = next((node for name, node in _pairs(text) if name.value == key), None)
    lines = [line.rstrip() for line in value.strip().splitlines()]
    if old is None or not lines:
        raise UsageError(translate("Scrivi la frase: non può restare vuota."))
    start, end = old.start_mark.index, old.end_mark.index
    ending = text[start:end][len(text[start:end].rstrip()) :]
    block = "".join(f"\n  {line}" if line else "\n" for line in lines)
    return text[:start] + (_scalar(lines[0]) if len(lines) == 1 else f"|-{block}") + ending + text[end:]


def _pairs(text: str) -> list[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    root = _root(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return [(key, value) for key, value in pairs if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)]


def _root(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def _entries(text: str) -> list[yaml.MappingNode]:
    root = _root(text)
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
