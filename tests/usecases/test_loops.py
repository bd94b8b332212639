"""Loops that nothing ends but being told to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.usecases import loops
from bot.usecases.loops import Bell, Loop, backoff, raise_site
from tests.usecases.conftest import FakeClock

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_FIRST_PAUSE", "_LONGEST_PAUSE", "_LOOK_INTERVAL"):
        monkeypatch.setattr(loops, name, 0.0)


def script(*steps: object) -> tuple[Callable[[], Awaitable[float | None]], Callable[[], Loop]]:
    """A step that does one after the other: raises errors, calls functions, returns numbers; after the last the loop ends."""
    left = list(steps)
    loop: list[Loop] = []

    async def step() -> float | None:
        one = left.pop(0)
        if not left:
            loop[0].stop()
        if isinstance(one, BaseException):
            raise one
        if callable(one):
            one()
            return None
        return one  # type: ignore[return-value]

    def made() -> Loop:
        loop.append(Loop("test", step, FakeClock()))
        return loop[0]

    return step, made


async def run(*steps: object) -> Loop:
    _, made = script(*steps)
    loop = made()
    await asyncio.wait_for(loop.run(), 60)
    return loop


async def test_a_loop_steps_until_it_is_stopped() -> None:
    seen: list[int] = []
    await run(*(lambda one=one: seen.append(one) for one in range(5)))
    assert seen == [0, 1, 2, 3, 4]


async def test_a_loop_that_was_stopped_before_does_not_begin() -> None:
    _, made = script(ValueError("it began"))
    loop = made()
    loop.stop()
    await loop.run()


async def test_while_the_database_is_away_it_is_unhealthy_and_then_well_again() -> None:
    health: list[bool] = []
    loop: list[Loop] = []

    def look() -> None:
        health.append(loop[0].healthy)

    _, made = script(look, StoreUnavailable("away"), look, look, StoreUnavailable("away"), StoreUnavailable("away"), look, look)
    loop.append(made())
    assert loop[0].healthy
    with capture_logs() as logs:
        await loop[0].run()
    assert health == [True, False, True, False, True]
    assert [entry["event"] for entry in logs] == ["database_unavailable", "database_back"] * 2
    assert loop[0].healthy


async def test_a_step_that_raises_ends_no_loop_and_its_words_are_not_told() -> None:
    seen: list[int] = []
    with capture_logs() as logs:
        await run(ValueError("parole di Anna"), KeyError("Anna"), lambda: seen.append(1))
    assert seen == [1]
    assert [(entry["event"], entry["error"]) for entry in logs] == [("loop_failed", "ValueError"), ("loop_failed", "KeyError")]
    assert "Anna" not in str(logs)


async def test_pauses_grow_while_the_database_is_away_and_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_FIRST_PAUSE", 0.1)
    monkeypatch.setattr(loops, "_LONGEST_PAUSE", 5.0)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(loops.asyncio, "sleep", sleep)
    await run(*(StoreUnavailable("away") for _ in range(8)), lambda: None, StoreUnavailable("away"), lambda: None)
    assert slept[0] == 0.1
    assert slept[:8] == sorted(slept[:8])
    assert max(slept) == 5.0
    assert slept[8] == 0.1


async def test_a_loop_sleeps_until_there_is_something_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_LOOK_INTERVAL", 1.0)
    waited: list[float] = []

    async def wait(_: Bell, seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(Bell, "wait", wait)
    now = FakeClock().now
    await run(now + 0.25, now, now - 5.0, now + 3600.0, None, None)
    assert waited == [0.25, 1.0, 1.0, 1.0]


async def test_a_bell_wakes_a_loop_and_remembers_that_it_was_rung() -> None:
    bell = Bell()
    bell.ring()
    await asyncio.wait_for(bell.wait(3600.0), 60)
    waiting = asyncio.create_task(bell.wait(3600.0))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    await asyncio.wait_for(waiting, 60)
    await bell.wait(0.0)


async def test_a_bell_that_is_rung_in_another_thread_wakes_a_loop_at_once() -> None:
    asyncio.get_running_loop().set_debug(True)
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(3600.0))
    await asyncio.sleep(0)
    await asyncio.to_thread(bell.ring)
    assert await asyncio.wait_for(waiting, 60)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1.0), (5, 8.0), (6, 10.0), (10**6, 10.0)])
async def test_pauses_double_up_to_the_longest(failures: int, seconds: float) -> None:
    assert backoff(failures, 0.5, 10.0) == seconds


async def test_being_stopped_wakes_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_LOOK_INTERVAL", 3600.0)

    async def nothing() -> None:
        return None

    loop = Loop("test", nothing, FakeClock())
    running = asyncio.create_task(loop.run())
    await asyncio.sleep(0)
    loop.stop()
    await asyncio.wait_for(running, 60)


async def test_a_loop_rests_once_nobody_has_called_it_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_LOOK_INTERVAL", 1e-6)
    seen: list[bool] = []

    async def step() -> float | None:
        seen.append(loop.resting.is_set())
        if len(seen) in (1, 3):
            loop.bell.ring()
        if len(seen) == 4:
            loop.stop()
        return None

    loop = Loop("test", step, FakeClock())
    await asyncio.wait_for(loop.run(), 60)
    assert seen == [False, False, True, False]


async def test_the_place_of_an_error_is_told_and_not_its_words() -> None:
    with pytest.raises(ValueError, match="parole") as raised:
        int("parole")
    assert raise_site(raised.value).startswith("test_loops.py:")
    assert raise_site(ValueError("parole")) == ""


async def test_a_step_that_hangs_is_seen_by_a_clock_that_never_jumps() -> None:
    now = [5.0]
    hanging = asyncio.Event()

    async def step() -> float | None:
        await hanging.wait()
        return None

    loop = Loop("test", step, FakeClock(), monotonic=lambda: now[0])
    assert not loop.is_stuck
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0)
    now[0] += 100.0
    assert not loop.is_stuck
    now[0] += 100.0
    assert loop.is_stuck
    loop.stop()
    hanging.set()
    await task
