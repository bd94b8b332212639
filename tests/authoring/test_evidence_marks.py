"""The lines that decided what a text means are told with their places."""

from __future__ import annotations

import pytest

from bot.authoring.evidence_marks import mark_of
from bot.authoring.load import load_content
from bot.dialogue.world import Teacher
from bot.home import HOME
from bot.language.meaning.evidence import Evidence, EvidenceKind
from bot.language.meaning.understand import MeaningReader
from bot.language.text.utterance import Utterance
from tests.builders import TODAY


@pytest.fixture(scope="module")
def reader(teach: Teacher) -> MeaningReader:
    return teach(load_content(HOME), TODAY)


@pytest.mark.parametrize(
    ("text", "kind", "file"),
    [
        ("cerco un doposcuola a Melegnano", EvidenceKind.NAME, "catalogue/needs.yaml"),
        ("uno che stia con la nonna mentre lavoro", EvidenceKind.EXAMPLE, "catalogue/needs.yaml"),
        ("devo rinnovare la carta d'identità", EvidenceKind.NAME, "catalogue/out_of_scope.yaml"),
        ("mio marito mi picchia", EvidenceKind.PHRASE, "catalogue/urgent.yaml"),
        ("indietro!", EvidenceKind.WORDS, "bot/language/it/phrases.yaml"),
        ("grazie mille", EvidenceKind.WORDS, "bot/language/it/phrases.yaml"),
        ("mi richiamate domani mattina?", EvidenceKind.WORDS, "bot/language/it/ask_for_person.yaml"),
        ("vorrei parlare con qualcuno che mi capisca", EvidenceKind.WORDS, "bot/language/it/ask_for_person.yaml"),
        ("I want to talk to a person", EvidenceKind.WORDS, "bot/language/en/ask_for_person.yaml"),
    ],
)
def test_the_line_that_decided_is_told_with_its_place(reader, text, kind, file):
    evidence = reader.explain(Utterance(text), TODAY)
    assert kind in {one.kind for one in evidence}
    assert {mark.file for one in evidence if (mark := mark_of(one, HOME)) is not None} == {file}


def test_the_place_is_that_of_the_line(reader):
    (evidence, *_) = reader.explain(Utterance("mio nonno non respira e ha le labbra blu"), TODAY)
    mark = mark_of(evidence, HOME)
    line = (HOME / mark.file).read_text(encoding="utf-8").splitlines()[mark.line - 1]
    assert line[mark.column - 1 :] == evidence.text


def test_a_text_that_means_nothing_is_explained_by_nothing(reader):
    assert reader.explain(Utterance("…"), TODAY) == ()


def test_a_line_that_is_gone_has_no_place(tmp_path):
    assert mark_of(Evidence(EvidenceKind.EXAMPLE, "doposcuola", "mai scritto"), HOME) is None
    assert mark_of(Evidence(EvidenceKind.EXAMPLE, "doposcuola", "mai scritto"), tmp_path) is None
