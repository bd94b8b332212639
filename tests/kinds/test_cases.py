"""Every kind of attribute from YAML to YAML: `cases/<kind>.yaml` says how one attribute is asked, read, stored, tested and said.

attribute:    the attribute as in attributes.yaml
buttons:      the buttons that answer its question, a row a line
hints:        the lines under its question, if any
typed:        rows of: a typed answer; how it is said back, "?" before what may have been meant; how it is stored
conditions:   conditions on it, each with how it is said and its truth for typed answers
faults:       conditions with a fault, each with the message to staff
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any as Json

import pytest
import yaml

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.load import load_content
from bot.core.attributes import Attribute, Vocabulary, encode
from bot.core.conditions import Atom, Truth, Value, truth
from bot.core.replies import Verb
from bot.dialogue.incoming import Command
from bot.dialogue.world import World
from bot.kinds.registry import KINDS, kind_of
from bot.language.entities.values import Reading
from bot.language.text.utterance import Utterance
from tests.builders import SMALL, TODAY, Citizen, condition, content_folder, faults

CASES = Path(__file__).parent / "cases"
FLOW = """
flow: prova
title: Prova
command: prova
questions:
  - {ask: La domanda?, fills: prova, always: yes}
"""

ANSWERING = (Verb.ANSWER, Verb.TOGGLE, Verb.CONFIRM)

kinds = pytest.mark.parametrize("kind", KINDS)


def case(kind: str) -> Mapping[str, Json]:
    """The case file of a kind; every scalar is a text."""
    return yaml.load((CASES / f"{kind}.yaml").read_text(), yaml.BaseLoader)


@cache
def world(kind: str, root: Path) -> World:
    """The small content with the attribute of a case, and a flow that asks for it."""
    declared = (SMALL / "catalogue/attributes.yaml").read_text() + yaml.dump({"prova": case(kind)["attribute"]})
    folder = content_folder(root / kind, {"catalogue/attributes.yaml": declared, "flows/prova.yaml": FLOW})
    return World.on(load_content(folder), TODAY)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kinds")


@pytest.fixture
def asked(kind: str, root: Path) -> World:
    return world(kind, root)


def attribute(asked: World) -> Attribute:
    return asked.content.vocabulary["prova"]


def read(asked: World, text: str) -> Reading:
    return kind_of(attribute(asked)).read(attribute(asked), Utterance(text), TODAY, asked.answer_reader)


def test_every_kind_has_a_case_file_and_every_case_file_a_kind() -> None:
    assert sorted(path.stem for path in CASES.glob("*.yaml")) == sorted(KINDS)


@kinds
def test_the_name_of_a_kind_is_its_type_in_yaml(kind: str, asked: World) -> None:
    assert case(kind)["attribute"]["type"] == kind == attribute(asked).kind.name


@kinds
def test_a_question_is_asked_with_the_buttons_of_its_kind(kind: str, asked: World) -> None:
    citizen = Citizen(asked).do(Command("prova"))
    assert citizen.reply is not None
    rows = [" | ".join(choice.label for choice in row) for row in citizen.reply.rows if row[0].action.verb in ANSWERING]
    assert rows == case(kind)["buttons"]
    assert citizen.reply.plain.splitlines()[2:] == case(kind).get("hints", [])


@kinds
def test_every_button_is_an_answer_or_a_step_to_one(kind: str, asked: World) -> None:
    citizen = Citizen(asked).do(Command("prova"))
    for action in citizen.offered:
        if action.target == "prova" and action.value:
            assert asked.content.vocabulary.is_valid("prova", attribute(asked).kind.decode(action.value))


@kinds
def test_typed_answers_are_read_said_back_and_stored(kind: str, asked: World) -> None:
    for text, said, stored in case(kind)["typed"]:
        reading = read(asked, text)
        values = reading.values or reading.suggestions
        words = asked.phrasing.values(attribute(asked), values)
        assert [f"? {words}" if reading.suggestions else words, " ".join(map(encode, values))] == [said, stored], text


@kinds
def test_values_are_read_back_as_they_were_stored_and_are_valid(kind: str, asked: World) -> None:
    for value in answers(kind, asked):
        assert attribute(asked).kind.decode(encode(value)) == value
        assert asked.content.vocabulary.is_valid("prova", value)


def answers(kind: str, asked: World) -> list[Value]:
    return [value for text, *_ in case(kind)["typed"] for value in read(asked, text).values]


@kinds
def test_conditions_hold_or_fail_or_are_unknown(kind: str, asked: World) -> None:
    for written, expected in case(kind).get("conditions", {}).items():
        vocabulary = asked.content.vocabulary
        found = condition(f"prova: {written}", vocabulary)
        assert isinstance(found, Atom)
        assert kind_of(attribute(asked)).say_accepted(attribute(asked), found.accepted, asked.phrasing) == expected["said"]
        assert truth(found, {}) is Truth.UNKNOWN
        for text, result in expected["holds"].items():
            assert truth(found, stated(asked, text, vocabulary)) is Truth[result.upper()], (written, text)


def stated(asked: World, text: str, vocabulary: Vocabulary) -> dict[str, Json]:
    values = read(asked, text).values
    assert values, text
    return {"prova": vocabulary.known("prova", values)}


@kinds
def test_a_condition_with_a_fault_is_explained(kind: str, asked: World) -> None:
    for written, message in case(kind).get("faults", {}).items():
        (found,) = faults(f"prova: {written}", DeclaredNames.of(asked.content.vocabulary))
        assert found.partition(": ")[2] == message


@kinds
def test_there_is_a_hint_for_an_answer_that_is_not_understood(kind: str, asked: World) -> None:
    assert asked.phrasing.say(KINDS[kind].hint)
