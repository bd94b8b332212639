"""Offices for tests of cases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any as Json

import pytest
import pytest_asyncio

from bot.storage.schema import Database
from tests.tg.cases.office import Office, open_office
from tests.tg.harness import Stage

Offices = Callable[..., Awaitable[Office]]
#: By the kind of a store, the URL of a new database for a scene; empty for a file of the scene's own.
Urls = Callable[[str], str]


@pytest.fixture
def new_url(new_database: Callable[..., Database]) -> Urls:
    """Return the maker of stores for examples of a property."""
    return lambda kind: "" if kind == "sqlite" else new_database(kind).url.render_as_string(hide_password=False)


@pytest_asyncio.fixture
async def offices(stage: Stage, tmp_path: Path) -> AsyncIterator[Offices]:
    """Opens offices, and ends them."""
    made: list[Office] = []

    async def open(**more: Json) -> Office:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(await open_office(stage, folder, **more))
        return made[-1]

    yield open
    for office in made:
        await office.scene.close()


@pytest_asyncio.fixture
async def office(offices: Offices) -> Office:
    """An office with topics, two desks, no hours."""
    return await offices()
