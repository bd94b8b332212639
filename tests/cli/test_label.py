"""`label`: what the bot reads in sentences, and examples that are written where staff say what they mean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import installation
from bot.cli import label
from bot.cli.main import commands
from bot.dialogue.world import World
from tests.conftest import PROJECT


@pytest.fixture
def root(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped content, which the bot has read already."""
    shutil.copytree(PROJECT / "catalogue", tmp_path / "catalogue")
    monkeypatch.setattr(installation, "world_of", lambda *_: world)
    monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{tmp_path / 'bot.db'}")
    return tmp_path


def test_sentences_are_read_and_the_labelled_ones_become_examples(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Checked:
        problems = type("Problems", (), {"errors": ()})

    monkeypatch.setattr(label, "read_content", lambda *_: Checked)
    file = root / "frasi.txt"
    file.write_text("# commento\ncerco un nido per mia figlia di un anno\nil cucciolo [nome] tra due leoni\tasilo-nido\n")
    result = CliRunner().invoke(commands, ["label", str(file), "--json", "--content", str(root)])
    assert result.exit_code == 0, result.output
    first, second = json.loads(result.output)
    assert first["meanings"][0]["id"] == "asilo-nido"
    assert first["decided"][0]["place"].startswith("catalogue/needs.yaml:")
    assert (second["as"], second["written_to"]) == ("asilo-nido", "catalogue/needs.yaml")
    assert '      - "il cucciolo   tra due leoni"\n' in (root / "catalogue/needs.yaml").read_text()


def test_content_that_would_be_wrong_is_left_as_it_was(root: Path) -> None:
    before = (root / "catalogue/needs.yaml").read_bytes()
    file = root / "frasi.txt"
    file.write_text(f"{'troppo ' * 60}\tasilo-nido\n")
    result = CliRunner().invoke(commands, ["label", str(file), "--json", "--content", str(root)])
    assert result.exit_code == 1
    assert (root / "catalogue/needs.yaml").read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["x.txt", "--from-ledger"], ["no-such-file.txt"]])
def test_wrong_use_is_said(root: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(commands, ["label", *arguments, "--content", str(root)])
    assert result.exit_code != 0
