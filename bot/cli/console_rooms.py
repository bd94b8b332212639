"""The rooms of the console, joined to an installation: content, preview, report, and the visitors who may come in.

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
from bot.tg.api import api_of
from bot.tg.console_roles import GroupRoles
from bot.usecases.console_access import ConsoleAccess


@dataclass(frozen=True)
class Rooms:
    """The console of an installation, ready to serve."""

    console: Console
    preview: Preview
    app: ASGIApp
    #: The public address of the console beside a running bot; empty on one's own machine.
    url: str


def open_rooms(content: Path, hosts: list[str]) -> Rooms:
    """Return the rooms for a content folder, which may have errors; they answer to `hosts`, or to the public address alone.

    Raises UsageError for settings with which there can be no console.
    """
    settings = installation.settings_of(content)
    set_up(settings.log.format, LogLevel.WARNING, settings.telegram.token)
    preview = Preview(settings)
    database = cache(lambda: wiring.database_of(settings))
    access = wiring.console_access(settings)
    visits = _visits(settings, access, database) if access.url else None
    room = ContentRoom(content, settings, database, time.time)
    console = Console(preview, room, Transcripts(content), lambda: _report_page(content), visits)
    return Rooms(console, preview, console.app([urlsplit(access.url).netloc] if access.url else hosts), access.url)


def _report_page(content: Path) -> str:
    """Return the report on the last twelve whole months as a page. Raises UsageError where there is nothing to report."""
    now = installation.local_now()
    end = month_number(now.date())
    return page_of(make_report(content, Level.INSIDE, range(end - MONTHS_PER_YEAR, end), now))


def _visits(settings: Settings, access: ConsoleAccess, database: Callable[[], Database]) -> Visits:
    """Return the visits of the managers of desks. Raises UsageError without the bot's token."""
    if not settings.telegram.token:
        message = translate("Per la console accanto al bot serve il suo token: scrivilo in config.yaml o in BOT_TELEGRAM__TOKEN.")
        raise UsageError(message)

    def current_id(chat: int) -> int:
        return database().once(lambda unit: unit.outbox.current_id(chat))

    api = api_of(settings.telegram.token, settings.telegram.base_url)
    return Visits(access, GroupRoles(api, settings.desks, current_id).role_of)
