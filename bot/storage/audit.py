"""The audit: who did what, append-only, each entry chained to the one before by its hash. No words of citizens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from bot.storage.tables import audit
from bot.usecases.queues import AuditEntry

_LAST = sa.select(audit.c.digest).order_by(audit.c.id.desc()).limit(1)
_ALL = sa.select(audit.c.at, audit.c.actor, audit.c.act, audit.c.object, audit.c.digest).order_by(audit.c.id)
#: Entries are chained one after the other, also by several processes (PostgreSQL; SQLite has one writer).
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(0x61_75_64_69_74))
#: The digest before the first entry.
_FIRST = ""


class SqlAudit:
    """The audit in SQL; see `ports.Audit`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def record(self, actor: str, act: str, object: str, now: float) -> None:
        """Append an act."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK)
        before = self._connection.execute(_LAST).scalar() or _FIRST
        entry = AuditEntry(now, actor, act, object)
        row = {"at": now, "actor": actor, "act": act, "object": object, "digest": _digest(before, entry)}
        self._connection.execute(audit.insert(), row)

    def entries(self) -> Iterator[AuditEntry]:
        """Yield all entries, the oldest first; one whose hash does not follow from the entries before is marked as not intact."""
        before = _FIRST
        for row in self._connection.execute(_ALL):
            entry = AuditEntry(row.at, row.actor, row.act, row.object)
            yield AuditEntry(*row[:4], is_intact=row.digest == _digest(before, entry))
            before = row.digest


def _digest(before: str, entry: AuditEntry) -> str:
    text = "\n".join((before, repr(entry.at), entry.actor, entry.act, entry.object))
    return hashlib.sha256(text.encode()).hexdigest()
