"""Repairs of content, and errors that are told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.checks.slips_in_texts import repaired
from bot.authoring.repair import fix_files, straightened
from tests.builders import content_folder, told


@pytest.mark.parametrize(
    ("garbled", "right"),
    [("cittÃ\u00a0", "città"), ("perchÃ©", "perché"), ("lâ€™asilo", "l’asilo"), ("Â«nidoÂ»", "«nido»"), ("città", "città")],
)
def test_text_in_the_wrong_encoding_is_mended(garbled: str, right: str) -> None:
    assert repaired(garbled) == right


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("- {place: melegnano, address: “Via Roma 1, scala B”}", '- {place: melegnano, address: "Via Roma 1, scala B"}'),
        ("summary: “Compiti: dalle 14”", 'summary: "Compiti: dalle 14"'),
        ("keywords: [“uno, due”, tre]", 'keywords: ["uno, due", tre]'),
        ("  - “ciao, sono Anna”", '  - "ciao, sono Anna"'),
        # Inside a text they are the text's own.
        ("summary: Il progetto “Insieme, a casa” è gratis.", "summary: Il progetto “Insieme, a casa” è gratis."),
        ('summary: "Si chiama “Insieme”"', 'summary: "Si chiama “Insieme”"'),
        ("summary: “Uno” e “due”", "summary: “Uno” e “due”"),
    ],
)
def test_curly_quotation_marks_around_a_value_become_straight(written: str, mended: str) -> None:
    assert straightened(written) == mended


def test_a_file_in_the_wrong_encoding_is_mended_and_no_other(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    path = root / "catalogue/services/servizi.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("à", "Ã\u00a0").replace("è", "Ã¨"), encoding="utf-8")
    assert list(fix_files(root)) == ["catalogue/services/servizi.yaml"]
    assert path.read_text(encoding="utf-8") == text
    assert list(fix_files(root)) == []


def test_uses_of_a_lost_name_are_one_error(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    places = root / "catalogue/places.yaml"
    places.write_text(places.read_text(encoding="utf-8").replace("dresano:", "dresan:"), encoding="utf-8")
    lines = [line for line in told(root) if "«dresano»" in line]
    assert len(lines) == 1
    assert "volte, anche in" in lines[0]
    assert lines[0].endswith(".")
