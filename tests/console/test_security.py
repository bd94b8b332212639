"""Who may speak to the console, and what a browser is kept from: every route by every way that must not work."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any as Json

import httpx
import pytest

from bot.console.content_room import ContentRoom
from bot.console.security import CONSOLE_HEADER, MOST_BYTES
from bot.console.server import Console
from bot.console.transcripts import Transcripts
from bot.settings import Settings
from bot.storage.schema import Database
from tests.builders import NOW, content_folder

HOST = "127.0.0.1:8765"
READS = [
    "preview/state", "preview/x-ray", "preview/saved", "preview/questions", "preview/sources",
    "content/files", "content/file", "content/schema", "content/problems", "content/services",
    "content/sentences", "content/choices",
    "content/changes", "content/effects", "content/versions", "reports",
]  # fmt: skip
WRITES = [
    "preview/act", "preview/clock", "preview/save", "preview/replay", "preview/repeat", "preview/stand",
    "content/check", "content/save", "content/field",
    "content/sentence", "content/service", "content/remove", "content/repeat", "content/words", "content/sheet",
    "content/publish", "content/undo",
]  # fmt: skip
OURS = {CONSOLE_HEADER: "1"}
#: What OWASP's Secure Headers Project asks for.
OWASP = {
    "strict-transport-security": "max-age=31536000", "x-frame-options": "DENY", "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer", "x-permitted-cross-domain-policies": "none", "x-dns-prefetch-control": "off",
    "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "cache-control": "no-store",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return content_folder(tmp_path / "content", {"config.yaml": "telegram: {token: secret-token}\n"})


@pytest.fixture
def room(folder: Path, tmp_path: Path) -> ContentRoom:
    return ContentRoom(folder, Settings(), lambda: Database(f"sqlite:///{tmp_path}/bot.db"), NOW.timestamp)


class Browser:
    """A browser that asks the console and nobody else."""

    def __init__(self, app: Json) -> None:
        self._app = app

    def request(self, method: str, path: str, **more: Json) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                return await client.request(method, path, **more)

        return asyncio.run(asked())

    def get(self, path: str, **more: Json) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Json) -> httpx.Response:
        return self.request("POST", path, **more)


@pytest.fixture
def client(room: ContentRoom, folder: Path) -> Browser:
    """A browser on the same machine; there is no preview behind it."""
    nobody: Json = SimpleNamespace(words={}, now=NOW, set_clock=lambda _: None)

    async def edited(_: object) -> None:
        """Nothing answers from it."""

    nobody.use_content = edited
    app = Console(nobody, room, Transcripts(folder)).app([HOST, "localhost:8765"])
    return Browser(app)


@pytest.mark.parametrize("path", ["/", "/report", "/static/app.js", *(f"/api/{one}" for one in READS)])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:80", f"{HOST}.evil.example", ""])
def test_a_name_that_is_not_the_consoles_is_refused(client: Browser, path: str, host: str) -> None:
    assert client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**OURS, "origin": "https://evil.example"},
        {**OURS, "origin": "null"},
        {**OURS, "origin": f"http://{HOST}.evil.example"},
        {"origin": f"http://{HOST}", "content-type": "text/plain"},
    ],
    ids=["no header", "foreign", "null", "suffix", "form"],
)
def test_nothing_is_written_for_a_page_of_another_site(client: Browser, path: str, headers: dict[str, str]) -> None:
    assert client.post(f"/api/{path}", content="{}", headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", *(f"/api/{one}" for one in (*READS, *WRITES))])
def test_no_other_method_is_taken(client: Browser, method: str, path: str) -> None:
    assert client.request(method, path, headers=OURS).status_code == 405
    assert client.request(method, path).status_code == 403


@pytest.mark.parametrize("path", WRITES)
def test_no_act_is_done_by_reading(client: Browser, path: str) -> None:
    assert client.get(f"/api/{path}").status_code == 405


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/static/none.js", "/api/content/files", "/api/none"])
def test_every_answer_has_the_headers_that_keep_a_browser_from_anything_else(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert {name: headers[name] for name in OWASP} == OWASP
    assert "camera=()" in headers["permissions-policy"]
    assert not {"server", "x-powered-by"} & headers.keys()


def test_the_report_may_have_its_own_style_and_stand_in_the_console_alone(room: ContentRoom, folder: Path) -> None:
    page = "<html><style>p { color: red }</style><p>x</p></html>"
    nobody: Json = SimpleNamespace()
    answer = Browser(Console(nobody, room, Transcripts(folder), lambda: page).app([HOST])).get("/report")
    policy = answer.headers["content-security-policy"]
    assert answer.text == page
    assert "style-src 'sha256-" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_the_page_has_no_script_or_style_of_its_own_and_nothing_from_outside(client: Browser) -> None:
    page = client.get("/").text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert "http:" not in page
    assert "https:" not in page


def test_no_file_of_the_page_reaches_outside() -> None:
    static = Path(__file__).parent.parent.parent / "bot/console/static"
    for path in static.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text.replace("https?://", ""), path.name
        assert "innerHTML" not in text
        assert "eval(" not in text


@pytest.mark.parametrize(
    "path",
    [
        "config.yaml", "../content/config.yaml", "flows/../config.yaml", "/etc/passwd", "flows/../../../etc/passwd", "flows",
        "flows/.hidden.yaml", "flows/a.txt", "catalogue/services/../../config.yaml", "", "flows\\..\\config.yaml", "bot.db",
        "flows/x/y.yaml", "flows/texts.yaml\x00", "%2e%2e/config.yaml",
    ],
)  # fmt: skip
def test_no_file_but_content_is_read_checked_or_written(client: Browser, folder: Path, path: str) -> None:
    before = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    given = {"path": path, "text": "a: b", "digest": ""}
    answers = [client.get(f"/api/content/{one}", params={"path": path}) for one in ("file", "schema")]
    answers += [client.post(f"/api/content/{act}", json=given, headers=OURS) for act in ("check", "save")]
    for answer in answers:
        assert answer.status_code in (400, 422)
        assert "secret-token" not in answer.text
    assert {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()} == before


def test_a_link_in_the_folder_leads_nowhere(client: Browser, folder: Path) -> None:
    (folder / "flows/link.yaml").symlink_to(folder / "config.yaml")
    assert client.get("/api/content/file", params={"path": "flows/link.yaml"}).status_code == 422
    assert "secret-token" not in client.get("/api/content/files").text


@pytest.mark.parametrize("path", ["/static/../config.yaml", "/static/..%2fserver.py", "/static/%2e%2e/server.py"])
def test_nothing_beside_the_pages_files_is_served(client: Browser, path: str) -> None:
    assert client.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nothing", b"\xff\xfe", b"[" * 100_000, b'{"do": 7}', b'{"do": "say", "who": "x"}']
)
@pytest.mark.parametrize("path", WRITES)
def test_whatever_is_sent_gets_a_sentence_and_no_traceback(client: Browser, path: str, body: bytes) -> None:
    answer = client.post(f"/api/{path}", content=body, headers=OURS)
    assert answer.status_code < 500
    if answer.status_code != 200:
        assert answer.json()["problems"][0].endswith(".")


def test_a_body_that_is_too_long_is_not_read(client: Browser) -> None:
    assert client.post("/api/content/save", headers={**OURS, "content-length": str(MOST_BYTES + 1)}).status_code == 413
    assert client.post("/api/content/save", headers={**OURS, "content-length": "-1"}).status_code == 413
