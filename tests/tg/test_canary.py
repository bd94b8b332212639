"""Planted strings in SQLite and PostgreSQL: none in logs, ledger and metrics, and none anywhere after erasing.

With a key, none is in the files of the database at any time: for SQLite they are read after every update, and PostgreSQL keeps
all that was ever written in the log that it writes ahead.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any as Json

import httpx
import prometheus_client
import pytest

from bot.console.content_room import ContentRoom
from bot.console.server import Console
from bot.console.transcripts import Transcripts
from bot.core.ledger import RowKind
from bot.core.secrecy import Level
from bot.core.survey import load_sheet
from bot.core.tally import COUNTED, first_day, month_of, tally
from bot.dialogue.cases.case_table import case_table
from bot.installation import local
from bot.reports.files import csv_of
from bot.reports.html import page_of
from bot.reports.survey import SurveyResults
from bot.reports.tables import report_of
from bot.reports.unread import grouped
from bot.settings import LogFormat, Settings
from bot.storage.backup import write_backup
from bot.storage.schema import Database
from bot.storage.sealing import Keyring, new_key_line
from bot.storage.tables import metadata
from bot.usecases.calls import CallOutcome, ClaimedCall
from bot.usecases.ports import Handler, Unit
from bot.usecases.privacy import JSON_NAME
from tests.builders import content_folder
from tests.console.test_security import HOST, OURS, READS
from tests.databases import Server, give_keys
from tests.test_logs import Written, begin, written
from tests.tg.cases.conftest import Offices, offices
from tests.tg.cases.office import Office

__all__ = ["offices", "written"]

KINDS = ("text", "caption", "contact", "location", "name", "case", "note", "survey", "search", "quarantine")
COUNT = 10
SURVEY = "bisogni-famiglie"
#: Longer than an update that fails is tried again.
RETRIED_SECONDS = 600


@dataclass(frozen=True)
class Canaries:
    """The planted strings of one test; others in the same server have another mark."""

    mark: str
    #: Those that came to the bot.
    came: set[str] = field(default_factory=set)

    def failing(self, handler: Handler) -> Handler:
        """A bot that cannot handle some messages, and quotes them in its errors."""

        def handle(unit: Unit, update, now: float):
            self.came.update(self.found_in(update.payload))
            if "qxquarantine" in update.payload:
                raise ValueError(update.payload)
            return handler(unit, update, now)

        return handle

    @property
    def all(self) -> set[str]:
        """The strings of all kinds."""
        return {one for kind in KINDS for one in self.of(kind)}

    def is_in(self, data: bytes) -> bool:
        """Return True if some data has a part of any of the strings: one look, where there are many."""
        return re.search(rb"(?i)%sqx|45\.4\d%03d86" % (self.mark.encode(), ord(self.mark)), data) is not None

    def halves(self, kind: str) -> tuple[str, str]:
        """The strings of a kind, in two messages."""
        found = self.of(kind)
        return " ".join(found[: COUNT // 2]), " ".join(found[COUNT // 2 :])

    def of(self, kind: str) -> list[str]:
        """The strings of a kind: a place has only numbers."""
        if kind == "location":
            return [f"45.4{number}{ord(self.mark):03}86" for number in range(COUNT)]
        return [f"{self.mark}qx{kind}{number}wkj" for number in range(COUNT)]

    def found_in(self, data: bytes | str) -> list[str]:
        """The strings that some data has, in any case of letters."""
        low = data.lower() if isinstance(data, bytes) else data.lower().encode()
        return [one for kind in KINDS for one in self.of(kind) if one.encode() in low]

    async def plant(self, office: Office) -> None:
        """Every way in that a citizen and a manager have."""
        anna, scene = office.anna, office.scene
        anna.person.user.first_name = " ".join(self.of("name"))
        await self._answer_survey(office)
        for text, words, caption in zip(*map(self.halves, ("text", "search", "caption")), strict=True):
            await anna.says(f"cerco un doposcuola {text}")
            await anna.says(f"/cerca doposcuola {words}", "avvisami")
            await anna.does(lambda person, caption=caption: person.sends_photo(caption=caption))
        await anna.says("/operatore")
        await anna.taps("Sì, va bene")
        await anna.says(*self.of("case")[:3])
        office.presses(office.luca, "Prendi in carico")
        await scene.settle()
        await anna.says(*self.of("case")[3:5])
        said = anna.person.says("errore")
        await scene.settle()
        anna.person.edits(said, self.halves("case")[1])
        await scene.settle()
        places = [float(one) for one in self.of("location")]
        for latitude, longitude in zip(places[::2], places[1::2], strict=True):
            anna.person.sends_location(latitude, longitude)
        for name, note in zip(self.halves("contact"), self.halves("note"), strict=True):
            await anna.does(lambda person, name=name: person.sends_contact(first_name=name))
            await office.hears(office.luca, f"// {note}")
        for text in self.halves("quarantine"):
            anna.person.says(text)
        await scene.run_for(2 * RETRIED_SECONDS)

    async def _answer_survey(self, office: Office) -> None:
        anna = office.anna
        await anna.starts(SURVEY)
        while "idea" not in anna.front.text:
            await anna.says("non lo so")
        await anna.says(". ".join(f"Mi chiamo {one.capitalize()}" for one in self.of("survey")))
        await anna.taps("Invia le risposte")


def rows(office: Office, names: Iterable[str] = metadata.tables) -> str:
    """The rows of tables, as they are stored."""
    return " ".join(str(office.scene.rows(f"SELECT * FROM {name}")) for name in names)


def files(office: Office, server: Server | None) -> bytes:
    """The files of the database: with the log that it writes ahead, if it is the only one in them."""
    if server is None:
        path = office.scene.path
        found = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    else:
        office_rows = office.scene.rows("SELECT oid FROM pg_database WHERE datname = current_database()")
        checkpoint(office)
        found = [*(server.folder / "base" / str(office_rows[0][0])).iterdir(), *(server.folder / "pg_wal").iterdir()]
    return b"".join(one.read_bytes() for one in found if one.is_file())


def checkpoint(office: Office, *, vacuum: bool = False) -> None:
    """All that PostgreSQL knows is in its files, without rows that were deleted."""
    engine = office.scene.parts.database.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if vacuum:
            # Its statistics keep some of the values that it saw.
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {', '.join(metadata.tables)}")
            connection.exec_driver_sql("VACUUM FULL pg_statistic")
        connection.exec_driver_sql("CHECKPOINT")


def papers(office: Office) -> str:
    """All that leaves the database for those who read figures: report, tables, surveys, metrics, counts."""
    now, scene = office.scene.clock(), office.scene
    world, month = scene.parts.worlds(now), month_of(now)

    def read(unit: Unit) -> str:
        tallied = tally(unit.ledger.rows(COUNTED, 0.0, now + 1), world.content.vocabulary)
        unread = grouped(unit.unread.rows(0.0, now + 1))
        report = report_of(tallied, world, Level.INSIDE, range(month, month + 1), first_day(month + 1), unread=unread)
        sheets = [load_sheet(row.payload) for row in unit.ledger.rows([RowKind.SHEET], 0.0, float("inf"))]
        survey = SurveyResults(world.content.flows[SURVEY], world, sheets * 5, Level.INSIDE)
        cases = case_table(world.phrasing, world.content.vocabulary, unit.cases.list_changed(0.0), local, lambda *_: 0)
        return " ".join(
            map(
                str, (page_of(report), csv_of(report), survey.csv_files(), cases, unit.queue_counts(), list(unit.audit.entries()))
            )
        )

    return scene.parts.database.once(read) + prometheus_client.generate_latest().decode()


async def console_pages(office: Office, folder: Path, page: str) -> str:
    """All that the console reads of the content and of the bot's database, with the page of the report."""
    room = ContentRoom(folder, Settings(), lambda: office.scene.parts.database, office.scene.clock)
    preview: Json = SimpleNamespace(words={}, now=None)
    app: Json = Console(preview, room, Transcripts(folder), lambda: page).app([HOST])
    paths = [f"/api/{one}" for one in READS if not one.startswith("preview/")]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{HOST}") as client:
        found = [(await client.get(path, headers=OURS)).text for path in ("/", "/report", *paths)]
    assert "richieste aperte" in found[-1]
    return " ".join(found)


async def copy_of(office: Office, person: Json) -> str:
    """The files of /esporta."""
    sender, payloads = office.scene.parts.sender, [""]
    caller = sender._caller

    async def noting(call: ClaimedCall) -> CallOutcome:
        payloads.append(call.payload)
        return await caller(call)

    sender._caller = noting
    await person.says("/esporta")
    sender._caller = caller
    assert any(JSON_NAME in one for one in payloads)
    return " ".join(payloads)


async def erase(office: Office) -> None:
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    await office.scene.run_for(300)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, new_database: Callable[..., Database]) -> tuple[str, Server | None]:
    """The URL of a database that is not the file of the office, and its server."""
    if request.param == "sqlite":
        return "", None
    return new_database("postgresql").url.render_as_string(hide_password=False), request.getfixturevalue("server")


Place = tuple[str, Server | None]


@pytest.mark.asyncio
async def test_nothing_is_left_after_erasing(
    offices: Offices,
    place: Place,
    written: Written,
    tmp_path: Path,
) -> None:
    begin(LogFormat.JSON)
    content = content_folder(tmp_path / "content")
    url, server = place
    canaries = Canaries("z")
    office = await offices(handler=canaries.failing, url=url)
    await canaries.plant(office)
    assert len(canaries.all) == len(KINDS) * COUNT
    assert canaries.came == canaries.all
    planted = canaries.found_in(rows(office))
    assert {kind for kind in KINDS if set(canaries.of(kind)) & set(planted)} >= {"text", "name", "case", "quarantine"}
    assert office.scene.rows("SELECT count(*) FROM timer WHERE kind = 'alert:7'") == [(1,)]
    assert canaries.found_in(rows(office, ["ledger", "audit", "timer", "confirmation"])) == []
    assert canaries.found_in(papers(office)) == []
    assert canaries.found_in(await console_pages(office, content, papers(office))) == []
    assert set(planted) <= set(canaries.found_in(await copy_of(office, office.anna)))
    await erase(office)
    assert canaries.found_in(rows(office)) == []
    if server is None:
        assert canaries.found_in(files(office, None)) == []
    else:
        checkpoint(office, vacuum=True)
        oid = office.scene.rows("SELECT oid FROM pg_database WHERE datname = current_database()")[0][0]
        folder = server.folder / "base" / str(oid)
        assert canaries.found_in(b"".join(one.read_bytes() for one in folder.iterdir() if one.is_file())) == []
    write_backup(office.scene.parts.database, tmp_path / "copia.jsonl.gz")
    assert canaries.found_in(gzip.decompress((tmp_path / "copia.jsonl.gz").read_bytes())) == []
    assert canaries.found_in(papers(office)) == []
    assert canaries.found_in(await console_pages(office, content, papers(office))) == []
    assert canaries.found_in(await copy_of(office, office.bruno)) == []
    logs = written()
    assert "update_quarantined" in logs
    assert canaries.found_in(logs) == []
    assert [message.text for message in office.group.chat.messages if canaries.found_in(message.text)] == []


@pytest.mark.asyncio
async def test_with_a_key_nothing_is_in_the_files_at_any_time(
    offices: Offices,
    place: Place,
    tmp_path: Path,
) -> None:
    url, server = place
    canaries = Canaries("k")
    office = await offices(handler=canaries.failing, url=url)
    give_keys(office.scene.parts.database.engine, Keyring(new_key_line("k1")))
    if server is None:
        handle = office.scene._handle

        async def handle_and_look() -> Json:
            done = await handle()
            assert not canaries.is_in(files(office, None))
            return done

        office.scene._handle = handle_and_look  # type: ignore[method-assign]
    await canaries.plant(office)
    assert canaries.came == canaries.all
    assert canaries.is_in(str(canaries.all).encode())
    assert canaries.found_in(files(office, server)) == []
    assert [record[:7] for (record,) in office.scene.rows("SELECT record FROM case_")] == ["sealed:"]
    write_backup(office.scene.parts.database, tmp_path / "copia.jsonl.gz")
    assert canaries.found_in(gzip.decompress((tmp_path / "copia.jsonl.gz").read_bytes())) == []
    await erase(office)
    assert canaries.found_in(files(office, server)) == []
