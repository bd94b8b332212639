"""The tables: made step by step as they are declared, once, by whoever comes first, and never by an older version."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.errors import UsageError
from bot.storage.schema import Database, Revision
from bot.storage.tables import metadata

NewDatabase = Callable[..., Database]


@pytest.fixture
def bare(kind: str, new_database: NewDatabase) -> Database:
    """A database without tables."""
    return new_database(kind, bare=True)


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_from_nothing_to_the_tables_as_they_are_declared(bare: Database) -> None:
    before = bare.revision()
    assert before.current is None
    assert bare.migrate() == Revision(before.newest, before.newest) == bare.revision()
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_indexes_hold_what_they_are_declared_to_hold(bare: Database, new_database: NewDatabase, kind: str) -> None:
    """The condition of a partial index is nothing that Alembic compares."""
    bare.migrate()
    declared = new_database(kind, bare=True)
    with declared.engine.begin() as connection:
        metadata.create_all(connection)
    assert _indexes(bare) == _indexes(declared)
    assert len(_indexes(bare)) > 10


def _indexes(database: Database) -> set[tuple[str, str]]:
    text = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if database.kind == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    with database.engine.connect() as connection:
        return {(name, " ".join(sql.split())) for name, sql in connection.exec_driver_sql(text)}


def test_migrating_again_changes_nothing(bare: Database) -> None:
    revision = bare.migrate()
    with bare.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO chat (id, session) VALUES (7, 'ciao')"))
    assert bare.migrate() == revision
    with bare.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT id, session FROM chat")).all() == [(7, "ciao")]


def test_threads_that_migrate_at_once_do_it_once(bare: Database) -> None:
    databases = [Database(url_of(bare)) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        revisions = list(threads.map(Database.migrate, databases))
    assert len({revision.current for revision in revisions}) == 1
    for database in databases:
        database.engine.dispose()


def test_processes_that_migrate_at_once_do_it_once(bare: Database) -> None:
    program = f"from bot.storage.schema import Database; print(Database({url_of(bare)!r}).migrate().current)"
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120) for process in processes]
    assert said == [(f"{bare.revision().newest}\n", "")] * 3


def test_a_newer_database_is_left_alone_with_a_sentence(bare: Database) -> None:
    bare.migrate()
    with bare.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError) as error:
        bare.migrate()
    assert str(error.value) == ("Il database è di una versione più nuova (9999). Installa la versione aggiornata del bot.")
    assert bare.revision().current == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(bare: Database) -> None:
    """A table of another program is in the way."""
    with bare.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE ledger (id INTEGER)"))
    with pytest.raises(UsageError):
        bare.migrate()
    assert set(sa.inspect(bare.engine).get_table_names()) <= {"ledger", "alembic_version"}
    assert bare.revision().current is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bot.db",
        "sqlite://",
        "mysql://utente:segreto@localhost/nome",
        "postgresql://utente:segreto@localhost:porta/nome",
        "postgres:/utente:segreto@localhost/nome",
        "sqlite:",
        "://",
    ],
)
def test_a_wrong_address_is_told_with_examples_and_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as error:
        Database(url)
    assert "sqlite:///bot.db" in str(error.value)
    assert "segreto" not in str(error.value)


def test_what_a_database_is_called_hides_the_password() -> None:
    assert Database("postgresql://utente:segreto@localhost/nome").described == "postgresql://utente:***@localhost/nome"


@pytest.mark.parametrize("url", ["postgresql://localhost:1/nome", "postgresql://utente:segreto@127.0.0.1:1/nome"])
def test_a_server_that_is_not_there_is_told(url: str) -> None:
    with pytest.raises(UsageError, match="Il database non si può usare") as error:
        Database(url).migrate()
    assert "\n" not in str(error.value)
    assert "segreto" not in str(error.value)
