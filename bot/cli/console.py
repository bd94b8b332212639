"""`python -m bot console`: the staff's place in the browser, on this machine only: a preview of the bot, and its content."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot import installation, wiring
from bot.cli.options import ContentOption
from bot.cli.report_needs import make_report
from bot.console.content_room import ContentRoom
from bot.console.preview import Preview
from bot.console.security import Visits
from bot.console.server import Console
from bot.console.transcripts import Transcripts
from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.desks import Desk
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
from bot.web.server import Server

#: The first port that is tried; with 0 the system chooses one.
CONSOLE_PORT = 8765

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help=translate("La porta su questa macchina."))]


def has_screen() -> bool:
    """Return True if somebody sits at this machine: at a terminal, with a screen that a browser can open on."""
    is_windowed = sys.platform in ("darwin", "win32") or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return sys.stdin.isatty() and sys.stdout.isatty() and is_windowed


def open_console(
    content: ContentOption = installation.HOME,
    port: PortOption = CONSOLE_PORT,
    *,
    browser: Annotated[bool, typer.Option(help=translate("Apre il browser."))] = True,
) -> None:
    """Serve the console on the loopback until Ctrl-C. Raises UsageError and ContentError."""
    serve_console(content, port, opens_browser=browser)


def _report_page(content: Path) -> str:
    """Return the report on the last twelve whole months as a page. Raises UsageError where there is nothing to report."""
    now = installation.local_now()
    end = month_number(now.date())
    return page_of(make_report(content, Level.INSIDE, range(end - MONTHS_PER_YEAR, end), now))


def _visits(settings: Settings, access: ConsoleAccess, desks: Sequence[Desk], database: Callable[[], Database]) -> Visits:
    """Return the visits of the managers of desks. Raises UsageError without the bot's token."""
    if not settings.telegram.token:
        message = translate("Per la console accanto al bot serve il suo token: scrivilo in config.yaml o in BOT_TELEGRAM__TOKEN.")
        raise UsageError(message)

    def current_id(chat: int) -> int:
        return database().once(lambda unit: unit.outbox.current_id(chat))

    api = api_of(settings.telegram.token, settings.telegram.base_url)
    return Visits(access, GroupRoles(api, desks, current_id).role_of)


def serve_console(content: Path, port: int = CONSOLE_PORT, *, opens_browser: bool = True) -> None:
    """Serve the console of a content folder on the loopback until it is told to stop."""
    settings = installation.settings_of(content)
    set_up(settings.log.format, LogLevel.WARNING, settings.telegram.token)
    loaded, desks = installation.content_and_desks(content, installation.local_now())

    async def run() -> None:
        preview = Preview(settings, loaded)
        await preview.start()
        database = cache(lambda: wiring.database_of(settings))
        room = ContentRoom(content, settings, database, time.time)
        access = wiring.console_access(settings)
        is_public = bool(access.url)
        visits = _visits(settings, access, desks, database) if is_public else None
        console = Console(preview, room, Transcripts(content), lambda: _report_page(content), visits)
        server = Server([], "127.0.0.1", port)
        address = f"127.0.0.1:{server.port}"
        server.config.app = console.app([urlsplit(access.url).netloc] if is_public else [address, f"localhost:{server.port}"])

        def end() -> None:
            server.should_exit = True
            preview.release()

        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, end)
        typer.echo(translate("La console è su http://{address}/ (si ferma con Ctrl-C).").format(address=address))
        if is_public:
            typer.echo(
                translate("Si entra da {address} con il link che il bot manda a chi scrive /console.").format(address=access.url)
            )
        if opens_browser and not is_public:
            await asyncio.to_thread(webbrowser.open, f"http://{address}/")
        await server.run_until_stopped()
        await preview.stop()

    asyncio.run(run())
