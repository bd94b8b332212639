"""Statistical secrecy: which counts a report may show, so that no subtraction of reports isolates few people. Pure.

A *cell* is a group that is counted: a need, a need in a municipality. Its unit is a person in a month. Two things are known to
give away small groups: counts below k, and differences between counts (Willenborg and de Waal, "Elements of Statistical
Disclosure Control", 2001; Hundepool et al., "Statistical Disclosure Control", 2012: primary and complementary suppression,
linked tables). The months of a report can be chosen freely, so both are decided once for all reports, month by month, and never
from the months that somebody asks for:

- Every cell has *cuts*: ends of months at which at least k persons have come since the last cut. Within a year it needs 2k, and
  as many expected in the months that are left: a small cell is shown by the year, a large one by the month. A cell is shown for
  months that begin and end at a cut. All differences between the counts of one cell are then groups of at least k.
- Every *breakdown* of a cell into others leaves, between any two cuts of the cell, at least k persons in what is not shown of it:
  otherwise the smallest part loses its cut (complementary suppression), in the end the cell itself. So what is not shown is never
  bounded to one value either; zeros and ones are hidden like twos.
- The decision at the end of a month depends on nothing later: no later report gives away what an earlier one hid.

What leaves the network is protected with k = 8, so that counts up to 7 are suppressed, and the counts that are left are rounded
to the nearest 5 (the rule of OpenSAFELY, docs.opensafely.org/outputs/sdc): the same cell is the same number in every table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from bot.core.attributes import MONTHS_PER_YEAR

#: A group that is counted: "need", "post-scuola", "place", "colturano".
Cell = tuple[str, ...]
#: Months of cells.
_Pieces = list[tuple[Cell, set[int]]]


@dataclass(frozen=True, slots=True)
class Protection:
    """The protection of counts from one circle of readers: the least group that is shown, and the rounding."""

    #: The fewest persons that are shown.
    least: int
    #: Counts are rounded to a multiple of it.
    rounding: int = 1


class Level(Enum):
    """The circles of readers: inside the network, and outside."""

    INSIDE = Protection(5)
    OUTSIDE = Protection(8, rounding=5)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A cell and the cells that divide it: each person counted in it in a month is in exactly one of these."""

    whole: Cell
    parts: tuple[Cell, ...]
    #: Parts that are never shown: those who did not say.
    silent: tuple[Cell, ...] = ()


@dataclass(slots=True)
class _Month:
    """The persons of a cell in one month: how many, and the first of them."""

    count: int = 0
    persons: set[Hashable] = field(default_factory=set)


#: More persons than these need not be told apart.
_ENOUGH = 2 * max(level.value.least for level in Level)


class Counts:
    """The persons counted in each cell in each month. A month is the number of months since the year 0."""

    def __init__(self) -> None:
        self.months: dict[Cell, dict[int, _Month]] = {}

    def add(self, cell: Cell, month: int, person: Hashable) -> None:
        """Add a person to a cell in a month."""
        months = self.months.setdefault(cell, {})
        # A year's report adds ten million times: nothing is made that is there.
        if (here := months.get(month)) is None:
            here = months[month] = _Month()
        here.count += 1
        if len(here.persons) < _ENOUGH:
            here.persons.add(person)

    def total(self, cell: Cell, first: int, end: int) -> int:
        """Return the count of a cell over the months from `first` up to but not including `end`."""
        return sum(one.count for month, one in self.months.get(cell, {}).items() if first <= month < end)

    def persons(self, cell: Cell, months: Iterable[int]) -> Iterator[Hashable]:
        """Yield the persons counted in a cell month by month, so the same one once for each month.

        Of a month at most `_ENOUGH` persons are known.
        """
        here = self.months.get(cell, {})
        for month in months:
            if month in here:
                yield from here[month].persons

    def cells(self, *begin: str) -> list[Cell]:
        """Return the cells whose names begin with the given words and have exactly one word more."""
        return sorted(cell for cell in self.months if cell[: len(begin)] == begin and len(cell) == len(begin) + 1)


class Release:
    """The counts of the months from `first` up to but not including `end` that readers of one level may see."""

    def __init__(self, counts: Counts, breakdowns: Sequence[Breakdown], level: Level, first: int, end: int) -> None:
        """Decide which months may be counted separately in each cell (its cuts).

        `breakdowns` go from the smallest cells to the largest.
        """
        self._counts = counts
        self._level = level.value
        self._first = first
        self._end = end
        silent = {part for breakdown in breakdowns for part in breakdown.silent}
        self._cuts: dict[Cell, set[int]] = {cell: set() for cell in counts.months if cell not in silent}
        self._divided: dict[Cell, list[Breakdown]] = {}
        for breakdown in breakdowns:
            self._divided.setdefault(breakdown.whole, []).append(breakdown)
        self._last: dict[Cell, int] = {}
        for month in range(first, end):
            if month == first or month % MONTHS_PER_YEAR == 0:
                self._last = dict.fromkeys(self._cuts, month)
            self._cut(month + 1, breakdowns)

    def count(self, cell: Cell, first: int, end: int) -> int | None:
        """Return the count of a cell from a month up to but not including another; None if it must not be shown."""
        first, end = max(first, self._first), min(end, self._end)
        cuts = self._cuts.get(cell, set())
        within = (month for month in range(first + 1, end) if month % MONTHS_PER_YEAR == 0)
        begins = first == self._first or first % MONTHS_PER_YEAR == 0 or first in cuts
        if first >= end or not begins or end not in cuts or not all(month in cuts for month in within):
            return None
        total, step = self._counts.total(cell, first, end), self._level.rounding
        return (total + step // 2) // step * step

    # --- Cuts

    def _cut(self, at: int, breakdowns: Sequence[Breakdown]) -> None:
        """Decide which cells have a cut at the begin of month `at`, that is, where their counts may be divided."""
        least = self._level.least * (1 if at % MONTHS_PER_YEAR == 0 else 2)
        cutting = {
            cell
            for cell, last in self._last.items()
            if self._expects(cell, at) and self._size([(cell, set(range(last, at)))], least) >= least
        }
        for breakdown in breakdowns:
            self._keep_secret(breakdown, at, cutting)
        for cell in cutting:
            self._cuts[cell].add(at)
            self._last[cell] = at

    def _expects(self, cell: Cell, at: int) -> bool:
        """Return True if a cell may expect twice the least group in the months from `at` to the end of the year.

        The expected number is the cell's monthly average in the year so far, times the months that are left. At the end of a year
        no months are left, so nobody need be expected.
        """
        year = self._year(at)
        ahead, so_far = -at % MONTHS_PER_YEAR, self._counts.total(cell, year, at)
        return ahead == 0 or so_far * ahead >= 2 * self._level.least * (at - year)

    def _year(self, at: int) -> int:
        """Return the first month of the year in which the month before `at` lies; no earlier than the release begins."""
        return max(self._first, (at - 1) // MONTHS_PER_YEAR * MONTHS_PER_YEAR)

    def _keep_secret(self, breakdown: Breakdown, at: int, cutting: set[Cell]) -> None:
        """Remove cuts of parts, or of the whole, until enough people are hidden in a breakdown between any two cuts of its cell.

        That holds for a cell without a cut too: the sum of its parts must not give its count away.
        """
        whole = breakdown.whole
        if whole not in cutting and cutting.isdisjoint(breakdown.parts):
            return
        for begin in (self._year(at), *(cut for cut in self._cuts.get(whole, ()) if self._year(at) < cut < at)):
            while not self._is_secret(breakdown, begin, at, cutting):
                # Only a part that was cut within the stretch makes more of it secret; the same small ones every month.
                parts = [part for part in breakdown.parts if part in cutting and self._last[part] >= begin]
                if not parts:
                    cutting.discard(whole)
                    break
                cutting.discard(min(parts, key=lambda part: (self._counts.total(part, self._year(at), at), part)))

    def _is_secret(self, breakdown: Breakdown, begin: int, end: int, cutting: set[Cell]) -> bool:
        """Return True if the counts shown of a breakdown between two months reveal no small group.

        That is so if none of its parts is shown, or if at least two parts stay hidden and hold enough persons together: a single
        hidden part could be computed from the others.
        """
        months = set(range(begin, end))
        if all(self._uncut(part, begin, end, cutting) == months for part in breakdown.parts):
            return True
        parts = [pieces for part in breakdown.parts if (pieces := self._secret(part, begin, end, cutting))]
        parts += [[(part, months)] for part in breakdown.silent]
        everybody = [piece for pieces in parts for piece in pieces]
        return sum(self._size(pieces, 1) for pieces in parts) > 1 and self._size(everybody) >= self._level.least

    def _secret(self, cell: Cell, begin: int, end: int, cutting: set[Cell]) -> _Pieces:
        """Return the cells and months whose persons stay hidden in a cell, even from readers who add up its parts."""
        months = self._uncut(cell, begin, end, cutting)
        if not months:
            return []
        least: _Pieces = [(cell, months)]
        for breakdown in self._divided.get(cell, ()):
            pieces: _Pieces = [(part, months) for part in breakdown.silent]
            for part in breakdown.parts:
                pieces += [(one, hidden & months) for one, hidden in self._secret(part, begin, end, cutting)]
            if self._size(pieces) < self._size(least):
                least = pieces
        return least

    def _uncut(self, cell: Cell, begin: int, end: int, cutting: set[Cell]) -> set[int]:
        """Return the months from `begin` up to `end` for which no count of a cell is shown."""
        cuts = sorted(cut for cut in self._cuts.get(cell, ()) if begin <= cut <= end)
        if cell in cutting:
            cuts.append(end)
        if not cuts:
            return set(range(begin, end))
        # The months before its first cut belong to a stretch that began earlier, unless the year begins there.
        first = begin if begin % MONTHS_PER_YEAR == 0 or begin == self._first else cuts[0]
        return {*range(begin, first), *range(cuts[-1], end)}

    def _size(self, pieces: _Pieces, enough: int = _ENOUGH) -> int:
        """Return the number of persons in some months of some cells; counting stops at `enough`."""
        seen: set[Hashable] = set()
        for cell, months in pieces:
            for person in self._counts.persons(cell, months):
                seen.add(person)
                if len(seen) >= enough:
                    return enough
        return len(seen)
