"""Answers to "È ancora valido?": what they change, until when, and which services are asked about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.confirmation import TO_CORRECT, Confirmation, Validity, confirmed, services_to_ask_about
from bot.core.services import Availability, Location, Service

TODAY = dt.date(2026, 11, 22)
NURSERY = Service("nido", "Nido", "", "famiglia", (), "", (Location("melegnano", None), Location("dresano", None)))
DAYS = st.dates(dt.date(2026, 1, 1), TODAY)


@settings(max_examples=60)
@given(answer=st.sampled_from(Validity), day=DAYS, assured=st.none() | DAYS)
def test_an_answer_counts_until_the_file_is_newer(answer: Validity, day: dt.date, assured: dt.date | None) -> None:
    written = replace(NURSERY, assured=assured)
    found = confirmed(written, Confirmation("nido", answer, day))
    if assured is not None and assured > day:
        assert found is written
    else:
        assert found.assured == (None if answer in TO_CORRECT else day)
        full = {one.availability for one in found.locations} == {Availability.FULL}
        assert full == (answer is Validity.FULL)
    assert confirmed(found, Confirmation("nido", answer, day)) == found


@settings(max_examples=60)
@given(answer=st.none() | st.sampled_from(Validity), day=DAYS, assured=st.none() | DAYS)
def test_a_service_is_asked_about_after_thirty_days_but_not_while_it_waits_for_its_file(
    answer: Validity | None, day: dt.date, assured: dt.date | None
) -> None:
    written = replace(NURSERY, assured=assured)
    answers = {"nido": Confirmation("nido", answer, day)} if answer is not None else {}
    counts = answer is not None and (assured is None or day >= assured)
    waits = counts and answer in TO_CORRECT
    checked = day if counts and not waits else assured
    expected = not waits and (checked is None or (TODAY - checked).days > 30)
    assert services_to_ask_about([written], answers, TODAY) == ([written] if expected else [])


def test_the_longest_unchecked_comes_first() -> None:
    services = [
        replace(NURSERY, id=id, assured=day) for id, day in (("b", dt.date(2026, 3, 1)), ("a", None), ("c", dt.date(2025, 1, 1)))
    ]
    assert [one.id for one in services_to_ask_about(services, {}, TODAY)] == ["a", "c", "b"]
