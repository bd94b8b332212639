"""The time of a case's last change, by which the figures of a day find it, and an index of the resolved cases of a desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time and the indexes; the index of the last change replaces that of the opening."""
    op.add_column("case_", sa.Column("changed_at", sa.Double, nullable=False, server_default="0"))
    op.execute("UPDATE case_ SET changed_at = opened_at")
    op.drop_index("case_day", "case_")
    op.create_index("case_changed", "case_", ["changed_at"])
    where = sa.text("state = 'resolved'")
    op.create_index("case_resolved", "case_", ["desk", "id"], sqlite_where=where, postgresql_where=where)
