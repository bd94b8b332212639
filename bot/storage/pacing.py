"""The pace of calls to one chat: when a call may be made, and how long the next ones must wait after it."""

from __future__ import annotations

import json

from bot.json_types import Json
from bot.storage.deadlines import CLOCK_TOLERANCE_SECONDS, MESSAGE_SECONDS
from bot.storage.priority import GROUPS, URGENT
from bot.storage.shared_statements import converted
from bot.usecases.calls import CallKind, ClaimedCall, Limits

#: Share of a limit that is used: the clocks and the way to Telegram are not exact.
MARGIN = 0.95
_MINUTE = 60.0
#: Messages a minute that a group is not sent about cases unless they are urgent: a topic, its card, and a word about it.
_RESERVE = 3
#: Calls a second to a group that are no new messages: no limit of theirs is documented.
_CHANGES_PER_SECOND = 4.0


def may_be_made_at(row: Json, call: ClaimedCall, to: Json, now: float, limits: Limits) -> float:
    """Return the time from which a call may be made: its own delay is over, and its group can take another message."""
    is_for_none = call.kind is not CallKind.MESSAGE and '"message_id"' in row.payload and '"message_id"' not in call.payload
    is_held = call.kind is CallKind.MESSAGE or is_for_none
    message_at = _urgent_message_at(to, now, limits) if row.rank <= URGENT and to.rank == GROUPS else _usual_message_at(to, now)
    too_soon = message_at if is_held else 0.0
    # Calls are held back for seconds only: a longer delay was noted by a clock that was wrong.
    held_until = row.not_before if row.not_before <= now + _MINUTE else 0.0
    return float(max(now, held_until, too_soon))


def recent_times(to: Json, now: float) -> list[float]:
    """Return the times of messages sent to a group within the last minute; times in the future are those of a wrong clock."""
    try:
        times: list[float] = converted(to.recent, json.loads) or []
        return [float(time) for time in times if now - _MINUTE / MARGIN < time <= now + CLOCK_TOLERANCE_SECONDS]
    except (ValueError, TypeError):
        # As if none was known.
        return []


def _usual_message_at(to: Json, now: float) -> float:
    """Return the time from which a group can take a message; a time further ahead than its limit explains counts as over."""
    return float(to.message_at) if to.message_at <= now + MESSAGE_SECONDS else 0.0


def _urgent_message_at(to: Json, now: float, limits: Limits) -> float:
    """Return the time from which a group can take an urgent message, which may use the part of the limit others leave free."""
    times = recent_times(to, now)
    again = times[-1] + 1 / limits.chat if times and limits.chat is not None else 0.0
    if limits.group is not None and len(times) >= limits.group:
        again = max(again, times[-limits.group] + _MINUTE / MARGIN)
    return again


def _limit_for_cases(limit: int) -> int:
    """Return how many messages a minute a group gets about cases that are not urgent."""
    return limit - min(_RESERVE, limit // 6)


def occupied(to: Json, call: ClaimedCall, now: float, limits: Limits) -> dict[str, Json]:
    """Return the new columns of a chat's row once a call is in flight: from when it may be called, and sent a message, again.

    The limit for groups is one of new messages: edits and other changes go faster. A cleanup, which nobody waits for, takes no
    person's turn. People who were left in peace are sent a few messages at once: their `send_at` lies in the past by as many.
    """
    again, message_again, times = now, _usual_message_at(to, now), to.recent
    is_group, is_message = to.rank == GROUPS, call.kind is CallKind.MESSAGE
    if limits.chat is not None and is_group:
        again = now + 1 / _CHANGES_PER_SECOND
        message_again = max(message_again, now + 1 / limits.chat) if is_message else message_again
    elif limits.chat is not None:
        full = now - (limits.burst - 1) / limits.chat
        again = max(full, min(now, to.send_at)) + (0.0 if call.kind is CallKind.CLEANUP else 1 / limits.chat)
    if is_group and is_message and limits.group is not None:
        last = [*recent_times(to, now), now]
        usual = limits.group if call.case is None else _limit_for_cases(limits.group)
        if len(last) >= usual:
            message_again = max(message_again, last[-usual] + _MINUTE / MARGIN)
        times = json.dumps(last[-limits.group :])
    return {"to": to.id, "again": again, "message_again": message_again, "times": times}
