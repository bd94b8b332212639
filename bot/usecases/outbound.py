"""Outgoing calls: taken from the outbox and made to Telegram, one at a time for each chat, and retried if needed.

A step is one transaction: it records the outcomes of earlier calls, and marks the next ones as in flight. They are made only
after the commit. So after a kill it is known which calls are in doubt, and there is at most one for each chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.errors import StoreUnavailable
from bot.usecases import metrics
from bot.usecases.calls import (
    Accepted,
    Blocked,
    Caller,
    CallKind,
    CallResult,
    ClaimedCall,
    Limits,
    Moved,
    Refused,
    Replacement,
    RetryLater,
    TopicLost,
    UnknownOutcome,
)
from bot.usecases.loops import backoff, raise_site
from bot.usecases.ports import Clock, Store, Unit

log = structlog.get_logger("bot")

#: Calls in flight at a time.
MAX_IN_FLIGHT = 64
#: Seconds until a call that failed is repeated, at first and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
#: Unknown outcomes of a call after which it is repeated only so rarely: the server fails at it each time.
_MANY_UNKNOWN, _LONGEST_PAUSE_IN_DOUBT = 20, 3600.0
#: Seconds until a message is sent again each time that its answer was lost: it may have arrived, so soon only once.
_PAUSES_IN_DOUBT = (_FIRST_PAUSE, 60.0, 60.0, _LONGEST_PAUSE_IN_DOUBT)
#: The longest pause in seconds that Telegram may ask for: beyond, it is asked again.
_LONGEST_RATE_PAUSE = 3600.0
#: Seconds until a chat is looked at again that another process is at work on.
_BUSY_SECONDS = 0.02
#: Seconds after which a call is given up: Telegram itself keeps updates for a day. So many tries show that it was no jump of
#: the clock.
GIVE_UP_AFTER, GIVE_UP_TRIES = 86400.0, 20


class Sender:
    """Makes the calls of the outbox for one process."""

    def __init__(
        self,
        store: Store,
        caller: Caller,
        clock: Clock,
        limits: Limits,
        *,
        call_ended: Callable[[], None] = lambda: None,
        follow: Callable[[Unit, CallResult, float], None] = lambda unit, result, now: None,  # noqa: ARG005 - nothing follows
        recorded: Callable[[CallResult], None] = lambda _: None,
        is_rest: Callable[[float], bool] = lambda _: False,
        most: int = MAX_IN_FLIGHT,
    ) -> None:
        """Build the sender of one process.

        `follow` applies the further consequences of a result, in the transaction that records it; `recorded` is called after the
        commit; `is_rest` returns True at times at which no announcements are sent.
        """
        self._store = store
        self._caller = caller
        self._clock = clock
        self._limits = limits
        self._call_ended = call_ended
        self._follow = follow
        self._recorded = recorded
        self._is_rest = is_rest
        self._most = most
        self._calls: set[asyncio.Task[None]] = set()
        self._results: list[CallResult] = []
        self._stopping = False

    async def step(self) -> float | None:
        """Record outcomes, mark the next calls as in flight, and start them. Return the time of the next step with work.

        Raises StoreUnavailable.
        """
        now = self._clock()
        results, self._results = self._results, []
        try:
            claimed, next_at = await self._store.do(partial(self._pump, results=results, now=now))
        except StoreUnavailable:
            # What became of the calls is not forgotten while the database is away.
            self._results = results + self._results
            raise
        except Exception:
            if not results:
                raise
            await self._record_singly(results, now)
            return now
        for result in results:
            self._recorded(result)
        for call in claimed:
            task = asyncio.create_task(self._call(call))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        if claimed:
            return now
        return None if next_at is None else max(next_at, now + _BUSY_SECONDS)

    async def finish(self, seconds: float) -> None:
        """Stop taking calls, wait up to so many seconds for calls in flight, and record them; unfinished ones stay in doubt."""
        self._stopping = True
        calls = set(self._calls)
        if calls:
            _, pending = await asyncio.wait(calls, timeout=seconds)
            for task in pending:
                task.cancel()
        if self._results:
            await self.step()

    @property
    def in_flight(self) -> int:
        """Return the number of calls in flight."""
        return len(self._calls)

    def _pump(self, unit: Unit, results: Sequence[CallResult], now: float) -> tuple[Sequence[ClaimedCall], float | None]:
        self._record(unit, results, now)
        free = 0 if self._stopping else self._most - len(self._calls)
        is_rest = self._is_rest(now)
        claimed = unit.outbox.claim(now, free, self._limits, is_rest=is_rest)
        return claimed, None if claimed or free <= 0 else unit.outbox.next_at(self._limits, is_rest=is_rest)

    async def _record_singly(self, results: Sequence[CallResult], now: float) -> None:
        """Record results one by one, each in its own transaction, after recording them together has failed.

        The result that fails again is recorded without its further consequences, or else its call is given up, so that no other
        chat waits for it.
        """
        for done, result in enumerate(results):
            alone = replace(result, call=replace(result.call, keys=(), case=None))
            for one in (result, alone, replace(alone, outcome=Refused("not recorded"))):
                try:
                    await self._store.do(partial(self._record, results=[one], now=now))
                except StoreUnavailable:
                    self._results = [*results[done:], *self._results]
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, the others are recorded
                    log.error("result_not_recorded", outbox=one.call.id, error=type(error).__name__, at=raise_site(error))  # noqa: TRY400
                else:
                    break
            self._recorded(result)

    async def _call(self, call: ClaimedCall) -> None:
        outcome = await self._caller(call)
        metrics.SENDS.labels(call.kind.value, type(outcome).__name__.lower()).inc()
        self._results.append(CallResult(call, outcome))
        self._call_ended()

    def _record(self, unit: Unit, results: Sequence[CallResult], now: float) -> None:
        owned = unit.outbox.still_owned([result.call.id for result in results])
        for result in results:
            if result.call.id in owned:
                self._end(unit, result, now)
                self._follow(unit, result, now)

    def _end(self, unit: Unit, result: CallResult, now: float) -> None:
        call, outbox = result.call, unit.outbox
        match result.outcome:
            case Accepted() as accepted:
                outbox.mark_accepted(call, accepted, now)
            case Refused(error):
                log.warning("call_refused", outbox=call.id, method=call.method, reason=error)
                outbox.mark_refused(call, error, now)
            case RetryLater() | UnknownOutcome() as open_end:
                self._try_again(unit, call, open_end, now)
            case Blocked(error):
                log.info("chat_blocked", outbox=call.id)
                outbox.pause_blocked(call, error)
            case Moved(chat):
                log.info("group_moved", outbox=call.id)
                outbox.retry(call, now, "moved", outcome_unknown=False)
                outbox.move_group(call.chat, chat)
            case Replacement() as other:
                log.info("call_replaced", outbox=call.id, reason=other.error)
                outbox.replace_with(call, other)
            case TopicLost(error):
                log.warning("topic_lost", outbox=call.id)
                outbox.retry(call, now, error, outcome_unknown=False)

    def _try_again(self, unit: Unit, call: ClaimedCall, outcome: RetryLater | UnknownOutcome, now: float) -> None:
        """Queue a call again that failed for now or whose outcome is unknown; after a day it is given up."""
        outbox = unit.outbox
        match outcome:
            case _ if now - call.created_at > GIVE_UP_AFTER and call.attempts >= GIVE_UP_TRIES:
                log.warning("call_given_up", outbox=call.id, method=call.method)
                outbox.mark_refused(call, "too old", now)
            case RetryLater(seconds, error, rate):
                log.warning("call_later", outbox=call.id, method=call.method, reason=error, seconds=seconds, rate=rate)
                pause = min(seconds, _LONGEST_RATE_PAUSE) if rate else max(seconds, _pause(call))
                outbox.retry(call, now + pause, error, outcome_unknown=False)
            case UnknownOutcome(error, server_failed):
                log.warning("call_in_doubt", outbox=call.id, method=call.method, reason=error)
                if call.kind is CallKind.BEST_EFFORT:
                    outbox.mark_refused(call, error, now)
                else:
                    is_known_to_fail = server_failed or call.kind is not CallKind.MESSAGE
                    pause = _pause(call) if is_known_to_fail else _pause_in_doubt(call)
                    outbox.retry(call, now + pause, error, outcome_unknown=True)


def _pause(call: ClaimedCall) -> float:
    longest = _LONGEST_PAUSE if call.unknown_outcomes < _MANY_UNKNOWN else _LONGEST_PAUSE_IN_DOUBT
    return backoff(call.attempts + 1, _FIRST_PAUSE, longest)


def _pause_in_doubt(call: ClaimedCall) -> float:
    return _PAUSES_IN_DOUBT[min(call.unknown_outcomes, len(_PAUSES_IN_DOUBT) - 1)]
