"""Cases as the rows of a table for a report: times, desk, need, place and outcome of each, and nobody's name or words. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from bot.core.attributes import Vocabulary
from bot.core.case import Case
from bot.core.case_figures import WaitMinutes
from bot.dialogue.cases.manager_texts import LocalTime, need_terms
from bot.dialogue.phrasing import Phrasing

#: The columns, each a text `column_<name>`.
COLUMNS = (
    "number", "opened", "first_answer", "closed", "first_wait", "waited", "desk", "urgent", "reason", "needs", "place", "outcome",
    "reopened", "helped",
)  # fmt: skip
#: Excel reads a file with this mark as UTF-8, and parts its columns by semicolons where commas are in numbers.
_BYTE_ORDER_MARK, _SEPARATOR = "\ufeff", ";"


def case_table(
    phrasing: Phrasing, vocabulary: Vocabulary, cases: Iterable[Case], local: LocalTime, minutes: WaitMinutes
) -> Sequence[Sequence[str | int]]:
    """Return a row of headings, and one for each case in the order of opening; local times, waits in whole minutes."""
    say = phrasing.say
    rows: list[Sequence[str | int]] = [[say(f"column_{name}") for name in COLUMNS]]
    for case in sorted(cases, key=lambda case: (case.opened_at, case.number)):
        first = case.waits[0] if case.waits and case.waits[0].began <= case.opened_at else None
        waits = [minutes(case, wait.began, wait.ended) for wait in case.waits]
        rows.append(
            [
                case.number,
                _written(case.opened_at, local),
                _written(first.ended, local) if first is not None else "",
                _written(case.resolved_at, local) if case.resolved_at else "",
                round(waits[0]) if first is not None else "",
                round(sum(waits)),
                case.desk,
                say("yes_answer" if case.urgent else "no_answer"),
                say(f"reason_{case.reason.value}"),
                ", ".join(term.label for term in need_terms(vocabulary, case)),
                case.place,
                say(f"outcome_{case.outcome.value}") if case.outcome is not None else "",
                case.reopened,
                say(f"{case.helped}_answer") if case.helped else "",
            ]
        )
    return rows


def table_as_csv(rows: Sequence[Sequence[str | int]]) -> str:
    """Return a table as the text of a CSV file."""
    written = io.StringIO()
    csv.writer(written, delimiter=_SEPARATOR, lineterminator="\r\n").writerows(rows)
    return _BYTE_ORDER_MARK + written.getvalue()


def _written(moment: float, local: LocalTime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
