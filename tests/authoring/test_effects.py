"""What another version does to people, in sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.authoring.load import load_content
from bot.authoring.publication_effects import effects_between
from bot.core.content import Content
from bot.core.interview import Answer, AnswerKind, Interview
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session
from tests.builders import TODAY, content_folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return load_content(content_folder(tmp_path_factory.mktemp("effects") / "content"))


def without(content: Content, service: str) -> Content:
    return replace(content, services=tuple(one for one in content.services if one.id != service))


def interview(**answers: str) -> str:
    return dump_session(
        Session(interview=Interview("cerca", answers={id: Answer(AnswerKind.VALUE, (value,)) for id, value in answers.items()}))
    )


def test_offers_results_and_open_interviews_are_said(small: Content) -> None:
    after = without(small, "doposcuola-prova")
    sessions = [interview(persona="bambino", comune="melegnano", bisogno="doposcuola"), interview(persona="anziano"), "{broken"]
    found = effects_between(small, after, TODAY, sessions)
    assert found[0] == "Offerte in meno: 1 («Doposcuola Tutti Insieme» a Melegnano)."
    assert found[1].startswith("Conversazioni aperte: 1 su 2 ")
    assert found[2].startswith("«Trova il servizio adatto»:")
    assert " cambia il risultato per " in found[2]
    examples = [one for one in found if one.startswith("Per esempio (")]
    assert len(examples) >= 3
    for example in examples:
        assert "«Doposcuola Tutti Insieme» a Melegnano: prima " in example
        assert example.endswith("ora non adatta.")
    gained = effects_between(after, small, TODAY, ())
    assert gained[0] == "Offerte in più: 1 («Doposcuola Tutti Insieme» a Melegnano)."
    assert "ora adatta." in " ".join(gained)


def test_nothing_is_said_of_what_stays(small: Content) -> None:
    assert effects_between(small, replace(small, texts={**small.texts}), TODAY, [interview(persona="bambino")]) == []
