"""Planted strings: none in logs and ledger at any time, none anywhere after erasing, and with a key none in the file."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage.backup import write_backup
from bot.storage.sealing import Keyring, new_key_line, use_keyring
from tests.tg.cases.conftest import Offices, offices  # noqa: F401 - a fixture
from tests.tg.cases.office import Office

KINDS = ("text", "caption", "name", "case", "held", "note", "edit", "album", "command", "search")
COUNT = 10


def canary(kind: str, number: int) -> str:
    return f"zqx{kind}{number}wkj"


CANARIES = [canary(kind, number) for kind in KINDS for number in range(COUNT)]


async def plant(office: Office) -> None:
    """Every way in that a citizen and a manager have."""
    anna, scene = office.anna, office.scene
    anna.person.user.first_name = " ".join(canary("name", number) for number in range(COUNT))
    for number in range(COUNT):
        await anna.says(f"cerco un doposcuola {canary('text', number)}")
        await anna.says(f"/cerca {canary('search', number)}")
        await anna.does(lambda person, number=number: person.sends_photo(caption=canary("caption", number)))
    await anna.says("/operatore")
    await anna.taps("Sì, va bene")
    for number in range(COUNT):
        await anna.says(canary("held", number))
    office.presses(office.luca, "Prendi in carico")
    await scene.settle()
    for number in range(COUNT):
        await anna.says(canary("case", number), f"/{canary('command', number)}")
        said = anna.person.says(f"errore {number}")
        await scene.settle()
        anna.person.edits(said, canary("edit", number))
        await scene.settle()
        await anna.does(lambda person, number=number: person.sends_photo(caption=canary("album", number)))
        await office.hears(office.luca, f"// {canary('note', number)}")


def found_in(data: bytes) -> list[str]:
    return [one for one in CANARIES if one.encode() in data]


def files(office: Office) -> bytes:
    path = office.scene.path
    return b"".join(Path(f"{path}{end}").read_bytes() for end in ("", "-wal", "-shm") if Path(f"{path}{end}").exists())


def table(office: Office, name: str) -> bytes:
    return str(office.scene.rows(f"SELECT * FROM {name}")).encode()


async def erase(office: Office) -> None:
    await office.anna.says("/cancella")
    await office.anna.taps("Sì, cancella tutto")
    await office.scene.run_for(300)


@pytest.mark.asyncio
async def test_nothing_is_left_after_erasing(
    offices: Offices,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    office = await offices()
    await plant(office)
    planted = found_in(files(office))
    assert {one[3:-4] for one in planted} >= {"text", "case", "held"}
    assert found_in(table(office, "ledger")) == []
    await erase(office)
    assert found_in(files(office)) == []
    write_backup(office.scene.parts.database, tmp_path / "copia.jsonl.gz")
    assert found_in(b"".join(table(office, name) for name in ("chat", "inbox", "outbox", "case_", "timer", "relay"))) == []
    assert found_in(caplog.text.encode()) == []
    assert [message.text for message in office.group.chat.messages if found_in(message.text.encode())] == []


@pytest.mark.asyncio
async def test_with_a_key_nothing_is_in_the_file_at_any_time(offices: Offices) -> None:  # noqa: F811
    office = await offices()
    use_keyring(office.scene.parts.database.engine, Keyring(new_key_line("k1")))
    await plant(office)
    assert found_in(files(office)) == []
    with office.scene.parts.database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM case_ WHERE record LIKE 'sealed:%'")).scalar_one() == 1
    await erase(office)
    assert found_in(files(office)) == []
    assert office.scene.failed == []
