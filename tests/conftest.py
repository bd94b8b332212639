"""What every test may use: the shipped content, the world it makes on one Sunday, and how hypothesis tries."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.vendor.pretty import RepresentationPrinter

from bot.authoring.load import load
from bot.core.content import Content
from bot.dialogue.world import World
from tests.builders import THOROUGH, TODAY

PROJECT = Path(__file__).parent.parent

settings.register_profile(
    "project",
    deadline=None,
    derandomize=THOROUGH == 1,
    database=None,
    max_examples=100 * THOROUGH,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


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
    read = load(PROJECT)
    return ShippedContent(read.vocabulary, read.flows, read.services, read.texts, read.dangers, read.topics)


@pytest.fixture(scope="session")
def world(content: Content) -> World:
    """The shipped content on the day on which tests take place."""
    return ShippedWorld.on(content, TODAY)
