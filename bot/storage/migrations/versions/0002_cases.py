"""Cases that Social Managers take over, and where their messages are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    """Add the columns and tables of cases."""
    op.add_column("chat", sa.Column("case_id", sa.BigInteger))
    op.add_column("recipient", sa.Column("free_at", sa.Double, nullable=False, server_default="0"))
    op.add_column("recipient", sa.Column("message_at", sa.Double, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("key", sa.String(80)))
    op.add_column("outbox", sa.Column("names", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("outbox", sa.Column("case_id", sa.BigInteger))
    op.add_column("outbox", sa.Column("not_before", sa.Double, nullable=False, server_default="0"))
    _partial("outbox_key", "outbox", ["key"], "state = 'waiting' AND key IS NOT NULL")
    op.add_column("case_", sa.Column("record", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_index("case_day", "case_", ["opened_at"])
    op.add_column("timer", sa.Column("lane", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("timer", sa.Column("payload", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "relay",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("case_id", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("relay_message", "relay", ["chat", "message_id"])
    op.create_index("relay_at", "relay", ["at"])
