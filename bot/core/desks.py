"""Desks: groups of Social Managers, their hours, the promise of an answer, and the choice of a desk for a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.conditions import Condition, Profile, Truth, truth
from bot.core.hours import is_open, next_change

#: Shifts that are looked through for a time of opening: more than those of two months.
_MAX_SHIFTS = 150


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
    #: Words on whom to call when an urgent case stays without an answer; empty if there is nobody.
    contact: str = ""
    #: The id that it had before, or that of a desk which is gone: it takes the open cases of that one.
    was: str = ""
    #: Closed by its managers out of its hours; until a local time, None if that is not known.
    is_shut: bool = False
    shut_until: dt.datetime | None = None

    def is_open(self, now: dt.datetime) -> bool:
        """Return True if the desk is open at a moment (local time)."""
        return not self._is_shut_at(now) and (not self.hours or is_open(self.hours, now))

    def _is_shut_at(self, now: dt.datetime) -> bool:
        return self.is_shut and (self.shut_until is None or now < self.shut_until)

    def opens_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return the time of the desk's next opening: now if it is open, None if it never opens again."""
        if self._is_shut_at(now):
            return self.opens_at(self.shut_until) if self.shut_until is not None else None
        return now if self.is_open(now) else next_change(self.hours, now)

    def next_shift(self, now: dt.datetime) -> dt.datetime | None:
        """Return the time at which the next shift begins, not counting the current one.

        None for a desk that never closes or never opens again.
        """
        if not self.hours:
            return None
        closed = next_change(self.hours, now) if self.is_open(now) else now
        return next_change(self.hours, closed) if closed is not None else None

    def answer_by(self, now: dt.datetime) -> dt.datetime | None:
        """Return the time by which the desk promises to answer a case opened now; None if it promises nothing."""
        return self.after_minutes(now, self.promise) if self.promise else None

    def after_minutes(self, now: dt.datetime, minutes: float) -> dt.datetime | None:
        """Return the time at which the desk will have been open for so many minutes, counted from now; None if it never will."""
        at, left = self.opens_at(now), dt.timedelta(minutes=minutes)
        for _ in range(_MAX_SHIFTS):
            closes = next_change(self.hours, at) if self.hours and at is not None else None
            if at is None or closes is None or at + left <= closes:
                return at + left if at is not None else None
            left -= closes - at
            at = next_change(self.hours, closes)
        return at

    def minutes_between(self, begin: dt.datetime, end: dt.datetime) -> float:
        """Return the minutes between two moments in which the desk is open."""
        total, at = dt.timedelta(), self.opens_at(begin)
        for _ in range(_MAX_SHIFTS):
            if at is None or at >= end:
                break
            closes = (next_change(self.hours, at) if self.hours else None) or end
            total += min(closes, end) - at
            at = next_change(self.hours, closes) if closes < end else None
        return total.total_seconds() / 60


def desk_for(desks: Sequence[Desk], profile: Profile, busy: Mapping[str, int], now: dt.datetime) -> Desk | None:
    """Return the desk that takes a case with this profile; None only if there are no desks.

    Desks whose condition is true come before those where it is unknown, and then those where it is false; open desks before
    closed ones; among equals the one with the fewest open cases (`busy`, by desk).
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
