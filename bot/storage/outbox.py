"""The outbox: calls to Telegram, in order within a chat, one at a time, and within Telegram's limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any as Json

import sqlalchemy as sa

from bot.storage import outbox_sql as sql
from bot.storage.cases import SqlMessageRefs
from bot.storage.statements import new_budget, only
from bot.storage.tables import outbox
from bot.usecases.calls import MESSAGE_REF, Accepted, CallKind, ClaimedCall, Limits, Outgoing, Replacement
from bot.usecases.ports import QueueDepth

#: The name of the budget that all calls share.
OVERALL = "overall"
#: Share of a limit that is used: the clocks and the way to Telegram are not exact.
MARGIN = 0.95
#: How far ahead of their even pace calls may be made, in seconds: what a network delays and then delivers at once.
_AHEAD = 0.05
_MINUTE = 60.0
#: Calls a second to a group that are no new messages: no limit of theirs is documented.
_CHANGES = 4.0


class SqlOutbox:
    """See `ports.Outbox`."""

    def __init__(self, connection: sa.Connection, worker: int, relays: SqlMessageRefs) -> None:
        self._connection = connection
        self._worker = worker
        self._message_refs = relays
        #: Whether calls were stored that another process may make.
        self.queued = False
        self._put: list[dict[str, Json]] = []
        self._ended: list[tuple[sa.Update, dict[str, Json]]] = []
        self._freed: list[dict[str, Json]] = []

    # --- In

    def put(self, outgoing: Outgoing, now: float) -> None:
        """Queues a call; groups that moved are followed."""
        to = self.current_id(outgoing.chat)
        self._put.append(
            {
                "chat": to,
                "kind": outgoing.kind,
                "rank": -1 if outgoing.before_others else _rank(outgoing.kind),
                "state": "waiting",
                "method": outgoing.method,
                "payload": json.dumps(outgoing.params),
                "edits": _edited(outgoing.kind, outgoing.params),
                "created_at": now,
                "key": outgoing.merge_key or (outgoing.keys[0] if outgoing.keys else None),
                "names": " ".join(outgoing.keys),
                "case_id": outgoing.case,
                "not_before": now + outgoing.delay if outgoing.delay else 0.0,
            }
        )

    def amend(self, chat: int, merge_key: str, change: Callable[[dict[str, Json]], None], keys: Sequence[str]) -> bool:
        """Changes a call that waits; its recipient's row is locked, so that nobody begins to make it."""
        self.flush()
        self._connection.execute(sql.LOCK, {"chats": [self.current_id(chat)]})
        row = self._connection.execute(sql.UNMADE, {"known_as": merge_key}).first()
        if row is None:
            return False
        params = json.loads(row.payload)
        change(params)
        names = " ".join(dict.fromkeys([*row.names.split(), *keys]))
        self._connection.execute(sql.AMEND, {"row": row.id, "with_payload": json.dumps(params), "all_keys": names})
        return True

    def is_pending(self, merge_key: str) -> bool:
        """Whether a call of this name is still to be made, or is being made."""
        self.flush()
        return self._connection.execute(sql.PENDING, {"known_as": merge_key}).first() is not None

    def remaining_quota(self, group: int, now: float, limits: Limits) -> int:
        """What is left of the minute, less what waits."""
        self.flush()
        row = self._connection.execute(sql.SENT_LATELY, {"to": self.current_id(group)}).first()
        if limits.group is None or row is None:
            return limits.group or 1 << 30
        lately = [time for time in (only(row.recent, json.loads) or []) if time > now - _MINUTE / MARGIN]
        return limits.group - len(lately) - int(row.messages)

    def is_reachable(self, chat: int) -> bool:
        """Whether the bot is there."""
        return not self._connection.execute(sql.IS_BLOCKED, {"to": self.current_id(chat)}).scalar()

    def current_id(self, chat: int) -> int:
        """Where a group is now."""
        if chat >= 0:
            return chat
        moved = self._connection.execute(sql.MOVED_TO, {"to": chat}).scalar()
        return chat if moved is None else int(moved)

    # --- Out

    def claim(self, now: float, most: int, limits: Limits) -> Sequence[ClaimedCall]:
        """Marks the first call of each recipient that may be called."""
        self.flush()
        wanted = min(most, self._allowed(now, limits))
        ready = self._connection.execute(sql.READY, {"now": now, "most": wanted}).all() if wanted > 0 else []
        if not ready:
            return []
        chats = [row.id for row in ready]
        found = self._connection.execute(sql.firsts(self._connection.dialect.name), {"chats": chats, "now": now})
        rows = {row.chat: row for row in found}
        calls = {call.chat: call for call in self._resolved([rows[chat] for chat in chats if chat in rows])}
        turns = {row.id: _turn(rows[row.id], calls[row.id], row, now) for row in ready if row.id in rows}
        late = [{"to": chat, "until": turn} for chat, turn in sorted(turns.items()) if turn > now]
        if late:
            self._connection.execute(sql.WAIT, late)
        claimed = [calls[chat] for chat in chats if turns.get(chat, now + 1) <= now]
        if not claimed:
            return []
        self._connection.execute(sql.START, [{"row": call.id, "by": self._worker} for call in claimed])
        kinds = {call.chat: call.kind for call in claimed}
        busy = [_busy(row, kinds[row.id], now, limits) for row in ready if row.id in kinds]
        self._connection.execute(sql.BUSY, sorted(busy, key=lambda one: int(one["to"])))
        self._spend(len(claimed), now, limits)
        return claimed

    def _resolved(self, rows: Sequence[Json]) -> list[ClaimedCall]:
        """Calls with the numbers of the messages and topics that they name."""
        read = [json.loads(row.payload) for row in rows]
        wanted = {key for params in read for key in _named(params)}
        numbers = self._message_refs.find_all(sorted(wanted))
        return [
            ClaimedCall(
                row.id,
                row.chat,
                CallKind(row.kind),
                row.method,
                _with_numbers(params, numbers) if wanted else params,
                row.created_at,
                row.attempts,
                row.doubts,
                tuple(dict.fromkeys(row.names.split())),
                row.case_id,
            )
            for row, params in zip(rows, read, strict=True)
        ]

    def _allowed(self, now: float, limits: Limits) -> int:
        """How many calls may be made now."""
        if limits.overall is None:
            return 1 << 30
        next_at = self._connection.execute(sql.BUDGET, {"key": OVERALL}).scalar()
        if next_at is None:
            self._connection.execute(new_budget(self._connection.dialect.name), {"name": OVERALL, "next_at": 0.0})
            next_at = float(self._connection.execute(sql.BUDGET, {"key": OVERALL}).scalar_one())
        pace = limits.overall * MARGIN
        return max(0, int((now + max(_AHEAD, 1 / pace) - max(next_at, now)) * pace)) if next_at <= now + _AHEAD else 0

    def _spend(self, count: int, now: float, limits: Limits) -> None:
        if limits.overall is not None:
            before: float = self._connection.execute(sql.BUDGET, {"key": OVERALL}).scalar_one()
            self._connection.execute(sql.SPEND, {"key": OVERALL, "at": max(before, now) + count / (limits.overall * MARGIN)})

    def next_at(self, limits: Limits) -> float | None:
        """When the next call may be made: a recipient is ready, and so is the budget."""
        times = [self._connection.execute(sql.NEXT_AT, {"of_rank": rank}).scalar() for rank in (0, 1)]
        ready = [time for time in times if time is not None]
        if not ready:
            return None
        spent = self._connection.execute(sql.BUDGET, {"key": OVERALL}).scalar() if limits.overall is not None else None
        return float(max(min(ready), spent or 0.0))

    # --- What became of it

    def still_owned(self, ids: Sequence[int]) -> Collection[int]:
        """Those of some calls that this process is still making: one that was taken for dead may have lost them."""
        found = self._connection.execute(sql.MINE, {"ids": list(ids), "by": self._worker}) if ids else ()
        return {row.id for row in found}

    def mark_accepted(self, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """The call is done; a new message is what the chat has in front, unless another one is on its way."""
        self._ended.append((sql.ACCEPTED, {"row": call.id, "now": now, "message": outcome.message_id}))
        self._freed.append({"to": call.chat, "one": int(call.kind is CallKind.MESSAGE), "front": outcome.message_id})
        # Whatever is said in a group about a case can be answered there.
        keys = call.keys or ((f"call:{call.id}",) if call.chat < 0 and call.kind is CallKind.MESSAGE else ())
        if keys and call.case is not None:
            lane = self._connection.execute(sql.LANE_OF_CASE, {"number": call.case}).scalar_one()
            self._message_refs.record(
                keys, outcome.message_ids, case=call.case, lane=lane, chat=self.current_id(call.chat), at=now
            )

    def mark_refused(self, call: ClaimedCall, error: str, now: float) -> None:
        """The call is given up."""
        self._ended.append((sql.REFUSED, {"row": call.id, "now": now, "why": error}))
        self._freed.append({"to": call.chat, "one": int(call.kind is CallKind.MESSAGE), "front": None})

    def retry(self, call: ClaimedCall, at: float, error: str, *, outcome_unknown: bool) -> None:
        """The call stays the first of its chat, which rests."""
        self._connection.execute(sql.AGAIN, {"row": call.id, "why": error, "tries": 1, "doubt": int(outcome_unknown)})
        self._connection.execute(sql.REST, {"to": call.chat, "until": at})
        self._follow(call.chat)

    def replace_with(self, call: ClaimedCall, other: Replacement) -> None:
        """Another call takes the row, and its place in the queue."""
        self._connection.execute(
            sql.OTHER,
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
        change = int(other.kind is CallKind.MESSAGE) - int(call.kind is CallKind.MESSAGE)
        if change:
            self._connection.execute(sql.MORE_MESSAGES, {"to": call.chat, "change": change})
        self._connection.execute(sql.REST, {"to": call.chat, "until": 0.0})
        self._follow(call.chat)

    def pause_blocked(self, call: ClaimedCall, error: str) -> None:
        """The call waits until the chat is back."""
        self._connection.execute(sql.AGAIN, {"row": call.id, "why": error, "tries": 1, "doubt": 0})
        self._connection.execute(sql.BLOCK, {"to": call.chat})
        self._follow(call.chat)

    def block(self, chat: int) -> None:
        """What waits, waits on; a call that is being made ends as it does."""
        self.flush()
        self._queue([_nothing_for(chat)])
        self._connection.execute(sql.LEAVE, {"to": chat})

    def unblock(self, chat: int) -> None:
        """The chat is back."""
        self._connection.execute(sql.UNBLOCK, {"to": chat})

    def move_group(self, old: int, new: int) -> None:
        """Takes along what waits; a call that is being made ends under the old id, and follows if it must be made again."""
        self.flush()
        # The rows are made and locked in the order of their ids.
        self._queue([_nothing_for(chat) for chat in sorted((old, new))])
        calls, messages = self._connection.execute(sql.LEFT, {"old": old}).one()
        self._connection.execute(sql.TAKE_ALONG, {"old": old, "new": new})
        self._connection.execute(sql.EMPTY, {"old": old, "new": new, "calls": calls, "of_them": messages})
        self._queue([_nothing_for(new) | {"to_send": calls, "messages": messages}])

    def _follow(self, chat: int) -> None:
        """What waits again for a group that has moved meanwhile goes where it is now."""
        if (now_at := self.current_id(chat)) != chat:
            self.move_group(chat, now_at)

    # --- After a crash, and in the long run

    def workers(self) -> Sequence[int]:
        """The processes that are making calls, or were when they ended."""
        return list(self._connection.execute(sql.WORKERS).scalars())

    def recover_from(self, dead: Sequence[int], now: float) -> int:
        """Calls that ended processes were making are in doubt: made again, but for those that nobody waits for."""
        rows = self._connection.execute(sql.IN_DOUBT, {"dead": list(dead)}).all() if dead else []
        for row in rows:
            call = ClaimedCall(row.id, row.chat, CallKind(row.kind), "", {}, 0.0, 0, 0)
            if call.kind is CallKind.BEST_EFFORT:
                self.mark_refused(call, "in doubt", now)
            else:
                # That a process ended is no failure of the call: it is made again without a pause.
                self._connection.execute(sql.AGAIN, {"row": row.id, "why": "in doubt", "tries": 0, "doubt": 1})
                self._connection.execute(sql.REST, {"to": row.chat, "until": 0.0})
                self._follow(row.chat)
        return len(rows)

    def purge(self, before: float, most: int) -> int:
        """Forgets calls that ended before a time."""
        return self._connection.execute(sql.FORGET, {"before": before, "most": most}).rowcount

    def depth(self) -> QueueDepth:
        """How much waits."""
        return QueueDepth(*self._connection.execute(sql.DEPTH).one())

    def flush(self) -> None:
        """Makes the writes that were gathered, recipients in the order of their ids."""
        for statement in (sql.ACCEPTED, sql.REFUSED):
            rows = [row for one, row in self._ended if one is statement]
            if rows:
                self._connection.execute(statement, rows)
        if self._freed:
            self._connection.execute(sql.FREE, sorted(self._freed, key=lambda row: int(row["to"])))
        if self._put:
            self._flush_put()
        self._put, self._ended, self._freed = [], [], []

    def _flush_put(self) -> None:
        self._put = _newest_edits(self._put)
        edits = [row for row in self._put if row["edits"] is not None]
        if edits:
            self._connection.execute(sql.LOCK, {"chats": sorted({row["chat"] for row in edits})})
        superseded = self._supersede(edits) if edits else set()
        rows = [row for row in self._put if (row["chat"], row["edits"]) not in superseded]
        if not rows:
            return
        self.queued = True
        self._connection.execute(outbox.insert(), rows)
        queued: dict[int, dict[str, int]] = {}
        for row in rows:
            more = queued.setdefault(row["chat"], _nothing_for(row["chat"]))
            more["to_send"] += 1
            more["messages"] += row["kind"] == CallKind.MESSAGE
        self._queue([queued[chat] for chat in sorted(queued)])

    def _supersede(self, edits: Sequence[Mapping[str, Json]]) -> Collection[tuple[int, int]]:
        """Edits take the places of those of the same messages that still wait. Returns the chats and numbers of these."""
        chats = sorted({row["chat"] for row in edits})
        waiting = {(row.chat, row.edits) for row in self._connection.execute(sql.WAITING_EDITS, {"chats": chats})}
        changed = [
            {
                "to": row["chat"],
                "of_message": row["edits"],
                "with_payload": row["payload"],
                "of_kind": row["kind"],
                "of_rank": row["rank"],
                "more_names": f" {row['names']}",
            }
            for row in edits
            if (row["chat"], row["edits"]) in waiting
        ]
        if changed:
            self._connection.execute(sql.SUPERSEDE, changed)
        return {(row["to"], row["of_message"]) for row in changed}

    def _queue(self, rows: Sequence[Mapping[str, Json]]) -> None:
        self._connection.execute(sql.queued(self._connection.dialect.name), rows)


def _newest_edits(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Of several edits of one message the newest, in the place of the first."""
    kept: dict[object, dict[str, Json]] = {}
    for number, row in enumerate(rows):
        place: object = number if row["edits"] is None else (row["chat"], row["edits"])
        kept[place] = row | {"names": f"{kept[place]['names']} {row['names']}".strip()} if place in kept else row
    return list(kept.values())


def _nothing_for(chat: int) -> dict[str, int]:
    """The row of a recipient for whom nothing waits."""
    return {"id": chat, "rank": int(chat < 0), "to_send": 0, "messages": 0}


def _rank(kind: CallKind) -> int:
    return int(kind is CallKind.CLEANUP)


def _edited(kind: CallKind, params: Mapping[str, Json]) -> int | None:
    """The message that a call edits, where its number is known."""
    edits = params.get("message_id") if kind in (CallKind.EDIT, CallKind.CLEANUP) and "text" in params else None
    return edits if isinstance(edits, int) else None


def _turn(row: Json, call: ClaimedCall, to: Json, now: float) -> float:
    """When a call may be made: not while it is held back, and not while its group takes no new message that it is or needs."""
    is_for_none = call.kind is not CallKind.MESSAGE and "message_id" in row.payload and "message_id" not in call.params
    too_soon = to.message_at if call.kind is CallKind.MESSAGE or is_for_none else 0.0
    return float(max(now, row.not_before, too_soon))


def _busy(to: Json, kind: CallKind, now: float, limits: Limits) -> dict[str, Json]:
    """A recipient that is being called, with the times from which it may be called again.

    The limit for groups is one of new messages: what changes in a group goes faster.
    """
    again, message_again, times = now, to.message_at, to.recent
    is_group = to.rank == 1
    if limits.chat is not None:
        again = now + (1 / _CHANGES if is_group else 1 / limits.chat)
        message_again = max(message_again, now + 1 / limits.chat) if is_group and kind is CallKind.MESSAGE else message_again
    if is_group and kind is CallKind.MESSAGE and limits.group is not None:
        minute = _MINUTE / MARGIN
        last = [time for time in (only(to.recent, json.loads) or []) if time > now - minute] + [now]
        if len(last) >= limits.group:
            message_again = max(message_again, last[-limits.group] + minute)
        times = json.dumps(last[-limits.group :])
    return {"to": to.id, "again": again, "message_again": message_again, "times": times}


def _named(params: Json) -> Iterator[str]:
    """The keys among parameters."""
    if isinstance(params, dict):
        if MESSAGE_REF in params:
            yield params[MESSAGE_REF]
        else:
            for value in params.values():
                yield from _named(value)


def _with_numbers(params: Mapping[str, Json], numbers: Mapping[str, int]) -> dict[str, Json]:
    """Parameters with numbers in the place of keys; what names something that is not there is left out."""
    found: dict[str, Json] = {}
    for name, value in params.items():
        if isinstance(value, dict) and MESSAGE_REF in value:
            if value[MESSAGE_REF] in numbers:
                found[name] = numbers[value[MESSAGE_REF]]
        elif isinstance(value, dict) and any(isinstance(one, dict) and MESSAGE_REF in one for one in value.values()):
            # A reply to something that is not there is no reply.
            if all(one[MESSAGE_REF] in numbers for one in value.values() if isinstance(one, dict) and MESSAGE_REF in one):
                found[name] = _with_numbers(value, numbers)
        else:
            found[name] = value
    return found
