"""Desks: groups of Social Managers, their hours, the promise of an answer, and the choice of a desk for a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.conditions import Condition, Profile, Truth, truth
from bot.core.hours import is_open, next_change


@dataclass(frozen=True, slots=True)
class Desk:
    """A managers' group. Its hours are in opening_hours syntax; a desk without hours is always open."""

    id: str
    chat_id: int
    #: The cases it takes; None for all.
    condition: Condition | None = None
    hours: str = ""
    #: Promised minutes until an answer while the desk is open; 0 promises nothing.
    promise: int = 0
    #: Telegram ids of the accounts that may act here; empty for everybody in the group.
    managers: frozenset[int] = frozenset()

    def is_open(self, now: dt.datetime) -> bool:
        """Return True if the desk is open at a moment (local time)."""
        return not self.hours or is_open(self.hours, now)

    def opens_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the desk opens next: now if it is open, None if it never opens again."""
        return now if self.is_open(now) else next_change(self.hours, now)

    def next_shift(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the next shift begins, after the current one; None for a desk that never closes or never opens again."""
        if not self.hours:
            return None
        closed = next_change(self.hours, now) if self.is_open(now) else now
        return next_change(self.hours, closed) if closed is not None else None

    def answer_by(self, now: dt.datetime) -> dt.datetime | None:
        """Return the promised time of an answer to a case opened now; None if nothing is promised."""
        opens = self.opens_at(now)
        return opens + dt.timedelta(minutes=self.promise) if opens is not None and self.promise else None


def desk_for(desks: Sequence[Desk], profile: Profile, busy: Mapping[str, int], now: dt.datetime) -> Desk | None:
    """Return the desk of a case: one whose condition is true, before one where it is unknown; open before closed.

    Of equal ones the least busy (`busy`: open cases by desk). None only where there are no desks: a case for which every
    condition is false goes to one of them all the same.
    """
    if not desks:
        return None
    ranked = [(_rank(desk, profile), not desk.is_open(now), busy.get(desk.id, 0), number) for number, desk in enumerate(desks)]
    return desks[min(ranked)[3]]


def _rank(desk: Desk, profile: Profile) -> int:
    if desk.condition is None:
        return 1
    return {Truth.TRUE: 0, Truth.UNKNOWN: 2, Truth.FALSE: 3}[truth(desk.condition, profile)]


def desk_by_id(desks: Iterable[Desk], id: str) -> Desk | None:
    """Return the desk with an id; None if there is none."""
    return next((desk for desk in desks if desk.id == id), None)
