"""The guard of the console: it admits only requests from its own pages and, beside a running bot, only visitors with a cookie.

Headers keep a browser from anything else. What a role may change is in `server.py`.
"""

from __future__ import annotations

import getpass
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.console.page import is_of_page, with_headers
from bot.errors import RoleUnavailable
from bot.staff_language import translate
from bot.usecases.console_access import VISIT_SECONDS, ConsoleAccess, ConsoleRole, Visitor

#: A header that a page of another site cannot send without being asked first, and nobody answers that question.
CONSOLE_HEADER = "x-console"
#: Bytes of a request: an archive of content is the longest.
MOST_BYTES = 25_000_000
#: The cookie of a visit: browsers keep a name that begins so to one host and to https.
COOKIE = "__Host-console"
#: The key of a request's scope: the visitor who makes it.
VISITOR = "console.visitor"
#: Requests that are answered in so many seconds, and tries to enter.
_WINDOW_SECONDS, _MOST_REQUESTS, _MOST_TRIES = 60.0, 1200, 30
#: Seconds for which a role is remembered for reading; whoever does something is looked up each time.
_ROLE_SECONDS = 5.0
#: The path by which a visitor enters; the page and its files are open too.
_ENTER_PATH = "/api/enter"


def local_visitor() -> Visitor:
    """Return the visitor who uses the console on their own machine, with all rights."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return Visitor("console", name, ConsoleRole.EDITOR)


def refusal_without_role() -> tuple[int, str]:
    """Return the refusal of a request while Telegram does not say which role its visitor has."""
    return 503, translate("Telegram non risponde: ora non posso controllare i tuoi diritti. Riprova tra un minuto.")


def cookie_header(value: str) -> str:
    """Return the header that keeps a visit in the browser: no script reads it, and no other site sends it."""
    return f"{COOKIE}={value}; Path=/; Max-Age={VISIT_SECONDS:.0f}; Secure; HttpOnly; SameSite=Strict"


class Visits:
    """The visits of a console beside a running bot: the visitor of each cookie, with the role that their group gives them now."""

    def __init__(self, access: ConsoleAccess, role_of: Callable[[int], Awaitable[ConsoleRole | None]]) -> None:
        """Set up; `role_of` returns the present role of an account, and raises RoleUnavailable if it cannot be known."""
        self.access = access
        self._role_of = role_of
        #: The roles by the actor, each with the time at which it was read.
        self._roles: dict[str, tuple[float, ConsoleRole | None]] = {}

    async def visitor(self, cookie: str, now: float, *, is_act: bool) -> Visitor | None:
        """Return the visitor of a cookie with their present role; None if the cookie is invalid or they have no role any more.

        Raises RoleUnavailable if the role cannot be known.
        """
        visitor = self.access.visitor(cookie, now)
        return await self.in_present_role(visitor, now, is_act=is_act) if visitor is not None else None

    async def in_present_role(self, visitor: Visitor, now: float, *, is_act: bool = True) -> Visitor | None:
        """Return a visitor with their present role; None if they have none. Raises RoleUnavailable if it cannot be known."""
        at, role = self._roles.get(visitor.actor, (0.0, None))
        if is_act or not at <= now < at + _ROLE_SECONDS:
            role = await self._role_of(int(visitor.actor.removeprefix("telegram:")))
            self._roles = {actor: one for actor, one in self._roles.items() if now < one[0] + _ROLE_SECONDS}
            self._roles[visitor.actor] = (now, role)
        return replace(visitor, role=role) if role is not None else None


class Guard:
    """Refuses requests from other sites or without a visitor, and adds security headers to every answer."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], clock: Callable[[], float], visits: Visits | None = None) -> None:
        """Guard an app; requests for host names outside `hosts` (with port) are refused, against DNS rebinding.

        Without `visits`, on one's own machine, nobody has to enter.
        """
        self._app = app
        self._hosts = frozenset(hosts)
        self._clock = clock
        self._visits = visits
        self._requests: deque[float] = deque(maxlen=_MOST_REQUESTS)
        self._tries: deque[float] = deque(maxlen=_MOST_TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers) or self._refusal_of_haste(scope["path"])
        visitor: Visitor | None = None
        if refusal is None and scope["path"] != _ENTER_PATH and not is_of_page(scope["path"]):
            visitor, refusal = await self._admitted(headers, is_act=scope["method"] == "POST")
        answer: ASGIApp = self._app
        if refusal is not None:
            status, words = refusal
            is_call = scope["path"].startswith("/api/")
            answer = JSONResponse({"problems": [words]}, status) if is_call else PlainTextResponse(words, status)
        await answer({**scope, VISITOR: visitor}, receive, with_headers(send))

    async def _admitted(self, headers: Headers, *, is_act: bool) -> tuple[Visitor | None, tuple[int, str] | None]:
        """Return the visitor of a request, or the refusal if they have not entered or have lost their role."""
        if self._visits is None:
            return local_visitor(), None
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
            visitor = await self._visits.visitor(found.value, self._clock(), is_act=is_act) if found is not None else None
        except CookieError:
            visitor = None
        except RoleUnavailable:
            return None, refusal_without_role()
        entry = translate("Per entrare, scrivi /console nel gruppo dei Social Manager: il bot ti manda un link.")
        return visitor, None if visitor is not None else (401, entry)

    def _refusal_of_haste(self, path: str) -> tuple[int, str] | None:
        """Return the refusal of a visitor who sends too many requests; None if the request may go on."""
        if self._is_too_much(self._tries if path == _ENTER_PATH else self._requests):
            return 429, translate("Troppe richieste in poco tempo. Aspetta un minuto e riprova.")
        return None

    def _is_too_much(self, times: deque[float]) -> bool:
        now = self._clock()
        is_full = len(times) == times.maxlen and now - times[0] < _WINDOW_SECONDS
        if not is_full:
            times.append(now)
        return is_full

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
