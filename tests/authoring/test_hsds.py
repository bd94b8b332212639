"""Services as HSDS 3.0: valid against the standard's schemas, and back the same; examples of the standard are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from bot.authoring.exchange.hsds import document, read_document
from bot.authoring.exchange.services import NEW_FILE, changes_of, service_rows
from bot.authoring.load import read_content
from bot.core.attributes import PLACE, Place
from bot.core.content import Content
from tests.builders import content_folder

#: Schemas and examples of HSDS 3.0 (Open Referral, CC BY-SA 4.0).
STANDARD = Path(__file__).parent / "hsds"


def validator() -> Draft202012Validator:
    """Checks a service against the standard."""
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (STANDARD / "schema").glob("*.json")}
    resources = [(name, DRAFT202012.create_resource(schema)) for name, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas["service.json"], registry=registry)


def places_of(content: Content) -> Mapping[str, Place]:
    """The municipalities of a content by id."""
    return {id: term for id, term in content.vocabulary[PLACE].terms.items() if isinstance(term, Place)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Content]:
    """The small content: its folder, and what it says."""
    root = content_folder(tmp_path_factory.mktemp("content"))
    content = read_content(root).content
    assert content is not None
    return root, content


def test_what_goes_out_is_valid_and_comes_back_the_same(small: tuple[Path, Content]) -> None:
    root, content = small
    page = document(list(service_rows(root)), content.services_by_id, places_of(content))
    check = validator()
    assert [error.message for service in page["contents"] for error in check.iter_errors(service)] == []
    rows, lost = read_document(json.dumps(page), places_of(content))
    changes = changes_of(root, rows)
    assert (changes.sentences, changes.files, changes.missing, lost) == ([], {}, [], [])


def test_weekly_hours_and_addresses_stand_in_the_fields_of_the_standard(small: tuple[Path, Content]) -> None:
    root, content = small
    page = document(list(service_rows(root)), content.services_by_id, places_of(content))
    nursery = next(service for service in page["contents"] if service["name"] == "Asilo nido La Coccinella")
    first = nursery["service_at_locations"][0]
    assert first["location"]["addresses"][0]["city"] == "Melegnano"
    schedule = first["schedules"][0]
    assert (schedule["byday"], schedule["opens_at"], schedule["closes_at"]) == ("MO,TU,WE,TH,FR", "07:30", "18:00")


def test_a_fact_that_others_changed_is_read_from_the_field_of_the_standard(small: tuple[Path, Content]) -> None:
    root, content = small
    page = document(list(service_rows(root)), content.services_by_id, places_of(content))
    page["contents"][0]["fees_description"] = "gratis"
    changes = changes_of(root, read_document(json.dumps(page), places_of(content))[0])
    assert len(changes.sentences) == 1
    assert changes.sentences[0].endswith("a «gratis»")


@pytest.mark.parametrize("name", ["service_full.json", "service_list.json"])
def test_the_examples_of_the_standard_are_read(name: str, tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    content = read_content(root).content
    assert content is not None
    rows, lost = read_document((STANDARD / "examples" / name).read_text(encoding="utf-8"), places_of(content), "famiglia")
    changes = changes_of(root, rows)
    (root / NEW_FILE).write_text(changes.files[NEW_FILE], encoding="utf-8")
    source = read_content(root)
    assert [str(problem) for problem in source.problems.errors] == []
    assert source.content is not None
    found = source.content.services_by_id["community-counselling"]
    assert found.organization
    assert found.how_to_apply.startswith("If you are an NHS patient")
    assert "interpretation_services" in lost[0]


@pytest.mark.parametrize("text", ["{", "[1]", '{"contents": [{}]}', '"testo"'])
def test_what_is_no_document_of_services_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|HSDS"):
        read_document(text, {})
