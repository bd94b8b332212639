"""What each of Telegram's answers means for a call, as python-telegram-bot tells it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any as Json
from urllib.parse import parse_qsl

import httpx
import pytest
from telegram import User
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.core.desks import Desk
from bot.errors import UsageError
from bot.fake_telegram import TOKEN, CallFault, FakeRequest, FakeTelegram
from bot.fake_telegram.errors import migrated
from bot.tg import startup
from bot.tg.api import FILE, api_of, make
from bot.tg.groups import Groups
from bot.usecases.calls import (
    Accepted,
    Blocked,
    CallKind,
    CallOutcome,
    ClaimedCall,
    Moved,
    Refused,
    Replacement,
    RetryLater,
    TopicLost,
    UnknownOutcome,
)

CHANGE = "message can't be edited"


def call(kind: CallKind, method: str = "sendMessage", **params: Json) -> ClaimedCall:
    return ClaimedCall(1, 7, kind, method, json.dumps({"text": "ciao", **params}), 0.0, 0, 0)


MESSAGE, EDIT = call(CallKind.MESSAGE), call(CallKind.EDIT, "editMessageText", message_id=9)
TIDY, LEAVE = call(CallKind.CLEANUP, "editMessageText", message_id=9), call(CallKind.BEST_EFFORT, "leaveChat")
MUTED = "not enough rights to send text messages to the chat"
IN_TOPIC = call(CallKind.MESSAGE, message_thread_id=5)
OF_CASE = replace(IN_TOPIC, keys=("7:41",), case=1)


def anew(why: str) -> Replacement:
    """The same words as a new message."""
    return Replacement(CallKind.MESSAGE, "sendMessage", {"text": "ciao"}, why)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "made", "outcome"),
    [
        (CallFault.retry_after(17), MESSAGE, RetryLater(17, "Flood control exceeded. Retry in 0:00:17", rate=True)),
        (CallFault.blocked(), MESSAGE, Blocked("Forbidden: bot was blocked by the user")),
        (CallFault.bad_request("chat not found"), MESSAGE, Blocked("Chat not found")),
        (CallFault.bad_request(MUTED), MESSAGE, Blocked(MUTED.capitalize())),
        (CallFault(migrated(-1009)), MESSAGE, Moved(-1009)),
        (CallFault.bad_request("message is not modified: x"), EDIT, Accepted((9,))),
        (CallFault.bad_request("message to edit not found"), EDIT, anew("Message to edit not found")),
        (CallFault.bad_request(CHANGE), EDIT, anew("Message can't be edited")),
        (CallFault.bad_request("message to edit not found"), TIDY, Refused("Message to edit not found")),
        (CallFault.bad_request("message thread not found"), IN_TOPIC, Refused("Message thread not found")),
        (CallFault.bad_request("message thread not found"), OF_CASE, TopicLost("Message thread not found")),
        (CallFault.bad_request("BUTTON_DATA_INVALID"), MESSAGE, Refused("Button_data_invalid")),
        (CallFault.server_error(), MESSAGE, UnknownOutcome("Internal Server Error")),
        (CallFault.server_error(401, "Unauthorized"), MESSAGE, RetryLater(5.0, "Unauthorized")),
        (CallFault.timeout_after(), MESSAGE, UnknownOutcome("Timed out")),
        (CallFault.malformed(), MESSAGE, UnknownOutcome("Invalid server response")),
        (CallFault.blocked(), LEAVE, Refused("Forbidden: bot was blocked by the user")),
    ],
    ids=[
        "429", "403", "no-chat", "muted", "migrated", "not-modified", "edit-gone", "edit-impossible", "tidy-gone", "no-thread",
        "no-topic-of-case", "400", "500", "401", "timeout", "malformed", "act-403",
    ],
)  # fmt: skip
async def test_an_answer_means(fault: CallFault, made: ClaimedCall, outcome: CallOutcome) -> None:
    telegram = FakeTelegram()
    telegram.user(7).starts()
    telegram.faults.next(made.method, fault)
    api = api_of(TOKEN, "https://telegram.test/", FakeRequest(telegram), FakeRequest(telegram))
    assert await make(api, made) == outcome


@pytest.mark.asyncio
async def test_a_message_in_doubt_is_sent_again_only_when_telegram_answers() -> None:
    telegram = FakeTelegram()
    telegram.user(7).starts()
    telegram.faults.next("getMe", CallFault.timeout())
    api = api_of(TOKEN, "https://telegram.test/", FakeRequest(telegram), FakeRequest(telegram))
    in_doubt = replace(MESSAGE, unknown_outcomes=1)
    assert isinstance(await make(api, in_doubt), RetryLater)
    assert "sendMessage" not in [call.method for call in telegram.calls]
    assert isinstance(await make(api, in_doubt), Accepted)


@pytest.mark.asyncio
async def test_a_call_of_the_outbox_is_posted_as_a_form_with_nested_values_as_json() -> None:
    posted: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200, json={"ok": True, "result": {"message_id": 5}})

    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    api = api_of(TOKEN, "https://telegram.test", request, request)
    payload = '{"text": "perch\\u00e9",  "entities": [{"type": "bold", "offset": 0, "length": 1}]}'
    assert await make(api, replace(MESSAGE, payload=payload)) == Accepted((5,))
    assert await make(api, replace(LEAVE, payload="{}")) == Accepted((5,))
    assert [one.url.path.rpartition("/")[2] for one in posted] == ["sendMessage", "leaveChat"]
    assert [one.headers["content-type"] for one in posted] == ["application/x-www-form-urlencoded"] * 2
    fields = dict(parse_qsl(posted[0].content.decode()))
    assert (fields["chat_id"], fields["text"]) == ("7", "perché")
    assert json.loads(fields["entities"]) == [{"type": "bold", "offset": 0, "length": 1}]
    assert posted[1].content.decode() == "chat_id=7"


@pytest.mark.asyncio
async def test_a_file_among_the_parameters_is_uploaded() -> None:
    posted: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200, json={"ok": True, "result": {"message_id": 5}})

    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    api = api_of(TOKEN, "https://telegram.test", request, request)
    document = {"document": {"name": "date.ics", FILE: "BEGIN:VCALENDAR"}}
    assert await make(api, replace(MESSAGE, method="sendDocument", payload=json.dumps(document))) == Accepted((5,))
    assert posted[0].headers["content-type"].startswith("multipart/form-data")
    assert b"BEGIN:VCALENDAR" in posted[0].content


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "1", '"x"', "null", "<html>Benvenuti</html>", "", '{"ok": true}', '{"ok": true, "result": true}',
     '{"ok": true, "result": []}', '{"ok": true, "result": {"id": "x", "is_bot": true, "first_name": "x"}}',
     '{"ok": true, "result": {"username": "x"}}'],
)  # fmt: skip
async def test_a_server_that_is_no_bot_api_gets_one_sentence(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    monkeypatch.setattr("bot.tg.api._FIRST_PAUSE", 0.0)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    api = api_of(TOKEN, "https://example.test/", request, request)
    with pytest.raises(UsageError, match=r"^Su https://example\.test non risponde un server della Bot API di Telegram\."):
        await startup.who_am_i(api)


@pytest.mark.asyncio
@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"ok": true, "result": 1}', '{"ok": true, "result": ["x", {}]}'])
async def test_an_answer_of_another_shape_ends_no_call_with_another_error(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    monkeypatch.setattr("bot.tg.api._FIRST_PAUSE", 0.0)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    api = api_of(TOKEN, "https://example.test/", request, request)
    api._bot_user = User(1, "Bot", is_bot=True)
    groups = Groups([Desk("principale", -1001)])
    await groups.look(api, [-1001])
    with suppress(TelegramError):
        await api.call("answerCallbackQuery", {"callback_query_id": "x"})
    assert isinstance(await make(api, MESSAGE), UnknownOutcome | Accepted)
