"""The page while the console is being opened, and content with errors, which open it all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any as Json

import httpx
import pytest

from bot.cli.console_rooms import open_rooms
from bot.console.page import SECURITY_HEADERS, Entrance
from tests.builders import content_folder
from tests.console.test_security import HOST, OURS


@pytest.mark.asyncio
async def test_the_page_is_there_before_the_rooms_and_the_rest_waits_for_them() -> None:
    opened = asyncio.Event()

    async def room(scope: Json, receive: Json, send: Json) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def console() -> Json:
        await opened.wait()
        return room

    transport = httpx.ASGITransport(Entrance([HOST], console))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        page = await client.get("/")
        assert (page.status_code, "<main" in page.text) == (200, True)
        assert (await client.get("/static/app.js")).status_code == 200
        assert {name: page.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        waiting = [
            asyncio.create_task(client.get("/api/visitor")),
            asyncio.create_task(client.post("/")),
            asyncio.create_task(client.get("/", headers={"host": "evil.example"})),
        ]
        await asyncio.sleep(0)
        opened.set()
        assert [(await one).status_code for one in waiting] == [204, 204, 204]


@pytest.mark.asyncio
async def test_content_with_an_error_is_mended_in_the_console_and_then_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = content_folder(tmp_path / "content")
    text = (folder / "flows/texts.yaml").read_text(encoding="utf-8")
    (folder / "flows/texts.yaml").write_text(f"wrong: [\n{text}", encoding="utf-8")
    monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{tmp_path}/bot.db")
    rooms = open_rooms(folder, [HOST])
    rooms.console.start_preview()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(rooms.app), base_url=f"http://{HOST}") as client:
        state = (await client.get("/api/preview/state")).json()
        while state["waiting"].startswith("Preparo"):
            await asyncio.sleep(0.01)
            state = (await client.get("/api/preview/state")).json()
        assert "Contenuti" in state["waiting"]
        assert (await client.get("/api/preview/x-ray", params={"who": 101})).status_code == 422
        found = (await client.get("/api/content/problems")).json()["problems"][0]
        assert (found["file"], found["severity"]) == ("flows/texts.yaml", "error")
        there = (await client.get("/api/content/file", params={"path": "flows/texts.yaml"})).json()
        given = {"path": "flows/texts.yaml", "text": text, "digest": there["digest"]}
        assert (await client.post("/api/content/save", json=given, headers=OURS)).status_code == 200
        state = (await client.get("/api/preview/state", params={"stamp": ""})).json()
        assert state["citizens"][0]["name"] == "Anna"
    await rooms.preview.stop()
