"""The store on SQLite: one thread writes, and commits the work of several functions in one transaction.

A commit waits for the disk (WAL, `synchronous=FULL`), so functions that arrive meanwhile share the next one. There are no
savepoints: when one function of a group fails, all are rolled back and run again, each in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import fasteners
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.storage.missing import report_missing
from bot.storage.unit import SqlUnit
from bot.usecases.ports import Unit

log = structlog.get_logger("bot")

_T = TypeVar("_T")

#: An option of connections that only read: they keep nobody from writing.
READING = "reading"
#: Functions in one commit.
_MAX_JOBS_PER_COMMIT = 64
#: Rows of many chats lie far apart: 8 MB of pages are kept, and 48 MB of log (pages of 4 kB) before it is written into the file.
#: A log that grew meanwhile is cut to 64 MB.
_CACHE_PRAGMAS = ("cache_size=-8000", "wal_autocheckpoint=12000", f"journal_size_limit={64 << 20}")
#: The setting by which deleted data is overwritten with zeros.
_ERASING_PRAGMA = "secure_delete=ON"
#: Files beside the database hold the same words.
_FILE_SUFFIXES = ("", "-wal", "-shm")
#: Primary result codes of SQLite for a file that cannot be used for now, or at all (sqlite.org/rescode.html).
_FILE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)  # fmt: skip
#: Milliseconds to wait for another process that writes, such as a backup.
_BUSY_TIMEOUT_MS = 10_000
#: Seconds between two tries where SQLite does not wait by itself.
_BUSY_PAUSE = 0.02


def sqlite_engine(path: Path) -> sa.Engine:
    """Return an engine for a file. Parameters of statements hold personal data and stay out of error messages."""
    engine = sa.create_engine(
        f"sqlite:///{path}", hide_parameters=True, poolclass=sa.StaticPool if str(path) == ":memory:" else None
    )

    if str(path) != ":memory:":

        @sa.event.listens_for(engine, "do_connect")
        def _connecting(*_: object) -> None:
            make_private(path)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        _use_log(connection)
        for pragma in ("synchronous=FULL", _ERASING_PRAGMA, *_CACHE_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")

    return engine


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch a database file to a write-ahead log, retrying while another process does the same."""
    until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE)
        else:
            return


def make_private(path: Path) -> None:
    """Create a database file that only its owner may read, and remove others' access to an existing one and its log.

    SQLite gives the log the modes of the file.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for suffix in _FILE_SUFFIXES:
        with suppress(OSError):
            Path(f"{path}{suffix}").chmod(0o600)


@dataclass(slots=True)
class _Job:
    """A function waiting for its transaction, and then its result or error."""

    function: Callable[[Unit], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def deliver(self) -> None:
        """Hand the result or error to the caller, if it still waits."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteStore:
    """The store on one SQLite file; see `ports.Store`. A lock beside the file excludes a second process."""

    def __init__(self, engine: sa.Engine, path: Path, bot: int) -> None:
        self._engine = engine
        self._bot = bot
        self._worker = secrets.randbits(48)
        # Beside the file itself: a link to it is another name of the same.
        self._path = path if str(path) == ":memory:" else path.resolve()
        self._lock = fasteners.InterProcessLock(f"{self._path}.lock")
        #: The file that was opened, by device and number.
        self._file: tuple[int, int] | None = None
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        #: True after an erasure of a citizen's data: earlier pages of the log must go too.
        self._has_erased = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def open(self) -> None:
        """Start the writer. Raises UsageError if another process has the file open, or it cannot be written."""
        try:
            free = self._lock.acquire(blocking=False)
        except OSError as error:
            message = translate("Il database non si può scrivere: {reason}. Controlla cartella e permessi.")
            raise UsageError(message.format(reason=error.strerror)) from error
        if not free:
            self._lock.lockfile.close()
            raise UsageError(
                translate("Il database è già in uso da un altro bot. Ferma l'altro, oppure usa PostgreSQL (database.url).")
            )
        self._thread.start()

    def close(self) -> None:
        """Stop the writer after all waiting work is done."""
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()
        self._lock.release()

    async def do(self, function: Callable[[Unit], _T]) -> _T:
        """Run a function in the next transaction, and return its result."""
        loop = asyncio.get_running_loop()
        job = _Job(function, loop.create_future(), loop)
        self._jobs.put(job)
        result: _T = await job.future
        return result

    async def recover(self, now: float) -> int:
        """Queue again the calls of earlier processes, which have all ended, since this one has the lock. Return how many."""

        def recovered(unit: Unit) -> int:
            assert isinstance(unit, SqlUnit)
            return unit.outbox.recover_from([one for one in unit.outbox.workers() if one != self._worker], now)

        return await self.do(recovered)

    def _work(self) -> None:
        going_on = True
        while going_on:
            jobs = [self._jobs.get()]
            while len(jobs) < _MAX_JOBS_PER_COMMIT and not self._jobs.empty():
                jobs.append(self._jobs.get())
            going_on = None not in jobs
            todo = [job for job in jobs if job is not None]
            if todo and not self._together(todo):
                for job in todo:
                    self._alone(job)
            for loop in {job.loop for job in todo}:
                loop.call_soon_threadsafe(_deliver, [job for job in todo if job.loop is loop])

    def _together(self, jobs: list[_Job]) -> bool:
        """Run all functions in one transaction. Return False if one of several failed, so that nothing has happened."""
        try:
            self._check_file()
            with self._engine.begin() as connection:
                for job in jobs:
                    job.result = self._run(connection, job.function)
        except Exception as error:  # noqa: BLE001 - whatever it is, each is tried alone and told its own
            if len(jobs) > 1:
                return False
            jobs[0].error = _translated(error)
        if self._has_erased:
            self._empty_log()
        return True

    def _check_file(self) -> None:
        """Reopen the file if it was replaced by another one. Raises StoreUnavailable if it is gone."""
        if str(self._path) == ":memory:":
            return
        try:
            found = self._path.stat()
        except OSError as error:
            raise StoreUnavailable(f"{self._path.name}: {error.strerror}") from error
        file = (found.st_dev, found.st_ino)
        if self._file is not None and file != self._file:
            log.warning("database_replaced", file=self._path.name)
            self._engine.dispose()
        self._file = file

    def _empty_log(self) -> None:
        """Copy the write-ahead log into the file and empty it; if a reader prevents it, the next transaction tries again."""
        connection = self._engine.raw_connection()
        try:
            row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._has_erased = bool(row and row[0])
        finally:
            connection.close()

    def _alone(self, job: _Job) -> None:
        self._together([job])

    def _run(self, connection: sa.Connection, function: Callable[[Unit], _T]) -> _T:
        unit = SqlUnit(connection, self._bot, self._worker)
        result = function(unit)
        unit.flush()
        self._has_erased = self._has_erased or unit.personal_data.has_erased
        return result


def _deliver(jobs: list[_Job]) -> None:
    for job in jobs:
        job.deliver()


def _translated(error: Exception) -> Exception:
    """Return StoreUnavailable if an error comes from a full disk or a locked, damaged or unwritable file; else the error.

    A table or column that is missing is the trouble of one function.
    """
    cause = error if isinstance(error, DBAPIError) else error.__cause__
    code = getattr(getattr(cause, "orig", None), "sqlite_errorcode", None)
    is_away = isinstance(cause, sa.exc.OperationalError) and code != sqlite3.SQLITE_ERROR
    if isinstance(cause, DBAPIError) and (is_away or (code is not None and code & 0xFF in _FILE_TROUBLE)):
        unavailable = StoreUnavailable(str(cause.orig))
        unavailable.__cause__ = cause
        return unavailable
    if isinstance(cause, DBAPIError):
        report_missing(cause)
    return error
