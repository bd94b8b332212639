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
from bot.storage.unit import CHANNEL, SqlUnit
from bot.usecases.ports import Unit

T = TypeVar("T")

#: Transactions at a time in one process.
THREADS = 4
#: How often a transaction is tried that lost against another one.
_TRIES = 5
_LOST = {"40001", "40P01"}
#: Seconds between looks at whether this process is to end, and until a lost connection is tried again.
_WATCH = 0.5
_AGAIN = 0.5


def postgres_engine(url: sa.URL) -> sa.Engine:
    """An engine. The parameters of statements hold personal data and stay out of messages."""
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=THREADS + 1,
        max_overflow=2,
        pool_use_lifo=True,
        connect_args={"connect_timeout": 5},
    )


class PostgresStore:
    """See `ports.Store`."""

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
        """Takes this process's lock and listens. Raises UsageError if the database cannot be reached."""
        self._open.set()
        self._listener.start()
        if not self._locked.wait(10.0):
            self._open.clear()
            raise UsageError("PostgreSQL non risponde. Controlla database.url e che il server sia acceso.")

    def close(self) -> None:
        """Ends what runs."""
        self._open.clear()
        self._threads.shutdown()
        self._listener.join()
        self._engine.dispose()

    async def do(self, function: Callable[[Unit], T]) -> T:
        """Runs a function in a transaction, in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, function)

    async def recover(self, now: float) -> int:
        """Finds the processes that have ended by their locks."""

        def recovered(unit: Unit) -> int:
            assert isinstance(unit, SqlUnit)
            others = [one for one in unit.outbox.workers() if one != self._worker]
            return unit.outbox.recover_from(self._ended(others), now) if others else 0

        return await self.do(recovered)

    def _ended(self, workers: Sequence[int]) -> list[int]:
        """Those whose lock is free."""
        with self._engine.connect() as connection:
            held = connection.execute(_HELD).all()
        locks = {(row.classid << 32) | row.objid for row in held}
        return [worker for worker in workers if worker not in locks]

    def _run(self, function: Callable[[Unit], T]) -> T:
        for last in range(_TRIES):
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
                if getattr(cause.orig, "sqlstate", None) not in _LOST or last == _TRIES - 1:
                    raise _told(error, cause) from cause
        raise AssertionError

    def _listen(self) -> None:
        """Holds this process's lock and rings when another process has made work; connects again when it must."""
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        pause = threading.Event()
        while self._open.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute("SELECT pg_advisory_lock(%s)", (self._worker,))
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._locked.set()
                    while self._open.is_set():
                        for notice in connection.notifies(timeout=_WATCH, stop_after=1):
                            if notice.payload != str(self._worker):
                                self._ring()
            except psycopg.Error:
                pause.wait(_AGAIN)


_HELD = sa.text("SELECT classid::bigint AS classid, objid::bigint AS objid FROM pg_locks WHERE locktype = 'advisory' AND granted")


def _told(error: Exception, cause: DBAPIError) -> Exception:
    """No connection, a server that starts or stops, a full disk: nothing that the function could help."""
    state = getattr(cause.orig, "sqlstate", None) or ""
    away = isinstance(cause, sa.exc.OperationalError | sa.exc.InterfaceError) or state[:2] in _NOT_NOW
    if cause.connection_invalidated or away:
        return StoreUnavailable(str(cause.orig).partition("\n")[0])
    return error


#: Classes of SQLSTATE: connection, resources (a full disk), operator intervention, system error.
_NOT_NOW = ("08", "53", "57", "58")
