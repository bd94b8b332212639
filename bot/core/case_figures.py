"""The figures of cases in a period of time: how many moved, how long their citizens waited, how they ended. Pure.

Times are seconds since 1970 (UTC); a period includes its begin but not its end. Waits count only minutes in which the desk is
open.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.case import AnsweredWait, Case, CaseReason, Outcome
from bot.core.desks import Desk, desk_by_id

#: From a case and the begin and end of a wait to its length in minutes.
WaitMinutes = Callable[[Case, float, float], float]
#: The moves that end a case.
_ENDS = frozenset({"closed", "left", "barred"})


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The figures of the cases of a desk, or of one of its managers."""

    opened: int
    taken: int
    reopened: int
    closed: int
    #: The answers to the question if a case helped, of the cases that were closed.
    helped: int
    unhelped: int
    #: Minutes until each first answer, and until each answer.
    first_waits: tuple[float, ...]
    waits: tuple[float, ...]
    #: The answers that were promised by a time, and those of them that were given by then.
    promised: int
    in_time: int
    reasons: Mapping[CaseReason, int]
    outcomes: Mapping[Outcome, int]


def wait_minutes(desks: Sequence[Desk], local: Callable[[float], dt.datetime]) -> WaitMinutes:
    """Return a function that measures how long a citizen waited, in minutes of the desk's opening hours (local time).

    For an urgent case every minute counts.
    """

    def minutes(case: Case, began: float, ended: float) -> float:
        desk = desk_by_id(desks, case.desk)
        if desk is None or case.urgent:
            return (ended - began) / 60
        return desk.minutes_between(local(began), local(ended))

    return minutes


def figures(cases: Iterable[Case], begin: float, end: float, minutes: WaitMinutes, manager: int = 0) -> CaseFigures:
    """Return the figures of cases in a period of time; with `manager` only those of this manager's work."""
    cases = [case for case in cases if not manager or _has_acted(case, manager)]
    own = [case for case in cases if not manager or (case.manager is not None and case.manager.id == manager)]
    answered = [
        (case, wait)
        for case in cases
        for wait in case.waits
        if begin <= wait.ended < end and (not manager or wait.manager == manager)
    ]
    opened = [case for case in cases if begin <= case.opened_at < end]
    closed = [case for case in own if not case.is_open and _moves(case, _ENDS, begin, end)]
    promised = [wait for _, wait in answered if wait.due_at]
    return CaseFigures(
        opened=len(opened),
        taken=sum(bool(_moves(case, {"taken"}, begin, end)) for case in own),
        reopened=sum(_moves(case, {"reopened"}, begin, end) for case in own),
        closed=len(closed),
        helped=sum(case.helped == "yes" for case in closed),
        unhelped=sum(case.helped == "no" for case in closed),
        first_waits=tuple(minutes(case, wait.began, wait.ended) for case, wait in answered if _is_first(case, wait)),
        waits=tuple(minutes(case, wait.began, wait.ended) for case, wait in answered),
        promised=len(promised),
        in_time=sum(wait.ended <= wait.due_at for wait in promised),
        reasons=Counter(case.reason for case in opened),
        outcomes=Counter(case.outcome for case in closed if case.outcome is not None),
    )


def _has_acted(case: Case, manager: int) -> bool:
    return (case.manager is not None and case.manager.id == manager) or any(wait.manager == manager for wait in case.waits)


def _is_first(case: Case, wait: AnsweredWait) -> bool:
    return wait is case.waits[0] and wait.began <= case.opened_at


def _moves(case: Case, events: Iterable[str], begin: float, end: float) -> int:
    """Return how many history entries of the given kinds a case has within a period of time."""
    return sum(entry.event in events and begin <= entry.at < end for entry in case.history)
