"""The store, as the use cases see it: one transaction with a repository for each kind of thing. Protocols only.

- `Inbox`: the durable queue of updates in, by lane.
- `Outbox`: the durable queue of calls out.
- `Cases`: the chats that a manager must answer.
- `MessageRefs`: the numbers of messages of cases, by their references.
- `DeskStates`: the desks as their managers say they are.
- `Ledger`: the pseudonymous record of needs met and unmet.
- `UnreadSentences`: the sentences that the bot did not understand.
- `Audit`: the acts of managers, editors and operators.
- `PersonalData`: what is kept of citizens, over all of these.
- `Timers`: times at which something is to happen.
- `Cooldowns`: the time from which each warning or hint may be given again.
- `Confirmations`: what desks say of services.
- `ContentVersions`: the versions of the content that were published.
- `Unit`: one transaction with all of these; `Store`: runs functions in such transactions.

Values are in `queues.py` and `calls.py`. Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from bot.core.case import Case
from bot.core.desk_state import DeskState
from bot.core.tally import LedgerRow
from bot.json_types import Json
from bot.usecases.calls import Accepted, ClaimedCall, DirectCall, Limits, Outgoing, Replacement
from bot.usecases.queues import AuditEntry, NewUpdate, QuarantinedUpdate, QueueCounts, QueuedUpdate, Timer
from bot.usecases.staff_ports import Confirmations, ContentVersions, UnreadSentences

_T = TypeVar("_T")


class Inbox(Protocol):
    """The durable queue of incoming updates."""

    def receive(self, updates: Sequence[NewUpdate], now: float) -> int:
        """Store updates, and return how many were new; updates stored before are ignored."""

    def claim(self, now: float, most: int) -> Sequence[QueuedUpdate]:
        """Lock lanes that have work, those that have waited longest first, and return the first update of each."""

    def reroute(self, update: QueuedUpdate, lane: int, now: float) -> None:
        """Move an update to another lane."""

    def session(self, lane: int) -> str | None:
        """Return the stored session of a chat; None for a chat without one."""

    def sessions(self, most: int) -> Sequence[str]:
        """Return the stored sessions of chats, at most so many."""

    def is_unhandled(self, update: QueuedUpdate) -> bool:
        """Lock an update's lane, and return True if the update has not been handled since it was claimed."""

    def mark_done(self, update: QueuedUpdate, session: str | None, now: float) -> None:
        """Delete a handled update's content but keep its id, to notice redelivery; store its chat's session (None: unchanged)."""

    def mark_failed(self, update: QueuedUpdate, error: str, retry_at: float) -> None:
        """Record that handling failed; the update stays first in its lane, which pauses until `retry_at`."""

    def quarantine(self, update: QueuedUpdate, error: str, now: float) -> None:
        """Set an update aside with its error, so that its lane goes on."""

    def next_at(self) -> float | None:
        """Return the time at which the next lane is ready; None if nothing waits."""

    def list_quarantined(self) -> Sequence[QuarantinedUpdate]:
        """Return the updates that were set aside, oldest first."""

    def retry(self, ids: Sequence[int] | None) -> int:
        """Put updates that were set aside (None: all) back at the head of their lanes, and return how many."""

    def purge(self, before: float, most: int) -> int:
        """Delete updates that were done before a time, at most so many, and return how many."""


class Outbox(Protocol):
    """The durable queue of calls to Telegram."""

    def put(self, outgoing: Outgoing, now: float) -> None:
        """Queue a call. An edit replaces a queued edit of the same message."""

    def amend(self, chat: int, merge_key: str, change: Callable[[dict[str, Json]], None], keys: Sequence[str]) -> bool:
        """Change the parameters of a queued call, and add references by which the message that it sends will be known.

        Returns False if there is no such call, or it is in flight already.
        """

    def hurry(self, group: int, case: int) -> None:
        """Make urgent the queued calls that create the place of a case in its group, and speed up the first words in it."""

    def withdraw(self, chat: int, merge_key: str) -> bool:
        """Drop a queued call. Returns False if there is no such call, or it is in flight already."""

    def is_pending(self, merge_key: str) -> bool:
        """Return True if a call with this merge key is queued or in flight."""

    def remaining_quota(self, group: int, now: float, limits: Limits) -> int:
        """Return how many more new messages a group can take within this minute, after those already queued."""

    def is_reachable(self, chat: int) -> bool:
        """Return True unless the citizen has blocked the bot, or the group has removed it."""

    def current_id(self, chat: int) -> int:
        """Return the id that a group has now, after an upgrade to supergroup; any other chat's id unchanged."""

    def claim(self, now: float, most: int, limits: Limits, *, is_rest: bool = False) -> Sequence[ClaimedCall]:
        """Mark calls as in flight and return them: within the limits, at most one a chat, calls to citizens first."""

    def next_at(self, limits: Limits, *, is_rest: bool = False) -> float | None:
        """Return the time at which the next call may be made; None if nothing waits."""

    def still_owned(self, ids: Sequence[int]) -> Collection[int]:
        """Lock and return those of some calls that are still assigned to this process; another may have taken them over."""

    def mark_accepted(self, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """Record that Telegram accepted a call, and delete its parameters."""

    def mark_refused(self, call: ClaimedCall, error: str, now: float) -> None:
        """Record that a call is given up, and delete its parameters."""

    def retry(self, call: ClaimedCall, at: float, error: str, *, outcome_unknown: bool) -> None:
        """Queue a call again, not to be made before a time; other calls to the same chat wait behind it."""

    def replace_with(self, call: ClaimedCall, other: Replacement) -> None:
        """Queue a replacement for a call that cannot be made as it is."""

    def pause_blocked(self, call: ClaimedCall, error: str) -> None:
        """Queue a call again, and hold back all calls to its chat until the chat unblocks the bot."""

    def block(self, chat: int) -> None:
        """Hold back all calls to a chat that has blocked the bot."""

    def unblock(self, chat: int) -> None:
        """Release the calls held back for a chat, because it has unblocked the bot."""

    def move_group(self, old: int, new: int) -> None:
        """Redirect all queued and future calls from a group's old id to its new one."""

    def purge(self, before: float, most: int) -> int:
        """Delete calls that ended before a time, at most so many, and return how many."""


class Cases(Protocol):
    """The repository of cases. A case that cannot be read is left as it is and treated as absent."""

    @property
    def unreadable(self) -> Collection[int]:
        """Return the numbers of cases that this transaction could not read, because they are damaged or of a later version."""

    def open(self, case: Case) -> Case:
        """Store a new case, which becomes the latest case of its chat, and return it with its number."""

    def save(self, case: Case) -> None:
        """Store the current state of a case."""

    def get(self, number: int) -> Case | None:
        """Return a case by its number."""

    def of_messages(self, chat: int, messages: Sequence[int]) -> Case | None:
        """Return the case that some messages or topics of a group belong to; the first that belongs to one decides."""

    def list_open(self) -> Sequence[Case]:
        """Return all open cases, the oldest first."""

    def list_open_in_group(self, group: int) -> Sequence[Case]:
        """Return the open cases of a group."""

    def count_by_desk(self) -> Mapping[str, int]:
        """Return the number of open cases of each desk that has some."""

    def list_of_chat(self, chat: int) -> Sequence[Case]:
        """Return all cases of a citizen, the oldest first."""

    def list_changed(self, since: float) -> Sequence[Case]:
        """Return the cases that have changed since a time."""

    def list_resolved(self, desk: str, most: int) -> Sequence[Case]:
        """Return the newest resolved cases of a desk, at most so many."""


class DeskStates(Protocol):
    """The states of desks, as their managers set them."""

    def get(self, desk: str) -> DeskState:
        """Return the state of a desk."""

    def list_all(self) -> Mapping[str, DeskState]:
        """Return the states by the ids of the desks."""

    def change(self, desk: str, change: Callable[[DeskState], DeskState]) -> DeskState:
        """Apply a function to the state of a desk, store the result, and return it."""


class MessageRefs(Protocol):
    """The numbers of messages and topics of cases, by their references (`calls.message_ref`)."""

    def record(self, keys: Sequence[str], messages: Sequence[int], *, case: int, lane: int, chat: int, at: float) -> None:
        """Record the numbers of sent messages that are about a case, each under its reference."""

    def find(self, key: str) -> int | None:
        """Return the number of the message or topic with a reference; None if it is not known."""

    def keys_of(self, chat: int, message: int) -> Sequence[str]:
        """Return the references of a message."""

    def lane_of(self, chat: int, messages: Sequence[int]) -> int | None:
        """Return the citizen's chat whose case the first of some messages or topics of a group belongs to."""

    def forget(self, key: str) -> None:
        """Delete the reference to a message that no longer exists."""

    def forget_chat(self, chat: int) -> None:
        """Delete all references to messages of a chat, because they cannot be reached any more."""

    def purge(self, before: float, most: int) -> int:
        """Delete references recorded before a time, at most so many, and return how many."""


class Ledger(Protocol):
    """The pseudonymous record of needs met and unmet."""

    def record(self, kind: str, event: Mapping[str, Json], now: float) -> None:
        """Add an event that identifies no chat and no person."""

    def rows(self, kinds: Collection[str], since: float, until: float) -> Iterator[LedgerRow]:
        """Yield the rows of some kinds from a time up to but not including another, the oldest first."""

    def has(self, key: str) -> bool:
        """Return True if there is a record under a key."""

    def file(self, kind: str, record: str, now: float) -> None:
        """Store a record (JSON) without a key, at a random position, which hides its order of arrival; only its day is kept."""

    def put(self, key: str, kind: str, record: str, now: float) -> None:
        """Store a record (JSON) under a key, replacing an earlier one but keeping that one's day."""


class PersonalData(Protocol):
    """Access to a citizen's data across all repositories."""

    def list_copies(self, lane: int, case: int | None = None) -> Sequence[tuple[int, int]]:
        """Return the messages about a citizen's cases, or about one of them, each as a pair of chat and message number."""

    def list_events(self, pseudonyms: Sequence[str]) -> Sequence[str]:
        """Return the ledger's events recorded under a citizen's pseudonyms."""

    def list_set_aside(self, lane: int) -> Sequence[str]:
        """Return the updates of a lane that failed and were set aside."""

    def erase(self, lane: int, pseudonyms: Sequence[str]) -> None:
        """Erase the data of a citizen except the session: queued calls, message references, timers.

        Of their cases only the day, reason and desk stay; events of the ledger lose the citizen's pseudonyms.
        """

    def erase_case(self, number: int) -> None:
        """Erase a case except its day, reason and desk, and the references to its messages."""

    def purge_sessions(self, before: float, most: int) -> int:
        """Delete chats silent since a time, except those with an alert or an open case; at most so many. Return how many."""

    def purge_quarantined(self, before: float, most: int) -> int:
        """Delete updates that were set aside and received before a time, at most so many, and return how many."""

    def purge_ledger(self, before: float, most: int) -> int:
        """Delete events of the ledger from before a time, at most so many, and return how many."""

    def purge_surveys(self, before: float, most: int) -> int:
        """Delete survey answers from before a time, and the marks that a chat has answered; at most so many. Return how many."""


class Audit(Protocol):
    """The append-only record of the acts of managers, editors and operators, without citizens' words."""

    def record(self, actor: str, act: str, object: str, now: float) -> None:
        """Append an act."""

    def entries(self) -> Iterator[AuditEntry]:
        """Yield all entries, the oldest first; one that was altered, or before which one is missing, is marked as not intact."""


class Timers(Protocol):
    """Times at which something is to be done; of each kind at most one is set."""

    def set(self, timer: Timer) -> None:
        """Set the timer of a kind, in the place of the one that is set."""

    def clear(self, kind: str) -> None:
        """Drop the timer of a kind."""

    def list_due(self, now: float) -> Sequence[Timer]:
        """Return the timers that are due, the earliest first. They are not locked, since their lanes must be locked first."""

    def remove(self, timer: Timer) -> bool:
        """Delete a timer that has been carried out. Return False if it is gone or has been set anew meanwhile."""

    def next_at(self) -> float | None:
        """Return the time of the next timer; None if none is set."""


class Cooldowns(Protocol):
    """The pauses after warnings and hints, so that each is given only once in a while."""

    def start(self, name: str, now: float, interval: float) -> bool:
        """Start the pause of `interval` seconds after a warning or hint. Return False if one still lasts: it is not given."""


class Unit(Protocol):
    """A transaction with its repositories: all changes made through it happen, or none."""

    @property
    def inbox(self) -> Inbox:
        """Return the queue of updates in."""

    @property
    def outbox(self) -> Outbox:
        """Return the queue of calls out."""

    @property
    def cases(self) -> Cases:
        """Return the cases."""

    @property
    def desk_states(self) -> DeskStates:
        """Return the states of the desks."""

    @property
    def message_refs(self) -> MessageRefs:
        """Return the references to messages of cases."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""

    @property
    def unread(self) -> UnreadSentences:
        """Return the sentences that were not understood."""

    @property
    def audit(self) -> Audit:
        """Return the acts of managers, editors and operators."""

    @property
    def personal_data(self) -> PersonalData:
        """Return the repository of citizens' data."""

    @property
    def timers(self) -> Timers:
        """Return the timers."""

    @property
    def cooldowns(self) -> Cooldowns:
        """Return the cooldowns."""

    @property
    def content_versions(self) -> ContentVersions:
        """Return the versions of the content."""

    @property
    def confirmations(self) -> Confirmations:
        """Return the answers of desks about services."""

    def queue_counts(self) -> QueueCounts:
        """Return how much waits in the queues."""


class Store(Protocol):
    """Runs functions, each in a transaction."""

    async def do(self, function: Callable[[Unit], _T]) -> _T:
        """Run a function in a transaction, commit it, and return its result.

        The function may run more than once, so all its effects must go through the unit. An exception that it raises is passed on
        after a roll-back.

        Raises:
            StoreUnavailable: the database cannot be reached or cannot write; nothing happened.

        """

    async def recover(self, now: float) -> int:
        """Queue again the calls that were in flight in processes which have ended. Return how many."""


#: Handles one update within a transaction; the calls that it returns are made after the commit.
Handler = Callable[[Unit, QueuedUpdate, float], Sequence[DirectCall]]
#: Seconds since 1970 (UTC).
Clock = Callable[[], float]
