"""The pace of calls to one recipient: when a call may be made, and what one in flight leaves for later."""

from __future__ import annotations

import json

from bot.json_types import Json
from bot.storage.statements import converted
from bot.usecases.calls import CallKind, ClaimedCall, Limits

#: Share of a limit that is used: the clocks and the way to Telegram are not exact.
MARGIN = 0.95
MINUTE = 60.0
#: Calls a second to a group that are no new messages: no limit of theirs is documented.
_CHANGES_PER_SECOND = 4.0


def may_be_made_at(row: Json, call: ClaimedCall, to: Json, now: float) -> float:
    """Return the time from which a call may be made: its delay is over, and its group takes the message that it is or needs."""
    is_for_none = call.kind is not CallKind.MESSAGE and '"message_id"' in row.payload and '"message_id"' not in call.payload
    too_soon = to.message_at if call.kind is CallKind.MESSAGE or is_for_none else 0.0
    return float(max(now, row.not_before, too_soon))


def occupied(to: Json, kind: CallKind, now: float, limits: Limits) -> dict[str, Json]:
    """Return a recipient's row for a call in flight: the times from which it may be called again, and sent a new message.

    The limit for groups is one of new messages: edits and other changes go faster.
    """
    again, message_again, times = now, to.message_at, to.recent
    is_group = to.rank == 1
    if limits.chat is not None:
        again = now + (1 / _CHANGES_PER_SECOND if is_group else 1 / limits.chat)
        message_again = max(message_again, now + 1 / limits.chat) if is_group and kind is CallKind.MESSAGE else message_again
    if is_group and kind is CallKind.MESSAGE and limits.group is not None:
        minute = MINUTE / MARGIN
        last = [time for time in (converted(to.recent, json.loads) or []) if time > now - minute] + [now]
        if len(last) >= limits.group:
            message_again = max(message_again, last[-limits.group] + minute)
        times = json.dumps(last[-limits.group :])
    return {"to": to.id, "again": again, "message_again": message_again, "times": times}
