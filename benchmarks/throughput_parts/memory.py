"""Resident memory after few and after many updates."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from common.lean_telegram import TOKEN
from common.machine import resident
from common.talkers import Citizens
from common.targets import missed

from bot.json_types import Json
from bot.logs import set_up
from bot.settings import LogFormat, LogLevel
from throughput_parts.peers import CHATS, Found, Ours, echoing, unchanged


async def _growth(url: str, *, flow: bool, few: int, many: int) -> tuple[float, float]:
    ours = Ours(url, unchanged if flow else echoing)
    await ours.open()
    people = Citizens(CHATS, random.Random(3), ours.parts.worlds(time.time()))
    part, sizes = 2500, []
    for done in range(part, many + 1, part):
        await ours.round(people.updates(part) if flow else people.texts(part))
        if done in (few, many):
            sizes.append(resident())
    await ours.close()
    return sizes[0], sizes[1]


def grown(url: str, few: int, many: int, *, flow: bool) -> tuple[float, float]:
    """Memory after few and after many updates; in a process of its own."""
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    return asyncio.run(_growth(url, flow=flow, few=few, many=many))


def memory(folder: Path, conversations: int) -> Found:
    """Memory with an echo and with the conversation, each in a new process."""
    result: dict[str, Json] = {}
    for name, flow, few, many in (("echo", False, 10_000, 100_000), ("conversation", True, 10_000, conversations)):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            first, last = pool.submit(grown, f"sqlite:///{folder / name}-memory.db", few, many, flow=flow).result()
        result[name] = {f"mb_after_{few}": first, f"mb_after_{many}": last, "ratio": last / first}
    return result, [one for name, row in result.items() for one in missed("throughput.memory_ratio", row["ratio"], name)]
