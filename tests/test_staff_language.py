"""The sentences for staff: each is translated, and the language is found without raising anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.staff_language import StaffLanguage, current_language, staff_language_of, translate, use_language
from tests.conftest import PROJECT


def marked() -> Iterator[str]:
    """Every sentence that the code gives to `translate`."""
    for path in (PROJECT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno} is no literal"
                yield node.args[0].value


def placeholders(sentence: str) -> list[tuple[str, str | None]]:
    return sorted((name, spec) for _, name, spec, _ in Formatter().parse(sentence) if name is not None)


@pytest.fixture
def english() -> Iterator[None]:
    before = current_language()
    use_language(StaffLanguage.ENGLISH)
    yield
    use_language(before)


def test_every_sentence_is_in_the_english_catalogue_and_no_other() -> None:
    with (PROJECT / "bot/locale/en/LC_MESSAGES/staff.po").open("rb") as file:
        entries = {message.id: message for message in read_po(file, abort_invalid=True) if message.id}
    assert entries.keys() == set(marked())
    assert all(message.string and not message.fuzzy for message in entries.values())


@pytest.mark.usefixtures("english")
def test_every_translation_has_the_values_and_the_layout_of_the_sentence() -> None:
    for sentence in set(marked()):
        translated = translate(sentence)
        assert translated != sentence or sentence == "database"
        assert placeholders(translated) == placeholders(sentence)
        assert translated.count("\n") == sentence.count("\n")
        assert len(translated) - len(translated.lstrip()) == len(sentence) - len(sentence.lstrip())


@pytest.mark.parametrize(
    ("written", "environment", "expected"),
    [
        (None, {}, "it"),
        ("staff_language: en\n", {}, "en"),
        ("{staff_language: en}", {}, "en"),
        ("staff_language: it\n", {"BOT_STAFF_LANGUAGE": " en "}, "en"),
        ("staff_language: en\n", {"BOT_STAFF_LANGUAGE": "fr"}, "it"),
        ("staff_language: [en]\n", {}, "it"),
        ("[staff_language: en]\n", {}, "it"),
        ("? [a]\n: b\nstaff_language: en\n", {}, "en"),
        ("\tstaff_language: en\n", {}, "it"),
        ("[" * 5000, {}, "it"),
        ("", {}, "it"),
    ],
)
def test_the_language_is_that_of_the_settings_as_far_as_they_can_be_read(
    tmp_path: Path, written: str | None, environment: dict[str, str], expected: str
) -> None:
    path = tmp_path / "config.yaml"
    if written is not None:
        path.write_text(written, encoding="utf-8")
    assert staff_language_of(path, environment) == expected
