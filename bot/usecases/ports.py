"""What the use cases need of the world outside: a store with transactions, and Telegram. Nothing here has a body.

A *lane* is the order of the updates that belong to one citizen's chat; its id is that chat's, and 0 for updates of no chat.
Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Json
from typing import Protocol, TypeVar

from bot.core.case import Case
from bot.usecases.calls import Accepted, ClaimedCall, DirectCall, Limits, Outgoing, Replacement

_T = TypeVar("_T")

#: The lane of what belongs to no chat.
NO_LANE = 0

# --- In


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as it came in, on its way into the inbox."""

    update_id: int
    lane: int
    #: The update as JSON, in the text that Telegram gave it.
    payload: str
    #: In a group: the topic and the messages that it is about. If one of them belongs to a case, the lane is its citizen's.
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedUpdate:
    """The first update of a lane that is not handled yet, with the session of its chat."""

    id: int
    lane: int
    update_id: int
    payload: str
    received_at: float
    attempts: int
    session: str | None
    #: The id of the message that the chat has in front, if it is known: none while a newer one is on its way.
    shown: int | None = None
    #: Nothing is sent to the chat any more: it had blocked the bot.
    blocked: bool = False
    #: The number of the chat's last case.
    last_case: int | None = None
    #: The result of the slow work that its handling needs, once that is done (`inbound.SlowWork`).
    prepared: object = None


@dataclass(frozen=True, slots=True)
class QuarantinedUpdate:
    """An update that was set aside."""

    id: int
    lane: int
    update_id: int
    received_at: float
    error: str


# --- Queues seen from outside


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How much waits, and since when the oldest does; 0.0 when nothing waits."""

    waiting: int
    oldest: float


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The state of the queues."""

    inbox: QueueDepth
    outbox: QueueDepth
    quarantined: int
    chats: int
    open_cases: int


# --- The store


class Inbox(Protocol):
    """The durable queue of updates in."""

    def receive(self, updates: Sequence[NewUpdate], now: float) -> int:
        """Stores updates; those that are known already have no second effect. Returns how many were new."""

    def claim(self, now: float, most: int) -> Sequence[QueuedUpdate]:
        """Locks lanes that have something to do, the longest ready first, and returns the first update of each."""

    def reroute(self, waiting: QueuedUpdate, lane: int, now: float) -> None:
        """The update belongs to another lane."""

    def mark_done(self, waiting: QueuedUpdate, session: str | None, now: float) -> None:
        """The update is handled: its payload is emptied, its id kept against redelivery, the session (None: as it was) stored."""

    def mark_failed(self, waiting: QueuedUpdate, error: str, retry_at: float) -> None:
        """The update failed and stays at the head of its lane until `retry_at`."""

    def quarantine(self, waiting: QueuedUpdate, error: str, now: float) -> None:
        """The update is set aside with its error, and the lane goes on."""

    def next_at(self) -> float | None:
        """When the next lane is ready; None when nothing waits."""

    def list_quarantined(self) -> Sequence[QuarantinedUpdate]:
        """What is set aside, oldest first."""

    def retry(self, ids: Sequence[int] | None) -> int:
        """Puts what was set aside (None: all of it) back at the head of its lanes. Returns how much."""

    def purge(self, before: float, most: int) -> int:
        """Forgets updates that were done before a time. Returns how many."""


class Outbox(Protocol):
    """The durable queue of calls to Telegram."""

    def put(self, outgoing: Outgoing, now: float) -> None:
        """Queues a call. An edit takes the place of one of the same message that still waits."""

    def claim(self, now: float, most: int, limits: Limits) -> Sequence[ClaimedCall]:
        """Marks calls as being made, within the limits, at most one for each chat, citizens first; returns them."""

    def next_at(self, limits: Limits) -> float | None:
        """When the next call may be made; None when nothing waits."""

    def still_owned(self, ids: Sequence[int]) -> Collection[int]:
        """Those of some calls that this process is still making, locked: one that was taken for dead may have lost them."""

    def mark_accepted(self, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """Telegram has accepted the call: its payload is emptied."""

    def amend(self, chat: int, merge_key: str, change: Callable[[dict[str, Json]], None], keys: Sequence[str]) -> bool:
        """Changes the parameters of a call that is not being made yet; what comes of it is known as `keys` too.

        False if it is being made, or was.
        """

    def is_pending(self, merge_key: str) -> bool:
        """Whether a call of this name is still to be made, or is being made."""

    def remaining_quota(self, group: int, now: float, limits: Limits) -> int:
        """How many new messages a group takes within this minute, beside those that wait."""

    def mark_refused(self, call: ClaimedCall, error: str, now: float) -> None:
        """The call will never be accepted."""

    def retry(self, call: ClaimedCall, at: float, error: str, *, outcome_unknown: bool) -> None:
        """The call is to be made again, not before a time; other calls to the same chat wait behind it."""

    def replace_with(self, call: ClaimedCall, other: Replacement) -> None:
        """Another call takes its place."""

    def pause_blocked(self, call: ClaimedCall, error: str) -> None:
        """Nothing more is sent to the chat; what waits, waits on."""

    def block(self, chat: int) -> None:
        """Nothing more is sent to the chat, as it has said itself."""

    def is_reachable(self, chat: int) -> bool:
        """Whether what is sent to a chat is not held back until the bot is let in again."""

    def current_id(self, chat: int) -> int:
        """Where a group is now, if it moved."""

    def unblock(self, chat: int) -> None:
        """The chat is back."""

    def move_group(self, old: int, new: int) -> None:
        """A group has another id: what waits, and all that is put from now on, goes there."""

    def purge(self, before: float, most: int) -> int:
        """Forgets calls that ended before a time. Returns how many."""


class Cases(Protocol):
    """The chats that a Social Manager must answer."""

    def open(self, case: Case) -> Case:
        """Keeps a new case, which is its chat's from now on; returns it with its number."""

    def save(self, case: Case) -> None:
        """Keeps what a case has become."""

    def get(self, number: int) -> Case | None:
        """A case by its number."""

    def of_messages(self, chat: int, messages: Sequence[int]) -> Case | None:
        """Return the case of the first of some messages or topics of a group that belongs to one."""

    def list_untaken(self) -> Sequence[Case]:
        """All cases that nobody has taken, the oldest first."""

    def list_open_in_group(self, group: int) -> Sequence[Case]:
        """The cases of a group that are not resolved."""

    def count_by_desk(self) -> Mapping[str, int]:
        """How many cases that are not resolved each desk has."""

    def list_of_chat(self, chat: int) -> Sequence[Case]:
        """All cases of a citizen, the oldest first."""

    def list_since(self, at: float) -> Sequence[Case]:
        """The cases that were opened since a time."""


class MessageRefs(Protocol):
    """Where the messages of cases are in the other chat."""

    def record(self, keys: Sequence[str], messages: Sequence[int], *, case: int, lane: int, chat: int, at: float) -> None:
        """Messages of a chat that are about a case, and what each is known as."""

    def find(self, key: str) -> int | None:
        """The message or topic that is known as `key`."""

    def keys_of(self, chat: int, message: int) -> Sequence[str]:
        """What a message is known as."""

    def lane_of(self, chat: int, messages: Sequence[int]) -> int | None:
        """The citizen's chat of the first of some messages or topics of a group that belongs to a case."""

    def forget(self, key: str) -> None:
        """What was known as `key` is gone."""

    def forget_chat(self, chat: int) -> None:
        """All messages of a chat are out of reach."""

    def purge(self, before: float, most: int) -> int:
        """Forgets what came before a time. Returns how many."""


class Ledger(Protocol):
    """The pseudonymous record of what was asked for and what came of it."""

    def record(self, kind: str, event: Mapping[str, Json], now: float) -> None:
        """Adds an event; it names no chat and nobody."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that is to happen: to a lane, as an update of its own, whose payload says what; or to nobody."""

    kind: str
    due_at: float
    lane: int = NO_LANE
    payload: str = ""


class Timers(Protocol):
    """What is to happen at a time, one of a kind."""

    def set(self, timer: Timer) -> None:
        """Sets the time of a kind, which may be set already."""

    def clear(self, kind: str) -> None:
        """A kind is not to happen."""

    def list_due(self, now: float) -> Sequence[Timer]:
        """Those whose time has come, the first ones first; not locked, since their lane must be before they are."""

    def remove(self, timer: Timer) -> None:
        """A timer has had its effect; one that was set anew meanwhile stays."""

    def next_at(self) -> float | None:
        """When the next one's time comes; None if none is set."""


class Alerts(Protocol):
    """Whether it is time to raise an alert again."""

    def is_due(self, name: str, now: float, interval: float) -> bool:
        """True at most once in so many seconds."""


class Unit(Protocol):
    """One transaction: everything done through it happens, or nothing does."""

    @property
    def inbox(self) -> Inbox:
        """The queue of updates in."""

    @property
    def outbox(self) -> Outbox:
        """The queue of calls out."""

    @property
    def cases(self) -> Cases:
        """The cases."""

    @property
    def message_refs(self) -> MessageRefs:
        """Where the messages of cases are."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def timers(self) -> Timers:
        """The timers."""

    @property
    def alerts(self) -> Alerts:
        """The alerts."""

    def counts(self) -> QueueCounts:
        """The state of the queues."""


class Store(Protocol):
    """Runs functions in transactions."""

    async def do(self, function: Callable[[Unit], _T]) -> _T:
        """Runs a function in a transaction and commits it.

        The function may run more than once, so it has no effect but through the unit. What it raises is raised after a
        roll-back.

        Raises:
            StoreUnavailable: the database cannot be reached or cannot write; nothing happened.

        """

    async def recover(self, now: float) -> int:
        """Calls that processes which are no more were making are in doubt: queued again. Returns how many."""


#: Handles one update within a transaction; the calls that it returns are made after the commit.
Handler = Callable[[Unit, QueuedUpdate, float], Sequence[DirectCall]]
#: Seconds since 1970 (UTC).
Clock = Callable[[], float]
