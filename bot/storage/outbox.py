"""The outbox: calls to Telegram, made in order within a chat, one at a time, and within Telegram's limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence

import sqlalchemy as sa
import structlog

from bot.json_types import Json
from bot.storage import outbox_statements as statements
from bot.storage.call_budget import CallBudget
from bot.storage.cases import SqlMessageRefs
from bot.storage.pacing import may_be_made_at, occupied, recent_times
from bot.storage.priority import (
    AUDIENCE,
    RECIPIENT_RANKS,
    UNHURRIED,
    empty_recipient,
    is_in_turn,
    newest_edits,
    rank_in_turn,
    rank_of,
    rank_of_kind,
    recipients_of,
)
from bot.storage.sealing import RowText, is_of_row
from bot.storage.tables import outbox
from bot.usecases.calls import (
    MESSAGE_REF,
    Accepted,
    CallKind,
    ClaimedCall,
    Limits,
    Outgoing,
    Replacement,
    message_refs_in,
    with_message_ids,
)
from bot.usecases.queues import QueueDepth

log = structlog.get_logger("bot")

#: Seconds that a call which cannot be read is left to other processes, and until it is looked at again meanwhile.
_LATER_VERSION_SECONDS, _UNREADABLE_PAUSE_SECONDS = 600.0, 10.0


class SqlOutbox:
    """The outbox in SQL; see `ports.Outbox`."""

    def __init__(self, connection: sa.Connection, worker: int, message_refs: SqlMessageRefs) -> None:
        self._connection = connection
        self._worker = worker
        self._message_refs = message_refs
        self._budget = CallBudget(connection)
        #: True if calls were stored that another process may make.
        self.queued = False
        self._put: list[dict[str, Json]] = []
        self._ended: list[tuple[sa.Update, dict[str, Json]]] = []
        self._freed: list[dict[str, Json]] = []

    # --- In

    def put(self, outgoing: Outgoing, now: float) -> None:
        """Queue a call; for a group that moved, under its new id."""
        to = self.current_id(outgoing.chat)
        self._put.append(
            {
                "chat": to,
                "kind": outgoing.kind,
                "rank": rank_of(outgoing),
                "state": "waiting",
                "method": outgoing.method,
                "payload": _bound(outgoing.chat, json.dumps(outgoing.params)),
                "edits": _edited(outgoing.kind, outgoing.params),
                "created_at": now,
                "key": outgoing.merge_key or (outgoing.keys[0] if outgoing.keys else None),
                "names": " ".join(outgoing.keys),
                "case_id": outgoing.case,
                "not_before": now + outgoing.delay if outgoing.delay else 0.0,
            }
        )

    def amend(self, chat: int, merge_key: str, change: Callable[[dict[str, Json]], None], keys: Sequence[str]) -> bool:
        """Change the parameters of a queued call, and add `keys` to its references. Return False if it is no longer queued."""
        self.flush()
        self._connection.execute(statements.LOCK_CHATS, {"chats": [self.current_id(chat)]})
        row = self._connection.execute(statements.CALL_NOT_MADE, {"known_as": merge_key}).first()
        if row is None:
            return False
        params = json.loads(row.payload)
        change(params)
        names = " ".join(dict.fromkeys([*row.names.split(), *keys]))
        self._connection.execute(
            statements.AMEND_CALL, {"row": row.id, "with_payload": _bound(chat, json.dumps(params)), "all_keys": names}
        )
        return True

    def hurry(self, group: int, case: int) -> None:
        """Make urgent the queued calls that create the place of a case, and speed up the first words in it."""
        self.flush()
        self._connection.execute(statements.HURRY_CASE, {"to": self.current_id(group), "number": case})

    def withdraw(self, chat: int, merge_key: str) -> bool:
        """Drop a queued call. Return False if it is being made, or was."""
        self.flush()
        to = self.current_id(chat)
        self._connection.execute(statements.LOCK_CHATS, {"chats": [to]})
        row = self._connection.execute(statements.CALL_NOT_MADE, {"known_as": merge_key}).first()
        if row is None:
            return False
        self._connection.execute(statements.DROP_CALL, {"row": row.id})
        self._connection.execute(statements.FORGET_CALL, {"to": to, "one": int(row.kind == CallKind.MESSAGE)})
        return True

    def is_pending(self, merge_key: str) -> bool:
        """Return True if a call with this merge key is queued or being made."""
        self.flush()
        return self._connection.execute(statements.CALL_PENDING, {"known_as": merge_key}).first() is not None

    def remaining_quota(self, group: int, now: float, limits: Limits) -> int:
        """Return how many more new messages a group can take within this minute, after those already queued."""
        self.flush()
        row = self._connection.execute(statements.RECENT_MESSAGES, {"to": self.current_id(group)}).first()
        if limits.group is None or row is None:
            return limits.group or 1 << 30
        return limits.group - len(recent_times(row, now)) - int(row.messages)

    def is_reachable(self, chat: int) -> bool:
        """Return True unless the chat has blocked the bot."""
        return not self._connection.execute(statements.CHAT_IS_BLOCKED, {"to": self.current_id(chat)}).scalar()

    def current_id(self, chat: int) -> int:
        """Return the group's id after an upgrade to supergroup; any other id stays."""
        if chat >= 0:
            return chat
        moved = self._connection.execute(statements.GROUP_MOVED_TO, {"to": chat}).scalar()
        return chat if moved is None else int(moved)

    # --- Out

    def claim(self, now: float, most: int, limits: Limits, *, is_rest: bool = False) -> Sequence[ClaimedCall]:
        """Mark the first call of each chat that is ready as in flight, and return them; announcements only outside a rest."""
        self.flush()
        wanted = min(most, self._budget.allowance(now, limits))
        ready = self._ready(now, wanted, UNHURRIED if is_rest else AUDIENCE) if wanted > 0 else []
        if not ready:
            return []
        chats = [row.id for row in ready]
        found = self._connection.execute(statements.first_calls(self._connection.dialect.name), {"chats": chats, "now": now})
        rows = {row.chat: row for row in found}
        calls = {call.chat: call for call in self._resolved([rows[chat] for chat in chats if chat in rows], now)}
        turns = {row.id: may_be_made_at(rows[row.id], calls[row.id], row, now, limits) for row in ready if row.id in calls}
        late = [{"to": chat, "until": turn} for chat, turn in sorted(turns.items()) if turn > now]
        if late:
            self._connection.execute(statements.DELAY_CHAT, late)
        claimed = [calls[chat] for chat in chats if turns.get(chat, now + 1) <= now]
        if not claimed:
            return []
        self._connection.execute(statements.MARK_SENDING, [{"row": call.id, "by": self._worker} for call in claimed])
        made = {call.chat: call for call in claimed}
        busy = [occupied(row, made[row.id], now, limits) for row in ready if row.id in made]
        self._connection.execute(statements.OCCUPY_CHAT, sorted(busy, key=lambda one: int(one["to"])))
        self._budget.spend(len(claimed), now, limits)
        return claimed

    def _ready(self, now: float, most: int, last_rank: int) -> Sequence[Json]:
        """Return the chats with a call of at most a rank that is ready to be made, those with urgent calls first."""
        urgent = list(self._connection.execute(statements.URGENT_CHATS).scalars())
        first: list[Json] = []
        if urgent:
            first += self._connection.execute(statements.READY_URGENT_CHATS, {"chats": urgent, "now": now, "most": most}).all()
        found = self._connection.execute(statements.READY_CHATS, {"now": now, "most": most, "last_rank": last_rank}).all()
        known = {row.id for row in first}
        return [*first, *(row for row in found if row.id not in known)][:most]

    def _resolved(self, rows: Sequence[Json], now: float) -> list[ClaimedCall]:
        """Return claimed calls with message references replaced by numbers; a call that cannot be read is set aside."""
        payloads = {row.id: row.payload if is_of_row(row.payload, row.chat) else "" for row in rows}
        referring: dict[int, dict[str, Json]] = {}
        readable = []
        for row in rows:
            try:
                CallKind(row.kind)
                if f'"{MESSAGE_REF}"' in payloads[row.id]:
                    referring[row.id] = dict(json.loads(payloads[row.id]))
            except (ValueError, TypeError, RecursionError) as error:
                self._set_aside(row, error, now)
            else:
                readable.append(row)
        keys = {key for params in referring.values() for key in message_refs_in(params)}
        numbers = self._message_refs.find_all(sorted(keys))
        return [
            ClaimedCall(
                row.id,
                row.chat,
                CallKind(row.kind),
                row.method,
                json.dumps(with_message_ids(referring[row.id], numbers)) if row.id in referring else payloads[row.id],
                row.created_at,
                row.attempts,
                row.doubts,
                tuple(dict.fromkeys(row.names.split())),
                row.case_id,
            )
            for row in readable
        ]

    def _set_aside(self, row: Json, error: Exception, now: float) -> None:
        """Set aside a call that cannot be read, so that its chat goes on; one of a later version is left to a newer process."""
        if 0 <= now - row.created_at < _LATER_VERSION_SECONDS:
            self._connection.execute(statements.DELAY_CHAT, [{"to": row.chat, "until": now + _UNREADABLE_PAUSE_SECONDS}])
            return
        log.error("call_unreadable", outbox=row.id, error=type(error).__name__)
        self._connection.execute(statements.SET_CALL_ASIDE, {"row": row.id, "now": now, "why": type(error).__name__})
        self._connection.execute(statements.FORGET_CALL, {"to": row.chat, "one": int(row.kind == CallKind.MESSAGE)})

    def next_at(self, limits: Limits, *, is_rest: bool = False) -> float | None:
        """Return the time at which a chat and the budget are both ready; None if nothing waits except for the end of a rest."""
        ranks = RECIPIENT_RANKS[:-1] if is_rest else RECIPIENT_RANKS
        times = [self._connection.execute(statements.NEXT_SEND_AT, {"of_rank": rank}).scalar() for rank in ranks]
        ready = [time for time in times if time is not None]
        if not ready:
            return None
        return float(max(min(ready), self._budget.next_at(limits)))

    # --- Outcomes

    def still_owned(self, ids: Sequence[int]) -> Collection[int]:
        """Lock and return the calls still assigned to this process; another one may have recovered them."""
        found = self._connection.execute(statements.LOCK_OWNED, {"ids": list(ids), "by": self._worker}) if ids else ()
        return {row.id for row in found}

    def mark_accepted(self, call: ClaimedCall, outcome: Accepted, now: float) -> None:
        """Mark a call as done; a new message becomes the one in front of its chat, unless another is queued."""
        self._ended.append((statements.MARK_ACCEPTED, {"row": call.id, "now": now, "message": outcome.message_id}))
        self._freed.append({"to": call.chat, "one": int(call.kind is CallKind.MESSAGE), "front": outcome.message_id})
        # Whatever is said in a group about a case can be answered there.
        keys = call.keys or ((f"call:{call.id}",) if call.chat < 0 and call.kind is CallKind.MESSAGE else ())
        if keys and call.case is not None:
            lane = self._connection.execute(statements.LANE_OF_CASE, {"number": call.case}).scalar_one()
            self._message_refs.record(
                keys, outcome.message_ids, case=call.case, lane=lane, chat=self.current_id(call.chat), at=now
            )

    def mark_refused(self, call: ClaimedCall, error: str, now: float) -> None:
        """Mark a call as given up."""
        self._ended.append((statements.MARK_REFUSED, {"row": call.id, "now": now, "why": error}))
        self._freed.append({"to": call.chat, "one": int(call.kind is CallKind.MESSAGE), "front": None})

    def retry(self, call: ClaimedCall, at: float, error: str, *, outcome_unknown: bool) -> None:
        """Queue a call again as the first of its chat, which is not called before `at`."""
        self._connection.execute(statements.REQUEUE, {"row": call.id, "why": error, "tries": 1, "doubt": int(outcome_unknown)})
        self._connection.execute(statements.POSTPONE_CHAT, {"to": call.chat, "until": at})
        self._follow(call.chat)

    def replace_with(self, call: ClaimedCall, other: Replacement) -> None:
        """Replace a call by another one, which takes its place in the queue."""
        self._connection.execute(
            statements.REPLACE_CALL,
            {
                "row": call.id,
                "of_kind": other.kind,
                "of_rank": rank_of_kind(other.kind),
                "by_method": other.method,
                "with_payload": _bound(call.chat, json.dumps(other.params)),
                "of_message": _edited(other.kind, other.params),
                "why": other.error,
            },
        )
        change = int(other.kind is CallKind.MESSAGE) - int(call.kind is CallKind.MESSAGE)
        if change:
            self._connection.execute(statements.CHANGE_MESSAGE_COUNT, {"to": call.chat, "change": change})
        self._connection.execute(statements.POSTPONE_CHAT, {"to": call.chat, "until": 0.0})
        self._follow(call.chat)

    def pause_blocked(self, call: ClaimedCall, error: str) -> None:
        """Queue a call again, and hold back its chat until that unblocks the bot."""
        self._connection.execute(statements.REQUEUE, {"row": call.id, "why": error, "tries": 1, "doubt": 0})
        self._connection.execute(statements.BLOCK_AFTER_CALL, {"to": call.chat})
        self._follow(call.chat)

    def block(self, chat: int) -> None:
        """Hold back all queued calls to a chat that has blocked the bot; a call in flight is not affected."""
        self.flush()
        self._queue([empty_recipient(chat)])
        self._connection.execute(statements.BLOCK_CHAT, {"to": chat})

    def unblock(self, chat: int) -> None:
        """Release the calls to a chat that has unblocked the bot."""
        self._connection.execute(statements.UNBLOCK_CHAT, {"to": chat})

    def move_group(self, old: int, new: int) -> None:
        """Move queued calls to a group's new id; a call in flight ends under the old id, and moves if it is retried."""
        self.flush()
        # The rows are made and locked in the order of their ids.
        self._queue([empty_recipient(chat) for chat in sorted((old, new))])
        calls, messages = self._connection.execute(statements.COUNT_MOVED, {"old": old}).one()
        self._connection.execute(statements.MOVE_CALLS, {"old": old, "new": new})
        self._connection.execute(statements.MARK_MOVED, {"old": old, "new": new, "calls": calls, "of_them": messages})
        self._queue([empty_recipient(new) | {"to_send": calls, "messages": messages}])

    def _follow(self, chat: int) -> None:
        """Move calls that were queued again under an old id of a group to its new id."""
        if (now_at := self.current_id(chat)) != chat:
            self.move_group(chat, now_at)

    # --- After a crash, and in the long run

    def workers(self) -> Sequence[int]:
        """Return the processes to which calls in flight are assigned, running or not."""
        return list(self._connection.execute(statements.SENDING_WORKERS).scalars())

    def recover_from(self, dead: Sequence[int], now: float) -> int:
        """Queue again calls that ended processes were making; give best-effort ones up. Return how many."""
        rows = self._connection.execute(statements.CALLS_IN_DOUBT, {"dead": list(dead)}).all() if dead else []
        for row in rows:
            if row.kind == CallKind.BEST_EFFORT:
                self.mark_refused(ClaimedCall(row.id, row.chat, CallKind.BEST_EFFORT, "", "{}", 0.0, 0, 0), "in doubt", now)
            else:
                # That a process ended is no failure of the call: it is made again without a pause.
                self._connection.execute(statements.REQUEUE, {"row": row.id, "why": "in doubt", "tries": 0, "doubt": 1})
                self._connection.execute(statements.POSTPONE_CHAT, {"to": row.chat, "until": 0.0})
                self._follow(row.chat)
        return len(rows)

    def purge(self, before: float, most: int) -> int:
        """Delete calls that ended before a time, at most so many. Return how many."""
        return self._connection.execute(statements.DELETE_FORGETTABLE_CALLS, {"before": before, "most": most}).rowcount

    def depth(self) -> QueueDepth:
        """Return the number of waiting calls, and the time since which the oldest waits."""
        return QueueDepth(*self._connection.execute(statements.OUTBOX_DEPTH).one())

    def flush(self) -> None:
        """Make the collected writes, chats in the order of their ids."""
        for statement in (statements.MARK_ACCEPTED, statements.MARK_REFUSED):
            rows = [row for one, row in self._ended if one is statement]
            if rows:
                self._connection.execute(statement, rows)
        if self._freed:
            self._connection.execute(statements.RELEASE_CHAT, sorted(self._freed, key=lambda row: int(row["to"])))
        if self._put:
            self._flush_put()
        self._put, self._ended, self._freed = [], [], []

    def _flush_put(self) -> None:
        self._put = newest_edits(self._put)
        if groups := sorted({row["chat"] for row in self._put if is_in_turn(row)}):
            found = self._connection.execute(statements.WAITING_OF_CASES, {"chats": groups})
            rank_in_turn(self._put, {(row.chat, row.case_id): (row.calls, row.last) for row in found})
        edits = [row for row in self._put if row["edits"] is not None]
        if edits:
            self._connection.execute(statements.LOCK_CHATS, {"chats": sorted({row["chat"] for row in edits})})
        superseded = self._supersede(edits) if edits else set()
        rows = [row for row in self._put if (row["chat"], row["edits"]) not in superseded]
        if rows:
            self.queued = True
            self._connection.execute(outbox.insert(), rows)
        queued = recipients_of(self._put, superseded)
        self._queue([queued[chat] for chat in sorted(queued)])

    def _supersede(self, edits: Sequence[Mapping[str, Json]]) -> Collection[tuple[int, int]]:
        """Replace queued edits by newer ones of the same messages. Return chat and number of each of these messages."""
        chats = sorted({row["chat"] for row in edits})
        waiting = {(row.chat, row.edits) for row in self._connection.execute(statements.WAITING_EDITS, {"chats": chats})}
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
            self._connection.execute(statements.SUPERSEDE_EDIT, changed)
        return {(row["to"], row["of_message"]) for row in changed}

    def _queue(self, rows: Sequence[Mapping[str, Json]]) -> None:
        self._connection.execute(statements.add_to_chat(self._connection.dialect.name), rows)


def _edited(kind: CallKind, params: Mapping[str, Json]) -> int | None:
    """Return the number of the message that a call edits; None if it edits none, or the number is not known yet."""
    edits = params.get("message_id") if kind in (CallKind.EDIT, CallKind.CLEANUP) and "text" in params else None
    return edits if isinstance(edits, int) else None


def _bound(chat: int, payload: str) -> str:
    """Return a call's parameters bound to the citizen's chat for sealing; those for a group are not bound, since it may move."""
    return RowText.of(chat, payload) if chat > 0 else payload
