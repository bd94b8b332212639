"""From the outbox to Telegram: each outcome has its handling, and none is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable
from bot.storage.schema import Database
from bot.storage.tables import outbox, recipient
from bot.usecases.calls import (
    Accepted,
    Blocked,
    CallKind,
    CallOutcome,
    ClaimedCall,
    Limits,
    Moved,
    Outgoing,
    Refused,
    Replacement,
    RetryLater,
    UnknownOutcome,
)
from bot.usecases.outbound import GIVE_UP_AFTER, GIVE_UP_TRIES, Sender
from bot.usecases.ports import Unit
from tests.usecases.conftest import FakeClock, Shaky

pytestmark = pytest.mark.asyncio

UNLIMITED = Limits(None, None, None)
GROUP, NEW = -1001, -1002


class Telegram:
    """Answers calls as it is told: by default it accepts them, and a call can be held back."""

    def __init__(self) -> None:
        self.calls: list[ClaimedCall] = []
        self.answers: list[CallOutcome] = []
        self.hold: asyncio.Event | None = None
        self.in_flight = self.most_in_flight = 0

    async def __call__(self, call: ClaimedCall) -> CallOutcome:
        self.calls.append(call)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.hold is not None:
                await self.hold.wait()
            return self.answers.pop(0) if self.answers else Accepted((100 + len(self.calls),))
        finally:
            self.in_flight -= 1

    @property
    def said(self) -> list[tuple[int, str]]:
        """What was called, to whom."""
        return [(call.chat, str(call.params.get("text", call.method))) for call in self.calls]


class Bench:
    """A sender on a store, with an obedient Telegram."""

    def __init__(self, store: Shaky, clock: FakeClock, most: int = 64) -> None:
        self.store, self.clock, self.telegram = store, clock, Telegram()
        self.ended = 0
        self.sender = Sender(store, self.telegram, clock, UNLIMITED, call_ended=self._ended, most=most)

    def _ended(self) -> None:
        self.ended += 1

    async def put(self, *texts: str, chat: int = 7, kind: CallKind = CallKind.MESSAGE) -> None:
        for text in texts:
            call = Outgoing(chat, kind, "sendMessage", {"text": text})
            await self.store.do(lambda unit, call=call: unit.outbox.put(call, self.clock.now))

    async def step(self) -> float | None:
        """One step, and the calls that it began to their end."""
        due = await self.sender.step()
        if self.telegram.hold is None:
            await asyncio.gather(*self.sender._calls)
        return due

    async def until_idle(self) -> float | None:
        for _ in range(100):
            due = await self.step()
            if (due is None or due > self.clock.now) and not self.sender._results:
                return due
        raise AssertionError("it never rests")


@pytest.fixture
def bench(store: Shaky, clock: FakeClock) -> Bench:
    return Bench(store, clock)


@pytest.fixture
def states(database: Database) -> Callable[[], list[tuple[str, int, int]]]:
    """The state of each call, how often it was tried again and how often it was in doubt."""

    def read() -> list[tuple[str, int, int]]:
        with database.engine.connect() as connection:
            rows = connection.execute(sa.select(outbox.c.state, outbox.c.attempts, outbox.c.doubts).order_by(outbox.c.id)).all()
        return [tuple(row) for row in rows]

    return read


States = Callable[[], list[tuple[str, int, int]]]


# --- Outcomes ---------------------------------------------------------------------------------------------------------


async def test_accepted_messages_follow_each_other(bench: Bench, states: States, database: Database) -> None:
    await bench.put("uno", "due")
    assert await bench.until_idle() is None
    assert bench.telegram.said == [(7, "uno"), (7, "due")]
    assert states() == [("sent", 0, 0)] * 2
    assert bench.ended == 2
    with database.engine.connect() as connection:
        assert connection.execute(sa.select(recipient.c.shown)).scalar() == 102


async def test_a_refused_call_is_given_up_and_the_next_is_made(bench: Bench, states: States) -> None:
    await bench.put("uno", "due")
    bench.telegram.answers = [Refused("chat not found")]
    await bench.until_idle()
    assert bench.telegram.said == [(7, "uno"), (7, "due")]
    assert states() == [("refused", 0, 0), ("sent", 0, 0)]


async def test_a_call_that_telegram_takes_later_waits_as_long_as_it_says(bench: Bench, states: States) -> None:
    await bench.put("uno", "due")
    bench.telegram.answers = [RetryLater(17.0, "Too Many Requests", rate=True)]
    assert await bench.until_idle() == bench.clock.now + 17.0
    assert states()[0] == ("waiting", 1, 0)
    bench.clock.now += 17.0
    await bench.until_idle()
    assert bench.telegram.said == [(7, "uno"), (7, "uno"), (7, "due")]


async def test_a_group_that_must_wait_keeps_no_citizen_waiting(bench: Bench) -> None:
    await bench.put("scheda", chat=GROUP)
    bench.telegram.answers = [RetryLater(30.0, "Too Many Requests", rate=True)]
    await bench.until_idle()
    await bench.put("risposta")
    await bench.until_idle()
    assert bench.telegram.said == [(GROUP, "scheda"), (7, "risposta")]


async def test_without_a_connection_pauses_grow_up_to_minutes(bench: Bench) -> None:
    await bench.put("uno")
    bench.telegram.answers = [RetryLater(0.0, "connection refused")] * 9
    pauses = []
    for _ in range(9):
        due = await bench.until_idle()
        assert due is not None
        pauses.append(due - bench.clock.now)
        bench.clock.now = due
    assert pauses[0] >= 0.5
    assert pauses == sorted(pauses)
    assert 60.0 <= pauses[-1] == pauses[-2] <= 300.0
    assert await bench.until_idle() is None
    assert len(bench.telegram.calls) == 10


@pytest.mark.parametrize("kind", [CallKind.MESSAGE, CallKind.EDIT, CallKind.CLEANUP])
async def test_what_is_in_doubt_is_sent_again_and_counted(bench: Bench, states: States, kind: CallKind) -> None:
    await bench.put("uno", kind=kind)
    bench.telegram.answers = [UnknownOutcome("read timeout")]
    due = await bench.until_idle()
    assert due is not None
    assert states() == [("waiting", 1, 1)]
    bench.clock.now = due
    await bench.until_idle()
    assert len(bench.telegram.calls) == 2
    assert states() == [("sent", 1, 1)]


async def test_a_message_whose_answer_is_lost_each_time_is_sent_again_soon_only_once(bench: Bench) -> None:
    await bench.put("uno")
    bench.telegram.answers = [UnknownOutcome("read timeout")] * 6
    start, times = bench.clock.now, [bench.clock.now]
    while (due := await bench.until_idle()) is not None:
        bench.clock.now = due
        times.append(due)
    assert len(bench.telegram.calls) == 7
    assert len([time for time in times if time < start + 60.0]) == 2
    assert len([time for time in times if time < start + 3600.0]) <= 4


async def test_a_server_that_says_it_fails_is_asked_again_soon(bench: Bench) -> None:
    await bench.put("uno")
    bench.telegram.answers = [UnknownOutcome("Bad Gateway", server_failed=True)] * 4
    start = bench.clock.now
    while (due := await bench.until_idle()) is not None:
        bench.clock.now = due
    assert len(bench.telegram.calls) == 5
    assert bench.clock.now < start + 20.0


async def test_what_nobody_waits_for_is_not_made_twice(bench: Bench, states: States) -> None:
    await bench.put("uno", kind=CallKind.BEST_EFFORT)
    bench.telegram.answers = [UnknownOutcome("read timeout")]
    assert await bench.until_idle() is None
    assert states()[0][0] == "refused"
    assert len(bench.telegram.calls) == 1


async def test_nothing_is_sent_to_a_chat_that_has_blocked_the_bot(bench: Bench, store: Shaky) -> None:
    await bench.put("uno", "due")
    bench.telegram.answers = [Blocked("bot was blocked by the user")]
    assert await bench.until_idle() is None
    assert bench.telegram.said == [(7, "uno")]
    await store.do(lambda unit: unit.outbox.unblock(7))
    await bench.until_idle()
    assert bench.telegram.said == [(7, "uno"), (7, "uno"), (7, "due")]


async def test_a_group_that_moved_is_followed_with_all_that_waits(bench: Bench) -> None:
    await bench.put("uno", "due", chat=GROUP)
    bench.telegram.answers = [Moved(NEW)]
    await bench.until_idle()
    await bench.put("tre", chat=GROUP)
    await bench.until_idle()
    assert bench.telegram.said == [(GROUP, "uno"), (NEW, "uno"), (NEW, "due"), (NEW, "tre")]


async def test_another_call_takes_the_place_of_one_that_cannot_be_made(bench: Bench, states: States) -> None:
    await bench.put("uno", kind=CallKind.EDIT)
    bench.telegram.answers = [
        Replacement(CallKind.MESSAGE, "sendMessage", {"text": "uno, di nuovo"}, "message to edit not found")
    ]
    await bench.until_idle()
    assert bench.telegram.said == [(7, "uno"), (7, "uno, di nuovo")]
    assert [call.kind for call in bench.telegram.calls] == [CallKind.EDIT, CallKind.MESSAGE]
    assert states()[0][0] == "sent"


@pytest.mark.parametrize("outcome", [RetryLater(1.0, "no connection"), UnknownOutcome("read timeout")])
async def test_after_a_day_a_call_is_given_up(bench: Bench, states: States, outcome: CallOutcome) -> None:
    await bench.put("uno", "due")
    bench.telegram.answers = [outcome] * (GIVE_UP_TRIES + 1)
    bench.clock.now += GIVE_UP_AFTER + 1.0
    await bench.until_idle()
    assert states()[0][0] == "waiting", "the clock may have jumped"
    while (next_at := await bench.until_idle()) is not None:
        bench.clock.now = next_at
    assert [state for state, *_ in states()] == ["refused", "sent"]


# --- One at a time, and not too many ----------------------------------------------------------------------------------


async def test_a_call_is_committed_as_being_made_before_it_is(bench: Bench, states: States) -> None:
    bench.telegram.hold = asyncio.Event()
    await bench.put("uno", "due")
    await bench.step()
    await asyncio.sleep(0)
    assert states() == [("sending", 0, 0), ("waiting", 0, 0)]
    assert bench.telegram.said == [(7, "uno")]
    await bench.step()
    assert len(bench.telegram.calls) == 1
    bench.telegram.hold.set()
    await bench.sender.finish(5.0)


async def test_no_more_calls_than_allowed_are_made_at_a_time(store: Shaky, clock: FakeClock) -> None:
    bench = Bench(store, clock, most=3)
    bench.telegram.hold = asyncio.Event()
    for chat in range(1, 11):
        await bench.put("ciao", chat=chat)
    for _ in range(5):
        await bench.step()
        await asyncio.sleep(0)
    assert bench.sender.in_flight == bench.telegram.in_flight == 3
    bench.telegram.hold.set()
    bench.telegram.hold = None
    await bench.until_idle()
    assert len(bench.telegram.calls) == 10
    assert bench.telegram.most_in_flight == 3


# --- The database -----------------------------------------------------------------------------------------------------


async def test_what_became_of_calls_is_not_forgotten_while_the_database_is_away(bench: Bench, states: States) -> None:
    await bench.put("uno")
    await bench.put("altrove", chat=8)
    await bench.step()
    bench.store.away = 2
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await bench.sender.step()
    assert [state for state, *_ in states()] == ["sending", "sending"]
    await bench.put("due")
    await bench.until_idle()
    assert len(bench.telegram.calls) == 3
    assert [state for state, *_ in states()] == ["sent"] * 3


async def test_a_result_that_the_database_refuses_costs_no_other_chat_its_own(bench: Bench) -> None:
    async def some_steps() -> None:
        for _ in range(5):
            with suppress(Exception):  # the loop goes on after whatever a step raises
                await bench.step()

    await bench.put("uno", chat=7)
    await bench.put("uno", chat=8)
    bench.telegram.answers = [Refused("half of a character: \ud800"), Accepted((100,))]
    await some_steps()
    await bench.put("due", chat=8)
    await some_steps()
    assert (8, "due") in bench.telegram.said


@pytest.mark.parametrize(
    ("answer", "outages"),
    [
        (Refused("half of a character: \ud800"), (0, 0)),
        (Refused("half of a character: \ud800"), (0, 1)),
        (Accepted((1,)), (1, 0)),
    ],
    ids=["refused", "refused, then away", "away"],
)
async def test_a_result_that_arrives_while_others_cannot_be_recorded_is_recorded_too(
    bench: Bench, states: States, monkeypatch: pytest.MonkeyPatch, answer: CallOutcome, outages: tuple[int, int]
) -> None:
    bench.telegram.hold = late = asyncio.Event()
    await bench.put("tardi", chat=9)
    await bench.sender.step()
    await asyncio.sleep(0)
    bench.telegram.hold = None
    await bench.put("uno", chat=7)
    await bench.put("uno", chat=8)
    bench.telegram.answers = [answer]
    await bench.sender.step()
    await asyncio.sleep(0)
    transaction, (bench.store.away, *later) = bench.store.do, outages

    async def slow(function: Callable[[Unit], object]) -> object:
        """The call that is late ends while a transaction is rolled back; then the database may go away."""
        try:
            return await transaction(function)
        except (UnicodeEncodeError, StoreUnavailable):
            late.set()
            await asyncio.gather(*bench.sender._calls)
            bench.store.away = later.pop() if later else 0
            raise

    monkeypatch.setattr(bench.store, "do", slow)
    for _ in range(5):
        with suppress(StoreUnavailable):
            await bench.step()
    assert [state for state, *_ in states()] == ["sent", "refused" if isinstance(answer, Refused) else "sent", "sent"]


# --- The end ----------------------------------------------------------------------------------------------------------


async def test_finishing_waits_for_calls_records_them_and_begins_no_other(bench: Bench, states: States) -> None:
    bench.telegram.hold = asyncio.Event()
    await bench.put("uno", "due")
    await bench.put("altrove", chat=8)
    await bench.step()
    finishing = asyncio.create_task(bench.sender.finish(60.0))
    await asyncio.sleep(0)
    assert not finishing.done()
    bench.telegram.hold.set()
    await finishing
    assert [state for state, *_ in states()] == ["sent", "waiting", "sent"]
    assert bench.sender.in_flight == 0
    assert len(bench.telegram.calls) == 2


async def test_a_call_that_does_not_end_in_time_is_left_in_doubt(bench: Bench, states: States, store: Shaky) -> None:
    bench.telegram.hold = asyncio.Event()
    await bench.put("uno")
    await bench.step()
    await asyncio.sleep(0)
    await bench.sender.finish(0.0)
    assert states() == [("sending", 0, 0)]
    assert await store.recover(0.0) == 0, "the process that makes it still lives"


async def test_finishing_with_nothing_to_do_is_quiet(bench: Bench) -> None:
    before = bench.store.tried
    await bench.sender.finish(5.0)
    assert bench.store.tried == before


async def test_a_result_is_told_of_after_it_is_recorded(store: Shaky, clock: FakeClock, states: States) -> None:
    asyncio.get_running_loop().set_debug(True)
    found: list[list[tuple[str, int, int]]] = []
    telegram = Telegram()
    sender = Sender(store, telegram, clock, UNLIMITED, recorded=lambda _: found.append(states()))
    await store.do(lambda unit: unit.outbox.put(Outgoing(7, CallKind.MESSAGE, "sendMessage", {"text": "uno"}), clock.now))
    await sender.step()
    await sender.finish(60)
    assert found == [[("sent", 0, 0)]]


async def test_a_new_process_makes_the_calls_that_an_ended_one_was_making(
    bench: Bench, store: Shaky, database: Database, clock: FakeClock, states: States
) -> None:
    bench.telegram.hold = asyncio.Event()
    await bench.put("uno")
    await bench.put("esci", chat=GROUP, kind=CallKind.BEST_EFFORT)
    await bench.step()
    await asyncio.sleep(0)
    await bench.sender.finish(0.0)
    store.inner.close()
    after = store.inner = database.store(1)
    after.open()
    assert await after.recover(clock.now) == 2
    telegram = Telegram()
    sender = Sender(after, telegram, clock, UNLIMITED)
    await sender.step()
    await sender.finish(60.0)
    assert telegram.said == [(7, "uno")]
    assert states() == [("sent", 0, 1), ("refused", 0, 0)]
