"""The store on SQLite: one thread writes, and commits what several functions did together.

A commit waits for the disk (WAL, `synchronous=FULL`), so functions that arrive meanwhile share the next one. There are no
savepoints: when one function of a group fails, all are rolled back and run again, each in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import fasteners
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.storage.unit import SqlUnit
from bot.usecases.ports import Unit

_T = TypeVar("_T")

#: An option of connections that only read: they keep nobody from writing.
READING = "reading"
#: Functions in one commit.
_MAX_JOBS_PER_COMMIT = 64
#: Rows of many chats lie far apart: 8 MB of pages are kept, and up to 128 MB of log before it is written into the file.
_CACHE_PRAGMAS = ("cache_size=-8000", "wal_autocheckpoint=32000")
#: What is deleted is overwritten with zeros.
_ERASING_PRAGMA = "secure_delete=ON"
#: Milliseconds to wait for another process that writes, such as a backup.
_BUSY_TIMEOUT_MS = 10_000


def sqlite_engine(path: Path) -> sa.Engine:
    """Return an engine for a file. Parameters of statements hold personal data and stay out of error messages."""
    engine = sa.create_engine(
        f"sqlite:///{path}", hide_parameters=True, poolclass=sa.StaticPool if str(path) == ":memory:" else None
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            _ERASING_PRAGMA,
            *_CACHE_PRAGMAS,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")

    return engine


@dataclass(slots=True)
class _Job:
    """A function that waits for its transaction, with its result or error."""

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
    """The store on one SQLite file; see `ports.Store`. A lock beside the file keeps a second process out."""

    def __init__(self, engine: sa.Engine, path: Path, bot: int) -> None:
        self._engine = engine
        self._bot = bot
        self._worker = secrets.randbits(48)
        self._lock = fasteners.InterProcessLock(f"{path}.lock")
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        #: Somebody's data was erased: earlier pages of the log must go too.
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
        """End the writer once it has done all that waits."""
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
        """Queue the calls of ended processes again; all others have ended, since this one has the lock. Return how many."""

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
            if not self._together(todo):
                for job in todo:
                    self._alone(job)
            for loop in {job.loop for job in todo}:
                loop.call_soon_threadsafe(_deliver, [job for job in todo if job.loop is loop])

    def _together(self, jobs: list[_Job]) -> bool:
        """Run all functions in one transaction. Return False if one of several failed, so that nothing has happened."""
        try:
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

    def _empty_log(self) -> None:
        """Write the log into the file and empty it; while somebody reads, the next transaction tries again."""
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
    """Return StoreUnavailable for a full disk or a locked or unwritable file, also behind another error; else the error."""
    cause = error if isinstance(error, DBAPIError) else error.__cause__
    code = getattr(getattr(cause, "orig", None), "sqlite_errorcode", None)
    # A table or column that is missing is the trouble of one function.
    if isinstance(cause, sa.exc.OperationalError) and code != sqlite3.SQLITE_ERROR:
        unavailable = StoreUnavailable(str(cause.orig))
        unavailable.__cause__ = cause
        return unavailable
    return error
