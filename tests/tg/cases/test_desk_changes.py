"""The settings change while cases are open: a desk is gone, has another name or another group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.case import CaseState
from bot.core.desks import Desk
from bot.errors import UsageError
from tests.tg.cases.office import MAIN, NORTH, Office

pytestmark = pytest.mark.asyncio


async def restarted(office: Office, desks: Sequence[Desk]) -> None:
    """The bot starts again with other desks."""
    scene = office.scene
    await scene.close()
    scene.settings = replace(scene.settings, desks=tuple(desks))
    await scene.open()
    await scene.settle()


async def test_the_start_is_refused_while_a_desk_that_is_gone_has_open_cases(office: Office) -> None:
    await office.asks()
    with pytest.raises(UsageError, match="Lo sportello «principale» non è più"):
        await restarted(office, [NORTH])
    office.scene.parts.store.close()
    office.scene.settings = replace(office.scene.settings, desks=(MAIN, NORTH))
    await office.scene.open()
    await office.takes()
    await office.hears(office.luca, "buongiorno", "/chiudi")
    await restarted(office, [NORTH])
    assert office.case.state is CaseState.RESOLVED


async def test_a_desk_with_another_name_keeps_its_cases_where_they_are(office: Office) -> None:
    await office.asks()
    await office.takes()
    await restarted(office, [replace(MAIN, id="centro", was=MAIN.id), NORTH])
    assert (office.case.desk, office.case.state) == ("centro", CaseState.ASSIGNED)
    await office.hears(office.luca, "buongiorno")
    assert office.anna.front.text == "buongiorno"


async def test_the_cases_of_a_desk_that_is_gone_wait_at_the_one_that_takes_them(office: Office) -> None:
    asked = await office.asks()
    await office.takes()
    await restarted(office, [replace(NORTH, was=MAIN.id)])
    case = office.case
    assert (case.desk, case.group, case.state, case.waiting_since) == (
        NORTH.id,
        NORTH.chat_id,
        CaseState.WAITING,
        asked.opened_at,
    )
    office.presses(office.gina, "Prendi in carico", office.north)
    await office.scene.settle()
    assert office.anna.front.text.startswith("Ora ti risponde Gina")


async def test_a_desk_in_another_group_has_its_cases_there(office: Office) -> None:
    await office.asks()
    other = office.scene.telegram.group(-1009, "Nuovo", admins=[office.marta], members=[office.luca], forum=True)
    await restarted(office, [replace(MAIN, chat_id=other.id), NORTH])
    assert office.case.group == other.id
    assert "Cittadino 0001" in office.card(other).text
    await restarted(office, [replace(MAIN, chat_id=other.id), NORTH])
    assert office.case.place_number == 2
