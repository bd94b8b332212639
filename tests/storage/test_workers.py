"""Several processes on one PostgreSQL: order, uniqueness, who is alive, and who is told of work."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from bot.storage.schema import Database
from bot.usecases.calls import Limits
from bot.usecases.ports import Unit
from tests.storage.rig import Rig, message, update, words

LANES, UPDATES, WORKERS = 12, 12, 3
#: A transaction is waited for by asking the server, and not for ever.
_LOOKS = 2000


@pytest.fixture
def database(new_database: Callable[..., Database]) -> Database:
    return new_database("postgresql")


@pytest.fixture
def rigs(database: Database, open_store: Callable[..., Rig]) -> list[Rig]:
    """Stores that share nothing but the database."""
    url = database.url.render_as_string(hide_password=False)
    return [open_store(database if number == 0 else Database(url)) for number in range(WORKERS)]


def each(rigs: list[Rig], work: Callable[[Rig], None]) -> None:
    """Every store works in a thread of its own, all from the same moment on."""
    start = threading.Barrier(len(rigs))

    def begin(rig: Rig) -> None:
        start.wait(timeout=30)
        work(rig)

    with ThreadPoolExecutor(len(rigs)) as threads:
        for future in [threads.submit(begin, rig) for rig in rigs]:
            future.result()


def when_it_waits_for_a_lock(database: Database) -> None:
    """Returns when some transaction waits for another one."""
    blocked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    with database.engine.connect() as connection:
        for _ in range(_LOOKS):
            if connection.execute(blocked).scalar_one():
                return
            connection.rollback()
    raise AssertionError("nothing waits")


def meanwhile(
    database: Database, first: Rig, one: Callable[[Unit], object], second: Rig, other: Callable[[Unit], object]
) -> None:
    """The first transaction commits once the second waits for it."""
    begun = threading.Event()

    def held(unit: Unit) -> None:
        one(unit)
        begun.set()
        when_it_waits_for_a_lock(database)

    with ThreadPoolExecutor(2) as threads:
        holding = threads.submit(first.do, held)
        assert begun.wait(timeout=30)
        waiting = threads.submit(second.do, other)
        holding.result()
        waiting.result()


# --- The inbox --------------------------------------------------------------------------------------------------------


def test_workers_in_parallel_handle_every_update_once_and_in_order(rigs: list[Rig]) -> None:
    delivery = [update(number, lane=number % LANES) for number in range(LANES * UPDATES)]
    handled: list[tuple[int, int, str | None]] = []

    def work(rig: Rig) -> None:
        """Receives a part, which the others receive too, and handles what there is until all is done."""
        for first in range(0, len(delivery), 24):
            rig.receive(*delivery[first : first + 24])
            step(rig)
        while len(handled) < len(delivery):
            step(rig)

    def step(rig: Rig) -> None:
        def claimed(unit: Unit) -> list[tuple[int, int, str | None]]:
            found = unit.inbox.claim(1.0, 4)
            for one in found:
                unit.inbox.mark_done(one, str(one.update_id), 1.0)
            return [(one.lane, one.update_id, one.session) for one in found]

        handled.extend(rig.do(claimed))

    each(rigs, work)
    assert Counter(one[1] for one in handled) == Counter(dict.fromkeys(range(len(delivery)), 1))
    for lane in range(LANES):
        sessions = {session: one for its, one, session in handled if its == lane}
        last, seen = None, []
        while str(last) in sessions or last in sessions:
            last = sessions[last if last is None else str(last)]
            seen.append(last)
        assert seen == sorted(seen)
        assert len(seen) == UPDATES, "each update saw the session that the one before it left"
    rigs[0].check_counters()


def test_a_lane_that_one_worker_handles_is_left_alone_by_the_others(rigs: list[Rig]) -> None:
    rigs[0].receive(update(1, lane=7), update(2, lane=7), update(3, lane=8))

    def handled(unit: Unit) -> list[int]:
        (mine,) = unit.inbox.claim(0.0, 1)
        others = rigs[1].peek()
        unit.inbox.mark_done(mine, None, 0.0)
        return [mine.update_id, *(one.update_id for one in others)]

    assert sorted(rigs[0].do(handled)) == [1, 3]


def test_the_same_delivery_to_two_workers_is_stored_once(rigs: list[Rig]) -> None:
    received: list[int] = []
    delivery = [update(number, lane=number % 5) for number in range(100)]
    each(rigs, lambda rig: received.append(rig.receive(*delivery)))
    assert sum(received) == 100
    rigs[0].check_counters()


def test_what_two_people_retry_at_once_is_put_back_once(rigs: list[Rig], database: Database) -> None:
    first, second = rigs[:2]
    first.receive(update(1))
    first.set_aside(1)
    counts: list[int] = []
    meanwhile(
        database,
        first,
        lambda unit: counts.append(unit.inbox.retry(None)),
        second,
        lambda unit: counts.append(unit.inbox.retry(None)),
    )
    assert sorted(counts) == [0, 1]
    first.check_counters()
    assert first.handle() == [1]
    assert first.do(lambda unit: unit.inbox.next_at()) is None


# --- The outbox -------------------------------------------------------------------------------------------------------


def test_workers_in_parallel_make_every_call_once_and_in_order(rigs: list[Rig]) -> None:
    made: list[tuple[int, str]] = []
    for chat in range(1, LANES + 1):
        rigs[0].do(lambda unit, chat=chat: [unit.outbox.put(message(chat, str(number)), 0.0) for number in range(UPDATES)])

    def work(rig: Rig) -> None:
        while len(made) < LANES * UPDATES:
            for call in rig.claim(now=1.0, most=3):
                made.append((call.chat, words(call)))
                rig.accept(call, 1)

    each(rigs, work)
    assert sorted(made) == sorted({(chat, str(number)) for chat in range(1, LANES + 1) for number in range(UPDATES)})
    for chat in range(1, LANES + 1):
        assert [text for its, text in made if its == chat] == [str(number) for number in range(UPDATES)]
    rigs[0].check_counters()


def test_two_workers_make_the_first_calls_of_all_at_once(rigs: list[Rig], database: Database) -> None:
    rigs[0].put(message(7, "uno"), message(8, "due"))
    said: list[str] = []

    def claims(unit: Unit) -> None:
        said.extend(words(call) for call in unit.outbox.claim(0.0, 1, Limits()))

    meanwhile(database, rigs[0], claims, rigs[1], claims)
    assert len(said) == len(set(said)) >= 1


def test_two_workers_raise_the_first_alert_of_all_at_once(rigs: list[Rig], database: Database) -> None:
    raised: list[bool] = []

    def alerts(unit: Unit) -> None:
        raised.append(unit.cooldowns.start("quarantine", 0.0, 60.0))

    meanwhile(database, rigs[0], alerts, rigs[1], alerts)
    assert sorted(raised)[-2:] == [False, True]


def test_calls_of_another_worker_that_lives_are_not_in_doubt(rigs: list[Rig]) -> None:
    rigs[0].put(message(7, "uno"))
    (call,) = rigs[0].claim()
    assert [rig.recover() for rig in rigs] == [0, 0, 0]
    rigs[0].accept(call)
    rigs[0].check_counters()


def test_calls_of_another_worker_that_has_ended_are_in_doubt_once(rigs: list[Rig]) -> None:
    rigs[0].put(message(7, "uno"), message(8, "due"))
    rigs[0].claim()
    rigs[0].close()
    assert [rig.recover() for rig in rigs[1:]] == [2, 0]
    assert sorted(rigs[1].send_all()) == ["due", "uno"]
    rigs[1].check_counters()


def test_a_worker_that_lost_its_lock_and_lives_ends_no_call_of_another(rigs: list[Rig], monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks go with their connections when the server restarts, and another worker may look before they are taken again."""
    lost, other = rigs[:2]
    monkeypatch.setattr(other.store, "_ended", list)
    lost.put(message(7, "uno"), message(7, "due"))
    (call,) = lost.claim()
    assert other.recover() == 1
    (again,) = other.claim()
    lost.accept(call, 100)
    other.accept(again, 101)
    lost.check_counters()
    assert other.send_all() == ["due"]
    lost.check_counters()


# --- Bells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "work",
    [lambda unit: unit.inbox.receive([update(1)], 0.0), lambda unit: unit.outbox.put(message(7, "ciao"), 0.0)],
    ids=["an update", "a message"],
)
def test_another_worker_is_told_of_work(
    database: Database, open_store: Callable[..., Rig], work: Callable[[Unit], object]
) -> None:
    rung = threading.Event()
    here = open_store(database)
    open_store(Database(database.url.render_as_string(hide_password=False)), ring=rung.set)
    here.do(work)
    assert rung.wait(timeout=30)


def test_nobody_is_told_of_work_of_their_own(database: Database, open_store: Callable[..., Rig]) -> None:
    heard: list[str] = []
    rung = threading.Event()
    here = open_store(database, ring=lambda: (heard.append("work"), rung.set()))
    other = open_store(Database(database.url.render_as_string(hide_password=False)))
    for number in range(20):
        here.do(lambda unit, number=number: unit.inbox.receive([update(number)], 0.0))
    # Notices arrive in the order of the commits: those of its own came before.
    other.do(lambda unit: unit.inbox.receive([update(20)], 0.0))
    assert rung.wait(timeout=30)
    assert heard == ["work"]


def test_bells_ring_again_after_the_connection_was_lost(
    database: Database, open_store: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.postgres._RECONNECT_SECONDS", 0.0)
    rung = threading.Event()
    here = open_store(database)
    open_store(Database(database.url.render_as_string(hide_password=False)), ring=rung.set)
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    for number in range(_LOOKS):
        here.do(lambda unit, number=number: unit.inbox.receive([update(number)], 0.0))
        if rung.is_set():
            return
    assert rung.wait(timeout=30)
