"""The HTTP face, without a socket; and the delivery to a webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import chain, repeat

import httpx
import pytest
import pytest_asyncio

from bot.fake_telegram import CallFault, FakeTelegram, Person
from bot.fake_telegram.delivery import SECRET_HEADER, Delivery
from bot.fake_telegram.http import asgi

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def client(telegram: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi(telegram)), base_url="http://telegram") as client:
        yield client


def url(telegram: FakeTelegram, method: str) -> str:
    return f"/bot{telegram.token}/{method}"


async def test_a_method_takes_json_forms_addresses_and_files(
    client: httpx.AsyncClient, telegram: FakeTelegram, anna: Person
) -> None:
    text = {"chat_id": "7", "text": "è qui"}
    answers = [
        await client.post(url(telegram, "sendMessage"), json=text | {"chat_id": 7}),
        await client.post(url(telegram, "sendMessage"), data=text),
        await client.get(url(telegram, "sendMessage"), params=text),
        await client.post(
            url(telegram, "sendDocument"),
            data={"chat_id": "7", "caption": "è qui"},
            files={"document": ("è.bin", b"\r\n--\x00\r")},
        ),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {message.text for message in anna.chat.from_bot} == {"è qui"}
    file_id = answers[-1].json()["result"]["document"]["file_id"]
    path = (await client.get(url(telegram, "getFile"), params={"file_id": file_id})).json()["result"]["file_path"]
    assert (await client.get(f"/file/bot{telegram.token}/{path}")).content == b"\r\n--\x00\r"


async def test_refusals_have_telegrams_status_and_body(client: httpx.AsyncClient, telegram: FakeTelegram) -> None:
    wrong = await client.get("/bot1:wrong/getMe")
    assert (wrong.status_code, wrong.json()) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
    assert (await client.get(url(telegram, "nothing"))).status_code == 404
    assert (await client.get("/file/bot1:wrong/a")).status_code == 401
    assert (await client.get(f"/file/bot{telegram.token}/a")).status_code == 404
    assert (
        await client.post(url(telegram, "getMe"), content=b"{", headers={"content-type": "application/json"})
    ).status_code == 400


async def test_too_many_requests_say_when_to_come_back(client: httpx.AsyncClient, telegram: FakeTelegram) -> None:
    telegram.faults.next("getMe", CallFault.retry_after(5))
    answer = await client.get(url(telegram, "getMe"))
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["parameters"]) == (429, "5", {"retry_after": 5})


async def test_a_broken_connection_breaks_off(client: httpx.AsyncClient, telegram: FakeTelegram) -> None:
    telegram.faults.next("getMe", CallFault.network())
    with pytest.raises(ConnectionResetError):
        await client.get(url(telegram, "getMe"))


async def hangs_up(telegram: FakeTelegram, method: str, query: bytes = b"") -> list[object]:
    """What a caller gets who hangs up as soon as it has asked."""
    sent: list[object] = []
    events = chain([{"type": "http.request", "body": b""}], repeat({"type": "http.disconnect"}))

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0)
        return next(events)

    async def send(event: dict[str, object]) -> None:
        sent.append(event)

    scope = {"type": "http", "method": "GET", "path": url(telegram, method), "query_string": query, "headers": []}
    await asgi(telegram)(scope, receive, send)
    return sent


async def test_a_timeout_keeps_the_caller_waiting(telegram: FakeTelegram) -> None:
    telegram.faults.next("getMe", CallFault.timeout())
    assert await hangs_up(telegram, "getMe") == []


async def test_a_bot_that_was_killed_in_a_long_poll_takes_nothing_more(telegram: FakeTelegram, anna: Person) -> None:
    await hangs_up(telegram, "getUpdates", b"timeout=30")
    assert telegram.updates.changed == []


async def test_people_can_be_played_from_outside(client: httpx.AsyncClient, telegram: FakeTelegram) -> None:
    await client.post("/fake/user/7/says", json={"text": "ciao", "first_name": "Anna"})
    markup = {"inline_keyboard": [[{"text": "Sì", "callback_data": "y"}]]}
    await client.post(url(telegram, "sendMessage"), json={"chat_id": 7, "text": "Va bene?", "reply_markup": markup})
    seen = (await client.get("/fake/chat/7")).json()["messages"]
    assert [(message["text"], message["from_bot"], message["labels"]) for message in seen] == [
        ("ciao", False, []),
        ("Va bene?", True, ["Sì"]),
    ]
    await client.post("/fake/user/7/presses", json={"message_id": seen[-1]["message_id"], "button": "Sì"})
    await client.post("/fake/user/7/sends", json={"kind": "photo", "reply_to": seen[-1]["message_id"]})
    await client.post("/fake/user/7/edits", json={"message_id": seen[0]["message_id"], "text": "buongiorno"})
    await client.post("/fake/user/7/reacts", json={"message_id": seen[1]["message_id"], "emoji": ["👍"]})
    await client.post("/fake/user/7/blocks_bot")
    kinds = [list(update)[1] for update in (await client.get(url(telegram, "getUpdates"))).json()["result"]]
    assert kinds == ["message", "callback_query", "message", "edited_message", "my_chat_member"]
    assert (await client.get("/fake/counts")).json() == {"sendMessage": 1, "getUpdates": 1}


async def test_groups_faults_and_redelivery_can_be_set_from_outside(client: httpx.AsyncClient, telegram: FakeTelegram) -> None:
    await client.post("/fake/group", json={"id": -1001, "title": "Sportello", "forum": True, "admins": [20]})
    await client.post(url(telegram, "createForumTopic"), json={"chat_id": -1001, "name": "Caso"})
    (topic,) = (await client.get("/fake/chat/-1001")).json()["topics"]
    await client.post("/fake/user/20/says", json={"text": "ok", "chat": -1001, "topic": topic["id"]})
    (update,) = (await client.get(url(telegram, "getUpdates"))).json()["result"]
    await client.post("/fake/redeliver", json={"ids": [update["update_id"]]})
    assert len((await client.get(url(telegram, "getUpdates"))).json()["result"]) == 2
    await client.post("/fake/fault", json={"method": "getMe", "kind": "bad_request", "argument": "no", "count": None})
    assert (await client.get(url(telegram, "getMe"))).json()["description"] == "Bad Request: no"
    await client.post("/fake/fault")
    assert (await client.get(url(telegram, "getMe"))).status_code == 200


async def test_what_nobody_can_do_is_told(client: httpx.AsyncClient) -> None:
    assert (await client.post("/fake/user/7/flies")).status_code == 422
    assert (await client.post("/fake/user/7/says", json={"text": " "})).json() == {"error": "nobody can send an empty message"}
    assert (await client.post("/fake/fault", json={"kind": "flood"})).status_code == 422


class Hook:
    """A bot's webhook that fails so many times before it takes an update."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.taken: list[tuple[str, str | None]] = []
        #: Set once so many were taken.
        self.awaited, self.enough = 0, asyncio.Event()

    async def waits_for(self, count: int) -> None:
        self.awaited = count
        self.enough.clear()
        await self.enough.wait()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.failures:
            self.failures -= 1
            return httpx.Response(500)
        self.taken.append((json.loads(request.content)["message"]["text"], request.headers.get(SECRET_HEADER)))
        if len(self.taken) == self.awaited:
            self.enough.set()
        return httpx.Response(200)


async def test_a_webhook_gets_updates_in_order_with_the_secret(telegram: FakeTelegram, anna: Person) -> None:
    telegram.call("setWebhook", {"url": "https://bot.example.it", "secret_token": "segreto"})
    hook = Hook()
    anna.says("uno")
    anna.says("due")
    async with httpx.AsyncClient(transport=httpx.MockTransport(hook)) as client:
        assert await Delivery(telegram, client).deliver()
    assert hook.taken == [("uno", "segreto"), ("due", "segreto")]
    assert telegram.updates.waiting() == []


async def test_what_a_webhook_does_not_take_is_posted_again_after_a_pause(telegram: FakeTelegram, anna: Person) -> None:
    telegram.call("setWebhook", {"url": "https://bot.example.it"})
    hook, pauses = Hook(failures=3), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        assert telegram.call("getWebhookInfo").json["result"]["last_error_message"] == (
            "Wrong response from the webhook: 500 Internal Server Error"
        )

    anna.says("uno")
    async with httpx.AsyncClient(transport=httpx.MockTransport(hook)) as client:
        task = asyncio.create_task(Delivery(telegram, client, pauses=(1, 2), pause=pause).run())
        await hook.waits_for(1)
        telegram.updates.doubles = 1
        anna.says("due")
        await hook.waits_for(3)
        task.cancel()
    assert pauses == [1, 2, 2]
    assert [text for text, _ in hook.taken] == ["uno", "due", "due"]


@pytest.mark.parametrize(
    ("error", "words"),
    [(httpx.ReadTimeout("late"), "Read timeout expired"), (httpx.ConnectError("closed"), "Connection refused")],
)
async def test_a_webhook_that_cannot_be_reached_keeps_its_updates(
    telegram: FakeTelegram, anna: Person, error: httpx.HTTPError, words: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    telegram.call("setWebhook", {"url": "https://bot.example.it"})
    anna.says("uno")
    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as client:
        assert not await Delivery(telegram, client).deliver()
    assert telegram.updates.failure == (telegram.now(), words)
    assert len(telegram.updates.waiting()) == 1


async def test_the_application_delivers_while_it_runs(telegram: FakeTelegram) -> None:
    app = asgi(telegram)
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0)
        assert len(telegram.updates.changed) == 1
    assert telegram.updates.changed == []
