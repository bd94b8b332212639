"""Texts about the managers of desks: who is present, how many cases each has, to whom a case can be passed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.case import Case, CaseState, Manager
from bot.core.desk_state import DeskState, StaffMember
from bot.core.desks import Desk, desk_by_id
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.cases.manager_texts import QUEUE
from bot.dialogue.world import World
from bot.language.entities.moments import StatedMoment
from bot.language.text.normalise import normalise

#: Colleagues that are offered as buttons.
_MAX_COLLEAGUES = 8
#: The words with which a desk is closed and opened, and what stands before the day until when.
CLOSE_WORDS, OPEN_WORDS, UNTIL = frozenset({"chiuso", "chiudi", "chiusa"}), frozenset({"aperto", "apri", "aperta"}), "fino a"
#: The time at which a desk opens again on a day that is named without a time.
_OPENING_TIME = dt.time()


@dataclass(frozen=True, slots=True)
class Staffing:
    """The desks at a moment (local time), with the states that their managers set, and all open cases."""

    now: dt.datetime
    desks: Sequence[Desk]
    states: Mapping[str, DeskState]
    cases: Sequence[Case]

    def load_of(self, manager: Manager) -> int:
        """Return the number of open cases that a manager has."""
        return sum(case.manager is not None and case.manager.id == manager.id for case in self.cases)

    def load_at(self, desk: Desk) -> int:
        """Return the number of open cases of a desk."""
        return sum(case.desk == desk.id for case in self.cases)


def opening(moment: StatedMoment) -> dt.datetime:
    """Return the local time at which a closed desk opens again; a day without a time means the usual opening time."""
    return dt.datetime.combine(moment.day, moment.time or _OPENING_TIME)


def members_named(state: DeskState, name: str) -> Sequence[StaffMember]:
    """Return the managers whose full name or account number this is, or else those whose name begins so."""
    wanted = normalise(name)
    exact = [one for one in state.staff if wanted in (normalise(one.manager.label), str(one.manager.id))]
    return exact or [one for one in state.staff if wanted and normalise(one.manager.label).startswith(wanted)]


def stamped(target: str, case: Case) -> str:
    """Return the target of a button that passes a case on, marked with the manager who has the case now."""
    return f"{target} {_mark_of_turn(case)}"


def target_of(stamped_target: str, case: Case) -> str | None:
    """Return the target of such a button without its mark; None if another manager has the case since it was shown."""
    target, _, mark = stamped_target.partition(" ")
    return target if mark in ("", _mark_of_turn(case)) else None


def _mark_of_turn(case: Case) -> str:
    return f"{int(case.taken_at * 1000) & 0xFFFFFF:x}"


def destinations(world: World, case: Case, staffing: Staffing) -> Reply:
    """Return the question to whom a case is passed: the queue, a colleague, another desk; each with its number of cases."""
    say, rows = world.phrasing.say, []
    if case.state is CaseState.ASSIGNED:
        rows.append((Choice(say("pass_queue_button"), Action(Verb.MANAGE, "passa", stamped(QUEUE, case))),))
    desk, assignee = desk_by_id(staffing.desks, case.desk), case.manager.id if case.manager is not None else 0
    state = staffing.states.get(case.desk, DeskState())
    colleagues = state.colleagues(desk, assignee) if desk is not None else ()
    for one in sorted(colleagues, key=staffing.load_of)[:_MAX_COLLEAGUES]:
        label = say("pass_colleague", name=one.label, count=staffing.load_of(one))
        rows.append((Choice(label, Action(Verb.MANAGE, "passa", stamped(f"@{one.id}", case))),))
    others = [one for one in staffing.desks if one.id != case.desk]
    rows += [(Choice(_desk_line(world, one, staffing), Action(Verb.MANAGE, "passa", stamped(one.id, case))),) for one in others]
    return Reply((Run(say("desk_pass" if rows else "desk_pass_nowhere")),), tuple(rows))


def desks(world: World, staffing: Staffing, own: str) -> str:
    """Return a line for each desk with its state and number of cases; below the own desk also its managers with theirs."""
    say, lines = world.phrasing.say, []
    for desk in sorted(staffing.desks, key=lambda desk: desk.id != own):
        state = staffing.states.get(desk.id, DeskState())
        lines.append(_desk_line(world, desk, staffing))
        if state.is_closed and desk.is_shut and not desk.is_open(staffing.now):
            lines.append(say("desk_shut_because", reason=state.closed_because))
        for one in sorted(state.staff, key=lambda one: (one.is_away, one.manager.label)) if desk.id == own else ():
            key = "desk_member_away" if one.is_away else "desk_member"
            lines.append(say(key, name=one.manager.label, count=staffing.load_of(one.manager)))
    return "\n".join(lines)


def _desk_line(world: World, desk: Desk, staffing: Staffing) -> str:
    state = _state_in_words(world, desk, staffing.now)
    return world.phrasing.say("pass_desk", desk=desk.id, state=state, count=staffing.load_at(desk))


def _state_in_words(world: World, desk: Desk, now: dt.datetime) -> str:
    """Return a sentence that a desk is open, or the time when it opens."""
    say, opens = world.phrasing.say, desk.opens_at(now)
    if desk.is_open(now):
        return say("desk_open_now")
    return say("desk_opens", when=world.phrasing.moment(opens, now)) if opens is not None else say("desk_shut")
