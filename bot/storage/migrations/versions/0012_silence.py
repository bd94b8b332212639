"""The time at which each citizen was heard last, and an index of the answers to surveys: to find what is kept for too long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which begins with the last time of any update, and the indexes."""
    op.add_column("chat", sa.Column("heard_at", sa.Double, nullable=False, server_default="0"))
    op.execute("UPDATE chat SET heard_at = ready_at")
    op.drop_index("chat_silent", "chat")
    for name, table, column, condition in (
        ("chat_silent", "chat", "heard_at", "waiting = 0 AND id > 0"),
        ("ledger_sheets", "ledger", "at", "kind IN ('sheet', 'seal')"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
