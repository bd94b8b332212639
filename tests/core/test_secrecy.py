"""Statistical secrecy, against an attacker who has every report there can be."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.disclosure import FIRST, MONTHS, Ledger, divisions_of, seeded_counts, trials
from bot.core.secrecy import Breakdown, Cell, Counts, Level, Release


def counted(seed: int) -> tuple[Counts, list[Breakdown]]:
    """Needs of places and ages, as uneven as real ones, and how they add up."""
    counts = seeded_counts(seed)
    return counts, divisions_of(counts)


def ranges() -> list[tuple[int, int]]:
    """All months that a report can be about."""
    return [(a, b) for a in range(FIRST, FIRST + MONTHS) for b in range(a + 1, FIRST + MONTHS + 1)]


@pytest.mark.parametrize(("seed", "level"), [(2, Level.INSIDE), (4, Level.INSIDE), (6, Level.OUTSIDE)])
def test_no_subtraction_of_any_reports_gives_a_small_group(seed: int, level: Level) -> None:
    counts, divisions = counted(seed)
    release = Release(counts, divisions, level, FIRST, FIRST + MONTHS)
    cells = sorted(counts.months)
    column = {(cell, month): at for at, (cell, month) in enumerate((c, m) for c in cells for m in range(FIRST, FIRST + MONTHS))}

    def row(cell: Cell, first: int, end: int) -> np.ndarray:
        sums = np.zeros(len(column))
        for month in range(first, end):
            sums[column[cell, month]] = 1
        return sums

    known = [row(cell, a, b) for cell in cells for a, b in ranges() if release.count(cell, a, b) is not None]
    for division in divisions:
        for month in range(FIRST, FIRST + MONTHS):
            known.append(row(division.whole, month, month + 1))
            for part in (*division.parts, *division.silent):
                known[-1][column[part, month]] = -1
    _, values, basis = np.linalg.svd(np.array(known), full_matrices=False)
    basis = basis[values > 1e-8]
    for cell in cells:
        for a, b in ranges():
            few = len({person for month in range(a, b) for person in counts.persons(cell, [month])}) < level.value.least
            if few:
                group = row(cell, a, b)
                left = group - basis.T @ (basis @ group)
                assert np.abs(left).max() > 1e-6, (cell, a - FIRST, b - FIRST)


@pytest.mark.parametrize("level", list(Level))
def test_no_integer_program_that_knows_the_margins_bounds_a_small_group_to_one_value(level: Level, seed: str) -> None:
    ledger = Ledger.of(int(seed), level)
    for attacker, cell, period in trials(ledger, 3, random.Random(int(seed))):
        assert not attacker.knows(cell, period), (cell, period)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_shown_inside_is_the_count_itself(seed: int) -> None:
    counts, divisions = counted(seed)
    release = Release(counts, divisions, Level.INSIDE, FIRST, FIRST + MONTHS)
    shown = [(release.count(cell, a, b), counts.total(cell, a, b)) for cell in counts.months for a, b in ranges()]
    assert any(one is not None for one, _ in shown)
    assert all(one in (None, true) and (one is None or one >= 5) for one, true in shown)


@pytest.mark.parametrize("seed", range(6))
def test_what_goes_outside_is_rounded_and_above_seven(seed: int) -> None:
    counts, divisions = counted(seed)
    release = Release(counts, divisions, Level.OUTSIDE, FIRST, FIRST + MONTHS)
    for cell in counts.months:
        for a, b in ranges():
            if (count := release.count(cell, a, b)) is not None:
                assert count % 5 == 0
                assert counts.total(cell, a, b) > 7
                assert abs(count - counts.total(cell, a, b)) <= 2


def test_later_months_change_nothing_that_was_shown_or_hidden() -> None:
    counts, divisions = counted(3)
    for end in range(FIRST + 1, FIRST + MONTHS):
        early = Release(counts, divisions, Level.INSIDE, FIRST, end)
        late = Release(counts, divisions, Level.INSIDE, FIRST, FIRST + MONTHS)
        for cell in counts.months:
            for a, b in ranges():
                if b <= end:
                    assert early.count(cell, a, b) == late.count(cell, a, b)


def test_a_cell_that_few_are_in_is_shown_by_the_year() -> None:
    counts = Counts()
    for person in range(14):
        counts.add(("need",), FIRST + person % 12, person)
    release = Release(counts, [], Level.INSIDE, FIRST, FIRST + 12)
    assert release.count(("need",), FIRST, FIRST + 12) == 14
    assert release.count(("need",), FIRST, FIRST + 6) is None


def test_zeros_and_ones_are_hidden_alike() -> None:
    counts = Counts()
    counts.add(("one",), FIRST, "a")
    release = Release(counts, [], Level.INSIDE, FIRST, FIRST + 12)
    assert release.count(("one",), FIRST, FIRST + 12) is release.count(("none",), FIRST, FIRST + 12) is None


def test_the_same_person_many_times_is_one_person() -> None:
    counts = Counts()
    for _ in range(50):
        counts.add(("need",), FIRST, "a")
    assert Release(counts, [], Level.INSIDE, FIRST, FIRST + 12).count(("need",), FIRST, FIRST + 12) is None
