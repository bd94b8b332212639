"""The Bot API, called by the names of its methods; python-telegram-bot brings requests, timeouts and errors.

Updates are taken raw: one that the library cannot read must not keep the others from arriving. Calls are made from parameters
that lay in the outbox, so the typed methods have nothing to add.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any as Json
from typing import TypeVar

import httpx
import structlog
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

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
from bot.usecases.loops import backoff

log = structlog.get_logger("bot")

_T = TypeVar("_T")

#: Seconds between tries while Telegram cannot be reached, at first and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: Connections kept for calls.
CONNECTIONS = 80
#: Seconds for a call, and until a connection is there.
_READ, _CONNECT = 15.0, 5.0
#: Seconds that a long poll waits for updates, and the answer may take beyond that.
POLL = 30
_BEYOND = 10.0
#: Seconds after which a call is made again when Telegram does not say when.
_SOON = 5.0

#: Why a message cannot be changed, in Telegram's words.
_CANNOT_EDIT = ("message to edit not found", "can't be edited", "no text in the message")

#: The key of a parameter that stands for a file: its name and text, uploaded with the call.
FILE = "file_text"


class Api(Bot):
    """A bot that is told methods and parameters."""

    async def raw_updates(self, offset: int, allowed: Sequence[str], *, wait: float = POLL) -> Json:
        """What getUpdates returns, as it came. Raises TelegramError."""
        data: dict[str, Json] = {"timeout": int(wait), "allowed_updates": list(allowed), "limit": 100}
        if offset:
            data["offset"] = offset
        return await self._post("getUpdates", data, read_timeout=wait + _BEYOND)

    async def call(self, method: str, params: Mapping[str, Json]) -> Json:
        """Calls a method. Raises TelegramError."""
        return await self._post(method, {key: _uploaded(value) for key, value in params.items()})


def _uploaded(value: Json) -> Json:
    if isinstance(value, dict) and FILE in value:
        return InputFile(value[FILE].encode(), filename=value["name"])
    return value


def api_of(token: str, base_url: str, request: BaseRequest | None = None, updates_request: BaseRequest | None = None) -> Api:
    """The Bot API of a server, by the server's root. Raises InvalidToken for an empty token."""
    root = base_url.rstrip("/")
    return Api(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request
        or HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            read_timeout=_READ,
            write_timeout=_READ,
            connect_timeout=_CONNECT,
            pool_timeout=_READ,
        ),
        get_updates_request=updates_request or HTTPXRequest(connection_pool_size=1, connect_timeout=_CONNECT),
    )


async def when_reachable(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do some work with Telegram, again and again while Telegram cannot be reached. Raises TelegramError if it refuses."""
    failures = 0
    while True:
        try:
            return await work()
        except (BadRequest, ChatMigrated, Forbidden, InvalidToken):
            raise
        except TelegramError as error:
            failures += 1
            pause = backoff(failures, _FIRST_PAUSE, _LONGEST_PAUSE)
            log.warning("telegram_unreachable", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)


async def make(api: Api, call: ClaimedCall) -> CallOutcome:
    """Makes a call of the outbox. Whatever Telegram or the network says becomes an outcome; nothing is raised."""
    try:
        result = await api.call(call.method, {"chat_id": call.chat, **call.params})
    except TelegramError as error:
        return outcome_of(error, call)
    except Exception as error:  # noqa: BLE001 - an answer that no server of Telegram's gives
        return UnknownOutcome(type(error).__name__)
    return Accepted(_made(result))


def _made(result: Json) -> tuple[int, ...]:
    """The numbers of the messages, or of the topic, that came of a call."""
    found = [one.get("message_id", one.get("message_thread_id")) for one in _each(result)]
    return tuple(number for number in found if isinstance(number, int))


def _each(result: Json) -> list[Mapping[str, Json]]:
    return [one for one in (result if isinstance(result, list) else [result]) if isinstance(one, dict)]


def outcome_of(error: TelegramError, call: ClaimedCall) -> CallOutcome:
    """What an error means for a call."""
    match error:
        case RetryAfter():
            seconds = error.retry_after
            return RetryLater(seconds if isinstance(seconds, int) else seconds.total_seconds(), error.message, rate=True)
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden() | BadRequest() if call.kind is CallKind.BEST_EFFORT:
            return Refused(error.message)
        case Forbidden():
            return Blocked(error.message)
        case BadRequest():
            return _bad_request(error.message, call)
        case InvalidToken() | Conflict():
            return RetryLater(_SOON, error.message)
        case NetworkError():
            return _network(error)
        case _:
            # An answer that cannot be read: what it was about may have happened.
            return UnknownOutcome(error.message)


def _bad_request(message: str, call: ClaimedCall) -> CallOutcome:
    said = message.lower()
    if "not modified" in said or "not_modified" in said:
        return Accepted(tuple(number for number in [call.params.get("message_id")] if isinstance(number, int)))
    if "thread not found" in said and call.case is not None and call.kind is not CallKind.CLEANUP:
        return TopicLost(message)
    if call.kind is CallKind.CLEANUP or call.method == "createForumTopic":
        return Refused(message)
    if call.kind is CallKind.EDIT and call.case is None and any(words in said for words in _CANNOT_EDIT):
        params = {key: value for key, value in call.params.items() if key != "message_id"}
        return Replacement(CallKind.MESSAGE, "sendMessage", params, message)
    if "chat not found" in said:
        return Blocked(message)
    return Refused(message)


def _network(error: NetworkError) -> CallOutcome:
    """A connection that never came about has sent nothing; anything else is in doubt."""
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return RetryLater(0.0, type(cause).__name__)
    if "too many requests" in error.message.lower():
        return RetryLater(_SOON, error.message, rate=True)
    return UnknownOutcome(type(cause).__name__ if cause is not None else error.message)
