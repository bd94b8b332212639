"""Updates a second of our echo and of bare echo bots, interleaved."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

from common.talkers import Citizens, Talkers
from common.targets import missed

from bot.json_types import Json
from throughput_parts.peers import CHATS, Bare, Found, Ours, Round, echoing, rate, share


async def against_bare(folder: Path, updates: int, rounds: int, *, flow: bool) -> Found:
    """Updates a second of the bare bot and of ours; the share is the median of the rounds'."""
    bares = [Bare(concurrent=False, queued=True), Bare(concurrent=True, queued=True), Bare(concurrent=False, queued=False)]
    ours = Ours(f"sqlite:///{folder / 'echo.db'}", echoing)
    talking = Ours(f"sqlite:///{folder / 'flow.db'}") if flow else None
    contestants: list[Bare | Ours] = [*bares, ours, *([talking] if talking else [])]
    for one in contestants:
        await one.open()
    chance = random.Random(1)
    talkers, people = Talkers(CHATS, chance), Citizens(CHATS, chance, ours.parts.worlds(time.time()))
    taken: dict[int, list[Round]] = {id(one): [] for one in contestants}
    for number in range(rounds + 1):
        said, meant = talkers.texts(updates), people.updates(updates) if talking else []
        for one in contestants:
            spent = await one.round(meant if one is talking else said)
            if number:  # The first round warms up.
                taken[id(one)].append(spent)
    for one in contestants:
        await one.close()
    best = min(bares, key=lambda bare: statistics.median(wall for wall, _ in taken[id(bare)]))
    result: dict[str, Json] = {
        "bare": {bare.name: rate(taken[id(bare)], updates) for bare in bares},
        "baseline": best.name,
        "echo": rate(taken[id(ours)], updates) | share(taken[id(ours)], taken[id(best)]),
    }
    if talking:
        result["conversation"] = rate(taken[id(talking)], updates) | share(taken[id(talking)], taken[id(best)])
        result["conversation"]["calls_per_update"] = talking.stub.calls / (updates * (rounds + 1))
    return result, missed("throughput.echo_share", result["echo"]["share"])
