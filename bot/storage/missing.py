"""The log entry for a missing table or column, written once: work that needs it fails each time, other work goes on."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger("bot")

#: The words of SQLite, and the SQLSTATEs of PostgreSQL, for a table or a column that is not there.
_SQLITE_WORDS, _SQL_STATES = ("no such table", "no such column"), ("42P01", "42703")
_reported: set[str] = set()


def report_missing(cause: DBAPIError) -> None:
    """Log once that a table or column is missing, if that is the cause of an error; do nothing for other errors."""
    reason = str(cause.orig).partition("\n")[0]
    is_missing = reason.startswith(_SQLITE_WORDS) or getattr(cause.orig, "sqlstate", None) in _SQL_STATES
    if is_missing and reason not in _reported:
        _reported.add(reason)
        hint = "the database is not whole: stop the bot, and restore a backup into a new database (db restore)"
        log.error("database_incomplete", reason=reason, hint=hint)
