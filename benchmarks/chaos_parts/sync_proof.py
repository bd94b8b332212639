"""The proof that data is on the disk before Telegram hears of it."""

from __future__ import annotations

import asyncio
import random
import shutil
from contextlib import suppress
from pathlib import Path

from chaos_parts import trace as trace_calls
from chaos_parts.database import Database
from chaos_parts.process import PATIENCE, Bot
from chaos_parts.script import conversations, script
from chaos_parts.telegram import NO_TROUBLE, Telegram


async def trace(database: Database, folder: Path, *, webhook: bool, count: int = 20) -> trace_calls.Found | str:
    """Follows the system calls from the arrival of each update to its acknowledgement; a sentence where that is not possible."""
    if (strace := shutil.which("strace")) is None:
        return "no strace here"
    steps = script(count)
    updates = conversations(steps, 1, count, random.Random(1))
    telegram = Telegram(NO_TROUBLE, random.Random(1))
    bot = Bot(telegram, database, folder, webhook=webhook)
    await telegram.open(webhook=webhook)
    calls = folder / "calls"
    server = await trace_calls.follow(strace, database.pids(), folder / "server_calls")
    if isinstance(server, str):
        return server
    try:
        await bot.start(strace, *trace_calls.OPTIONS, "-o", str(calls))
        await bot.began()
        for at, update in enumerate(updates, 1):
            await asyncio.sleep(0.5)
            telegram.release([update])
            await telegram.caught_up(at, PATIENCE)
        await asyncio.sleep(0.5)
    finally:
        with suppress(Exception):
            await bot.kill()
        await telegram.close()
        if server is not None:
            server.terminate()
            await server.wait()
    files = [calls, *([folder / "server_calls"] if server is not None else [])]
    return trace_calls.read(files, [update.id for update in updates], webhook=webhook)
