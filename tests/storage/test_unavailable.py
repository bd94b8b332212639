"""When the database is away: nothing has happened, it is told as such, and then it works again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable, UsageError
from bot.storage.backup import write_backup
from bot.storage.schema import Database
from bot.storage.sqlite import _translated
from bot.usecases.ports import Unit
from tests.storage.rig import Rig, update

NewDatabase = Callable[..., Database]
OpenStore = Callable[..., Rig]


# --- SQLite -----------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_then_space_is_found(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("sqlite")
    rig = open_store(database)
    rig.receive(update(1))

    def limit_pages(most: int) -> None:
        def limited(unit: Unit) -> None:
            unit._connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")  # type: ignore[attr-defined]

        rig.do(limited)

    limit_pages(1)
    payload = '"' + "x" * 100_000 + '"'
    with pytest.raises(StoreUnavailable):
        rig.receive(update(2), update(3, payload=payload))
    assert [one.update_id for one in rig.peek()] == [1]
    limit_pages(1_000_000)
    assert rig.receive(update(2), update(3, payload=payload)) == 2
    rig.check_counters()


def test_a_full_disk_in_a_group_is_told_to_those_who_need_space(new_database: NewDatabase, open_store: OpenStore) -> None:
    rig = open_store(new_database("sqlite"))
    rig.receive(update(1))
    rig.do(lambda unit: unit._connection.exec_driver_sql("PRAGMA max_page_count = 1"))  # type: ignore[attr-defined]
    payload = '"' + "x" * 100_000 + '"'
    results = rig.together(
        lambda unit: len(unit.inbox.claim(0.0, 10)), lambda unit: unit.inbox.receive([update(2, payload=payload)], 0.0)
    )
    assert results[0] == 1
    assert isinstance(results[1], StoreUnavailable)


def test_a_file_that_somebody_else_writes_for_long_is_told(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("sqlite")
    sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 0"))
    database.engine.dispose()
    rig = open_store(database)
    assert database.url.database is not None
    other = sqlite3.connect(database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        rig.receive(update(1))
    other.execute("ROLLBACK")
    other.close()
    assert rig.receive(update(1)) == 1


def path_of(database: Database) -> Path:
    return Path(str(database.url.database))


def test_a_file_that_was_deleted_is_told_until_it_is_back(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("sqlite")
    rig = open_store(database)
    rig.receive(update(1))
    file = path_of(database)
    file.rename(file.with_name("away.db"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="No such file"):
            rig.receive(update(2))
    assert not file.exists(), "no empty database takes its place"
    file.with_name("away.db").rename(file)
    assert rig.receive(update(2)) == 1


def test_a_file_that_took_the_place_of_another_one_is_used(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("sqlite")
    rig = open_store(database)
    file = path_of(database)
    with sqlite3.connect(file) as old, sqlite3.connect(file.with_name("new.db")) as new:
        old.backup(new)
    rig.receive(update(1))
    file.with_name("new.db").replace(file)
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    assert rig.receive(update(2)) == 1
    assert [one.update_id for one in rig.peek()] == [2]


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CORRUPT_INDEX, sqlite3.SQLITE_NOTADB])
def test_a_damaged_file_is_trouble_of_the_database_and_of_no_update(code: int) -> None:
    cause = sqlite3.DatabaseError("database disk image is malformed")
    cause.sqlite_errorcode = code
    assert isinstance(_translated(sa.exc.DatabaseError("SELECT 1", None, cause)), StoreUnavailable)


def test_a_missing_table_is_said_once(new_database: NewDatabase, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("bot.storage.missing._reported", set())
    monkeypatch.setattr("bot.storage.missing.log.error", lambda event, **more: said.append(f"{event} {more['reason']}"))
    database = new_database("sqlite")
    rig = open_store(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE relay")
    for _ in range(3):
        with pytest.raises(sa.exc.OperationalError):
            rig.do(lambda unit: unit.message_refs.find("x"))
    assert said == ["database_incomplete no such table: relay"]


def test_nobody_else_may_read_the_database_its_log_or_a_backup(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        file = tmp_path / "own.db"
        file.touch(0o644)
        database = Database(f"sqlite:///{file}")
        database.migrate()
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE more (x)")
            modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
        write_backup(database, tmp_path / "backup.gz")
    finally:
        os.umask(before)
    assert set(modes) == {"own.db", "own.db-wal", "own.db-shm"}
    assert {*modes.values(), (tmp_path / "backup.gz").stat().st_mode & 0o777} == {0o600}


def test_a_link_to_a_file_has_its_lock(tmp_path: Path) -> None:
    (tmp_path / "alias.db").symlink_to(tmp_path / "bot.db")
    first, second = (Database(f"sqlite:///{tmp_path / name}").store(1) for name in ("bot.db", "alias.db"))
    assert first._lock.path == second._lock.path


def test_a_second_bot_on_the_same_file_is_kept_out(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("sqlite")
    rig = open_store(database)
    second = f"from bot.storage.schema import Database; Database({str(database.url)!r}).store(1).open()"

    def tried() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", second], capture_output=True, text=True, check=False, timeout=60)

    assert "UsageError: Il database è già in uso da un altro bot." in tried().stderr
    rig.close()
    assert tried().stderr == ""


def test_a_store_beside_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="non si può scrivere"):
        Database(f"sqlite:///{tmp_path / 'file' / 'bot.db'}").store(1).open()


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.engine.dispose()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def end_connections(database: Database) -> None:
    """What a restart of the server does to them."""
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_lost_connection_is_told_and_then_there_is_a_new_one(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("postgresql")
    rig = open_store(database)
    rig.receive(update(1))
    end_connections(database)
    with pytest.raises(StoreUnavailable):
        rig.receive(update(2))
    assert rig.receive(update(2)) == 1
    assert [rig.handle(), rig.handle()] == [[1], [2]]


def test_a_connection_that_is_lost_within_a_transaction_undoes_it(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("postgresql")
    rig = open_store(database)

    def interrupted(unit: Unit) -> None:
        unit.inbox.receive([update(1)], 0.0)
        end_connections(database)
        unit.inbox.receive([update(2)], 0.0)

    with pytest.raises(StoreUnavailable):
        rig.do(interrupted)
    assert rig.peek() == []
    assert rig.receive(update(1)) == 1


def test_a_server_that_takes_no_more_connections_is_told(new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database("postgresql")
    rig = open_store(database)
    name = database.url.database
    admin = database.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                rig.receive(update(1))
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert rig.receive(update(1)) == 1


def test_a_statement_that_the_server_cancels_is_told(new_database: NewDatabase, open_store: OpenStore) -> None:
    rig = open_store(new_database("postgresql"))

    def slow(unit: Unit) -> None:
        unit._connection.exec_driver_sql("SET LOCAL statement_timeout = 1")  # type: ignore[attr-defined]
        unit._connection.exec_driver_sql("SELECT pg_sleep(30)")  # type: ignore[attr-defined]

    with pytest.raises(StoreUnavailable):
        rig.do(slow)


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_transaction_that_lost_against_another_is_tried_again(
    new_database: NewDatabase, open_store: OpenStore, state: str
) -> None:
    rig = open_store(new_database("postgresql"))
    tries: list[int] = []

    def loses(unit: Unit) -> int:
        tries.append(len(tries))
        if len(tries) < 3:
            unit._connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '{state}'; END $$")  # type: ignore[attr-defined]
        return unit.inbox.receive([update(1)], 0.0)

    assert rig.do(loses) == 1
    assert len(tries) == 3


def test_one_that_always_loses_is_told(new_database: NewDatabase, open_store: OpenStore) -> None:
    rig = open_store(new_database("postgresql"))

    def loses(unit: Unit) -> None:
        unit._connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$")  # type: ignore[attr-defined]

    with pytest.raises(StoreUnavailable):
        rig.do(loses)
