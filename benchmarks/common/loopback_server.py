"""A server process on the loopback that takes every call to the Bot API and answers at once, reading none.

python benchmarks/common/loopback_server.py     prints its port
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MESSAGE = b'{"ok":true,"result":{"message_id":1,"date":1764000000,"chat":{"id":1,"type":"private"},"text":"x"}}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_MESSAGE) + _MESSAGE
_END, _LENGTH = b"\r\n\r\n", b"content-length:"


class _Connection(asyncio.Protocol):
    """One connection, whose requests have bodies of the length that they say."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(_END)) >= 0:
            _, _, rest = self._read[:end].lower().partition(_LENGTH)
            length = int(rest.partition(b"\r\n")[0] or b"0")
            if len(self._read) < end + len(_END) + length:
                return
            self._read = self._read[end + len(_END) + length :]
            self._transport.write(_ANSWER)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def loopback_server() -> Iterator[str]:
    """Run the server in a process of its own, whose CPU is not the bot's; yields the root of its address."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(_serve())
