"""Loops that go on until they are stopped: work, then sleep until there is more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import StoreUnavailable
from bot.usecases.ports import Clock

log = structlog.get_logger("bot")

#: Seconds after which a loop looks for work without having been called: another process may have made some.
_LOOK = 1.0
#: Seconds between tries while the database is away, at first and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Bell:
    """Wakes a loop that waits for work. Made within the loop's event loop; may be rung from any thread."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def ring(self) -> None:
        """Wake the loop; one that is at work looks again when it is done."""
        if threading.get_ident() == self._thread:
            self._event.set()
        else:
            with suppress(RuntimeError):  # The event loop has ended: nobody waits any more.
                self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so many seconds. Return True if there was one since the last time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        rung = self._event.is_set()
        self._event.clear()
        return rung


class Loop:
    """Repeats a step. A step returns when the next one has something to do; None when it does not know of anything."""

    def __init__(self, name: str, step: Callable[[], Awaitable[float | None]], clock: Clock, bell: Bell | None = None) -> None:
        self.bell = bell or Bell()
        self._name = name
        self._step = step
        self._clock = clock
        self._stopped = False
        #: Set while there is nothing to do, and has not been for a while.
        self.resting = asyncio.Event()
        #: False while the database is away.
        self.healthy = True

    def stop(self) -> None:
        """Ends the loop after the step that runs."""
        self._stopped = True
        self.bell.ring()

    async def run(self) -> None:
        """Runs until it is stopped. A database that is away is waited for; a fault of ours is logged, and the loop goes on."""
        pause = _FIRST_PAUSE
        while not self._stopped:
            try:
                due = await self._step()
            except StoreUnavailable as error:
                if self.healthy:
                    log.warning("database_unavailable", loop=self._name, reason=str(error))
                self.healthy = False
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            except Exception as error:  # noqa: BLE001 - the loop is the last who could catch it
                log.error("loop_failed", loop=self._name, error=type(error).__name__, at=raise_site(error))  # noqa: TRY400 - no messages
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            if not self.healthy:
                log.info("database_back", loop=self._name)
            self.healthy, pause = True, _FIRST_PAUSE
            seconds = _LOOK if due is None else min(_LOOK, due - self._clock())
            if seconds > 0:
                if await self.bell.wait(seconds):
                    self.resting.clear()
                elif seconds >= _LOOK:
                    self.resting.set()


def raise_site(error: BaseException) -> str:
    """The place an error was raised at: its message may hold what somebody wrote and is not told."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace is not None else ""
