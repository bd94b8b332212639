"""Fields of content files, each declared once: its reading, its error sentences, its JSON Schema and its entry in the reference.

A declaration is a frozen dataclass that extends `Model`, with fields `name: Annotated[type, shape, description] = default`:

    cost: Annotated[str, Text(), "Quanto costa, con parole semplici."] = ""

The shape says how the value is written (`shapes.py`), the description tells staff what it means, a field without a default must
be written. A name that follows the description is the one in YAML, if it is another than in Python.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import yaml

from bot.authoring.declared_names import NO_NAMES, DeclaredNames
from bot.authoring.problems import Fault, Mark, Problems, nearest
from bot.authoring.yaml_nodes import ListNode, MapNode, Node, ScalarNode

EXPECTED_MAPPING = Fault(
    "expected_mapping",
    "qui servono dei campi, uno per riga: «nome: valore».",
    "fields are needed here, one a line: “name: value”.",
)
EXPECTED_LIST = Fault(
    "expected_list",
    "qui serve un elenco: ogni voce su una riga che comincia con «- ».",
    "a list is needed here: each entry on a line that begins with “- ”.",
)
UNKNOWN_FIELD = Fault(
    "unknown_field",
    "il campo «{name}» non esiste qui. I campi sono: {options}.",
    "there is no field “{name}” here. The fields are: {options}.",
)
UNKNOWN_FIELDS = Fault(
    "unknown_fields",
    "{count} campi non esistono qui, da «{name}» in poi. I campi sono: {options}. È il file giusto?",
    "{count} fields do not exist here, from “{name}” on. The fields are: {options}. Is this the right file?",
)
MISSPELT_FIELD = Fault("misspelt_field", "il campo «{name}» non esiste qui.", "there is no field “{name}” here.")
ITALIAN_FIELD = Fault(
    "italian_field", "il campo «{name}» qui si chiama «{field}».", "the field “{name}” is called “{field}” here."
)
COMMA_IN_BRACES = Fault(
    "comma_in_braces",
    "tra graffe la virgola separa i campi: metti tra virgolette tutto il testo che finisce con «{name}».",
    "between braces a comma divides fields: put the whole text that ends with “{name}” in quotes.",
)
MISSING_FIELD = Fault("missing_field", "manca il campo «{name}».", "the field “{name}” is missing.")
EMPTY_VALUE = Fault(
    "empty_value", "«{name}» è vuoto. Scrivi un valore o togli la riga.", "“{name}” is empty. Write a value or remove the line."
)
EMPTY_LIST = Fault(
    "empty_list",
    "«{name}» non contiene niente. Serve almeno una voce.",
    "“{name}” has nothing in it. It needs at least one entry.",
)

_T = TypeVar("_T")
_U = TypeVar("_U")
_M = TypeVar("_M", bound="Model")

#: A JSON Schema, draft 7: what the editors' YAML language server reads.
Schema = dict[str, Any]


class NameUse(NamedTuple):
    """The use of a name at a place in a file: of an attribute, a category, a danger, or a value of the attribute `kind`."""

    kind: str
    name: str
    mark: Mark


@dataclass(frozen=True)
class ReadingContext:
    """The data shared while files are read: problems and uses of names found so far, and the names that content may use."""

    problems: Problems
    names: DeclaredNames = NO_NAMES
    uses: list[NameUse] = dataclasses.field(default_factory=list)

    def note_use(self, kind: str, name: str, mark: Mark) -> None:
        """Record that a name is used at a place."""
        self.uses.append(NameUse(kind, name, mark))


@dataclass(frozen=True)
class Shape(Generic[_T]):
    """The written form of a value in YAML, with its reader, its JSON Schema and its description for staff."""

    #: From a node, the name of its field and a context to the value; None for a fault, which is then recorded.
    read: Callable[[Node, str, ReadingContext], _T | None]
    #: The shape in a few words for the reference of fields, in Italian: "testo, al massimo 80 caratteri".
    words: str
    schema: Schema
    #: Stands for a required value that has a fault or is missing, so that reading goes on and finds all faults.
    blank: Any = None
    #: The models whose fields the value holds; several by what tells them apart: "type: choice".
    models: Mapping[str, type[Model]] = dataclasses.field(default_factory=dict)

    def then(self, build: Callable[[_T], _U]) -> Shape[_U]:
        """Return a shape that reads the same nodes and converts the value by `build`."""

        def read(node: Node, name: str, context: ReadingContext) -> _U | None:
            value = self.read(node, name, context)
            return build(value) if value is not None else None

        return Shape(read, self.words, self.schema, build(self.blank) if self.blank else None, self.models)


@dataclass(frozen=True)
class Field:
    """A declared field: its names in YAML and in Python, shape, description, and its default unless it is required."""

    name: str
    attribute: str
    shape: Shape[Any]
    description: str
    default: Any

    @property
    def is_required(self) -> bool:
        """Return True if the field must be written."""
        return self.default is dataclasses.MISSING


@dataclass(frozen=True, kw_only=True)
class Model:
    """The fields of one mapping in a file, with the places at which they are written."""

    #: The mapping; one without fields for what was not read from a file.
    node: MapNode = dataclasses.field(default=MapNode((), Mark("")), compare=False, repr=False)
    #: The name under which the mapping is written: a field's, or an id in a mapping of ids.
    key: str = dataclasses.field(default="", compare=False, repr=False)
    #: False for fields of which one has a fault.
    is_sound: bool = dataclasses.field(default=True, compare=False, repr=False)

    #: The field at whose value problems of the whole are shown, if not at the mapping's beginning.
    identified_by: ClassVar[str] = ""
    #: Fields of which none may be written without the others.
    together: ClassVar[frozenset[str]] = frozenset()

    @property
    def mark(self) -> Mark:
        """Return the place in the file at which problems of the whole mapping are shown."""
        node = self.node.get(self.identified_by)
        return node.mark if node is not None else self.node.mark

    def mark_of(self, name: str) -> Mark:
        """Return the place of a field's value; if the field is not written, the place of the whole mapping."""
        node = self.node.get(name)
        return node.mark if node is not None else self.mark

    def text_of(self, name: str) -> str:
        """Return a field's single value as it is written; "" if the field is missing."""
        node = self.node.get(name)
        return node.text if isinstance(node, ScalarNode) else ""

    def is_written(self, name: str) -> bool:
        """Return True if a field is written in the file, with any value."""
        return self.node.get(name) is not None

    def find_faults(self, context: ReadingContext) -> None:
        """Record faults that concern several fields together."""

    def make(self, kind: type[_T], **more: Any) -> _T:
        """Return an object of class `kind`, filled from the fields with the same names and from `more`."""
        names = getattr(kind, "__match_args__", ())
        fields = fields_of(type(self)).values()
        same = {field.attribute: getattr(self, field.attribute) for field in fields if field.attribute in names}
        return kind(**(same | more))


def fields_of(model: type[Any]) -> Mapping[str, Field]:
    """Return the declared fields of a model by their names in YAML, in the order of their declaration."""
    if model not in _FIELDS:
        _FIELDS[model] = {field.name: field for field in _declared(model)}
    return _FIELDS[model]


_FIELDS: dict[type[Any], Mapping[str, Field]] = {}


def _declared(model: type[Any]) -> Iterator[Field]:
    hints = get_type_hints(model, include_extras=True)
    for field in dataclasses.fields(model):
        if get_origin(hints[field.name]) is Annotated:
            _, shape, description, *name = get_args(hints[field.name])
            default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
            yield Field(name[0] if name else field.name, field.name, shape, description, default)


def read_model(model: type[_M], node: Node, name: str, context: ReadingContext) -> _M | None:
    """Return the model of the fields that a node writes; None if the node is no mapping. Every fault is recorded."""
    before = len(context.problems)
    mapping = as_mapping(node, context.problems)
    if mapping is None:
        return None
    fields = fields_of(model)
    values: dict[str, Any] = {}
    for key, written in mapping.entries:
        field = fields.get(key.text)
        if field is not None and isinstance(written, ScalarNode) and not written.text:
            context.problems.add(EMPTY_VALUE, key.mark, name=key.text)
        elif field is not None and (value := field.shape.read(written, key.text, context)) is not None:
            values[field.attribute] = value
    blanks = {one.attribute: one.shape.blank for one in fields.values() if one.is_required and one.attribute not in values}
    if blanks or model.together or not fields.keys() >= {key.text for key, _ in mapping.entries}:
        _tell_names(model, mapping, context.problems)
    found = model(node=mapping, key=name, **values, **blanks)
    found.find_faults(context)
    return found if len(context.problems) == before else dataclasses.replace(found, is_sound=False)


#: Unknown fields beside no known one, from which on they belong elsewhere.
_WRONG_PLACE_FIELDS = 4


def _tell_names(model: type[Model], mapping: MapNode, problems: Problems) -> None:
    """Record unknown and missing fields; a misspelt field is reported once, not as both."""
    fields, written = fields_of(model), {key.text for key, _ in mapping.entries}
    unknown = [(key, value) for key, value in mapping.entries if key.text not in fields]
    misspelt: set[str] = set()
    if len(unknown) >= _WRONG_PLACE_FIELDS and not written & fields.keys():
        # Another kind of thing stands here: its fields, and those that are missing, are one fault.
        problems.add(UNKNOWN_FIELDS, unknown[0][0].mark, count=len(unknown), name=unknown[0][0].text, options=", ".join(fields))
        return
    for key, value in unknown:
        if follows_comma(key, value, mapping):
            problems.add(COMMA_IN_BRACES, key.mark, name=key.text)
        elif near := nearest(key.text, fields):
            problems.add(MISSPELT_FIELD, key.mark, name=key.text, among=fields)
            misspelt.add(near)
        elif meant := _field_called(key.text, fields):
            problems.add(ITALIAN_FIELD, key.mark, name=key.text, field=meant)
            misspelt.add(meant)
        else:
            problems.add(UNKNOWN_FIELD, key.mark, name=key.text, options=", ".join(fields))
    needed = model.together if not model.together.isdisjoint(written) else frozenset()
    for field in fields.values():
        if (field.is_required or field.name in needed) and field.name not in written | misspelt:
            problems.add(MISSING_FIELD, mapping.mark, name=field.name)


def _field_called(name: str, fields: Iterable[str]) -> str | None:
    """Return the field that an Italian name stands for; None if it stands for none."""
    words = name.lower().replace("_", " ").replace("-", " ")
    return next((field for field in fields if words in _italian_names().get(field, ())), None)


@cache
def _italian_names() -> Mapping[str, Sequence[str]]:
    file = Path(__file__).parent / "words" / "field_names.yaml"
    names: Mapping[str, Sequence[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return names


def follows_comma(key: ScalarNode, value: Node, mapping: MapNode) -> bool:
    """Return True if a key without a value is really the rest of a text that has a comma: "{note: pasto, merenda}"."""
    keys = [name for name, _ in mapping.entries]
    is_empty = isinstance(value, ScalarNode) and not value.text
    return is_empty and any(one is key and before.mark.line == key.mark.line for before, one in itertools.pairwise(keys))


def as_mapping(node: Node, problems: Problems) -> MapNode | None:
    """Return a node if it is a mapping; otherwise record a problem and return None."""
    if isinstance(node, MapNode):
        return node
    problems.add(EXPECTED_MAPPING, node.mark)
    return None


def as_list(node: Node, problems: Problems) -> tuple[Node, ...]:
    """Return the entries of a node if it is a list; otherwise record a problem and return none."""
    if isinstance(node, ListNode):
        return node.items
    problems.add(EXPECTED_LIST, node.mark)
    return ()
