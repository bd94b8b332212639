"""What every store promises (`bot/usecases/ports.py`), on SQLite and on PostgreSQL alike: the inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.storage.schema import Database
from bot.storage.tables import inbox
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate
from tests.builders import THOROUGH
from tests.storage.rig import Rig, update

OpenStore = Callable[..., Rig]


# --- In ----------------------------------------------------------------------------------------------------


def test_new_updates_are_counted(rig: Rig) -> None:
    assert rig.receive(update(1), update(2), update(3, lane=8)) == 3
    assert rig.receive() == 0
    rig.check_counters()


def test_an_update_that_is_delivered_again_has_no_second_effect(rig: Rig) -> None:
    rig.receive(update(1, payload='"first"'))
    assert rig.receive(update(1, payload='"second"'), update(2)) == 1
    assert [one.payload for one in rig.peek()] == ['"first"']
    assert rig.handle() == [1]
    assert rig.receive(update(1)) == 0
    assert rig.handle() == [2]
    assert rig.handle() == []
    rig.check_counters()


def test_an_update_that_comes_twice_in_one_delivery_counts_once(rig: Rig) -> None:
    assert rig.receive(update(1), update(1), update(1)) == 1
    assert rig.handle() == [1]
    assert rig.handle() == []


def test_an_update_that_was_set_aside_has_no_second_effect_either(rig: Rig) -> None:
    rig.receive(update(1))
    rig.set_aside(1)
    assert rig.receive(update(1)) == 0
    assert rig.handle() == []


def test_another_bot_counts_its_own_updates(rig: Rig, database: Database, open_store: OpenStore) -> None:
    assert rig.receive(update(1)) == 1
    rig.close()
    other = open_store(database, bot=2)
    assert other.receive(update(1, lane=8)) == 1
    assert other.receive(update(1, lane=8)) == 0


def test_a_large_delivery_is_stored_whole(rig: Rig) -> None:
    delivery = [update(number, lane=number % 50) for number in range(1000)]
    assert rig.do(lambda unit: unit.inbox.receive(delivery, 0.0)) == 1000
    assert rig.do(lambda unit: unit.inbox.receive(delivery, 0.0)) == 0
    rig.check_counters()


def test_ids_of_telegram_need_more_than_32_bits(rig: Rig) -> None:
    rig.receive(update(1 << 40, lane=-(1 << 52)))
    (one,) = rig.peek()
    assert (one.update_id, one.lane) == (1 << 40, -(1 << 52))


# --- One at a time -----------------------------------------------------------------------------------------


def test_a_claim_takes_the_first_update_of_each_lane(rig: Rig) -> None:
    rig.receive(update(3, lane=7), update(1, lane=7), update(2, lane=8), update(5, lane=0))
    assert sorted(one.update_id for one in rig.peek()) == [1, 2, 5]


def test_an_update_that_comes_late_goes_to_its_place_in_the_lane(rig: Rig) -> None:
    rig.receive(update(3))
    rig.receive(update(2))
    assert [rig.handle(), rig.handle(), rig.handle()] == [[2], [3], []]


def test_a_claim_tells_all_about_an_update(rig: Rig) -> None:
    rig.receive(update(1, payload='{"update_id": 1}'), now=12.5)
    (one,) = rig.peek(now=13.0)
    assert (one.lane, one.payload, one.received_at, one.attempts, one.session) == (7, '{"update_id": 1}', 12.5, 0, None)
    assert (one.shown, one.blocked) == (None, False)


def test_lanes_that_have_been_ready_for_longest_go_first(rig: Rig) -> None:
    for number, lane in enumerate((9, 7, 8)):
        rig.receive(update(number, lane=lane), update(number + 10, lane=lane), now=float(number))
    assert [one.lane for one in rig.peek(now=5.0, most=2)] == [9, 7]
    assert rig.handle(now=5.0, most=1) == [0]
    assert [one.lane for one in rig.peek(now=5.0)] == [7, 8, 9]


def test_a_busy_lane_does_not_overtake_one_that_waits(rig: Rig) -> None:
    rig.receive(*(update(number, lane=7) for number in range(5)), now=0.0)
    rig.receive(update(9, lane=8), now=1.0)
    assert [rig.handle(now=2.0, most=1) for _ in range(3)] == [[0], [9], [1]]


def test_a_session_is_kept_for_the_next_update_of_its_chat_alone(rig: Rig) -> None:
    rig.receive(update(1, lane=7), update(2, lane=7), update(3, lane=8))
    rig.handle(most=1, session="sessione è 🙂")
    sessions = {one.lane: one.session for one in rig.peek()}
    assert sessions == {7: "sessione è 🙂", 8: None}
    assert rig.database.once(lambda unit: unit.inbox.sessions(5)) == ["sessione è 🙂"]


def test_done_without_a_session_leaves_it_as_it_was(rig: Rig) -> None:
    rig.receive(update(1), update(2), update(3))
    rig.handle(session="uno")
    rig.handle()
    assert [one.session for one in rig.peek()] == ["uno"]


def test_done_empties_the_payload_and_keeps_the_id(rig: Rig) -> None:
    rig.receive(update(1, payload='"parole"'))
    rig.handle()
    assert rig.rows(inbox, "update_id", "payload", "state") == [(1, "", "done")]


def test_a_failed_update_stays_at_the_head_of_its_lane_until_its_time(rig: Rig) -> None:
    rig.receive(update(1), update(2), update(3, lane=8))
    rig.do(lambda unit: unit.inbox.mark_failed(unit.inbox.claim(0.0, 1)[0], "ValueError", 10.0))
    assert rig.handle(now=9.9) == [3]
    assert rig.handle(now=9.9) == []
    (again,) = rig.peek(now=10.0)
    assert (again.update_id, again.attempts) == (1, 1)
    assert [rig.handle(now=10.0), rig.handle(now=10.0)] == [[1], [2]]


def test_what_arrives_does_not_wake_a_lane_that_sleeps(rig: Rig) -> None:
    rig.receive(update(1))
    rig.do(lambda unit: unit.inbox.mark_failed(unit.inbox.claim(0.0, 1)[0], "ValueError", 10.0))
    rig.receive(update(2), now=1.0)
    assert rig.handle(now=9.0) == []


@pytest.mark.parametrize("ahead", [3600.0, 86_400.0, 31_536_000.0])
def test_a_lane_that_a_clock_ahead_has_put_to_sleep_is_awake(rig: Rig, ahead: float) -> None:
    now = 1e9
    rig.receive(update(1), update(2), now=now + ahead)
    rig.receive(update(3, lane=8), update(4, lane=8), now=now)
    assert rig.handle(now=now + ahead) == [3, 1]
    assert sorted(rig.handle(now=now)) == [2, 4]


def test_an_update_that_is_set_aside_lets_its_lane_go_on(rig: Rig) -> None:
    rig.receive(update(1), update(2), now=3.0)
    rig.set_aside(1, now=4.0)
    assert rig.handle(now=4.0) == [2]
    (aside,) = rig.do(lambda unit: unit.inbox.list_quarantined())
    assert (aside.lane, aside.update_id, aside.received_at, aside.error) == (7, 1, 3.0, "ValueError: no")
    assert rig.rows(inbox, "update_id", "payload") == [(1, "{}"), (2, "")]
    rig.check_counters()


def test_what_was_set_aside_goes_back_to_its_place(rig: Rig) -> None:
    rig.receive(update(1), update(2), update(3), update(4, lane=8))
    first = rig.set_aside(1)
    second = rig.set_aside(2)
    other = rig.set_aside(4)
    assert [one.update_id for one in rig.do(lambda unit: unit.inbox.list_quarantined())] == [1, 2, 4]
    assert rig.do(lambda unit: unit.inbox.retry([second.id, 999_999])) == 1
    rig.check_counters()
    assert rig.do(lambda unit: unit.inbox.retry(None)) == 2
    rig.check_counters()
    assert {one.update_id: one.attempts for one in rig.peek()} == {1: 0, 4: 0}
    assert [sorted(rig.handle()) for _ in range(4)] == [[1, 4], [2], [3], []]
    assert rig.do(lambda unit: unit.inbox.retry([first.id, other.id])) == 0
    rig.check_counters()


def test_retrying_nothing_at_all_puts_nothing_back(rig: Rig) -> None:
    rig.receive(update(1))
    rig.set_aside(1)
    assert rig.do(lambda unit: unit.inbox.retry([])) == 0
    assert rig.handle() == []


def test_an_update_is_set_aside_once_though_two_workers_failed_at_it(rig: Rig) -> None:
    """The lock of a lane ends with the transaction that failed: another worker may claim the same update at once."""
    rig.receive(update(1), update(2))
    (one,) = rig.peek()
    (same,) = rig.peek()
    for waiting in (one, same):
        rig.do(lambda unit, waiting=waiting: unit.inbox.quarantine(waiting, "ValueError", 0.0))
    rig.check_counters()
    assert rig.handle() == [2]


def test_an_update_that_another_worker_has_handled_meanwhile_is_not_set_aside(rig: Rig) -> None:
    rig.receive(update(1), update(2))
    (one,) = rig.peek()
    assert rig.handle() == [1]
    rig.do(lambda unit: unit.inbox.quarantine(one, "ValueError", 0.0))
    assert rig.do(lambda unit: unit.inbox.list_quarantined()) == []
    rig.check_counters()
    assert rig.handle() == [2]


def test_a_failure_told_twice_counts_as_one_try(rig: Rig) -> None:
    rig.receive(update(1))
    (one,) = rig.peek()
    for _ in range(2):
        rig.do(lambda unit: unit.inbox.mark_failed(one, "ValueError", 1.0))
    assert [waiting.attempts for waiting in rig.peek(now=1.0)] == [1]


def test_next_at_is_when_the_next_lane_is_ready(rig: Rig) -> None:
    def next_at() -> float | None:
        return rig.do(lambda unit: unit.inbox.next_at())

    assert next_at() is None
    rig.receive(update(1), now=5.0)
    assert next_at() == 5.0
    rig.do(lambda unit: unit.inbox.mark_failed(unit.inbox.claim(5.0, 1)[0], "ValueError", 25.0))
    assert next_at() == 25.0
    rig.receive(update(2, lane=8), now=7.0)
    assert next_at() == 7.0
    rig.handle(now=30.0)
    assert next_at() is None


def test_updates_that_were_done_long_ago_are_forgotten_some_at_a_time(rig: Rig) -> None:
    rig.receive(*(update(number, lane=number) for number in range(5)))
    rig.handle(now=10.0)
    rig.receive(update(5), update(6, lane=8))
    rig.handle(now=20.0, most=1)

    def purge(before: float, most: int = 100) -> int:
        return rig.do(lambda unit: unit.inbox.purge(before, most))

    assert purge(10.0) == 0
    assert [purge(15.0, most=3), purge(15.0, most=3), purge(15.0, most=3)] == [3, 2, 0]
    assert rig.rows(inbox, "update_id") == [(5,), (6,)]
    assert purge(1e12) == 1
    rig.check_counters()


def test_what_waits_or_is_set_aside_is_never_forgotten(rig: Rig) -> None:
    rig.receive(update(1), update(2, lane=8))
    rig.set_aside(1)
    assert rig.do(lambda unit: unit.inbox.purge(1e12, 100)) == 0


# --- Whatever happens --------------------------------------------------------------------------------------


#: Seconds that a lane sleeps after a failure.
ASLEEP = 3.0


@dataclass
class Model:
    """What should be in the inbox."""

    lane_of: dict[int, int] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)
    asleep: dict[int, float] = field(default_factory=dict)
    handled: Counter[int] = field(default_factory=Counter)

    def ready(self, now: float) -> dict[int, int]:
        """The first update of each lane that is awake."""
        heads: dict[int, int] = {}
        for one in sorted(self.waiting, reverse=True):
            heads[self.lane_of[one]] = one
        return {lane: one for lane, one in heads.items() if self.asleep.get(lane, 0.0) <= now}

    def end(self, one: int, outcome: str, now: float) -> None:
        """What becomes of an update that was claimed."""
        if outcome == "failed":
            self.asleep[self.lane_of[one]] = now + ASLEEP
            return
        self.waiting.discard(one)
        if outcome == "done":
            self.handled[one] += 1
        else:
            self.aside.add(one)


_deliveries = st.tuples(st.just("receive"), st.lists(st.integers(0, 30), min_size=1, max_size=8))
_claims = st.tuples(st.just("claim"), st.lists(st.sampled_from(["done", "failed", "aside", "rollback"]), min_size=1, max_size=5))
_retries = st.tuples(st.just("retry"), st.one_of(st.none(), st.lists(st.integers(0, 30), max_size=4)))


@settings(
    parent=settings.get_profile("project"),
    max_examples=60 * THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.one_of(_deliveries, _claims, _retries), max_size=25))
@example(steps=[("receive", [5, 1]), ("claim", ["aside"]), ("receive", [1, 2]), ("retry", None), ("claim", ["failed"])])
def test_whatever_happens_nothing_is_lost_nothing_comes_twice_and_a_lane_keeps_its_order(rig: Rig, steps: list) -> None:
    rig.clear()
    model, now = Model(), 0.0
    for what, argument in steps:
        now += 1.0
        if what == "receive":
            _receive(rig, model, argument, now)
        elif what == "claim":
            _claim(rig, model, argument, now)
        else:
            _retry(rig, model, argument)
        rig.check_counters()
    _retry(rig, model, None)
    for _ in range(len(model.waiting)):
        now += 100.0
        _claim(rig, model, ["done"] * 5, now)
    rig.check_counters()
    assert model.handled == Counter(dict.fromkeys(model.lane_of, 1))
    assert rig.handle(now=now + 1000.0) == []
    assert rig.do(lambda unit: unit.inbox.next_at()) is None


def _receive(rig: Rig, model: Model, ids: list[int], now: float) -> None:
    """An update's lane follows from its id, so that a redelivery is the same update."""
    new = set(ids) - set(model.lane_of)
    assert rig.receive(*(NewUpdate(one, one % 4, "{}") for one in ids), now=now) == len(new)
    model.lane_of |= {one: one % 4 for one in new}
    model.waiting |= new


class RolledBack(Exception):
    """What undoes a transaction."""


def _claim(rig: Rig, model: Model, outcomes: list[str], now: float) -> None:
    """Claims as many lanes as there are outcomes; a roll-back undoes all of them."""
    ids: list[int] = []

    def handled(unit: Unit) -> None:
        for waiting, outcome in zip(unit.inbox.claim(now, len(outcomes)), outcomes, strict=False):
            ids.append(waiting.update_id)
            _end(unit, waiting, outcome, now)
        if "rollback" in outcomes[: len(ids)]:
            raise RolledBack

    ready = model.ready(now)
    with suppress(RolledBack):
        rig.do(handled)
    assert len(ids) == min(len(ready), len(outcomes))
    assert set(ids) <= set(ready.values())
    if "rollback" not in outcomes[: len(ids)]:
        for one, outcome in zip(ids, outcomes, strict=False):
            model.end(one, outcome, now)


def _end(unit: Unit, waiting: QueuedUpdate, outcome: str, now: float) -> None:
    match outcome:
        case "done":
            unit.inbox.mark_done(waiting, f"after {waiting.update_id}", now)
        case "failed":
            unit.inbox.mark_failed(waiting, "ValueError", now + ASLEEP)
        case "aside":
            unit.inbox.quarantine(waiting, "ValueError", now)


def _retry(rig: Rig, model: Model, ids: list[int] | None) -> None:
    rows = {one.update_id: one.id for one in rig.do(lambda unit: unit.inbox.list_quarantined())}
    assert set(rows) == model.aside
    chosen = model.aside if ids is None else model.aside & set(ids)
    wanted = None if ids is None else [rows.get(one, -1) for one in ids]
    assert rig.do(lambda unit: unit.inbox.retry(wanted)) == len(chosen)
    for one in chosen:
        model.asleep.pop(model.lane_of[one], None)
    model.waiting |= chosen
    model.aside -= chosen
