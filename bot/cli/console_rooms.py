"""The console of an installation, built: content, preview, report, and the visitors who may enter.

Importing this takes seconds; `console.py` shows the page meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from bot import installation, wiring
from bot.cli.report_needs import make_report
from bot.console.content_room import ContentRoom
from bot.console.preview import Preview
from bot.console.security import Visits
from bot.console.server import Console
from bot.console.transcripts import Transcripts
from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.secrecy import Level
from bot.core.tally import month_number
from bot.errors import UsageError
from bot.logs import set_up
from bot.reports.html import page_of
from bot.settings import LogLevel, Settings
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.tg.api import Api, api_of
from bot.tg.console_roles import GroupRoles


@dataclass(frozen=True)
class Rooms:
    """The console of an installation, ready to serve."""

    console: Console
    preview: Preview
    app: ASGIApp
    #: The public address of the console beside a running bot; empty on one's own machine.
    url: str
    #: The Bot API beside a running bot, asked for the roles of visitors; None on one's own machine.
    api: Api | None

    async def stop(self) -> None:
        """Stop the preview and close the connections."""
        await self.preview.stop()
        if self.api is not None:
            await self.api.shutdown()


def open_rooms(content: Path, hosts: list[str]) -> Rooms:
    """Build the console for a content folder, which may have errors; it answers requests for `hosts`, or its public address.

    Raises UsageError for settings with which there can be no console.
    """
    settings = installation.settings_of(content)
    set_up(settings.log.format, LogLevel.WARNING, settings.telegram.token)
    preview = Preview(settings)
    database = cache(lambda: wiring.database_of(settings))
    access = wiring.console_access(settings)
    api = _api(settings) if access.url else None
    visits = Visits(access, _roles(api, settings, database).role_of) if api is not None else None
    room = ContentRoom(content, settings, database, time.time)
    console = Console(preview, room, Transcripts(content), lambda: _report_page(content), visits)
    return Rooms(console, preview, console.app([urlsplit(access.url).netloc] if access.url else hosts), access.url, api)


def _report_page(content: Path) -> str:
    """Return the report on the last twelve whole months as a page. Raises UsageError where there is nothing to report."""
    now = installation.local_now()
    end = month_number(now.date())
    return page_of(make_report(content, Level.INSIDE, range(end - MONTHS_PER_YEAR, end), now))


def _api(settings: Settings) -> Api:
    """Return the Bot API of the bot beside the console. Raises UsageError without its token."""
    if not settings.telegram.token:
        message = translate("Per la console accanto al bot serve il suo token: scrivilo in config.yaml o in BOT_TELEGRAM__TOKEN.")
        raise UsageError(message)
    return api_of(settings.telegram.token, settings.telegram.base_url)


def _roles(api: Api, settings: Settings, database: Callable[[], Database]) -> GroupRoles:
    def current_id(chat: int) -> int:
        return database().once(lambda unit: unit.outbox.current_id(chat))

    return GroupRoles(api, settings.desks, current_id)
