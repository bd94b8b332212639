"""Encryption at rest: nothing in clear in either database, rows that cannot be swapped, keys that change while work goes on."""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreUnavailable, UsageError
from bot.storage import rotation
from bot.storage.rotation import check_keys, make_key, reseal, sealed_columns
from bot.storage.sealing import MARK, Keyring, RowText, keyring_of, new_key_line, raw
from bot.storage.tables import case, chat, desk_state, inbox, outbox, unread
from tests.builders import a_case
from tests.databases import give_keys
from tests.storage.rig import Rig, message, update

CANARY = "canarino verde"


@pytest.fixture
def keyring(rig: Rig) -> Keyring:
    ring = Keyring(new_key_line("k1"))
    give_keys(rig.database.engine, ring)
    return ring


def stored(rig: Rig) -> list[str]:
    with rig.database.engine.connect() as connection:
        return [text for one in sealed_columns() for text in connection.execute(sa.select(raw(one))).scalars() if text]


def filled(rig: Rig) -> None:
    rig.receive(update(1, 7), now=1.0)
    rig.do(lambda unit: [unit.inbox.mark_done(one, json.dumps({"x": CANARY}), 1.0) for one in unit.inbox.claim(1.0, 9)])
    rig.receive(update(2, 7, json.dumps({"text": CANARY})), now=2.0)
    rig.do(lambda unit: unit.outbox.put(message(7, CANARY), 2.0))
    rig.do(lambda unit: unit.cases.open(a_case(7, place=CANARY)))
    rig.do(lambda unit: unit.desk_states.change("sportello", lambda state: replace(state, closed_because=CANARY)))


def read(rig: Rig) -> tuple[str, str, str, str]:
    (claimed,) = rig.do(lambda unit: unit.inbox.claim(9.0, 9))
    (found,) = rig.do(lambda unit: unit.cases.list_of_chat(7))
    ((payload,),) = rig.rows(outbox, "payload")
    return claimed.payload, claimed.session or "", found.place, payload


def test_nothing_is_in_clear_and_all_of_it_comes_back(rig: Rig, keyring: Keyring) -> None:
    filled(rig)
    assert all(text.startswith(MARK) and CANARY not in text for text in stored(rig))
    assert len(stored(rig)) == 5
    assert all(CANARY in text for text in read(rig))


def test_rows_from_before_there_was_a_key_are_read_and_then_sealed(rig: Rig) -> None:
    filled(rig)
    ring = Keyring(new_key_line("k1"))
    give_keys(rig.database.engine, ring)
    assert all(CANARY in text for text in read(rig))
    assert reseal(rig.database, ring) == 5
    assert not any(CANARY in text for text in stored(rig))
    assert all(CANARY in text for text in read(rig))


def test_a_key_is_changed_while_every_row_can_be_read(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "bot.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    running = Keyring(path.read_text(), path)
    give_keys(rig.database.engine, running)
    filled(rig)
    assert make_key(path) == "k2"
    assert reseal(rig.database, Keyring(path.read_text(), path)) == 5
    assert all(text.startswith(f"{MARK}k2:") for text in stored(rig))
    assert all(CANARY in text for text in read(rig))


def test_a_lost_key_is_said_and_nothing_is_changed(rig: Rig, keyring: Keyring) -> None:
    filled(rig)
    before = stored(rig)
    give_keys(rig.database.engine, Keyring(new_key_line("k9")))
    with pytest.raises(UsageError, match="«k1»"):
        check_keys(rig.database)
    with pytest.raises(StoreUnavailable):
        rig.do(lambda unit: unit.inbox.claim(9.0, 9))
    assert stored(rig) == before
    give_keys(rig.database.engine, keyring)
    check_keys(rig.database)
    assert all(CANARY in text for text in read(rig))


def test_a_text_moved_to_another_row_is_not_read(rig: Rig, keyring: Keyring) -> None:
    for lane in (7, 8):
        rig.receive(update(lane, lane), now=1.0)
    rig.do(lambda unit: [unit.inbox.mark_done(one, f"of {one.lane}", 1.0) for one in unit.inbox.claim(1.0, 9)])
    with rig.database.engine.begin() as connection:
        theirs = connection.execute(sa.select(raw(chat.c.session)).where(chat.c.id == 8)).scalar_one()
        connection.execute(chat.update().where(chat.c.id == 7).values(session=theirs))
    rig.receive(update(9, 7), now=2.0)
    (claimed,) = rig.do(lambda unit: unit.inbox.claim(9.0, 9))
    assert claimed.session == ""


def test_the_state_of_a_desk_moved_to_another_desk_is_not_read(rig: Rig, keyring: Keyring) -> None:
    rig.do(lambda unit: unit.desk_states.change("nord", lambda state: replace(state, closed_because=CANARY)))
    rig.do(lambda unit: unit.desk_states.change("sud", lambda state: replace(state, closed_because="sciopero")))
    with rig.database.engine.begin() as connection:
        theirs = connection.execute(sa.select(raw(desk_state.c.record)).where(desk_state.c.desk == "nord")).scalar_one()
        connection.execute(desk_state.update().where(desk_state.c.desk == "sud").values(record=theirs))
    assert rig.do(lambda unit: unit.desk_states.get("nord")).closed_because == CANARY
    assert rig.do(lambda unit: unit.desk_states.get("sud")).closed_because == ""


def test_a_text_moved_to_another_column_is_not_read(rig: Rig, keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="inbox"):
        keyring.open("inbox.payload", keyring.seal("chat.session", "7", "x"))
    assert keyring.open("chat.session", keyring.seal("chat.session", "7", "x")) == RowText.of(7, "x")


def test_a_text_sealed_in_base64_is_read_too(keyring: Keyring) -> None:
    sealed = keyring.seal("chat.session", "7", CANARY)
    head, _, data = sealed.rpartition(":.")
    older = f"{head}:{base64.b64encode(bytes.fromhex(data)).decode()}"
    assert keyring.open("chat.session", older) == keyring.open("chat.session", sealed) == CANARY


@pytest.mark.parametrize("keys", ["", "k1", "k1 abc", "k1 !!!!", "a:b " + "A" * 43 + "="])
def test_keys_that_are_none_are_refused(keys: str) -> None:
    with pytest.raises(UsageError):
        Keyring(keys)


def test_keys_come_from_settings_a_credential_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "bot.key").write_text(new_key_line("k5"))
    assert keyring_of("nowhere.key", "", {}) is None
    assert keyring_of("nowhere.key", new_key_line("k3").strip() + "; " + new_key_line("k4"), {}).current == "k4"
    assert keyring_of("nowhere.key", "", {"CREDENTIALS_DIRECTORY": str(tmp_path)}).current == "k5"
    assert keyring_of(str(tmp_path / "bot.key"), "", {}).current == "k5"


def test_what_is_sealed_is_what_holds_words() -> None:
    assert {column.table.name for column in sealed_columns()} == {
        one.name for one in (case, chat, desk_state, inbox, outbox, unread)
    }


class Killed(Exception):
    """The process that changes the key is no more."""


class MortalKeyring(Keyring):
    """The keys of a process that is killed after it has sealed so many texts."""

    seals_left = 0

    def seal(self, place: str, row: str, text: str) -> str:
        if not self.seals_left:
            raise Killed
        self.seals_left -= 1
        return super().seal(place, row, text)


def all_rows(rig: Rig) -> dict[str, list[str]]:
    """The texts of every sealed column, as the running bot reads them."""
    with rig.database.engine.connect() as connection:
        return {
            f"{one.table.name}.{one.name}": sorted(text for text in connection.execute(sa.select(one)).scalars() if text)
            for one in sealed_columns()
        }


def test_every_row_is_read_while_a_rotation_is_killed_again_and_again_under_load(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_ROWS", 3)
    path, numbers = tmp_path / "bot.key", itertools.count(10)
    make_key(path)
    give_keys(rig.database.engine, Keyring(path.read_text(), path))

    def works() -> None:
        """The bot writes and reads: a session, a call, a case, an update that fails."""
        lane = next(numbers)
        rig.receive(update(lane, lane, json.dumps({"text": f"{CANARY} {lane}"})), now=1.0)
        rig.do(lambda unit: [unit.inbox.mark_failed(one, CANARY, 2.0) for one in unit.inbox.claim(1.0, 1)])
        rig.do(lambda unit: unit.outbox.put(message(lane, f"{CANARY} {lane}"), 1.0))
        rig.do(lambda unit: unit.cases.open(a_case(lane, place=CANARY)))

    for _ in range(4):
        works()
    make_key(path)
    kills, expected = 0, all_rows(rig)

    def is_readable(_: int = 0) -> None:
        nonlocal expected
        assert all_rows(rig) == expected
        if next(numbers) < 60:
            works()
            expected = all_rows(rig)

    for life in itertools.count():
        process = MortalKeyring(path.read_text(), path)
        process.seals_left = life
        try:
            reseal(rig.database, process, is_readable)
        except Killed:
            kills += 1
            is_readable()
        else:
            break
    assert kills > 3
    assert all_rows(rig) == expected
    assert all(text.startswith(f"{MARK}k2:") for text in stored(rig))
