"""The webhook behind the proxy of OPERATIONS: nginx with the very lines that are shown there.

A newcomer without nginx skips it; a build may not.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.fake_telegram.delivery import SECRET_HEADER
from bot.web.server import Server, monitoring, webhook
from tests.certificates import write_certificate
from tests.test_readme import block
from tests.tg.harness import Scene

pytestmark = pytest.mark.asyncio

SECRET = "geheim_42-"
UPDATE = {"update_id": 500, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "ciao"}}


@pytest.fixture(scope="module")
def nginx() -> str:
    """The path of nginx, which Debian keeps out of everybody's PATH."""
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        reason = "no nginx to test with: apt install nginx-light"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture
async def proxy(scene: Scene, nginx: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the proxy, behind which a scene's bot listens on the first of the two ports that are shown."""
    process = scene.process
    routes = [webhook("/telegram", SECRET, process.take), *monitoring(process.queue_counts, process.faults, scene.clock)]
    server = Server(routes, "127.0.0.1", 0)
    serving = asyncio.create_task(server.run_until_stopped())
    certificate, port = write_certificate(tmp_path, "bot.example.org"), free_port()
    shown = block("nginx", "upstream")
    moved = {
        "server 127.0.0.1:8081;": f"server 127.0.0.1:{server.port};",
        "server 127.0.0.1:8082;": f"server 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/": f"{tmp_path}/",
    }
    for line, instead in moved.items():
        assert line in shown
        shown = shown.replace(line, instead)
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{shown}}}\n",
        encoding="utf-8",
    )
    running = await asyncio.create_subprocess_exec(
        nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), stderr=asyncio.subprocess.PIPE
    )
    url = f"https://bot.example.org:{port}"
    trusted = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=certificate))
    async with httpx.AsyncClient(transport=Loopback(trusted), base_url=url) as client:
        for _ in range(500):
            try:
                await client.get("/")
                break
            except httpx.ConnectError:
                assert running.returncode is None, await running.stderr.read()
                await asyncio.sleep(0.01)
        try:
            yield client
        finally:
            running.terminate()
            await running.wait()
            server.should_exit = True
            await serving


class Loopback(httpx.AsyncBaseTransport):
    """A transport that finds any host on this machine, and asks it for its certificate by the host's own name."""

    def __init__(self, transport: httpx.AsyncHTTPTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1")
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


async def test_telegram_reaches_the_bot_through_the_proxy(scene: Scene, proxy: httpx.AsyncClient) -> None:
    response = await proxy.post("/telegram", json=UPDATE, headers={SECRET_HEADER: SECRET})
    assert response.status_code == 200
    assert scene.rows("SELECT update_id, lane, state FROM inbox") == [(500, 7, "waiting")]
    # The second process does not run: what the proxy would give it goes to the first.
    others = [UPDATE | {"update_id": 501 + number} for number in range(4)]
    answers = [await proxy.post("/telegram", json=one, headers={SECRET_HEADER: SECRET}) for one in others]
    assert [one.status_code for one in answers] == [200] * 4


async def test_the_proxy_shows_nobody_more_than_the_webhook(scene: Scene, proxy: httpx.AsyncClient) -> None:
    assert (await proxy.post("/telegram", json=UPDATE)).status_code == 403
    for path in ("/health", "/metrics", "/", "/telegram/../health", "/telegram/x"):
        assert (await proxy.get(path)).status_code == 404
    too_long = json.dumps(UPDATE).encode().ljust((1 << 20) + 1)
    assert (await proxy.post("/telegram", content=too_long, headers={SECRET_HEADER: SECRET})).status_code == 413
    assert scene.rows("SELECT count(*) FROM inbox") == [(0,)]
