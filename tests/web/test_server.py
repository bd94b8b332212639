"""The webhook, `/health` and `/metrics`, asked as a proxy would ask; and the port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any as Json

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from telegram.error import TelegramError

from bot.errors import StoreUnavailable, UsageError
from bot.fake_telegram import CallFault
from bot.fake_telegram.delivery import SECRET_HEADER, Delivery
from bot.usecases.calls import CallKind, Outgoing
from bot.usecases.queues import QueueCounts, QueueDepth
from bot.web.server import MAX_BODY_BYTES, Server, monitoring, path_of, webhook
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

SECRET = "geheim_42-"
URL = "http://bot.test/telegram/hook"
UPDATE = {"update_id": 500, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "ciao"}}


@pytest_asyncio.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever reaches the server of a scene's bot."""
    process = scene.process
    routes = [webhook(path_of(URL), SECRET, process.take), *monitoring(process.queue_counts, process.faults, scene.clock)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        yield client


def signed(**more: str) -> dict[str, str]:
    return {SECRET_HEADER: SECRET, **more}


# --- The webhook


async def test_an_update_is_taken_with_the_right_secret(scene: Scene, client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json=UPDATE, headers=signed())
    assert response.status_code == 200
    assert scene.rows("SELECT update_id, lane, state FROM inbox") == [(500, 7, "waiting")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: "falsch"},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: b"\xff\xfe"},
        {"X-Other": SECRET},
    ],
    ids=["missing", "empty", "wrong", "longer", "shorter", "case", "bytes", "elsewhere"],
)
async def test_without_the_right_secret_nothing_is_taken(
    scene: Scene, client: httpx.AsyncClient, headers: dict[str, str | bytes]
) -> None:
    response = await client.post(URL, content=json.dumps(UPDATE), headers=headers)
    assert (response.status_code, response.content) == (403, b"")
    assert scene.rows("SELECT count(*) FROM inbox") == [(0,)]


async def test_a_body_that_no_update_has_is_not_read(scene: Scene, client: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1 << 16
            yield b" " * (1 << 16)

    response = await client.post(URL, content=endless(), headers=signed())
    assert response.status_code == 413
    assert read <= 2 * MAX_BODY_BYTES
    assert scene.rows("SELECT count(*) FROM inbox") == [(0,)]


async def test_the_largest_body_is_read(client: httpx.AsyncClient) -> None:
    body = json.dumps(UPDATE).encode()
    assert (await client.post(URL, content=body.ljust(MAX_BODY_BYTES), headers=signed())).status_code == 200
    assert (await client.post(URL, content=body.ljust(MAX_BODY_BYTES + 1), headers=signed())).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"nope", b'{"update_id": 1', b"[" * 100_000, b"\x00", b'{"update_id": ' + b"9" * 5000 + b"}"],
    ids=["empty", "open", "not-utf8", "word", "cut", "deep", "nul", "long-number"],
)
async def test_what_is_no_json_is_a_bad_request(scene: Scene, client: httpx.AsyncClient, body: bytes) -> None:
    assert (await client.post(URL, content=body, headers=signed())).status_code == 400
    assert scene.rows("SELECT count(*) FROM inbox") == [(0,)]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        1,
        "x",
        None,
        {"update_id": "1"},
        {"update_id": True},
        {"update_id": -1},
        {"update_id": 1.0},
        {"update_id": 2**64},
        [UPDATE],
    ],
)
async def test_what_is_no_update_is_a_bad_request(scene: Scene, client: httpx.AsyncClient, body: Json) -> None:
    assert (await client.post(URL, json=body, headers=signed())).status_code == 400
    assert scene.rows("SELECT count(*) FROM inbox") == [(0,)]


async def test_an_update_is_stored_when_the_answer_comes_and_not_before(scene: Scene, client: httpx.AsyncClient) -> None:
    """A process that is killed after its answer loses nothing."""
    rows = []

    async def taking(text: str) -> bool:
        rows.append(scene.rows("SELECT count(*) FROM inbox"))
        taken = await scene.process.take(text)
        rows.append(scene.rows("SELECT count(*) FROM inbox"))
        return taken

    transport = httpx.ASGITransport(Starlette(routes=[webhook("/", SECRET, taking)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as other:
        assert (await other.post("/", json=UPDATE, headers=signed())).status_code == 200
    assert rows == [[(0,)], [(1,)]]
    del client


async def test_an_update_that_comes_again_is_taken_and_stored_once(scene: Scene, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await client.post(URL, json=UPDATE, headers=signed())).status_code == 200
    assert scene.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_while_the_database_is_away_telegram_is_asked_to_come_again() -> None:
    async def away(_: Json) -> bool:
        raise StoreUnavailable("locked")

    transport = httpx.ASGITransport(Starlette(routes=[webhook("/", SECRET, away)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        response = await client.post("/", json=UPDATE, headers=signed())
    assert (response.status_code, response.content) == (503, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/telegram/hook", 405), ("POST", "/", 404), ("POST", "/telegram", 404), ("GET", "/x", 404)],
)
async def test_there_is_nothing_else(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await client.request(method, path, headers=signed())).status_code == status


@pytest.mark.parametrize(
    ("url", "path"), [("https://a.example", "/"), ("https://a.example/x/y", "/x/y"), ("https://a.example/?q=1", "/")]
)
async def test_the_path_is_that_of_the_address(url: str, path: str) -> None:
    assert path_of(url) == path


async def test_a_whole_conversation_comes_by_webhook(scene: Scene, client: httpx.AsyncClient, anna: Phone) -> None:
    scene.telegram.call("setWebhook", {"url": URL, "secret_token": SECRET})
    delivery = Delivery(scene.telegram, client)

    async def on() -> None:
        assert await delivery.deliver()
        await scene.settle()

    anna.person.starts()
    await on()
    for button in ("Un bambino o una bambina", "1–2 anni", "Melegnano", "Asilo nido"):
        anna.person.presses(anna.front, button)
        await on()
    assert "Nido comunale" in anna.front.text
    assert scene.telegram.counts["getUpdates"] == 0 or scene.refusals[0] == ("getUpdates", 409)


# --- For whoever watches


async def test_a_bot_that_works_is_healthy(client: httpx.AsyncClient) -> None:
    response = await client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "faults": []})


async def test_what_does_not_work_is_named(scene: Scene, client: httpx.AsyncClient) -> None:
    scene.parts.polling.healthy = scene.parts.inbound.healthy = False
    response = await client.get("/health")
    assert (response.status_code, response.json()) == (503, {"status": "failing", "faults": ["inbound", "polling"]})


async def test_a_reply_that_nobody_gets_is_named_unless_they_have_blocked_the_bot(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    reply = Outgoing(7, CallKind.MESSAGE, "sendMessage", {"text": "risposta"})
    await scene.parts.store.do(lambda unit: unit.outbox.put(reply, scene.clock()))
    scene.clock.advance(60)
    assert (await client.get("/health")).status_code == 200
    scene.clock.advance(90)
    assert (await client.get("/health")).json()["faults"] == ["replies"]
    metrics = (await client.get("/metrics")).text
    assert "bot_reply_oldest_seconds 150.0" in metrics
    assert 'bot_fault{part="replies"} 1.0' in metrics
    await scene.parts.store.do(lambda unit: unit.outbox.block(7))
    assert (await client.get("/health")).status_code == 200
    assert "bot_fault{" not in (await client.get("/metrics")).text


async def test_a_token_that_was_revoked_is_named_until_it_is_accepted(scene: Scene, client: httpx.AsyncClient) -> None:
    scene.telegram.faults.next("getMe", CallFault.server_error(401, "Unauthorized"))
    with suppress(TelegramError):
        await scene.parts.api.call("getMe", {})
    assert (await client.get("/health")).json()["faults"] == ["token"]
    await scene.parts.api.call("getMe", {})
    assert (await client.get("/health")).status_code == 200


@contextlib.asynccontextmanager
async def served(monkeypatch: pytest.MonkeyPatch, **limits: float) -> AsyncIterator[Server]:
    """A server on the loopback with other limits."""
    for name, limit in limits.items():
        monkeypatch.setattr(f"bot.web.server.{name}", limit)

    async def take(_: str) -> bool:
        return True

    server = Server([webhook("/hook", SECRET, take)], "127.0.0.1", 0)
    task = asyncio.create_task(server.run_until_stopped())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells in no other way
        await asyncio.sleep(0)
    try:
        yield server
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize(
    "begun",
    [b"", b"POST /ho", b"POST /hook HTTP/1.1\r\nHost: x\r\n",
     f"POST /hook HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n{{".encode()],
    ids=["nothing", "line", "headers", "body"],
)  # fmt: skip
async def test_a_slow_client_is_dropped(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    async with served(monkeypatch, REQUEST_SECONDS=0.05) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(begun)
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5.0) == b""
        writer.close()


async def test_connections_beyond_the_most_are_closed_and_others_served(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(monkeypatch, MAX_CONNECTIONS=2) as server:
        url = f"http://127.0.0.1:{server.port}/hook"
        async with httpx.AsyncClient() as client:
            assert (await client.post(url, json=UPDATE, headers=signed())).status_code == 200
            held = await asyncio.open_connection("127.0.0.1", server.port)
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), 5.0) == b""
            assert (await client.post(url, json=UPDATE, headers=signed())).status_code == 200
        writer.close()
        held[1].close()


async def test_a_database_that_is_away_is_named_and_metrics_are_given_all_the_same() -> None:
    async def away() -> QueueCounts:
        raise StoreUnavailable("locked")

    transport = httpx.ASGITransport(Starlette(routes=monitoring(away, list, lambda: 0.0)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        health, metrics = await client.get("/health"), await client.get("/metrics")
    assert (health.status_code, health.json()["faults"]) == (503, ["database"])
    assert metrics.status_code == 200


async def test_metrics_tell_of_updates_latency_queues_sends_and_quarantine(
    scene: Scene, client: httpx.AsyncClient, anna: Phone
) -> None:
    await anna.starts()
    anna.person.says("un bambino")
    await scene._poll()
    scene.clock.advance(12)
    text = (await client.get("/metrics")).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values['bot_queue_waiting{queue="inbox"}'] == "1.0"
    assert float(values['bot_queue_oldest_seconds{queue="inbox"}']) == pytest.approx(12)
    assert values['bot_queue_waiting{queue="outbox"}'] == "0.0"
    assert values["bot_quarantined"] == "0.0"
    assert values["bot_open_cases"] == "0.0"
    assert values["bot_chats"] == "1.0"
    for name in (
        "bot_updates_received_total",
        'bot_updates_handled_total{outcome="done"}',
        "bot_update_seconds_count",
        'bot_sends_total{kind="message",outcome="accepted"}',
    ):
        assert float(values[name]) >= 1
    assert "Anna" not in text
    assert "bambino" not in text


async def test_metrics_can_be_read_while_nothing_waits(scene: Scene) -> None:
    counts = QueueCounts(QueueDepth(0, 0.0), QueueDepth(0, 0.0), 3, 0, 2)

    async def counted() -> QueueCounts:
        return counts

    transport = httpx.ASGITransport(Starlette(routes=monitoring(counted, list, scene.clock)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        text = (await client.get("/metrics")).text
    assert 'bot_queue_oldest_seconds{queue="inbox"} 0.0' in text
    assert "bot_quarantined 3.0" in text


# --- The port


async def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"^La porta {port} su 127\.0\.0\.1 non si può usare: .*telegram\.webhook\.port"):
            Server([], "127.0.0.1", port)


async def test_an_address_that_is_not_ours_is_said_in_a_sentence() -> None:
    with pytest.raises(UsageError, match=r"^La porta 8080 su 192\.0\.2\.1 non si può usare"):
        Server([], "192.0.2.1", 8080)
