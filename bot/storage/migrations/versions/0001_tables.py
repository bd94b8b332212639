"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "chat",
        sa.Column("id", _COUNTED, primary_key=True, autoincrement=False),
        sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
        sa.Column("ready_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("session", sa.Text),
    )
    _partial("chat_ready", "chat", ["ready_at"], "waiting > 0")
    op.create_table(
        "inbox",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("done_at", sa.Double),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("bot", "update_id", name="inbox_update"),
    )
    _partial("inbox_waiting", "inbox", ["lane", "update_id"], "state = 'waiting'")
    _partial("inbox_done", "inbox", ["done_at"], "state = 'done'")
    _partial("inbox_quarantined", "inbox", ["id"], "state = 'quarantined'")
    op.create_table(
        "recipient",
        sa.Column("id", _COUNTED, primary_key=True, autoincrement=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("to_send", sa.Integer, nullable=False, server_default="0"),
        sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
        sa.Column("send_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("sending", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("shown", sa.BigInteger),
        sa.Column("recent", sa.Text),
        sa.Column("moved_to", sa.BigInteger),
    )
    _partial("recipient_ready", "recipient", ["rank", "send_at"], "to_send > 0 AND NOT sending AND NOT blocked")
    op.create_table(
        "outbox",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("edits", sa.BigInteger),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("worker", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("error", sa.Text),
    )
    _partial("outbox_waiting", "outbox", ["chat", "rank", "id"], "state = 'waiting'")
    _partial("outbox_sending", "outbox", ["chat", "worker"], "state = 'sending'")
    _partial("outbox_ended", "outbox", ["ended_at"], "state IN ('sent', 'refused')")
    op.create_table(
        "budget",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("next_at", sa.Double, nullable=False),
    )
    op.create_table(
        "case_",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("desk", sa.String(64)),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", sa.Double, nullable=False),
    )
    op.create_index("case_chat", "case_", ["chat"])
    _partial("case_open", "case_", ["opened_at"], "state <> 'resolved'")
    op.create_table(
        "timer",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("due_at", sa.Double, nullable=False),
    )
    op.create_index("timer_due", "timer", ["due_at"])
    op.create_table(
        "ledger",
        sa.Column("id", _COUNTED, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("ledger", "timer", "case_", "budget", "outbox", "recipient", "inbox", "chat"):
        op.drop_table(table)
