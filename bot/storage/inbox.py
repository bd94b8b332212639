"""The inbox: incoming updates, each with its lane. Writes are collected and made together at the end of the transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import sqlalchemy as sa

from bot.json_types import Json
from bot.storage.cases import SqlMessageRefs
from bot.storage.deadlines import LANE_IS_READY, LANE_SECONDS
from bot.storage.sealing import RowText, is_of_row
from bot.storage.shared_statements import NOTHING, among, converted, inserting
from bot.storage.tables import chat, inbox, recipient
from bot.usecases.queues import NewUpdate, QuarantinedUpdate, QueueDepth, QueuedUpdate

_WAITING = inbox.c.state == sa.literal_column("'waiting'")
_QUARANTINED = inbox.c.state == sa.literal_column("'quarantined'")
_HAS_WORK = chat.c.waiting > NOTHING

#: Lanes first: what a lock was waited for may be old, and only a second look at the rows is sure to be new.
_READY_LANES = (
    sa.select(chat.c.id)
    .where(LANE_IS_READY)
    .order_by(chat.c.ready_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=chat, skip_locked=True)
)
_other, _lane = inbox.alias("other"), chat.alias("lane_")
_FIRST_UPDATE = (
    sa.select(_other.c.id)
    .where(_other.c.lane == _lane.c.id, _other.c.state == sa.literal_column("'waiting'"))
    .order_by(_other.c.update_id)
    .limit(1)
    .correlate(_lane)
    .scalar_subquery()
)
_NEXT_READY_AT = sa.select(chat.c.ready_at).where(_HAS_WORK).order_by(chat.c.ready_at).limit(1)

_MARK_DONE = (
    inbox.update()
    .where(inbox.c.id == sa.bindparam("row"))
    .values(state="done", payload="", error=None, done_at=sa.bindparam("now"))
)
_FINISH_LANE = (
    chat.update()
    .where(chat.c.id == sa.bindparam("lane"))
    .values(waiting=chat.c.waiting - 1, ready_at=sa.bindparam("now"), session=sa.bindparam("text"))
)
#: What failed was rolled back and its lane let go: another process may have come in between.
_UNCHANGED_SINCE_CLAIM = sa.and_(inbox.c.id == sa.bindparam("row"), inbox.c.attempts == sa.bindparam("tried"), _WAITING)
_SESSION = sa.select(chat.c.session).where(chat.c.id == sa.bindparam("of_lane"))
_SESSIONS = sa.select(chat.c.session).where(chat.c.session.is_not(None)).limit(sa.bindparam("most"))
_SELECT_UNCHANGED = sa.select(inbox.c.id).where(_UNCHANGED_SINCE_CLAIM)
_LOCK_LANE = sa.select(chat.c.id).where(chat.c.id == sa.bindparam("lane")).with_for_update()
_MARK_FAILED = inbox.update().where(_UNCHANGED_SINCE_CLAIM).values(attempts=inbox.c.attempts + 1, error=sa.bindparam("why"))
_POSTPONE_LANE = chat.update().where(chat.c.id == sa.bindparam("lane")).values(ready_at=sa.bindparam("until"))
_QUARANTINE = inbox.update().where(_UNCHANGED_SINCE_CLAIM).values(state="quarantined", error=sa.bindparam("why"))
_ADVANCE_LANE = (
    chat.update().where(chat.c.id == sa.bindparam("lane")).values(waiting=chat.c.waiting - 1, ready_at=sa.bindparam("now"))
)

_CHANGE_LANE = inbox.update().where(_UNCHANGED_SINCE_CLAIM).values(lane=sa.bindparam("to_lane"))

_LIST_QUARANTINED = (
    sa.select(inbox.c.id, inbox.c.lane, inbox.c.update_id, inbox.c.received_at, inbox.c.error)
    .where(_QUARANTINED)
    .order_by(inbox.c.id)
)
_REQUEUE = inbox.update().where(inbox.c.id == sa.bindparam("row"), _QUARANTINED).values(state="waiting", attempts=0, error=None)
_WAKE_LANE = chat.update().where(chat.c.id == sa.bindparam("lane")).values(waiting=chat.c.waiting + 1, ready_at=0.0)
_FORGETTABLE = (
    sa.select(inbox.c.id)
    .where(inbox.c.state == sa.literal_column("'done'"), inbox.c.done_at < sa.bindparam("before"))
    .limit(sa.bindparam("most"))
)
_DELETE_FORGETTABLE = inbox.delete().where(inbox.c.id.in_(_FORGETTABLE))

#: Every lane that has work also has a waiting row, so these count what the small indexes hold.
_DEPTH = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(inbox.c.received_at), 0.0)).where(_WAITING)
_COUNT_QUARANTINED = sa.select(sa.func.count()).select_from(inbox).where(_QUARANTINED)


@cache
def _first_updates(dialect: str) -> sa.Select[*tuple[Json, ...]]:
    """Return the query for the first waiting update of each of some lanes, with the session of its chat."""
    ids = sa.select(_FIRST_UPDATE).where(_lane.c.id.in_(sa.bindparam("lanes", expanding=True)))
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
def _insert_new(dialect: str) -> sa.Insert:
    """Return the statement that inserts updates not stored before, and returns their lanes."""
    return inserting(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.lane)


@cache
def _add_to_lane(dialect: str) -> sa.Insert:
    """Return the statement that adds waiting updates to lanes, which may be new."""
    wake = inserting(dialect, chat)
    return wake.on_conflict_do_update(
        index_elements=[chat.c.id],
        set_={
            "waiting": chat.c.waiting + wake.excluded.waiting,
            # A lane that had nothing to do queues behind those that had; one that sleeps sleeps on.
            "ready_at": sa.case((_HAS_WORK, chat.c.ready_at), else_=wake.excluded.ready_at),
            "heard_at": sa.case((wake.excluded.heard_at > NOTHING, wake.excluded.heard_at), else_=chat.c.heard_at),
        },
    )


class SqlInbox:
    """The inbox in SQL; see `ports.Inbox`."""

    def __init__(self, connection: sa.Connection, bot: int, message_refs: SqlMessageRefs) -> None:
        self._connection = connection
        self._bot = bot
        self._message_refs = message_refs
        #: True if updates were stored that another process may handle.
        self.received = False
        self._done: list[dict[str, Json]] = []
        self._lanes: list[dict[str, Json]] = []

    def receive(self, updates: Sequence[NewUpdate], now: float) -> int:
        """Store updates not stored before, and wake their lanes in the order of the lanes' ids. Return how many were new."""
        rows = [
            {
                "bot": self._bot,
                "update_id": update.update_id,
                "lane": self._message_refs.lane_of(update.lane, update.about) or update.lane,
                "state": "waiting",
                "payload": RowText.of(update.update_id, update.payload),
                "received_at": now,
            }
            for update in updates
        ]
        if not rows:
            return 0
        fresh = Counter(self._connection.execute(_insert_new(self._connection.dialect.name), rows).scalars())
        if fresh:
            self.received = True
            citizens = {update.lane for update in updates if not update.is_own}
            lanes = [
                {"id": lane, "waiting": count, "ready_at": now, "heard_at": now if lane in citizens else 0.0}
                for lane, count in sorted(fresh.items())
            ]
            self._connection.execute(_add_to_lane(self._connection.dialect.name), lanes)
        return fresh.total()

    def claim(self, now: float, most: int) -> Sequence[QueuedUpdate]:
        """Lock the lanes that have been ready for longest, and return the first update of each."""
        lanes = list(self._connection.execute(_READY_LANES, {"now": now, "beyond": now + LANE_SECONDS, "most": most}).scalars())
        if not lanes:
            return []
        rows = self._connection.execute(_first_updates(self._connection.dialect.name), {"lanes": lanes}).all()
        found = {row.lane: _intact(QueuedUpdate(*row)) for row in rows}
        return [found[lane] for lane in lanes if lane in found]

    def reroute(self, waiting: QueuedUpdate, lane: int, now: float) -> None:
        """Move an update to another lane, locking both in the order of their ids; do nothing if another process was faster."""
        for one in sorted((waiting.lane, lane)):
            self._connection.execute(_LOCK_LANE, {"lane": one})
        moved = {"row": waiting.id, "tried": waiting.attempts, "to_lane": lane}
        if self._connection.execute(_CHANGE_LANE, moved).rowcount:
            self._connection.execute(_ADVANCE_LANE, {"lane": waiting.lane, "now": now})
            woken = {"id": lane, "waiting": 1, "ready_at": now, "heard_at": 0.0}
            self._connection.execute(_add_to_lane(self._connection.dialect.name), woken)
            self.received = True

    def session(self, lane: int) -> str | None:
        """Return the stored session of a chat."""
        return converted(self._connection.execute(_SESSION, {"of_lane": lane}).scalar(), str)

    def sessions(self, most: int) -> Sequence[str]:
        """Return the stored sessions of chats, at most so many."""
        return [str(text) for text in self._connection.execute(_SESSIONS, {"most": most}).scalars()]

    def is_unhandled(self, waiting: QueuedUpdate) -> bool:
        """Lock an update's lane, and return True if no other process has handled it meanwhile."""
        self._connection.execute(_LOCK_LANE, {"lane": waiting.lane})
        return self._connection.execute(_SELECT_UNCHANGED, {"row": waiting.id, "tried": waiting.attempts}).first() is not None

    def mark_done(self, waiting: QueuedUpdate, session: str | None, now: float) -> None:
        """Delete a handled update's content but keep its id, store the session, and put the lane last in the queue."""
        self._done.append({"row": waiting.id, "now": now})
        text = waiting.session if session is None else session
        bound = RowText.of(waiting.lane, text) if text is not None else None
        self._lanes.append({"lane": waiting.lane, "now": now, "text": bound})

    def mark_failed(self, waiting: QueuedUpdate, error: str, retry_at: float) -> None:
        """Keep the update at the head of its lane until `retry_at`; do nothing if another process was faster."""
        self._connection.execute(_LOCK_LANE, {"lane": waiting.lane})
        why = RowText.of(waiting.id, error)
        if self._connection.execute(_MARK_FAILED, {"row": waiting.id, "tried": waiting.attempts, "why": why}).rowcount:
            self._connection.execute(_POSTPONE_LANE, {"lane": waiting.lane, "until": retry_at})

    def quarantine(self, waiting: QueuedUpdate, error: str, now: float) -> None:
        """Set the update aside with its payload, for people to look into; do nothing if another process was faster."""
        self._connection.execute(_LOCK_LANE, {"lane": waiting.lane})
        why = RowText.of(waiting.id, error)
        if self._connection.execute(_QUARANTINE, {"row": waiting.id, "tried": waiting.attempts, "why": why}).rowcount:
            self._connection.execute(_ADVANCE_LANE, {"lane": waiting.lane, "now": now})

    def next_at(self) -> float | None:
        """Return the time at which the next lane is ready; None if none has work."""
        return converted(self._connection.execute(_NEXT_READY_AT).scalar(), float)

    def list_quarantined(self) -> Sequence[QuarantinedUpdate]:
        """Return the updates that are set aside, oldest first."""
        return [QuarantinedUpdate(*row) for row in self._connection.execute(_LIST_QUARANTINED)]

    def retry(self, ids: Sequence[int] | None) -> int:
        """Put updates that were set aside back into their lanes, in order. Return how many."""
        chosen = [one for one in self.list_quarantined() if ids is None or one.id in ids]
        count = 0
        for one in sorted(chosen, key=lambda one: one.lane):
            self._connection.execute(_LOCK_LANE, {"lane": one.lane})
            if self._connection.execute(_REQUEUE, {"row": one.id}).rowcount:
                self._connection.execute(_WAKE_LANE, {"lane": one.lane})
                count += 1
        self.received = self.received or count > 0
        return count

    def purge(self, before: float, most: int) -> int:
        """Delete updates that were done before a time, at most so many. Return how many."""
        return self._connection.execute(_DELETE_FORGETTABLE, {"before": before, "most": most}).rowcount

    def depth(self) -> QueueDepth:
        """Return the number of waiting updates, and the time since which the oldest waits."""
        return QueueDepth(*self._connection.execute(_DEPTH).one())

    def count_quarantined(self) -> int:
        """Return the number of updates set aside."""
        return int(self._connection.execute(_COUNT_QUARANTINED).scalar_one())

    def flush(self) -> None:
        """Make the collected writes."""
        if self._done:
            self._connection.execute(_MARK_DONE, self._done)
            self._connection.execute(_FINISH_LANE, self._lanes)
            self._done, self._lanes = [], []


def _intact(update: QueuedUpdate) -> QueuedUpdate:
    """Return an update without texts that were sealed for another row, and so must have been moved."""
    payload = update.payload if is_of_row(update.payload, update.update_id) else ""
    return replace(update, payload=payload, session=update.session if is_of_row(update.session, update.lane) else "")
