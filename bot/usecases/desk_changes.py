"""Changes of desks in the settings, applied to open cases at the start.

A desk was renamed, moved to another group, or replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.core.case import Case
from bot.core.desk_state import DeskState
from bot.core.desks import Desk, desk_by_id
from bot.usecases.case_posts import CasePosts
from bot.usecases.case_reminders import CaseReminders
from bot.usecases.ports import Unit


def desks_that_are_gone(unit: Unit, desks: Sequence[Desk]) -> Mapping[str, int]:
    """Return the desks that have open cases but are no longer in the settings, each with the number of these cases."""
    return Counter(case.desk for case in unit.cases.list_open() if case.desk and _desk_now(desks, case.desk) is None)


class DeskChanges:
    """Moves open cases whose desk has changed in the settings."""

    def __init__(self, posts: CasePosts, reminders: CaseReminders) -> None:
        self._posts = posts
        self._reminders = reminders

    def follow(self, unit: Unit, now: float) -> int:
        """Move the open cases whose desk now has another id or group. Return how many were moved."""
        count = 0
        states = unit.desk_states.list_all()
        for desk in self._posts.desks:
            if desk.was in states and desk.id not in states:
                unit.desk_states.change(desk.id, partial(_taken_over, states[desk.was]))
        for case in unit.cases.list_open():
            now_at = _desk_now(self._posts.desks, case.desk)
            if now_at is None:
                continue
            group = unit.outbox.current_id(now_at.chat_id)
            if unit.outbox.current_id(case.group) != group:
                self._move(unit, case, now_at, group, now)
                count += 1
            elif now_at.id != case.desk:
                unit.cases.save(replace(case, desk=now_at.id))
                count += 1
        return count

    def _move(self, unit: Unit, case: Case, desk: Desk, group: int, now: float) -> None:
        """Move a case to another desk's group; its wait in the queue continues."""
        moved = case.enqueue(now, "passed", f"{case.desk} → {desk.id}", due_at=case.due_at, keeps_place=True)
        moved = replace(moved, desk=desk.id, group=group, place_number=case.place_number + 1)
        unit.cases.save(moved)
        self._posts.post_card(unit, moved, now)
        self._reminders.schedule(unit, moved, now)


def _taken_over(former: DeskState, _: DeskState) -> DeskState:
    return former


def _desk_now(desks: Sequence[Desk], id: str) -> Desk | None:
    """Return the desk with an id, or else the desk that lists this id as its former one in the settings."""
    return desk_by_id(desks, id) or next((desk for desk in desks if desk.was == id), None)
