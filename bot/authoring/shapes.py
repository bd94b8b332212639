"""The shapes in which values are written in content files: single values, lists and mappings.

Annotated types join a Python type and its shape, for declaring fields: `YesNo`, `Identifier`, `Texts` …
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from bot.authoring.fields import (
    EMPTY_LIST,
    EMPTY_VALUE,
    Model,
    ReadingContext,
    Schema,
    Shape,
    as_list,
    as_mapping,
    fields_of,
    read_model,
)
from bot.authoring.problems import Fault, Problems, Severity
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode

EXPECTED_TEXT = Fault(
    "expected_text",
    "qui serve un valore semplice, non un elenco né dei campi.",
    "a single value is needed here, not a list nor fields.",
)
EXPECTED_TEXTS = Fault(
    "expected_texts",
    "qui serve un valore o un elenco di valori: [uno, due].",
    "a value or a list of values is needed here: [one, two].",
)
BAD_ID = Fault(
    "bad_id",
    "«{name}» non va bene come identificativo: solo lettere minuscole senza accenti, numeri e trattini.",
    "“{name}” cannot be an identifier: only lower-case letters without accents, digits and hyphens.",
)
TOO_LONG = Fault(
    "too_long",
    "il testo ha {length} caratteri, al massimo {limit}. Accorcialo.",
    "the text has {length} characters, at most {limit}. Shorten it.",
)
LINES_IN_ONE = Fault(
    "lines_in_one",
    "queste {count} righe sono un valore solo. Se è un elenco, falle cominciare tutte con «- ».",
    "these {count} lines are a single value. If it is a list, begin each of them with “- ”.",
    Severity.WARNING,
)
NOT_ONE_OF = Fault(
    "not_one_of",
    "«{name}» non va bene qui. Valori possibili: {options}.",
    "“{name}” cannot stand here. Possible values: {options}.",
)
NOT_YES_NO = Fault(
    "not_yes_no", "«{name}» non va bene qui: scrivi yes oppure no.", "“{name}” cannot stand here: write yes or no."
)
NOT_A_NUMBER = Fault(
    "not_a_number", "«{name}» non è un numero tra {low} e {high}.", "“{name}” is not a number between {low} and {high}."
)

_T = TypeVar("_T")
_M = TypeVar("_M", bound=Model)
_S = TypeVar("_S", bound=str)

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
#: Ids become part of callback data, of which Telegram takes 64 bytes.
LONGEST_ID = 48
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_YES = frozenset({"yes", "true", "si", "sì"})
_NO = frozenset({"no", "false"})
_PUNCTUATION = ",;:.()<>«»\"'"
#: Any single value: what staff write without quotes may be a number or a boolean to an editor.
ANY_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


# --- Single values ----------------------------------------------------------------------------------------------------


#: From a scalar and a context to what it means; None for a fault, which is then recorded.
Parse = Callable[[ScalarNode, ReadingContext], _T | None]


@dataclass(frozen=True, kw_only=True)
class Scalar(Shape[_T]):
    """The shape of a single value, which may stand alone or in a list."""

    parse: Parse[_T]


def scalar(parse: Parse[_T], words: str, *, blank: Any = None, schema: Schema = ANY_SCALAR) -> Scalar[_T]:
    """Return the shape of a single value with its own notation, which `parse` reads."""

    def read(node: Node, name: str, context: ReadingContext) -> _T | None:  # noqa: ARG001 - like every shape
        if isinstance(node, ScalarNode):
            return parse(node, context)
        context.problems.add(EXPECTED_TEXT, node.mark)
        return None

    return Scalar(read, words, schema, blank, parse=parse)


def text(longest: int = 500) -> Scalar[str]:
    """Return the shape of a text of at most `longest` characters."""

    def parse(node: ScalarNode, context: ReadingContext) -> str:
        if len(node.text) > longest:
            context.problems.add(TOO_LONG, node.mark, length=len(node.text), limit=longest)
        return node.text

    return scalar(parse, f"testo, al massimo {longest} caratteri", blank="", schema=ANY_SCALAR | {"maxLength": longest})


def matching(pattern: str, fault: Fault, words: str, with_words: Fault | None = None) -> Scalar[str]:
    """Return the shape of a text that matches a pattern; another text is a `fault`, one with extra words `with_words`."""
    form = re.compile(pattern)

    def parse(node: ScalarNode, context: ReadingContext) -> str | None:
        if form.fullmatch(node.text):
            return node.text
        if with_words is not None and (first := form.search(node.text)):
            context.problems.add(with_words, node.mark, first=first[0].strip(_PUNCTUATION))
        else:
            context.problems.add(fault, node.mark, name=node.text)
        return None

    return scalar(parse, words, blank="", schema=ANY_SCALAR | {"pattern": f"^(?:{pattern})$"})


def choice(options: Iterable[_S], also: Mapping[str, _S] | None = None) -> Scalar[_S]:
    """Return the shape of one of several options, such as the members of an enum; `also` gives other words for them."""
    values = {str(option): option for option in options}
    other_words = also or {}
    meanings = {word.casefold(): option for word, option in (*values.items(), *other_words.items())}

    def parse(node: ScalarNode, context: ReadingContext) -> _S | None:
        found = meanings.get(node.text.casefold().replace("’", "'"))
        if found is None:
            context.problems.add(NOT_ONE_OF, node.mark, name=node.text, options=", ".join(values), among=values)
        return found

    schema: Schema = {"enum": [*values, *other_words]}
    return scalar(parse, "uno di: " + ", ".join(values), blank=next(iter(values.values())), schema=schema)


def number(low: float, high: float) -> Scalar[float]:
    """Return the shape of a number between `low` and `high`."""

    def parse(node: ScalarNode, context: ReadingContext) -> float | None:
        written = node.text.replace(",", ".", 1)
        value = float(written) if _NUMBER.fullmatch(written) else float("nan")
        if low <= value <= high:
            return value
        context.problems.add(NOT_A_NUMBER, node.mark, name=node.text, low=f"{low:g}", high=f"{high:g}")
        return None

    schema = {"type": "number", "minimum": low, "maximum": high}
    return scalar(parse, f"numero tra {low:g} e {high:g}", blank=low, schema=schema)


def whole(low: int, high: int) -> Scalar[int]:
    """Return the shape of a whole number between `low` and `high`."""

    def parse(node: ScalarNode, context: ReadingContext) -> int | None:
        if node.text.isascii() and node.text.isdecimal() and low <= int(node.text) <= high:
            return int(node.text)
        context.problems.add(NOT_A_NUMBER, node.mark, name=node.text, low=low, high=high)
        return None

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return scalar(parse, f"numero intero tra {low} e {high}", blank=low, schema=schema)


def _identifier(node: ScalarNode, context: ReadingContext) -> str | None:
    if not _ID.fullmatch(node.text):
        context.problems.add(BAD_ID, node.mark, name=node.text)
        return None
    if len(node.text) > LONGEST_ID:
        context.problems.add(TOO_LONG, node.mark, length=len(node.text), limit=LONGEST_ID)
        return None
    return node.text


def is_identifier(text: str) -> bool:
    """Return True if a text can be an id."""
    return _ID.fullmatch(text) is not None and len(text) <= LONGEST_ID


def _flag(node: ScalarNode, context: ReadingContext) -> bool:
    if node.text.casefold() not in _YES | _NO:
        context.problems.add(NOT_YES_NO, node.mark, name=node.text)
    return node.text.casefold() in _YES


IDENTIFIER = scalar(
    _identifier,
    "identificativo: lettere minuscole senza accenti, numeri e trattini",
    blank="",
    schema=ANY_SCALAR | {"pattern": f"^{_ID.pattern}$", "maxLength": LONGEST_ID},
)
#: A text of any length, and a scalar as it is written, to be read when more is known.
ANY_TEXT: Scalar[str] = scalar(lambda node, _: node.text, "testo", blank="")
UNREAD: Scalar[ScalarNode] = scalar(lambda node, _: node, "valore")


# --- Several values ---------------------------------------------------------------------------------------------------


def one_or_many(value: Scalar[_T], *, may_be_empty: bool = False) -> Shape[tuple[_T, ...]]:
    """Return the shape of a value or a list of values; an empty list is a fault unless it `may_be_empty`."""

    def read(node: Node, name: str, context: ReadingContext) -> tuple[_T, ...]:
        written = scalars(node, name, context.problems, may_be_empty=may_be_empty)
        found = [value.parse(node, context) for node in written]
        return tuple(one for one in found if one is not None)

    listed = {"type": "array", "items": value.schema, "minItems": 0 if may_be_empty else 1}
    return Shape(read, f"uno o più: {value.words}", {"anyOf": [value.schema, listed]}, blank=())


def scalars(node: Node, name: str, problems: Problems, *, may_be_empty: bool = False) -> list[ScalarNode]:
    """Return the single values in a node that is one value or a list, without faulty ones."""
    if isinstance(node, ScalarNode):
        if node.lines > 1:
            problems.add(LINES_IN_ONE, node.mark, count=node.lines)
        return [node]
    if isinstance(node, MapNode):
        problems.add(EXPECTED_TEXTS, node.mark)
        return []
    if not node.items and not may_be_empty:
        problems.add(EMPTY_LIST, node.mark, name=name)
    found = []
    for item in node.items:
        if not isinstance(item, ScalarNode):
            problems.add(EXPECTED_TEXT, item.mark)
        elif not item.text:
            problems.add(EMPTY_VALUE, item.mark, name=name)
        else:
            found.append(item)
    return found


def list_of(entry: Shape[_T], *, may_be_empty: bool = False) -> Shape[tuple[_T, ...]]:
    """Return the shape of a list of entries; an empty one is a fault unless it `may_be_empty`."""

    def read(node: Node, name: str, context: ReadingContext) -> tuple[_T, ...]:
        if isinstance(node, ListNode) and not node.items and not may_be_empty:
            context.problems.add(EMPTY_LIST, node.mark, name=name)
        found = [entry.read(item, name, context) for item in as_list(node, context.problems)]
        return tuple(one for one in found if one is not None)

    schema = {"type": "array", "items": entry.schema, "minItems": 0 if may_be_empty else 1}
    return Shape(read, f"elenco: per ogni voce, {entry.words}", schema, blank=(), models=entry.models)


def map_of(value: Shape[_T], key: Scalar[Any] = IDENTIFIER, *, may_be_empty: bool = False) -> Shape[dict[str, _T]]:
    """Return the shape of a mapping of names to values; an empty one is a fault unless it `may_be_empty`."""

    def read(node: Node, name: str, context: ReadingContext) -> dict[str, _T] | None:
        mapping = as_mapping(node, context.problems)
        if mapping is None:
            return None
        if not mapping.entries and not may_be_empty:
            context.problems.add(EMPTY_LIST, mapping.mark, name=name)
        found = {}
        for written, inner in mapping.entries:
            is_named = key.parse(written, context) is not None
            if isinstance(value, Scalar) and isinstance(inner, ScalarNode) and not inner.text:
                context.problems.add(EMPTY_VALUE, written.mark, name=written.text)
            elif is_named or value.models:
                # What has fields of its own is read under any name, so that all faults are found at once.
                one = value.read(inner, written.text, context)
                if is_named and one is not None:
                    found[written.text] = one
        return found

    names = {name: rule for name, rule in key.schema.items() if name != "type"}
    size = {"minProperties": 0 if may_be_empty else 1}
    schema = {"type": "object", "propertyNames": names, "additionalProperties": value.schema, **size}
    return Shape(read, f"per ogni nome, {value.words}", schema, blank={}, models=value.models)


def section(model: type[_M]) -> Shape[_M]:
    """Return the shape of a mapping with declared fields; fields without a description are left out of the schema."""

    def read(node: Node, name: str, context: ReadingContext) -> _M | None:
        return read_model(model, node, name, context)

    fields = [field for field in fields_of(model).values() if field.description]
    properties = {field.name: {"description": field.description} | field.shape.schema for field in fields}
    required = [field.name for field in fields if field.is_required]
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Shape(read, "campi (qui sotto)", schema, models={"": model})


def raw_node(shape: Shape[Any]) -> Shape[Node]:
    """Return a shape that keeps the node unread as its value, to be read later when more is known."""
    return replace(shape, read=lambda node, _name, _context: node, blank=None)


# --- Types to declare fields with -------------------------------------------------------------------------------------

FlagField = Annotated[bool, scalar(_flag, "yes o no", blank=False, schema={"enum": [True, False, *sorted(_YES | _NO)]})]
IdField = Annotated[str, IDENTIFIER]
TextField = Annotated[str, text()]
TextsField = Annotated[tuple[str, ...], one_or_many(ANY_TEXT)]
