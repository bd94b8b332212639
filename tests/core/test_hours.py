"""Weekly hours: which slots an expression opens, and how a week is read out."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours
from tests.builders import tries

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"]
MINUTES_OF_DAY = 24 * 60


def slots(day: str, start: str, end: str) -> int:
    """The slots of one day, from and until a time on the clock."""
    first, last = (int(clock[:2]) * 12 + int(clock[3:]) // 5 for clock in (start, end))
    return ((1 << last - first) - 1) << first + DAYS.index(day) * hours.SLOTS_PER_DAY


def on_days(days: str, start: str, end: str) -> int:
    return hours.union(slots(day, start, end) for day in days.split())


# --- Expressions ------------------------------------------------------------------------------------------------------


def test_working_days_are_open_on_those_days_and_say_nothing_of_holidays() -> None:
    assert hours.week("Mo-Fr 08:00-17:30") == on_days("Mo Tu We Th Fr", "08:00", "17:30")


def test_two_stretches_of_a_day_are_both_open() -> None:
    assert hours.week("Tu 08:00-12:00,14:00-18:00") == slots("Tu", "08:00", "12:00") | slots("Tu", "14:00", "18:00")


def test_a_later_rule_replaces_the_day() -> None:
    expected = slots("Mo", "08:00", "10:00") | slots("Tu", "09:00", "11:00")
    assert hours.week("Mo,Tu 08:00-10:00; Tu 09:00-11:00") == expected


def test_a_night_goes_on_into_the_next_morning() -> None:
    assert hours.week("Fr 22:00-07:00") == slots("Fr", "22:00", "24:00") | slots("Sa", "00:00", "07:00")


def test_the_night_of_sunday_goes_on_on_monday() -> None:
    assert hours.week("Su 22:00-02:00") == slots("Su", "22:00", "24:00") | slots("Mo", "00:00", "02:00")


def test_round_the_clock_is_the_whole_week_and_the_holidays() -> None:
    assert hours.week("24/7") == hours.WHOLE_WEEK
    assert hours.week("Mo-Su 00:00-24:00") == hours.WHOLE_WEEK


def test_what_is_open_every_day_is_open_on_holidays_as_on_sundays() -> None:
    found = hours.week("Mo-Sa 08:00-20:00; Su 10:00-12:00")
    assert found & on_days("PH", "00:00", "24:00") == slots("PH", "10:00", "12:00")


def test_holidays_are_open_when_they_are_named() -> None:
    assert hours.week("PH 10:00-12:00") == slots("PH", "10:00", "12:00")
    assert hours.week("Su,PH 10:00-12:00") == on_days("Su PH", "10:00", "12:00")


def test_holidays_that_are_off_are_closed_and_take_nothing_from_the_weekdays() -> None:
    assert hours.week("Mo-Su 09:00-18:00; PH off") == on_days("Mo Tu We Th Fr Sa Su", "09:00", "18:00")


def test_what_holds_in_single_months_is_in_the_typical_week() -> None:
    expected = slots("Mo", "09:00", "10:00") | slots("Mo", "15:00", "16:00")
    assert hours.week("Jun-Aug Mo 09:00-10:00; Dec Mo 15:00-16:00") == expected


def test_what_is_closed_is_no_slot() -> None:
    assert hours.week("off") == 0
    assert hours.week("2001 Jan 1 10:00-12:00") == 0


@pytest.mark.parametrize(
    ("expression", "rest"),
    [("Mo-Fr 8-12", ""), ("Mo-Fr 25:00-26:00", ""), ("lun 08:00-12:00", "lun"), ("", ""), ("Mo 08:00-", "")],
)
def test_what_cannot_be_read_says_where(expression: str, rest: str) -> None:
    with pytest.raises(hours.HoursError) as error:
        hours.week(expression)
    assert 0 <= error.value.column <= len(expression)
    assert expression[error.value.column :].startswith(rest)
    assert str(error.value) == expression


@tries(60)
@given(st.text(alphabet="MoTuWeFrSaPH 0123456789:-,;/+|offwkJanDec[]\"'()", max_size=25))
def test_any_text_is_hours_or_an_error_that_says_where(text: str) -> None:
    try:
        column = 0 if 0 <= hours.week(text) <= hours.WHOLE_WEEK else -1
    except hours.HoursError as error:
        column = error.column
    assert 0 <= column <= len(text)


# --- Single dates -------------------------------------------------------------------------------------------------------


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_an_appointment_is_on_its_weekday() -> None:
    assert hours.appointment(when("2026-12-13 15:00"), when("2026-12-13 17:00")) == slots("Su", "15:00", "17:00")


@pytest.mark.parametrize(
    "holiday", ["2026-01-01", "2026-01-06", "2026-04-06", "2026-04-25", "2026-06-02", "2026-08-15", "2026-12-26"]
)
def test_an_appointment_on_an_italian_holiday_is_on_the_holiday_too(holiday: str) -> None:
    day = DAYS[when(holiday).weekday()]
    found = hours.appointment(when(f"{holiday} 15:00"), when(f"{holiday} 17:00"))
    assert found == on_days(f"{day} PH", "15:00", "17:00")


def test_what_is_a_holiday_elsewhere_is_none_here() -> None:
    assert not hours.appointment(when("2026-07-14 15:00"), when("2026-07-14 17:00")) & on_days("PH", "00:00", "24:00")


def test_an_evening_that_ends_after_midnight_is_on_two_days() -> None:
    found = hours.appointment(when("2026-12-12 21:00"), when("2026-12-13 01:00"))
    assert found == slots("Sa", "21:00", "24:00") | slots("Su", "00:00", "01:00")


def test_the_evening_of_a_holiday_is_a_holiday_until_midnight_only() -> None:
    found = hours.appointment(when("2026-12-25 22:00"), when("2026-12-26 02:00"))
    assert found & on_days("PH", "00:00", "24:00") == slots("PH", "22:00", "24:00")


def test_a_span_of_no_time_is_no_slot_and_one_of_a_week_is_every_weekday() -> None:
    start = when("2026-12-10 10:00")
    assert hours.span(start, start) == 0
    assert hours.span(start, start - dt.timedelta(hours=1)) == 0
    assert hours.span(start, start + dt.timedelta(days=30)) == on_days("Mo Tu We Th Fr Sa Su", "00:00", "24:00")


def test_minutes_between_slots_take_the_whole_slot() -> None:
    assert hours.span(when("2026-12-14 08:00"), when("2026-12-14 08:03")) == slots("Mo", "08:00", "08:05")


# --- Overlap --------------------------------------------------------------------------------------------------------------


def test_the_share_is_how_much_of_the_wanted_hours_is_offered() -> None:
    wanted = slots("Mo", "08:00", "12:00")
    assert hours.share(wanted, slots("Mo", "11:00", "15:00")) == 0.25
    assert hours.share(wanted, slots("Tu", "08:00", "12:00")) == 0
    assert hours.share(wanted, hours.WHOLE_WEEK) == 1
    assert hours.share(0, 0) == 1


# --- Reading out ------------------------------------------------------------------------------------------------------


def read_out(expression: str) -> list[tuple[str, str, list[tuple[int, int]]]]:
    return [
        (DAYS[a], DAYS[b], [(s // 60, e // 60) for s, e in spans]) for a, b, spans in hours.day_ranges(hours.week(expression))
    ]


def test_neighbouring_days_with_the_same_hours_are_read_as_one() -> None:
    assert read_out("Mo-Fr 08:00-17:00; Sa 09:00-12:00") == [("Mo", "Fr", [(8, 17)]), ("Sa", "Sa", [(9, 12)])]
    assert read_out("Mo,We,Th 08:00-10:00,14:00-16:00") == [
        ("Mo", "Mo", [(8, 10), (14, 16)]),
        ("We", "Th", [(8, 10), (14, 16)]),
    ]


def test_a_night_is_read_as_one_stretch_that_ends_after_midnight() -> None:
    assert read_out("Mo-Fr 22:00-06:00") == [("Mo", "Fr", [(22, 30)])]
    assert read_out("Su 22:00-02:00") == [("Su", "Su", [(22, 26)])]
    assert read_out("Mo-Su 20:00-02:00") == [("Mo", "Su", [(20, 26)])]


def test_days_that_are_open_all_day_are_no_night() -> None:
    assert read_out("Mo-Tu 00:00-24:00") == [("Mo", "Tu", [(0, 24)])]
    assert read_out("Mo 18:00-24:00; Tu 00:00-24:00") == [("Mo", "Mo", [(18, 24)]), ("Tu", "Tu", [(0, 24)])]


def test_holidays_and_closed_days_are_not_read_out() -> None:
    assert read_out("PH 10:00-12:00") == []
    assert hours.day_ranges(0) == []


stretches = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 287), st.integers(1, 288)), max_size=6)


@given(stretches)
def test_what_is_read_out_is_exactly_what_is_open(found: list[tuple[int, int, int]]) -> None:
    monday = dt.datetime(2026, 1, 5)
    week = 0
    for day, start, length in found:
        begin = monday + dt.timedelta(days=day, minutes=5 * start)
        week |= hours.span(begin, begin + dt.timedelta(minutes=5 * length))
    again = 0
    for first, last, spans in hours.day_ranges(week):
        for day in range(first, last + 1):
            for start, end in spans:
                assert 0 <= start < end
                begin = monday + dt.timedelta(days=day)
                again |= hours.span(begin + dt.timedelta(minutes=start), begin + dt.timedelta(minutes=end))
    assert again == week
