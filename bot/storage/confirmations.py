"""The answers of desks about services; see `ports.Confirmations`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from bot.core.confirmation import Confirmation, Validity
from bot.storage.shared_statements import inserting
from bot.storage.tables import confirmation

_LIST = sa.select(confirmation.c.service, confirmation.c.answer, confirmation.c.day, confirmation.c.words)


class SqlConfirmations:
    """The confirmations in SQL; see `ports.Confirmations`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, answer: Confirmation) -> None:
        """Store an answer about a service, in the place of the one before."""
        row = {"service": answer.service, "answer": answer.answer.value, "day": answer.day.isoformat(), "words": answer.words}
        self._connection.execute(_upsert(self._connection.dialect.name), row)

    def list_all(self) -> Mapping[str, Confirmation]:
        """Return the answers by service."""
        rows = self._connection.execute(_LIST)
        return {
            one.service: Confirmation(one.service, Validity(one.answer), dt.date.fromisoformat(one.day), one.words)
            for one in rows
        }


@cache
def _upsert(dialect: str) -> sa.Insert:
    new = inserting(dialect, confirmation)
    changed = {name: new.excluded[name] for name in ("answer", "day", "words")}
    return new.on_conflict_do_update(index_elements=[confirmation.c.service], set_=changed)
