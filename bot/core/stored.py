"""Stored forms: JSON with a version. A record of an earlier version is migrated when it is read, and never written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

from bot.json_types import Json

#: By version, the function that returns a record of the next version.
Migrations = Mapping[int, Callable[[dict[str, Json]], dict[str, Json]]]


def dump_record(fields: Mapping[str, Json], version: int) -> str:
    """Return the fields of a record as JSON, with their version."""
    return json.dumps({"version": version, **fields}, ensure_ascii=False, default=_written)


def _written(moment: dt.date) -> str:
    """Return a date or a date with time as text (ISO 8601)."""
    return moment.isoformat()


def load_record(text: str, version: int, migrations: Migrations, *, unversioned: int | None = None) -> dict[str, Json] | None:
    """Return the fields of a stored record, migrated to `version`; None if its version is unknown.

    `unversioned` is the version of records without one. Raises ValueError for text that is no record.
    """
    fields: dict[str, Json] = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError(text)  # noqa: TRY004 - the text is at fault
    found = fields.pop("version", unversioned)
    while found != version:
        if found not in migrations:
            return None
        fields, found = migrations[found](fields), found + 1
    return fields
