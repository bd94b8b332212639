"""The statements of the outbox, built once, worded so that SQLite and PostgreSQL both take them."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from bot.json_types import Json
from bot.storage.deadlines import GROUP_TAKES_MESSAGE, RECIPIENT_IS_RESTED
from bot.storage.priority import AUDIENCE, CAN_WAIT, GROUPS, HURRIED, NEEDED_BY_OTHERS, PEOPLE, UNHURRIED, URGENT, USUAL
from bot.storage.shared_statements import NOTHING, among, inserting
from bot.storage.tables import budget, case, outbox, recipient
from bot.usecases.calls import CallKind

WAITING = outbox.c.state == sa.literal_column("'waiting'")
SENDING = outbox.c.state == sa.literal_column("'sending'")
ENDED = outbox.c.state.in_([sa.literal_column("'sent'"), sa.literal_column("'refused'")])
#: In the words of the index: "sending = 0", as SQLite would be told otherwise, does not match "NOT sending".
CAN_SEND = sa.and_(recipient.c.to_send > NOTHING, sa.text("NOT recipient.sending"), sa.text("NOT recipient.blocked"))

_READY = sa.select(recipient.c.id, recipient.c.rank, recipient.c.recent, recipient.c.message_at, recipient.c.send_at)
READY_CHATS = (
    _READY.where(CAN_SEND, RECIPIENT_IS_RESTED, recipient.c.rank <= sa.bindparam("last_rank"))
    .order_by(recipient.c.rank, recipient.c.send_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=recipient, skip_locked=True)
)
#: The recipients of urgent calls; in the words of the index.
URGENT_CHATS = sa.select(outbox.c.chat).where(WAITING, sa.text("rank <= -3")).distinct()
READY_URGENT_CHATS = (
    _READY.where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)), CAN_SEND, RECIPIENT_IS_RESTED)
    .order_by(recipient.c.rank, recipient.c.send_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=recipient, skip_locked=True)
)
#: By group and case, the calls that keep the order of its words: how many wait, and the last rank.
WAITING_OF_CASES = (
    sa.select(outbox.c.chat, outbox.c.case_id, sa.func.count().label("calls"), sa.func.max(outbox.c.rank).label("last"))
    .where(
        outbox.c.chat.in_(sa.bindparam("chats", expanding=True)),
        WAITING,
        sa.or_(outbox.c.rank >= NOTHING, outbox.c.rank == sa.literal_column(str(HURRIED))),
        outbox.c.kind != CallKind.CLEANUP.value,
        outbox.c.case_id.is_not(None),
    )
    .group_by(outbox.c.chat, outbox.c.case_id)
)
#: The place of a case and its first words, each in its order.
HURRY_CASE = (
    outbox.update()
    .where(
        outbox.c.chat == sa.bindparam("to"),
        WAITING,
        outbox.c.rank.in_([sa.literal_column(str(rank)) for rank in (NEEDED_BY_OTHERS, USUAL)]),
        outbox.c.case_id == sa.bindparam("number"),
    )
    .values(rank=sa.case((outbox.c.rank < NOTHING, sa.literal_column(str(URGENT))), else_=sa.literal_column(str(HURRIED))))
)
_other = outbox.alias("other")
_OF_RECIPIENT = (
    sa.select(_other.c.id)
    .where(_other.c.chat == recipient.c.id, _other.c.state == sa.literal_column("'waiting'"))
    .order_by(_other.c.rank, _other.c.id)
    .limit(1)
    .correlate(recipient)
)
#: A group that takes no new message now is still shown what changes.
_IN_TIME = sa.or_(
    _other.c.kind != CallKind.MESSAGE.value,
    GROUP_TAKES_MESSAGE,
    _other.c.rank <= sa.literal_column(str(URGENT)),
)
FIRST_CALL = sa.func.coalesce(_OF_RECIPIENT.where(_IN_TIME).scalar_subquery(), _OF_RECIPIENT.scalar_subquery())


def _has_call(rank: int) -> sa.ColumnElement[bool]:
    """Return the SQL condition that a chat has a queued call of at most a rank."""
    waits = _other.c.state == sa.literal_column("'waiting'")
    return sa.exists().where(_other.c.chat == recipient.c.id, waits, _other.c.rank <= sa.literal_column(str(rank)))


#: The rank of a recipient by the calls that wait: somebody waits for those of the first ranks.
_RANK_BY_CALLS = sa.case(
    (recipient.c.rank == sa.literal_column(str(GROUPS)), recipient.c.rank),
    (_has_call(USUAL), sa.literal_column(str(PEOPLE))),
    (_has_call(CAN_WAIT), sa.literal_column(str(UNHURRIED))),
    else_=sa.literal_column(str(AUDIENCE)),
)
NEXT_SEND_AT = sa.select(sa.func.min(recipient.c.send_at)).where(CAN_SEND, recipient.c.rank == sa.bindparam("of_rank"))

MARK_SENDING = outbox.update().where(outbox.c.id == sa.bindparam("row")).values(state="sending", worker=sa.bindparam("by"))
OCCUPY_CHAT = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        sending=True,
        rank=_RANK_BY_CALLS,
        send_at=sa.bindparam("again"),
        free_at=sa.bindparam("again"),
        message_at=sa.bindparam("message_again"),
        recent=sa.bindparam("times"),
    )
)
#: Nothing can be done for a recipient before a time.
DELAY_CHAT = recipient.update().where(recipient.c.id == sa.bindparam("to")).values(send_at=sa.bindparam("until"))

LOCK_OWNED = (
    sa.select(outbox.c.id)
    .where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)), SENDING, outbox.c.worker == sa.bindparam("by"))
    .order_by(outbox.c.id)
    .with_for_update()
)
MARK_ACCEPTED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(state="sent", payload="", ended_at=sa.bindparam("now"), message_id=sa.bindparam("message"), error=None)
)
MARK_REFUSED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(state="refused", payload="", ended_at=sa.bindparam("now"), error=sa.bindparam("why"))
)
SET_CALL_ASIDE = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(state="unreadable", ended_at=sa.bindparam("now"), error=sa.bindparam("why"))
)
#: A call has ended. `one` is 1 for a new message; then `shown` is its id if no newer one waits.
RELEASE_CHAT = (
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
REQUEUE = (
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
POSTPONE_CHAT = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        sending=False,
        rank=_RANK_BY_CALLS,
        send_at=sa.case(
            (recipient.c.send_at < sa.bindparam("until", type_=sa.Double), sa.bindparam("until", type_=sa.Double)),
            else_=recipient.c.send_at,
        ),
        free_at=sa.case(
            (recipient.c.free_at < sa.bindparam("until", type_=sa.Double), sa.bindparam("until", type_=sa.Double)),
            else_=recipient.c.free_at,
        ),
    )
)
REPLACE_CALL = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(
        state="waiting",
        worker=None,
        kind=sa.bindparam("of_kind"),
        rank=sa.case((outbox.c.rank < NOTHING, outbox.c.rank), else_=sa.bindparam("of_rank", type_=sa.Integer)),
        method=sa.bindparam("by_method"),
        payload=sa.bindparam("with_payload"),
        edits=sa.bindparam("of_message"),
        error=sa.bindparam("why"),
    )
)
CHANGE_MESSAGE_COUNT = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(messages=recipient.c.messages + sa.bindparam("change", type_=sa.Integer), shown=None)
)
BLOCK_AFTER_CALL = (
    recipient.update().where(recipient.c.id == sa.bindparam("to")).values(blocked=True, sending=False, rank=_RANK_BY_CALLS)
)
BLOCK_CHAT = recipient.update().where(recipient.c.id == sa.bindparam("to")).values(blocked=True)
CHAT_IS_BLOCKED = sa.select(recipient.c.blocked).where(recipient.c.id == sa.bindparam("to"))
UNBLOCK_CHAT = recipient.update().where(recipient.c.id == sa.bindparam("to"), recipient.c.blocked).values(blocked=False)
WAITING_EDITS = sa.select(outbox.c.chat, outbox.c.edits).where(
    outbox.c.chat.in_(sa.bindparam("chats", expanding=True)), WAITING, outbox.c.edits.is_not(None)
)
SUPERSEDE_EDIT = (
    outbox.update()
    .where(
        outbox.c.chat == sa.bindparam("to"),
        WAITING,
        outbox.c.edits == sa.bindparam("of_message"),
    )
    .values(
        payload=sa.bindparam("with_payload"),
        kind=sa.bindparam("of_kind"),
        rank=sa.case((outbox.c.rank < NOTHING, outbox.c.rank), else_=sa.bindparam("of_rank", type_=sa.Integer)),
        names=outbox.c.names + sa.bindparam("more_names"),
    )
)
#: A call that is not being made yet, by the name of the message that will come of it.
CALL_NOT_MADE = (
    sa.select(outbox.c.id, outbox.c.names, outbox.c.payload, outbox.c.kind)
    .where(outbox.c.key == sa.bindparam("known_as"), WAITING)
    .order_by(outbox.c.id)
    .limit(1)
)
DROP_CALL = outbox.delete().where(outbox.c.id == sa.bindparam("row"), WAITING)
#: A call less waits; `one` is 1 for a new message.
FORGET_CALL = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("to"))
    .values(
        to_send=recipient.c.to_send - 1,
        messages=recipient.c.messages - sa.bindparam("one", type_=sa.Integer),
    )
)
CALL_PENDING = sa.union_all(
    sa.select(outbox.c.id).where(outbox.c.key == sa.bindparam("known_as"), WAITING),
    sa.select(outbox.c.id).where(outbox.c.key == sa.bindparam("known_as"), SENDING),
)
AMEND_CALL = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"), WAITING)
    .values(payload=sa.bindparam("with_payload"), names=sa.bindparam("all_keys"))
)
RECENT_MESSAGES = sa.select(recipient.c.recent, recipient.c.messages, recipient.c.message_at).where(
    recipient.c.id == sa.bindparam("to")
)
LOCK_CHATS = (
    sa.select(recipient.c.id)
    .where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)))
    .order_by(recipient.c.id)
    .with_for_update()
)
GROUP_MOVED_TO = sa.select(recipient.c.moved_to).where(recipient.c.id == sa.bindparam("to"))
COUNT_MOVED = sa.select(sa.func.count(), sa.func.count().filter(outbox.c.kind == CallKind.MESSAGE)).where(
    outbox.c.chat == sa.bindparam("old"), WAITING
)
MOVE_CALLS = outbox.update().where(outbox.c.chat == sa.bindparam("old"), WAITING).values(chat=sa.bindparam("new"))
MARK_MOVED = (
    recipient.update()
    .where(recipient.c.id == sa.bindparam("old"))
    .values(
        moved_to=sa.bindparam("new"),
        to_send=recipient.c.to_send - sa.bindparam("calls", type_=sa.Integer),
        messages=recipient.c.messages - sa.bindparam("of_them", type_=sa.Integer),
        shown=None,
    )
)
CALLS_IN_DOUBT = (
    sa.select(outbox.c.id, outbox.c.chat, outbox.c.kind)
    .where(SENDING, outbox.c.worker.in_(sa.bindparam("dead", expanding=True)))
    .order_by(outbox.c.chat)
    .with_for_update()
)
LANE_OF_CASE = sa.select(case.c.chat).where(case.c.id == sa.bindparam("number"))
SENDING_WORKERS = sa.select(outbox.c.worker).where(SENDING).distinct()
LOCK_BUDGET = sa.select(budget.c.next_at).where(budget.c.name == sa.bindparam("key")).with_for_update()
SPEND_BUDGET = budget.update().where(budget.c.name == sa.bindparam("key")).values(next_at=sa.bindparam("at"))
FORGETTABLE_CALLS = sa.select(outbox.c.id).where(ENDED, outbox.c.ended_at < sa.bindparam("before")).limit(sa.bindparam("most"))
DELETE_FORGETTABLE_CALLS = outbox.delete().where(outbox.c.id.in_(FORGETTABLE_CALLS))
_REPLY = (
    sa.select(sa.func.count(), sa.func.min(outbox.c.created_at))
    .select_from(outbox)
    .join(recipient, recipient.c.id == outbox.c.chat)
    .where(outbox.c.chat > NOTHING, outbox.c.rank <= NOTHING, sa.not_(recipient.c.blocked))
)
#: The number of calls to people and the time of the oldest: of those that wait, and of those in flight.
REPLIES = (_REPLY.where(WAITING), _REPLY.where(SENDING))
OUTBOX_DEPTH = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(outbox.c.created_at), 0.0)).where(WAITING)


@cache
def first_calls(dialect: str) -> sa.Select[*tuple[Json, ...]]:
    """Return the query for the first call that may be made of each of some chats."""
    ids = sa.select(FIRST_CALL).where(recipient.c.id.in_(sa.bindparam("chats", expanding=True)))
    columns: list[sa.ColumnElement[Json]] = [
        outbox.c.id,
        outbox.c.chat,
        outbox.c.kind,
        outbox.c.method,
        outbox.c.payload,
        outbox.c.created_at,
        outbox.c.attempts,
        outbox.c.doubts,
        outbox.c.names,
        outbox.c.case_id,
        outbox.c.not_before,
        outbox.c.rank,
    ]
    return sa.select(*columns).where(among(dialect, outbox.c.id, ids))


@cache
def add_to_chat(dialect: str) -> sa.Insert:
    """Return the statement that counts queued calls up in the rows of their chats, which may be new."""
    more = inserting(dialect, recipient)
    return more.on_conflict_do_update(
        index_elements=[recipient.c.id],
        set_={
            "to_send": recipient.c.to_send + more.excluded.to_send,
            "messages": recipient.c.messages + more.excluded.messages,
            "rank": sa.case((more.excluded.rank < recipient.c.rank, more.excluded.rank), else_=recipient.c.rank),
            "shown": sa.case((more.excluded.messages > 0, sa.null()), else_=recipient.c.shown),
            # What is no new message need not wait until a group takes one; and what is needed first is looked at first.
            "send_at": sa.case(
                (
                    sa.and_(recipient.c.rank == GROUPS, recipient.c.send_at > recipient.c.free_at, more.excluded.to_send > 0),
                    recipient.c.free_at,
                ),
                (
                    sa.and_(recipient.c.rank != GROUPS, recipient.c.to_send == 0, recipient.c.send_at < more.excluded.send_at),
                    more.excluded.send_at,
                ),
                else_=recipient.c.send_at,
            ),
        },
    )
