"""The report on a small year of citizens who search through the real turns, against their own truth."""

from __future__ import annotations

import datetime as dt

from benchmarks.year import YEAR, differences, simulate
from bot.core.content import Content
from bot.core.secrecy import Level
from bot.core.tally import month_number, tally
from bot.dialogue.world import World
from bot.reports.tables import report_of


def test_every_count_of_a_year_that_is_shown_is_true(content: Content, seed: str) -> None:
    world = World.on(content, dt.date(YEAR, 6, 15))
    rows, truth = simulate(lambda _: world, 300, int(seed))
    first = month_number(dt.date(YEAR, 1, 1))
    months, today = range(first, first + 12), dt.date(YEAR + 1, 1, 5)
    report = report_of(tally(rows, content.vocabulary), world, Level.INSIDE, months, today)
    found = list(differences(report, world, truth))
    assert found
    assert [one for one in found if one[1] != one[2]] == []
