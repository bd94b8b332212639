"""The times of looks at alerts: in the morning of working days, spread so that Telegram's limits hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import is_open
from bot.usecases.alerts import AlertChecks

#: Telegram's limit is 30; citizens in conversation need their share.
MOST_A_SECOND = 27


def wait(chat: int, local: dt.datetime) -> float:
    return AlertChecks(None, None)._wait(chat, local)


@given(st.integers(1, 2**52), st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31)))
def test_a_look_is_in_the_morning_of_a_working_day_to_come(chat: int, local: dt.datetime) -> None:
    at = local + dt.timedelta(seconds=wait(chat, local))
    assert local < at < local + dt.timedelta(days=8)
    assert 9 <= at.hour < 12
    assert is_open("Mo-Fr 08:00-20:00; PH off", at)


def test_looks_of_a_hundred_thousand_subscribers_leave_room_for_others() -> None:
    friday = dt.datetime(2026, 11, 27, 12)
    seconds = Counter(int(wait(chat, friday)) for chat in range(100_000_000, 100_100_000))
    assert max(seconds.values()) <= MOST_A_SECOND
    assert len(seconds) > 10_000
