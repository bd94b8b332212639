"""Incoming updates: stored in the inbox, then handled, each in one transaction with everything it causes.

Several lanes share a transaction, since the commit is the costly part. If handling an update fails, the transaction is rolled
back, the lane of this update pauses, and the other updates are handled again without it. After some failures the update is set
aside and its lane goes on.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.errors import StoreUnavailable, Unreadable
from bot.usecases import metrics
from bot.usecases.calls import DirectCall, Outgoing
from bot.usecases.loops import raise_site
from bot.usecases.ports import Clock, Handler, Store, Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate

log = structlog.get_logger("bot")

#: Lanes in one transaction.
BATCH = 32
#: Seconds until a failed update is tried again, each time; after the last it is set aside.
RETRIES = (1.0, 5.0, 30.0, 120.0)
#: Seconds until a lane is looked at again that another process is at work on.
BUSY = 0.02
#: Seconds after which a citizen who waits is shown that the bot is at work.
LATE = 1.5
#: Seconds between two alerts about updates that were set aside.
ALERT_EVERY = 600.0
#: Characters of an error that are stored.
_MAX_ERROR_CHARACTERS = 4000


class HandlingFailed(Exception):
    """Raised when the handler failed at an update; its cause is the error."""

    def __init__(self, update: QueuedUpdate) -> None:
        super().__init__(update.id)
        self.update = update


class WrongLane(Exception):
    """Raised by a handler for an update from a group that is about a case of another lane; the update is moved to that lane."""

    def __init__(self, lane: int) -> None:
        super().__init__(lane)
        self.lane = lane


class SlowWork(Exception):
    """Raised by a handler that first needs the result of slow work, for which no transaction should be kept open.

    The work is done between two transactions; then the update is handled again, with the result as its `prepared`.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.work = work


class SlowBatch(Exception):
    """Raised when updates of a batch need slow work; all of it is done before the batch is handled again."""

    def __init__(self, works: Sequence[tuple[QueuedUpdate, Callable[[], object]]]) -> None:
        super().__init__(len(works))
        self.works = works


@dataclass(frozen=True, slots=True)
class HandledBatch:
    """The updates handled in one transaction; if there were none, the time at which the next is ready."""

    done: Sequence[QueuedUpdate]
    unreadable: int
    direct_calls: Sequence[DirectCall]
    next_at: float | None


async def receive(store: Store, updates: Sequence[NewUpdate], now: float) -> int:
    """Store updates, and return how many were new. Telegram may hear that they arrived only after this.

    Raises StoreUnavailable.
    """
    new = await store.do(lambda unit: unit.inbox.receive(updates, now)) if updates else 0
    metrics.RECEIVED.inc(new)
    return new


class Intake:
    """Stores updates that arrive one at a time; those arriving during a transaction share the next one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._arrived: list[NewUpdate] = []
        self._next: asyncio.Task[int] | None = None
        self._busy = asyncio.Lock()

    async def receive(self, update: NewUpdate) -> int:
        """Store an update; return how many updates of the shared transaction were new. Raises StoreUnavailable."""
        self._arrived.append(update)
        if self._next is None:
            self._next = asyncio.create_task(self._together())
        try:
            # Whoever brought this one may go away; the others stay.
            return await asyncio.shield(self._next)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - what the database refused, such as a value it cannot hold, may be another one's
            return await receive(self._store, [update], self._clock())

    async def _together(self) -> int:
        async with self._busy:
            updates, self._arrived, self._next = self._arrived, [], None
            return await receive(self._store, updates, self._clock())


class Dispatcher:
    """Passes updates from the inbox to the handler: in strict order within a lane, in any order across lanes."""

    def __init__(
        self,
        store: Store,
        handler: Handler,
        clock: Clock,
        *,
        call_directly: Callable[[DirectCall], None] = lambda _: None,
        late: Callable[[int], None] = lambda _: None,
        made_work: Callable[[], None] = lambda: None,
        alert: Callable[[], Outgoing | None] = lambda: None,
        case_alert: Callable[[], Outgoing | None] = lambda: None,
        rescue: Callable[[Unit, QueuedUpdate, float], bool] = lambda *_: False,
    ) -> None:
        """Build the dispatcher of one process.

        `alert` and `case_alert` return the messages that tell managers of updates that were set aside, and of cases that cannot
        be read. `rescue` does for a failed update the part that cannot wait and marks it as handled; it returns False if there is
        no such part.
        """
        self._store = store
        self._handler = handler
        self._clock = clock
        self._call_directly = call_directly
        self._late = late
        self._made_work = made_work
        self._alert = alert
        self._case_alert = case_alert
        self._rescue = rescue
        #: Updates that are handled one by one, after a transaction failed and none of its updates could be named.
        self._singly = 0
        self._last: QueuedUpdate | None = None
        #: Results of slow work, by the row of the update that needs it.
        self._prepared: dict[int, object] = {}

    async def step(self) -> float | None:
        """Handle a batch of updates in one transaction. Return the time of the next step with work. Raises StoreUnavailable."""
        now = self._clock()
        try:
            handled = await self._store.do(lambda unit: self._handle(unit, now))
        except StoreUnavailable:
            raise
        except (SlowBatch, HandlingFailed) as cause:
            await self._prepare_again(cause)
            return now
        except Exception as error:
            if self._last is None:
                # The queue itself cannot be read.
                raise StoreUnavailable(type(error).__name__) from error
            if self._singly:
                await self._failed(self._last, error)
            else:
                # What the database refused, such as a value it cannot hold.
                self._singly = BATCH
            return now
        self._singly = max(0, self._singly - len(handled.done))
        ended = self._clock()
        for update in handled.done:
            self._prepared.pop(update.id, None)
            metrics.LATENCY.observe(max(0.0, ended - update.received_at))
            if ended - update.received_at > LATE:
                self._late(update.lane)
        metrics.HANDLED.labels("done").inc(len(handled.done) - handled.unreadable)
        metrics.HANDLED.labels("unreadable").inc(handled.unreadable)
        for call in handled.direct_calls:
            self._call_directly(call)
        if handled.done:
            self._made_work()
            return now
        return None if handled.next_at is None else max(handled.next_at, now + BUSY)

    def _handle(self, unit: Unit, now: float) -> HandledBatch:
        self._last = None
        updates = unit.inbox.claim(now, 1 if self._singly else BATCH)
        self._last = updates[0] if updates else None
        direct_calls: list[DirectCall] = []
        works: list[tuple[QueuedUpdate, Callable[[], object]]] = []
        unreadable = 0
        for one in updates:
            try:
                update = replace(one, prepared=self._prepared.get(one.id)) if one.id in self._prepared else one
                direct_calls += self._handler(unit, update, now)
            except Unreadable as error:
                unreadable += 1
                self._set_aside(unit, one, error, now)
            except SlowWork as slow:
                # Nothing of this batch stays: the others are handled for what slow work they need.
                works.append((one, slow.work))
            except Exception as error:
                if works:
                    break
                raise HandlingFailed(one) from error
        if works:
            raise SlowBatch(works)
        if unit.cases.unreadable and unit.cooldowns.start("unreadable", now, ALERT_EVERY):
            log.error("cases_unreadable", cases=sorted(unit.cases.unreadable))
            self._tell(unit, self._case_alert(), now)
        return HandledBatch(updates, unreadable, direct_calls, None if updates else unit.inbox.next_at())

    async def _prepare_again(self, ended: SlowBatch | HandlingFailed) -> None:
        """Prepare to repeat a batch that was rolled back: do the slow work it needs, or record which update failed."""
        if isinstance(ended, HandlingFailed):
            await self._failed(ended.update, ended.__cause__ or ended)
            return
        for update, work in ended.works:
            try:
                self._prepared[update.id] = await asyncio.to_thread(work)
            except Exception as error:  # noqa: BLE001 - of the update that needs it
                await self._failed(update, error)

    async def _failed(self, update: QueuedUpdate, error: BaseException) -> None:
        if isinstance(error, WrongLane):
            lane, at = error.lane, self._clock()
            await self._store.do(lambda unit: unit.inbox.reroute(update, lane, at))
            return
        log.error("update_failed", inbox=update.id, attempt=update.attempts + 1, error=type(error).__name__, at=raise_site(error))
        now = self._clock()
        if update.attempts == 0 and await self._is_rescued(update, now):
            self._made_work()
        elif update.attempts < len(RETRIES):
            retry_at = now + RETRIES[update.attempts]
            await self._store.do(lambda unit: unit.inbox.mark_failed(update, _report_of(error), retry_at))
            metrics.HANDLED.labels("failed").inc()
        else:
            await self._store.do(lambda unit: self._set_aside(unit, update, error, now))
            metrics.HANDLED.labels("quarantined").inc()
            self._made_work()

    async def _is_rescued(self, update: QueuedUpdate, now: float) -> bool:
        try:
            return await self._store.do(lambda unit: self._rescue(unit, update, now))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - it failed before, and is tried again
            log.error("rescue_failed", inbox=update.id, error=type(error).__name__, at=raise_site(error))  # noqa: TRY400
            return False

    def _set_aside(self, unit: Unit, update: QueuedUpdate, error: BaseException, now: float) -> None:
        unit.inbox.quarantine(update, _report_of(error), now)
        if unit.cooldowns.start("quarantine", now, ALERT_EVERY):
            log.error("update_quarantined", inbox=update.id, error=type(error).__name__)
            self._tell(unit, self._alert(), now)

    def _tell(self, unit: Unit, alert: Outgoing | None, now: float) -> None:
        if alert is not None:
            unit.outbox.put(alert, now)


def _report_of(error: BaseException) -> str:
    """Return an error as stored beside its update: first a line without people's words, then the traceback."""
    head = f"{type(error).__name__} {raise_site(error)}".strip()
    text = "".join(traceback.format_exception(error))[-_MAX_ERROR_CHARACTERS:]
    return f"{head}\n{text}".encode("utf-8", "replace").decode().replace("\x00", "")
