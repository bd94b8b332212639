"""The budget of all calls together: how many may be made now. It also reveals that the clock went back (`deadlines.py`)."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.deadlines import CLOCK_TOLERANCE_SECONDS, WITNESS_SECONDS, set_back
from bot.storage.outbox_statements import LOCK_BUDGET, SPEND_BUDGET
from bot.storage.pacing import MARGIN
from bot.storage.shared_statements import new_budget
from bot.usecases.calls import Limits

#: The name of the budget that all calls share.
OVERALL = "overall"
#: The seconds by which calls may run ahead of their even pace: a network may delay some and then deliver them at once.
_AHEAD_SECONDS = 0.05


class CallBudget:
    """The budget that all processes share, within a transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def allowance(self, now: float, limits: Limits) -> int:
        """Lock the budget and return how many calls it allows now."""
        next_at = self._next_at()
        if next_at is None:
            self._connection.execute(new_budget(self._connection.dialect.name), {"name": OVERALL, "next_at": 0.0})
            next_at = self._next_at() or 0.0
        if is_clock_set_back := next_at > now + CLOCK_TOLERANCE_SECONDS:
            set_back(self._connection, now, next_at)
        if is_clock_set_back or next_at < now - WITNESS_SECONDS:
            self._connection.execute(SPEND_BUDGET, {"key": OVERALL, "at": now})
            next_at = now
        if limits.overall is None:
            return 1 << 30
        pace = limits.overall * MARGIN
        ahead = now + max(_AHEAD_SECONDS, 1 / pace) - max(next_at, now)
        return max(0, int(ahead * pace)) if next_at <= now + _AHEAD_SECONDS else 0

    def spend(self, count: int, now: float, limits: Limits) -> None:
        """Take so many calls out of the budget."""
        if limits.overall is not None:
            spent_until = max(self._next_at() or 0.0, now) + count / (limits.overall * MARGIN)
            self._connection.execute(SPEND_BUDGET, {"key": OVERALL, "at": spent_until})

    def next_at(self, limits: Limits) -> float:
        """Return the time from which a call may be made; 0.0 without a limit."""
        return (self._next_at() or 0.0) if limits.overall is not None else 0.0

    def _next_at(self) -> float | None:
        return self._connection.execute(LOCK_BUDGET, {"key": OVERALL}).scalar()
