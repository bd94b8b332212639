"""The states of the desks: who is there, who is away, if one is closed out of its hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of desk states."""
    op.create_table(
        "desk_state",
        sa.Column("desk", sa.String(64), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
