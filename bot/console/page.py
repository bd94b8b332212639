"""The console's page and its files, served at once while the rest of the console is still starting.

Nothing of the bot is imported here, so that the page comes at once. Other requests wait until the console has started.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATIC = Path(__file__).parent / "static"

#: The headers of OWASP's Secure Headers Project, for a page that needs nothing from outside.
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
        " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "strict-transport-security": "max-age=31536000",
    "x-permitted-cross-domain-policies": "none",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def is_of_page(path: str) -> bool:
    """Return True for the path of the page or one of its files, which everybody may read."""
    return path == "/" or path.startswith("/static/")


def page_routes() -> list[BaseRoute]:
    """Return the routes of the page and its files."""
    return [
        Route("/", lambda _: FileResponse(_STATIC / "index.html"), methods=["GET"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


def with_headers(send: Send) -> Send:
    """Return a way to send an answer that has all `SECURITY_HEADERS`."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


class Entrance:
    """A web application that serves the page at once; other requests wait for the console, which checks them itself."""

    def __init__(self, hosts: Collection[str], console: Callable[[], Awaitable[ASGIApp]]) -> None:
        """Set up for a console that is still starting; `hosts` are the names, with port, of this machine."""
        self._hosts = frozenset(hosts)
        self._console = console
        self._page = Starlette(routes=page_routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_reading = scope["type"] == "http" and scope["method"] == "GET" and is_of_page(scope["path"])
        if is_reading and Headers(scope=scope).get("host") in self._hosts:
            await self._page(scope, receive, with_headers(send))
        else:
            console = await self._console()
            await console(scope, receive, send)
