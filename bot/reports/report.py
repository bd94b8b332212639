"""A report: tables of the counts that may be shown, each with plain sentences above it. Making its tables is in `tables.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from bot.core.secrecy import Level
from bot.json_types import Json
from bot.reports.steps import NextStep
from bot.reports.words import period_name


class Picture(StrEnum):
    """The pictures that a table can have."""

    #: A bar for each row, as long as its first count.
    BARS = "bars"
    #: A cell for each count, the darker the more.
    HEAT = "heat"
    NONE = "none"


#: A number, or None if it must not be shown.
Count = int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    id: str
    label: str
    counts: tuple[Count, ...]
    #: A part of the row before it.
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of counts."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sentences: tuple[str, ...] = ()
    picture: Picture = Picture.BARS
    #: Its numbers come from the catalogue, not from people: none of them is hidden.
    is_about_services: bool = False
    #: Letters that are ready to send about what is missing.
    steps: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report on the months from `first` up to but not including `end` (months since the year 0)."""

    first: int
    end: int
    level: Level
    tables: tuple[Table, ...]
    sentences: tuple[str, ...] = field(default=())

    @property
    def period(self) -> str:
        """Return the name of the report's months: "da marzo 2026 a maggio 2026"."""
        return period_name(self.first, self.end)

    @property
    def shown_share(self) -> float:
        """Return the share of the counts of people that are shown, from 0 to 1."""
        counts = [count for table in self._about_people() for row in table.rows for count in row.counts]
        return sum(count is not None for count in counts) / len(counts) if counts else 1.0

    def _about_people(self) -> Iterator[Table]:
        return (table for table in self.tables if not table.is_about_services)

    def as_json(self) -> dict[str, Json]:
        """Return the report for programs; hidden counts are null."""
        return {
            "from": _iso(self.first),
            "until": _iso(self.end - 1),
            "level": self.level.name.lower(),
            "least": self.level.value.least,
            "rounding": self.level.value.rounding,
            "shown_share": round(self.shown_share, 3),
            "sentences": list(self.sentences),
            "tables": [
                {
                    "id": table.id,
                    "title": table.title,
                    "sentences": list(table.sentences),
                    "columns": list(table.columns),
                    "rows": [{"id": row.id, "label": row.label, "counts": list(row.counts)} for row in table.rows],
                    "steps": [asdict(step) for step in table.steps],
                }
                for table in self.tables
            ],
        }


def _iso(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"
