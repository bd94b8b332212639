"""The server: Telegram's webhook, `/health` and `/metrics`. It belongs behind a proxy that speaks TLS."""

from __future__ import annotations

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

from bot.errors import StoreUnavailable, UsageError
from bot.staff_language import translate
from bot.usecases import metrics
from bot.usecases.ports import Clock
from bot.usecases.queues import QueueCounts

#: Bytes of a request; an update has some thousands.
MAX_BODY_BYTES = 1 << 20
#: What Telegram repeats in every request (Bot API, setWebhook).
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class BodyTooLarge(Exception):
    """A request whose body is longer than any update."""


def webhook(path: str, secret: str, take: Callable[[str], Awaitable[bool]]) -> Route:
    """Return the route that Telegram posts updates to.

    `take` stores an update and returns once that is committed; False for JSON that is no update. It raises StoreUnavailable, and
    ValueError or RecursionError for text that is no JSON.
    """

    async def deliver(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
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
    """Read a body, no further than it may be long. Raises BodyTooLarge."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)


def monitoring(counts: Callable[[], Awaitable[QueueCounts]], faults: Callable[[], Sequence[str]], clock: Clock) -> list[Route]:
    """Return the routes `/health` and `/metrics`; `faults` names the parts that do not work now."""

    async def health(_: Request) -> Response:
        found = list(faults())
        try:
            await counts()
        except StoreUnavailable:
            found.append("database")
        return JSONResponse({"status": "failing" if found else "ok", "faults": found}, 503 if found else 200)

    async def measured(_: Request) -> Response:
        with contextlib.suppress(StoreUnavailable):
            _gauge(await counts(), clock())
        return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/metrics", measured)]


def _gauge(counts: QueueCounts, now: float) -> None:
    for name, depth in (("inbox", counts.inbox), ("outbox", counts.outbox)):
        metrics.QUEUE_WAITING.labels(name).set(depth.waiting)
        metrics.QUEUE_AGE.labels(name).set(max(0.0, now - depth.oldest) if depth.waiting else 0.0)
    metrics.QUARANTINED.set(counts.quarantined)
    metrics.OPEN_CASES.set(counts.open_cases)
    metrics.CHATS.set(counts.chats)


def path_of(url: str) -> str:
    """Return the path of a webhook's address."""
    return urlsplit(url).path or "/"


class Server(uvicorn.Server):
    """An HTTP server that leaves signals to the process it runs in."""

    def __init__(self, routes: Sequence[Route], listen: str, port: int) -> None:
        """Take the port at once. Raises UsageError if it cannot be had."""
        app = Starlette(routes=list(routes))
        super().__init__(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2))
        self._socket = _bound(listen, port)

    @property
    def port(self) -> int:
        """Return the port that was taken."""
        return int(self._socket.getsockname()[1])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
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
