"""The stored form of a case: JSON, with a version. Older forms are read, never written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict

from bot.core.case import Case, CaseReason, CaseState, Fact, HistoryEntry, Manager, Mirror, ShownOffer, TranscriptEntry
from bot.json_types import Json

#: The version that is written. Records without one are of version 1.
VERSION = 2
#: Fields without a default, for records that lack them.
_REQUIRED: Mapping[str, Json] = {"chat": 0, "number": 0, "opened_at": 0.0}


def dump(case: Case) -> str:
    """Return a case as JSON, without the fields that have their default."""
    written = {name: value for name, value in asdict(case).items() if value not in ("", 0, False, None, (), [])}
    return json.dumps({"version": VERSION, **written}, ensure_ascii=False)


def load(text: str) -> Case:
    """Return the case that `dump`, of this version or an earlier one, wrote. Raises ValueError, KeyError or TypeError."""
    written: dict[str, Json] = json.loads(text)
    if written.pop("version", 1) == 1:
        written = _from_version_1(written)
    mirror = written.pop("mirror", None)
    manager = written.pop("manager", None)
    return Case(
        reason=CaseReason(written.pop("reason")),
        state=CaseState(written.pop("state", CaseState.WAITING)),
        manager=Manager(**manager) if manager else None,
        facts=tuple(Fact(**one) for one in written.pop("facts", ())),
        offers_shown=tuple(ShownOffer(**one) for one in written.pop("offers_shown", ())),
        transcript=tuple(TranscriptEntry(**one) for one in written.pop("transcript", ())),
        held_messages=tuple(TranscriptEntry(**one) for one in written.pop("held_messages", ())),
        notified_users=tuple(written.pop("notified_users", ())),
        history=tuple(HistoryEntry(**one) for one in written.pop("history", ())),
        mirror=Mirror(mirror["key"], mirror["at"], tuple(TranscriptEntry(**one) for one in mirror["parts"])) if mirror else None,
        **{**_REQUIRED, **written},
    )


def _from_version_1(written: Mapping[str, Json]) -> dict[str, Json]:
    """Return a record of version 1 with the names of version 2."""
    inner: dict[str, Callable[[Json], Json]] = {
        "facts": lambda one: {"value" if name == "said" else name: value for name, value in one.items()},
        "seen": lambda one: {"reason" if name == "why" else name: value for name, value in one.items()},
        "steps": lambda one: {{"what": "event", "who": "detail"}.get(name, name): value for name, value in one.items()},
    }
    names = {
        "seen": "offers_shown",
        "said": "transcript",
        "kept": "held_messages",
        "steps": "history",
        "reminded": "reminders",
        "places": "place_number",
        "hinted": "notified_users",
    }
    return {
        names.get(name, name): [inner[name](one) for one in value] if name in inner else value for name, value in written.items()
    }
