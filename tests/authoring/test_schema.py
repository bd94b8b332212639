"""Schemas and the reference follow from the declared fields, are up to date, and take the content that is shipped."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any as Json
from typing import ClassVar

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.authoring.files import ContentFile
from bot.authoring.load import CONTENT_FILES
from bot.authoring.schema import REFERENCE, documents, json_schema, reference, schema_path
from bot.settings import SETTINGS_FILE

PROJECT = Path(__file__).parent.parent.parent
FILES = (*CONTENT_FILES, SETTINGS_FILE)
NAMES = {file.path for file in FILES}
SHIPPED = [
    pytest.param(file, path, id=path.relative_to(PROJECT).as_posix())
    for file in FILES
    for path in sorted(PROJECT.glob(file.path))
    if file.path == path.relative_to(PROJECT).as_posix() or path.relative_to(PROJECT).as_posix() not in NAMES
]


class Editor(yaml.CSafeLoader):
    """YAML as editors read it: the core schema of YAML 1.2, in which "no" and a date are text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Json]]] = {}


Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
Editor.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))
Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])


def faults(file: ContentFile[Json], text: str) -> list[str]:
    """What an editor says of a text."""
    return [error.message for error in Draft7Validator(json_schema(file)).iter_errors(yaml.load(text, Editor))]


def file(path: str) -> ContentFile[Json]:
    """The declaration of a file."""
    return next(file for file in FILES if file.path == path)


@pytest.mark.parametrize(("path", "text"), documents(FILES).items(), ids=lambda value: value if len(value) < 50 else "text")
def test_schemas_and_the_reference_are_up_to_date(path: str, text: str) -> None:
    assert (PROJECT / path).read_text(encoding="utf-8") == text, "python -m bot schema"


def test_no_schema_is_left_over() -> None:
    assert {path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("docs/schemas/*")} == documents(FILES).keys() - {
        REFERENCE
    }


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.path)
def test_a_schema_is_one(one: ContentFile[Json]) -> None:
    Draft7Validator.check_schema(json_schema(one))


@pytest.mark.parametrize(("one", "path"), SHIPPED)
def test_what_is_shipped_names_its_schema_and_has_no_fault_in_an_editor(one: ContentFile[Json], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    schema = os.path.relpath(PROJECT / schema_path(one), path.parent)
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={schema}"
    assert faults(one, text) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("flows/*.yaml", "flow: a\ntitle: A\ncommand: a\nquestions: []\n"),
        ("flows/*.yaml", "flow: a\ntitle: A\ncommand: a\nquestions: [{ask: A?, fills: eta, wen: {}}]\n"),
        ("flows/replies.yaml", "due parole: Ciao!\n"),
        ("catalogue/attributes.yaml", "nuovo: {type: yes_no, label: N, values: {a: {label: A}}}\n"),
        ("catalogue/attributes.yaml", "nuovo: {type: colore, label: N}\n"),
        ("catalogue/places.yaml", 'lodi: {name: Lodi, istat: "098031", postal_code: "26900", latitude: 95, longitude: 9.5}\n'),
        ("catalogue/services/*.yaml", "- {id: a, name: A}\n"),
        ("config.yaml", "desks: [{id: uno, chat_id: -1, when: {any: {}}}]\n"),
        ("catalogue/queries.yaml", "- {kind: a, say: b, finds: niente}\n"),
    ],
)
def test_an_editor_tells_a_fault_before_the_bot_does(path: str, text: str) -> None:
    assert faults(file(path), text)


def test_the_reference_says_what_must_be_written_and_what_stands_for_what_is_not() -> None:
    told = reference([file("flows/*.yaml")])
    assert "| **`ask`** | testo, al massimo 300 caratteri | La domanda, come la leggono le persone. |" in told
    assert "| `show` | numero intero tra 1 e 10. Senza: 5 | Quanti servizi si mostrano per volta. |" in told


def test_every_field_is_described() -> None:
    assert [line for line in reference(FILES).splitlines() if line.endswith("|  |")] == []
    assert json.dumps([json_schema(one) for one in FILES]).count('"description": ""') == 0
