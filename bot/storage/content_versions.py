"""The versions of the content that were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

import sqlalchemy as sa

from bot.storage.shared_statements import inserting
from bot.storage.tables import content_version
from bot.usecases.versions import ContentVersion

_FIELDS = [content_version.c[name] for name in ("number", "published_at", "digest", "reason", "author", "restores")]
_LIST = sa.select(*_FIELDS).order_by(content_version.c.number.desc())
_NEWEST = _LIST.limit(1)
_GET = sa.select(*_FIELDS).where(content_version.c.number == sa.bindparam("of_number"))
_ARCHIVE = sa.select(content_version.c.archive).where(content_version.c.number == sa.bindparam("of_number"))
_PURGE = content_version.delete().where(content_version.c.number <= sa.bindparam("upto"))


class SqlContentVersions:
    """The versions in SQL; see `ports.ContentVersions`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, version: ContentVersion, archive: str) -> bool:
        """Store a version, unless another process has just stored one with its number."""
        row = {**asdict(version), "archive": archive}
        return self._connection.execute(_insert(self._connection.dialect.name), row).first() is not None

    def newest(self) -> ContentVersion | None:
        """Return the version that counts."""
        row = self._connection.execute(_NEWEST).first()
        return None if row is None else ContentVersion(*row)

    def get(self, number: int) -> ContentVersion | None:
        """Return a version by its number."""
        row = self._connection.execute(_GET, {"of_number": number}).first()
        return None if row is None else ContentVersion(*row)

    def archive(self, number: int) -> str:
        """Return the files of a version."""
        return str(self._connection.execute(_ARCHIVE, {"of_number": number}).scalar_one())

    def list(self) -> Sequence[ContentVersion]:
        """Return all versions, the newest first."""
        return [ContentVersion(*row) for row in self._connection.execute(_LIST)]

    def purge(self, upto: int) -> None:
        """Delete the versions up to a number."""
        self._connection.execute(_PURGE, {"upto": upto})


@cache
def _insert(dialect: str) -> sa.Insert:
    return inserting(dialect, content_version).on_conflict_do_nothing().returning(content_version.c.number)
