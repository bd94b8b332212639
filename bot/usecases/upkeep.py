"""What must happen from time to time: forgetting what has ended, and finding the calls of processes that are no more."""

from __future__ import annotations

import structlog

from bot.usecases.ports import Clock, Store, Unit

log = structlog.get_logger("bot")

#: Seconds that handled updates are known, so that a redelivery has no second effect: Telegram keeps updates for a day.
KEEP_UPDATES = 48 * 3600.0
#: Seconds that ended calls are kept, without their words.
KEEP_CALLS = 48 * 3600.0
#: Rows in one transaction: whoever waits for a reply comes in between.
_ROWS = 500
#: Seconds between two rounds, and between two looks for ended processes.
_ROUND, _LOOK = 600.0, 20.0
PURGE = "purge"


class Upkeep:
    """The rounds of one process; the timer is shared with the others."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def step(self) -> float | None:
        """One round. Returns when the next one is due. Raises StoreUnavailable."""
        now = self._clock()
        found = await self._store.recover(now)
        if found:
            log.warning("calls_in_doubt", count=found)
        full = await self._store.do(lambda unit: self._purge(unit, now))
        return now if full else now + _LOOK

    def _purge(self, unit: Unit, now: float) -> bool:
        """Forgets some rows; whether there may be more."""
        if PURGE not in unit.timers.due(now):
            return False
        forgotten = unit.inbox.purge(now - KEEP_UPDATES, _ROWS), unit.outbox.purge(now - KEEP_CALLS, _ROWS)
        full = max(forgotten) >= _ROWS
        unit.timers.set(PURGE, now if full else now + _ROUND)
        return full

    async def begin(self) -> None:
        """Sets the first round. Raises StoreUnavailable."""
        now = self._clock()
        await self._store.do(lambda unit: unit.timers.set(PURGE, now))
