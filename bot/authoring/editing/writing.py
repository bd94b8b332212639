"""The format of YAML that programs write into content files, the same as in files that people write."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.authoring.conditions import CONDITION_SCHEMA
from bot.authoring.fields import Field, Model, Shape, fields_of

#: Values that YAML reads correctly without quotes: numbers, dates, yes and no.
_PLAIN = re.compile(r"-?[1-9]\d*(?:\.\d+)?|\d{4}-\d{2}-\d{2}|yes|no|[+-]?0\.\d+")


def yaml_form() -> YAML:
    """Return the reader and writer of single entries, which keeps comments, quotes and order."""
    form = YAML()
    form.preserve_quotes, form.width = True, 10**6
    form.indent(mapping=2, sequence=4, offset=2)
    return form


def as_text(fields: Mapping[str, object]) -> str:
    """Return fields as lines of YAML."""
    stream = io.StringIO()
    yaml_form().dump(fields, stream)
    return stream.getvalue().rstrip("\n") + "\n"


def as_entry(fields: Mapping[str, object]) -> str:
    """Return fields as a list entry in YAML: with a hyphen before the first line."""
    return "- " + indented(as_text(fields)).removeprefix("  ")


def indented(text: str) -> str:
    """Return lines moved in by two blanks."""
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def model_yaml(model: type[Model], values: Mapping[str, object], *, in_braces: bool = False) -> CommentedMap:
    """Return values ready to be written as YAML, by the fields of a model; unknown names are kept, so that checks refuse them."""
    fields, written = fields_of(model), CommentedMap()
    # The id first, and the fields that several models share last.
    own = sorted(fields, key=lambda name: fields[name].attribute not in model.__annotations__)
    for name in (*(name for name in own if name in values), *(name for name in values if name not in fields)):
        written[name] = field_yaml(fields[name], values[name]) if name in fields else values[name]
    if in_braces:
        written.fa.set_flow_style()
    return written


def field_yaml(field: Field, value: object) -> object:
    """Return one value ready to be written as YAML, from a person's single line or a program's structured value."""
    model = entry_model(field)
    if model is not None and isinstance(value, Sequence) and not isinstance(value, str):
        is_short = "place" in fields_of(model)
        return CommentedSeq(model_yaml(model, one, in_braces=is_short) for one in value if isinstance(one, Mapping))
    return _line_yaml(field.shape, value) if isinstance(value, str) else _structured(value)


def entry_model(field: Field) -> type[Model] | None:
    """Return the model of the entries of a field that is a list of mappings; None for any other field."""
    return field.shape.models.get("") if field.shape.schema.get("type") == "array" else None


def _line_yaml(shape: Shape[object], text: str) -> object:
    is_mapping = shape.schema in (CONDITION_SCHEMA, {}) or shape.schema.get("type") == "object"
    if text[:1] in ("{", "["):
        return yaml_form().load(text)
    if is_mapping and ":" in text:
        return yaml_form().load("{" + text + "}")
    if ";" in text and any(option.get("type") == "array" for option in shape.schema.get("anyOf", ())):
        return _structured([part.strip() for part in text.split(";") if part.strip()])
    if _PLAIN.fullmatch(text) and "string" not in shape.schema.get("type", ()):
        return yaml_form().load(text)
    return text


def _structured(value: object) -> object:
    match value:
        case bool():
            return yaml_form().load("yes" if value else "no")
        case Mapping():
            mapping = CommentedMap((str(key), _structured(one)) for key, one in value.items())
            mapping.fa.set_flow_style()
            return mapping
        case Sequence() if not isinstance(value, str):
            listed = CommentedSeq(_structured(one) for one in value)
            listed.fa.set_flow_style()
            return listed
        case _:
            return value
