"""The stored form of a case: the fields that `Case` declares, without those that have their default."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter

from bot.core.case import Case
from bot.core.stored import Migrations, dump_record, load_record
from bot.json_types import Json

#: The version that is written. A field that is renamed or changes its meaning needs the next one, and a migration.
CASE_VERSION = 3

_CASE = TypeAdapter(Case)


def dump_case(case: Case) -> str:
    """Return a case as JSON."""
    return dump_record(_CASE.dump_python(case, exclude_defaults=True), CASE_VERSION)


def load_case(text: str) -> Case:
    """Return the case from the text that `dump_case` wrote, in this version or an earlier one.

    Raises ValueError, TypeError or AttributeError for any other text.
    """
    return _CASE.validate_python(load_record(text, CASE_VERSION, _MIGRATIONS, unversioned=1))


# --- Earlier versions

#: Names of version 1 → names of version 2, of a case and of the things in its lists.
_CASE_NAMES_OF_2 = {
    "seen": "offers_shown",
    "said": "transcript",
    "kept": "held_messages",
    "steps": "history",
    "reminded": "reminders",
    "places": "place_number",
    "hinted": "notified_users",
}
_INNER_NAMES_OF_2 = {"facts": {"said": "value"}, "seen": {"why": "reason"}, "steps": {"what": "event", "who": "detail"}}


def _to_version_2(fields: dict[str, Json]) -> dict[str, Json]:
    """Return the fields of a case stored as version 1, renamed for version 2.

    The number, the chat and the time of opening become 0 where version 1 left them out.
    """
    for name, names in _INNER_NAMES_OF_2.items():
        if name in fields:
            fields[name] = [_renamed(one, names) for one in fields[name]]
    return {"number": 0, "chat": 0, "opened_at": 0.0, **_renamed(fields, _CASE_NAMES_OF_2)}


def _renamed(fields: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    return {names.get(name, name): value for name, value in fields.items()}


def _to_version_3(fields: dict[str, Json]) -> dict[str, Json]:
    """Return the fields of a case stored as version 2 with the time at which the citizen's last wait began.

    In version 2 only cases that nobody had taken could have a waiting citizen.
    """
    since = fields.get("waiting_since") or fields["opened_at"]
    return {"asked_at": since, "reminded_from": fields.get("waiting_since", 0.0), **fields}


_MIGRATIONS: Migrations = {1: _to_version_2, 2: _to_version_3}
