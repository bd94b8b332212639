"""The inbox: updates in, each with its lane. Writes are gathered and made together at the end of the transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any as Json

import sqlalchemy as sa

from bot.storage.cases import SqlMessageRefs
from bot.storage.statements import NOTHING, among, inserting, only
from bot.storage.tables import chat, inbox, recipient
from bot.usecases.ports import NewUpdate, QuarantinedUpdate, QueueDepth, QueuedUpdate

_WAITING = inbox.c.state == sa.literal_column("'waiting'")
_QUARANTINED = inbox.c.state == sa.literal_column("'quarantined'")
_HAS_WORK = chat.c.waiting > NOTHING

#: Lanes first: what a lock was waited for may be old, and only a second look at the rows is sure to be new.
_READY = (
    sa.select(chat.c.id)
    .where(_HAS_WORK, chat.c.ready_at <= sa.bindparam("now"))
    .order_by(chat.c.ready_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=chat, skip_locked=True)
)
_other, _lane = inbox.alias("other"), chat.alias("lane_")
_FIRST = (
    sa.select(_other.c.id)
    .where(_other.c.lane == _lane.c.id, _other.c.state == sa.literal_column("'waiting'"))
    .order_by(_other.c.update_id)
    .limit(1)
    .correlate(_lane)
    .scalar_subquery()
)
_NEXT_AT = sa.select(chat.c.ready_at).where(_HAS_WORK).order_by(chat.c.ready_at).limit(1)

_DONE = (
    inbox.update()
    .where(inbox.c.id == sa.bindparam("row"))
    .values(state="done", payload="", error=None, done_at=sa.bindparam("now"))
)
_LANE_DONE = (
    chat.update()
    .where(chat.c.id == sa.bindparam("lane"))
    .values(waiting=chat.c.waiting - 1, ready_at=sa.bindparam("now"), session=sa.bindparam("text"))
)
#: What failed was rolled back and its lane let go: another process may have come in between.
_STILL = sa.and_(inbox.c.id == sa.bindparam("row"), inbox.c.attempts == sa.bindparam("tried"), _WAITING)
_LOCK = sa.select(chat.c.id).where(chat.c.id == sa.bindparam("lane")).with_for_update()
_FAILED = inbox.update().where(_STILL).values(attempts=inbox.c.attempts + 1, error=sa.bindparam("why"))
_SLEEP = chat.update().where(chat.c.id == sa.bindparam("lane")).values(ready_at=sa.bindparam("until"))
_SET_ASIDE = inbox.update().where(_STILL).values(state="quarantined", error=sa.bindparam("why"))
_LANE_ON = chat.update().where(chat.c.id == sa.bindparam("lane")).values(waiting=chat.c.waiting - 1, ready_at=sa.bindparam("now"))

_MOVE = inbox.update().where(_STILL).values(lane=sa.bindparam("to_lane"))

_SET_ASIDE_ROWS = (
    sa.select(inbox.c.id, inbox.c.lane, inbox.c.update_id, inbox.c.received_at, inbox.c.error)
    .where(_QUARANTINED)
    .order_by(inbox.c.id)
)
_AGAIN = inbox.update().where(inbox.c.id == sa.bindparam("row"), _QUARANTINED).values(state="waiting", attempts=0, error=None)
_LANE_AGAIN = chat.update().where(chat.c.id == sa.bindparam("lane")).values(waiting=chat.c.waiting + 1, ready_at=0.0)
_OLD = (
    sa.select(inbox.c.id)
    .where(inbox.c.state == sa.literal_column("'done'"), inbox.c.done_at < sa.bindparam("before"))
    .limit(sa.bindparam("most"))
)
_FORGET = inbox.delete().where(inbox.c.id.in_(_OLD))

#: Every lane that has work also has a waiting row, so these count what the small indexes hold.
_DEPTH = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(inbox.c.received_at), 0.0)).where(_WAITING)
_COUNT_SET_ASIDE = sa.select(sa.func.count()).select_from(inbox).where(_QUARANTINED)


@cache
def _firsts(dialect: str) -> sa.Select[Json]:
    """The first row of each."""
    ids = sa.select(_FIRST).where(_lane.c.id.in_(sa.bindparam("lanes", expanding=True)))
    return (
        sa.select(
            inbox.c.id,
            inbox.c.lane,
            inbox.c.update_id,
            inbox.c.payload,
            inbox.c.received_at,
            inbox.c.attempts,
            chat.c.session,
            recipient.c.shown,
            sa.func.coalesce(recipient.c.blocked, sa.false()),
            chat.c.case_id,
        )
        .select_from(inbox)
        .join(chat, chat.c.id == inbox.c.lane)
        .outerjoin(recipient, recipient.c.id == inbox.c.lane)
        .where(among(dialect, inbox.c.id, ids))
    )


@cache
def _receive(dialect: str) -> sa.Insert:
    """Returns the lanes of the rows that were new."""
    return inserting(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.lane)


@cache
def _wake(dialect: str) -> sa.Insert:
    wake = inserting(dialect, chat)
    return wake.on_conflict_do_update(
        index_elements=[chat.c.id],
        set_={
            "waiting": chat.c.waiting + wake.excluded.waiting,
            # A lane that had nothing to do queues behind those that had; one that sleeps sleeps on.
            "ready_at": sa.case((_HAS_WORK, chat.c.ready_at), else_=wake.excluded.ready_at),
        },
    )


class SqlInbox:
    """See `ports.Inbox`."""

    def __init__(self, connection: sa.Connection, bot: int, relays: SqlMessageRefs) -> None:
        self._connection = connection
        self._bot = bot
        self._message_refs = relays
        #: Whether updates were stored that another process may handle.
        self.received = False
        self._done: list[dict[str, Json]] = []
        self._lanes: list[dict[str, Json]] = []

    def receive(self, updates: Sequence[NewUpdate], now: float) -> int:
        """Stores updates that are not known yet, and wakes their lanes in the order of their ids."""
        rows = [
            {
                "bot": self._bot,
                "update_id": update.update_id,
                "lane": self._message_refs.lane_of(update.lane, update.about) or update.lane,
                "state": "waiting",
                "payload": update.payload,
                "received_at": now,
            }
            for update in updates
        ]
        if not rows:
            return 0
        fresh = Counter(self._connection.execute(_receive(self._connection.dialect.name), rows).scalars())
        if fresh:
            self.received = True
            lanes = [{"id": lane, "waiting": count, "ready_at": now} for lane, count in sorted(fresh.items())]
            self._connection.execute(_wake(self._connection.dialect.name), lanes)
        return fresh.total()

    def claim(self, now: float, most: int) -> Sequence[QueuedUpdate]:
        """Locks the lanes that have been ready for longest, then reads the first update of each."""
        lanes = list(self._connection.execute(_READY, {"now": now, "most": most}).scalars())
        if not lanes:
            return []
        rows = self._connection.execute(_firsts(self._connection.dialect.name), {"lanes": lanes}).all()
        found = {row.lane: QueuedUpdate(*row) for row in rows}
        return [found[lane] for lane in lanes if lane in found]

    def reroute(self, waiting: QueuedUpdate, lane: int, now: float) -> None:
        """Moves an update to another lane, both locked in the order of their ids; unless somebody else was faster."""
        for one in sorted((waiting.lane, lane)):
            self._connection.execute(_LOCK, {"lane": one})
        moved = {"row": waiting.id, "tried": waiting.attempts, "to_lane": lane}
        if self._connection.execute(_MOVE, moved).rowcount:
            self._connection.execute(_LANE_ON, {"lane": waiting.lane, "now": now})
            self._connection.execute(_wake(self._connection.dialect.name), {"id": lane, "waiting": 1, "ready_at": now})
            self.received = True

    def mark_done(self, waiting: QueuedUpdate, session: str | None, now: float) -> None:
        """Empties the row and keeps its id; the lane queues behind the others."""
        self._done.append({"row": waiting.id, "now": now})
        self._lanes.append({"lane": waiting.lane, "now": now, "text": waiting.session if session is None else session})

    def mark_failed(self, waiting: QueuedUpdate, error: str, retry_at: float) -> None:
        """Keeps the update at the head of its lane, which sleeps until `retry_at`; unless somebody else was faster."""
        self._connection.execute(_LOCK, {"lane": waiting.lane})
        if self._connection.execute(_FAILED, {"row": waiting.id, "tried": waiting.attempts, "why": error}).rowcount:
            self._connection.execute(_SLEEP, {"lane": waiting.lane, "until": retry_at})

    def quarantine(self, waiting: QueuedUpdate, error: str, now: float) -> None:
        """Sets the update aside; its payload stays for the people who look into it. Unless somebody else was faster."""
        self._connection.execute(_LOCK, {"lane": waiting.lane})
        if self._connection.execute(_SET_ASIDE, {"row": waiting.id, "tried": waiting.attempts, "why": error}).rowcount:
            self._connection.execute(_LANE_ON, {"lane": waiting.lane, "now": now})

    def next_at(self) -> float | None:
        """When the next lane is ready."""
        return only(self._connection.execute(_NEXT_AT).scalar(), float)

    def list_quarantined(self) -> Sequence[QuarantinedUpdate]:
        """What is set aside."""
        return [QuarantinedUpdate(*row) for row in self._connection.execute(_SET_ASIDE_ROWS)]

    def retry(self, ids: Sequence[int] | None) -> int:
        """Puts what was set aside back; within its lane the order of the updates holds."""
        chosen = [one for one in self.list_quarantined() if ids is None or one.id in ids]
        count = 0
        for one in sorted(chosen, key=lambda one: one.lane):
            self._connection.execute(_LOCK, {"lane": one.lane})
            if self._connection.execute(_AGAIN, {"row": one.id}).rowcount:
                self._connection.execute(_LANE_AGAIN, {"lane": one.lane})
                count += 1
        self.received = self.received or count > 0
        return count

    def purge(self, before: float, most: int) -> int:
        """Forgets updates that were done before a time."""
        return self._connection.execute(_FORGET, {"before": before, "most": most}).rowcount

    def depth(self) -> QueueDepth:
        """How much waits."""
        return QueueDepth(*self._connection.execute(_DEPTH).one())

    def count_quarantined(self) -> int:
        """How much is set aside."""
        return int(self._connection.execute(_COUNT_SET_ASIDE).scalar_one())

    def flush(self) -> None:
        """Makes the writes that were gathered."""
        if self._done:
            self._connection.execute(_DONE, self._done)
            self._connection.execute(_LANE_DONE, self._lanes)
            self._done, self._lanes = [], []
