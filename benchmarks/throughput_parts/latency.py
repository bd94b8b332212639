"""The time from the receipt of an update to the commit of what it caused."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from common.talkers import Citizens
from common.targets import missed

from bot.usecases import metrics
from bot.usecases.calls import DirectCall
from bot.usecases.ports import Handler, Unit
from bot.usecases.queues import QueuedUpdate
from throughput_parts.peers import Found, Ours


class Times:
    """Stands in for the histogram of latencies: how long after it was due each update was done, in the order of handling."""

    def __init__(self) -> None:
        self.due: dict[int, float] = {}
        self.handled: list[int] = []
        self.taken: list[float] = []

    def observe(self, _: float) -> None:
        """The next of those that were handled is committed."""
        self.taken.append(time.time() - self.due[self.handled[len(self.taken)]])

    def noting(self, handler: Handler) -> Handler:
        """The handler, with a note of what it handles."""

        def handle(unit: Unit, waiting: QueuedUpdate, now: float) -> Sequence[DirectCall]:
            self.handled.append(waiting.update_id)
            return handler(unit, waiting, now)

        return handle


async def latency(folder: Path, seconds: float, rate: float = 50.0, chats: int = 1000) -> Found:
    """Percentiles of the time from receipt to outbox, in milliseconds."""
    times, chance = Times(), random.Random(2)
    ours = Ours(f"sqlite:///{folder / 'latency.db'}", times.noting)
    await ours.open()
    updates = Citizens(range(1, chats + 1), chance, ours.parts.worlds(time.time())).updates(int(seconds * rate))
    loops = [asyncio.create_task(one.run()) for one in (ours.parts.inbound, ours.parts.outbound)]
    with patch.object(metrics, "LATENCY", times):
        due = time.time() + 0.5
        arriving = []
        for update in updates:
            times.due[update["update_id"]] = due
            await asyncio.sleep(due - time.time())
            arriving.append(asyncio.create_task(ours.process.take(json.dumps(update))))
            due += chance.expovariate(rate)
        await asyncio.gather(*arriving)
        while len(times.taken) < len(updates):  # noqa: ASYNC110 - nobody rings when all is done
            await asyncio.sleep(0.05)
    for task in loops:
        task.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await ours.close()
    taken = sorted(times.taken)
    result = {f"p{share}_ms": taken[len(taken) * share // 100] * 1000 for share in (50, 95, 99)} | {"max_ms": taken[-1] * 1000}
    return {"updates": len(taken)} | result, missed("throughput.latency_p99_ms", result["p99_ms"])
