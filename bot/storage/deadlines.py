"""Correction of stored deadlines that a wrong clock has set too far in the future: they become due now.

The budget of all calls shows whether the clock is wrong: it holds the time of the last call. If that lies in the future, the
clock has gone back, and every deadline may have been set by the wrong clock. Deadlines of a known greatest length need no such
proof.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.shared_statements import NOTHING
from bot.storage.tables import chat, outbox, recipient, timer

#: Seconds by which clocks of several processes may differ: an advance of the witness beyond these shows that the clock went back.
CLOCK_TOLERANCE_SECONDS = 10.0
#: Seconds without a call after which the witness is set again, so that it knows of every jump that is longer.
WITNESS_SECONDS = 60.0
#: Seconds that a lane sleeps after a failure at most (`inbound.RETRIES`), with a margin.
LANE_SECONDS = 150.0
#: Seconds that a recipient rests after a failure or as Telegram asked (`outbound`), with a margin.
RECIPIENT_SECONDS = 3750.0
#: Seconds until a group takes another message (`pacing`), with a margin.
MESSAGE_SECONDS = 90.0

_TIMES = (recipient.c.send_at, recipient.c.free_at, recipient.c.message_at)
_NOW = sa.bindparam("now", type_=sa.Double)
_HURRY_RECIPIENTS = (
    recipient.update()
    .where(sa.or_(*(column > _NOW for column in _TIMES)))
    .values({column.name: sa.case((column > _NOW, _NOW), else_=column) for column in _TIMES})
)
_HURRY_CALLS = (
    outbox.update()
    .where(outbox.c.state == sa.literal_column("'waiting'"), outbox.c.not_before > _NOW)
    .values(not_before=sa.bindparam("now"))
)
#: Timers keep the time that they had left.
_SET_TIMERS_BACK = (
    timer.update()
    .where(timer.c.due_at >= sa.bindparam("since", type_=sa.Double))
    .values(due_at=timer.c.due_at - sa.bindparam("jump", type_=sa.Double))
)

#: A group that takes a message, or would wait for longer than its limit explains.
GROUP_TAKES_MESSAGE = sa.or_(recipient.c.message_at <= _NOW, recipient.c.message_at > _NOW + MESSAGE_SECONDS)
#: A recipient whose rest is over, or lasts longer than anything explains.
RECIPIENT_IS_RESTED = sa.or_(recipient.c.send_at <= _NOW, recipient.c.send_at > _NOW + RECIPIENT_SECONDS)
#: A lane that has work and is ready, or sleeps for longer than any failure explains.
LANE_IS_READY = sa.and_(
    chat.c.waiting > NOTHING, sa.or_(chat.c.ready_at <= _NOW, chat.c.ready_at > sa.bindparam("beyond", type_=sa.Double))
)


def set_back(connection: sa.Connection, now: float, seen: float) -> None:
    """Make deadlines of calls and timers due that a clock set which has since gone back from `seen` to `now`."""
    connection.execute(_HURRY_RECIPIENTS, {"now": now})
    connection.execute(_HURRY_CALLS, {"now": now})
    connection.execute(_SET_TIMERS_BACK, {"since": seen - WITNESS_SECONDS, "jump": seen - now})
