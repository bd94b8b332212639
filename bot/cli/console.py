"""`python -m bot console`: the staff's web application on this machine only: a preview of the bot, and its content."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import webbrowser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import ContentOption
from bot.console.page import Entrance
from bot.home import HOME
from bot.staff_language import translate
from bot.web.server import Server

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.cli.console_rooms import Rooms

#: The first port that is tried; with 0 the system chooses one.
CONSOLE_PORT = 8765

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help=translate("La porta su questa macchina."))]


def has_screen() -> bool:
    """Return True if a person sits at this machine: there is a terminal, and a screen on which a browser can open."""
    is_windowed = sys.platform in ("darwin", "win32") or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return sys.stdin.isatty() and sys.stdout.isatty() and is_windowed


def open_console(
    content: ContentOption = HOME,
    port: PortOption = CONSOLE_PORT,
    *,
    browser: Annotated[bool, typer.Option(help=translate("Apre il browser."))] = True,
) -> None:
    """Serve the console on this machine until Ctrl-C. Raises UsageError."""
    serve_console(content, port, opens_browser=browser)


def serve_console(content: Path, port: int = CONSOLE_PORT, *, opens_browser: bool = True) -> None:
    """Serve the console of a content folder on this machine until the process is told to stop."""
    asyncio.run(_serve(content, port, opens_browser=opens_browser))


async def _serve(content: Path, port: int, *, opens_browser: bool) -> None:
    """Serve the page at once, and open the rest of the console meanwhile. Raises UsageError if it cannot be opened."""
    server = Server([], "127.0.0.1", port)
    hosts = [f"127.0.0.1:{server.port}", f"localhost:{server.port}"]
    opening = asyncio.create_task(_opened(content, hosts, opens_browser=opens_browser))

    async def console() -> ASGIApp:
        return (await asyncio.shield(opening)).app

    server.config.app = Entrance(hosts, console)

    def end() -> None:
        server.should_exit = True
        if opening.done() and not opening.cancelled() and opening.exception() is None:
            opening.result().preview.release()

    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, end)
    opening.add_done_callback(lambda done: None if done.cancelled() or done.exception() is None else end())
    await server.run_until_stopped()
    await (await opening).stop()


async def _opened(content: Path, hosts: list[str], *, opens_browser: bool) -> Rooms:
    """Open the browser on the page, then open the rooms of the console, print their address, and return them."""
    address = f"http://{hosts[0]}/"
    typer.echo(translate("La console è su {address} (si ferma con Ctrl-C).").format(address=address))
    if opens_browser:
        await asyncio.to_thread(webbrowser.open, address)
    rooms: Rooms = (await asyncio.to_thread(import_module, "bot.cli.console_rooms")).open_rooms(content, hosts)
    if rooms.url:
        typer.echo(
            translate("Si entra da {address} con il link che il bot manda a chi scrive /console.").format(address=rooms.url)
        )
    rooms.console.start_preview()
    return rooms
