"""What the README shows for an installation is what this version takes."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import cli
from bot.settings import Mode, load_settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one block of a language in the part about going live."""
    part = README.partition("## Go live")[2].partition("## Edit a question")[0]
    found = re.findall(rf"```{language}\n(.*?)```", part, flags=re.DOTALL)
    assert len(found) >= 1
    return str(found[0])


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    return yaml.safe_load(block("yaml"))


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
        assert found.database.startswith("postgresql://bot:")


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
    assert load_settings(Path("/nowhere/config.yaml"), {name: value}).database == value


@pytest.mark.parametrize("line", sorted(set(re.findall(r"python -m bot ([a-z ]+)", README))))
def test_every_command_that_is_shown_exists(line: str) -> None:
    assert CliRunner().invoke(cli, [*line.split(), "--help"]).exit_code == 0


def test_every_variable_that_is_shown_is_a_setting(tmp_path: Path) -> None:
    part = README.partition("## Go live")[2].partition("As a service")[0]
    shown = set(re.findall(r"BOT_[A-Z_]*[A-Z]", part))
    right = {
        "MODE": "polling",
        "URL": "https://x.org/",
        "PORT": "1",
        "DESKS": "[]",
        "OVERALL": "1",
        "FORMAT": "json",
        "LEVEL": "info",
    }
    environment = {name: right.get(name.rpartition("_")[2], "x") for name in shown}
    environment["BOT_DATABASE__URL"], environment["BOT_TELEGRAM__BASE_URL"] = "sqlite:///x", "https://x.org"
    load_settings(tmp_path / "config.yaml", environment)
