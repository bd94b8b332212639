"""The Bot API, called by the names of its methods; python-telegram-bot brings requests, timeouts and errors.

Updates are taken as text: one that the library cannot read must not keep the others from arriving. Calls of the outbox are made
from the text that lay there, so the library's typed methods have nothing to add.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import structlog
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.json_types import Json
from bot.tg.http_client import ConnectionFailed, HttpClient
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
#: Answers in a row that no Bot API server gives, after which the server is taken for none.
_MAX_FOREIGN_ANSWERS = 3
#: Connections that are kept open for calls.
CONNECTIONS = 80
#: Seconds for a call, and until a connection is there.
_READ_TIMEOUT, _CONNECT_TIMEOUT = 15.0, 5.0
#: Seconds that a long poll waits for updates, and the answer may take beyond that.
POLL_SECONDS = 30
_BEYOND_POLL = 10.0
#: Seconds after which a call is repeated when Telegram does not say when.
_RETRY_SECONDS = 5.0

#: Parts of Telegram's errors for a message that cannot be edited.
#: In errors on a group that the bot is in, and may not write in for now.
_MUTED = ("not enough rights to send text messages", "no rights to send a message", "chat_write_forbidden")
_CANNOT_EDIT = ("message to edit not found", "can't be edited", "no text in the message")

#: The key of a parameter that stands for a file: its name and text, uploaded with the call.
FILE = "file_text"


class Api(Bot):
    """The Bot API of one bot, called by the names of its methods."""

    _is_token_refused = False

    @property
    def is_token_refused(self) -> bool:
        """Return True if Telegram rejected the token the last time that it answered a call."""
        return self._is_token_refused

    @property
    def root(self) -> str:
        """Return the address of the server."""
        return self.base_url.rpartition("/bot")[0]

    async def shutdown(self) -> None:
        """Close the connections, also those of a start that failed."""
        await super().shutdown()
        for request in self._request:
            await request.shutdown()

    async def get_updates_text(self, offset: int, allowed: Sequence[str], *, wait: float = POLL_SECONDS) -> str:
        """Return Telegram's answer to getUpdates as unparsed text, so that updates are stored exactly as sent.

        Raises TelegramError.
        """
        params = {"timeout": int(wait), "allowed_updates": list(allowed), "limit": 100, **({"offset": offset} if offset else {})}
        body = RequestData([RequestParameter.from_input(name, value) for name, value in params.items()])
        # The library's public way would read the answer as JSON.
        request, url = self._request[0], f"{self._base_url}/getUpdates"
        answer = await request._request_wrapper(url, "POST", body, read_timeout=wait + _BEYOND_POLL)  # noqa: SLF001
        return answer.decode("utf-8", "replace")

    async def call(self, method: str, params: Mapping[str, Json]) -> Json:
        """Call a method with parameters, uploading files among them.

        Raises TelegramError, also for an answer that no Bot API server gives.
        """
        try:
            answer = await self._post(method, {key: _uploaded(value) for key, value in params.items()})
        except InvalidToken:
            self._is_token_refused = True
            raise
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise TelegramError("no answer of a Bot API server") from error
        self._is_token_refused = False
        return answer

    async def send(self, call: ClaimedCall) -> Json:
        """Make a call of the outbox, uploading files among its parameters. Raises TelegramError."""
        return await self.call(call.method, {"chat_id": call.chat, **call.params})


def _uploaded(value: Json) -> Json:
    if isinstance(value, dict) and FILE in value:
        return InputFile(value[FILE].encode(), filename=value["name"])
    return value


def api_of(token: str, base_url: str, request: BaseRequest | None = None, updates_request: BaseRequest | None = None) -> Api:
    """Return the Bot API of a server, by the server's root. Raises InvalidToken for an empty token."""
    root = base_url.rstrip("/")
    return Api(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request or HttpClient(CONNECTIONS, connect=_CONNECT_TIMEOUT, read=_READ_TIMEOUT),
        get_updates_request=updates_request or HttpClient(1, connect=_CONNECT_TIMEOUT, read=_READ_TIMEOUT),
    )


async def when_reachable(work: Callable[[], Awaitable[_T]]) -> _T:
    """Run a function that calls Telegram, and repeat it as long as Telegram cannot be reached. Return its result.

    Raises TelegramError if it refuses, or gives answers that no Bot API server gives.
    """
    failures = 0
    while True:
        try:
            return await work()
        except (BadRequest, ChatMigrated, Forbidden, InvalidToken):
            raise
        except TelegramError as error:
            failures += 1
            if type(error) is TelegramError and failures >= _MAX_FOREIGN_ANSWERS:
                raise
            pause = backoff(failures, _FIRST_PAUSE, _LONGEST_PAUSE)
            log.warning("telegram_unreachable", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)


async def make(api: Api, call: ClaimedCall) -> CallOutcome:
    """Make a call of the outbox and return its outcome; errors of Telegram and of the network are outcomes too."""
    if call.unknown_outcomes and call.kind is CallKind.MESSAGE and not await _is_answering(api):
        # It may have arrived: it is sent again when the way to Telegram works, so once for each trouble.
        return RetryLater(0.0, "Telegram does not answer")
    try:
        result = await api.send(call)
    except TelegramError as error:
        return outcome_of(error, call)
    except (ValueError, TypeError):
        # The stored parameters cannot be read, and never will.
        return Refused("unreadable")
    except Exception as error:  # noqa: BLE001 - an answer that no server of Telegram's gives
        return UnknownOutcome(type(error).__name__)
    return Accepted(_made(result))


async def _is_answering(api: Api) -> bool:
    try:
        await api.call("getMe", {})
    except TelegramError:
        return False
    return True


def _made(result: Json) -> tuple[int, ...]:
    """Return the numbers of the messages, or of the topic, that a call created, from its result."""
    found = [one.get("message_id", one.get("message_thread_id")) for one in _each(result)]
    return tuple(number for number in found if isinstance(number, int))


def _each(result: Json) -> list[Mapping[str, Json]]:
    return [one for one in (result if isinstance(result, list) else [result]) if isinstance(one, dict)]


def outcome_of(error: TelegramError, call: ClaimedCall) -> CallOutcome:
    """Return the outcome of a call that ended with an error."""
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
            return RetryLater(_RETRY_SECONDS, error.message)
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
    if "chat not found" in said or any(words in said for words in _MUTED):
        return Blocked(message)
    return Refused(message)


def _network(error: NetworkError) -> CallOutcome:
    """Return the outcome of a network error: to be repeated if no connection was made, or if calls came too fast.

    After any other error, such as a timeout, it is unknown whether Telegram accepted the call.
    """
    if isinstance(error, ConnectionFailed):
        return RetryLater(0.0, error.message)
    if "too many requests" in error.message.lower():
        return RetryLater(_RETRY_SECONDS, error.message, rate=True)
    # With an answer of the server there is no cause.
    cause = error.__cause__
    has_answered = cause is None and not isinstance(error, TimedOut)
    return UnknownOutcome(type(cause).__name__ if cause is not None else error.message, server_failed=has_answered)
