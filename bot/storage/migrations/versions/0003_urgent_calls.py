"""An index of the urgent calls that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    where = sa.text("state = 'waiting' AND rank <= -3")
    op.create_index("outbox_urgent", "outbox", ["chat"], sqlite_where=where, postgresql_where=where)
