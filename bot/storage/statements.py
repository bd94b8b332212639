"""What the repositories share: how SQLite and PostgreSQL are spoken to in one voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

#: A zero that is part of the statement: the condition of a partial index is matched by its text.
NOTHING: sa.ColumnElement[int] = sa.literal_column("0", sa.Integer)


def inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def only(value: Json, kind: Callable[[Json], T]) -> T | None:
    """A value of a kind, or None."""
    return None if value is None else kind(value)
