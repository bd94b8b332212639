"""Rows that cannot be read, and tables that cannot be written: nobody else is hurt, and the numbers of danger go out."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from bot.fake_telegram import Group
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio

DANGER = "mio marito mi picchia, ho paura"
LATER_CASE = json.dumps({"version": 99, "unknown": [1]})
DAMAGED = ["", "{", "[]", "null", '{"version": 3}', LATER_CASE, '{"version": 3, "reason": 5, "chat": "x"}']


def change(scene: Scene, *statements: str) -> None:
    """Somebody else's hand in the database."""
    engine = sa.create_engine(f"sqlite:///{scene.path}")
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("record", DAMAGED)
async def test_a_case_that_cannot_be_read_hurts_nobody_else(staffed: Scene, desk: Group, record: str) -> None:
    anna, bruno, carla = (staffed.person(id, name) for id, name in ((7, "Anna"), (8, "Bruno"), (9, "Carla")))
    await anna.says("/operatore")
    change(staffed, f"UPDATE case_ SET record = {quoted(record)}")
    await bruno.says(DANGER)
    assert "112" in "".join(message.text for message in bruno.heard)
    await carla.says("/operatore")
    assert [chat for chat, _ in staffed.cases] == [7, 8, 9]
    assert staffed.failed == []
    cards = [message.text for message in desk.chat.from_bot if message.text.startswith("Cittadino")]
    assert {text[:14] for text in cards} >= {"Cittadino 0002", "Cittadino 0003"}


@pytest.mark.parametrize("record", ["{", LATER_CASE])
async def test_the_managers_are_told_of_a_case_that_cannot_be_read_once(staffed: Scene, desk: Group, record: str) -> None:
    for id in (7, 8, 9):
        await staffed.person(id).says("/operatore")
    change(staffed, f"UPDATE case_ SET record = {quoted(record)} WHERE id = 1")
    for id in (10, 11):
        await staffed.person(id).says("/operatore")
    told = [message.text for message in desk.chat.from_bot if message.text.startswith("Ci sono casi che non si possono leggere")]
    assert len(told) == 1
    assert staffed.rows("SELECT record FROM case_ WHERE id = 1") == [(record,)]


@pytest.mark.parametrize("record", ["{", LATER_CASE])
async def test_whose_own_case_cannot_be_read_is_answered_and_reaches_a_person(staffed: Scene, desk: Group, record: str) -> None:
    anna = staffed.person(7, "Anna")
    await anna.says("/operatore")
    change(staffed, f"UPDATE case_ SET record = {quoted(record)}")
    await anna.says(DANGER)
    assert "112" in "".join(message.text for message in anna.heard)
    assert len(staffed.cases) == 2
    assert staffed.failed == []


BROKEN: dict[str, list[str]] = {
    "no table": ["DROP TABLE case_"],
    "no writing": [
        "CREATE TRIGGER no_case BEFORE INSERT ON case_ BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TRIGGER no_change BEFORE UPDATE ON case_ BEGIN SELECT RAISE(ABORT, 'no'); END",
    ],
    "no column": ["DROP INDEX case_open", "ALTER TABLE case_ RENAME COLUMN record TO lost"],
    "no timers": ["CREATE TRIGGER no_timer BEFORE INSERT ON timer BEGIN SELECT RAISE(ABORT, 'no'); END"],
}


@pytest.mark.parametrize("statements", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("with_case", [False, True], ids=["new", "in a case"])
async def test_numbers_of_danger_go_out_once_whatever_becomes_of_the_case(
    staffed: Scene, desk: Group, statements: list[str], with_case: bool
) -> None:
    anna, bruno = staffed.person(7, "Anna"), staffed.person(8, "Bruno")
    await anna.says("/operatore" if with_case else "/start")
    change(staffed, *statements)
    count = len(anna.heard)
    anna.person.says(DANGER)
    bruno.person.starts()
    await staffed.run_for(200.0)
    texts = [message.text for message in anna.heard[count:]]
    assert ["112" in text for text in texts].count(True) == 1
    assert "Per chi cerchi un servizio?" in bruno.front.text
    assert staffed.rows("SELECT count(*) FROM inbox WHERE state = 'quarantined'") == [(1,)]


async def test_what_was_set_aside_reaches_a_person_when_the_table_is_back(staffed: Scene, desk: Group) -> None:
    anna = staffed.person(7, "Anna")
    change(staffed, "CREATE TRIGGER no_case BEFORE INSERT ON case_ BEGIN SELECT RAISE(ABORT, 'no'); END")
    anna.person.says(DANGER)
    await staffed.run_for(200.0)
    assert staffed.cases == []
    change(staffed, "DROP TRIGGER no_case")
    await staffed.parts.store.do(lambda unit: unit.inbox.retry(None))
    await staffed.settle()
    assert [chat for chat, _ in staffed.cases] == [7]
    assert ["112" in message.text for message in anna.heard].count(True) == 1
    assert DANGER in staffed.rows("SELECT record FROM case_")[0][0]


async def test_an_unreadable_session_begins_anew(scene: Scene, anna: Phone) -> None:
    bruno = scene.person(8, "Bruno")
    await anna.starts()
    await bruno.starts()
    for text in DAMAGED:
        change(scene, f"UPDATE chat SET session = {quoted(text)} WHERE id = 7")
        await anna.says("un bambino")
        assert "Quanti anni ha?" in anna.front.text
    await bruno.says("un bambino")
    assert "Quanti anni ha?" in bruno.front.text
    assert scene.failed == []


CALLS: dict[str, str] = {
    "kind of later": "kind = 'poll'",
    "no parameters": "payload = '{\"known_as\": '",
    "no parameters at all": "payload = ''",
    "a list": "payload = '[1]'",
}


@pytest.mark.parametrize("damage", CALLS.values(), ids=CALLS)
async def test_a_call_that_cannot_be_read_is_set_aside_and_its_chat_goes_on(scene: Scene, anna: Phone, damage: str) -> None:
    bruno = scene.person(8, "Bruno")
    await anna.starts()
    anna.person.says("un bambino")
    await scene._poll()
    await scene._handle()
    change(scene, f"UPDATE outbox SET {damage} WHERE state = 'waiting' AND chat = 7")
    await scene.restart()
    await bruno.starts()
    assert "Per chi cerchi un servizio?" in bruno.front.text
    await scene.run_for(700.0)
    await anna.says("8 mesi")
    assert "In quale comune abiti?" in anna.front.text


@pytest.mark.parametrize("recent", ["{", "null", '["x"]', "[[1]]"])
async def test_times_of_a_group_that_cannot_be_read_are_forgotten(staffed: Scene, desk: Group, recent: str) -> None:
    await staffed.person(7).says("/operatore")
    change(staffed, f"UPDATE recipient SET recent = {quoted(recent)} WHERE id < 0")
    anna = staffed.person(8, "Anna")
    await anna.says("/operatore")
    assert "Cittadino 0002" in "".join(message.text for message in desk.chat.from_bot)


@pytest.mark.parametrize("payload", ["", "{", '{"due": {"kind": "later"}}', '{"due": {"kind": "time", "new": 1}}'])
async def test_a_timer_that_cannot_be_read_is_set_aside_at_once(scene: Scene, anna: Phone, payload: str) -> None:
    await anna.starts()
    change(scene, f"INSERT INTO timer (kind, due_at, lane, payload) VALUES ('x', 1, 7, {quoted(payload)})")
    await scene.run_for(1.0)
    await anna.says("un bambino")
    assert "Quanti anni ha?" in anna.front.text
    assert scene.rows("SELECT attempts FROM inbox WHERE state = 'quarantined'") == [(0,)]
