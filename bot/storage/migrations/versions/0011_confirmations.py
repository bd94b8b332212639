"""The answers of desks about services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of answers."""
    op.create_table(
        "confirmation",
        sa.Column("service", sa.String(80), primary_key=True),
        sa.Column("answer", sa.String(12), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
