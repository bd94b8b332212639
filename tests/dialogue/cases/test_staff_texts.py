"""Who is there: to whom a case can be passed, how loaded colleagues and desks are, whom a name means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case import Case, CaseReason, Manager
from bot.core.desk_state import DeskState, desk_in_state, dump_desk_state, load_desk_state
from bot.core.desks import Desk
from bot.dialogue.cases import staff_texts
from bot.dialogue.cases.staff_texts import Staffing
from bot.dialogue.world import World
from tests.builders import NOW

LUCA, MARTA, OTHER_MARTA = Manager(21, "Luca"), Manager(20, "Marta", "Rossi"), Manager(22, "Marta", "Bianchi")
CASE = Case(42, 7, CaseReason.ASKED, 1.0, desk="nord").enqueue(1.0, "opened", "", due_at=0.0)
STATE = DeskState().with_member(LUCA, is_away=False).with_member(MARTA, is_away=False).with_member(OTHER_MARTA, is_away=True)
DESKS = (Desk("nord", -1), Desk("sud", -2, hours="Sa 09:00-12:00"))


def offered(world: World, case: Case, state: DeskState = STATE) -> list[str]:
    staffing = Staffing(NOW, DESKS, {"nord": state}, [case, replace(CASE, number=43).take(MARTA, 2.0)])
    return [choice.label for row in staff_texts.destinations(world, case, staffing).rows for choice in row]


def test_a_case_is_passed_to_the_queue_to_who_is_there_and_to_desks_with_their_load(world: World) -> None:
    assert offered(world, CASE) == [
        "Luca · casi: 0",
        "Marta Rossi · casi: 1",
        "sud · apre sabato 28 novembre alle 9:00 · casi: 0",
    ]
    assert offered(world, CASE.take(LUCA, 2.0))[:2] == ["Chi è libero", "Marta Rossi · casi: 1"]
    alone = Staffing(NOW, DESKS[:1], {}, [CASE])
    assert staff_texts.destinations(world, CASE, alone).plain == "Non ci sono altri sportelli."


@pytest.mark.parametrize(
    ("name", "found"),
    [("luca", [LUCA]), ("MARTA", [MARTA, OTHER_MARTA]), ("marta rossi", [MARTA]), ("marta b", [OTHER_MARTA]), ("21", [LUCA]),
     ("gina", []), ("", [])],
)  # fmt: skip
def test_a_name_means_whoever_has_it(name: str, found: list[Manager]) -> None:
    assert [one.manager for one in staff_texts.members_named(STATE, name)] == found


def test_a_desk_is_shut_if_all_are_away_or_if_it_was_closed() -> None:
    desk = DESKS[0]
    away = STATE.with_member(LUCA, is_away=True).with_member(MARTA, is_away=True)
    assert desk_in_state(desk, STATE, None).is_open(NOW)
    assert desk_in_state(desk, away, None).opens_at(NOW) is None
    assert desk_in_state(replace(desk, managers=frozenset({20, 21, 22, 23})), away, None).is_open(NOW), "of one nothing is known"
    closed = desk_in_state(DESKS[1], replace(STATE, is_closed=True), NOW.replace(day=NOW.day + 1))
    assert closed.opens_at(NOW) == DESKS[1].opens_at(NOW)
    assert desk_in_state(DESKS[1], replace(STATE, is_closed=True), None).answer_by(NOW) is None


def test_the_state_of_a_desk_is_read_back_as_it_was_written() -> None:
    state = replace(STATE, is_closed=True, closed_because="sciopero", closed_until=9.0, replies={"saluto": "Ciao"})
    assert load_desk_state(dump_desk_state(state)) == state
    assert load_desk_state(dump_desk_state(DeskState())) == DeskState()


def test_the_desks_are_listed_with_the_managers_of_ones_own(world: World) -> None:
    staffing = Staffing(NOW, DESKS, {"nord": STATE}, [CASE.take(LUCA, 2.0)])
    assert staff_texts.desks(world, staffing, "nord").splitlines() == [
        "nord · aperto · casi: 1",
        "• Luca, casi: 1",
        "• Marta Rossi, casi: 0",
        "• Marta Bianchi, in pausa, casi: 0",
        "sud · apre sabato 28 novembre alle 9:00 · casi: 0",
    ]
