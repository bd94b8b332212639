"""From the inbox through the handler: what fails waits at the head of its lane, then is set aside; nobody else waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable, Unreadable
from bot.storage.schema import Database
from bot.storage.tables import chat, outbox
from bot.usecases.calls import CallbackAnswer, CallKind, Outgoing
from bot.usecases.inbound import ALERT_EVERY, BATCH, LATE, RETRIES, Dispatcher, Intake, SlowWork, receive
from bot.usecases.ports import Unit
from bot.usecases.queues import NewUpdate, QueuedUpdate
from tests.usecases.conftest import FakeClock, Shaky, update

pytestmark = pytest.mark.asyncio

States = Callable[[], dict[int, tuple[str, int]]]
DESK = -1001


class Handler:
    """Says something to each lane; fails at some updates as it is told."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.fails: dict[int, Exception] = {}
        #: What it stores as a session where it is to be refused.
        self.sessions: dict[int, object] = {}
        #: What it says before it fails must not be sent.
        self.tried: list[int] = []
        #: The results of slow work that came with what was handled.
        self.prepared: list[object] = []

    def __call__(self, unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[CallbackAnswer]:
        self.tried.append(waiting.update_id)
        unit.outbox.put(Outgoing(waiting.lane, CallKind.MESSAGE, "sendMessage", {"text": str(waiting.update_id)}), now)
        if waiting.update_id in self.fails and waiting.prepared is None:
            raise self.fails[waiting.update_id]
        self.prepared.append(waiting.prepared)
        unit.inbox.mark_done(waiting, self.sessions.get(waiting.update_id, f"after {waiting.update_id}"), now)  # type: ignore[arg-type]
        self.handled.append(waiting.update_id)
        return [CallbackAnswer(f"press {waiting.update_id}")]


class Bench:
    """A dispatcher with everything around it recorded."""

    def __init__(self, store: Shaky, clock: FakeClock) -> None:
        self.store, self.clock, self.handler = store, clock, Handler()
        self.answers: list[str] = []
        self.late: list[int] = []
        self.rung = 0
        self.dispatcher = Dispatcher(
            store,
            self.handler,
            clock,
            call_directly=lambda answer: self.answers.append(answer.callback_id),
            late=self.late.append,
            made_work=self._ring,
            alert=lambda: Outgoing(DESK, CallKind.MESSAGE, "sendMessage", {"text": "messo da parte"}),
        )

    def _ring(self) -> None:
        self.rung += 1

    async def until_idle(self) -> float | None:
        """Steps until there is nothing to do now; when there is."""
        for _ in range(200):
            due = await self.dispatcher.step()
            if due is None or due > self.clock.now:
                return due
        raise AssertionError("it never rests")

    async def receive(self, *ids: int, lane: int = 7) -> None:
        await receive(self.store, [update(one, lane) for one in ids], self.clock.now)


@pytest.fixture
def bench(store: Shaky, clock: FakeClock) -> Bench:
    return Bench(store, clock)


@pytest.fixture
def said(database: Database) -> Callable[[], list[tuple[int, str]]]:
    """What waits to be sent."""

    def read() -> list[tuple[int, str]]:
        with database.engine.connect() as connection:
            rows = connection.execute(sa.select(outbox.c.chat, outbox.c.payload).order_by(outbox.c.id)).all()
        return [(row.chat, row.payload.partition(': "')[2].rstrip('"}')) for row in rows]

    return read


Said = Callable[[], list[tuple[int, str]]]


# --- In order ---------------------------------------------------------------------------------------------------------


async def test_updates_are_handled_in_the_order_of_their_lane(bench: Bench) -> None:
    await bench.receive(1, 3, 5)
    await bench.receive(2, 4, lane=8)
    assert await bench.until_idle() is None
    assert sorted(bench.handler.handled) == [1, 2, 3, 4, 5]
    assert [one for one in bench.handler.handled if one % 2] == [1, 3, 5]


async def test_what_an_update_causes_is_there_with_it(bench: Bench, said: Said, states: States) -> None:
    await bench.receive(1)
    assert await bench.dispatcher.step() == bench.clock.now
    assert said() == [(7, "1")]
    assert states() == {1: ("done", 0)}
    assert (bench.answers, bench.rung) == (["press 1"], 1)


async def test_slow_work_is_done_once_outside_of_transactions_and_its_update_handled_with_the_result(
    bench: Bench, said: Said, states: States
) -> None:
    done: list[tuple[str, int]] = []

    def work() -> str:
        done.append((threading.current_thread().name, bench.store.running))
        return "found"

    bench.handler.fails[1] = SlowWork(work)
    await bench.receive(1, 2)
    await bench.receive(3, lane=8)
    assert await bench.until_idle() is None
    assert len(done) == 1
    assert done[0][0] != "writer"
    assert done[0][1] == 0
    assert [one for one in bench.handler.handled if one < 3][-2:] == [1, 2]
    assert [one for one in bench.handler.prepared if one is not None] == ["found"]
    assert sorted(said()) == [(7, "1"), (7, "2"), (8, "3")]
    assert states() == {1: ("done", 0), 2: ("done", 0), 3: ("done", 0)}


async def test_slow_work_that_fails_is_a_failure_of_its_update(bench: Bench, states: States) -> None:
    def work() -> object:
        raise ValueError("no")

    bench.handler.fails[1] = SlowWork(work)
    await bench.receive(1)
    await bench.until_idle()
    assert states() == {1: ("waiting", 1)}


async def test_nothing_to_do_rings_no_bell(bench: Bench) -> None:
    assert await bench.dispatcher.step() is None
    assert (bench.answers, bench.rung) == ([], 0)


async def test_a_redelivered_update_is_handled_once(bench: Bench) -> None:
    await bench.receive(1)
    await bench.until_idle()
    await bench.receive(1)
    assert await receive(bench.store, [], 0.0) == 0
    await bench.until_idle()
    assert bench.handler.handled == [1]


async def test_several_lanes_share_a_transaction(bench: Bench) -> None:
    for lane in range(BATCH):
        await bench.receive(lane, lane=lane)
    before = bench.store.tried
    await bench.dispatcher.step()
    assert len(bench.handler.handled) == BATCH
    assert bench.store.tried == before + 1


async def test_who_has_waited_for_long_is_shown_that_the_bot_is_at_it(bench: Bench) -> None:
    await bench.receive(1, lane=7)
    bench.clock.now += LATE + 0.1
    await bench.receive(2, lane=8)
    await bench.until_idle()
    assert bench.late == [7]


# --- What fails -------------------------------------------------------------------------------------------------------


async def test_a_failing_update_is_tried_again_after_each_pause_and_then_set_aside(
    bench: Bench, said: Said, states: States
) -> None:
    await bench.receive(1, 2)
    bench.handler.fails[1] = ValueError("no")
    times = []
    due: float | None = bench.clock.now
    while states()[1][0] == "waiting":
        assert due is not None
        bench.clock.now = due
        times.append(bench.clock.now)
        due = await bench.until_idle()
    assert [after - before for before, after in pairwise(times)] == list(RETRIES)
    assert states() == {1: ("quarantined", len(RETRIES)), 2: ("done", 0)}
    assert bench.handler.handled == [2]
    assert said() == [(DESK, "messo da parte"), (7, "2")]


async def test_an_update_that_fails_once_is_handled_before_those_behind_it(bench: Bench, states: States) -> None:
    await bench.receive(1, 2)
    bench.handler.fails[1] = ValueError("no")
    due = await bench.until_idle()
    assert due == bench.clock.now + RETRIES[0]
    assert bench.handler.handled == []
    bench.handler.fails.clear()
    bench.clock.now = due
    assert await bench.until_idle() is None
    assert bench.handler.handled == [1, 2]
    assert states()[1] == ("done", 1)


async def test_lanes_beside_a_failing_one_are_handled_at_once(bench: Bench, said: Said) -> None:
    for lane in range(1, 8):
        await bench.receive(lane, lane=lane)
    bench.handler.fails = {3: ValueError("no"), 5: KeyError("no")}
    await bench.until_idle()
    assert sorted(chat for chat, _ in said()) == [1, 2, 4, 6, 7]
    assert sorted(set(bench.handler.handled)) == [1, 2, 4, 6, 7]
    assert sorted(bench.answers) == [f"press {one}" for one in (1, 2, 4, 6, 7)]


async def test_what_telegram_does_not_document_is_set_aside_at_once(bench: Bench, states: States) -> None:
    await bench.receive(1, 2)
    await bench.receive(3, lane=8)
    bench.handler.fails[1] = Unreadable("no chat")
    assert await bench.until_idle() is None
    assert states() == {1: ("quarantined", 0), 2: ("done", 0), 3: ("done", 0)}
    assert bench.handler.tried.count(1) == 1


async def test_of_many_updates_that_are_set_aside_one_alert_is_raised_in_an_interval(bench: Bench, said: Said) -> None:
    async def set_aside(*ids: int) -> int:
        bench.handler.fails |= {one: Unreadable("no") for one in ids}
        for one in ids:
            await bench.receive(one, lane=one)
        await bench.until_idle()
        return len([chat for chat, _ in said() if chat == DESK])

    assert await set_aside(1, 2, 3) == 1
    bench.clock.now += ALERT_EVERY - 1.0
    assert await set_aside(4) == 1
    bench.clock.now += 1.0
    assert await set_aside(5, 6) == 2


async def test_without_managers_an_update_is_set_aside_all_the_same(store: Shaky, clock: FakeClock, states: States) -> None:
    handler = Handler()
    handler.fails[1] = Unreadable("no")
    await receive(store, [update(1)], clock.now)
    await Dispatcher(store, handler, clock).step()
    assert states()[1][0] == "quarantined"


async def test_the_error_is_kept_beside_the_update(bench: Bench, store: Shaky) -> None:
    await bench.receive(1)
    bench.handler.fails[1] = Unreadable("no \x00 \ud800 chat")
    await bench.until_idle()
    (row,) = await store.do(lambda unit: unit.inbox.list_quarantined())
    assert "Unreadable: no" in row.error


async def test_what_was_set_aside_can_be_retried(bench: Bench, store: Shaky, states: States) -> None:
    await bench.receive(1, 2)
    bench.handler.fails[1] = Unreadable("no")
    await bench.until_idle()
    bench.handler.fails.clear()
    await store.do(lambda unit: unit.inbox.retry(None))
    await bench.until_idle()
    assert states() == {1: ("done", 0), 2: ("done", 0)}


# --- The database -----------------------------------------------------------------------------------------------------


async def test_while_the_database_is_away_nothing_is_counted_as_a_failure(bench: Bench, states: States) -> None:
    await bench.receive(1)
    bench.store.away = 3
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await bench.dispatcher.step()
    await bench.until_idle()
    assert states() == {1: ("done", 0)}
    assert bench.answers == ["press 1"]


async def test_a_failure_that_cannot_be_recorded_is_met_again(store: Shaky, clock: FakeClock, states: States) -> None:
    tried: list[int] = []

    def handler(unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[CallbackAnswer]:
        """Fails once, and takes the database along."""
        tried.append(waiting.update_id)
        if len(tried) == 1:
            store.away = 1
            raise ValueError("no")
        unit.inbox.mark_done(waiting, None, now)
        return []

    await receive(store, [update(1), update(2)], clock.now)
    dispatcher = Dispatcher(store, handler, clock)
    with pytest.raises(StoreUnavailable):
        await dispatcher.step()
    assert states()[1] == ("waiting", 0)
    await dispatcher.step()
    await dispatcher.step()
    assert tried == [1, 1, 2]
    assert states() == {1: ("done", 0), 2: ("done", 0)}


@pytest.mark.parametrize(
    "value", ["\ud800", object(), 1 << 70], ids=["half of a character", "no text", "a number that is too large"]
)
async def test_a_value_that_the_database_refuses_hurts_only_its_lane(bench: Bench, states: States, value: object) -> None:
    for lane in range(1, 6):
        await bench.receive(lane, lane=lane)
    bench.handler.sessions[3] = value
    due = await bench.until_idle()
    found = states()
    assert {one: found[one][0] for one in (1, 2, 4, 5)} == dict.fromkeys((1, 2, 4, 5), "done")
    assert found[3] == ("waiting", 1)
    for _ in RETRIES:
        assert due is not None
        bench.clock.now = due
        due = await bench.until_idle()
    assert states()[3] == ("quarantined", len(RETRIES))


async def test_some_updates_after_a_refusal_lanes_share_a_transaction_again(bench: Bench) -> None:
    bench.handler.sessions[0] = "\ud800"
    await bench.receive(0, lane=1000)
    await bench.until_idle()
    bench.handler.handled.clear()
    handled = []
    for start in (1, BATCH + 1):
        for number in range(start, start + BATCH):
            await bench.receive(number, lane=number)
        await bench.dispatcher.step()
        handled.append(len(bench.handler.handled))
        await bench.until_idle()
    assert handled == [1, 2 * BATCH]


async def test_a_database_that_refuses_everything_ends_no_lane(bench: Bench, database: Database, states: States) -> None:
    await bench.receive(1)
    await bench.until_idle()
    await bench.receive(2)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE recipient RENAME TO elsewhere")
    for _ in range(5):
        try:
            await bench.dispatcher.step()
        except StoreUnavailable:
            continue
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO recipient")
    assert states()[1] == ("done", 0)
    bench.clock.now += 1000.0
    await bench.until_idle()
    assert states()[2][0] == "done"


async def test_lanes_count_what_waits_whatever_fails(bench: Bench, database: Database) -> None:
    for number in range(30):
        await bench.receive(number, lane=number % 5)
    bench.handler.fails = {one: ValueError("no") for one in (3, 4, 17)} | {8: Unreadable("no")}
    for _ in range(20):
        due = await bench.until_idle()
        bench.clock.now = due if due is not None else bench.clock.now
    with database.engine.connect() as connection:
        assert {row.waiting for row in connection.execute(sa.select(chat.c.waiting))} == {0}


# --- Updates that arrive one by one ------------------------------------------------------------------------------------


async def test_updates_that_arrive_at_once_share_a_transaction(store: Shaky, clock: FakeClock, states: States) -> None:
    intake = Intake(store, clock)
    assert await asyncio.gather(*(intake.receive(update(number)) for number in range(1, 101))) == [100] * 100
    assert store.tried == 1
    assert set(states()) == set(range(1, 101))
    assert await intake.receive(update(7)) == 0


async def test_while_a_transaction_runs_the_next_one_gathers(store: Shaky, clock: FakeClock, states: States) -> None:
    intake = Intake(store, clock)
    first = asyncio.create_task(intake.receive(update(1)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert store.tried == 1
    await asyncio.gather(first, *(intake.receive(update(number)) for number in range(2, 50)))
    assert store.tried == 2
    assert set(states()) == set(range(1, 50))


async def test_nobody_is_told_of_an_update_that_is_not_stored(store: Shaky, clock: FakeClock, states: States) -> None:
    intake = Intake(store, clock)
    store.away = 1
    told = await asyncio.gather(*(intake.receive(update(number)) for number in (1, 2)), return_exceptions=True)
    assert [type(one) for one in told] == [StoreUnavailable, StoreUnavailable]
    assert states() == {}
    assert await intake.receive(update(1)) == 1


async def test_what_the_database_refuses_keeps_no_other_update_out(store: Shaky, clock: FakeClock, states: States) -> None:
    intake = Intake(store, clock)
    arriving = [update(1), NewUpdate(2, 7, object()), update(3)]  # type: ignore[arg-type]
    told = await asyncio.gather(*(intake.receive(one) for one in arriving), return_exceptions=True)
    assert [isinstance(one, Exception) for one in told] == [False, True, False]
    assert set(states()) == {1, 3}


async def test_whoever_goes_away_takes_no_other_update_along(store: Shaky, clock: FakeClock, states: States) -> None:
    intake = Intake(store, clock)
    gone, other = (asyncio.create_task(intake.receive(update(number))) for number in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, other, return_exceptions=True)
    assert other.result() == 2
    assert set(states()) == {1, 2}
