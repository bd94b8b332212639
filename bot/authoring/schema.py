"""JSON Schemas for staff's editors, and the reference of fields; both are generated from the declared fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from bot.authoring.conditions import CONDITION_DEFINITION, CONDITION_SCHEMA
from bot.authoring.fields import Field, Model, Schema, Shape, fields_of
from bot.authoring.files import ContentFile

#: The folder of the schemas, and the reference of fields, in the project's folder.
SCHEMAS, REFERENCE = "docs/schemas", "docs/campi.md"

_HEAD = """# I campi dei file

Tutti i campi che si possono scrivere nei contenuti, file per file. Questa pagina è fatta dal programma: non si cambia a mano.

Un campo **in neretto** è obbligatorio. Una *condizione* elenca per ogni attributo i valori che vanno bene, come
`{persona: bambino, eta: 6-10}`: tutte le righe devono valere; `any` vuole una di più condizioni, `not` nega la sua.
"""


def documents(files: Iterable[ContentFile[Any]]) -> Mapping[str, str]:
    """Return the texts of all schemas and of the reference, by file path."""
    files = tuple(files)
    schemas = {schema_path(file): json.dumps(json_schema(file), ensure_ascii=False, indent=1) + "\n" for file in files}
    return schemas | {REFERENCE: reference(files)}


def schema_path(file: ContentFile[Any]) -> str:
    """Return the path of a file's schema; for `flows/*.yaml` it is named after the folder."""
    name = (file.folder if "*" in file.name else file.path).rpartition("/")[2]
    return f"{SCHEMAS}/{name.removesuffix('.yaml')}.json"


def json_schema(file: ContentFile[Any]) -> Schema:
    """Return the JSON Schema of a file."""
    about = {"$schema": "http://json-schema.org/draft-07/schema#", "title": file.path, "description": file.about}
    has_conditions = CONDITION_SCHEMA["$ref"] in json.dumps(file.shape.schema)
    return about | file.shape.schema | ({"definitions": {"condition": CONDITION_DEFINITION}} if has_conditions else {})


def reference(files: Iterable[ContentFile[Any]]) -> str:
    """Return the reference of fields as Markdown in Italian: a chapter for each file, a table for each mapping."""
    return "\n".join([_HEAD, *(line for file in files for line in _chapter(file))])


def _chapter(file: ContentFile[Any]) -> Iterator[str]:
    missing = " Può mancare." if file.may_be_missing else ""
    yield f"## `{file.path}`\n\n{file.about}{missing}\n"
    yield from _sections(file.shape, "")


def _sections(shape: Shape[Any], path: str) -> Iterator[str]:
    """Yield the tables of all models in a shape, each before the models inside it; equal ones once."""
    headings: dict[type[Model], list[str]] = {}
    for heading, model in shape.models.items():
        headings.setdefault(model, []).append(heading)
    for model, told in headings.items():
        fields = [field for field in fields_of(model).values() if field.description]
        title = " ".join(filter(None, (f"`{path}`" if path else "", " o ".join(f"`{one}`" for one in told if one))))
        if title:
            yield f"### {title}\n"
        yield from _table(("campo", "valore", "che cosa vuol dire"), map(_row, fields))
        for field in fields:
            yield from _sections(field.shape, f"{path}.{field.name}".removeprefix("."))


def _row(field: Field) -> tuple[str, ...]:
    name = f"**`{field.name}`**" if field.is_required else f"`{field.name}`"
    default = field.default.value if isinstance(field.default, StrEnum) else field.default
    is_told = isinstance(default, int | str) and not isinstance(default, bool) and default
    return name, f"{field.shape.words}. Senza: {default}" if is_told else field.shape.words, field.description


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""
