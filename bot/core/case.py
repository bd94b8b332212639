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
    """An answer of the citizen that managers may read."""

    label: str
    value: str
    #: Shared only because the citizen said so.
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """A service that the citizen was shown, with the reason why it does not fit, if there is one."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """A message of the citizen: its number in their chat, its words, and its kind if it is not text (photo, voice …)."""

    message: int
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One move of a case."""

    at: float
    #: A key of `texts.yaml` without "step_".
    event: str
    #: Who made the move, or why.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Mirror:
    """The newest message of the group that holds words of the citizen, to which more words can be joined."""

    #: The message's reference (`usecases.calls.message_ref`).
    key: str
    at: float
    parts: tuple[TranscriptEntry, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A chat that a manager must answer or is answering. Times are seconds since 1970 (UTC)."""

    number: int
    #: The citizen's chat.
    chat: int
    reason: CaseReason
    opened_at: float
    #: The desk of the case, and its group; 0 if there is none.
    desk: str = ""
    group: int = 0
    state: CaseState = CaseState.WAITING
    urgent: bool = False
    #: The manager who answers, or who answered last.
    manager: Manager | None = None
    taken_at: float = 0.0
    resolved_at: float = 0.0
    #: The begin of the present wait, and the promised time of an answer; 0 if nobody waits.
    waiting_since: float = 0.0
    due_at: float = 0.0
    #: The number of reminders sent for the present wait.
    reminders: int = 0
    #: "yes" or "no": the citizen's answer to the question if it helped.
    helped: str = ""
    #: The answers that managers may see (`Share`).
    share: str = ""
    #: The citizen's municipality, in words.
    place: str = ""
    facts: tuple[Fact, ...] = ()
    offers_shown: tuple[ShownOffer, ...] = ()
    #: The last messages of the citizen; and those since the case waits, which the next assignee gets.
    transcript: tuple[TranscriptEntry, ...] = ()
    held_messages: tuple[TranscriptEntry, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    mirror: Mirror | None = None
    #: Counts the desks and groups the case was in: each gives it a topic and a card of its own.
    place_number: int = 1
    #: The users who know that their words do not arrive: one notice each is enough.
    notified_users: tuple[int, ...] = ()

    @property
    def card(self) -> str:
        """Return the message reference of the case's card."""
        return f"card:{self.number}.{self.place_number}"

    @property
    def topic(self) -> str:
        """Return the message reference of the case's topic."""
        return f"topic:{self.number}.{self.place_number}"

    def with_history(self, at: float, event: str, detail: str = "") -> Case:
        """Return the case with one more entry in its history."""
        return replace(self, history=(*self.history, HistoryEntry(at, event, detail))[-_MAX_HISTORY_ENTRIES:])

    def with_transcript(self, *entries: TranscriptEntry) -> Case:
        """Return the case with more messages of the citizen; only the last ones are kept, for the card."""
        return replace(self, transcript=(*self.transcript, *entries)[-_MAX_TRANSCRIPT_ENTRIES:])

    def take(self, manager: Manager, now: float) -> Case:
        """Return the case assigned to a manager."""
        assigned = replace(self, state=CaseState.ASSIGNED, manager=manager, taken_at=now, waiting_since=0.0, due_at=0.0)
        return replace(assigned, reminders=0, notified_users=()).with_history(now, "taken", manager.name)

    def enqueue(self, now: float, event: str, detail: str, *, due_at: float) -> Case:
        """Return the case in the queue: new, passed on, or reopened."""
        waiting = replace(self, state=CaseState.WAITING, manager=None, waiting_since=now, due_at=due_at, reminders=0, mirror=None)
        return replace(waiting, resolved_at=0.0, notified_users=()).with_history(now, event, detail)

    def resolve(self, now: float, event: str, detail: str = "") -> Case:
        """Return the case resolved; its manager stays on record."""
        resolved = replace(self, state=CaseState.RESOLVED, resolved_at=now, waiting_since=0.0, due_at=0.0)
        resolved = replace(resolved, mirror=None, held_messages=())
        return resolved.with_transcript(*self.held_messages).with_history(now, event, detail)


#: Entries of a case's history, and messages of its transcript, that are stored.
_MAX_HISTORY_ENTRIES, _MAX_TRANSCRIPT_ENTRIES = 60, 10
#: Seconds after the end of a case within which a new message reopens it.
REOPEN_SECONDS = 24 * 3600.0


def role_in(case: Case, user: int, *, listed: bool, administers: bool) -> Role:
    """Return the role of a user of the desk's group. `listed`: they are on the desk's list of managers, or it has none."""
    if case.manager is not None and case.manager.id == user and case.state is CaseState.ASSIGNED:
        return Role.ASSIGNEE
    if administers:
        return Role.ADMINISTRATOR
    return Role.MANAGER if listed else Role.STRANGER


def waiting_cases(cases: Iterable[Case], desk: str = "") -> list[Case]:
    """Return the cases that wait (at a desk), in the order of answering: urgent ones first, then the longest wait."""
    waiting = [case for case in cases if case.state is CaseState.WAITING and desk in ("", case.desk)]
    return sorted(waiting, key=lambda case: (not case.urgent, case.waiting_since, case.number))
