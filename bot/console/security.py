"""Who may speak to the console: only pages that it served itself. Headers that keep a browser from anything else."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.staff_language import translate

#: A header that a page of another site cannot send without being asked first, and nobody answers that question.
CONSOLE_HEADER = "x-console"
#: Bytes of a request: an archive of content is the longest.
MOST_BYTES = 25_000_000


#: What OWASP's Secure Headers Project recommends, for a page that needs nothing from outside.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
        " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Refuses requests that no page of the console made, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """`hosts` are the names, with their port, under which the console is reached; any other is a trick with a name server."""
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        answer: ASGIApp = PlainTextResponse(refusal[1], refusal[0]) if refusal is not None else self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        """Return the status and words of a refusal; None for a request that may go on."""
        if headers.get("host", "") not in self._hosts:
            return 421, translate("Apri la console dall'indirizzo che il bot ha scritto quando è partito.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return 413, translate("Il file è troppo grande.")
        if method in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        is_foreign = origin is not None and origin.partition("://")[2] not in self._hosts
        if is_foreign or CONSOLE_HEADER not in headers:
            return 403, translate("Questa richiesta non viene dalla console.")
        if method != "POST":
            return 405, translate("Questa richiesta non viene dalla console.")
        return None
