"""Offices for tests of cases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any as Json

import pytest_asyncio

from tests.tg.cases.office import Office, open_office
from tests.tg.harness import Stage

Offices = Callable[..., Awaitable[Office]]


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
