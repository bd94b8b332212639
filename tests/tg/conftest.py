"""Scenes for end-to-end tests."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any as Json

import pytest
import pytest_asyncio

from bot.authoring.load import load_content
from bot.core.content import Content
from bot.core.desks import Desk
from bot.dialogue.world import Teacher
from bot.fake_telegram import Group
from tests.conftest import PROJECT
from tests.tg.harness import Phone, Scene, Stage

#: The managers' group of scenes that have one.
DESK = Desk("principale", -1001)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's words and flows, and the small catalogue of the table of what fits: it changes less than what is shipped."""
    root = tmp_path_factory.mktemp("stage")
    shutil.copytree(PROJECT / "flows", root / "flows")
    shutil.copytree(PROJECT / "catalogue", root / "catalogue", ignore=shutil.ignore_patterns("services"))
    (root / "catalogue/services").mkdir()
    shutil.copy(PROJECT / "tests/fits/services.yaml", root / "catalogue/services")
    return root


@pytest.fixture(scope="session")
def stage(folder: Path, teach: Teacher) -> Stage:
    """The content of that folder."""
    return Stage(load_content(folder), folder / "empty.db", teach)


@pytest.fixture(scope="session")
def shipped(content: Content, teach: Teacher, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The shipped content."""
    return Stage(content, tmp_path_factory.mktemp("shipped") / "empty.db", teach)


Open = Callable[..., Awaitable[Scene]]


@pytest_asyncio.fixture
async def opened(stage: Stage, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens scenes, with what is in Telegram before the bot is, and ends them."""
    scenes: list[Scene] = []

    async def open(stage: Stage = stage, before: Callable[[Scene], object] = lambda _: None, **more: Json) -> Scene:
        folder = tmp_path / str(len(scenes))
        folder.mkdir()
        scenes.append(Scene(stage, folder, **more))
        before(scenes[-1])
        return await scenes[-1].open()

    yield open
    for scene in scenes:
        await scene.close()


@pytest_asyncio.fixture
async def scene(opened: Open) -> Scene:
    """A bot with nobody behind it."""
    return await opened()


@pytest_asyncio.fixture
async def staffed(opened: Open, request: pytest.FixtureRequest) -> Scene:
    """A bot with a managers' group, which is there for tests that ask for it (`desk`)."""
    return await opened(desks=[DESK], before=sportello if "desk" in request.fixturenames else lambda _: None)


def sportello(scene: Scene) -> Group:
    """The managers' group: Marta's."""
    return scene.telegram.group(DESK.chat_id, "Sportello", admins=[scene.telegram.user(20, "Marta")])


@pytest.fixture
def desk(staffed: Scene) -> Group:
    """The managers' group of the staffed bot."""
    return Group(staffed.telegram, staffed.telegram.chats[DESK.chat_id])


@pytest.fixture
def anna(scene: Scene) -> Phone:
    """A citizen of the bot with nobody behind it."""
    return scene.person(7, "Anna")
