"""The tally: the rows of the ledger → the counts of a report, by cell and month. Pure.

The unit of all needs is a *request*: a person's need in a month, however often it was expressed; the last search of the month
says for whom, where and with which end. Cases are counted by their numbers.

The cells are a tree: all, categories, needs, and of each need where and with which end. A need in a municipality is in no other
sum, so that secrecy (`core/secrecy.py`) hides few of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from bot.core.attributes import CATEGORY, MONTHS_PER_YEAR, Vocabulary
from bot.core.hours import TIMEZONE
from bot.core.ledger import NO_NEED, OTHER_OFFICE, RowKind, SearchRecord, load_search
from bot.core.secrecy import Breakdown, Cell, Counts
from bot.json_types import Json

#: The cells of everything: requests, searches, cases, ended cases.
REQUESTS, SEARCHES, CASES, OUTCOMES = ("requests",), ("searches",), ("cases",), ("outcomes",)
#: The question of a search that reached its results.
RESULTS = "results"
#: The kinds of rows that are counted.
COUNTED = (RowKind.SEARCH, RowKind.CASE_OPENED, RowKind.CASE_ANSWERED, RowKind.CASE_OUTCOME)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the ledger. Times are seconds since 1970 (UTC)."""

    at: float
    kind: str
    key: str
    payload: str


@dataclass
class Tally:
    """The counts of all cells, and which cells divide which others."""

    counts: Counts = field(default_factory=Counts)
    #: Minutes until the first word of a manager, by month.
    waits: dict[int, list[float]] = field(default_factory=dict)

    def breakdowns(self) -> list[Breakdown]:
        """Return every division of a cell into others, from the smallest cells to the largest."""
        wholes: dict[Cell, tuple[list[Cell], list[Cell]]] = {}
        for part in self.counts.months:
            if (found := _whole(part)) is not None:
                whole, is_silent = found
                # Those who opened a service and those who did not are one breakdown.
                dimension = "opened" if part[0] == "unopened" else part[0]
                wholes.setdefault((*whole, dimension), ([], []))[is_silent].append(part)
        divided = [Breakdown(key[:-1], tuple(parts), tuple(silent)) for key, (parts, silent) in wholes.items()]
        return sorted(divided, key=lambda one: (-_DEPTH[one.whole[0]], one.whole, one.parts))


#: Steps from the cell of everything.
_DEPTH = {"requests": 0, "searches": 0, "cases": 0, "outcomes": 0, "category": 1, "listed": 1, "need": 2}

#: By the name of a cell, the name of the cell that it is a part of, with the number of words that both begin with; and the place
#: of the word that is "" or a category where the part is never shown.
_WHOLES: Mapping[str, tuple[str, int, int]] = {
    "category": ("requests", 0, 0),
    "language": ("requests", 0, 0),
    "left": ("searches", 0, 0),
    "way": ("searches", 0, 0),
    "unclear": ("searches", 0, 0),
    "useful": ("searches", 0, 0),
    "need": ("category", 1, 1),
    "age": ("category", 1, 1),
    "hours": ("category", 1, 1),
    "person": ("category", 1, 1),
    "need_place": ("need", 2, 2),
    "need_end": ("need", 2, 2),
    "opened": ("listed", 1, 0),
    "unopened": ("listed", 1, 1),
    "reason": ("cases", 0, 0),
    "outcome": ("outcomes", 0, 0),
}


def _whole(part: Cell) -> tuple[Cell, bool] | None:
    """Return the larger cell that a cell is a part of, and True if the part is never shown; None if it is part of no other."""
    name, *words = part
    if name not in _WHOLES:
        return None
    whole, shared, silent = _WHOLES[name]
    return (whole, *words[:shared]), not words[silent] or words[silent].startswith(CATEGORY)


def is_named(need: str) -> bool:
    """Return True if a need is a real need of the taxonomy, rather than a category, another office's topic, or none."""
    return not need.startswith((CATEGORY, OTHER_OFFICE)) and need != NO_NEED


@lru_cache(maxsize=4096)
def month_of(at: float) -> int:
    """Return the month of a moment: the number of months since the year 0."""
    return month_number(dt.datetime.fromtimestamp(at, TIMEZONE).date())


def month_number(date: dt.date) -> int:
    """Return the month of a date: the number of months since the year 0."""
    return date.year * MONTHS_PER_YEAR + date.month - 1


def first_day(month: int) -> dt.date:
    """Return the first day of a month."""
    return dt.date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


def tally(rows: Iterable[LedgerRow], vocabulary: Vocabulary, progress: Callable[[int], object] = lambda _: None) -> Tally:
    """Return the counts of ledger rows, which must come in the order of their months; rows that cannot be read are skipped.

    `progress` is called with the number of rows read so far.
    """
    result, categories = Tally(), {id: need.category for id, need in vocabulary.needs.items()}
    for month, group in groupby(_counted(rows, progress), key=lambda row: month_of(row.at)):
        _Month(result, month, categories).count(group)
    return result


def _counted(rows: Iterable[LedgerRow], progress: Callable[[int], object]) -> Iterator[LedgerRow]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % 10_000 == 0:
            progress(number)


class _Month:
    """The counts of one month while its rows are read."""

    def __init__(self, result: Tally, month: int, categories: Mapping[str, str]) -> None:
        self._result = result
        self._month = month
        self._categories = categories
        #: The newest search of each person's need, and each service that a person saw.
        self._needs: dict[tuple[str, str], SearchRecord] = {}
        self._services: set[tuple[str, str, str]] = set()
        self._outcomes: dict[str, str] = {}

    def _add(self, person: str, *cell: str) -> None:
        self._result.counts.add(cell, self._month, person)

    def count(self, rows: Iterable[LedgerRow]) -> None:
        """Add the searches, requests, services and cases in the month's rows to the counts; call it once, with all its rows.

        A request has the data of the person's last search for the need, a case its last outcome. A service that was listed and
        not opened counts as unopened. Rows that cannot be read are skipped.
        """
        for number, row in enumerate(rows):
            try:
                if row.kind == RowKind.SEARCH:
                    # A search whose citizen wanted all erased is nobody's.
                    self._search(row.key.rpartition(".")[0] or f"?{number}", load_search(row.key, row.payload))
                else:
                    self._case(row.kind, json.loads(row.payload))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
        for (person, need), record in self._needs.items():
            self._request(person, need, record)
        opened = {(person, service) for kind, person, service in self._services if kind == "opened"}
        for kind, person, service in self._services:
            self._add(person, kind, service, *[""] * (kind == "opened"))
            if kind == "listed" and (person, service) not in opened:
                self._add(person, "unopened", service, "")
        for case, outcome in self._outcomes.items():
            self._add(case, *OUTCOMES)
            self._add(case, "outcome", outcome)

    def _search(self, person: str, record: SearchRecord) -> None:
        self._add(person, *SEARCHES)
        self._add(person, "left", record.question or RESULTS)
        self._add(person, "way", record.way)
        self._add(person, "unclear", "yes" if record.unclear else "no")
        self._add(person, "useful", record.useful)
        for need in record.needs:
            self._needs[person, need] = record
        self._services.update(("listed", person, service) for service in (*record.listed, *record.opened))
        self._services.update(("opened", person, service) for service in record.opened)

    def _request(self, person: str, need: str, record: SearchRecord) -> None:
        category = need[len(CATEGORY) :] if need.startswith(CATEGORY) else self._categories.get(need, need)
        if need not in self._categories and is_named(need):
            return
        end = record.needs[need]
        self._add(person, *REQUESTS)
        self._add(person, "category", category)
        self._add(person, "language", record.language)
        self._add(person, "age", category, record.age)
        self._add(person, "hours", category, record.hours)
        self._add(person, "person", category, record.person)
        self._add(person, "need", category, need)
        self._add(person, "need_place", category, need, record.place)
        self._add(person, "need_end", category, need, end)

    def _case(self, kind: str, event: Mapping[str, Json]) -> None:
        case = str(event["case"])
        if kind == RowKind.CASE_OPENED:
            self._add(case, *CASES)
            self._add(case, "reason", str(event["reason"]))
        elif kind == RowKind.CASE_OUTCOME:
            self._outcomes[case] = str(event["outcome"])
        elif kind == RowKind.CASE_ANSWERED:
            self._result.waits.setdefault(self._month, []).append(float(event["waited"]) / 60)
