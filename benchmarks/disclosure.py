"""An attacker who collects reports: what an integer program that knows all margins can tell of small groups.

Seeded ledgers, uneven as real ones, are released for all months. Then pairs and triples of reports are drawn, with periods that
overlap and filters (the cells that somebody looks at). The attacker knows every count that these reports show, rounded ones as
intervals, that no count is negative, and how the cells divide each other, month by month. For a group below k in the months that
a difference of two reports leaves, the program looks for the least and the greatest count that agree with all of that: if they
are the same, the group is known. Prints the pairs and triples tried, the groups known, and the share of the cells that is shown.

    PYTHONPATH=. python benchmarks/disclosure.py [--short] [--trials 10000] [--seed 1]

Exit code 1 if any group is known. The program is solved by HiGHS (scipy.optimize.milp).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from bot.core.secrecy import Breakdown, Cell, Counts, Level, Release

#: A January, and the months of a ledger.
FIRST, MONTHS = 2026 * 12, 14
#: Trials of one ledger.
_TRIALS = 100

#: The months from one up to but not including another.
Period = tuple[int, int]


@dataclass(frozen=True)
class Ledger:
    """A seeded ledger, with what is released of it at a level."""

    counts: Counts
    divisions: Sequence[Breakdown]
    release: Release
    level: Level

    @classmethod
    def of(cls, seed: int, level: Level) -> Ledger:
        """Return the ledger of a seed: needs of places and ages, as uneven as real ones."""
        counts = seeded_counts(seed)
        divisions = divisions_of(counts)
        return cls(counts, divisions, Release(counts, divisions, level, FIRST, FIRST + MONTHS), level)

    def shown(self) -> tuple[int, int]:
        """Return how many counts of a year's report are shown, and of how many."""
        silent = {part for division in self.divisions for part in division.silent}
        year = [self.release.count(cell, FIRST, FIRST + 12) for cell in self.counts.months if cell not in silent]
        return sum(count is not None for count in year), len(year)

    def is_small(self, cell: Cell, period: Period) -> bool:
        """Return True if fewer persons than may be shown are in a cell in some months."""
        return len(set(self.counts.persons(cell, range(*period)))) < self.level.value.least


def seeded_counts(seed: int) -> Counts:
    """Return the persons of needs, of which some are rare, by place, age and language."""
    chance = random.Random(seed)
    counts, person = Counts(), 0
    sizes = {need: chance.choice([0.6, 3, 14, 40]) for need in "abcd"}
    for month in range(FIRST, FIRST + MONTHS):
        for need, size in sizes.items():
            for _ in range(int(chance.expovariate(1 / size))):
                person += chance.random() < 0.8
                place = chance.choices(["x", "y", "z", ""], [8, 3, 1, chance.choice([0, 1])])[0]
                age = chance.choices(["1", "2", ""], [5, 1, 1])[0]
                language = chance.choices(["it", "en", "ro"], [9, 1, 0.2])[0]
                cells = (("all",), ("need", need), ("language", language), ("need_place", need, place), ("need_age", need, age))
                for cell in cells:
                    counts.add(cell, month, person)
    return counts


def divisions_of(counts: Counts) -> list[Breakdown]:
    """Return the ways in which the cells divide each other, from the smallest to the largest."""
    found = []
    for whole in [cell for cell in counts.months if cell[0] == "need"]:
        kinds = ("need_place", "need_age")
        found += [_divided(whole, [cell for cell in counts.months if cell[:2] == (kind, whole[1])]) for kind in kinds]
    found += [_divided(("all",), [cell for cell in counts.months if cell[0] == kind]) for kind in ("need", "language")]
    return found


def _divided(whole: Cell, parts: Sequence[Cell]) -> Breakdown:
    return Breakdown(whole, tuple(part for part in parts if part[-1]), tuple(part for part in parts if not part[-1]))


class Attacker:
    """The integer program over the counts of every cell in every month, with what some reports show."""

    def __init__(self, ledger: Ledger, periods: Iterable[Period], cells: Iterable[Cell]) -> None:
        self._ledger = ledger
        months = range(FIRST, FIRST + MONTHS)
        self._column = {key: at for at, key in enumerate((cell, month) for cell in ledger.counts.months for month in months)}
        rows: list[dict[int, float]] = []
        low: list[float] = []
        high: list[float] = []
        for division in ledger.divisions:
            for month in months:
                parts = (*division.parts, *division.silent)
                rows.append({self._column[division.whole, month]: 1.0} | {self._column[part, month]: -1.0 for part in parts})
                low.append(0.0)
                high.append(0.0)
        slack = ledger.level.value.rounding // 2
        chosen = sorted(cells)
        for period in periods:
            for cell in chosen:
                if (count := ledger.release.count(cell, *period)) is not None:
                    rows.append(self._sum(cell, period))
                    low.append(count - slack)
                    high.append(count + slack)
        places = [(at, column, value) for at, row in enumerate(rows) for column, value in row.items()]
        lines, columns, values = zip(*places, strict=True)
        matrix = coo_array((values, (lines, columns)), shape=(len(rows), len(self._column))).tocsr()
        self._known = LinearConstraint(matrix, np.array(low), np.array(high))

    def _sum(self, cell: Cell, period: Period) -> dict[int, float]:
        return {self._column[cell, month]: 1.0 for month in range(*period)}

    def knows(self, cell: Cell, period: Period) -> bool:
        """Return True if only one count of a cell in some months agrees with everything."""
        aim = np.zeros(len(self._column))
        for column in self._sum(cell, period):
            aim[column] = 1.0
        return self._bound(aim) == self._bound(-aim)

    def _bound(self, aim: np.ndarray) -> int | None:
        """Return the count at which an aim is least; None if there is none."""
        found = milp(aim, constraints=self._known, bounds=Bounds(0, np.inf), integrality=np.ones(len(aim)))
        return None if found.x is None else round(abs(float(aim @ found.x)))


def trials(ledger: Ledger, count: int, chance: random.Random) -> Iterator[tuple[Attacker, Cell, Period]]:
    """Yield attackers with two or three reports that overlap, each with a small group that their difference is about."""
    cells = sorted(ledger.counts.months)
    ends = range(FIRST, FIRST + MONTHS + 1)
    while count > 0:
        periods = [_period(chance, ends) for _ in range(chance.choice((2, 3)))]
        group = chance.choice(cells)
        period = _difference(*periods[:2])
        if period is None or not ledger.is_small(group, period):
            continue
        relatives = {group} | {one for one in cells if chance.random() < 0.8}
        yield Attacker(ledger, periods, relatives), group, period
        count -= 1


def _period(chance: random.Random, ends: Sequence[int]) -> Period:
    first, end = sorted(chance.sample(ends, 2))
    # Reports are mostly about what is shown: from the begin of a year.
    return (FIRST if chance.random() < 0.6 else first), end


def _difference(one: Period, other: Period) -> Period | None:
    """Return months that are in one period and not in the other, next to those that are in both; None if there are none."""
    if one[0] == other[0] and one[1] != other[1]:
        return min(one[1], other[1]), max(one[1], other[1])
    if one[1] == other[1] and one[0] != other[0]:
        return min(one[0], other[0]), max(one[0], other[0])
    first, end = max(one[0], other[0]), min(one[1], other[1])
    return (first, end) if first < end else None


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="200 trials")
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wanted = 200 if options.short else options.trials
    tried = known = shown = cells = 0
    for number in range(-(-wanted // _TRIALS)):
        seed = options.seed * 100_000 + number
        ledger = Ledger.of(seed, Level.OUTSIDE if number % 3 == 2 else Level.INSIDE)
        some, of_all = ledger.shown()
        shown, cells = shown + some, cells + of_all
        for attacker, cell, period in trials(ledger, min(_TRIALS, wanted - tried), random.Random(seed)):
            tried += 1
            if attacker.knows(cell, period):
                known += 1
                print(f"seed {seed} {ledger.level.name}: {cell} in months {period[0] - FIRST} to {period[1] - FIRST} is known")
    print(f"{tried} pairs and triples of reports, {known} small groups known; {shown / cells:.0%} of the cells of a year shown")
    sys.exit(1 if known else 0)


if __name__ == "__main__":
    main()
