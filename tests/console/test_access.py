"""The console beside a running bot: a link that counts once, a cookie, and what each role may do by each route."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any as Json

import pytest

from bot.console.content_room import ContentRoom
from bot.console.security import COOKIE
from bot.console.server import Console
from bot.console.transcripts import Transcripts
from bot.settings import Settings
from bot.storage.schema import Database
from bot.usecases.console_access import LINK_SECONDS, VISIT_SECONDS, ConsoleAccess, ConsoleRole, Visitor
from tests.builders import NOW, content_folder
from tests.console.test_security import HOST, OURS, READS, Browser

MARTA = Visitor("telegram:20", "Marta", ConsoleRole.EDITOR)
LUCA = Visitor("telegram:21", "Luca", ConsoleRole.READER)
TRIALS = ("preview/act", "preview/clock", "preview/replay", "content/check")
EDITS = ("preview/save", "content/save", "content/field", "content/sentence", "content/publish", "content/undo")
ACCESS = ConsoleAccess(f"https://{HOST}/console", b"secret of this bot")


class Site:
    """The console of a bot, at a time that goes on by hand."""

    def __init__(self, tmp_path: Path) -> None:
        self.now = NOW.timestamp()
        self.database = Database(f"sqlite:///{tmp_path}/bot.db")
        self.database.migrate()
        folder = content_folder(tmp_path / "content", {"config.yaml": "telegram: {token: secret-token}\n"})
        room = ContentRoom(folder, Settings(), lambda: self.database, lambda: self.now)

        async def edited(_: object) -> None:
            """Nothing answers from it."""

        preview: Json = SimpleNamespace(words={}, now=NOW, set_clock=lambda _: None, use_content=edited)
        self.browser = Browser(Console(preview, room, Transcripts(folder), access=ACCESS).app([HOST]))

    def enter(self, link: str) -> tuple[int, str]:
        """The status, and the header that sets the cookie."""
        answer = self.browser.post("/api/enter", json={"ticket": link.partition("#")[2]}, headers=OURS)
        return answer.status_code, answer.headers.get("set-cookie", "")

    def ask(self, path: str, cookie: str = "", method: str = "POST") -> int:
        headers = {**OURS, **({"cookie": f"{COOKIE}={cookie}"} if cookie else {})}
        return self.browser.request(method, f"/api/{path}", headers=headers).status_code


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_link_lets_in_once_with_a_cookie_that_no_script_reads_and_no_other_site_sends(site: Site) -> None:
    link = ACCESS.link(MARTA, site.now)
    assert link.startswith(f"https://{HOST}/console/#")
    status, cookie = site.enter(link)
    assert status == 200
    assert cookie.startswith(f"{COOKIE}=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie.split("; ")
    assert site.ask("content/files", cookie.partition(";")[0].partition("=")[2], "GET") == 200
    assert site.enter(link) == (403, "")
    found = site.database.once(lambda unit: [(one.actor, one.act, one.object) for one in unit.audit.entries()])
    assert found == [("telegram:20", "enter", "console:editor")]


def test_an_old_forged_or_foreign_link_lets_nobody_in(site: Site) -> None:
    other = ConsoleAccess(ACCESS.url, b"secret of another bot")
    good = ACCESS.link(MARTA, site.now)
    body, _, signature = good.rpartition(".")
    forged = [
        other.link(MARTA, site.now), ACCESS.link(MARTA, site.now - LINK_SECONDS), ACCESS.link(MARTA, site.now + 60), body,
        f"{body}.", f"{body}x.{signature}", f"{good}0", f"#{ACCESS.cookie(MARTA, site.now)}", "#",
        "#.", "#é.è", f"#{'x' * 5000}.y",
    ]  # fmt: skip
    assert [site.enter(one)[0] for one in forged] == [403] * len(forged)
    assert site.enter(good)[0] == 200


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "é.y", ConsoleAccess("", b"other").cookie(MARTA, NOW.timestamp())])
def test_without_a_visit_nothing_is_answered_but_the_page(site: Site, cookie: str) -> None:
    assert site.browser.get("/").status_code == 200
    assert site.browser.get("/static/app.js").status_code == 200
    assert site.browser.get("/report").status_code == 401
    for path in (*READS, "visitor"):
        assert site.ask(path, cookie.encode("ascii", "ignore").decode(), "GET") == 401, path
    for path in (*TRIALS, *EDITS):
        assert site.ask(path, cookie.encode("ascii", "ignore").decode()) == 401, path


def test_a_link_is_no_cookie_and_a_visit_ends(site: Site) -> None:
    assert site.ask("visitor", ACCESS.link(MARTA, site.now).partition("#")[2], "GET") == 401
    cookie = ACCESS.cookie(MARTA, site.now)
    assert site.ask("visitor", cookie, "GET") == 200
    site.now += VISIT_SECONDS
    assert site.ask("visitor", cookie, "GET") == 401


@pytest.mark.parametrize("visitor", [MARTA, LUCA], ids=["editor", "reader"])
def test_every_route_by_role_and_method(site: Site, visitor: Visitor) -> None:
    cookie = ACCESS.cookie(visitor, site.now)
    may_edit = visitor.role is ConsoleRole.EDITOR
    reads = [path for path in READS if path not in ("preview/state", "preview/x-ray")]
    for path in reads:
        assert site.ask(path, cookie, "GET") in (200, 400), path
        assert site.ask(path, cookie, "POST") == 405, path
    for path in (*TRIALS, *EDITS):
        status = site.ask(path, cookie)
        assert (status == 403) is (path in EDITS and not may_edit), path
        assert site.ask(path, cookie, "GET") == 405, path
        for method in ("PUT", "DELETE", "PATCH"):
            assert site.ask(path, cookie, method) == 405, path


def test_what_a_visitor_changes_is_on_record(site: Site) -> None:
    headers = {**OURS, "cookie": f"{COOKIE}={ACCESS.cookie(MARTA, site.now)}"}
    assert site.browser.post("/api/content/publish", json={"reason": "Si comincia"}, headers=headers).json()["author"] == "Marta"
    found = site.database.once(lambda unit: [(one.actor, one.act, one.object) for one in unit.audit.entries()])
    assert found == [("console:Marta", "publish", "content:1")]
    site.browser.post("/api/content/sentence", json={"key": "maybe", "value": "Forse?"}, headers=headers)
    last = site.database.once(lambda unit: list(unit.audit.entries()))[-1]
    assert (last.actor, last.act, last.object) == ("telegram:20", "content/sentence", "console:maybe")


def test_too_many_tries_wait_a_minute(site: Site) -> None:
    statuses = [site.enter("#x")[0] for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (403, 429)
    site.now += 61
    assert site.enter(ACCESS.link(MARTA, site.now))[0] == 200


def test_a_page_of_another_site_enters_nobody(site: Site) -> None:
    ticket = ACCESS.link(MARTA, site.now).partition("#")[2]
    assert site.browser.post("/api/enter", json={"ticket": ticket}).status_code == 403
    assert site.browser.post("/api/enter", json={"ticket": ticket}, headers={**OURS, "origin": "https://x.y"}).status_code == 403
