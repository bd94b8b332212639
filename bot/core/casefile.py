"""A case as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any as Json

from bot.core.case import Case, CaseReason, CaseState, Fact, Manager, Mirror, Said, Seen, Step


def dump(case: Case) -> str:
    """A case as JSON."""
    written = {name: value for name, value in asdict(case).items() if value not in ("", 0, False, None, (), [])}
    return json.dumps(written, ensure_ascii=False)


def load(text: str) -> Case:
    """The case that `dump` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    written: dict[str, Json] = json.loads(text)
    mirror = written.pop("mirror", None)
    manager = written.pop("manager", None)
    return Case(
        reason=CaseReason(written.pop("reason")),
        state=CaseState(written.pop("state", CaseState.WAITING)),
        manager=Manager(**manager) if manager else None,
        facts=tuple(Fact(**one) for one in written.pop("facts", ())),
        seen=tuple(Seen(**one) for one in written.pop("seen", ())),
        said=tuple(Said(**one) for one in written.pop("said", ())),
        kept=tuple(Said(**one) for one in written.pop("kept", ())),
        hinted=tuple(written.pop("hinted", ())),
        steps=tuple(Step(**one) for one in written.pop("steps", ())),
        mirror=Mirror(mirror["key"], mirror["at"], tuple(Said(**one) for one in mirror["parts"])) if mirror else None,
        **({"chat": 0, "number": 0, "opened_at": 0.0} | written),
    )
