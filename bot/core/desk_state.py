"""The state of a desk as its managers set it: who works there, who is away, and if it is closed outside its usual hours. Pure.

The usual hours, the promise and the condition of a desk are settings (`desks.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from bot.core.case import Manager
from bot.core.desks import Desk
from bot.core.stored import dump_record, load_record


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A manager who has been seen at a desk, and whether they are away."""

    manager: Manager
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class DeskState:
    """The state of a desk as its managers have set it. Times are seconds since 1970 (UTC)."""

    staff: tuple[StaffMember, ...] = ()
    #: Closed out of its hours, with the reason for its managers; until a time, 0.0 until they open it.
    is_closed: bool = False
    closed_because: str = ""
    closed_until: float = 0.0
    #: Canned replies that the desk wrote itself, by name.
    replies: Mapping[str, str] = field(default_factory=dict)

    def member(self, user: int) -> StaffMember | None:
        """Return the manager with an account; None for one who was never seen."""
        return next((one for one in self.staff if one.manager.id == user), None)

    def is_away(self, user: int) -> bool:
        """Return True if a manager said that they are away."""
        member = self.member(user)
        return member is not None and member.is_away

    def with_member(self, manager: Manager, *, is_away: bool) -> DeskState:
        """Return the state with a manager added or updated, as present or away."""
        others = tuple(one for one in self.staff if one.manager.id != manager.id)
        return replace(self, staff=(*others, StaffMember(manager, is_away))[-_MAX_STAFF:])

    def without_member(self, user: int) -> DeskState:
        """Return the state without a manager who has left."""
        return replace(self, staff=tuple(one for one in self.staff if one.manager.id != user))

    def colleagues(self, desk: Desk, of: int) -> Sequence[Manager]:
        """Return the managers of a desk who are present, sorted by name, without the manager `of`."""
        found = [one.manager for one in self.staff if not one.is_away and one.manager.id != of]
        return sorted((one for one in found if not desk.managers or one.id in desk.managers), key=lambda one: one.label)


#: Managers of a desk that are remembered.
_MAX_STAFF = 200
_VERSION = 1
_STATE = TypeAdapter(DeskState)


def desk_in_state(desk: Desk, state: DeskState | None, until: dt.datetime | None) -> Desk:
    """Return a desk with its state applied: closed until a local time if its managers closed it, or closed if all are away."""
    if state is None:
        return desk
    if state.is_closed:
        return replace(desk, is_shut=True, shut_until=until)
    here = [one for one in state.staff if not desk.managers or one.manager.id in desk.managers]
    is_everybody_known = bool(here) and len(here) >= len(desk.managers)
    return replace(desk, is_shut=is_everybody_known and all(one.is_away for one in here))


def dump_desk_state(state: DeskState) -> str:
    """Return the state of a desk as JSON."""
    return dump_record(_STATE.dump_python(state, mode="json", exclude_defaults=True), _VERSION)


def load_desk_state(text: str) -> DeskState:
    """Return the state that `dump_desk_state` wrote. Raises ValueError for any other text."""
    return _STATE.validate_python(load_record(text, _VERSION, {}) or {})
