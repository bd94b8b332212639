"""`report cases`: the table of cases, printed or written to files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import commands


def test_cases_are_printed_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{tmp_path / 'bot.db'}")
    runner = CliRunner()
    assert runner.invoke(commands, ["db", "migrate"]).exit_code == 0
    found = runner.invoke(commands, ["report", "cases", "--from", "2026-09-01", "--until", "2026-09-30", "--json"])
    assert json.loads(found.output) == []
    files = [tmp_path / "casi.csv", tmp_path / "casi.xlsx"]
    written = runner.invoke(commands, ["report", "cases", "--csv", str(files[0]), "--xlsx", str(files[1])])
    assert written.output == "0 casi scritti.\n"
    assert files[0].read_text(encoding="utf-8-sig").startswith("caso;aperto;prima risposta;")
    assert files[1].read_bytes().startswith(b"PK")
    assert runner.invoke(commands, ["report", "cases", "--from", "settembre"]).exit_code == 2
