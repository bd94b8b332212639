"""What every test may use: the shipped content, the world it makes on one Sunday, the seed and the time limit of a run."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.vendor.pretty import RepresentationPrinter

from bot import installation
from bot.authoring.load import load_content
from bot.core.content import Content
from bot.dialogue.world import Teacher, World
from tests.builders import THOROUGH, TODAY
from tests.databases import new_database, server  # noqa: F401 - fixtures

PROJECT = Path(__file__).parent.parent

settings.register_profile(
    "project",
    deadline=None,
    derandomize=False,
    database=None,
    max_examples=100 * THOROUGH,
    # To explain a failing example takes longer than to find it.
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed of this run unless it was given, and stretch the time limit of a thorough run."""
    options = config.option
    if options.hypothesis_seed is None:
        # The workers of xdist have that of their run.
        given: dict[str, str] = getattr(config, "workerinput", {})
        options.hypothesis_seed = given.get("seed") or str(secrets.randbelow(2**32))
    if options.timeout is None:
        options.timeout = THOROUGH * float(config.getini("timeout"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the seed of a run to each of its workers."""
    node.workerinput["seed"] = node.config.option.hypothesis_seed


def pytest_sessionstart(session: pytest.Session) -> None:
    """Print the seed at the head of a run."""
    _print_seed(session.config, "Random examples:")


def pytest_terminal_summary(exitstatus: int, config: pytest.Config) -> None:
    """Print below the failures how to get the same examples again."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        _print_seed(config, "The same random examples again:")


def _print_seed(config: pytest.Config, title: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"{title} pytest --hypothesis-seed={config.option.hypothesis_seed}")


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> str:
    """The seed of this run, for tests that draw numbers of their own."""
    return str(pytestconfig.option.hypothesis_seed)


class _Brief:
    """Printed by its name: the shipped content is two million characters long."""

    def __repr__(self) -> str:
        return type(self).__name__

    def _repr_pretty_(self, printer: RepresentationPrinter, _: object) -> None:
        printer.text(repr(self))


class ShippedContent(_Brief, Content):
    """What is shipped."""


class ShippedWorld(_Brief, World):
    """What is shipped, on a day."""


@pytest.fixture(scope="session")
def content() -> Content:
    """The shipped content."""
    read = load_content(PROJECT)
    return ShippedContent(
        read.vocabulary, read.flows, read.services, read.texts, read.dangers, read.topics, read.intents, nothing=read.nothing
    )


@pytest.fixture(scope="session")
def teach() -> Teacher:
    """The maker of readers of meanings that the bot has by default, which keeps what the shipped content teaches."""
    return installation.teacher_of(installation.settings_of(PROJECT))


@pytest.fixture(scope="session")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content on the day on which tests take place."""
    return ShippedWorld.on(content, TODAY, teach=teach)
