"""A case: a chat that a Social Manager must answer or is answering. Pure: its states, who may do what, what a move makes of it.

::

    waiting ── take ──► assigned ── close ──► resolved
       ▲  ◄──── pass ────┘  │  leave ────────►  │
       └──────────── a new message soon after ◄─┘
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class CaseReason(StrEnum):
    """Why a chat needs a person."""

    ASKED = "asked"
    NOTHING_FITS = "nothing_fits"
    NOT_UNDERSTOOD = "not_understood"
    #: What was found is of no use.
    USELESS = "useless"
    #: A voice message, a photo, a document: nothing that a bot can read.
    UNREADABLE = "unreadable"
    #: Words of danger.
    URGENT = "urgent"


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class Role(StrEnum):
    """Who somebody is to a case."""

    CITIZEN = "citizen"
    OTHER_CITIZEN = "other_citizen"
    #: Of the desk, and not the one who answers.
    MANAGER = "manager"
    ASSIGNEE = "assignee"
    #: Administers the desk's group, and is not the one who answers.
    ADMINISTRATOR = "administrator"
    #: An administrator who hides behind the group's name: nobody knows who it is.
    ANONYMOUS = "anonymous"
    #: In the desk's group, but not on its list of managers.
    STRANGER = "stranger"
    FOREIGN_GROUP = "foreign_group"
    CHANNEL = "channel"


class Act(StrEnum):
    """What somebody can do about a case."""

    #: Say something to the other side.
    SPEAK = "speak"
    #: The citizen goes back to the bot.
    LEAVE = "leave"
    #: A word among managers, which never leaves the group.
    NOTE = "note"
    TAKE = "take"
    #: Send a service, or a canned reply.
    PROPOSE = "propose"
    #: Back into the queue, or to another desk.
    PASS = "pass"  # noqa: S105 - no password
    CLOSE = "close"
    #: Read the history of a case.
    LOOK = "look"
    #: Keep somebody who abuses from opening cases; let them again.
    BLOCK = "block"
    UNBLOCK = "unblock"


class Refusal(StrEnum):
    """Why somebody may not do something."""

    #: Nobody has taken the case: what is said stays in the group.
    NOT_TAKEN = "not_taken"
    #: Somebody else answers it.
    NOT_YOURS = "not_yours"
    #: Somebody has taken it already; or the one who asks has.
    TAKEN = "taken"
    YOURS = "yours"
    RESOLVED = "resolved"
    #: Who it is cannot be told, or is not on the list of managers.
    ANONYMOUS = "anonymous"
    STRANGER = "stranger"
    #: Nothing is answered: the case is no business of theirs.
    SILENT = "silent"


_OURS = frozenset({Role.MANAGER, Role.ASSIGNEE, Role.ADMINISTRATOR})
_IN_GROUP_ONLY = frozenset({Act.NOTE, Act.LOOK, Act.BLOCK, Act.UNBLOCK})


def refusal(act: Act, role: Role, state: CaseState) -> Refusal | None:
    """Why somebody may not do something in a case that stands so; None if they may."""
    if role is Role.CITIZEN:
        return None if act is Act.SPEAK or (act is Act.LEAVE and state is not CaseState.RESOLVED) else Refusal.SILENT
    if role is Role.ANONYMOUS:
        return Refusal.SILENT if act is Act.NOTE else Refusal.ANONYMOUS
    if role is Role.STRANGER:
        return Refusal.SILENT if act is Act.NOTE else Refusal.STRANGER
    if role not in _OURS or act is Act.LEAVE:
        return Refusal.SILENT
    if act in _IN_GROUP_ONLY:
        return None
    if state is CaseState.RESOLVED:
        return Refusal.RESOLVED
    if act is Act.TAKE:
        return None if state is CaseState.WAITING else Refusal.YOURS if role is Role.ASSIGNEE else Refusal.TAKEN
    if state is CaseState.WAITING:
        # An urgent or forgotten case may go to another desk, and an administrator may close it, before anybody takes it.
        allowed = act is Act.PASS or (act is Act.CLOSE and role is Role.ADMINISTRATOR)
        return None if allowed else Refusal.NOT_TAKEN
    allowed = role is Role.ASSIGNEE or (role is Role.ADMINISTRATOR and act in (Act.CLOSE, Act.PASS))
    return None if allowed else Refusal.NOT_YOURS


@dataclass(frozen=True, slots=True)
class Manager:
    """A Social Manager, by the number of their account."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer that managers may read."""

    label: str
    said: str
    #: Only if the citizen has said that it may be shared.
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A service that the citizen was shown, and what stands in its way."""

    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the citizen: its number, its words, and what it is if it is not text."""

    message: int
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: a key of `texts.yaml` without "step_", when, and by whom or why."""

    at: float
    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Mirror:
    """The newest message of the group that holds words of the citizen, to which more can be joined."""

    #: What it is known as (`calls.Outgoing.key`).
    key: str
    at: float
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A case. Times are seconds since 1970 (UTC)."""

    number: int
    chat: int
    reason: CaseReason
    opened_at: float
    #: The desk it is with, and its group; 0 while there is none.
    desk: str = ""
    group: int = 0
    state: CaseState = CaseState.WAITING
    urgent: bool = False
    manager: Manager | None = None
    taken_at: float = 0.0
    resolved_at: float = 0.0
    #: Since when it waits, and by when somebody should answer; 0 for nobody is waited for.
    waiting_since: float = 0.0
    due_at: float = 0.0
    #: How often somebody was reminded.
    reminded: int = 0
    #: "yes" or "no": whether it helped, as the citizen said.
    helped: str = ""
    #: What the citizen lets managers see (`Share`).
    share: str = ""
    place: str = ""
    facts: tuple[Fact, ...] = ()
    seen: tuple[Seen, ...] = ()
    #: What the citizen wrote last, and while nobody had taken the case: the latter is carried over then.
    said: tuple[Said, ...] = ()
    kept: tuple[Said, ...] = ()
    steps: tuple[Step, ...] = ()
    mirror: Mirror | None = None
    #: Counts the places it had: each desk and each group gives it a topic and a card of its own.
    places: int = 1
    #: Who was told that their words stay in the group: once is enough.
    hinted: tuple[int, ...] = ()

    @property
    def card(self) -> str:
        """What its card is known as (`calls.Outgoing.keys`)."""
        return f"card:{self.number}.{self.places}"

    @property
    def topic(self) -> str:
        """What its topic is known as."""
        return f"topic:{self.number}.{self.places}"

    def noted(self, at: float, what: str, who: str = "") -> Case:
        """With one more step in its history."""
        return replace(self, steps=(*self.steps, Step(at, what, who))[-_MOST_STEPS:])

    def hearing(self, *said: Said) -> Case:
        """After the citizen has said something to whoever answers: the last of it is on the card of the next one."""
        return replace(self, said=(*self.said, *said)[-_MOST_SAID:])

    def taken(self, manager: Manager, now: float) -> Case:
        """Somebody answers it now."""
        mine = replace(self, state=CaseState.ASSIGNED, manager=manager, taken_at=now, waiting_since=0.0, due_at=0.0)
        mine = replace(mine, reminded=0, hinted=())
        return mine.noted(now, "taken", manager.name)

    def queued(self, now: float, what: str, who: str, *, due_at: float) -> Case:
        """It waits (again): passed on, or reopened."""
        waiting = replace(self, state=CaseState.WAITING, manager=None, waiting_since=now, due_at=due_at, reminded=0, mirror=None)
        return replace(waiting, resolved_at=0.0, hinted=()).noted(now, what, who)

    def resolved(self, now: float, what: str, who: str = "") -> Case:
        """Nobody needs to answer any more; who did is remembered."""
        done = replace(self, state=CaseState.RESOLVED, resolved_at=now, waiting_since=0.0, due_at=0.0, mirror=None, kept=())
        return done.hearing(*self.kept).noted(now, what, who)


#: Steps and messages that are remembered.
_MOST_STEPS, _MOST_SAID = 60, 10
#: Seconds after its end in which a new message opens a case again.
REOPEN = 24 * 3600.0


def role_in(case: Case, user: int, *, listed: bool, administers: bool) -> Role:
    """Who somebody in the desk's group is. `listed`: the desk has no list of managers, or they are on it."""
    if case.manager is not None and case.manager.id == user and case.state is CaseState.ASSIGNED:
        return Role.ASSIGNEE
    if administers:
        return Role.ADMINISTRATOR
    return Role.MANAGER if listed else Role.STRANGER


def queued(cases: Iterable[Case], desk: str = "") -> list[Case]:
    """Those that wait (at a desk), in the order in which they should be answered: urgent ones, then by waiting time."""
    waiting = [case for case in cases if case.state is CaseState.WAITING and desk in ("", case.desk)]
    return sorted(waiting, key=lambda case: (not case.urgent, case.waiting_since, case.number))
