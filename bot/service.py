"""The running bot, from its start to a clean end. Its parts are built in `wiring.py`."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog
from starlette.routing import Route

from bot import logs
from bot.errors import UsageError
from bot.installation import settings_of
from bot.publishing import starting_content
from bot.settings import Mode
from bot.staff_language import translate
from bot.systemd import ask_for_time, notify, watchdog_seconds
from bot.tg import notices, startup
from bot.tg.api import api_of
from bot.tg.updates import update_of
from bot.usecases.desk_changes import desks_that_are_gone
from bot.usecases.ports import Unit
from bot.usecases.queues import QueueCounts
from bot.web.server import Server, monitoring, path_of, webhook
from bot.wiring import Parts, build_parts, database_of

log = structlog.get_logger("bot")

#: Seconds that loops have to end when the bot is told to stop.
_DRAIN_SECONDS = 3.0
#: Seconds that calls in flight have then: what others than systemd leave (Docker kills after ten), and what systemd is asked for;
#: no call takes longer.
_CALL_SECONDS, _LONG_CALL_SECONDS = 5.0, 20.0
#: Seconds after the start from which the language model is trained as soon as the inbox is idle, and at the latest.
_TRAIN_AFTER, _TRAIN_AT_LATEST = 5.0, 60.0
#: Seconds after which a thread that computes lets another one run: the loop that sends must not wait for turns.
_SWITCH_INTERVAL = 0.0005


class BotProcess:
    """A bot that runs in this process."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._telegram = parts.settings.telegram
        self._introducing: asyncio.Task[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Raises UsageError where the bot cannot start."""
        parts = self.parts
        loops: list[asyncio.Task[None]] = []
        intake: list[asyncio.Task[None]] = []
        server: Server | None = None
        try:
            await self.prepare()
            server = self._server()
            loops = [asyncio.create_task(loop.run()) for loop in (parts.inbound, parts.outbound, parts.rounds, parts.content)]
            intake = [asyncio.create_task(server.run_until_stopped())] if server is not None else []
            await self._take_updates(intake)
            training = asyncio.create_task(self._train_when_idle())
            log.info("running", mode=self._telegram.mode.value, database=parts.database.kind)
            introduction = asyncio.create_task(self._introduce())
            parts.follower.on_swap = self._introduce_again
            watchdog = asyncio.create_task(self._show_signs_of_life())
            await stop.wait()
            log.info("stopping")
            watchdog.cancel()
            introduction.cancel()
            training.cancel()
        finally:
            await self._end(loops, intake, server)
        log.info("stopped")

    async def prepare(self) -> None:
        """Restore the state after an earlier process, check the desks' groups, and set the timers of shifts and upkeep."""
        parts = self.parts
        await parts.store.recover(parts.clock())
        await parts.upkeep.begin()
        await parts.groups.look(parts.api, [desk.chat_id for desk in parts.desks])
        await parts.store.do(self._follow_desks)
        await parts.store.do(self._set_shifts)

    async def take(self, text: str) -> bool:
        """Store an update that the webhook delivered. Return False for JSON that is no update.

        Raises StoreUnavailable, and ValueError or RecursionError for text that is no JSON.
        """
        update = update_of(text)
        if update is None:
            return False
        if await self.parts.intake.receive(update):
            self.parts.inbound.bell.ring()
        return True

    async def queue_counts(self) -> QueueCounts:
        """Return how much waits in the queues. Raises StoreUnavailable."""
        return await self.parts.store.do(lambda unit: unit.queue_counts())

    def faults(self) -> Sequence[str]:
        """Return the names of the parts that do not work now."""
        parts = self.parts
        loops = (("inbound", parts.inbound), ("outbound", parts.outbound), ("upkeep", parts.rounds))
        found = [name for name, loop in loops if loop.is_stuck or not loop.healthy]
        if parts.api.is_token_refused:
            found.append("token")
        if self._telegram.mode is Mode.POLLING and not parts.polling.healthy:
            found.append("polling")
        return found

    def _follow_desks(self, unit: Unit) -> None:
        """Move open cases whose desk has changed in the settings. Raises UsageError if a desk with open cases is missing."""
        gone = desks_that_are_gone(unit, self.parts.desks) if self.parts.desks else {}
        if gone:
            message = translate(
                "Lo sportello «{desk}» non è più in config.yaml, ma ha casi aperti: {count}. Rimettilo, oppure scrivi nello"
                " sportello che li prende: was: {desk}"
            )
            raise UsageError("\n".join(message.format(desk=desk, count=count) for desk, count in sorted(gone.items())))
        moved = self.parts.desk_changes.follow(unit, self.parts.clock())
        if moved:
            log.info("cases_moved", count=moved)

    def _set_shifts(self, unit: Unit) -> None:
        for desk in self.parts.desks:
            self.parts.reminders.schedule_shift(unit, desk, self.parts.clock())

    def _server(self) -> Server | None:
        hook = self._telegram.webhook
        if not hook.port:
            return None
        routes: list[Route] = monitoring(self.queue_counts, self.faults, self.parts.clock)
        if self._telegram.mode is Mode.WEBHOOK:
            if not hook.url:
                raise UsageError(
                    translate(
                        "Con telegram.mode: webhook serve l'indirizzo telegram.webhook.url, per esempio https://…/telegram."
                    )
                )
            routes.insert(0, webhook(path_of(hook.url), self._webhook_secret(), self.take))
        return Server(routes, hook.listen, hook.port)

    def _webhook_secret(self) -> str:
        """Return the secret of the webhook: as set, or made from the token so that every process has the same."""
        made = hashlib.sha256(b"webhook" + self._telegram.token.encode()).hexdigest()
        return self._telegram.webhook.secret or made

    async def _take_updates(self, intake: list[asyncio.Task[None]]) -> None:
        if self._telegram.mode is Mode.WEBHOOK:
            await startup.take_webhook(self.parts.api, self._telegram.webhook.url, self._webhook_secret())
        else:
            await startup.drop_webhook(self.parts.api)
            intake.append(asyncio.create_task(self.parts.polling.run()))

    async def _introduce(self) -> None:
        """Register the bot's commands and descriptions with Telegram, for citizens and for each desk's group."""
        parts, world = self.parts, self.parts.worlds(self.parts.clock())
        if not parts.desks:
            log.warning("no_desk", hint="cases stay in the database: write a group into «desks» of config.yaml")
        for desk in parts.desks:
            if parts.groups[desk.chat_id].writable:
                # It may have been let into the group again while nobody was there to hear of it.
                greet = partial(notices.greet_group, desk=desk, groups=parts.groups, world=world, now=parts.clock())
                await parts.store.do(greet)
        await self._introduce_commands()

    def _introduce_again(self) -> None:
        """Register the bot's commands and descriptions again after content was published."""
        self._introducing = asyncio.create_task(self._introduce_commands())

    async def _introduce_commands(self) -> None:
        """Tell Telegram the bot's name and commands, which content may change."""
        parts, world = self.parts, self.parts.worlds(self.parts.clock())
        await startup.introduce(parts.api, world)
        await startup.introduce_to_managers(parts.api, world, parts.desks)

    async def _show_signs_of_life(self) -> None:
        """Tell systemd regularly that the bot works, but not if a loop hangs: systemd then restarts the bot."""
        notify("READY=1")
        parts, seconds = self.parts, watchdog_seconds()
        while seconds is not None:
            if not any(loop.is_stuck for loop in (parts.inbound, parts.outbound, parts.rounds)):
                notify("WATCHDOG=1")
            await asyncio.sleep(seconds / 3)

    async def _train_when_idle(self) -> None:
        """Train the language model in the background once the inbox is idle, so that queued messages are answered first."""
        await asyncio.sleep(_TRAIN_AFTER)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.parts.inbound.resting.wait(), _TRAIN_AT_LATEST)
        await asyncio.to_thread(lambda: self.parts.worlds(self.parts.clock()).understanding)

    async def _end(
        self, loops: Sequence[asyncio.Task[None]], intake: Sequence[asyncio.Task[None]], server: Server | None
    ) -> None:
        """Stop receiving updates, let the current turn end, and wait briefly for calls in flight."""
        parts = self.parts
        if server is not None:
            server.should_exit = True
        for task in intake[1:] if server is not None else intake:
            task.cancel()
        for loop in (parts.inbound, parts.outbound, parts.rounds, parts.content):
            loop.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*loops, *intake, return_exceptions=True), _DRAIN_SECONDS)
        with suppress(Exception):
            await parts.sender.finish(_LONG_CALL_SECONDS if ask_for_time(2 * _LONG_CALL_SECONDS) else _CALL_SECONDS)
        for task in [*loops, *intake, *parts.direct_calls.pending]:
            task.cancel()
        parts.store.close()


def serve(folder: Path) -> None:
    """Run the bot of a content folder until SIGTERM or Ctrl-C. Raises UsageError and ContentError."""
    settings = settings_of(folder)
    if not settings.telegram.token:
        raise UsageError(
            translate("Manca il token del bot. Chiedilo a @BotFather su Telegram e dallo con la variabile BOT_TOKEN.")
        )
    logs.set_up(settings.log.format, settings.log.level, settings.telegram.token)
    database = database_of(settings)
    database.migrate()
    start = starting_content(folder, settings, database, time.time())
    api = api_of(settings.telegram.token, settings.telegram.base_url)
    sys.setswitchinterval(_SWITCH_INTERVAL)

    async def run() -> None:
        stop = asyncio.Event()
        try:
            parts = await build_parts(settings, start.content, database, api, desks=start.desks, version=start.version)
            for one in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(one, stop.set)
            await BotProcess(parts).run(stop)
        finally:
            await api.shutdown()

    asyncio.run(run())
