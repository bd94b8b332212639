"""A worker of a bot: greets citizens without a pause, and says what each had to wait and which version it answers from.

    python -m console_parts.worker DATABASE_URL NUMBER

Each line that it prints is JSON: {"at": seconds since 1970, "waited": seconds, "intro": the first words of the greeting}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace

from bot.fake_telegram import FakeRequest, FakeTelegram
from bot.home import HOME
from bot.installation import settings_of
from bot.publishing import starting_content
from bot.service import BotProcess
from bot.settings import Telegram
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.usecases.calls import Limits
from bot.wiring import build_parts

#: Seconds between two citizens, and the characters of a greeting that tell versions apart.
_PAUSE, _GREETING = 0.03, 300


async def work(url: str, number: int) -> None:
    """Run a worker until its input is closed."""
    token = f"{1000 + number}:fake-token-of-a-worker-of-the-benchmark"
    settings = replace(settings_of(HOME), telegram=Telegram(token=token, limits=Limits(None, None, None)))
    telegram = FakeTelegram(clock=time.time, local=True, token=token)
    database = Database(url)
    start = starting_content(HOME, settings, database, time.time())
    api = api_of(token, "https://telegram.benchmark", FakeRequest(telegram), FakeRequest(telegram))
    parts = await build_parts(settings, start.content, database, api, version=start.version, desks=())
    # It has learnt already when it starts to work, as a bot has that runs for a minute.
    parts.worlds.swap(await asyncio.to_thread(parts.worlds.trained, start.content, time.time()))
    stop, end = asyncio.Event(), asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    running = asyncio.create_task(BotProcess(parts).run(stop))
    citizen = 0
    while not end.done():
        citizen += 1
        person = telegram.user(citizen, "Anna")
        begun = time.time()
        person.starts()
        while not person.chat.from_bot:  # noqa: ASYNC110 - nothing rings
            await asyncio.sleep(0.002)
        text = person.chat.from_bot[0].text
        print(json.dumps({"at": begun, "waited": time.time() - begun, "intro": text[:_GREETING]}), flush=True)
        await asyncio.sleep(_PAUSE)
    stop.set()
    await running


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
