"""Windows of days, and how an offer stands on a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours
from bot.core.attributes import NEED, SCHEDULE, years
from bot.core.conditions import All, Any, Truth, truth
from bot.core.flow import Scope
from bot.core.services import (
    Access,
    AccessRequirement,
    Availability,
    Day,
    Standing,
    State,
    StatedRequirement,
    Window,
    access_by_disability,
    attributes_of,
    holds,
)
from tests.builders import TODAY, aged, at, content_of, event, flow, names, said, service, state_of, tries, vocabulary

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE


def yearly(start: str, end: str) -> Window:
    """A window of every year: "06-10", "09-05"."""
    first, last = (Day(int(day[:2]), int(day[3:])) for day in (start, end))
    return Window(first, last)


def once(start: str, end: str) -> Window:
    """A window of one year: "2026-06-10", "2026-09-05"."""
    first, last = (dt.date.fromisoformat(day) for day in (start, end))
    return Window(Day(first.month, first.day, first.year), Day(last.month, last.day, last.year))


def on(day: str) -> dt.date:
    return dt.date.fromisoformat(day)


# --- Windows ------------------------------------------------------------------------------------------------------------


def test_a_yearly_window_is_open_from_its_first_to_its_last_day_of_every_year() -> None:
    summer = yearly("06-10", "09-05")
    assert [summer.contains(on(day)) for day in ("2026-06-09", "2026-06-10", "2031-09-05", "2031-09-06")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_yearly_window_can_go_across_new_year() -> None:
    winter = yearly("11-15", "02-10")
    inside = ["2026-11-15", "2026-12-31", "2027-01-01", "2027-02-10"]
    outside = ["2026-11-14", "2027-02-11", "2027-06-01"]
    assert all(winter.contains(on(day)) for day in inside)
    assert not any(winter.contains(on(day)) for day in outside)
    assert winter.next_start(on("2027-01-01")) == on("2027-11-15")


def test_a_yearly_window_of_one_day_is_open_on_that_day() -> None:
    day = yearly("12-24", "12-24")
    assert [day.contains(on(text)) for text in ("2026-12-23", "2026-12-24", "2026-12-25")] == [False, True, False]


def test_a_yearly_window_comes_back_and_is_never_over() -> None:
    summer = yearly("06-10", "09-05")
    assert summer.next_start(on("2026-06-09")) == on("2026-06-10")
    assert summer.next_start(on("2026-06-10")) == on("2027-06-10")
    assert summer.next_start(on("2026-12-31")) == on("2027-06-10")
    assert not summer.is_over(on("2026-12-31"))


def test_a_dated_window_is_open_once() -> None:
    window = once("2026-11-30", "2027-01-15")
    assert window.contains(on("2027-01-15"))
    assert not window.contains(on("2027-11-30"))
    assert window.next_start(on("2026-11-29")) == on("2026-11-30")
    assert window.next_start(on("2026-11-30")) is None
    assert [window.is_over(on(day)) for day in ("2026-11-01", "2027-01-15", "2027-01-16")] == [False, False, True]


def test_the_29th_of_february_is_the_28th_where_there_is_none() -> None:
    until, since = yearly("02-01", "02-29"), yearly("02-29", "03-10")
    assert until.contains(on("2028-02-29"))
    assert until.contains(on("2027-02-28"))
    assert not until.contains(on("2027-03-01"))
    assert since.contains(on("2027-02-28"))
    assert not since.contains(on("2028-02-28"))
    assert since.next_start(on("2026-12-01")) == on("2027-02-28")
    assert since.next_start(on("2027-12-01")) == on("2028-02-29")


days = st.tuples(st.integers(1, 12), st.integers(1, 28)) | st.just((2, 29))
dates = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))


@tries(200)
@given(days, days, dates)
def test_a_yearly_window_is_what_comparing_month_and_day_says(
    start: tuple[int, int], end: tuple[int, int], date: dt.date
) -> None:
    leap = date.year % 4 == 0
    first = (2, 28) if start == (2, 29) and not leap else start
    today = (date.month, date.day)
    expected = first <= today <= end if start <= end else today >= first or today <= end
    assert Window(Day(*start), Day(*end)).contains(date) is expected


@given(days, days, dates)
def test_the_next_start_is_the_first_later_day_on_which_a_window_opens(
    start: tuple[int, int], end: tuple[int, int], date: dt.date
) -> None:
    window = Window(Day(*start), Day(*end))
    found = window.next_start(date)
    later = (date + dt.timedelta(days=number) for number in range(1, 400))
    assert found == next(day for day in later if day == Day(*start).on(day.year))
    assert window.contains(found)


# --- Standing on a date -----------------------------------------------------------------------------------------------


def standing(date: str = "2026-11-22", *locations: object, **more: object) -> Standing:
    return content_of(service("s", All(()), *locations, **more)).offers[0].standing(on(date))  # type: ignore[arg-type]


def test_what_has_no_season_and_no_window_is_open() -> None:
    assert standing() == Standing(State.OPEN)


def test_out_of_season_is_later_with_the_day_it_opens() -> None:
    assert standing(valid=yearly("06-10", "09-05")) == Standing(State.LATER, on("2027-06-10"))
    assert standing("2026-07-01", valid=yearly("06-10", "09-05")) == Standing(State.OPEN)
    assert standing(valid=once("2026-12-01", "2026-12-31")) == Standing(State.LATER, on("2026-12-01"))


def test_a_season_of_one_year_is_over_after_its_last_day() -> None:
    season = once("2026-06-10", "2026-09-05")
    assert standing("2026-09-05", valid=season) == Standing(State.OPEN)
    assert standing("2026-09-06", valid=season) == Standing(State.OVER)


def test_applications_open_before_the_season() -> None:
    spring, summer = yearly("04-01", "05-31"), yearly("06-10", "09-05")
    assert standing("2026-04-15", apply=spring, valid=summer) == Standing(State.OPEN)
    assert standing("2026-03-31", apply=spring, valid=summer) == Standing(State.LATER, on("2026-04-01"))
    assert standing("2026-07-01", apply=spring, valid=summer) == Standing(State.LATER, on("2027-04-01"))


def test_applications_that_closed_for_good_are_closed_and_not_over() -> None:
    assert standing(apply=once("2026-09-01", "2026-10-31")) == Standing(State.CLOSED)
    assert standing(apply=once("2026-09-01", "2026-10-31"), valid=once("2026-09-01", "2026-11-21")) == Standing(State.OVER)


def test_a_waiting_list_and_no_places_left_are_said_while_one_can_apply() -> None:
    assert standing("2026-11-22", at(availability=Availability.WAITING_LIST)) == Standing(State.WAITING_LIST)
    assert standing("2026-11-22", at(availability=Availability.FULL)) == Standing(State.FULL)


def test_full_is_not_over_and_out_of_season_comes_before_full() -> None:
    full = at(availability=Availability.FULL)
    assert standing("2026-11-22", full, valid=yearly("06-10", "09-05")) == Standing(State.LATER, on("2027-06-10"))
    assert standing("2026-11-22", full, valid=once("2026-06-10", "2026-09-05")) == Standing(State.OVER)
    offers = content_of(service("s", All(()), full)).on(TODAY).offers
    assert list(offers) == ["s@melegnano"]


def test_an_event_is_open_until_its_last_date_has_passed() -> None:
    location = at(events=(event("2026-11-20 15:00", "2026-11-20 17:00"), event("2026-12-13 15:00", "2026-12-13 17:00")))
    assert standing("2026-11-22", location) == Standing(State.OPEN)
    assert standing("2026-12-13", location) == Standing(State.OPEN)
    assert standing("2026-12-14", location) == Standing(State.OVER)


def test_an_evening_that_ends_after_midnight_is_not_over_that_night() -> None:
    location = at(events=(event("2026-12-12 21:00", "2026-12-13 02:00"),))
    assert standing("2026-12-13", location) == Standing(State.OPEN)
    assert standing("2026-12-14", location) == Standing(State.OVER)


def test_an_event_that_ends_at_midnight_is_over_the_next_day() -> None:
    location = at(events=(event("2026-12-12 20:00", "2026-12-13 00:00"),))
    assert standing("2026-12-12", location) == Standing(State.OPEN)
    assert standing("2026-12-13", location) == Standing(State.OVER)


def test_applications_that_open_after_an_event_is_over_never_open() -> None:
    location = at(events=(event("2026-12-13 15:00", "2026-12-13 17:00"),))
    assert standing("2026-11-22", location, apply=yearly("10-01", "10-31")).state is State.CLOSED


def test_applications_that_open_after_the_season_is_over_never_open() -> None:
    season = once("2026-09-01", "2027-06-30")
    assert standing("2026-11-22", apply=yearly("08-01", "08-31"), valid=season).state is State.CLOSED


def test_what_is_over_is_gone_and_past_dates_are_dropped() -> None:
    first, last = event("2026-11-20 15:00", "2026-11-20 17:00"), event("2026-12-13 15:00", "2026-12-13 17:00")
    festival = service("festa", All(()), at(events=(first, last)))
    gone = service("sagra", All(()), at(events=(first,)))
    dated = content_of(festival, gone).on(TODAY)
    assert list(dated.offers) == list(dated.standings) == ["festa@melegnano"]
    assert dated.offers["festa@melegnano"].location.events == (last,)
    assert dated.offers["festa@melegnano"].week == hours.appointment(last.start, last.end)


def test_a_date_of_today_is_not_past() -> None:
    first, last = event("2026-11-22 08:00", "2026-11-22 09:00"), event("2026-12-13 15:00", "2026-12-13 17:00")
    offer = content_of(service("festa", All(()), at(events=(first, last)))).offers[0]
    assert offer.on(TODAY).location.events == (first, last)
    assert offer.on(TODAY + dt.timedelta(days=1)).location.events == (last,)


def test_an_offer_whose_dates_are_all_past_keeps_them() -> None:
    offer = content_of(service("festa", All(()), at(events=(event("2026-11-20 15:00", "2026-11-20 17:00"),)))).offers[0]
    assert offer.on(TODAY).location is offer.location


def test_what_was_not_checked_for_long_or_never_is_stale() -> None:
    def is_stale(assured: dt.date | None, collected: dt.date | None = None) -> bool:
        return content_of(replace(service(assured=assured), collected=collected)).offers[0].is_stale(TODAY)

    assert not is_stale(TODAY)
    assert not is_stale(TODAY - dt.timedelta(days=270))
    assert is_stale(TODAY - dt.timedelta(days=271))
    assert is_stale(None)
    assert not is_stale(TODAY - dt.timedelta(days=300), collected=TODAY), "the newer of both counts"


def test_seasonal_is_what_has_a_season_or_dates() -> None:
    assert service(valid=yearly("06-10", "09-05")).is_seasonal
    assert service("s", All(()), at(), at("dresano", events=(event("2026-12-13 15:00", "2026-12-13 17:00"),))).is_seasonal
    assert not service(apply=yearly("06-10", "09-05")).is_seasonal


@pytest.mark.parametrize("date", [dt.date(2026, month, 1) for month in range(1, 13)])
def test_a_service_without_limits_is_open_all_year(date: dt.date) -> None:
    assert state_of(service(), date) is State.OPEN


# --- Requirements -----------------------------------------------------------------------------------------------------


def test_an_offer_requires_eligibility_need_place_hours_and_access_in_this_order() -> None:
    words = vocabulary()
    one = service(
        "s",
        All((names("bambino"), aged(years(6, 11)))),
        at("melegnano", "Mo 08:00-10:00", serves=["melegnano"]),
        accessibility={"visiva": Access.NO, "motoria": Access.YES},
    )
    assert content_of(one, words=words).offers[0].requirements() == (
        names("bambino"),
        aged(years(6, 11)),
        StatedRequirement(NEED, frozenset({"nido", "@figli"})),
        names("melegnano", of="comune"),
        StatedRequirement(SCHEDULE, hours.week("Mo 08:00-10:00")),
        AccessRequirement((("motoria", Access.YES), ("visiva", Access.NO)), frozenset({"nessuna"})),
    )


def test_an_offer_for_anyone_anywhere_requires_no_place() -> None:
    found = content_of(service("s", All(()), at(None))).offers[0]
    assert found.id == "s"
    assert [attributes_of(requirement) for requirement in found.requirements()] == [{"bisogno"}, {"orario"}, {"disabilita"}]


def test_the_attributes_of_a_requirement_are_those_it_depends_on() -> None:
    assert attributes_of(Any((names("bambino"), aged(years(0, 3))))) == {"persona", "eta"}


def test_what_is_wanted_counts_only_once_it_is_known() -> None:
    words = vocabulary()
    wanted = StatedRequirement("orario", hours.week("Mo 09:00-10:00"))
    assert holds(wanted, {}) is T
    assert holds(wanted, said(words, orario=None)) is T
    assert holds(wanted, said(words, orario="mattina")) is T
    assert holds(wanted, said(words, orario=["sabato", "mattina"])) is T
    assert holds(wanted, said(words, orario="sabato")) is F


def test_hours_that_are_not_known_must_be_checked_once_hours_are_wanted() -> None:
    assert holds(StatedRequirement("orario", None), {}) is T
    assert holds(StatedRequirement("orario", None), said(vocabulary(), orario="sabato")) is U


def test_a_category_of_needs_wants_what_has_one_of_its_needs_or_the_category() -> None:
    words = vocabulary()
    care = said(words, bisogno="@cura")
    assert holds(StatedRequirement(NEED, frozenset({"badante", "@figli"})), care) is T
    assert holds(StatedRequirement(NEED, frozenset({"nido", "@cura"})), care) is T
    assert holds(StatedRequirement(NEED, frozenset({"nido", "@figli"})), care) is F


def test_access_is_required_for_every_disability_that_was_named() -> None:
    words = vocabulary()
    part = AccessRequirement((("motoria", Access.YES), ("visiva", Access.ON_REQUEST)), frozenset({"nessuna"}))
    blocked = AccessRequirement((("motoria", Access.NO),))
    assert holds(part, {}) is T
    assert holds(part, said(words, disabilita=None)) is T
    assert holds(part, said(words, disabilita="motoria")) is T
    assert holds(part, said(words, disabilita=["motoria", "visiva"])) is U
    assert holds(blocked, said(words, disabilita=["visiva", "motoria"])) is F
    assert holds(blocked, said(words, disabilita="visiva")) is U
    assert access_by_disability(part, said(words, disabilita=["visiva", "nessuna"])) == [("visiva", U)]


def test_no_disability_requires_nothing() -> None:
    part = AccessRequirement((), frozenset({"nessuna"}))
    assert holds(part, said(vocabulary(), disabilita="nessuna")) is T


def test_a_condition_holds_as_a_condition() -> None:
    assert holds(names("bambino"), said(vocabulary(), persona="adulto")) is truth(
        names("bambino"), said(vocabulary(), persona="adulto")
    )


# --- Offers of content ------------------------------------------------------------------------------------------------


def test_a_service_is_one_offer_at_each_location() -> None:
    content = content_of(service("a", All(()), at("melegnano"), at("dresano"), at(None)), service("b"))
    assert [offer.id for offer in content.offers] == ["a@melegnano", "a@dresano", "a", "b@melegnano"]


def test_an_offer_is_sensitive_when_one_of_its_needs_is() -> None:
    content = content_of(service("a", needs=("badante", "antiviolenza")), service("b", needs=("badante",)))
    assert [offer.sensitive for offer in content.offers] == [True, False]


def test_each_flow_looks_through_its_own_offers() -> None:
    everything, seasonal = flow("persona"), flow("persona", id="eventi", offers=Scope.SEASONAL)
    content = content_of(service("a"), service("b", valid=yearly("01-01", "12-31")), flows=[everything, seasonal])
    dated = content.on(TODAY)
    assert [offer.id for offer in dated.index(everything).offers] == ["a@melegnano", "b@melegnano"]
    assert [offer.id for offer in dated.index(seasonal).offers] == ["b@melegnano"]
