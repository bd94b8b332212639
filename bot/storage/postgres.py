"""The store on PostgreSQL: any number of processes, each with some threads over psycopg 3.

A process that makes calls holds an advisory lock with its number for as long as it lives. When the lock of another one is free,
that process has ended, and the calls it was making are in doubt.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.storage.missing import report_missing
from bot.storage.unit import CHANNEL, SqlUnit
from bot.usecases.ports import Unit

_T = TypeVar("_T")

#: Transactions at a time in one process.
THREADS = 4
#: The number of attempts for a transaction that lost against another one.
_MAX_TRIES = 5
_LOST_RACE_STATES = {"40001", "40P01"}
#: Seconds between looks at whether this process is to end, and until a lost connection is tried again.
_WATCH_SECONDS = 0.5
_RECONNECT_SECONDS = 0.5


def postgres_engine(url: sa.URL) -> sa.Engine:
    """Return an engine for a URL. Parameters of statements hold personal data and stay out of error messages."""
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=THREADS + 1,
        max_overflow=2,
        pool_use_lifo=True,
        connect_args={"connect_timeout": 5},
    )


class PostgresStore:
    """The store on PostgreSQL; see `ports.Store`."""

    def __init__(self, engine: sa.Engine, bot: int, ring: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._bot = bot
        #: 63 bits, as an advisory lock takes.
        self._worker = secrets.randbits(62)
        self._ring = ring
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._open = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._locked = threading.Event()

    def open(self) -> None:
        """Take this process's advisory lock and start to listen for work. Raises UsageError if the database cannot be reached."""
        self._open.set()
        self._listener.start()
        if not self._locked.wait(10.0):
            self._open.clear()
            raise UsageError(translate("PostgreSQL non risponde. Controlla database.url e che il server sia acceso."))

    def close(self) -> None:
        """End the threads and close all connections."""
        self._open.clear()
        self._threads.shutdown()
        self._listener.join()
        self._engine.dispose()

    async def do(self, function: Callable[[Unit], _T]) -> _T:
        """Run a function in a transaction in one of the threads, and return its result."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, function)

    async def recover(self, now: float) -> int:
        """Queue again the calls of processes that have ended, which shows by their free locks. Return how many."""

        def recovered(unit: Unit) -> int:
            assert isinstance(unit, SqlUnit)
            others = [one for one in unit.outbox.workers() if one != self._worker]
            return unit.outbox.recover_from(self._ended(others), now) if others else 0

        return await self.do(recovered)

    def _ended(self, workers: Sequence[int]) -> list[int]:
        """Return those of some processes that have ended, since their lock is free."""
        with self._engine.connect() as connection:
            held = connection.execute(_HELD_LOCKS).all()
        locks = {(row.classid << 32) | row.objid for row in held}
        return [worker for worker in workers if worker not in locks]

    def _run(self, function: Callable[[Unit], _T]) -> _T:
        for last in range(_MAX_TRIES):
            try:
                with self._engine.begin() as connection:
                    unit = SqlUnit(connection, self._bot, self._worker)
                    result = function(unit)
                    unit.flush()
                    return result
            except Exception as error:
                cause = error if isinstance(error, DBAPIError) else error.__cause__
                if not isinstance(cause, DBAPIError):
                    raise
                if getattr(cause.orig, "sqlstate", None) not in _LOST_RACE_STATES or last == _MAX_TRIES - 1:
                    raise _translated(error, cause) from cause
        raise AssertionError

    def _listen(self) -> None:
        """Hold this process's lock, and ring the bell when another process has made work; reconnect after a break."""
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        pause = threading.Event()
        while self._open.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute("SELECT pg_advisory_lock(%s)", (self._worker,))
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._locked.set()
                    while self._open.is_set():
                        for notice in connection.notifies(timeout=_WATCH_SECONDS, stop_after=1):
                            if notice.payload != str(self._worker):
                                self._ring()
            except psycopg.Error:
                pause.wait(_RECONNECT_SECONDS)


_HELD_LOCKS = sa.text(
    "SELECT classid::bigint AS classid, objid::bigint AS objid FROM pg_locks WHERE locktype = 'advisory' AND granted"
)


def _translated(error: Exception, cause: DBAPIError) -> Exception:
    """Return StoreUnavailable for a lost connection, a server that starts or stops, or a full disk; else the error."""
    state = getattr(cause.orig, "sqlstate", None) or ""
    away = isinstance(cause, sa.exc.OperationalError | sa.exc.InterfaceError) or state[:2] in _UNAVAILABLE_CLASSES
    if cause.connection_invalidated or away:
        return StoreUnavailable(str(cause.orig).partition("\n")[0])
    report_missing(cause)
    return error


#: Classes of SQLSTATE: connection, resources (a full disk), operator intervention, system error.
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58")
