"""A clock that jumps, and update ids that begin anew: nobody is kept waiting for longer than the limits explain."""

from __future__ import annotations

import pytest

from bot.fake_telegram import CallFault, Group
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

HOUR, DAY, YEAR = 3600.0, 86_400.0, 31_536_000.0
JUMPS = [HOUR, DAY, YEAR, -HOUR, -DAY, -YEAR]


async def jump_and_return(scene: Scene, jump: float, *, restarts: bool) -> None:
    """The clock is right again after an excursion."""
    scene.clock.seconds -= jump
    if restarts:
        await scene.restart()


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("jump", JUMPS)
async def test_a_clock_that_was_wrong_for_a_while_keeps_nobody_waiting(
    scene: Scene, anna: Phone, jump: float, restarts: bool
) -> None:
    # Telegram keeps its own time, whatever ours says.
    scene.telegram.meter = None
    await anna.starts()
    scene.clock.seconds += jump
    await anna.says("un bambino")
    await jump_and_return(scene, jump, restarts=restarts)
    before, began = len(anna.heard), scene.clock()
    anna.person.says("8 mesi")
    await scene.run_for(5.0)
    assert len(anna.heard) == before + 1
    assert scene.clock() - began < 10.0


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize(
    "fault", [CallFault.network(), CallFault.server_error(), CallFault.retry_after(30)], ids=["network", "500", "429"]
)
async def test_calls_and_updates_that_wait_when_the_clock_returns_are_not_forgotten(
    scene: Scene, anna: Phone, jump: float, restarts: bool, fault: CallFault
) -> None:
    scene.telegram.meter = None
    await anna.starts()
    scene.clock.seconds += jump
    scene.telegram.faults.next("sendMessage", fault)
    anna.person.says("un bambino")
    for _ in range(3):
        await scene._round()
    await jump_and_return(scene, jump, restarts=restarts)
    anna.person.says("8 mesi")
    await scene.run_for(70.0)
    assert ["Quanti anni" in anna.heard[1].text, "comune" in anna.heard[2].text] == [True, True]
    assert scene.failed == []


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_group_hears_of_danger_after_the_clock_was_wrong(staffed: Scene, desk: Group, jump: float) -> None:
    staffed.telegram.meter = None
    anna = staffed.person(7, "Anna")
    await anna.says("/operatore")
    staffed.clock.seconds += jump
    await anna.says("mio marito mi picchia")
    await jump_and_return(staffed, jump, restarts=False)
    before, began = len(desk.chat.from_bot), staffed.clock()
    await staffed.run_for(400.0)
    anna.person.says("mio marito mi picchia, ho paura")
    await staffed.run_for(10.0)
    assert len(desk.chat.from_bot) > before
    assert staffed.clock() - began < 500.0


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
async def test_a_day_of_outage_is_not_a_jump_of_the_clock(scene: Scene, anna: Phone, jump: float) -> None:
    scene.telegram.meter = None
    scene.telegram.faults.next("sendMessage", CallFault.server_error())
    anna.person.starts()
    for _ in range(3):
        await scene._round()
    scene.clock.seconds += jump
    await scene.run_for(70.0)
    assert len(anna.heard) == 1


async def test_update_ids_that_begin_anew_lower_are_all_answered(scene: Scene, anna: Phone) -> None:
    scene.telegram.updates._next = 500_000_001
    await anna.starts()
    scene.telegram.updates._next = 1000
    await anna.says("un bambino", "8 mesi")
    assert "In quale comune abiti?" in anna.front.text


async def test_update_ids_that_begin_anew_in_one_answer_are_all_answered(scene: Scene, anna: Phone) -> None:
    await anna.starts()
    bruno = scene.person(8, "Bruno")
    anna.person.says("un bambino")
    scene.telegram.updates._next = 1000
    bruno.person.starts()
    await scene.settle()
    assert [len(anna.heard), len(bruno.heard)] == [2, 1]
    assert scene.telegram.updates.waiting() == []
