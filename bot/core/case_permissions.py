"""Acts on a case: the rules for who may do each act in which state of the case, and the reasons for a refusal. Pure.

The commands and buttons by which managers ask for acts are in `case_commands.py`.
"""

from __future__ import annotations

from enum import StrEnum

from bot.core.case import CaseState, Role


class Act(StrEnum):
    """The acts that people can do on a case: take it, answer, pass it on, close it and so on."""

    #: Say something to the other side.
    SPEAK = "speak"
    #: Go back to the bot, as a citizen.
    LEAVE = "leave"
    #: Write a note among managers, which never leaves the group.
    NOTE = "note"
    TAKE = "take"
    #: Send a service, or a canned reply.
    PROPOSE = "propose"
    #: Put back into the queue, or give to another desk.
    PASS = "pass"  # noqa: S105 - no password
    CLOSE = "close"
    #: Open a resolved case again; record how it ended.
    REOPEN = "reopen"
    CONCLUDE = "conclude"
    #: Say that a case is not urgent.
    CALM = "calm"
    #: Write again at a time that the citizen is told.
    FOLLOW_UP = "follow_up"
    #: Take back what was sent to the citizen.
    WITHDRAW = "withdraw"
    #: Read the history of a case.
    LOOK = "look"
    #: Keep a citizen who abuses from opening cases; let them again.
    BLOCK = "block"
    UNBLOCK = "unblock"


class Refusal(StrEnum):
    """The reasons why an act is refused."""

    #: Nobody has taken the case: words stay in the group.
    NOT_TAKEN = "not_taken"
    #: The case is another manager's.
    NOT_YOURS = "not_yours"
    #: The case was taken already, by another manager or by this one.
    TAKEN = "taken"
    YOURS = "yours"
    RESOLVED = "resolved"
    OPEN = "open"
    #: The account is hidden, or not on the list of managers.
    ANONYMOUS = "anonymous"
    STRANGER = "stranger"
    #: No answer is given: the case is no business of theirs.
    SILENT = "silent"


_DESK_ROLES = frozenset({Role.MANAGER, Role.ASSIGNEE, Role.ADMINISTRATOR})
#: Acts that reach no citizen, or that must be possible at any time: open to the whole desk in every state.
_ALWAYS_OPEN = frozenset({Act.NOTE, Act.LOOK, Act.BLOCK, Act.UNBLOCK, Act.WITHDRAW})


def refusal(act: Act, role: Role, state: CaseState) -> Refusal | None:
    """Return the reason why a role may not do an act in a state of a case; None if it may."""
    if role is Role.CITIZEN:
        return None if act is Act.SPEAK or (act is Act.LEAVE and state is not CaseState.RESOLVED) else Refusal.SILENT
    if role is Role.ANONYMOUS:
        return Refusal.SILENT if act is Act.NOTE else Refusal.ANONYMOUS
    if role is Role.STRANGER:
        return Refusal.SILENT if act is Act.NOTE else Refusal.STRANGER
    if role not in _DESK_ROLES or act is Act.LEAVE:
        return Refusal.SILENT
    if act in _ALWAYS_OPEN:
        return None
    return _refusal_at_desk(act, role, state)


def _refusal_at_desk(act: Act, role: Role, state: CaseState) -> Refusal | None:
    """Return the reason why a member of the desk may not do an act in a state of a case; None if they may."""
    if state is CaseState.RESOLVED:
        # Who answered last may still add something.
        allowed = act in (Act.REOPEN, Act.CONCLUDE) or (role is Role.ASSIGNEE and act in (Act.SPEAK, Act.PROPOSE))
        return None if allowed else Refusal.RESOLVED
    if act in (Act.REOPEN, Act.CONCLUDE):
        return Refusal.OPEN
    if act is Act.CALM:
        return None
    if act is Act.TAKE:
        return None if state is CaseState.WAITING else Refusal.YOURS if role is Role.ASSIGNEE else Refusal.TAKEN
    if state is CaseState.WAITING:
        # Before anybody takes it, a case may go to another desk, and an administrator may close it.
        allowed = act is Act.PASS or (act is Act.CLOSE and role is Role.ADMINISTRATOR)
        return None if allowed else Refusal.NOT_TAKEN
    allowed = role is Role.ASSIGNEE or (role is Role.ADMINISTRATOR and act in (Act.CLOSE, Act.PASS))
    return None if allowed else Refusal.NOT_YOURS
