"""Coming moments that a manager names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.entities.moments import StatedMoment, moment_stated

#: A Tuesday.
NOW = dt.datetime(2026, 11, 24, 10)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("giovedì 10", "2026-12-10"), ("giovedì alle 10", "2026-11-26 10:00"), ("giovedi", "2026-11-26"),
        ("martedì", "2026-12-01"), ("martedì 9", "2026-12-01 9:00"), ("martedì 11", "2026-11-24 11:00"),
        ("giovedì 26", "2026-11-26"), ("domani", "2026-11-25"), ("domani 9:30", "2026-11-25 9:30"),
        ("dopodomani alle 8.30", "2026-11-26 8:30"), ("3 dicembre", "2026-12-03"),
        ("3/12 ore 15", "2026-12-03 15:00"), ("il 3/12 alle 15:30", "2026-12-03 15:30"),
        ("10 dicembre alle 9", "2026-12-10 9:00"), ("giovedì 10 dicembre", "2026-12-10"),
        ("lunedì prossimo", "2026-11-30"), ("tra 3 giorni", "2026-11-27"), ("fra un'ora", "2026-11-24 11:00"),
        ("tra due settimane", "2026-12-08"), ("tra 90 minuti", "2026-11-24 11:30"), ("alle 9", "2026-11-25 9:00"),
        ("alle 18", "2026-11-24 18:00"),
    ],
)  # fmt: skip
def test_a_moment_is_read(text: str, moment: str) -> None:
    day, _, clock = moment.partition(" ")
    time = dt.time(*map(int, clock.split(":"))) if clock else None
    assert moment_stated(text, NOW) == StatedMoment(dt.date.fromisoformat(day), time)


@pytest.mark.parametrize("text", ["", "boh", "ieri", "oggi alle 9", "40", "giovedì 40", "tra 999 settimane"])
def test_what_names_no_coming_moment_is_none(text: str) -> None:
    assert moment_stated(text, NOW) is None


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    found = moment_stated(text, NOW)
    assert found is None or found.day >= NOW.date()
