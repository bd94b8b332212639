"""What the repositories share: how SQLite and PostgreSQL are spoken to in one voice."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.tables import budget

T = TypeVar("T")

#: A zero that is part of the statement: the condition of a partial index is matched by its text.
NOTHING: sa.ColumnElement[int] = sa.literal_column("0", sa.Integer)


def inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def among(dialect: str, column: sa.Column[int], ids: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    """Whether a key is one of the ids that a query gives; for PostgreSQL an array, so that it never reads all rows."""
    if dialect == "sqlite":
        return column.in_(ids)
    return column == sa.any_(sa.func.array(ids.scalar_subquery()))


@cache
def new_budget(dialect: str) -> sa.Insert:
    """A budget that another process may be making too."""
    return inserting(dialect, budget).on_conflict_do_nothing()


def only(value: Json, kind: Callable[[Json], T]) -> T | None:
    """A value of a kind, or None."""
    return None if value is None else kind(value)
