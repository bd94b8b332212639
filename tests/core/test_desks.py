"""Which desk a case goes to, when somebody is there, and by when they answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.conditions import Known
from bot.core.desks import Desk, desk_by_id, desk_for
from tests.builders import names

HOURS = "Mo-Fr 09:00-13:00,14:00-18:00; PH off"
DESK = Desk("centro", -1, hours=HOURS, promise=15)
TUESDAY = dt.datetime(2026, 11, 24)


def at(clock: str, day: dt.datetime = TUESDAY) -> dt.datetime:
    """A time on a day."""
    return dt.datetime.combine(day.date(), dt.time.fromisoformat(clock))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at("10:00"), at("10:00")),
        (at("08:59"), at("09:00")),
        (at("13:00"), at("14:00")),
        (at("18:00"), at("09:00", TUESDAY + dt.timedelta(1))),
        (at("20:00", TUESDAY + dt.timedelta(3)), at("09:00", TUESDAY + dt.timedelta(6))),
        # The Immacolata is a Tuesday in 2026, and New Year's Day a Friday before a weekend.
        (dt.datetime(2026, 12, 8, 10), dt.datetime(2026, 12, 9, 9)),
        (dt.datetime(2026, 12, 31, 20), dt.datetime(2027, 1, 4, 9)),
    ],
    ids=["open", "before", "lunch", "evening", "weekend", "holiday", "new-year"],
)
def test_somebody_is_there_again_when_the_desk_opens(now: dt.datetime, opens: dt.datetime) -> None:
    assert DESK.opens_at(now) == opens
    assert DESK.is_open(now) is (now == opens)
    assert DESK.answer_by(now) == opens + dt.timedelta(minutes=15)


def test_a_desk_without_hours_is_always_there_and_has_no_shifts() -> None:
    desk = Desk("centro", -1, promise=5)
    assert desk.is_open(at("03:00"))
    assert desk.answer_by(at("03:00")) == at("03:05")
    assert desk.next_shift(at("03:00")) is None


def test_a_desk_that_promises_nothing_answers_by_no_time() -> None:
    assert replace(DESK, promise=0).answer_by(at("10:00")) is None


def test_a_desk_that_never_opens_again_promises_nothing() -> None:
    desk = replace(DESK, hours="2020 Mo-Fr 09:00-18:00")
    assert (desk.opens_at(at("10:00")), desk.answer_by(at("10:00")), desk.next_shift(at("10:00"))) == (None, None, None)


@pytest.mark.parametrize(("now", "begins"), [("08:00", "09:00"), ("10:00", "14:00"), ("13:30", "14:00")])
def test_the_next_shift_comes_after_the_one_that_goes_on(now: str, begins: str) -> None:
    assert DESK.next_shift(at(now)) == at(begins)


# --- Which desk

CHILDREN = Desk("bambini", -2, names("bambino"))
ADULTS = Desk("adulti", -3, names("adulto"))
ALL = Desk("tutti", -4)


def profile(value: str) -> dict[str, Known]:
    """Somebody of whom it is known for whom they ask."""
    return {"persona": Known((value,), frozenset({value}))}


def chosen(*desks: Desk, known: dict[str, Known] | None = None, busy: dict[str, int] | None = None, now: str = "10:00") -> str:
    """The desk of a case."""
    desk = desk_for(desks, known or {}, busy or {}, at(now))
    assert desk is not None
    return desk.id


def test_a_case_goes_to_the_desk_whose_condition_holds() -> None:
    assert chosen(ALL, ADULTS, CHILDREN, known=profile("bambino")) == "bambini"


def test_where_it_is_not_known_a_desk_for_all_comes_before_one_for_some() -> None:
    assert chosen(CHILDREN, ALL) == "tutti"
    assert chosen(ADULTS, CHILDREN, known=profile("bambino"), busy={"bambini": 9}) == "bambini"


def test_a_case_that_no_condition_takes_goes_to_some_desk_all_the_same() -> None:
    assert chosen(ADULTS, known=profile("bambino")) == "adulti"


def test_of_equal_desks_an_open_one_comes_first_then_the_least_busy_then_the_first() -> None:
    one, two = Desk("uno", -5, hours="Mo-Fr 14:00-18:00"), Desk("due", -6)
    three = Desk("tre", -7)
    assert chosen(one, two, three) == "due"
    assert chosen(one, two, three, busy={"due": 2, "tre": 1}) == "tre"
    assert chosen(one, two, busy={"due": 50}) == "due"


def test_without_desks_there_is_none() -> None:
    assert desk_for([], {}, {}, at("10:00")) is None
    assert desk_by_id([ALL], "tutti") is ALL
    assert desk_by_id([ALL], "altri") is None


# --- Hours that count


def test_minutes_are_counted_while_the_desk_is_open() -> None:
    desk = Desk("nord", -1, hours="Mo-Fr 09:00-18:00", promise=15)
    friday = dt.datetime(2026, 11, 27, 17, 50)
    assert desk.answer_by(friday) == dt.datetime(2026, 11, 30, 9, 5), "ten minutes on Friday, five on Monday"
    assert desk.after_minutes(friday, 5) == dt.datetime(2026, 11, 27, 17, 55)
    assert desk.minutes_between(friday, dt.datetime(2026, 11, 30, 9, 5)) == 15
    assert desk.minutes_between(dt.datetime(2026, 11, 28, 1), dt.datetime(2026, 11, 29, 1)) == 0
    always = Desk("sempre", -2)
    assert always.after_minutes(friday, 30) == friday + dt.timedelta(minutes=30)
    assert always.minutes_between(friday, friday + dt.timedelta(days=1)) == 1440
