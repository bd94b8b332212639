"""Statements that the repositories share, worded so that SQLite and PostgreSQL both take them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.json_types import Json
from bot.storage.tables import budget

_T = TypeVar("_T")

#: A zero that is part of the statement: the condition of a partial index is matched by its text.
NOTHING: sa.ColumnElement[int] = sa.literal_column("0", sa.Integer)


def inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT for a table in the database's dialect, which allows ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def among(dialect: str, column: sa.Column[int], ids: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is in the ids of a query.

    On PostgreSQL as an array, so that it never scans the table.
    """
    if dialect == "sqlite":
        return column.in_(ids)
    return column == sa.any_(sa.func.array(ids.scalar_subquery()))


@cache
def new_budget(dialect: str) -> sa.Insert:
    """Return the statement that inserts a budget unless another process has."""
    return inserting(dialect, budget).on_conflict_do_nothing()


def converted(value: Json, kind: Callable[[Json], _T]) -> _T | None:
    """Return a value converted by `kind`; None stays None."""
    return None if value is None else kind(value)
