"""QR codes for posters: a link to the bot that opens what was named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import qr
from bot.cli.main import commands
from bot.core.content import Content
from bot.errors import UsageError


@pytest.fixture(autouse=True)
def read_content(monkeypatch: pytest.MonkeyPatch, content: Content) -> None:
    """The shipped content, read once for all tests."""
    monkeypatch.setattr(qr.installation, "content_of", lambda *_: content)


def test_a_code_is_written_for_a_need_in_a_municipality(tmp_path: Path) -> None:
    file = tmp_path / "nido.svg"
    done = CliRunner().invoke(commands, ["qr", "asilo-nido", "melegnano", "--bot", "@social_bot", "--out", str(file), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"link": "https://t.me/social_bot?start=asilo-nido__melegnano", "file": str(file)}
    assert "<svg" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["asilo-nido"], "--bot"),
        (["asilo-nid", "--bot", "x"], "Forse volevi scrivere «asilo-nido»"),
        (["asilo-nido", "--bot", "x", "--out", "nido.doc"], "nido.doc"),
        (["asilo-nido", "centro-estivo", "contributo-affitto", "san-giuliano-milanese", "--bot", "x"], "al massimo 64"),
    ],
)
def test_what_cannot_be_a_code_is_said(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(commands, ["qr", *arguments])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)
