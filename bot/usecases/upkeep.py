"""Upkeep: turns due timers into updates, deletes old rows, and queues again the calls of processes that have ended.

A timer of a lane becomes an update of that lane, so it is handled in order with all others, and once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from bot.core.privacy import DAY_SECONDS, NO_NOTICE, Retention
from bot.usecases.ports import Clock, Store, Unit
from bot.usecases.queues import Timer, own_update

log = structlog.get_logger("bot")

#: Seconds that the ids of handled updates are kept, so that a redelivery has no second effect: Telegram keeps updates for a day.
KEEP_UPDATES = 48 * 3600.0
#: Seconds that ended calls are kept, emptied.
KEEP_CALLS = 48 * 3600.0
#: Seconds that references to messages of cases are kept: Telegram lets nobody edit what is older than two days. References to
#: topics stay as long as their case, since a topic can be deleted at any time.
KEEP_MESSAGE_REFS = 30 * 86400.0
#: Rows of each kind deleted in one transaction, and the seconds between two, in which updates are handled.
_PURGE_ROWS, _PURGE_PAUSE = 50, 0.02
#: Seconds between two purges, and between two looks for ended processes.
_PURGE_INTERVAL, _LOOK_INTERVAL = 600.0, 20.0
#: Seconds between two rounds beyond which the clock may have jumped: nothing is purged until it has gone evenly for an interval.
_JUMP_SECONDS = 86400.0
#: Seconds until a timer is looked at again that another process is at work on.
_BUSY_SECONDS = 0.5
#: Timers in one round, after which the next ones wait so many seconds: when thousands are due after a pause of the bot, their
#: updates would stand before those of citizens.
_MANY_TIMERS, _CROWD_SECONDS = 100, 0.5
PURGE = "purge"


@dataclass(frozen=True, slots=True)
class _Round:
    """The result of one round of upkeep."""

    #: Updates that were stored for due timers.
    updates: int
    #: There may be more rows to purge.
    is_purge_full: bool
    #: The time of the next timer.
    next_at: float | None


class Upkeep:
    """The upkeep of one process; timers are shared with other processes."""

    def __init__(
        self, store: Store, clock: Clock, made_work: Callable[[], None] = lambda: None, retention: Retention = NO_NOTICE.retention
    ) -> None:
        self._store = store
        self._clock = clock
        self._made_work = made_work
        self._retention = retention
        self._looked_at = -_LOOK_INTERVAL
        self._stepped_at: float | None = None
        #: The time of the last round with many timers.
        self._crowded_at = -_CROWD_SECONDS

    async def step(self) -> float | None:
        """Do one round of upkeep. Return the time of the next one. Raises StoreUnavailable."""
        now = self._clock()
        before, self._stepped_at = self._stepped_at, now
        has_jumped = before is not None and abs(now - before) > _JUMP_SECONDS
        if abs(now - self._looked_at) >= _LOOK_INTERVAL:
            found = await self._store.recover(now)
            self._looked_at = now
            if found:
                log.warning("calls_in_doubt", count=found)
        done = await self._store.do(lambda unit: self._round(unit, now, may_purge=not has_jumped))
        if done.updates:
            self._made_work()
        if done.is_purge_full:
            return now + _PURGE_PAUSE
        latest = now + _LOOK_INTERVAL
        return latest if done.next_at is None else min(latest, max(done.next_at, now + _BUSY_SECONDS))

    def _round(self, unit: Unit, now: float, *, may_purge: bool) -> _Round:
        """Turn due timers into updates, and delete old rows if it is time for that."""
        updates, full, due = 0, False, unit.timers.list_due(now)
        if len(due) >= _MANY_TIMERS:
            if abs(now - self._crowded_at) < _CROWD_SECONDS:
                return _Round(0, is_purge_full=False, next_at=self._crowded_at + _CROWD_SECONDS)
            self._crowded_at = now
        for timer in due:
            if timer.kind == PURGE and may_purge:
                full = self._purge(unit, now)
            elif timer.kind == PURGE:
                unit.timers.set(Timer(PURGE, now + _PURGE_INTERVAL))
            else:
                updates += self._fire(unit, timer, now)
        return _Round(updates, full, unit.timers.next_at())

    def _fire(self, unit: Unit, timer: Timer, now: float) -> int:
        """Make an update of a due timer. Return 0 if another process has done so."""
        # Another process may do the same: the number of the update is the same, so it is stored once.
        name = f"{timer.kind} {timer.due_at}"
        new = unit.inbox.receive([own_update(name, timer.lane, timer.payload)], now)
        if unit.timers.remove(timer) and not new:
            # An earlier timer of this kind was due at the same time: the clock has gone back since.
            new = unit.inbox.receive([own_update(f"{name} {now}", timer.lane, timer.payload)], now)
        return new

    def _purge(self, unit: Unit, now: float) -> bool:
        """Delete some old rows. Return True if there may be more."""
        forgotten = (
            unit.inbox.purge(now - KEEP_UPDATES, _PURGE_ROWS),
            unit.outbox.purge(now - KEEP_CALLS, _PURGE_ROWS),
            unit.message_refs.purge(now - KEEP_MESSAGE_REFS, _PURGE_ROWS),
            *self._purge_personal_data(unit, now),
        )
        full = max(forgotten) >= _PURGE_ROWS
        unit.timers.set(Timer(PURGE, now if full else now + _PURGE_INTERVAL))
        return full

    def _purge_personal_data(self, unit: Unit, now: float) -> Iterator[int]:
        """Delete some personal data older than the settings allow, and yield the number of deleted rows of each kind."""
        kept, data = self._retention, unit.personal_data
        for days, purge in (
            (kept.session_days, data.purge_sessions),
            (kept.quarantine_days, data.purge_quarantined),
            (kept.ledger_days, data.purge_ledger),
            (kept.survey_days, data.purge_surveys),
            (kept.unread_days, unit.unread.purge),
        ):
            if days:
                yield purge(now - days * DAY_SECONDS, _PURGE_ROWS)

    async def begin(self) -> None:
        """Make the first round delete old rows too. Raises StoreUnavailable."""
        now = self._clock()
        await self._store.do(lambda unit: unit.timers.set(Timer(PURGE, now)))
