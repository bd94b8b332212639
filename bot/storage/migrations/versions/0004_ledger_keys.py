"""Keys of the ledger's records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the keys and their index."""
    op.add_column("ledger", sa.Column("key", sa.String(40)))
    op.create_index("ledger_key", "ledger", ["key"], unique=True)
