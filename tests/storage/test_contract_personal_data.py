"""What every store promises of personal data (`ports.PersonalData`), on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.case import CaseState
from bot.core.privacy import DAY_SECONDS, Retention
from bot.storage.tables import case, chat, inbox, ledger, outbox, recipient, relay, timer
from bot.usecases.calls import CallKind, Outgoing
from bot.usecases.queues import Timer
from bot.usecases.upkeep import Upkeep
from tests.builders import a_case
from tests.storage.rig import Rig, update


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


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    silent=st.lists(st.integers(0, 400), min_size=1, max_size=10),
    retention=st.builds(Retention, session_days=st.integers(0, 400), ledger_days=st.integers(0, 400)),
)
def test_upkeep_deletes_what_is_older_than_its_setting_and_only_that(rig: Rig, silent: list[int], retention: Retention) -> None:
    rig.clear()
    now = 500 * DAY_SECONDS
    for lane, days in enumerate(sorted(silent, reverse=True), 1):
        talked(rig, lane, now - days * DAY_SECONDS)
        rig.do(lambda unit, days=days: unit.ledger.record("x", {}, now - days * DAY_SECONDS))
    upkeep = Upkeep(rig.store, lambda: now, retention=retention)
    rig._runner.run(upkeep.begin())
    rig._runner.run(upkeep.step())
    ages = sorted(silent, reverse=True)
    kept = [lane for lane, days in enumerate(ages, 1) if not retention.session_days or days <= retention.session_days]
    assert [id for (id,) in rig.rows(chat, "id")] == kept
    assert len(rig.rows(ledger, "id")) == sum(not retention.ledger_days or days <= retention.ledger_days for days in ages)
