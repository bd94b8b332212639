"""A real store in a file, a clock that stands still until it is told to go on, and updates to handle."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.storage.schema import Database
from bot.storage.sqlite import SqliteStore
from bot.storage.tables import inbox
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate

_T = TypeVar("_T")


class FakeClock:
    """Seconds since 1970, moved by hand."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Shaky:
    """A store whose database goes away when it is told to, and a count of the transactions that were tried."""

    def __init__(self, store: SqliteStore) -> None:
        #: The store behind it; a test may put a later process's in its place.
        self.inner = store
        #: How many of the next transactions find no database.
        self.away = 0
        self.tried = 0
        #: Transactions that have begun and are not committed.
        self.running = 0

    async def do(self, function: Callable[[Unit], _T]) -> _T:
        self._try()
        self.running += 1
        try:
            return await self.inner.do(function)
        finally:
            self.running -= 1

    async def recover(self, now: float) -> int:
        self._try()
        return await self.inner.recover(now)

    def _try(self) -> None:
        self.tried += 1
        if self.away:
            self.away -= 1
            raise StoreUnavailable("disk I/O error")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An SQLite database with its tables."""
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    database.migrate()
    return database


@pytest_asyncio.fixture
async def store(database: Database) -> AsyncIterator[Shaky]:
    """An open store."""
    opened = database.store(1)
    assert isinstance(opened, SqliteStore)
    opened.open()
    shaky = Shaky(opened)
    yield shaky
    shaky.inner.close()


@pytest.fixture
def states(database: Database) -> Callable[[], dict[int, tuple[str, int]]]:
    """Reads what became of each update: its state, and how often it failed."""

    def read() -> dict[int, tuple[str, int]]:
        with database.engine.connect() as connection:
            rows = connection.execute(sa.select(inbox.c.update_id, inbox.c.state, inbox.c.attempts)).all()
        return {row.update_id: (row.state, row.attempts) for row in rows}

    return read


def update(update_id: int, lane: int = 7) -> NewUpdate:
    """An update of a lane."""
    return NewUpdate(update_id, lane, "{}")
