"""The running bot: intake, dispatch, sender, upkeep and server, from the start to a clean end."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any as Json

import structlog
from starlette.routing import Route
from telegram.error import TelegramError

from bot import logs
from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.replies import Reply, Run
from bot.errors import UsageError
from bot.settings import Mode, Settings
from bot.storage.postgres import PostgresStore
from bot.storage.schema import Database
from bot.storage.sqlite import SqliteStore
from bot.tg import messages, startup
from bot.tg.api import Api, api_of, make
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import Board
from bot.tg.citizens import Citizens
from bot.tg.delivery_results import Results
from bot.tg.forwarding import Relay
from bot.tg.groups import RIGHTS, Groups
from bot.tg.managers import Managers
from bot.tg.polling import Polling
from bot.tg.updates import received
from bot.usecases.calls import CallbackAnswer, CallOutcome, CallResult, ClaimedCall, Outgoing, Refused
from bot.usecases.cases import Handover
from bot.usecases.inbound import Dispatcher, Intake
from bot.usecases.loops import Loop
from bot.usecases.outbound import Sender
from bot.usecases.ports import Clock, Handler, QueueCounts, Unit
from bot.usecases.upkeep import Upkeep
from bot.web.server import Server, monitoring, path_of, webhook
from bot.wiring import Worlds, content_and_desks, database_of, local, local_now, settings_of, vectors_of

log = structlog.get_logger("bot")

#: Seconds that calls being made have to end when the bot is told to stop.
DRAIN = 3.0
#: Seconds between two remarks in a group about rights that the bot lacks.
_RIGHTS_EVERY = 86400.0
#: Seconds after which the bot learns how people speak once nobody waits for it, and at the latest; or when somebody needs it.
_LEARN_AFTER, _LEARN_UNTIL = 5.0, 60.0
#: Seconds between two signs that the bot is typing, to whomever.
_TYPING_EVERY = 0.5
#: Seconds after which a thread that computes lets another one run: the loop that sends must not wait for turns.
_SWITCH = 0.0005
#: Presses that are being answered at a time; more are left unanswered rather than kept waiting. Each call costs the more the more
#: there are (a pool of connections is searched for each).
_MOST_ANSWERS = 16


class Service:
    """A bot that runs."""

    def __init__(
        self,
        settings: Settings,
        content: Content,
        database: Database,
        api: Api,
        clock: Clock = time.time,
        *,
        desks: Sequence[Desk] | None = None,
    ) -> None:
        """`desks` are those of the settings with their conditions read."""
        self._settings = settings
        self._desks = settings.desks if desks is None else desks
        self._database = database
        self._api = api
        self._clock = clock
        staffed, vectors = bool(self._desks), vectors_of(settings)
        self.worlds = Worlds(content, lambda moment: local(moment).date(), staffed=staffed, vectors=vectors)
        self._answers: set[asyncio.Task[None]] = set()
        self._typed_at = 0.0
        self._ringing: asyncio.AbstractEventLoop | None = None

    async def open(self, around: Callable[[Handler], Handler] = lambda own: own) -> None:
        """Asks Telegram who the bot is, opens the store and finds what an earlier process left. Raises UsageError.

        `around` gives the handler that takes the place of the bot's own, for measurements.
        """
        self._ringing = asyncio.get_running_loop()
        me = await startup.who_am_i(self._api)
        self.store: SqliteStore | PostgresStore = self._database.store(me.id, self._ring)
        self.store.open()
        own = self._handler()
        self.groups.username = me.username or ""
        dispatcher = Dispatcher(
            self.store,
            around(own),
            self._clock,
            answer=self._answer,
            late=self._type,
            made_work=self._made_work,
            alert=self._alert,
        )
        limits = self._settings.telegram.limits
        self.sender = Sender(self.store, self._make, self._clock, limits, ended=self._ring_outbound, follow=self._follow)
        self.upkeep = Upkeep(self.store, self._clock, self._ring_inbound)
        self.inbound = Loop("inbound", dispatcher.step, self._clock)
        self.outbound = Loop("outbound", self.sender.step, self._clock)
        self.rounds = Loop("upkeep", self.upkeep.step, self._clock)
        self.intake = Intake(self.store, self._clock)
        self.polling = Polling(self._api, self.store, self._clock, self.inbound.bell.ring)
        await self.store.recover(self._clock())
        await self.upkeep.begin()
        await self.groups.look(self._api, [desk.chat_id for desk in self._desks])
        await self.store.do(self._set_shifts)

    def _handler(self) -> Handler:
        """The parts that handle updates."""
        buttons = Buttons(self._settings.telegram.token)
        self.groups = Groups(self._desks)
        board = Board(self.groups, buttons, lambda: self.worlds(self._clock()))
        self.handover = Handover(self._desks, self.worlds, local, board)
        relay = Relay(board, self.handover, self._settings.telegram.limits)
        self._results = Results(relay)
        managers = Managers(self.handover, relay, self.groups, buttons)
        return Citizens(self.handover, managers, relay, buttons, self._look_again)

    def _set_shifts(self, unit: Unit) -> None:
        for desk in self._desks:
            self.handover.set_shift(unit, desk, self._clock())

    def _look_again(self, chat: int) -> None:
        """Who administers a group has changed; called from the thread that handles updates."""
        if self._ringing is not None:
            self._ringing.call_soon_threadsafe(self._look_aside, chat)

    def _look_aside(self, chat: int) -> None:
        task = asyncio.create_task(self.groups.look(self._api, [chat]))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _follow(self, unit: Unit, result: CallResult, now: float) -> None:
        self._results(unit, result, now)
        if result.call.method == "createForumTopic" and isinstance(result.outcome, Refused):
            # Topics were switched off, or a right was taken away.
            self._look_again(result.call.chat)
        if self._ringing is not None and result.call.case is not None:
            self._ringing.call_soon_threadsafe(self._ring_rounds)

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until it is told to stop. Raises UsageError where it cannot start."""
        await self.open()
        server = self._server()
        loops = [asyncio.create_task(loop.run()) for loop in (self.inbound, self.outbound, self.rounds)]
        intake = [asyncio.create_task(server.run_until_stopped())] if server is not None else []
        try:
            await self._take_updates(intake)
            learning = asyncio.create_task(self._learn_soon())
            log.info("running", mode=self._settings.telegram.mode.value, database=self._database.kind)
            introduction = asyncio.create_task(self._introduce())
            await stop.wait()
            introduction.cancel()
            learning.cancel()
        finally:
            log.info("stopping")
            await self._end(loops, intake, server)
            log.info("stopped")

    async def _learn_soon(self) -> None:
        """Buttons and short answers need nothing that is learnt: whoever has waited for the bot to start goes first."""
        await asyncio.sleep(_LEARN_AFTER)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.inbound.resting.wait(), _LEARN_UNTIL)
        await asyncio.to_thread(self._learn)

    def _learn(self) -> None:
        """Has the world learn how people speak before somebody needs it."""
        _ = self.worlds(self._clock()).understanding

    async def take(self, raw: Json) -> bool:
        """Stores an update that was delivered; False for what is none. Raises StoreUnavailable."""
        update = received(raw)
        if update is None:
            return False
        if await self.intake.receive(update):
            self.inbound.bell.ring()
        return True

    async def counts(self) -> QueueCounts:
        """The state of the queues. Raises StoreUnavailable."""
        return await self.store.do(lambda unit: unit.counts())

    # --- Parts

    def _server(self) -> Server | None:
        hook = self._settings.telegram.webhook
        if not hook.port:
            return None
        routes: list[Route] = monitoring(self.counts, self._faults, self._clock)
        if self._settings.telegram.mode is Mode.WEBHOOK:
            if not hook.url:
                raise UsageError(
                    "Con telegram.mode: webhook serve l'indirizzo telegram.webhook.url, per esempio https://…/telegram."
                )
            routes.insert(0, webhook(path_of(hook.url), self._secret(), self.take))
        return Server(routes, hook.listen, hook.port)

    def _secret(self) -> str:
        """The secret of the webhook: as set, or made from the token so that every process has the same."""
        made = hashlib.sha256(b"webhook" + self._settings.telegram.token.encode()).hexdigest()
        return self._settings.telegram.webhook.secret or made

    async def _take_updates(self, intake: list[asyncio.Task[None]]) -> None:
        if self._settings.telegram.mode is Mode.WEBHOOK:
            await startup.take_webhook(self._api, self._settings.telegram.webhook.url, self._secret())
        else:
            await startup.drop_webhook(self._api)
            intake.append(asyncio.create_task(self.polling.run()))

    async def _introduce(self) -> None:
        if not self._desks:
            log.warning("no_desk", hint="cases stay in the database: write a group into «desks» of config.yaml")
        for desk in self._desks:
            if self.groups[desk.chat_id].writable:
                # It may have been let into the group again while nobody was there to hear of it.
                await self.store.do(partial(self._reached, desk=desk))
        world = self.worlds(self._clock())
        await startup.introduce(self._api, world)
        await startup.introduce_to_managers(self._api, world, self._desks)

    def _reached(self, unit: Unit, desk: Desk) -> None:
        """What a group keeps from the bot is said there, once a day."""
        unit.outbox.unblock(desk.chat_id)
        missing, say = self.groups[desk.chat_id].missing, self.worlds(self._clock()).words.say
        if missing and unit.alerts.is_due(f"rights {desk.id}", self._clock(), _RIGHTS_EVERY):
            names = ", ".join(say(RIGHTS[right]) for right in missing)
            text = say("desk_rights", rights=names)
            unit.outbox.put(messages.new_message(desk.chat_id, Reply((Run(text),)), None), self._clock())

    async def _end(
        self, loops: Sequence[asyncio.Task[None]], intake: Sequence[asyncio.Task[None]], server: Server | None
    ) -> None:
        """No more updates in, the turn that runs to its end, calls being made to theirs if they are quick."""
        if server is not None:
            server.should_exit = True
        for task in intake[1:] if server is not None else intake:
            task.cancel()
        for loop in (self.inbound, self.outbound, self.rounds):
            loop.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*loops, *intake, return_exceptions=True), DRAIN)
        with suppress(Exception):
            await self.sender.finish(DRAIN / 2)
        for task in [*loops, *intake, *self._answers]:
            task.cancel()
        self.store.close()
        with suppress(Exception):
            await self._api.shutdown()

    def _faults(self) -> Sequence[str]:
        found = [name for name, loop in (("inbound", self.inbound), ("outbound", self.outbound)) if not loop.healthy]
        if self._settings.telegram.mode is Mode.POLLING and not self.polling.healthy:
            found.append("polling")
        return found

    # --- Calls that are not queued

    def _answer(self, answer: CallbackAnswer) -> None:
        """Answers a press at once, and once: Telegram takes the answer for some seconds only."""
        params = {"callback_query_id": answer.callback_id, **({"text": answer.text} if answer.text else {})}
        self._aside("answerCallbackQuery", params)

    def _type(self, chat: int) -> None:
        """Shows somebody who waits that the bot is at it; only now and then, so that it takes nothing from what is sent."""
        now = self._clock()
        if chat > 0 and now - self._typed_at > _TYPING_EVERY:
            self._typed_at = now
            self._aside("sendChatAction", {"chat_id": chat, "action": "typing"})

    def _aside(self, method: str, params: dict[str, Json]) -> None:
        if len(self._answers) < _MOST_ANSWERS:
            task = asyncio.create_task(self._tried(method, params))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _tried(self, method: str, params: dict[str, Json]) -> None:
        with suppress(TelegramError):
            await self._api.call(method, params)

    async def _make(self, call: ClaimedCall) -> CallOutcome:
        return await make(self._api, call)

    def _alert(self) -> Outgoing | None:
        """What the managers' group is told when an update was set aside."""
        if not self._desks:
            return None
        text = self.worlds(self._clock()).words.say("quarantine_alert")
        return messages.new_message(self._desks[0].chat_id, Reply((Run(text),)), None)

    # --- Bells

    def _ring(self) -> None:
        """Another process has made work (called from the thread that listens)."""
        if self._ringing is not None:
            self._ringing.call_soon_threadsafe(self._ring_all)

    def _ring_all(self) -> None:
        self.inbound.bell.ring()
        self.outbound.bell.ring()

    def _ring_inbound(self) -> None:
        self.inbound.bell.ring()

    def _ring_rounds(self) -> None:
        self.rounds.bell.ring()

    def _made_work(self) -> None:
        """What was handled may have calls to make, and times to keep."""
        self.outbound.bell.ring()
        self.rounds.bell.ring()

    def _ring_outbound(self) -> None:
        self.outbound.bell.ring()


def serve(folder: Path) -> None:
    """Runs the bot of a content folder until SIGTERM or Ctrl-C. Raises UsageError and ContentError."""
    settings = settings_of(folder)
    if not settings.telegram.token:
        raise UsageError("Manca il token del bot. Chiedilo a @BotFather su Telegram e dallo con la variabile BOT_TOKEN.")
    logs.set_up(settings.log_format, settings.log_level, settings.telegram.token)
    content, desks = content_and_desks(folder, local_now())
    database = database_of(settings)
    database.migrate()
    api = api_of(settings.telegram.token, settings.telegram.base_url)
    sys.setswitchinterval(_SWITCH)
    asyncio.run(_until_told(Service(settings, content, database, api, desks=desks)))


async def _until_told(service: Service) -> None:
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    await service.run(stop)
