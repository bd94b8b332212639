"""The time to the first reply after a restart, and until ten thousand waiting updates are handled."""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from common.targets import missed

from bot.json_types import Json
from bot.storage import tables
from chaos_parts.database import Database
from chaos_parts.lives import engine_of
from chaos_parts.process import PATIENCE, Bot
from chaos_parts.script import FIRST_CHAT, FIRST_UPDATE, conversations, script
from chaos_parts.telegram import NO_TROUBLE, Telegram, message

#: Words of a need: to read them, the process must have learnt what words mean.
_WORDS = "cerco qualcuno che aiuti mio figlio con i compiti"


async def backlog(database: Database, folder: Path, *, webhook: bool) -> dict[str, Json]:
    """Seconds from exec to the first reply after a kill, for the first free text, and until many waiting updates are handled.

    Limits are as shipped.
    """
    restarts, waiting, chats = 20, 10_000, 500
    chance = random.Random(1)
    steps = script(-(-(waiting + restarts) // chats))
    updates = conversations(steps, chats, waiting + restarts, chance)
    telegram = Telegram(NO_TROUBLE, chance)
    bot = Bot(telegram, database, folder, webhook=webhook, limited=True)
    engine = engine_of(database)
    await telegram.open(webhook=webhook)
    first, of_words, calls = list[float](), list[float](), Counter[str]()
    handled = handled_processor = math.inf
    try:
        for update in updates[:restarts]:
            telegram.release([update])
            await bot.start()
            at = await asyncio.wait_for(telegram.worked(), PATIENCE)
            first.append(at - bot.started)
            of_words.append(await _reply_to_words(telegram, len(of_words) + 1))
            await asyncio.sleep(0.2)
            await bot.kill()
        telegram.release(updates[restarts:])
        calls.subtract(telegram.calls)
        await bot.start()
        done = sa.select(sa.func.count()).where(tables.inbox.c.state == "done")
        while math.isinf(handled) and time.monotonic() - bot.started < PATIENCE * 4:
            await asyncio.sleep(0.1)
            with engine.connect() as connection:
                if connection.execute(done).scalar_one() >= len(updates) + restarts:
                    handled, handled_processor = time.monotonic() - bot.started, bot.processor_seconds()
        calls.update(telegram.calls)
    finally:
        with suppress(Exception):
            await bot.kill()
        await telegram.close()
        engine.dispose()
    return {
        "database": database.name,
        "intake": "webhook" if webhook else "polling",
        "first_reply_p50": statistics.median(first),
        "first_reply_max": max(first),
        "first_words_p50": statistics.median(of_words),
        "first_words_max": max(of_words),
        "restarts": restarts,
        "waiting": waiting,
        "handled": handled,
        "handled_processor": handled_processor,
        "calls": dict(+calls),
    }


async def _reply_to_words(telegram: Telegram, number: int) -> float:
    """Let somebody new write words. Return the seconds until their reply."""
    chat, said_at = FIRST_CHAT - number, time.monotonic()
    telegram.release([message(FIRST_UPDATE - number, chat, _WORDS)])
    async with asyncio.timeout(PATIENCE):
        while (at := next((one.at for one in telegram.sent if one.chat == chat), None)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return at - said_at


def told_backlog(found: dict[str, Json]) -> tuple[str, bool]:
    """In words, and whether it is quick enough."""
    good = not missed("chaos.first_reply_max_s", found["first_reply_max"])
    good = good and not missed("chaos.backlog_handled_s", found["handled"])
    calls = ", ".join(f"{name} {count}" for name, count in found["calls"].items())
    return (
        f"{found['database']}, {found['intake']}: exec to first reply p50 {found['first_reply_p50']:.2f} s,"
        f" max {found['first_reply_max']:.2f} s over {found['restarts']} restarts (at most 4 s);"
        f" first free text p50 {found['first_words_p50']:.2f} s, max {found['first_words_max']:.2f} s;"
        f" {found['waiting']} waiting updates handled {found['handled']:.1f} s after exec"
        f" ({found['handled_processor']:.1f} s of CPU; at most 20 s), meanwhile called: {calls}. {'OK' if good else 'WRONG'}"
    ), good
