"""The values of the queues: incoming updates, timers, and the number of waiting rows. Outgoing calls are in `calls.py`.

A *lane* is the order of the updates that belong to one citizen's chat; its id is that chat's. Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

#: The lane of updates that belong to no chat.
NO_LANE = 0
#: The kind of the timer of a citizen's alerts, before the number of their chat. A silent chat that has one is not deleted.
ALERT_TIMER = "alert:"


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as it arrived, before it is stored in the inbox."""

    update_id: int
    lane: int
    #: The update as JSON, in the text that Telegram gave it.
    payload: str
    #: In a group: its topic and the messages it refers to. If one of them belongs to a case, the lane is its citizen's.
    about: tuple[int, ...] = ()

    @property
    def is_own(self) -> bool:
        """Return True if the bot made the update for itself, so that nobody has written."""
        return self.update_id < 0


def own_update(name: str, lane: int, payload: str) -> NewUpdate:
    """Return an update that the bot makes for itself; its negative number, which Telegram never uses, follows from `name`."""
    digest = hashlib.sha256(name.encode()).digest()
    return NewUpdate(-1 - int.from_bytes(digest[:7]), lane, payload)


@dataclass(frozen=True, slots=True)
class QueuedUpdate:
    """The first unhandled update of a lane, with the session of its chat."""

    id: int
    lane: int
    update_id: int
    payload: str
    received_at: float
    #: The number of times that its handling failed.
    attempts: int
    session: str | None
    #: The message in front of the citizen; None while a newer one is on its way, or if it is not known.
    shown: int | None = None
    #: The citizen had blocked the bot: nothing is sent to them.
    blocked: bool = False
    #: The number of the chat's last case.
    last_case: int | None = None
    #: The result of the slow work that its handling needs, once that is done (`inbound.SlowWork`).
    prepared: object = None


@dataclass(frozen=True, slots=True)
class QuarantinedUpdate:
    """An update that failed too often, set aside with its error."""

    id: int
    lane: int
    update_id: int
    received_at: float
    error: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A time at which something is to be done. With a lane it becomes an update of that lane; without one, upkeep handles it."""

    #: Setting a timer of the same kind replaces it.
    kind: str
    due_at: float
    lane: int = NO_LANE
    #: The payload of the update.
    payload: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A recorded act: who did what to which thing, and when."""

    at: float
    #: "telegram:<account>", "console:<name>" or "program".
    actor: str
    act: str
    object: str
    #: True if the entry agrees with those before it: none was changed or removed.
    is_intact: bool = True


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """The number of rows waiting in a queue, and the time of the oldest; 0.0 if none waits."""

    waiting: int
    oldest: float


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The state of all queues."""

    inbox: QueueDepth
    outbox: QueueDepth
    quarantined: int
    chats: int
    open_cases: int
    #: The time of the oldest call that a person waits for and that is not made yet; 0.0 if there is none.
    oldest_reply: float = 0.0
