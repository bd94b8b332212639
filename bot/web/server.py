"""The server: Telegram's webhook, `/health` and `/metrics`. It belongs behind a proxy that speaks TLS."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from urllib.parse import urlsplit

import prometheus_client
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.usecases import metrics
from bot.usecases.ports import Clock
from bot.usecases.queues import QueueCounts

#: Bytes of a request; an update has some thousands.
MAX_BODY_BYTES = 1 << 20
#: Seconds that an update may wait to be handled (one that fails is tried for three minutes), and a reply to be sent.
_MAX_UPDATE_AGE, _MAX_REPLY_AGE = 300.0, 120.0
#: Connections at a time: Telegram opens up to 100. Those beyond are closed at once.
MAX_CONNECTIONS = 256
#: Seconds for a whole request, headers and body.
REQUEST_SECONDS = 10.0
#: The header in which Telegram repeats the secret in every request (Bot API, setWebhook).
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class BodyTooLarge(Exception):
    """A request whose body is longer than any update."""


def webhook(path: str, secret: str, take: Callable[[str], Awaitable[bool]]) -> Route:
    """Return the route to which Telegram posts updates.

    `take` stores an update and returns once that is committed; False for JSON that is no update. It raises StoreUnavailable, and
    ValueError or RecursionError for text that is no JSON.
    """

    async def deliver(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()):
            return Response(status_code=403)
        try:
            taken = await take((await _body(request)).decode())
        except BodyTooLarge:
            return Response(status_code=413)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        except (StoreUnavailable, ClientDisconnect):
            # Telegram delivers it again.
            return Response(status_code=503)
        return Response(status_code=200 if taken else 400)

    return Route(path, deliver, methods=["POST"])


async def _body(request: Request) -> bytes:
    """Read the body of a request up to the allowed length. Raises BodyTooLarge if it is longer."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)


def monitoring(counts: Callable[[], Awaitable[QueueCounts]], faults: Callable[[], Sequence[str]], clock: Clock) -> list[Route]:
    """Return the routes `/health` and `/metrics`; `faults` names the parts that do not work now.

    The bot is healthy while citizens get replies: none waits long in a queue, and the database and all parts work.
    """

    async def found_now() -> tuple[list[str], QueueCounts | None]:
        found = list(faults())
        try:
            counted = await counts()
        except Exception:  # noqa: BLE001 - a damaged table as well as a server that is away
            return [*found, "database"], None
        return found + _late(counted, clock()), counted

    async def health(_: Request) -> Response:
        found, _counted = await found_now()
        return JSONResponse({"status": "failing" if found else "ok", "faults": found}, 503 if found else 200)

    async def measured(_: Request) -> Response:
        found, counted = await found_now()
        if counted is not None:
            _gauge(counted, clock())
        metrics.BROKEN_PARTS.clear()
        for part in found:
            metrics.BROKEN_PARTS.labels(part).set(1)
        return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/metrics", measured)]


def _late(counts: QueueCounts, now: float) -> list[str]:
    """Return the names of the queues in which a citizen has waited for too long."""
    oldest = (("updates", counts.inbox.oldest, _MAX_UPDATE_AGE), ("replies", counts.oldest_reply, _MAX_REPLY_AGE))
    return [name for name, since, longest in oldest if since and now - since > longest]


def _gauge(counts: QueueCounts, now: float) -> None:
    for name, depth in (("inbox", counts.inbox), ("outbox", counts.outbox)):
        metrics.QUEUE_WAITING.labels(name).set(depth.waiting)
        metrics.QUEUE_AGE.labels(name).set(max(0.0, now - depth.oldest) if depth.waiting else 0.0)
    metrics.REPLY_AGE.set(max(0.0, now - counts.oldest_reply) if counts.oldest_reply else 0.0)
    metrics.QUARANTINED.set(counts.quarantined)
    metrics.OPEN_CASES.set(counts.open_cases)
    metrics.CHATS.set(counts.chats)


def path_of(url: str) -> str:
    """Return the path of a webhook's address."""
    return urlsplit(url).path or "/"


class GuardedProtocol(HttpToolsProtocol):
    """HTTP with limits on connections and on the seconds that a request may take; slow clients are dropped."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
        else:
            self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._expect_nothing()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._expect_request()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End reading a request."""
        self._expect_nothing()
        super().on_message_complete()

    def _expect_request(self) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Server(uvicorn.Server):
    """An HTTP server that leaves signals to the process it runs in."""

    def __init__(self, routes: Sequence[Route], listen: str, port: int) -> None:
        """Bind the port at once. Raises UsageError if it is in use."""
        app = Starlette(routes=list(routes))
        super().__init__(
            uvicorn.Config(
                app,
                http=GuardedProtocol,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._socket = _bound(listen, port)

    @property
    def port(self) -> int:
        """Return the port that was taken."""
        return int(self._socket.getsockname()[1])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process, unlike uvicorn's own server."""
        yield

    async def run_until_stopped(self) -> None:
        """Serve until `should_exit` is set."""
        await self.serve(sockets=[self._socket])


def _bound(listen: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listen, port))
    except OSError as error:
        bound.close()
        message = translate(
            "La porta {port} su {address} non si può usare: {reason}. Cambia telegram.webhook.port, o ferma chi la usa."
        )
        raise UsageError(message.format(port=port, address=listen, reason=error.strerror)) from error
    return bound
