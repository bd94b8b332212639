"""The order of offers when days are asked for."""

from __future__ import annotations

import datetime as dt

from bot.core.attributes import PERIOD
from bot.core.conditions import ALWAYS, Known, Span
from bot.core.days import days_asked
from bot.core.services import Day, Window
from tests.builders import TODAY, at, index_of, service


def asked(first: dt.date, last: dt.date) -> dict[str, Known]:
    span = Span(first.toordinal(), last.toordinal() + 1)
    return {PERIOD: Known((span,), (span,))}


def test_what_takes_place_on_the_days_asked_for_comes_first_and_what_does_not_last() -> None:
    index = index_of(
        service("pasqua", valid=Window(Day(3, 25), Day(4, 2))),
        service("venerdi", ALWAYS, at(opening="Fr 09:00-12:00")),
        service("lunedi", ALWAYS, at(opening="Mo 09:00-12:00")),
        service("ponte", valid=Window(Day(12, 5), Day(12, 8))),
    )
    people = (asked(dt.date(2026, 12, 7), dt.date(2026, 12, 7)),)
    found = [one.service.id for one in index.best(index.match(people), people, 9)]
    assert found == ["ponte", "lunedi", "venerdi", "pasqua"]


def test_of_an_open_period_what_is_past_does_not_count() -> None:
    profile = {PERIOD: Known((Span(-1e9, TODAY.toordinal() + 3),), ())}
    assert days_asked(profile, TODAY) == ((TODAY, TODAY + dt.timedelta(days=2)),)
