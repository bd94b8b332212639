"""Stores for tests, over the databases of `tests/databases.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.storage import postgres
from bot.storage.schema import Database
from tests.storage.rig import Rig

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(kind: str, new_database: Callable[..., Database]) -> Database:
    """A migrated database with nothing in it."""
    return new_database(kind)


@pytest.fixture
def open_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    """Opens stores, and closes them at the end."""
    monkeypatch.setattr(postgres, "_WATCH_SECONDS", 0.02)
    rigs: list[Rig] = []

    def make(database: Database, bot: int = 1, ring: Callable[[], None] = lambda: None) -> Rig:
        rigs.append(Rig(database, bot, ring))
        return rigs[-1]

    yield make
    for rig in reversed(rigs):
        rig.close()


@pytest.fixture
def rig(database: Database, open_store: Callable[..., Rig]) -> Rig:
    """An open store over an empty database."""
    return open_store(database)
