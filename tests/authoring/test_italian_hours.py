"""Hours as Italian offices write them: the table in `hours/italian.txt`, put down by hand, against what is understood."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from opening_hours import OpeningHours

from bot.authoring.hours import UnreadHours, understood
from bot.core.hours import notes

ROWS = [
    line
    for line in (Path(__file__).parent / "hours" / "italian.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
_FIRST, _LAST = dt.datetime(2027, 1, 1), dt.datetime(2028, 3, 1)


def intervals(expression: str) -> list[tuple[dt.datetime, dt.datetime, str]]:
    """The times of a year and more that are not closed, whatever rules make them; in years that are over, those of 2022."""
    first, last = (dt.datetime(2022, 1, 1), dt.datetime(2023, 1, 1)) if "2022" in expression else (_FIRST, _LAST)
    found: list[tuple[dt.datetime, dt.datetime, str]] = []
    for start, end, state, _ in OpeningHours(expression, country="IT").intervals(first, last):
        if str(state) == "closed":
            continue
        if found and found[-1][1] == start and found[-1][2] == str(state):
            found[-1] = (found[-1][0], end, str(state))
        else:
            found.append((start, end, str(state)))
    return found


@pytest.mark.parametrize("row", [row for row in ROWS if "!>" not in row])
def test_hours_are_understood_as_they_are_meant(row: str) -> None:
    sign = "?>" if " ?> " in row else "=>"
    written, meaning = row.split(f" {sign} ")
    found = understood(written)
    if meaning.startswith('"'):
        assert found.expression == f"unknown {meaning}"
    else:
        assert intervals(found.expression) == intervals(meaning), found.expression
    assert notes(found.expression) == notes(meaning)
    assert bool(found.doubts) == (sign == "?>"), found.doubts


@pytest.mark.parametrize("row", [row for row in ROWS if "!>" in row])
def test_hours_that_are_not_understood_are_refused_with_the_form_that_is_missing(row: str) -> None:
    written, example = row.split(" !> ")
    with pytest.raises(UnreadHours) as fault:
        understood(written)
    assert example in fault.value.example
    understood(fault.value.example)
