"""The HTTP client against servers on the loopback that answer, break off, keep silent or are not there."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from telegram.error import NetworkError, TimedOut

from bot.fake_telegram import TOKEN, multipart
from bot.tg.api import FILE, Api, api_of, make
from bot.tg.http_client import ConnectionFailed, HttpClient
from bot.usecases.calls import Accepted, CallKind, CallOutcome, ClaimedCall, RetryLater, UnknownOutcome
from tests.certificates import write_certificate

pytestmark = pytest.mark.asyncio

BODY = b'{"ok":true,"result":{"message_id":5}}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
MESSAGE = ClaimedCall(1, 7, CallKind.MESSAGE, "sendMessage", '{"text": "ciao"}', 0.0, 0, 0)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server that reads requests, remembers them, and answers each as it was told to."""

    def __init__(self, *answers: bytes | None, closes: bool = False) -> None:
        #: The answers in turn, the last one for good; None for none at all.
        self.answers = list(answers)
        self.closes = closes
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.asked = asyncio.Event()
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        try:
            while head := await _head(reader):
                first, *lines = head.decode().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
                self.requests.append((first, headers, await reader.readexactly(int(headers.get("content-length", "0")))))
                self.asked.set()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    await reader.read()
                    return
                writer.write(answer)
                await writer.drain()
                if self.closes:
                    return
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n\r\n"))[:-4]
    except asyncio.IncompleteReadError:
        return b""


@asynccontextmanager
async def running(server: Server, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve on the loopback; yields the root of the address."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield f"https://localhost:{server.port}" if context else f"http://127.0.0.1:{server.port}"


@asynccontextmanager
async def api_at(root: str, read: float = 5.0) -> AsyncIterator[Api]:
    """The Bot API of a root."""
    api = api_of(TOKEN, root, HttpClient(2, connect=5.0, read=read), HttpClient(1, connect=5.0, read=read))
    try:
        yield api
    finally:
        await api.shutdown()


async def test_a_call_is_a_form_and_its_nested_values_are_json() -> None:
    server = Server(ANSWER)
    call = replace(MESSAGE, payload='{"text": "perch\\u00e9 & no", "x": {"y": [1]}}')
    async with running(server) as root, api_at(root) as api:
        assert await make(api, call) == Accepted((5,))
    first, headers, body = server.requests[0]
    assert first == f"POST /bot{TOKEN}/sendMessage HTTP/1.1"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    fields = dict(parse_qsl(body.decode(), strict_parsing=True))
    assert (fields["chat_id"], fields["text"], json.loads(fields["x"])) == ("7", "perché & no", {"y": [1]})


async def test_a_file_is_uploaded_under_its_name_beside_the_other_parameters() -> None:
    server = Server(ANSWER)
    document = {"document": {"name": 'età "2".ics', FILE: "BEGIN:VCALENDAR\r\nè"}, "caption": "Le date à"}
    async with running(server) as root, api_at(root) as api:
        assert await make(api, ClaimedCall(1, 7, CallKind.MESSAGE, "sendDocument", json.dumps(document), 0.0, 0, 0)) == Accepted(
            (5,)
        )
    _, headers, body = server.requests[0]
    fields, files = multipart.read_form(headers["content-type"], body)
    [(name, content)] = files.values()
    assert (fields["chat_id"], fields["caption"]) == ("7", "Le date à")
    assert (name.endswith(".ics"), content.decode()) == (True, "BEGIN:VCALENDAR\r\nè")


async def test_calls_share_a_connection_and_a_closed_one_is_opened_anew() -> None:
    server = Server(ANSWER)
    async with running(server) as root, api_at(root) as api:
        for _ in range(3):
            assert await make(api, MESSAGE) == Accepted((5,))
    assert (server.connections, len(server.requests)) == (1, 3)
    closing = Server(ANSWER, closes=True)
    async with running(closing) as root, api_at(root) as api:
        for _ in range(3):
            assert await make(api, MESSAGE) == Accepted((5,))
            await asyncio.sleep(0)
    assert len(closing.requests) == 3


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"", UnknownOutcome("ServerDisconnectedError")),
        (ANSWER[:-5], UnknownOutcome("ClientPayloadError")),
        (b"what is this?\r\n\r\n", UnknownOutcome("ClientResponseError")),
    ],
    ids=["none", "half", "no HTTP"],
)
async def test_a_connection_that_breaks_leaves_the_call_in_doubt(answer: bytes, outcome: CallOutcome) -> None:
    async with running(Server(answer, closes=True)) as root, api_at(root) as api:
        assert await make(api, MESSAGE) == outcome


async def test_silence_ends_in_time_and_leaves_the_call_in_doubt() -> None:
    async with running(Server(None)) as root, api_at(root, read=0.02) as api:
        assert await make(api, MESSAGE) == UnknownOutcome("SocketTimeoutError")
        with pytest.raises(TimedOut):
            await api.call("getMe", {})


async def test_a_long_poll_waits_beyond_the_timeout_of_a_call() -> None:
    server = Server(ANSWER)
    async with running(server) as root, api_at(root, read=0.0) as api:
        assert await api.get_updates_text(3, ["message"], wait=5) == BODY.decode()
    assert dict(parse_qsl(server.requests[0][2].decode()))["offset"] == "3"


async def test_nothing_was_sent_without_a_connection() -> None:
    server = Server(ANSWER)
    async with running(server) as root:
        pass
    async with api_at(root) as api:
        assert await make(api, MESSAGE) == RetryLater(0.0, "ClientConnectorError")
    async with api_at("http://there-is-no-such-host.invalid") as api:
        assert await make(api, MESSAGE) == RetryLater(0.0, "ClientConnectorDNSError")


async def test_nothing_is_sent_while_all_connections_are_taken() -> None:
    server = Server(None, ANSWER)
    async with running(server) as root:
        client = HttpClient(1, connect=5.0, read=5.0)
        waiting = asyncio.create_task(client.do_request(root, "POST"))
        await server.asked.wait()
        with pytest.raises(ConnectionFailed):
            await client.do_request(root, "POST", connect_timeout=0.0, pool_timeout=0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await client.shutdown()
    assert len(server.requests) == 1


async def test_only_a_server_that_proves_its_name_is_told_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = write_certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, tmp_path / "bot.key")
    server = Server(ANSWER)
    async with running(server, context) as root:
        async with api_at(root) as api:
            assert await make(api, MESSAGE) == RetryLater(0.0, "ClientConnectorCertificateError")
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with api_at(root) as api:
            assert await make(api, MESSAGE) == Accepted((5,))


async def test_calls_go_through_the_proxy_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Server(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    async with running(proxy) as root:
        monkeypatch.setenv("HTTPS_PROXY", root)
        async with api_at("https://api.telegram.test") as api:
            assert await make(api, MESSAGE) == RetryLater(0.0, "ClientHttpProxyError")
    assert [first for first, _, _ in proxy.requests] == ["CONNECT api.telegram.test:443 HTTP/1.1"]


async def test_nobody_is_sent_elsewhere_with_what_people_wrote() -> None:
    elsewhere = Server(ANSWER)
    async with running(elsewhere) as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other}/x\r\nContent-Length: 0\r\n\r\n".encode()
        async with running(Server(moved)) as root, api_at(root) as api:
            assert isinstance(await make(api, MESSAGE), UnknownOutcome)
    assert elsewhere.requests == []


async def test_an_error_tells_nothing_of_the_token() -> None:
    async with api_at("http://127.0.0.1:1") as api:
        with pytest.raises(NetworkError) as found:
            await api.call("getMe", {})
    assert TOKEN not in str(found.value)
    assert TOKEN not in str(found.value.__cause__)
