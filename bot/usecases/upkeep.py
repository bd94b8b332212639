"""What must happen from time to time: what a timer was set for, forgetting what has ended, finding calls that were lost.

A timer of a lane becomes an update of that lane, so it is handled in order with all others, and once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.usecases.ports import Clock, NewUpdate, Store, Timer, Unit

log = structlog.get_logger("bot")

#: Seconds that handled updates are known, so that a redelivery has no second effect: Telegram keeps updates for a day.
KEEP_UPDATES = 48 * 3600.0
#: Seconds that ended calls are kept, without their words.
KEEP_CALLS = 48 * 3600.0
#: Seconds that it is known where the messages of cases are: Telegram lets nobody change what is older than two days.
KEEP_RELAYS = 30 * 86400.0
#: Rows in one transaction: whoever waits for a reply comes in between.
_ROWS = 500
#: Seconds between two rounds, and between two looks for ended processes.
_ROUND, _LOOK = 600.0, 20.0
#: Seconds until a timer is looked at again that another process is at work on.
_AGAIN = 0.5
PURGE = "purge"


@dataclass(frozen=True, slots=True)
class _Round:
    """The result of one round."""

    #: Updates that were stored for due timers.
    updates: int
    #: There may be more rows to purge.
    is_purge_full: bool
    #: The time of the next timer.
    next_at: float | None


class Upkeep:
    """The rounds of one process; the timers are shared with other processes."""

    def __init__(self, store: Store, clock: Clock, made_work: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._clock = clock
        self._made_work = made_work
        self._looked_at = -_LOOK

    async def step(self) -> float | None:
        """One round. Returns when the next one is due. Raises StoreUnavailable."""
        now = self._clock()
        if now - self._looked_at >= _LOOK:
            found = await self._store.recover(now)
            self._looked_at = now
            if found:
                log.warning("calls_in_doubt", count=found)
        done = await self._store.do(lambda unit: self._round(unit, now))
        if done.updates:
            self._made_work()
        if done.is_purge_full:
            return now
        return min(now + _LOOK, max(done.next_at, now + _AGAIN) if done.next_at is not None else now + _LOOK)

    def _round(self, unit: Unit, now: float) -> _Round:
        """Turn due timers into updates, and purge if it is time."""
        updates, full = 0, False
        for timer in unit.timers.list_due(now):
            if timer.kind == PURGE:
                full = self._purge(unit, now)
            else:
                # Another process may do the same: the number of the update is the same, so it is stored once.
                updates += unit.inbox.receive([_update(timer)], now)
                unit.timers.remove(timer)
        return _Round(updates, full, unit.timers.next_at())

    def _purge(self, unit: Unit, now: float) -> bool:
        """Forgets some rows; whether there may be more."""
        forgotten = (
            unit.inbox.purge(now - KEEP_UPDATES, _ROWS),
            unit.outbox.purge(now - KEEP_CALLS, _ROWS),
            unit.message_refs.purge(now - KEEP_RELAYS, _ROWS),
        )
        full = max(forgotten) >= _ROWS
        unit.timers.set(Timer(PURGE, now if full else now + _ROUND))
        return full

    async def begin(self) -> None:
        """Sets the first round. Raises StoreUnavailable."""
        now = self._clock()
        await self._store.do(lambda unit: unit.timers.set(Timer(PURGE, now)))


def _update(timer: Timer) -> NewUpdate:
    """A time that has come, as an update. Its number is below those of Telegram, and its own."""
    digest = hashlib.sha256(f"{timer.kind} {timer.due_at}".encode()).digest()
    return NewUpdate(-1 - int.from_bytes(digest[:7]), timer.lane, timer.payload)
