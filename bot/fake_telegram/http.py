"""The in-memory Telegram behind HTTP, for bots and tests in other processes.

`asgi(telegram)` is the application; `python -m bot.fake_telegram.http` serves it.

`/bot<token>/<method>` and `/file/bot<token>/<path>` are the Bot API. All under `/fake/` is ours, for whoever plays people:

============================  =======================================================================================
POST /fake/user/<id>/<step>   what a person does: says, presses, sends, sends_document, sends_album, sends_location,
                              sends_contact, edits, reacts, starts, blocks_bot …; the body holds its arguments
POST /fake/group              a group is there: id, title, forum, basic, username, bot, admins and members (ids)
GET  /fake/chat/<id>          the messages of a chat, with buttons, edits and reactions; and its topics
POST /fake/fault              method, kind (a constructor of `CallFault`), argument, chat, count; empty: no more faults
GET  /fake/counts             how often each method was called
POST /fake/redeliver          ids: these updates arrive once more
============================  =======================================================================================

It has no doors of its own: bind it to the loopback interface.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.fake_telegram import multipart, polling
from bot.fake_telegram.delivery import Delivery
from bot.fake_telegram.errors import ApiError, Impossible, unauthorized
from bot.fake_telegram.faults import Break, CallFault
from bot.fake_telegram.parameters import JsonObject
from bot.fake_telegram.server import TOKEN, ApiResponse, FakeTelegram, refusal_response
from bot.fake_telegram.state import Chat, Message
from bot.fake_telegram.switchboard import ButtonPress, Upload

_PLAIN = frozenset({"starts", "blocks_bot", "unblocks_bot", "deletes_account"})
_SENDS = frozenset({"says", "sends", "sends_location", "sends_contact", "sends_document", "sends_album", *_PLAIN})
_FAULTS = frozenset({"retry_after", "blocked", "bad_request", "server_error", "timeout", "timeout_after", "network", "malformed"})


def asgi(telegram: FakeTelegram, *, deliver: bool = True) -> Starlette:
    """Return the web application; with `deliver` it posts to a webhook while it runs."""
    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", _method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", _file),
            Route("/fake/user/{id:int}/{step}", _step, methods=["POST"]),
            Route("/fake/group", _group, methods=["POST"]),
            Route("/fake/chat/{id}", _chat),
            Route("/fake/fault", _fault, methods=["POST"]),
            Route("/fake/redeliver", _redeliver, methods=["POST"]),
            Route("/fake/counts", _counts),
        ],
        exception_handlers={Impossible: _impossible, KeyError: _impossible, TypeError: _impossible},
        lifespan=_delivering if deliver else None,
    )
    app.state.telegram = telegram
    return app


@asynccontextmanager
async def _delivering(app: Starlette) -> AsyncIterator[None]:
    async with httpx.AsyncClient(timeout=30) as client:
        task = asyncio.create_task(Delivery(app.state.telegram, client).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


# -- the Bot API --------------------------------------------------------------------------------------------------------


async def _method(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    try:
        parameters, files = await _arguments(request)
    except ValueError:
        return _response(refusal_response(ApiError(400, "Bad Request: can't parse request")))
    token, method = request.path_params["token"], request.path_params["method"]
    answering = asyncio.create_task(polling.answer(telegram, method, parameters, files, token=token))
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # A bot that was killed in a long poll must not take what arrives after it.
        gone.cancel()
        answering.cancel()
        await asyncio.gather(gone, answering, return_exceptions=True)
    return Response(status_code=499) if answering.cancelled() else _response(answering.result())


async def _gone(request: Request) -> None:
    """Wait until the caller has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _arguments(request: Request) -> tuple[JsonObject, dict[str, Upload]]:
    """Return the parameters and files of a call, from all places where the Bot API takes them."""
    body, kind = await request.body(), request.headers.get("content-type", "")
    parameters: JsonObject = dict(request.query_params)
    if kind.startswith("multipart/form-data"):
        fields, files = multipart.read_form(kind, body)
        return parameters | fields, files
    if kind.startswith("application/json") and body:
        given = await request.json()
        if not isinstance(given, dict):
            raise ValueError("parameters are an object")
        return parameters | given, {}
    return parameters | dict(parse_qsl(body.decode(), keep_blank_values=True)), {}


def _response(answer: ApiResponse) -> Response:
    if answer.breaks in {Break.TIMEOUT, Break.TIMEOUT_AFTER}:
        return _Silence()
    if answer.breaks is Break.NETWORK:
        return _Cut()
    wait = answer.json.get("parameters", {}).get("retry_after") if answer.code == 429 else None
    return Response(answer.body, answer.code, {"Retry-After": str(wait)} if wait else None, "application/json")


class _Silence(Response):
    """A response that never comes: the caller waits until it gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        """Wait for the caller to go."""
        while (await receive())["type"] != "http.disconnect":
            pass


class _Cut(Response):
    """A response whose connection breaks before the promised length was sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        """Send less than was promised."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        raise ConnectionResetError("a fault that was asked for")


async def _file(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    if request.path_params["token"] != telegram.token:
        return _response(refusal_response(unauthorized()))
    try:
        return Response(telegram.download(request.path_params["path"]))
    except ApiError as error:
        return _response(refusal_response(error))


# -- the people's side --------------------------------------------------------------------------------------------------


async def _impossible(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    return JSONResponse({"error": str(error)}, 422)


async def _step(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    body: dict[str, Any] = await request.json() if await request.body() else {}
    person = telegram.user(request.path_params["id"], body.pop("first_name", ""), body.pop("language_code", "it"))
    step: str = request.path_params["step"]
    number = body.pop("chat", person.id)
    chat = None if number == person.id else telegram.chat(number)
    if step in _PLAIN:
        getattr(person, step)(**body)
    elif step in {"presses", "edits", "reacts"}:
        message = (chat or person.chat).find(body["message_id"])
        if message is None:
            raise Impossible(f"no message {body['message_id']}")
        match step:
            case "presses":
                return JSONResponse(_done(person.presses(message, body["button"])))
            case "edits":
                person.edits(message, body["text"])
            case _:
                person.reacts(message, *body.get("emoji", ()))
    elif step in _SENDS:
        reply_to = (chat or person.chat).find(body.pop("reply_to")) if "reply_to" in body else None
        return JSONResponse(_done(getattr(person, step)(chat=chat, reply_to=reply_to, **body)))
    else:
        raise Impossible(f"nobody can do {step!r}")
    return JSONResponse({})


def _done(result: ButtonPress | Message | list[Message]) -> JsonObject:
    match result:
        case ButtonPress():
            return {"callback_query_id": result.id}
        case Message():
            return {"message_id": result.id}
        case _:
            return {"message_ids": [message.id for message in result]}


async def _group(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    body: dict[str, Any] = await request.json()
    for name in ("admins", "members"):
        body[name] = [telegram.user(id) for id in body.get(name, ())]
    return JSONResponse({"id": telegram.group(**body).id})


async def _chat(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    chat: Chat = telegram.chat(int(request.path_params["id"]))
    topics = [{"id": topic.id, "closed": topic.closed} | topic.json() for topic in chat.topics.values()]
    return JSONResponse({"chat": chat.json(), "messages": [_shown(message) for message in chat.messages], "topics": topics})


def _shown(message: Message) -> JsonObject:
    """Return a message as JSON for tests, with facts that the Bot API does not reveal."""
    return message.json() | {
        "from_bot": message in message.chat.from_bot,
        "labels": message.labels,
        "reactions": message.reactions,
        "edits": [{"until": version.until, **version.content} for version in message.edits],
    }


async def _fault(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    body: dict[str, Any] = await request.json() if await request.body() else {}
    if not body:
        telegram.faults.clear()
        return JSONResponse({})
    if body["kind"] not in _FAULTS:
        raise Impossible(f"a fault is one of {', '.join(sorted(_FAULTS))}")
    argument = [body["argument"]] if "argument" in body else []
    fault: CallFault = getattr(CallFault, body["kind"])(*argument)
    telegram.faults.next(body.get("method"), fault, chat=body.get("chat"), count=body.get("count", 1))
    return JSONResponse({})


async def _redeliver(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    telegram.redeliver(*(await request.json())["ids"])
    return JSONResponse({})


async def _counts(request: Request) -> Response:
    telegram: FakeTelegram = request.app.state.telegram
    return JSONResponse(telegram.counts)


def serve_until_interrupted() -> None:
    """Serve an empty Telegram on the loopback interface until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bot.fake_telegram.http", description="A Telegram Bot API in memory")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--limits", action="store_true", help="enforce the documented rates")
    given = parser.parse_args()
    telegram = FakeTelegram(given.token, clock=time.time, limits=given.limits, local=True)
    uvicorn.run(asgi(telegram), host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    serve_until_interrupted()
