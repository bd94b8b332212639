"""The commands as they are typed: output, exit codes, and a conversation through a pipe."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot import installation
from bot.cli.main import commands
from bot.dialogue.world import World

PROJECT = Path(__file__).parent.parent.parent


def bot(*arguments: str, typed: bytes = b"", environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own: where it starts, its exit code and its errors are tried."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", *arguments],
        input=typed,
        capture_output=True,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        timeout=60,
        check=False,
    )


def run(*arguments: str, typed: bytes = b"") -> Result:
    """Run a command in this process, which has learnt the shipped content already: its output is tried."""
    return CliRunner().invoke(commands, arguments, input=typed)


@pytest.fixture
def talking(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Conversations in this process are held in the world that all tests share."""
    monkeypatch.setattr(installation, "world_of", lambda *_: world)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may break."""
    for folder in ("flows", "catalogue"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


def test_a_conversation_through_a_pipe_is_plain_and_ends_with_the_input() -> None:
    result = bot("chat", "--now", "2026-11-22", typed=b"bambino\n8 mesi\nMelegnano\nasilo nido\n1\n")
    said = result.stdout.decode()
    assert result.returncode == 0
    assert "> asilo nido" in said
    assert "Asilo nido comunale" in said
    assert "\x1b" not in said
    assert not result.stderr


def test_without_a_command_the_bot_talks(talking: None) -> None:
    result = run(typed=b"/aiuto\n")
    assert result.exit_code == 0
    assert "Per chi cerchi un servizio?" in result.stdout


def test_an_x_ray_shows_the_profile_the_offers_and_why_a_question_comes_next(talking: None) -> None:
    said = run("chat", "--now", "2026-11-22", "--x-ray", typed=b"bambino\n").stdout
    assert "profilo: persona = Un bambino o una bambina" in said
    assert "da verificare" in said
    assert "prossima: eta (decide se alcuni servizi vanno bene)" in said


def test_an_x_ray_names_the_line_that_decided(talking: None) -> None:
    said = run("chat", "--now", "2026-11-22", "--x-ray", typed=b"torna indietro\n").stdout
    assert re.search(r"capito da: bot/language/it/phrases\.yaml:\d+:\d+: parole «torna indietro»", said)


def test_a_case_is_shown_when_a_person_is_asked_for(talking: None) -> None:
    said = run("chat", "--now", "2026-11-22", typed=b"/operatore\n").stdout
    assert "caso aperto: chiede di parlare con una persona" in said


@pytest.mark.parametrize(
    ("language", "expected"), [("it", "Mostra versione delle tabelle"), ("en", "Show the version of the tables")]
)
def test_help_is_in_the_language_of_the_staff(language: str, expected: str) -> None:
    said = bot("db", "status", "--help", environment={"BOT_STAFF_LANGUAGE": language}).stdout.decode()
    assert expected in said
    assert "python -m bot db status" in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("it", "La cartella del database non esiste: /nowhere. Creala, oppure cambia database.url."),
        ("en", "The folder of the database does not exist: /nowhere. Create it, or change database.url."),
    ],
)
def test_an_error_of_usage_is_in_the_language_of_the_folders_settings(tmp_path: Path, language: str, expected: str) -> None:
    (tmp_path / "config.yaml").write_text(f"staff_language: {language}\ndatabase: {{url: 'sqlite:////nowhere/bot.db'}}\n")
    result = bot("db", "status", "--content", str(tmp_path))
    assert (result.returncode, result.stderr.decode()) == (2, expected + "\n")


def test_a_person_at_a_terminal_sees_colours() -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=PROJECT,
        env={**os.environ, "TERM": "xterm-256color"},
    ) as process:
        os.close(follower)
        os.write(leader, b"bambino\n\x04\x04")
        said = b""
        while process.poll() is None or b"anni" not in said:
            try:
                said += os.read(leader, 65536)
            except OSError:
                break
        process.wait(timeout=30)
    os.close(leader)
    assert b"\x1b[" in said
    assert "Quanti anni ha?" in said.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "typed",
    [
        b"",
        b"\n\n\n\x00\x01\x02\n\xff\xfe\n" + "🙃🙃\nنعم\n你好\n/\n//\n/ \n".encode() + b"a" * 100_000 + b"\n",
    ],
    ids=["nothing", "anything"],
)
def test_any_typed_text_gets_a_sensible_reply(typed: bytes, talking: None) -> None:
    result = run("chat", typed=typed)
    said = result.stdout
    assert result.exit_code == 0
    assert not result.stderr
    assert "Per chi cerchi un servizio?" in said
    assert said.count("\n> ") == typed.count(b"\n")


def test_check_reports_counts_and_readability_as_json() -> None:
    result = run("check", "--json", "--now", "2026-11-22")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["errors"] == []
    assert report["counts"]["needs"] == 75
    assert report["counts"]["services_stable"] >= 52
    assert report["counts"]["offers_seasonal"] >= 200
    assert set(report["counts"]) == {"needs", "services", "services_stable", "offers", "offers_seasonal", "flows", "questions"}
    assert report["gulpease"]["min"] >= 50
    assert report["gulpease"]["mean"] > 60


def test_check_reads_like_a_list_for_a_person() -> None:
    said = run("check", "--now", "2026-11-22").stdout
    assert "0 errori" in said
    assert "Gulpease" in said


def test_a_year_without_checking_is_a_short_list_and_the_whole_one_is_there_to_read() -> None:
    short, whole = (run("check", "--now", "2027-12-01", *more).output for more in ((), ("--all",)))
    doubts = sum(line.startswith("dubbio") for line in whole.splitlines())
    assert f"{doubts} dubbi" in short
    assert f"{doubts} dubbi" in whole
    assert sum(line.startswith("dubbio") for line in short.splitlines()) < doubts / 5
    assert "«Minibasket» (riga" in short


def test_broken_content_is_told_with_its_place_and_exit_code_1(copied: Path) -> None:
    flow = copied / "flows/trova-servizio.yaml"
    flow.write_text(flow.read_text().replace("fills: comune", "fills: comunne"))
    result = run("check", "--json", "--content", str(copied))
    (error,) = json.loads(result.stdout)["errors"]
    assert result.exit_code == 1
    assert error["file"] == "flows/trova-servizio.yaml"
    assert flow.read_text().splitlines()[error["line"] - 1][error["column"] - 1 :] == "comunne"
    assert error["message"] == "«comunne» non è un attributo di attributes.yaml. Forse «comune»?"
    talked = bot("chat", "--content", str(copied), typed=b"ciao\n")
    assert talked.returncode == 1
    assert "comunne" in talked.stderr.decode()
    assert "Traceback" not in talked.stderr.decode()


def test_errors_can_be_told_in_english(copied: Path) -> None:
    (copied / "catalogue/needs.yaml").unlink()
    result = bot("check", "--content", str(copied), environment={"BOT_STAFF_LANGUAGE": "en"})
    assert result.returncode == 1
    assert "this file is missing" in result.stdout.decode()


def test_a_mistake_in_the_settings_is_told_with_its_place(copied: Path) -> None:
    (copied / "config.yaml").write_text("staff_language: it\nlingua: en\n")
    result = run("check", "--json", "--content", str(copied))
    (error,) = json.loads(result.stdout)["errors"]
    assert result.exit_code == 1
    assert (error["file"], error["line"]) == ("config.yaml", 2)
    assert error["message"].startswith("il campo «lingua» non esiste qui. I campi sono: staff_language, telegram, ")
    talked = bot("chat", "--content", str(copied))
    assert talked.returncode == 1
    assert talked.stderr.decode().startswith("config.yaml:2:1: il campo «lingua» non esiste qui.")


@pytest.mark.parametrize(
    "arguments",
    [["--now", "ieri"], ["--content", "no/such/folder/file.yaml/x"], ["--nonsense"]],
    ids=["date", "folder", "option"],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = bot("check", *arguments)
    assert result.returncode in (1, 2) if arguments[0] == "--content" else result.returncode == 2
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("command", [[], ["chat"], ["check"]], ids=["bot", "chat", "check"])
def test_every_command_explains_itself_with_an_example(command: list[str]) -> None:
    result = bot(*command, "--help")
    assert result.returncode == 0
    assert "python -m bot" in result.stdout.decode()


def test_the_schemas_and_the_reference_are_written_into_a_folder(tmp_path: Path) -> None:
    result = run("schema", "--folder", str(tmp_path))
    assert result.exit_code == 0
    written = [tmp_path / line for line in result.stdout.splitlines()]
    assert [path.read_bytes() for path in written] == [(PROJECT / path.relative_to(tmp_path)).read_bytes() for path in written]
