"""Loops that repeat a step until stopped, bells that wake them, and growing pauses after failures."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import StoreUnavailable
from bot.usecases.ports import Clock

log = structlog.get_logger("bot")

#: Seconds after which a loop looks for work without having been called: another process may have made some.
_LOOK_INTERVAL = 1.0
#: Seconds between tries while the database is away, at first and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
#: Seconds after which a step that has not ended is taken to hang: none waits for anything that long.
_STUCK_SECONDS = 120.0


def backoff(failures: int, first: float, longest: float) -> float:
    """Return the pause in seconds after so many failures in a row: `first` after one, then doubled each time, up to `longest`."""
    return min(first * 2.0 ** min(failures - 1, 30), longest)


class Bell:
    """Wakes a loop that waits for work. Made in the loop's event loop; can be rung from any thread."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def ring(self) -> None:
        """Wake the loop; if it is busy, it looks for work again as soon as it is done."""
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
    """Repeats a step until stopped. The step returns the time at which it next has work; None if it knows of none."""

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[float | None]],
        clock: Clock,
        bell: Bell | None = None,
        monotonic: Clock = time.monotonic,
    ) -> None:
        self.bell = bell or Bell()
        self._monotonic = monotonic
        #: The start of the step that runs, or ran last, by a clock that never jumps; None before the first.
        self._stepped_at: float | None = None
        self._name = name
        self._step = step
        self._clock = clock
        self._stopped = False
        #: Set once there was nothing to do for a while.
        self.resting = asyncio.Event()
        #: False while steps fail.
        self.healthy = True
        #: The kind of error that was said last.
        self._trouble = ""

    @property
    def is_stuck(self) -> bool:
        """Return True if a step has hung for so long that only a restart helps."""
        return self._stepped_at is not None and self._monotonic() - self._stepped_at > _STUCK_SECONDS

    def stop(self) -> None:
        """End the loop after the step that runs."""
        self._stopped = True
        self.bell.ring()

    async def run(self) -> None:
        """Run until stopped. When steps begin to fail, log it once, retry at growing intervals, and log when they work again."""
        failures = 0
        while not self._stopped:
            self._stepped_at = self._monotonic()
            try:
                next_at = await self._step()
            except Exception as error:  # noqa: BLE001 - the loop is the last who could catch it
                self._report(error)
                failures += 1
                await asyncio.sleep(backoff(failures, _FIRST_PAUSE, _LONGEST_PAUSE))
                continue
            if self._trouble == StoreUnavailable.__name__:
                log.info("database_back", loop=self._name)
            self.healthy, self._trouble, failures = True, "", 0
            seconds = _LOOK_INTERVAL if next_at is None else min(_LOOK_INTERVAL, next_at - self._clock())
            if seconds > 0:
                if await self.bell.wait(seconds):
                    self.resting.clear()
                elif seconds >= _LOOK_INTERVAL:
                    self.resting.set()

    def _report(self, error: Exception) -> None:
        before, self._trouble, self.healthy = self._trouble, type(error).__name__, False
        if before == self._trouble:
            return
        if isinstance(error, StoreUnavailable):
            log.warning("database_unavailable", loop=self._name, reason=str(error))
        else:
            log.error("loop_failed", loop=self._name, error=self._trouble, at=raise_site(error))


def raise_site(error: BaseException) -> str:
    """Return where an error was raised ("file:line"), without its message, which may hold a citizen's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace is not None else ""
