"""New examples: one line more in the file, and every other byte as it was."""

from __future__ import annotations

import difflib

import pytest
import yaml

from bot.authoring.examples import TAUGHT_FILES, ExampleFiles, with_example
from bot.errors import UsageError
from tests.conftest import PROJECT

SENTENCE = 'dove porto "il piccolo": mercoledì?'
FILE = """# commento
needs:
  nido:
    label: Nido   # il nome
    examples: [uno, due]  # fine

  casa: {label: Casa}
  cibo:
    label: Cibo
    examples:
      - "primo"

      # un commento in mezzo
      - secondo
  # dopo
"""


@pytest.mark.parametrize("path", TAUGHT_FILES)
def test_one_line_is_added_to_a_shipped_file(path: str) -> None:
    text = (PROJECT / path).read_text()
    owner = next(id for id, file in ExampleFiles(PROJECT).owners().items() if file == path)
    new = with_example(text, owner, SENTENCE)
    changed = [line for line in difflib.ndiff(text.splitlines(), new.splitlines()) if line[0] in "+-"]
    assert len(changed) == 1
    assert yaml.safe_load(changed[0][1:].strip()) == [SENTENCE]
    assert with_example(new, owner, SENTENCE) == new


@pytest.mark.parametrize(
    ("owner", "old", "new"),
    [
        ("nido", "[uno, due]", '[uno, due, "tre"]'),
        ("casa", "{label: Casa}", '{label: Casa, examples: ["tre"]}'),
        ("cibo", "      - secondo\n", '      - secondo\n      - "tre"\n'),
    ],
)
def test_every_form_of_a_list_gets_its_sentence(owner: str, old: str, new: str) -> None:
    assert with_example(FILE, owner, "tre") == FILE.replace(old, new)


def test_an_entry_without_examples_gets_a_list() -> None:
    text = "violence:\n  label: Violenza\n  phrases:\n    - uno\n\nother:\n  label: x\n"
    expected = text.replace("    - uno\n", '    - uno\n  unlike:\n    - "tre"\n')
    assert with_example(text, "violence", "tre", "unlike") == expected


def test_an_id_that_is_none_is_refused() -> None:
    for owner in ("nidoo", "unlike:asilo-nido"):
        with pytest.raises(UsageError):
            ExampleFiles(PROJECT).add(owner, "x")
