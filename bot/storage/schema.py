"""The database behind a URL: its engine, store, the version of its tables, and their migration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import UsageError
from bot.staff_language import translate
from bot.storage.postgres import PostgresStore, postgres_engine
from bot.storage.sealing import Keyring, use_keyring
from bot.storage.sqlite import READING, SqliteStore, sqlite_engine
from bot.storage.unit import SqlUnit
from bot.usecases.ports import Unit

_T = TypeVar("_T")

#: One process migrates at a time (PostgreSQL; on SQLite the transaction itself keeps others out).
_MIGRATION_LOCK = 0x50_6F_69_6E_74


@dataclass(frozen=True, slots=True)
class Revision:
    """The version of the tables (None for an empty database), and the newest that this program knows."""

    current: str | None
    newest: str


class Database:
    """A database, by its URL."""

    def __init__(self, url: str, keyring: Keyring | None = None) -> None:
        """Parse a URL, and take the keys that encrypt people's words. Raises UsageError for an unknown kind of database."""
        try:
            self.url = sa.make_url(url)
        except (ArgumentError, ValueError) as error:
            raise _wrong_url(_without_password(url)) from error
        kind = self.url.get_backend_name()
        if kind == "sqlite" and self.url.database:
            self._path: Path | None = Path(self.url.database)
            self.engine = sqlite_engine(self._path)
        elif kind in ("postgresql", "postgres"):
            self._path = None
            self.engine = postgres_engine(self.url)
        else:
            raise _wrong_url(self.url.render_as_string())
        use_keyring(self.engine, keyring)

    @property
    def kind(self) -> str:
        """Return the kind of database: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def described(self) -> str:
        """Return the URL without its password."""
        return self.url.render_as_string()

    def store(self, bot: int, ring: Callable[[], None] = lambda: None) -> SqliteStore | PostgresStore:
        """Return the store of a bot (its numeric id), not opened yet; `ring` is called when another process has made work."""
        if self._path is not None:
            return SqliteStore(self.engine, self._path, bot)
        return PostgresStore(self.engine, bot, ring)

    def once(self, function: Callable[[Unit], _T]) -> _T:
        """Run a function in one transaction, also while a bot runs. Raises UsageError if that cannot be done."""
        with self._transaction() as connection:
            unit = SqlUnit(connection, 0, 0)
            result = function(unit)
            unit.flush()
            return result

    def revision(self) -> Revision:
        """Return the version of the tables. Raises UsageError if the database cannot be reached."""
        self._check_folder()
        if self._path is not None and not self._path.exists():
            # Looking does not create a file.
            return Revision(None, _newest_revision())
        with self._transaction() as connection:
            return self._revision(connection)

    def snapshot(self) -> AbstractContextManager[sa.Connection]:
        """Return a transaction that reads all rows as of one moment and blocks no writer."""
        return _snapshot(self.engine)

    def write_transaction(self) -> AbstractContextManager[sa.Connection]:
        """Return a transaction for writing. Raises UsageError if the database cannot be reached."""
        return self._transaction()

    def migrate(self) -> Revision:
        """Migrate the tables to the newest version, under a lock, and return it. Raises UsageError where that cannot be done."""
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            revision = self._revision(connection)
            if revision.current == revision.newest:
                return revision
            if revision.current is not None and revision.current not in _known_revisions():
                message = translate(
                    "Il database è di una versione più nuova ({version}). Installa la versione aggiornata del bot."
                )
                raise UsageError(message.format(version=revision.current))
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return self._revision(connection)

    def _revision(self, connection: sa.Connection) -> Revision:
        return Revision(MigrationContext.configure(connection).get_current_revision(), _newest_revision())

    def _transaction(self) -> _TransactionOrUsageError:
        self._check_folder()
        return _TransactionOrUsageError(self.engine)

    def _check_folder(self) -> None:
        if self._path is not None and str(self._path) != ":memory:":
            folder = self._path.resolve().parent
            if not folder.is_dir():
                message = translate("La cartella del database non esiste: {folder}. Creala, oppure cambia database.url.")
                raise UsageError(message.format(folder=folder))


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.execution_options(**{READING: True})
        with connection.begin():
            yield connection


class _TransactionOrUsageError:
    """A transaction whose database errors become a UsageError with one sentence."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._transaction = engine.begin()

    def __enter__(self) -> sa.Connection:
        try:
            return self._transaction.__enter__()
        except DBAPIError as error:
            raise _usage_error(error) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self._transaction.__exit__(kind, error, trace)  # type: ignore[arg-type]
        except DBAPIError as failed:
            raise _usage_error(failed) from failed
        if isinstance(error, DBAPIError):
            raise _usage_error(error) from error


def _usage_error(error: DBAPIError) -> UsageError:
    reason = str(error.orig).strip().partition("\n")[0]
    message = translate("Il database non si può usare: {reason}. Controlla database.url, i permessi e che il server sia acceso.")
    return UsageError(message.format(reason=reason))


def _wrong_url(url: str) -> UsageError:
    message = translate(
        "database.url non va bene: «{url}». Scrivi per esempio sqlite:///bot.db oppure postgresql://utente:password@host/nome."
    )
    return UsageError(message.format(url=url))


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.storage:migrations")
    return config


def _without_password(url: str) -> str:
    """Return a malformed URL without a part that may be a password."""
    return re.sub(r"[^/]*@", "***@", url)


def _newest_revision() -> str:
    newest = ScriptDirectory.from_config(_alembic_config()).get_current_head()
    assert newest is not None
    return newest


def _known_revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions()}
