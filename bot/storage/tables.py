"""The tables. Times are seconds since 1970 (UTC); ids of chats are Telegram's, which need 64 bits.

Locks are always taken in the order lane, recipient, budget, so that no two transactions wait for each other.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.sealing import Sealed

metadata = sa.MetaData()

#: 64 bits; in SQLite a key that is the row's own number, and only INTEGER is.
_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _partial(name: str, *columns: str, where: str) -> sa.Index:
    """Return an index of the few rows that a condition holds for."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


#: A lane, with what the bot remembers of its chat. Its row is locked while one of its updates is handled.
chat = sa.Table(
    "chat",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True, autoincrement=False),
    #: The number of updates that wait, and the time from which the first may be handled.
    sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ready_at", sa.Double, nullable=False, server_default="0"),
    sa.Column("session", Sealed("chat.session")),
    #: The case that is open, or was last.
    sa.Column("case_id", sa.BigInteger),
    #: The time of the citizen's last update: those of managers and of the bot itself do not count.
    sa.Column("heard_at", sa.Double, nullable=False, server_default="0"),
    _partial("chat_ready", "ready_at", where="waiting > 0"),
    _partial("chat_silent", "heard_at", where="waiting = 0 AND id > 0"),
)

#: Updates in.
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    sa.Column("bot", sa.BigInteger, nullable=False),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    sa.Column("lane", sa.BigInteger, nullable=False),
    #: waiting | done | quarantined.
    sa.Column("state", sa.String(12), nullable=False),
    #: Emptied when the update is done.
    sa.Column("payload", Sealed("inbox.payload"), nullable=False),
    sa.Column("received_at", sa.Double, nullable=False),
    sa.Column("done_at", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    #: The traceback of the last failure, whose messages may quote people's words.
    sa.Column("error", Sealed("inbox.error")),
    sa.UniqueConstraint("bot", "update_id", name="inbox_update"),
    _partial("inbox_waiting", "lane", "update_id", where="state = 'waiting'"),
    _partial("inbox_done", "done_at", where="state = 'done'"),
    _partial("inbox_quarantined", "id", where="state = 'quarantined'"),
)

#: A chat that gets messages: a citizen's or a managers' group. Its row is locked while its queue changes.
recipient = sa.Table(
    "recipient",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True, autoincrement=False),
    #: 0 for people, 1 for groups, 2 and 3 for people for whom only cleanups or announcements wait: in this order they are called.
    sa.Column("rank", sa.SmallInteger, nullable=False),
    #: The number of calls that wait, the number of new messages among them, and the time of the next look.
    sa.Column("to_send", sa.Integer, nullable=False, server_default="0"),
    sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
    sa.Column("send_at", sa.Double, nullable=False, server_default="0"),
    #: From when any call may be made, and a new message.
    sa.Column("free_at", sa.Double, nullable=False, server_default="0"),
    sa.Column("message_at", sa.Double, nullable=False, server_default="0"),
    #: A call is being made.
    sa.Column("sending", sa.Boolean, nullable=False, server_default=sa.false()),
    #: Has blocked the bot, or put it out.
    sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
    #: The message in front; none while a newer one waits.
    sa.Column("shown", sa.BigInteger),
    #: A group: when its last messages were sent, as JSON; and where it moved to.
    sa.Column("recent", sa.Text),
    sa.Column("moved_to", sa.BigInteger),
    _partial("recipient_ready", "rank", "send_at", where="to_send > 0 AND NOT sending AND NOT blocked"),
)

#: Calls out.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    #: -3: urgent; -2: words of an urgent case; -1: others need it first; 0: somebody waits for it; 1: goes after those;
    #: 2: an announcement.
    sa.Column("rank", sa.SmallInteger, nullable=False),
    #: waiting | sending | sent | refused | unreadable.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("method", sa.String(40), nullable=False),
    #: Parameters as JSON; emptied when the call is accepted.
    sa.Column("payload", Sealed("outbox.payload", "{}"), nullable=False),
    #: The message that an edit is for.
    sa.Column("edits", sa.BigInteger),
    #: Its merge key, and the references of the messages that come of it (`relay`), with spaces between.
    sa.Column("key", sa.String(80)),
    sa.Column("names", sa.Text, nullable=False, server_default=sa.text("''")),
    #: The case that it belongs to.
    sa.Column("case_id", sa.BigInteger),
    #: The time before which it is not made.
    sa.Column("not_before", sa.Double, nullable=False, server_default="0"),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    #: The process that makes the call.
    sa.Column("worker", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("error", sa.Text),
    _partial("outbox_waiting", "chat", "rank", "id", where="state = 'waiting'"),
    _partial("outbox_urgent", "chat", where="state = 'waiting' AND rank <= -3"),
    _partial("outbox_key", "key", where="state = 'waiting' AND key IS NOT NULL"),
    _partial("outbox_sending", "chat", "worker", where="state = 'sending'"),
    _partial("outbox_ended", "ended_at", where="state IN ('sent', 'refused')"),
)

#: The next time at which a limited thing may happen: calls of Telegram all together, alerts.
budget = sa.Table(
    "budget",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("next_at", sa.Double, nullable=False),
)

#: Chats that a Social Manager must answer.
case = sa.Table(
    "case_",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("desk", sa.String(64)),
    sa.Column("reason", sa.String(24), nullable=False),
    #: waiting | assigned | resolved.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("opened_at", sa.Double, nullable=False),
    #: The time of its last move or word.
    sa.Column("changed_at", sa.Double, nullable=False, server_default="0"),
    #: The whole of it as JSON.
    sa.Column("record", Sealed("case_.record"), nullable=False, server_default=sa.text("''")),
    sa.Index("case_chat", "chat"),
    sa.Index("case_changed", "changed_at"),
    _partial("case_open", "opened_at", where="state <> 'resolved'"),
    _partial("case_resolved", "desk", "id", where="state = 'resolved'"),
)

#: Messages of cases: what each is known as, and where it is. A copy is known as "chat:message" of its original.
relay = sa.Table(
    "relay",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("case_id", sa.BigInteger, nullable=False),
    #: The citizen's chat.
    sa.Column("lane", sa.BigInteger, nullable=False),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("relay_message", "chat", "message_id"),
    sa.Index("relay_at", "at"),
)

#: Timers, one of a kind: each becomes an update of its lane.
timer = sa.Table(
    "timer",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("due_at", sa.Double, nullable=False),
    sa.Column("lane", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("payload", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Index("timer_due", "due_at"),
)

#: The state of each desk as its managers say.
desk_state = sa.Table(
    "desk_state",
    metadata,
    sa.Column("desk", sa.String(64), primary_key=True),
    #: The whole of it as JSON.
    sa.Column("record", Sealed("desk_state.record"), nullable=False),
)

#: The pseudonymous record of what was asked for and what came of it.
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    #: The name of a record that changes (`core.ledger.search_key`); events have none.
    sa.Column("key", sa.String(40)),
    sa.Index("ledger_key", "key", unique=True),
    _partial("ledger_sheets", "at", where="kind IN ('sheet', 'seal')"),
)

#: The sentences that were not understood, masked, until staff have read them.
unread = sa.Table(
    "unread",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    #: The day.
    sa.Column("at", sa.Double, nullable=False),
    #: The pseudonym of the citizen in the quarter, so that they can erase it.
    sa.Column("person", sa.String(24), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    #: The attribute that was asked for; "" where nothing was.
    sa.Column("question", sa.String(64), nullable=False),
    sa.Column("words", Sealed("unread.words"), nullable=False),
    sa.Index("unread_person", "person"),
    sa.Index("unread_at", "at"),
)

#: The newest answer of a desk about each service.
confirmation = sa.Table(
    "confirmation",
    metadata,
    sa.Column("service", sa.String(80), primary_key=True),
    sa.Column("answer", sa.String(12), nullable=False),
    #: ISO 8601.
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)

#: Versions of the content; the one with the highest number counts.
content_version = sa.Table(
    "content_version",
    metadata,
    sa.Column("number", _COUNTED, primary_key=True, autoincrement=False),
    sa.Column("published_at", sa.Double, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    #: The version whose content this one brought back.
    sa.Column("restores", sa.BigInteger),
    #: The files: a zip in base64.
    sa.Column("archive", sa.Text, nullable=False),
)

#: The acts of managers, editors and operators, each chained to the one before.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", _COUNTED, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    #: "telegram:<account>", "console:<name>" or "program".
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("act", sa.String(40), nullable=False),
    #: "case:<number>", "content:<version>", "key:<id>".
    sa.Column("object", sa.String(80), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
