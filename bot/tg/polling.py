"""Long polling. Asking for the next updates acknowledges the earlier ones, so it is done only after these are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import StoreUnavailable
from bot.tg.api import POLL_SECONDS, Api
from bot.tg.updates import ALLOWED, updates_in
from bot.usecases import inbound
from bot.usecases.loops import backoff, raise_site
from bot.usecases.ports import Clock, Store

log = structlog.get_logger("bot")

#: Seconds between tries when Telegram or the database is away, at first and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Polling:
    """Asks Telegram for updates, again and again."""

    def __init__(self, api: Api, store: Store, clock: Clock, made_work: Callable[[], None]) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._made_work = made_work
        self._offset = 0
        #: False while Telegram cannot be asked.
        self.healthy = True

    async def run(self) -> None:
        """Fetch updates until cancelled; log every error, and try again after a pause."""
        failures = 0
        while True:
            try:
                await self.step()
            except Exception as error:  # noqa: BLE001 - also for answers that no server of Telegram's gives
                self._report(error)
                failures += 1
                await asyncio.sleep(_asked_pause(error) + backoff(failures, _FIRST_PAUSE, _LONGEST_PAUSE))
                continue
            if not self.healthy:
                log.info("polling_back")
            self.healthy, failures = True, 0

    async def step(self, *, wait: float = POLL_SECONDS) -> int:
        """Call getUpdates once and store its updates. Return how many were new.

        Raises TelegramError, StoreUnavailable, and ValueError for an answer that no server of Telegram's gives.
        """
        updates = updates_in(await self._api.get_updates_text(self._offset, ALLOWED, wait=wait))
        new = await inbound.receive(self._store, updates, self._clock())
        # Ids begin anew, also lower, after a week without updates (Bot API, Update). An empty answer confirmed all before it, so
        # no number needs to be given.
        self._offset = updates[-1].update_id + 1 if updates else 0
        if new:
            self._made_work()
        return new

    def _report(self, error: Exception) -> None:
        match error:
            case Conflict():
                log.error("polling_conflict", hint="another bot polls with the same token, or a webhook is set")
            case InvalidToken():
                log.error("polling_refused", hint="Telegram no longer accepts the token")
            case RetryAfter():
                pass
            case TelegramError() | StoreUnavailable():
                if self.healthy:
                    log.warning("polling_interrupted", error=type(error).__name__)
            case _ if self.healthy:
                log.error("polling_failed", error=type(error).__name__, at=raise_site(error))
            case _:
                pass
        self.healthy = False


def _asked_pause(error: Exception) -> float:
    """Return the seconds that Telegram asks to wait for; 0.0 if it does not."""
    if not isinstance(error, RetryAfter):
        return 0.0
    seconds = error.retry_after
    return float(seconds) if isinstance(seconds, int) else seconds.total_seconds()
