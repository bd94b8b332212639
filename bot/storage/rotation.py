"""Keys of the database: created, checked, and changed while the bot runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.storage.sealing import MARK, Keyring, RowText, Sealed, new_key_line, raw
from bot.storage.tables import metadata

#: Rows sealed anew in one transaction: updates are handled between two.
_ROWS = 200


def sealed_columns() -> Iterator[sa.Column[str]]:
    """Yield the columns whose texts are encrypted."""
    yield from (column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Sealed))


def make_key(path: Path) -> str:
    """Add a new key to a file that only its owner can read, and return the key's id. Raises UsageError."""
    try:
        lines = path.read_text() if path.exists() else ""
        id = f"k{len(lines.splitlines()) + 1}"
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(lines + new_key_line(id))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        message = translate("Il file {path} non si può scrivere: {reason}.")
        raise UsageError(message.format(path=path, reason=error.strerror)) from error
    return id


def check_keys(database: Database) -> None:
    """Raise UsageError if the database holds texts encrypted with a key that is missing."""
    with database.snapshot() as connection:
        for column in sealed_columns():
            try:
                connection.execute(sa.select(column).where(raw(column).like(f"{MARK}%")).limit(1)).scalar()
            except StoreUnavailable as error:
                raise UsageError(str(error)) from error


def reseal(database: Database, keyring: Keyring, progress: Callable[[int], None] = lambda _: None) -> int:
    """Encrypt all rows with the current key, also while the bot runs, and return how many were not.

    Every row can be read meanwhile: it is sealed with one of the keys at any moment.
    """
    total = 0
    for column in sealed_columns():
        while count := _reseal_some(database, keyring, column):
            total += count
            progress(total)
    return total


def _reseal_some(database: Database, keyring: Keyring, column: sa.Column[str]) -> int:
    """Encrypt some rows of a column with the current key; rows that change meanwhile are left to the next round.

    Return how many.
    """
    table, stored = column.table, raw(column)
    (key,) = table.primary_key.columns
    old = sa.and_(stored != "", stored.not_like(f"{MARK}{keyring.current}:%"))
    with database.write_transaction() as connection:
        rows = connection.execute(sa.select(key, column, stored.label("stored")).where(old).limit(_ROWS)).all()
        for id, text, was in rows:
            row = text.row if isinstance(text, RowText) else ""
            place = f"{table.name}.{column.name}"
            connection.execute(
                sa.update(table).where(key == id, stored == was).values({column.name: keyring.seal(place, row, text)})
            )
    return len(rows)
