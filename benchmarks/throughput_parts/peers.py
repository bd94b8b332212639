"""Our bot and bare bots of python-telegram-bot, each with a lean Telegram, run in rounds of updates."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from common.lean_telegram import TOKEN, LeanTelegram, echo, settings
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters

from bot.home import HOME
from bot.installation import content_of, local_now
from bot.json_types import Json
from bot.service import BotProcess
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.usecases.calls import Limits
from bot.usecases.ports import Handler
from bot.usecases.worlds import Worlds
from bot.wiring import build_parts
from throughput_parts.conversation_peer import ConversationPeer

CHATS = range(1_000, 1_500)
_QUIET = 0.2
NO_LIMITS = Limits(None, None, None)

#: A round: seconds, and seconds of CPU.
Round = tuple[float, float]
Updates = Sequence[Mapping[str, Json]]
#: What a measure found, and the targets that it missed.
Found = tuple[dict[str, Json], list[str]]


def unchanged(own: Handler) -> Handler:
    """The bot as it is."""
    return own


def echoing(_: Handler) -> Handler:
    """An echo in its place."""
    return echo


class Ours:
    """Our service on a database, and a stub."""

    def __init__(
        self,
        url: str,
        around: Callable[[Handler], Handler] = unchanged,
        stub: LeanTelegram | None = None,
        worlds: Worlds | None = None,
    ) -> None:
        """A bot on a database; with `worlds` it shares what another has learnt."""
        database = Database(url)
        database.migrate()
        self.stub = stub or LeanTelegram()
        api = api_of(TOKEN, "https://localhost", self.stub, self.stub)
        self._building = build_parts(settings(NO_LIMITS), content_of(HOME, local_now()), database, api, worlds=worlds)
        self._around = around

    async def open(self) -> None:
        """Opens the store."""
        self.parts = await self._building
        self.process = BotProcess(self.parts)
        self.parts.dispatcher._handler = self._around(self.parts.dispatcher._handler)
        await self.process.prepare()

    async def close(self) -> None:
        """Closes the store and the connections."""
        self.parts.store.close()
        await self.stub.shutdown()

    async def round(self, updates: Updates) -> Round:
        """Takes updates, handles them and makes the calls."""
        self.stub.feed(updates)
        return await self.drain(self.parts.polling.run)

    async def drain(self, *others: Callable[[], Json]) -> Round:
        """Handles what is there and makes the calls."""
        cpu, start = time.process_time(), time.perf_counter()
        runs = (self.parts.inbound.run, self.parts.outbound.run, *others)
        tasks = [asyncio.create_task(run()) for run in runs]
        while not await self._idle():  # noqa: ASYNC110 - it is quiet that is waited for
            await asyncio.sleep(_QUIET / 4)
        taken = time.process_time() - cpu
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.stub.last_at - start, taken

    async def _idle(self) -> bool:
        """Whether nothing has happened for a while, and nothing is left to do."""
        if time.perf_counter() - self.stub.last_at < _QUIET or self.stub.left or self.parts.direct_calls.pending:
            return False
        next_at = await self.parts.store.do(lambda unit: (unit.inbox.next_at(), unit.outbox.next_at(NO_LIMITS)))
        return next_at == (None, None) and not self.parts.sender.in_flight


class Bare:
    """A bare echo bot of python-telegram-bot, and a stub."""

    def __init__(
        self, *, concurrent: bool, queued: bool, stub: LeanTelegram | None = None, peer: ConversationPeer | None = None
    ) -> None:
        self.stub = stub or LeanTelegram()
        builder = ApplicationBuilder().token(TOKEN).request(self.stub).get_updates_request(self.stub)
        self._application: Application[Json, Json, Json, Json, Json, Json] = builder.concurrent_updates(concurrent).build()
        if peer is None:
            self._application.add_handler(MessageHandler(filters.TEXT, _reply))
        else:
            peer.add_to(self._application)
        self._queued = queued
        way = "concurrent" if concurrent else "one after another"
        self.name = f"updater and application, {way}" if queued else "process_update"

    async def open(self) -> None:
        """Starts the application."""
        await self._application.initialize()
        await self._application.start()

    async def close(self) -> None:
        """Stops the application."""
        await self._application.stop()
        await self._application.shutdown()

    async def round(self, updates: Updates) -> Round:
        """Takes updates and answers them."""
        updater = self._application.updater
        assert updater is not None
        self.stub.feed(updates)
        cpu, start = time.process_time(), time.perf_counter()
        done = asyncio.create_task(self.stub.until_sent(len(updates)))
        await asyncio.sleep(0)
        asking = asyncio.create_task(updater.start_polling(bootstrap_retries=0) if self._queued else self._ask())
        ended = await done
        taken = time.process_time() - cpu
        if self._queued:
            await updater.stop()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        return ended - start, taken

    async def _ask(self) -> None:
        offset = 0
        while True:
            for update in await self._application.bot.get_updates(offset, timeout=10):
                await self._application.process_update(update)
                offset = update.update_id + 1


async def _reply(update: Update, _context: object) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


def rate(rounds: Sequence[Round], updates: int) -> dict[str, float]:
    wall, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {"per_second": updates / wall, "cpu_us": cpu / updates * 1e6}


def share(rounds: Sequence[Round], base: Sequence[Round]) -> dict[str, float]:
    shares = [theirs[0] / ours[0] for ours, theirs in zip(rounds, base, strict=True)]
    return {"share": statistics.median(shares), "least": min(shares), "most": max(shares)}
