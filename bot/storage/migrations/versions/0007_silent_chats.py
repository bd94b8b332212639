"""An index of chats that are silent, to find those whose time is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    where = sa.text("waiting = 0 AND session IS NOT NULL")
    op.create_index("chat_silent", "chat", ["ready_at"], sqlite_where=where, postgresql_where=where)
