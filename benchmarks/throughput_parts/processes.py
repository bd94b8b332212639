"""The cost of two processes on PostgreSQL against one."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

from common.lean_telegram import TOKEN
from common.talkers import Talkers
from common.targets import missed

from bot.logs import set_up
from bot.settings import LogFormat, LogLevel
from bot.storage.schema import Database
from bot.tg.updates import update_of
from bot.usecases import inbound
from bot.usecases.queues import NewUpdate
from throughput_parts.peers import CHATS, Found, Ours, echoing
from throughput_parts.postgres import new_database


def worker(url: str, pipe: Connection) -> None:
    """A process that handles what is in the inbox whenever it is told to."""
    set_up(LogFormat.JSON, LogLevel.WARNING, TOKEN)
    asyncio.run(_work(url, pipe))


async def _work(url: str, pipe: Connection) -> None:
    ours = Ours(url, echoing)
    sent: list[tuple[float, int, int]] = []
    ours.stub.heard = lambda chat, params: sent.append((time.monotonic(), chat, int(params["text"].partition(" ")[0])))
    await ours.open()
    pipe.send("ready")
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, pipe.recv):
        sent.clear()
        _, cpu = await ours.drain()
        pipe.send((cpu, list(sent)))
    await ours.close()


async def processes(server: str, updates: int, rounds: int) -> Found:
    """CPU an update of one and of two processes, what two are faster, and what was out of order or twice."""
    url = new_database(server, "processes")
    Database(url).migrate()
    context = multiprocessing.get_context("spawn")
    pipes = []
    for _ in range(2):
        ours, theirs = context.Pipe()
        context.Process(target=worker, args=(url, theirs), daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    store = Database(url).store(123456)
    store.open()
    talkers = Talkers(CHATS, random.Random(5))
    cpu: dict[int, list[float]] = {1: [], 2: []}
    wall: dict[int, list[float]] = {1: [], 2: []}
    shares, wrong, told = [], 0, 0
    for number in range(2 * (rounds + 1)):
        count = 1 + number % 2
        batch = [one for one in map(update_of, map(json.dumps, talkers.texts(updates))) if one is not None]
        for start in range(0, updates, 500):
            await inbound.receive(store, batch[start : start + 500], time.time())
        begun = time.monotonic()
        for pipe in pipes[:count]:
            pipe.send(True)  # noqa: FBT003 - go on
        answers = [pipe.recv() for pipe in pipes[:count]]
        calls = sorted(call for _, sent in answers for call in sent)
        wrong += disorder(calls, batch)
        told += len(calls)
        if number >= 2:
            cpu[count].append(sum(used for used, _ in answers) / updates * 1e6)
            wall[count].append(calls[-1][0] - begun)
            if count == 2:
                shares.append(min(len(sent) for _, sent in answers) / updates)
    for pipe in pipes:
        pipe.send(False)  # noqa: FBT003 - end
    store.close()
    ratio = statistics.median(two / one for one, two in zip(cpu[1], cpu[2], strict=True))
    result = {
        "one": {"cpu_us": statistics.median(cpu[1]), "per_second": updates / statistics.median(wall[1])},
        "two": {"cpu_us": statistics.median(cpu[2]), "per_second": updates / statistics.median(wall[2])},
        "cpu_ratio": ratio,
        "least_share_of_a_process": min(shares),
        "updates": told,
        "out_of_order_or_twice_or_lost": wrong,
    }
    return result, missed("throughput.processes_cpu_ratio", ratio) + (["processes: order"] if wrong else [])


def disorder(calls: Sequence[tuple[float, int, int]], batch: Sequence[NewUpdate]) -> int:
    """How many calls were not the ones that were due, chat by chat."""
    due: dict[int, list[int]] = {}
    made: dict[int, list[int]] = {}
    for update in batch:
        due.setdefault(update.lane, []).append(update.update_id)
    for _, chat, number in calls:
        made.setdefault(chat, []).append(number)
    wrong = 0
    for chat in due.keys() | made.keys():
        wanted, got = due.get(chat, []), made.get(chat, [])
        wrong += sum(one != other for one, other in zip(wanted, got, strict=False)) + abs(len(wanted) - len(got))
    return wrong
