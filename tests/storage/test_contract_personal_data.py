"""What every store promises of personal data (`ports.PersonalData`), on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.case import CaseState
from bot.core.ledger import RowKind
from bot.core.privacy import DAY_SECONDS, Retention
from bot.core.unread import UnreadSentence
from bot.storage.tables import case, chat, inbox, ledger, outbox, recipient, relay, timer, unread
from bot.usecases.calls import CallKind, Outgoing
from bot.usecases.queues import ALERT_TIMER, Timer, own_update
from bot.usecases.upkeep import Upkeep
from tests.builders import a_case
from tests.storage.rig import Rig, message, update


def talked(rig: Rig, lane: int, at: float, session: str = "{}") -> None:
    rig.receive(update(lane * 1000 + int(at), lane), now=at)
    rig.do(lambda unit: [unit.inbox.mark_done(one, session, at) for one in unit.inbox.claim(at, 9)])


def test_erasing_leaves_nothing_of_one_citizen_and_all_of_another(rig: Rig) -> None:
    for lane in (7, 8):
        talked(rig, lane, 1.0, f"words of {lane}")
        number = rig.do(lambda unit, lane=lane: unit.cases.open(a_case(lane, group=-1001))).number
        call = Outgoing(-1001, CallKind.MESSAGE, "sendMessage", {"text": f"words of {lane}"}, case=number)
        rig.do(lambda unit, call=call: unit.outbox.put(call, 1.0))
        rig.do(lambda unit, lane=lane: unit.outbox.put(Outgoing(lane, CallKind.MESSAGE, "sendMessage", {}), 1.0))
        rig.do(
            lambda unit, lane=lane, number=number: unit.message_refs.record(
                [f"{lane}:1"], [lane], case=number, lane=lane, chat=-1001, at=1.0
            )
        )
        rig.do(lambda unit, lane=lane: unit.timers.set(Timer(f"time:{lane}", 9.0, lane, f"words of {lane}")))
        rig.do(lambda unit, lane=lane: unit.ledger.put(f"name{lane}.1", "search", "{}", 1.0))
    assert rig.do(lambda unit: unit.personal_data.list_copies(7)) == [(-1001, 7)]
    assert rig.do(lambda unit: unit.personal_data.list_events(["name7"])) == ["{}"]
    rig.do(lambda unit: unit.personal_data.erase(7, ["name7"]))
    assert [chat for (chat,) in rig.rows(case, "chat")] == [0, 8]
    assert "words of 7" not in str([rig.rows(table, *[one.name for one in table.columns]) for table in (outbox, case, timer)])
    assert rig.rows(relay, "lane") == [(8,)]
    assert rig.do(lambda unit: [unit.personal_data.list_events([name]) for name in ("name7", "name8")]) == [[], ["{}"]]
    assert sorted(rig.rows(recipient, "id", "to_send", "messages")) == [(-1001, 1, 1), (7, 0, 0), (8, 1, 1)]


def test_silent_chats_go_and_those_with_an_open_case_stay(rig: Rig) -> None:
    for lane, at in ((7, 1.0), (8, 5.0), (9, 1.0)):
        talked(rig, lane, at)
    opened = rig.do(lambda unit: unit.cases.open(a_case(9)))
    assert rig.do(lambda unit: unit.personal_data.purge_sessions(3.0, 10)) == 1
    assert sorted(rig.rows(chat, "id")) == [(8,), (9,)]
    rig.do(lambda unit: unit.cases.save(replace(opened, state=CaseState.RESOLVED)))
    assert rig.do(lambda unit: unit.personal_data.purge_sessions(3.0, 10)) == 1
    rig.receive(update(99, 8), now=6.0)
    assert rig.do(lambda unit: unit.personal_data.purge_sessions(10.0, 10)) == 0


def test_old_quarantined_updates_go(rig: Rig) -> None:
    rig.receive(update(1, 7), now=1.0)
    rig.do(lambda unit: [unit.inbox.quarantine(one, "?", 1.0) for one in unit.inbox.claim(1.0, 9)])
    assert rig.do(lambda unit: unit.personal_data.purge_quarantined(1.0, 9)) == 0
    assert rig.do(lambda unit: unit.personal_data.purge_quarantined(2.0, 9)) == 1
    assert rig.rows(inbox, "id") == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=st.lists(st.floats(0, 100), max_size=12), before=st.floats(0, 100), most=st.integers(1, 5))
def test_of_the_ledger_goes_what_is_older_and_only_that(rig: Rig, times: list[float], before: float, most: int) -> None:
    with rig.database.engine.begin() as connection:
        connection.execute(ledger.delete())
    for at in sorted(times):
        rig.do(lambda unit, at=at: unit.ledger.record("x", {}, at))
    while rig.do(lambda unit: unit.personal_data.purge_ledger(before, most)) == most:
        pass
    assert sorted(at for (at,) in rig.rows(ledger, "at")) == sorted(at for at in times if at >= before)


#: Ages in days: often those of the settings, a second before and after, seldom any other.
AGES = st.sampled_from([0, 1, 2, 30, 31, 90, 400])
A_SECOND = 1 / DAY_SECONDS
DAYS = st.lists(st.builds(float.__add__, AGES.map(float), st.sampled_from([-A_SECOND, A_SECOND, 0.4])), max_size=6)
SETTINGS = st.builds(Retention, **{f"{one}_days": AGES for one in ("session", "quarantine", "ledger", "survey", "unread")})


TRY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
#: The virtual now.
NOW = 500 * DAY_SECONDS


def ago(days: float) -> float:
    return NOW - days * DAY_SECONDS


def young(ages: list[float], limit: int) -> int:
    """The number of things that are not older than their setting."""
    return sum(not limit or age < limit for age in ages)


def young_by_day(ages: list[float], limit: int) -> int:
    """The same where the day alone is stored."""
    return sum(not limit or math.ceil(age) <= limit for age in ages)


def purge(rig: Rig, retention: Retention) -> None:
    upkeep = Upkeep(rig.store, lambda: NOW, retention=retention)
    rig._runner.run(upkeep.begin())
    rig._runner.run(upkeep.step())


@TRY
@given(
    chats=st.lists(st.tuples(DAYS.filter(bool), st.booleans(), st.sampled_from(["", "alert", "case", "group"])), max_size=6),
    retention=SETTINGS,
)
def test_upkeep_deletes_silent_citizens_and_only_those(
    rig: Rig, chats: list[tuple[list[float], bool, str]], retention: Retention
) -> None:
    """Each chat writes some days ago; the bot may have worked in it since, it may have an alert or a case, or be a group."""
    rig.clear()
    kept = []
    for number, (ages, has_timer, why) in enumerate(chats, 1):
        lane = -number if why == "group" else number
        for days in sorted(ages, reverse=True):
            talked(rig, lane, ago(days))
        rig.put(message(lane, "ciao"), now=ago(max(ages)))
        rig.send_all(ago(max(ages)) + 1)
        if has_timer:
            rig.receive(own_update(f"time of {number}", lane, "{}"), now=NOW)
            rig.handle(NOW)
        if why == "case":
            rig.do(lambda unit, lane=lane: unit.cases.open(a_case(lane)))
        if why == "alert":
            rig.do(lambda unit, lane=lane: unit.timers.set(Timer(f"{ALERT_TIMER}{lane}", NOW + 9, lane)))
        if why or young([min(ages)], retention.session_days):
            kept.append(lane)
    purge(rig, retention)
    assert [id for (id,) in rig.rows(chat, "id")] == sorted(kept)
    assert [id for (id,) in rig.rows(recipient, "id")] == sorted(kept)


@TRY
@given(aside=DAYS, events=DAYS, sheets=DAYS, sentences=DAYS, retention=SETTINGS)
def test_upkeep_deletes_what_is_older_than_its_setting_and_only_that(
    rig: Rig, aside: list[float], events: list[float], sheets: list[float], sentences: list[float], retention: Retention
) -> None:
    rig.clear()
    for number, days in enumerate(sorted(aside, reverse=True)):
        rig.receive(update(900 + number, 99), now=ago(days))
        rig.set_aside(900 + number, ago(days))
    for number, days in enumerate(sorted(events, reverse=True)):
        rig.do(lambda unit, days=days: unit.ledger.record("x", {}, ago(days)))
        rig.do(lambda unit, days=days, number=number: unit.ledger.put(f"a.{number}", RowKind.SEARCH, "{}", ago(days)))
    for number, days in enumerate(sheets):
        rig.do(lambda unit, days=days: unit.ledger.file(RowKind.SHEET, "{}", ago(days)))
        rig.do(lambda unit, days=days, number=number: unit.ledger.put(f"b.{number}", RowKind.SEAL, "{}", ago(days)))
    for days in sentences:
        rig.do(lambda unit, days=days: unit.unread.add(UnreadSentence("parole", "it", "", "name"), ago(days)))
    purge(rig, retention)
    kinds = [one for (one,) in rig.rows(ledger, "kind")]
    assert len(rig.rows(inbox, "id")) == young(aside, retention.quarantine_days)
    assert kinds.count("x") == young(events, retention.ledger_days)
    assert kinds.count(RowKind.SEARCH) == young_by_day(events, retention.ledger_days)
    assert kinds.count(RowKind.SHEET) == kinds.count(RowKind.SEAL) == young_by_day(sheets, retention.survey_days)
    assert len(rig.rows(unread, "id")) == young_by_day(sentences, retention.unread_days)
