"""The HTTP client below python-telegram-bot: aiohttp in the place of httpx, for a tenth of the CPU of each call.

Nothing outside `api.py` knows it. It trusts the certificates that httpx trusts, and follows `HTTPS_PROXY` and `NO_PROXY`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import aiohttp
import httpx
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

#: Seconds that an idle connection is kept open: a reply in quiet hours need not wait for a new one.
_KEEP_ALIVE_SECONDS = 60.0
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
#: Errors before anything was sent: no address, no connection, no proof of who answers, a proxy that refuses.
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


class ConnectionFailed(NetworkError):
    """Raised for a call that was not sent, because no connection could be made."""


class HttpClient(BaseRequest):
    """A pool of connections to a Bot API server, of limited size; timeouts in seconds."""

    def __init__(self, connections: int, *, connect: float, read: float) -> None:
        """Note the limits; the first request opens the client."""
        self._connections = connections
        self._connect_timeout = connect
        self._read_timeout = read
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Return the seconds that an answer may take unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the client unless it is open."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=_KEEP_ALIVE_SECONDS, ssl=httpx.create_ssl_context()
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )

    async def shutdown(self) -> None:
        """Close the client and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the bytes of an answer.

        Raises:
            ConnectionFailed: if nothing was sent.
            TimedOut: if no answer came in time.
            NetworkError: if the connection broke.

        """
        await self.initialize()
        assert self._session is not None
        connect = _seconds(connect_timeout, self._connect_timeout)
        read = _seconds(read_timeout, self._read_timeout)
        waiting = _seconds(pool_timeout, self._read_timeout)
        timeout = aiohttp.ClientTimeout(
            # The library has no timeout for writing alone: an upload that stalls is ended by that of the whole.
            total=waiting + connect + _seconds(write_timeout, self._read_timeout) + read,
            connect=waiting + connect,
            sock_connect=connect,
            sock_read=read,
        )
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except _NOT_CONNECTED as error:
            raise ConnectionFailed(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error


def _seconds(given: ODVInput[float], usual: float) -> float:
    return usual if given is None or isinstance(given, DefaultValue) else float(given)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """Return the body of a call and its headers: a form, in parts if files are among the parameters."""
    if data is None:
        return None, None
    if not data.multipart_data:
        return urlencode(data.json_parameters).encode(), _FORM
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)
    for field, (name, content, kind) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=kind)
    return form, None
