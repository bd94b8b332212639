"""Backup and restore: every row, from either database into either, all or nothing."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any as Json

import pytest
import sqlalchemy as sa

from bot.core.case import CaseReason, SharedAnswer
from bot.core.confirmation import Confirmation, Validity
from bot.core.unread import UnreadSentence
from bot.errors import UsageError
from bot.storage.backup import read_backup, write_backup
from bot.storage.schema import Database
from bot.storage.tables import metadata
from bot.usecases.calls import CallKind, Limits, Outgoing, message_ref
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer
from bot.usecases.versions import ContentVersion
from tests.builders import a_case
from tests.storage.rig import Rig, leave, message, update

NewDatabase = Callable[..., Database]
OpenStore = Callable[..., Rig]


def filled(database: Database, open_store: OpenStore) -> None:
    """Some of everything, with letters and numbers that are hard to carry."""
    rig = open_store(database)
    rig.receive(*(update(1 << 40 | one, lane=-(1 << 50) - one % 3, payload='"è 🙂"') for one in range(9)), now=0.1 + 0.2)
    rig.handle(now=1_800_000_000.123456, session='{"a": "è\\n🙂"}')
    rig.do(lambda unit: unit.inbox.mark_failed(unit.inbox.claim(2e9, 1)[0], "ValueError: «è»", 2e9))
    rig.do(lambda unit: unit.inbox.quarantine(unit.inbox.claim(1.9e9, 1)[0], "KeyError", 1.9e9))
    rig.put(message(7, "è 🙂 \x00"), Outgoing(-1001, CallKind.MESSAGE, "sendMessage", {"text": "scheda"}), leave(-5), now=5.0)
    for call in rig.claim(now=6.0, limits=Limits()):
        rig.accept(call, 1 << 40, now=6.5)
    rig.do(lambda unit: unit.outbox.block(9))
    rig.do(lambda unit: unit.outbox.move_group(-1001, -1002))
    rig.put(message(-1001, "altra"), message(8, "due"))
    rig.claim(now=60.0, most=1)

    def more(unit: Unit) -> None:
        opened = unit.cases.open(a_case(7, opened_at=5.0, facts=(SharedAnswer("Età", "3 anni 🙂"),), urgent=True))
        card = Outgoing(
            -1009, CallKind.MESSAGE, "sendMessage", {"text": "scheda"}, keys=(opened.card, "7:41"), case=opened.number
        )
        unit.outbox.put(card, 50.0)
        unit.cases.open(a_case(8, CaseReason.NOTHING_FITS, 6.0, desk="sportello"))
        unit.ledger.record("asked", {"need": "asilo è"}, 7.0)
        unit.unread.add(UnreadSentence("brubblo è 🙂", "it", "eta", "abc"), 7.0)
        unit.confirmations.put(Confirmation("nido", Validity.CHANGED, dt.date(2026, 3, 1), "apre alle 8 🙂"))
        unit.timers.set(Timer("purge", 8.0))
        unit.timers.set(Timer("promise:1", 9.5, 7, '{"è": 1}'))
        unit.cooldowns.start("quarantine", 9.0, 60.0)
        unit.audit.record("console:è", "publish", "content:3", 9.0)
        unit.desk_states.change("sportello", lambda state: replace(state, replies={"orari": "è 🙂"}))
        unit.content_versions.add(ContentVersion(3, 9.0, "f00", "Orari è 🙂", "Marta", restores=1), "UEsF")

    rig.do(more)
    for call in rig.claim(now=61.0):
        rig.accept(call, 1 << 41, now=61.5)
    rig.put(
        Outgoing(8, CallKind.MESSAGE, "sendMessage", {"message_id": message_ref("7:41")}, keys=("x",), case=1, delay=9.0),
        now=62.0,
    )
    rig.close()


def rows(database: Database) -> dict[str, list[tuple[Json, ...]]]:
    """All there is."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_every_row_comes_back_in_either_database(
    database: Database, target: str, new_database: NewDatabase, open_store: OpenStore, tmp_path: Path
) -> None:
    filled(database, open_store)
    before = rows(database)
    assert all(before.values()), "there is something in every table"
    copy = tmp_path / "copia.jsonl.gz"
    count = write_backup(database, copy)
    assert count == sum(len(table) for table in before.values())
    other = new_database(target, bare=True)
    assert read_backup(other, copy) == count
    assert rows(other) == before
    assert rows(database) == before
    assert other.revision() == database.revision()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_after_a_restore_the_bot_goes_on_and_new_rows_have_new_ids(
    database: Database, target: str, new_database: NewDatabase, open_store: OpenStore, tmp_path: Path
) -> None:
    filled(database, open_store)
    copy = tmp_path / "copia.jsonl.gz"
    write_backup(database, copy)
    other = new_database(target)
    read_backup(other, copy)
    rig = open_store(other)
    before = {name: {row[0] for row in rig.rows(metadata.tables[name], "id")} for name in ("inbox", "outbox", "case_", "ledger")}
    rig.receive(update(1, lane=7))
    rig.put(message(7, "ciao"))
    number = rig.do(lambda unit: unit.cases.open(a_case(7, opened_at=5.0)).number)
    rig.do(lambda unit: unit.ledger.record("asked", {}, 7.0))
    assert number > max(before["case_"])
    for name, ids in before.items():
        (new,) = {row[0] for row in rig.rows(metadata.tables[name], "id")} - ids
        assert new > max(ids)
    rig.check_counters()


def test_an_empty_database_goes_back_and_forth(
    kind: str, new_database: NewDatabase, open_store: OpenStore, tmp_path: Path
) -> None:
    copy = tmp_path / "copia.jsonl.gz"
    assert write_backup(new_database(kind), copy) == 0
    other = new_database(kind)
    assert read_backup(other, copy) == 0
    assert open_store(other).receive(update(1)) == 1


def test_more_rows_than_fit_in_one_statement(kind: str, new_database: NewDatabase, open_store: OpenStore, tmp_path: Path) -> None:
    database = new_database(kind)
    rig = open_store(database)
    rig.do(lambda unit: unit.inbox.receive([update(number, lane=number) for number in range(1200)], 0.0))
    rig.close()
    told: list[int] = []
    copy = tmp_path / "copia.jsonl.gz"
    assert write_backup(database, copy, told.append) == 2400
    assert told == sorted(told)
    assert told
    other = new_database(kind)
    assert read_backup(other, copy, told.append) == 2400
    assert rows(other) == rows(database)


def test_a_backup_keeps_nobody_from_writing(kind: str, new_database: NewDatabase, open_store: OpenStore) -> None:
    database = new_database(kind)
    rig = open_store(database)
    rig.receive(update(1))
    with database.snapshot() as connection:
        before = connection.execute(sa.text("SELECT count(*) FROM inbox")).scalar()
        if kind == "sqlite":
            writer = sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
            writer.close()
        rig.receive(update(2))
        assert connection.execute(sa.text("SELECT count(*) FROM inbox")).scalar() == before == 1
    assert rig.rows(metadata.tables["inbox"], "update_id") == [(1,), (2,)]


def test_a_backup_of_tables_that_are_not_up_to_date_is_refused(kind: str, new_database: NewDatabase, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="db migrate"):
        write_backup(new_database(kind, bare=True), tmp_path / "copia.jsonl.gz")
    assert list(tmp_path.glob("copia*")) == []


def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(new_database: NewDatabase, tmp_path: Path) -> None:
    database = new_database("sqlite")
    with pytest.raises(UsageError, match="non si può scrivere"):
        write_backup(database, tmp_path / "manca" / "copia.jsonl.gz")
    (tmp_path / "cartella").mkdir()
    with pytest.raises(UsageError, match="non si può scrivere"):
        write_backup(database, tmp_path / "cartella")
    assert list(tmp_path.glob("*.part")) == []


# --- What is no backup ------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(new_database: NewDatabase, open_store: OpenStore, tmp_path: Path) -> Path:
    """A good backup."""
    database = new_database("sqlite")
    filled(database, open_store)
    path = tmp_path / "copia.jsonl.gz"
    write_backup(database, path)
    return path


def lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)


def packed(*parts: str) -> bytes:
    return gzip.compress("".join(parts).encode())


def damaged(content: bytes) -> bytes:
    """Some bytes in the middle are others."""
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle : middle + 40]) + content[middle + 40 :]


DAMAGE: dict[str, Callable[[Path], bytes]] = {
    "nothing": lambda _: b"",
    "no archive": lambda _: b"ciao\n" * 100,
    "half of it": lambda path: path.read_bytes()[: path.stat().st_size // 2],
    "all but the end": lambda path: path.read_bytes()[:-4],
    "damaged in the middle": lambda path: damaged(path.read_bytes()),
    "an empty archive": lambda _: packed(""),
    "an archive of something else": lambda _: packed("ciao\n"),
    "other JSON": lambda _: packed("[1, 2]\n"),
    "no head": lambda path: packed(*lines(path)[1:]),
    "an unknown table": lambda path: packed(*lines(path), '["nobody", [1]]\n'),
    "a row that is too short": lambda path: packed(*lines(path), '["chat", [1]]\n'),
    "a row that is no row": lambda path: packed(*lines(path), "17\n"),
    "a row that is null": lambda path: packed(*lines(path), '["chat", null]\n'),
    "a line that is cut": lambda path: packed(*lines(path)[:-1], lines(path)[-1][:10]),
    "a row twice": lambda path: packed(*lines(path), lines(path)[1]),
    "a value of another kind": lambda path: packed(*lines(path)[:1], '["chat", [[1], 0, 0.0, null]]\n'),
    "a number that is too large": lambda path: packed(*lines(path)[:1], f'["chat", [{1 << 70}, 0, 0.0, null]]\n'),
    "not UTF-8": lambda path: gzip.compress("".join(lines(path)[:1]).encode() + b'["chat", "\xff"]\n'),
    "another version": lambda path: packed('{"kind": "social-point-backup", "revision": "0000"}\n', *lines(path)[1:]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_no_whole_backup_is_refused_and_nothing_remains(
    kind: str, new_database: NewDatabase, copy: Path, damage: Callable[[Path], bytes]
) -> None:
    copy.write_bytes(damage(copy))
    database = new_database(kind)
    with pytest.raises(UsageError) as error:
        read_backup(database, copy)
    assert "\n" not in str(error.value)
    assert "copia.jsonl.gz" in str(error.value) or "Il backup è della versione 0000" in str(error.value)
    assert not any(rows(database).values())


def test_a_backup_that_is_not_there_is_told(new_database: NewDatabase, tmp_path: Path) -> None:
    for path in (tmp_path / "manca.jsonl.gz", tmp_path):
        with pytest.raises(UsageError, match="non si può leggere"):
            read_backup(new_database("sqlite"), path)


def test_a_database_that_holds_something_is_not_overwritten(
    kind: str, new_database: NewDatabase, open_store: OpenStore, copy: Path
) -> None:
    database = new_database(kind)
    open_store(database).do(lambda unit: unit.timers.set(Timer("purge", 8.0)))
    before = rows(database)
    with pytest.raises(UsageError, match="non è vuoto"):
        read_backup(database, copy)
    assert rows(database) == before


def test_a_backup_says_what_it_is(copy: Path) -> None:
    head = json.loads(lines(copy)[0])
    assert head["kind"] == "social-point-backup"
    assert head["revision"]
