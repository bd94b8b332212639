"""A Telegram whose calls go over HTTP to a server in another process, as they go to the real one."""

from __future__ import annotations

from collections import Counter

from telegram.request import RequestData

from bot.tg.http_client import HttpClient
from common.lean_telegram import LeanTelegram


class HttpTelegram(LeanTelegram):
    """Updates are handed out from a list; each other call is made over HTTP, and then answered as by a lean Telegram."""

    def __init__(self, root: str, connections: int) -> None:
        super().__init__()
        self._root = root
        self._client = HttpClient(connections, connect=5.0, read=15.0)
        #: Calls by the names of their methods.
        self.methods: Counter[str] = Counter()

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._client.shutdown()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Return the status and the bytes of an answer."""
        path = url.partition("/bot")[2]
        name = path.rpartition("/")[2]
        if name != "getUpdates":
            self.methods[name] += 1
            status, _ = await self._client.do_request(f"{self._root}/bot{path}", method, request_data)
            assert status == 200
        return await super().do_request(url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout)
