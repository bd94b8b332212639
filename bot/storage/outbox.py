"""The outbox: calls to Telegram, in order within a chat, one at a time, and within Telegram's limits."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any as Json

import sqlalchemy as sa

from bot.storage.statements import NOTHING, among, inserting, new_budget, only
from bot.storage.tables import budget, outbox, recipient
from bot.usecases.ports import Claimed, Depth, Instead, Kind, Limits, Outgoing

#: The name of the budget that all calls share.
OVERALL = "overall"
#: Share of a limit that is used: the clocks and the way to Telegram are not exact.
MARGIN = 0.95
#: How far ahead of their even pace calls may be made, in seconds: what a network delays and then delivers at once.
_AHEAD = 0.05
_MINUTE = 60.0

_WAITING = outbox.c.state == sa.literal_column("'waiting'")
_SENDING = outbox.c.state == sa.literal_column("'sending'")
_ENDED = outbox.c.state.in_([sa.literal_column("'sent'"), sa.literal_column("'refused'")])
#: In the words of the index: "sending = 0", as SQLite would be told otherwise, does not match "NOT sending".
_CAN_SEND = sa.and_(recipient.c.to_send > NOTHING, sa.text("NOT recipient.sending"), sa.text("NOT recipient.blocked"))

_READY = (
    sa.select(recipient.c.id, recipient.c.rank, recipient.c.recent)
    .where(_CAN_SEND, recipient.c.send_at <= sa.bindparam("now"))
    .order_by(recipient.c.rank, recipient.c.send_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=recipient, skip_locked=True)
)
_other = outbox.alias("other")
_FIRST = (
    sa.select(_other.c.id)
    .where(_other.c.chat == recipient.c.id, _other.c.state == sa.literal_column("'waiting'"))
    .order_by(_other.c.rank, _other.c.id)
    .limit(1)
    .correlate(recipient)
    .scalar_subquery()
)
_NEXT_AT = sa.select(sa.func.min(recipient.c.send_at)).where(_CAN_SEND, recipient.c.rank == sa.bindparam("of_rank"))

_START = outbox.update().where(outbox.c.id == sa.bindparam("row")).values(state="sending", worker=sa.bindparam("by"))
_BUSY = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(sending=True, send_at=sa.bindparam("again"), recent=sa.bindparam("times"))
)

_MINE = (
    sa.select(outbox.c.id)
    .where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)), _SENDING, outbox.c.worker == sa.bindparam("by"))
    .order_by(outbox.c.id)
    .with_for_update()
)
_ACCEPTED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(state="sent", payload="", ended_at=sa.bindparam("now"), message_id=sa.bindparam("message"), error=None)
)
_REFUSED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(state="refused", payload="", ended_at=sa.bindparam("now"), error=sa.bindparam("why"))
)
#: A call has ended. `one` is 1 for a new message; then `shown` is its id if no newer one waits.
_FREE = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        sending=False,
        to_send=recipient.c.to_send - 1,
        messages=recipient.c.messages - sa.bindparam("one", type_=sa.Integer),
        shown=sa.case(
            (
                sa.and_(sa.bindparam("one", type_=sa.Integer) == 1, recipient.c.messages == 1),
                sa.bindparam("front", type_=sa.BigInteger),
            ),
            else_=recipient.c.shown,
        ),
    )
)
_AGAIN = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(
        state="waiting",
        worker=None,
        attempts=outbox.c.attempts + sa.bindparam("tries", type_=sa.Integer),
        doubts=outbox.c.doubts + sa.bindparam("doubt", type_=sa.Integer),
        error=sa.bindparam("why"),
    )
)
#: Of a time already set and this one the later counts.
_REST = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        sending=False,
        send_at=sa.case(
            (recipient.c.send_at < sa.bindparam("until", type_=sa.Double), sa.bindparam("until", type_=sa.Double)),
            else_=recipient.c.send_at,
        ),
    )
)
_OTHER = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(
        state="waiting",
        worker=None,
        kind=sa.bindparam("of_kind"),
        rank=sa.bindparam("of_rank"),
        method=sa.bindparam("by_method"),
        payload=sa.bindparam("with_payload"),
        edits=sa.bindparam("of_message"),
        error=sa.bindparam("why"),
    )
)
_MORE_MESSAGES = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(messages=recipient.c.messages + sa.bindparam("change", type_=sa.Integer), shown=None)
)
_BLOCK = recipient.update().where(recipient.c.id == sa.bindparam("to")).values(blocked=True, sending=False)
_LEAVE = recipient.update().where(recipient.c.id == sa.bindparam("to")).values(blocked=True)
_UNBLOCK = recipient.update().where(recipient.c.id == sa.bindparam("to"), recipient.c.blocked).values(blocked=False)
_SUPERSEDE = (
    outbox.update()
    .where(
        outbox.c.chat == sa.bindparam("to"),
        _WAITING,
        outbox.c.edits == sa.bindparam("of_message"),
    )
    .values(payload=sa.bindparam("with_payload"), kind=sa.bindparam("of_kind"), rank=sa.bindparam("of_rank"))
)
_LOCK = sa.select(recipient.c.id).where(recipient.c.id.in_(sa.bindparam("chats", expanding=True))).order_by(recipient.c.id)
_LOCK = _LOCK.with_for_update()
_MOVED_TO = sa.select(recipient.c.moved_to).where(recipient.c.id == sa.bindparam("to"))
_LEFT = sa.select(sa.func.count(), sa.func.count().filter(outbox.c.kind == Kind.MESSAGE)).where(
    outbox.c.chat == sa.bindparam("old"), _WAITING
)
_TAKE_ALONG = outbox.update().where(outbox.c.chat == sa.bindparam("old"), _WAITING).values(chat=sa.bindparam("new"))
_EMPTY = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("old"))
    .values(
        moved_to=sa.bindparam("new"),
        to_send=recipient.c.to_send - sa.bindparam("calls", type_=sa.Integer),
        messages=recipient.c.messages - sa.bindparam("of_them", type_=sa.Integer),
        shown=None,
    )
)
_IN_DOUBT = (
    sa.select(outbox.c.id, outbox.c.chat, outbox.c.kind)
    .where(_SENDING, outbox.c.worker.in_(sa.bindparam("dead", expanding=True)))
    .order_by(outbox.c.chat)
    .with_for_update()
)
_WORKERS = sa.select(outbox.c.worker).where(_SENDING).distinct()
_BUDGET = sa.select(budget.c.next_at).where(budget.c.name == sa.bindparam("key")).with_for_update()
_SPEND = budget.update().where(budget.c.name == sa.bindparam("key")).values(next_at=sa.bindparam("at"))
_OLD = sa.select(outbox.c.id).where(_ENDED, outbox.c.ended_at < sa.bindparam("before")).limit(sa.bindparam("most"))
_FORGET = outbox.delete().where(outbox.c.id.in_(_OLD))
_DEPTH = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(outbox.c.created_at), 0.0)).where(_WAITING)


@cache
def _firsts(dialect: str) -> sa.Select[Json]:
    """The first row of each."""
    ids = sa.select(_FIRST).where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)))
    return sa.select(
        outbox.c.id,
        outbox.c.chat,
        outbox.c.kind,
        outbox.c.method,
        outbox.c.payload,
        outbox.c.created_at,
        outbox.c.attempts,
        outbox.c.doubts,
    ).where(among(dialect, outbox.c.id, ids))


@cache
def _queued(dialect: str) -> sa.Insert:
    """One call more for a recipient, which may be new."""
    more = inserting(dialect, recipient)
    return more.on_conflict_do_update(
        index_elements=[recipient.c.id],
        set_={
            "to_send": recipient.c.to_send + more.excluded.to_send,
            "messages": recipient.c.messages + more.excluded.messages,
            "shown": sa.case((more.excluded.messages > 0, sa.null()), else_=recipient.c.shown),
        },
    )


class SqlOutbox:
    """See `ports.Outbox`."""

    def __init__(self, connection: sa.Connection, worker: int) -> None:
        self._connection = connection
        self._worker = worker
        #: Whether calls were stored that another process may make.
        self.queued = False
        self._put: list[dict[str, Json]] = []
        self._ended: list[tuple[sa.Update, dict[str, Json]]] = []
        self._freed: list[dict[str, Json]] = []

    # --- In

    def put(self, outgoing: Outgoing, now: float) -> None:
        """Queues a call; groups that moved are followed."""
        to = self.where(outgoing.chat)
        self._put.append(
            {
                "chat": to,
                "kind": outgoing.kind,
                "rank": _rank(outgoing.kind),
                "state": "waiting",
                "method": outgoing.method,
                "payload": json.dumps(outgoing.params),
                "edits": _edited(outgoing.kind, outgoing.params),
                "created_at": now,
            }
        )

    def where(self, chat: int) -> int:
        """Where a group is now."""
        if chat >= 0:
            return chat
        moved = self._connection.execute(_MOVED_TO, {"to": chat}).scalar()
        return chat if moved is None else int(moved)

    # --- Out

    def claim(self, now: float, most: int, limits: Limits) -> Sequence[Claimed]:
        """Marks the first call of each recipient that may be called."""
        self.flush()
        wanted = min(most, self._allowed(now, limits))
        ready = self._connection.execute(_READY, {"now": now, "most": wanted}).all() if wanted > 0 else []
        if not ready:
            return []
        chats = [row.id for row in ready]
        rows = {row.chat: row for row in self._connection.execute(_firsts(self._connection.dialect.name), {"chats": chats})}
        claimed = [
            Claimed(
                row.id, row.chat, Kind(row.kind), row.method, json.loads(row.payload), row.created_at, row.attempts, row.doubts
            )
            for row in (rows[chat] for chat in chats if chat in rows)
        ]
        if not claimed:
            return []
        self._connection.execute(_START, [{"row": call.id, "by": self._worker} for call in claimed])
        busy = [_busy(row.id, row.rank, row.recent, now, limits) for row in ready if row.id in rows]
        self._connection.execute(_BUSY, sorted(busy, key=lambda one: int(one["to"])))
        self._spend(len(claimed), now, limits)
        return claimed

    def _allowed(self, now: float, limits: Limits) -> int:
        """How many calls may be made now."""
        if limits.overall is None:
            return 1 << 30
        next_at = self._connection.execute(_BUDGET, {"key": OVERALL}).scalar()
        if next_at is None:
            self._connection.execute(new_budget(self._connection.dialect.name), {"name": OVERALL, "next_at": 0.0})
            next_at = float(self._connection.execute(_BUDGET, {"key": OVERALL}).scalar_one())
        pace = limits.overall * MARGIN
        return max(0, int((now + max(_AHEAD, 1 / pace) - max(next_at, now)) * pace)) if next_at <= now + _AHEAD else 0

    def _spend(self, count: int, now: float, limits: Limits) -> None:
        if limits.overall is not None:
            before: float = self._connection.execute(_BUDGET, {"key": OVERALL}).scalar_one()
            self._connection.execute(_SPEND, {"key": OVERALL, "at": max(before, now) + count / (limits.overall * MARGIN)})

    def next_at(self, limits: Limits) -> float | None:
        """When the next call may be made: a recipient is ready, and so is the budget."""
        times = [self._connection.execute(_NEXT_AT, {"of_rank": rank}).scalar() for rank in (0, 1)]
        ready = [time for time in times if time is not None]
        if not ready:
            return None
        spent = self._connection.execute(_BUDGET, {"key": OVERALL}).scalar() if limits.overall is not None else None
        return float(max(min(ready), spent or 0.0))

    # --- What became of it

    def mine(self, ids: Sequence[int]) -> Collection[int]:
        """Those of some calls that this process is still making: one that was taken for dead may have lost them."""
        found = self._connection.execute(_MINE, {"ids": list(ids), "by": self._worker}) if ids else ()
        return {row.id for row in found}

    def accepted(self, call: Claimed, message_id: int | None, now: float) -> None:
        """The call is done; a new message is what the chat has in front, unless another one is on its way."""
        self._ended.append((_ACCEPTED, {"row": call.id, "now": now, "message": message_id}))
        self._freed.append({"to": call.chat, "one": int(call.kind is Kind.MESSAGE), "front": message_id})

    def refused(self, call: Claimed, error: str, now: float) -> None:
        """The call is given up."""
        self._ended.append((_REFUSED, {"row": call.id, "now": now, "why": error}))
        self._freed.append({"to": call.chat, "one": int(call.kind is Kind.MESSAGE), "front": None})

    def retry(self, call: Claimed, at: float, error: str, *, doubt: bool) -> None:
        """The call stays the first of its chat, which rests."""
        self._connection.execute(_AGAIN, {"row": call.id, "why": error, "tries": 1, "doubt": int(doubt)})
        self._connection.execute(_REST, {"to": call.chat, "until": at})
        self._follow(call.chat)

    def instead(self, call: Claimed, other: Instead) -> None:
        """Another call takes the row, and its place in the queue."""
        self._connection.execute(
            _OTHER,
            {
                "row": call.id,
                "of_kind": other.kind,
                "of_rank": _rank(other.kind),
                "by_method": other.method,
                "with_payload": json.dumps(other.params),
                "of_message": _edited(other.kind, other.params),
                "why": other.error,
            },
        )
        change = int(other.kind is Kind.MESSAGE) - int(call.kind is Kind.MESSAGE)
        if change:
            self._connection.execute(_MORE_MESSAGES, {"to": call.chat, "change": change})
        self._connection.execute(_REST, {"to": call.chat, "until": 0.0})
        self._follow(call.chat)

    def blocked(self, call: Claimed, error: str) -> None:
        """The call waits until the chat is back."""
        self._connection.execute(_AGAIN, {"row": call.id, "why": error, "tries": 1, "doubt": 0})
        self._connection.execute(_BLOCK, {"to": call.chat})
        self._follow(call.chat)

    def block(self, chat: int) -> None:
        """What waits, waits on; a call that is being made ends as it does."""
        self.flush()
        self._queue([_nothing_for(chat)])
        self._connection.execute(_LEAVE, {"to": chat})

    def unblocked(self, chat: int) -> None:
        """The chat is back."""
        self._connection.execute(_UNBLOCK, {"to": chat})

    def moved(self, old: int, new: int) -> None:
        """Takes along what waits; a call that is being made ends under the old id, and follows if it must be made again."""
        self.flush()
        # The rows are made and locked in the order of their ids.
        self._queue([_nothing_for(chat) for chat in sorted((old, new))])
        calls, messages = self._connection.execute(_LEFT, {"old": old}).one()
        self._connection.execute(_TAKE_ALONG, {"old": old, "new": new})
        self._connection.execute(_EMPTY, {"old": old, "new": new, "calls": calls, "of_them": messages})
        self._queue([_nothing_for(new) | {"to_send": calls, "messages": messages}])

    def _follow(self, chat: int) -> None:
        """What waits again for a group that has moved meanwhile goes where it is now."""
        if (now_at := self.where(chat)) != chat:
            self.moved(chat, now_at)

    # --- After a crash, and in the long run

    def workers(self) -> Sequence[int]:
        """The processes that are making calls, or were when they ended."""
        return list(self._connection.execute(_WORKERS).scalars())

    def recover_from(self, dead: Sequence[int], now: float) -> int:
        """Calls that ended processes were making are in doubt: made again, but for those that nobody waits for."""
        rows = self._connection.execute(_IN_DOUBT, {"dead": list(dead)}).all() if dead else []
        for row in rows:
            call = Claimed(row.id, row.chat, Kind(row.kind), "", {}, 0.0, 0, 0)
            if call.kind is Kind.ACT:
                self.refused(call, "in doubt", now)
            else:
                # That a process ended is no failure of the call: it is made again without a pause.
                self._connection.execute(_AGAIN, {"row": row.id, "why": "in doubt", "tries": 0, "doubt": 1})
                self._connection.execute(_REST, {"to": row.chat, "until": 0.0})
                self._follow(row.chat)
        return len(rows)

    def purge(self, before: float, most: int) -> int:
        """Forgets calls that ended before a time."""
        return self._connection.execute(_FORGET, {"before": before, "most": most}).rowcount

    def depth(self) -> Depth:
        """How much waits."""
        return Depth(*self._connection.execute(_DEPTH).one())

    def flush(self) -> None:
        """Makes the writes that were gathered, recipients in the order of their ids."""
        for statement in (_ACCEPTED, _REFUSED):
            rows = [row for one, row in self._ended if one is statement]
            if rows:
                self._connection.execute(statement, rows)
        if self._freed:
            self._connection.execute(_FREE, sorted(self._freed, key=lambda row: int(row["to"])))
        if self._put:
            self._flush_put()
        self._put, self._ended, self._freed = [], [], []

    def _flush_put(self) -> None:
        self._put = _newest_edits(self._put)
        edits = [row for row in self._put if row["edits"] is not None]
        if edits:
            self._connection.execute(_LOCK, {"chats": sorted({row["chat"] for row in edits})})
        superseding = [row for row in edits if self._supersedes(row)]
        rows = [row for row in self._put if row not in superseding]
        if not rows:
            return
        self.queued = True
        self._connection.execute(outbox.insert(), rows)
        queued: dict[int, dict[str, int]] = {}
        for row in rows:
            more = queued.setdefault(row["chat"], _nothing_for(row["chat"]))
            more["to_send"] += 1
            more["messages"] += row["kind"] == Kind.MESSAGE
        self._queue([queued[chat] for chat in sorted(queued)])

    def _supersedes(self, row: Mapping[str, Json]) -> bool:
        """Whether an edit took the place of one that still waits."""
        changed = {
            "to": row["chat"],
            "of_message": row["edits"],
            "with_payload": row["payload"],
            "of_kind": row["kind"],
            "of_rank": row["rank"],
        }
        return self._connection.execute(_SUPERSEDE, changed).rowcount > 0

    def _queue(self, rows: Sequence[Mapping[str, Json]]) -> None:
        self._connection.execute(_queued(self._connection.dialect.name), rows)


def _newest_edits(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Of several edits of one message the newest, in the place of the first."""
    kept: dict[object, dict[str, Json]] = {}
    for number, row in enumerate(rows):
        kept[number if row["edits"] is None else (row["chat"], row["edits"])] = row
    return list(kept.values())


def _nothing_for(chat: int) -> dict[str, int]:
    """The row of a recipient for whom nothing waits."""
    return {"id": chat, "rank": int(chat < 0), "to_send": 0, "messages": 0}


def _rank(kind: Kind) -> int:
    return int(kind is Kind.TIDY)


def _edited(kind: Kind, params: Mapping[str, Json]) -> int | None:
    """The message that a call edits."""
    return params.get("message_id") if kind in (Kind.EDIT, Kind.TIDY) else None


def _busy(chat: int, rank: int, recent: str | None, now: float, limits: Limits) -> dict[str, Json]:
    """A recipient that is being called, with the time from which it may be called again."""
    again, times = now, recent
    if limits.chat is not None:
        again = now + 1 / limits.chat
    if rank and limits.group is not None:
        minute = _MINUTE / MARGIN
        last = [time for time in (only(recent, json.loads) or []) if time > now - minute] + [now]
        if len(last) >= limits.group:
            again = max(again, last[-limits.group] + minute)
        times = json.dumps(last[-limits.group :])
    return {"to": chat, "again": again, "times": times}
