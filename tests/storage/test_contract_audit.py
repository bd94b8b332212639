"""What every store promises of the audit, on SQLite and on PostgreSQL alike: appended only, and a change is seen."""

from __future__ import annotations

import pytest

from bot.storage.tables import audit
from bot.usecases.queues import AuditEntry
from tests.storage.rig import Rig


def recorded(rig: Rig) -> list[AuditEntry]:
    return rig.do(lambda unit: list(unit.audit.entries()))


@pytest.fixture
def three(rig: Rig) -> Rig:
    for number, act in enumerate(("prendi", "passa", "chiudi"), 1):
        rig.do(lambda unit, number=number, act=act: unit.audit.record("telegram:20", act, f"case:{number}", number / 3))
    return rig


def test_acts_come_back_in_order_and_intact(three: Rig) -> None:
    assert recorded(three) == [
        AuditEntry(number / 3, "telegram:20", act, f"case:{number}")
        for number, act in enumerate(("prendi", "passa", "chiudi"), 1)
    ]


def test_a_changed_act_is_seen(three: Rig) -> None:
    with three.database.engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.act == "passa").values(actor="telegram:99"))
    assert [entry.is_intact for entry in recorded(three)] == [True, False, True]


def test_an_act_that_is_taken_away_is_seen(three: Rig) -> None:
    with three.database.engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.act == "passa"))
    assert [entry.is_intact for entry in recorded(three)] == [True, False]
