"""Backup and restore: all rows as lines of JSON, compressed. The same file goes into SQLite and PostgreSQL."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, StatementError

from bot.errors import UsageError
from bot.json_types import Json
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.storage.sealing import Sealed, raw
from bot.storage.tables import metadata

#: Rows in one statement.
_ROWS_PER_STATEMENT = 500
_FILE_KIND = "social-point-backup"

#: Told the rows so far, on the way.
RowProgress = Callable[[int], None]


def write_backup(database: Database, path: Path, progress: RowProgress = lambda _: None) -> int:
    """Write all rows as they stand at one moment to a file, also while the bot runs. Return how many.

    The file appears under its name only when it is whole. Raises UsageError if it cannot be written, or the tables are of another
    version.
    """
    revision = database.revision()
    if revision.current != revision.newest:
        raise UsageError(translate("Le tabelle non sono aggiornate: prima python -m bot db migrate."))
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
        with gzip.open(part, "wt", encoding="utf-8") as file, database.snapshot() as connection:
            file.write(json.dumps({"kind": _FILE_KIND, "revision": revision.current}) + "\n")
            for table in metadata.sorted_tables:
                for row in connection.execution_options(yield_per=_ROWS_PER_STATEMENT).execute(sa.select(*_stored(table))):
                    file.write(json.dumps([table.name, list(row)]) + "\n")
                    count += 1
                    if count % _ROWS_PER_STATEMENT == 0:
                        progress(count)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = translate("Il file {path} non si può scrivere: {reason}.")
        raise UsageError(message.format(path=path, reason=error.strerror)) from error
    return count


def _stored(table: sa.Table) -> list[sa.ColumnElement[Json]]:
    """Return the columns of a table for reading stored values unchanged: sealed texts stay sealed in a backup."""
    return [raw(column) if isinstance(column.type, Sealed) else column for column in table.columns]


def read_backup(database: Database, path: Path, progress: RowProgress = lambda _: None) -> int:
    """Fill an empty database with the rows of a backup, all or none. Return how many.

    Raises UsageError for a file that is no backup or not whole, and for a database that is not empty.
    """
    newest = database.migrate().newest
    count = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file, database.write_transaction() as connection:
            _check_head(json.loads(file.readline()), newest)
            for table in metadata.sorted_tables:
                if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                    raise UsageError(
                        translate("Il database non è vuoto. Il ripristino si fa in un database nuovo: cambia database.url.")
                    )
            for name, rows in _batches(file):
                table = metadata.tables[name]
                names = [column.name for column in table.columns]
                _insert(connection, table, [dict(zip(names, row, strict=True)) for row in rows])
                count += len(rows)
                progress(count)
            _set_sequences(connection)
    except OSError as error:
        message = translate("Il file {path} non si può leggere: {reason}.")
        raise UsageError(message.format(path=path, reason=error.strerror or translate("non è un backup"))) from error
    except (ValueError, KeyError, TypeError, EOFError, OverflowError, zlib.error) as error:
        raise UsageError(translate("Il file {path} non è un backup intero di questo bot.").format(path=path)) from error
    return count


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Json]]) -> None:
    """Insert rows of a backup. Raises ValueError for rows that no backup of ours has; database errors are passed on."""
    try:
        connection.execute(table.insert(), rows)
    except OperationalError:
        raise
    except StatementError as error:
        raise ValueError(table.name) from error


def _check_head(head: Json, newest: str) -> None:
    if not isinstance(head, dict) or head.get("kind") != _FILE_KIND:
        raise ValueError(head)
    if head.get("revision") != newest:
        message = translate("Il backup è della versione {written}, questo bot è alla {newest}. Usa la stessa versione.")
        raise UsageError(message.format(written=head.get("revision"), newest=newest))


def _batches(lines: Iterator[str]) -> Iterator[tuple[str, list[list[Json]]]]:
    """Yield the rows of a backup in batches, each with the name of its table."""
    name = ""
    rows: list[list[Json]] = []
    for line in lines:
        table, row = json.loads(line)
        if rows and (table != name or len(rows) >= _ROWS_PER_STATEMENT):
            yield name, rows
            rows = []
        name = table
        rows.append(row)
    if rows:
        yield name, rows


def _set_sequences(connection: sa.Connection) -> None:
    """Set PostgreSQL's id counters, which are apart from the rows, to continue after the highest id of each table."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            highest = sa.select(sa.func.max(key)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))
