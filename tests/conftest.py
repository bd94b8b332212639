"""What every test may use: the shipped content, the world it makes on one Sunday, and how hypothesis tries."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session")
def content() -> Content:
    """The shipped content."""
    return load(PROJECT)


@pytest.fixture(scope="session")
def world(content: Content) -> World:
    """The shipped content on the day on which tests take place."""
    return World.on(content, TODAY)
