"""What must happen from time to time."""

from __future__ import annotations

import asyncio
import threading

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.storage.schema import Database
from bot.storage.tables import inbox, outbox
from bot.usecases import upkeep
from bot.usecases.calls import Accepted, CallKind, Limits, Outgoing
from bot.usecases.loops import Bell
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer
from bot.usecases.upkeep import KEEP_CALLS, KEEP_UPDATES, Upkeep
from tests.usecases.conftest import FakeClock, Shaky, update

pytestmark = pytest.mark.asyncio

UNLIMITED = Limits(None, None, None)


async def handled(store: Shaky, now: float, ids: range) -> None:
    """Updates that were handled, each with a message that was sent."""

    def all_done(unit: Unit) -> None:
        unit.inbox.receive([update(one, lane=one) for one in ids], now)
        for waiting in unit.inbox.claim(now, len(ids)):
            unit.inbox.mark_done(waiting, None, now)
        for one in ids:
            unit.outbox.put(Outgoing(one, CallKind.MESSAGE, "sendMessage", {"text": "ciao"}), now)
        for call in unit.outbox.claim(now, len(ids), UNLIMITED):
            unit.outbox.mark_accepted(call, Accepted((1,)), now)

    await store.do(all_done)


def counts(database: Database) -> tuple[int, int]:
    with database.engine.connect() as connection:
        updates, calls = (
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in (inbox, outbox)
        )
    return updates, calls


async def test_what_ended_two_days_ago_is_forgotten(store: Shaky, database: Database, clock: FakeClock) -> None:
    await handled(store, clock.now, range(3))
    clock.now += KEEP_UPDATES - 10.0
    await handled(store, clock.now, range(10, 12))
    rounds = Upkeep(store, clock)
    await rounds.begin()
    await rounds.step()
    assert counts(database) == (5, 5)
    clock.now += 3600.0
    await rounds.step()
    assert counts(database) == (2, 2)


async def test_a_redelivery_within_two_days_has_no_second_effect(store: Shaky, clock: FakeClock) -> None:
    assert KEEP_UPDATES >= 48 * 3600
    assert KEEP_CALLS >= 48 * 3600
    await handled(store, clock.now, range(1))
    rounds = Upkeep(store, clock)
    await rounds.begin()
    clock.now += 48 * 3600 - 1.0
    await rounds.step()
    assert await store.do(lambda unit: unit.inbox.receive([update(0, lane=0)], clock.now)) == 0


async def test_what_waits_is_never_forgotten(store: Shaky, database: Database, clock: FakeClock) -> None:
    await store.do(lambda unit: unit.inbox.receive([update(1)], clock.now))
    await store.do(lambda unit: unit.outbox.put(Outgoing(7, CallKind.MESSAGE, "sendMessage", {}), clock.now))
    rounds = Upkeep(store, clock)
    await rounds.begin()
    clock.now += 30 * 86400.0
    await rounds.step()
    assert counts(database) == (1, 1)


async def test_much_is_forgotten_in_parts_one_after_the_other(
    store: Shaky, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_PURGE_ROWS", 10)
    await handled(store, clock.now, range(25))
    clock.now += KEEP_UPDATES + 10.0
    rounds = Upkeep(store, clock)
    await rounds.begin()
    left = []
    due: float | None = clock.now
    while due is not None and due < clock.now + 1.0:
        due = await rounds.step()
        left.append(counts(database))
    assert left == [(15, 15), (5, 5), (0, 0)]
    assert due is not None


async def test_between_rounds_there_is_rest(store: Shaky, database: Database, clock: FakeClock) -> None:
    rounds = Upkeep(store, clock)
    await rounds.begin()
    due = await rounds.step()
    assert due is not None
    assert due > clock.now
    await handled(store, clock.now - KEEP_UPDATES - 10.0, range(3))
    clock.now = due
    await rounds.step()
    assert counts(database) == (3, 3), "the next round is not due yet"
    clock.now += 600.0
    await rounds.step()
    assert counts(database) == (0, 0)


async def test_rounds_that_another_process_has_begun_are_not_begun_again(
    store: Shaky, database: Database, clock: FakeClock
) -> None:
    first, second = Upkeep(store, clock), Upkeep(store, clock)
    await first.begin()
    await first.step()
    await handled(store, clock.now - KEEP_UPDATES - 10.0, range(3))
    await second.step()
    assert counts(database) == (3, 3)


async def test_calls_of_ended_processes_are_found(store: Shaky, database: Database, clock: FakeClock) -> None:
    await store.do(lambda unit: unit.outbox.put(Outgoing(7, CallKind.MESSAGE, "sendMessage", {}), clock.now))
    await store.do(lambda unit: unit.outbox.claim(clock.now, 1, UNLIMITED))
    store.inner.close()
    after = database.store(1)
    after.open()
    store.inner = after
    await Upkeep(store, clock).step()
    assert len(await store.do(lambda unit: unit.outbox.claim(clock.now, 1, UNLIMITED))) == 1


async def test_who_handles_updates_is_woken_after_the_commit_and_in_the_thread_of_the_event_loop(
    store: Shaky, clock: FakeClock
) -> None:
    asyncio.get_running_loop().set_debug(True)
    found: list[tuple[threading.Thread, int]] = []

    def woken() -> None:
        found.append((threading.current_thread(), store.running))

    rounds = Upkeep(store, clock, woken)
    await store.do(lambda unit: unit.timers.set(Timer("case:1", clock.now, 7, "{}")))
    await rounds.step()
    assert found == [(threading.main_thread(), 0)]
    await rounds.step()
    assert len(found) == 1, "nothing was due"


async def test_a_loop_that_waits_is_woken_by_a_timer_at_once(store: Shaky, clock: FakeClock) -> None:
    asyncio.get_running_loop().set_debug(True)
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(3600.0))
    await store.do(lambda unit: unit.timers.set(Timer("case:1", clock.now, 7, "{}")))
    await Upkeep(store, clock, bell.ring).step()
    assert await asyncio.wait_for(waiting, 60)


async def test_a_timer_that_a_clock_has_brought_back_to_an_earlier_time_is_carried_out_too(
    store: Shaky, database: Database, clock: FakeClock
) -> None:
    rounds, at = Upkeep(store, clock), clock.now
    for handled_before in range(2):
        await store.do(lambda unit: unit.timers.set(Timer("case:1", at, 7, "{}")))
        clock.now += 1.0
        await rounds.step()
        assert counts(database)[0] == handled_before + 1
    assert len(await store.do(lambda unit: unit.inbox.claim(clock.now, 10))) == 1


async def test_thousands_of_timers_after_a_pause_leave_room_for_citizens(store: Shaky, clock: FakeClock) -> None:
    def crowd(unit: Unit) -> None:
        for lane in range(1, 351):
            unit.timers.set(Timer(f"alert:{lane}", clock.now - 3600.0, lane, "{}"))

    async def waiting() -> int:
        return await store.do(lambda unit: unit.inbox.depth().waiting)

    await store.do(crowd)
    rounds = Upkeep(store, clock)
    counts = []
    for _ in range(3):
        due = await rounds.step()
        await rounds.step()
        counts.append(await waiting())
        assert due is not None
        clock.now += 0.5
    assert counts == [100, 200, 350]


async def test_while_the_database_is_away_it_is_told(store: Shaky, clock: FakeClock) -> None:
    rounds = Upkeep(store, clock)
    store.away = 2
    with pytest.raises(StoreUnavailable):
        await rounds.begin()
    with pytest.raises(StoreUnavailable):
        await rounds.step()
    await rounds.begin()
    await rounds.step()


async def test_a_clock_that_is_a_year_ahead_for_a_moment_purges_nothing(
    store: Shaky, database: Database, clock: FakeClock
) -> None:
    await handled(store, clock.now, range(3))
    rounds = Upkeep(store, clock)
    await rounds.begin()
    await rounds.step()
    clock.now += 365 * 86400.0
    await rounds.step()
    clock.now -= 365 * 86400.0
    await rounds.step()
    assert counts(database) == (3, 3)


async def test_what_is_old_is_purged_after_a_long_sleep_too(store: Shaky, database: Database, clock: FakeClock) -> None:
    await handled(store, clock.now, range(3))
    rounds = Upkeep(store, clock)
    await rounds.begin()
    await rounds.step()
    clock.now += 5 * 86400.0
    await rounds.step()
    clock.now += 601.0
    await rounds.step()
    assert counts(database) == (0, 0)
