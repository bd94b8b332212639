"""A case: a chat that a manager must answer or is answering. Its states, its moves, whose turn it is, and the queue. Pure.

Who may do what is in `case_permissions.py`. The turn of a case is apart from its state: a manager who has taken a case owes the
citizen a word until they write one, and again whenever the citizen has written.

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
    """The reasons why a chat needs a manager."""

    ASKED = "asked"
    NOTHING_FITS = "nothing_fits"
    NOT_UNDERSTOOD = "not_understood"
    #: The services found are of no use.
    USELESS = "useless"
    #: A voice message, a photo, a document: a bot cannot read them.
    UNREADABLE = "unreadable"
    #: Words of danger.
    URGENT = "urgent"


class CaseState(StrEnum):
    """The states of a case."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """The ways in which a case ends, as chosen by its manager; the network learns from them which needs stay unmet."""

    SOLVED = "solved"
    REFERRED = "referred"
    DOES_NOT_EXIST = "does_not_exist"
    NOT_ENTITLED = "not_entitled"
    FULL = "full"
    NO_ANSWER = "no_answer"
    NOT_NEEDED = "not_needed"
    NOT_OURS = "not_ours"


class Side(StrEnum):
    """The two sides of a case: the citizen and the network."""

    NETWORK = "network"
    CITIZEN = "citizen"


class Role(StrEnum):
    """The roles that people and chats have towards a case."""

    CITIZEN = "citizen"
    OTHER_CITIZEN = "other_citizen"
    #: A manager of the desk, other than the assignee.
    MANAGER = "manager"
    ASSIGNEE = "assignee"
    #: An administrator of the desk's group, other than the assignee.
    ADMINISTRATOR = "administrator"
    #: An administrator who hides behind the group's name.
    ANONYMOUS = "anonymous"
    #: A member of the desk's group who is not on its list of managers.
    STRANGER = "stranger"
    FOREIGN_GROUP = "foreign_group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager, by the number of their account; citizens are told the name, colleagues the label."""

    id: int
    name: str
    #: Their surname, or else the name of their account; empty if they have neither.
    surname: str = ""

    @property
    def label(self) -> str:
        """Return the name for colleagues, which tells managers with the same first name apart."""
        return f"{self.name} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer of the citizen that managers may read."""

    label: str
    value: str
    #: Shared only because the citizen said so.
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """A service that the citizen was shown and, if it does not fit them, the reason."""

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
    """A move of a case."""

    at: float
    #: A key of `texts.yaml` without "step_".
    event: str
    #: The name of whoever made the move, or its reason.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Mirror:
    """The newest message in the managers' group that repeats words of the citizen; further words can be joined to it."""

    #: The message's reference (`usecases.calls.message_ref`).
    key: str
    at: float
    parts: tuple[TranscriptEntry, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures that a manager posted together: either all of them are sent to the citizen, or none."""

    id: str
    messages: tuple[int, ...]
    is_outgoing: bool


@dataclass(frozen=True, slots=True)
class CaseTurn:
    """The side of a case that owes the next word, and since when."""

    side: Side
    since: float


@dataclass(frozen=True, slots=True)
class AnsweredWait:
    """A stretch in which the citizen waited, ended by an answer from the network.

    `due_at` is the promised time, 0 without a promise.
    """

    began: float
    ended: float
    due_at: float = 0.0
    #: The account of the manager who gave it, 0 if that is not known.
    manager: int = 0


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
    #: The time of the last alarm for words of danger.
    alarmed_at: float = 0.0
    #: The manager who answers, or who answered last.
    manager: Manager | None = None
    taken_at: float = 0.0
    resolved_at: float = 0.0
    #: The time since which the network owes the next word, and the promised time of it; 0 if the citizen owes the next word.
    waiting_since: float = 0.0
    due_at: float = 0.0
    #: The begin of the last wait, also after its answer; and the time of the network's last word.
    asked_at: float = 0.0
    answered_at: float = 0.0
    #: The waits that were answered.
    waits: tuple[AnsweredWait, ...] = ()
    #: The number of reminders sent for the present wait, and since when they are counted: the wait began, or the case moved.
    reminders: int = 0
    reminded_from: float = 0.0
    #: The opening of its desk that the citizen was last told of, after words out of hours; 0 if none was.
    announced_opening: float = 0.0
    #: The time at which its manager writes again, as the citizen was told; 0 if there is none.
    follow_up_at: float = 0.0
    #: The outcome of the case, with the manager's words on it; and the citizen's needs, ids with spaces between.
    outcome: Outcome | None = None
    outcome_words: str = ""
    needs: str = ""
    #: The times that it was reopened, and if its topic is closed in the channel.
    reopened: int = 0
    is_topic_closed: bool = False
    #: "yes" or "no": the citizen's answer to the question if it helped.
    helped: str = ""
    #: The answers that managers may see (`Share`).
    share: str = ""
    #: The citizen's municipality, in words.
    place: str = ""
    facts: tuple[SharedAnswer, ...] = ()
    offers_shown: tuple[ShownOffer, ...] = ()
    #: The ids of the offers that managers sent.
    offers_sent: tuple[str, ...] = ()
    #: The ids of the offers, and the names of the canned replies, that suit the citizen's words and answers: to look at first.
    suggested_offers: tuple[str, ...] = ()
    suggested_replies: tuple[str, ...] = ()
    #: The last messages of the citizen; and those since the case waits, which the next assignee gets.
    transcript: tuple[TranscriptEntry, ...] = ()
    held_messages: tuple[TranscriptEntry, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    mirror: Mirror | None = None
    #: The newest albums of managers.
    albums: tuple[Album, ...] = ()
    #: The citizen's interview that its answers are from, and the time at which they last read how the queue stands.
    interview: int = 0
    queue_told_at: float = 0.0
    #: Counts the desks and groups the case was in: each gives it a topic and a card of its own.
    place_number: int = 1
    #: The users who know that their words do not arrive: one notice each is enough.
    notified_users: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Return True until the case is resolved."""
        return self.state is not CaseState.RESOLVED

    @property
    def changed_at(self) -> float:
        """Return the time of the last move or word of the case."""
        moved_at = self.history[-1].at if self.history else self.opened_at
        return max(moved_at, self.asked_at, self.answered_at)

    @property
    def has_barred_citizen(self) -> bool:
        """Return True if managers have blocked the citizen from opening cases, and have not lifted the block."""
        moves = [one.event for one in self.history if one.event in ("barred", "unbarred")]
        return moves[-1:] == ["barred"]

    @property
    def typed_texts(self) -> tuple[str, ...]:
        """Return the citizen's typed messages that the card of the case shows."""
        return tuple(one.text for one in (*self.transcript, *self.held_messages) if one.text)

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
        """Return the case with more messages of the citizen in its transcript; older ones beyond the card's limit are dropped."""
        return replace(self, transcript=(*self.transcript, *entries)[-_MAX_TRANSCRIPT_ENTRIES:])

    @property
    def is_awaited(self) -> bool:
        """Return True while the citizen waits for an answer from the network."""
        return self.is_open and self.waiting_since > 0

    @property
    def turn(self) -> CaseTurn | None:
        """Return the side that must write next and the time since when; None for a resolved case."""
        if not self.is_open:
            return None
        return CaseTurn(Side.NETWORK, self.waiting_since) if self.is_awaited else CaseTurn(Side.CITIZEN, self.answered_at)

    def album_of(self, id: str, message: int) -> Album | None:
        """Return the album with this id, or else the album that contains this message; None if there is neither."""
        return next((one for one in self.albums if one.id == id or message in one.messages), None)

    def with_album(self, album: Album) -> Case:
        """Return the case with an album added or updated; only the newest albums are kept."""
        others = tuple(one for one in self.albums if one.id != album.id)
        return replace(self, albums=(*others, album)[-_MAX_ALBUMS:])

    def take(self, manager: Manager, now: float) -> Case:
        """Return the case assigned to a manager, who now owes the citizen an answer."""
        assigned = replace(self, state=CaseState.ASSIGNED, manager=manager, taken_at=now)
        return replace(assigned, reminders=0, reminded_from=now, notified_users=()).with_history(now, "taken", manager.label)

    def hand_to(self, manager: Manager, by: str, now: float) -> Case:
        """Return the case assigned to another manager of the desk; the citizen's waiting time goes on."""
        handed = replace(self, state=CaseState.ASSIGNED, manager=manager, taken_at=now, reminders=0, reminded_from=now)
        return replace(handed, notified_users=()).with_history(now, "passed", f"{by} → {manager.label}")

    def follow_up(self, now: float, at: float) -> Case:
        """Return the case set to sleep until time `at`, when its manager has promised the citizen to write again."""
        name = self.manager.label if self.manager is not None else ""
        return replace(self.answer(now), follow_up_at=at).with_history(now, "follow_up", name)

    def await_answer(self, now: float, *, due_at: float) -> Case:
        """Return the case with the citizen waiting for an answer from `now` on; unchanged if they were waiting already."""
        if self.is_awaited or not self.is_open:
            return self
        return replace(self, waiting_since=now, asked_at=now, due_at=due_at, reminders=0, reminded_from=now)

    def answer(self, now: float) -> Case:
        """Return the case after an answer from the network: the citizen's wait is over, and the citizen writes next."""
        answered = replace(self, answered_at=now)
        if not self.is_awaited:
            return answered
        wait = AnsweredWait(self.waiting_since, now, self.due_at, self.manager.id if self.manager is not None else 0)
        waits = (*self.waits, wait)[-_MAX_WAITS:]
        return replace(answered, waits=waits, waiting_since=0.0, due_at=0.0, reminders=0)

    def enqueue(self, now: float, event: str, detail: str, *, due_at: float, keeps_place: bool = False) -> Case:
        """Return the case in the queue, because it is new, passed on or reopened.

        With `keeps_place` the wait counts from when the citizen first asked, otherwise from `now`.
        """
        since = (self.waiting_since or self.asked_at or now) if keeps_place else now
        waiting = replace(self, state=CaseState.WAITING, manager=None, waiting_since=since, asked_at=since, due_at=due_at)
        waiting = replace(waiting, reminders=0, reminded_from=now, mirror=None)
        return replace(waiting, resolved_at=0.0, notified_users=()).with_history(now, event, detail)

    def reopen(self, now: float, detail: str, *, due_at: float) -> Case:
        """Return the resolved case in the queue again, without its outcome."""
        opened = self.enqueue(now, "reopened", detail, due_at=due_at)
        return replace(opened, outcome=None, outcome_words="", helped="", reopened=self.reopened + 1)

    def resolve(self, now: float, event: str, detail: str = "") -> Case:
        """Return the case resolved; it still names its manager."""
        resolved = replace(self, state=CaseState.RESOLVED, resolved_at=now, waiting_since=0.0, due_at=0.0, follow_up_at=0.0)
        resolved = replace(resolved, mirror=None, held_messages=())
        return resolved.with_transcript(*self.held_messages).with_history(now, event, detail)


#: Entries of a case's history, messages of its transcript, and answered waits that are stored.
_MAX_HISTORY_ENTRIES, _MAX_TRANSCRIPT_ENTRIES, _MAX_WAITS = 60, 10, 60
#: Albums of managers whose pictures are known to belong together.
_MAX_ALBUMS = 5
#: Seconds after the end of a case within which a new message reopens it.
REOPEN_SECONDS = 24 * 3600.0


def role_in(case: Case, user: int, *, listed: bool, administers: bool) -> Role:
    """Return the role that a user of the desk's group has in a case.

    `listed` is True if the user is on the desk's list of managers or the desk has no such list.
    """
    if case.manager is not None and case.manager.id == user:
        return Role.ASSIGNEE
    if administers:
        return Role.ADMINISTRATOR
    return Role.MANAGER if listed else Role.STRANGER


def awaited_cases(cases: Iterable[Case], desk: str = "") -> list[Case]:
    """Return the cases, optionally of one desk, whose citizens wait for an answer: urgent ones first, then the longest wait."""
    awaited = [case for case in cases if case.is_awaited and desk in ("", case.desk)]
    return sorted(awaited, key=lambda case: (not case.urgent, case.waiting_since, case.number))
