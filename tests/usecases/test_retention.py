"""Data that goes by timers of a lane, at random settings and times: sensitive answers, silent chats with alerts, cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.case import CaseState, TranscriptEntry
from bot.core.content import Content
from bot.core.privacy import DAY_SECONDS, HOUR_SECONDS, PrivacyNotice, Retention
from bot.dialogue.alerts import drop_past
from bot.dialogue.cases.sharing import sensitive_answers
from bot.dialogue.context import Context
from bot.dialogue.incoming import parse_line
from bot.dialogue.session import OfferAlert, Session
from bot.dialogue.turn import turn
from bot.dialogue.world import Teacher, World
from bot.usecases.queues import Timer
from bot.usecases.retention import DataAges
from tests.builders import a_case
from tests.storage.conftest import database, kind, open_store, rig
from tests.storage.rig import Rig

__all__ = ["database", "kind", "open_store", "rig"]

NOW = dt.datetime(2026, 11, 22, 10)
SENTENCE = "centro estivo a Melegnano per mia figlia di 7 anni in carrozzina"
LIMITS = st.sampled_from([0, 1, 5, 12, 40])
TRY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Ages:
    """The retention of one store whose clock is moved by hand."""

    def __init__(self, rig: Rig, world: World, retention: Retention) -> None:
        rig.clear()
        self.rig = rig
        self.world = replace(world, notice=PrivacyNotice(retention=retention))
        channel = SimpleNamespace(delete_case=lambda *_: ())
        self.ages = DataAges(SimpleNamespace(world=lambda _: self.world, channel=channel), self)
        self.session = Session()

    def silence_timer(self, chat: int, at: float) -> Timer:
        return Timer("silence", at, chat)

    def dormancy_timer(self, chat: int, at: float) -> Timer:
        return Timer("dormant", at, chat)

    def age_timer(self, case, at: float) -> Timer:
        return Timer("age", at, case.chat, str(case.number))

    def run_until(self, now: float) -> None:
        """Does what is due, each at its time."""
        while timers := self.rig.do(lambda unit: unit.timers.list_due(now)):
            first = timers[0]
            self.rig.do(lambda unit, first=first: (unit.timers.remove(first), self._do(unit, first)))

    def _do(self, unit, timer: Timer) -> None:
        if timer.kind == "silence":
            self.session = self.ages.without_sensitive(self.session, timer.due_at)
        elif timer.kind == "dormant":
            self.session = self.ages.only_alerts(unit, 7, self.session, timer.due_at)
        else:
            self.ages.let_go(unit, unit.cases.get(int(timer.payload)), timer.due_at)


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    return World.on(content, NOW.date(), teach=teach)


@pytest.fixture(scope="module")
def told(world: World) -> Session:
    """The session of a citizen who has told something sensitive, and waits for a service."""
    session = turn(world, Session(), parse_line(SENTENCE), NOW).session
    offer = next(iter(world.dated.offers))
    return replace(session, alerts=(OfferAlert(offer, NOW.date()),))


@TRY
@given(
    gaps=st.lists(st.integers(0, 50), min_size=1, max_size=5),
    look=st.integers(0, 60),
    hours=LIMITS,
    days=st.sampled_from([0, 1, 2, 30]),
)
def test_sensitive_answers_and_the_searches_of_silent_subscribers_go_in_time(
    rig: Rig, world: World, told: Session, gaps: list[int], look: int, hours: int, days: int
) -> None:
    """The citizen writes after each of some hours, and says the sensitive thing the first time only."""
    ages = Ages(rig, world, Retention(sensitive_hours=hours, session_days=days))
    now, longest = 0.0, 0
    ages.session = told
    for number, gap in enumerate([0, *gaps]):
        now += gap * HOUR_SECONDS + 1
        ages.run_until(now)
        longest = max(longest, gap) if number else 0
        rig.do(lambda unit, now=now: ages.ages.after_turn(unit, 7, ages.session, now))
    ages.run_until(now + look * HOUR_SECONDS)
    longest = max(longest, look)
    is_dormant = bool(days) and longest >= days * 24
    is_kept = not is_dormant and (not hours or longest < hours)
    assert (ages.session.interview is not None) is not is_dormant
    assert bool(sensitive_answers(ages.world, ages.session)) is is_kept
    assert ages.session.alerts == told.alerts


@TRY
@given(words=LIMITS, whole=LIMITS, before=st.tuples(LIMITS, LIMITS), age=st.integers(0, 60))
def test_a_case_loses_its_words_and_goes_in_time_also_when_the_settings_grow(
    rig: Rig, world: World, words: int, whole: int, before: tuple[int, int], age: int
) -> None:
    """The settings were shorter, or not there, when the case ended; then they are those that count."""
    old = [min(was, now) if was and now else was for was, now in zip(before, (words, whole), strict=True)]
    ages = Ages(rig, world, Retention(case_words_days=old[0], case_days=old[1]))
    opened = rig.do(lambda unit: unit.cases.open(a_case(7)))
    ended = replace(opened, state=CaseState.RESOLVED, resolved_at=9.0, transcript=(TranscriptEntry(1, "parole"),))
    rig.do(lambda unit: (unit.cases.save(ended), ages.ages.after_end(unit, ended, 9.0)))
    ages.world = replace(world, notice=PrivacyNotice(retention=Retention(case_words_days=words, case_days=whole)))
    ages.run_until(9.0 + age * DAY_SECONDS)
    if not any(old):
        return
    found = rig.do(lambda unit: unit.cases.get(opened.number))
    assert (found is not None) is not bool(whole and age >= whole)
    if found is not None:
        assert bool(found.transcript) is not bool(words and age >= words)


@given(limit=LIMITS, age=st.integers(0, 60))
def test_an_alert_goes_after_its_days(world: World, told: Session, limit: int, age: int) -> None:
    noticed = replace(world, notice=PrivacyNotice(retention=Retention(alert_days=limit)))
    session = drop_past(Context(noticed, told, NOW + dt.timedelta(days=age)))
    assert bool(session.alerts) is (not limit or age <= limit)
