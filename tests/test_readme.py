"""The README and OPERATIONS show what this version takes."""

from __future__ import annotations

import configparser
import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.main import commands
from bot.installation import content_and_desks
from bot.settings import Mode, load_settings

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (PROJECT / "docs/OPERATIONS.md").read_text(encoding="utf-8")


def block(language: str, begins: str = "") -> str:
    """Return the first block of a language in OPERATIONS that begins so."""
    part = OPERATIONS
    found = re.findall(rf"```{language}\n({begins}.*?)```", part, flags=re.DOTALL)
    assert len(found) >= 1
    return str(found[0])


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    return yaml.safe_load(block("yaml", "x-worker"))


def test_the_settings_of_the_compose_file_are_read(
    compose: dict[str, dict[str, dict[str, dict[str, str]]]], tmp_path: Path
) -> None:
    for worker in ("worker-1", "worker-2"):
        environment = {
            name: value.replace("${BOT_TOKEN}", "1:x") for name, value in compose["services"][worker]["environment"].items()
        }
        found = load_settings(tmp_path / "config.yaml", environment)
        assert found.telegram.mode is Mode.WEBHOOK
        assert found.telegram.token == "1:x"
        assert found.telegram.webhook.port == 8080
        assert found.database.url.startswith("postgresql://bot:")


def commented(settings: str) -> str:
    """The example of desks in the settings that are shipped, no longer commented out."""
    lines = settings[settings.index("# desks:") :].splitlines()
    return "\n".join(line.removeprefix("# ") for line in lines if line.startswith("#"))


@pytest.mark.parametrize(
    "written",
    [block("yaml", "desks:"), commented((PROJECT / "config.yaml").read_text(encoding="utf-8"))],
    ids=["readme", "config"],
)
def test_the_desks_that_are_shown_are_read_as_they_say(written: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(written, encoding="utf-8")
    for folder in ("flows", "catalogue"):
        (tmp_path / folder).symlink_to(PROJECT / folder)
    _, (north, south) = content_and_desks(tmp_path, dt.datetime(2026, 11, 22))
    assert (north.id, north.promise, north.managers) == ("nord", 15, {111111, 222222})
    assert north.condition is not None
    assert north.is_open(dt.datetime(2026, 11, 23, 10))
    assert not north.is_open(dt.datetime(2026, 12, 25, 10))
    assert south.is_open(dt.datetime(2026, 12, 25, 3))


def test_the_workers_have_ports_of_their_own_that_the_proxy_knows(
    compose: dict[str, dict[str, dict[str, dict[str, str]]]],
) -> None:
    ports = [worker["ports"][0].rpartition(":")[0] for name, worker in compose["services"].items() if name.startswith("worker")]
    assert len(set(ports)) == len(ports)
    assert all(f"server {port};" in block("nginx") for port in ports)


def test_the_unit_of_systemd_starts_the_bot() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(block("ini"))
    assert unit["Service"]["ExecStart"].endswith("/python -m bot run")
    name, _, value = unit["Service"]["Environment"].partition("=")
    assert load_settings(Path("/nowhere/config.yaml"), {name: value}).database.url == value


@pytest.mark.parametrize("line", sorted(set(re.findall(r"python -m bot ([a-z ]+)", README + OPERATIONS))))
def test_every_command_that_is_shown_exists(line: str) -> None:
    assert CliRunner().invoke(commands, [*line.split(), "--help"]).exit_code == 0


def test_every_variable_that_is_shown_is_a_setting(tmp_path: Path) -> None:
    part = OPERATIONS.partition("## Go live")[2].partition("As a service")[0]
    shown = set(re.findall(r"BOT_[A-Z_]*[A-Z]", part))
    right = {
        "MODE": "polling",
        "URL": "https://x.org/",
        "PORT": "1",
        "DESKS": "[]",
        "OVERALL": "1",
        "FORMAT": "json",
        "LEVEL": "info",
        "CONSOLE": "https://x.org/console",
    }
    environment = {name: right.get(name.rpartition("_")[2], "x") for name in shown}
    environment["BOT_DATABASE__URL"], environment["BOT_TELEGRAM__BASE_URL"] = "sqlite:///x", "https://x.org"
    load_settings(tmp_path / "config.yaml", environment)
