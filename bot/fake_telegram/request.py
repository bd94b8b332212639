"""`FakeRequest`: how python-telegram-bot reaches the in-memory Telegram, in the place of its HTTP client.

`Bot(token, request=FakeRequest(telegram), get_updates_request=FakeRequest(telegram))` is a real bot in every other respect.
Timeouts and broken connections are raised as the library's own client raises them, at once.
"""

from __future__ import annotations

import io
from typing import IO
from urllib.parse import unquote, urlsplit

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.fake_telegram import polling
from bot.fake_telegram.errors import ApiError, unauthorized
from bot.fake_telegram.faults import Break
from bot.fake_telegram.server import ApiResponse, FakeTelegram, refusal_response
from bot.fake_telegram.switchboard import Upload


class FakeRequest(BaseRequest):
    """Requests that never leave the process."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to close."""

    @property
    def read_timeout(self) -> float | None:
        """Return None: no answer is ever late."""
        return None

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        read_timeout: object = None,  # noqa: ARG002
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Return the status and the bytes of an answer.

        Raises:
            TimedOut: for a fault that lets the caller wait in vain.
            NetworkError: for a fault that breaks the connection.

        """
        parts = unquote(urlsplit(url).path).split("/")
        if parts[1] == "file":
            answer = self._file(parts[2].removeprefix("bot"), "/".join(parts[3:]))
        else:
            parameters = request_data.json_parameters if request_data else {}
            token = parts[1].removeprefix("bot")
            answer = await polling.answer(self._telegram, parts[2], parameters, _uploads(request_data), token=token)
        match answer.breaks:
            case Break.TIMEOUT | Break.TIMEOUT_AFTER:
                raise TimedOut
            case Break.NETWORK:
                raise NetworkError("httpx.ConnectError: all connection attempts failed")
        return answer.code, answer.body

    def _file(self, token: str, path: str) -> ApiResponse:
        if token != self._telegram.token:
            return refusal_response(unauthorized())
        try:
            return ApiResponse(200, self._telegram.download(path))
        except ApiError as error:
            return refusal_response(error)


def _uploads(request_data: RequestData | None) -> dict[str, Upload]:
    """Return the files of a call by the names of their parts."""
    if request_data is None or not request_data.multipart_data:
        return {}
    return {part: (name, _bytes(content)) for part, (name, content, _) in request_data.multipart_data.items()}


def _bytes(content: bytes | IO[bytes]) -> bytes:
    return content if isinstance(content, bytes) else io.BytesIO(content.read()).getvalue()
