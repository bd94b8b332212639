"""Hours in opening_hours syntax against what the `opening_hours` package for JavaScript makes of them.

The table `hours/osm.tsv` was written by `hours/osm_intervals.mjs`: a value, its warnings ("-" for none), and of 2027 the number
of open intervals, their minutes and a digest of all of them; "error" where the package reads nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

import pytest
from opening_hours import OpeningHours

from bot.authoring.hours import read_hours
from bot.authoring.osm_hours import is_osm
from bot.authoring.problems import Mark, Problems
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.opening import opening_rules

ROWS = [line.split("\t") for line in (Path(__file__).parent / "hours" / "osm.tsv").read_text(encoding="utf-8").splitlines()]
#: Written in ways that the syntax has not, and that Italian offices use: read without a doubt.
STYLE = {"Mo-Fr 8-12", "Mo-Fr 08.00-12.00", "Mo-Fr 08:00–12:00", "Mo-Fr 9am-5pm", "Mo-Fr 18:00-0:00"}
#: What both read, not alike: each has a doubt.
UNLIKE = {'Mo-Fr 08:00-12:00 || "su appuntamento"', "Mo-Th 18:00-01:00; Fr-Su 18:00-03:00", "Sa 18:00+", "Mo-Fr sunrise-sunset"}


@cache
def reading(value: str) -> tuple[str | None, list[str]]:
    problems = Problems()
    expression = read_hours(ScalarNode(value, Mark("f")), problems)
    return expression, [problem.code for problem in problems]


def digest(expression: str) -> str:
    """The intervals of 2027 in which hours are open, or may be, as the script writes them."""
    first, last = dt.datetime(2027, 1, 1), dt.datetime(2028, 1, 1)
    merged: list[list[dt.datetime]] = []
    for start, end, state, _ in OpeningHours(expression, country="IT").intervals(first, last):
        if str(state) == "closed":
            continue
        if merged and merged[-1][1] == start:
            merged[-1][1] = min(end, last)
        else:
            merged.append([start, min(end, last)])
    lines = [f"{start:%Y-%m-%dT%H:%M} {end:%Y-%m-%dT%H:%M}" for start, end in merged]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@pytest.mark.exhaustive
def test_hours_are_open_when_the_package_for_javascript_says_so() -> None:
    compared, unlike = 0, set()
    for value, warnings, *of_year in ROWS:
        expression, told = reading(value)
        if expression is None or warnings == "error":
            continue
        compared += 1
        if digest(expression) != of_year[2]:
            unlike.add(value)
            assert told, value
    assert unlike == UNLIKE
    assert compared >= 280


def test_what_the_package_for_javascript_warns_about_gets_a_doubt() -> None:
    silent = {value for value, warnings, *_ in ROWS if warnings not in ("-", "error") and is_osm(value) and not reading(value)[1]}
    assert silent <= STYLE


@pytest.mark.parametrize("value", ["Mo-Fr 08:00-12:00; Sat 09:00-12:00 (x", "Mo-Fr 08:00-12:00 | Sa 09:00-12:00"])
def test_what_the_package_for_javascript_cannot_read_is_refused(value: str) -> None:
    assert reading(value)[0] is None


def test_numbers_of_weekdays_may_span() -> None:
    assert opening_rules("Sa[1-2] 09:00-12:00")[0].nths == ((5, 1), (5, 2))
    assert opening_rules("Sa[1,-1] 09:00-12:00")[0].nths == ((5, 1), (5, -1))
