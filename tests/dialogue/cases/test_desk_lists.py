"""The lists of a desk: the queue with its pages, what a search finds, figures that add up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.case import Case, CaseReason, Manager, Outcome
from bot.core.case_figures import figures
from bot.core.replies import Action, Verb
from bot.dialogue.cases import desk_lists
from bot.dialogue.world import World
from tests.builders import NOW

LUCA, MARTA = Manager(21, "Luca"), Manager(20, "Marta")
#: When the case is opened; the promise is a quarter of an hour.
T = 3600.0
CASE = Case(42, 987654321, CaseReason.ASKED, T, desk="nord", place="Melegnano").enqueue(T, "opened", "", due_at=T + 900.0)


def local(moment: float) -> dt.datetime:
    """A clock that stands at ten when time begins."""
    return NOW + dt.timedelta(seconds=moment)


def link(case: Case) -> str:
    return f"https://t.me/c/1/{case.number}"


def minutes(_: Case, began: float, ended: float) -> float:
    return (ended - began) / 60


def test_the_queue_says_who_waits_how_long_and_why_with_a_link_each(world: World) -> None:
    assert desk_lists.queue(world, [], 0.0, local, link).plain == "Nessuno aspetta."
    urgent = replace(CASE, number=43, urgent=True, reason=CaseReason.URGENT)
    taken = replace(CASE.take(LUCA, T + 60.0), number=44)
    reply = desk_lists.queue(world, [CASE, taken, urgent, replace(taken.answer(T + 90.0), number=45)], T + 600.0, local, link)
    assert reply.plain == (
        "In attesa: 3\n⚠ Cittadino 0043 · Melegnano, da 10 minuti: parole di pericolo\n"
        "• Cittadino 0042 · Melegnano, da 10 minuti: chiede di parlare con una persona\n"
        "• Cittadino 0044 · Melegnano, da 10 minuti: chiede di parlare con una persona. Risponde Luca\n"
        "Aspettiamo il cittadino: 1\n• Cittadino 0045 · Melegnano: risponde Luca"
    )
    assert [run.url for run in reply.text if run.url] == [f"https://t.me/c/1/{number}" for number in (43, 42, 44, 45)]
    assert reply.rows == ()


def test_cases_under_way_are_shown_where_nobody_waits(world: World) -> None:
    taken = CASE.take(LUCA, T + 60.0).answer(T + 90.0)
    assert desk_lists.queue(world, [taken], T + 600.0, local, link).plain.splitlines()[:2] == [
        "Nessuno aspetta.", "Aspettiamo il cittadino: 1",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [20, 21, 60])
def test_every_case_of_a_long_queue_is_on_one_page(world: World, count: int) -> None:
    cases = [replace(CASE, number=number) for number in range(count)]
    found: list[str] = []
    page = 0
    while True:
        reply = desk_lists.queue(world, cases, T + 600.0, local, link, page=page, argument="nord")
        found += [run.text for run in reply.text if run.url]
        actions = {choice.label: choice.action for row in reply.rows for choice in row}
        assert ("Indietro" in actions) == (page > 0)
        if "Avanti" not in actions:
            break
        page += 1
        assert actions["Avanti"] == Action(Verb.MANAGE, "coda", f"p{page} nord")
    assert found == [f"Cittadino {number:04} · Melegnano" for number in range(count)]
    assert ("Da 1 a 20 di" in desk_lists.queue(world, cases, T + 600.0, local, link).plain) == (count > 20)
    assert (
        desk_lists.queue(world, cases, T + 600.0, local, link, page=99).rows
        == desk_lists.queue(world, cases, T + 600.0, local, link, page=page).rows[:1]
    )


def test_closed_cases_are_found_by_number_place_need_outcome_and_manager(world: World) -> None:
    need = next(id for id, term in world.content.vocabulary.needs.items() if "nido" in term.label.lower())
    closed = replace(CASE.take(LUCA, T + 60.0).resolve(T + 120.0, "closed", "Luca"), outcome=Outcome.FULL, needs=need)
    for words in ("42", "0042", "melegnano", "nidi Melegnano", "posti esauriti", "luca nido"):
        assert desk_lists.is_found_by(world, closed, words), words
    for words in ("43", "4", "Lodi", "nido lodi", "risolto"):
        assert not desk_lists.is_found_by(world, closed, words), words
    listed = desk_lists.found_cases(world, [closed], "nido", local, link).plain.splitlines()
    assert listed[0] == "Casi chiusi per «nido»: 1"
    assert listed[1].startswith("• Cittadino 0042 · Melegnano, ")
    assert "Posti esauriti · " in listed[1]
    assert desk_lists.found_cases(world, [], "xyz", local, link).plain.startswith("Non trovo casi chiusi per «xyz».")


# --- Figures


def test_a_wait_is_until_the_answer_also_after_a_reopening() -> None:
    closed = CASE.take(LUCA, T + 60.0).answer(T + 60.0).resolve(T + 300.0, "closed", "Luca")
    again = closed.reopen(5 * T, "", due_at=5 * T + 900.0).take(LUCA, 5 * T + 60.0).answer(5 * T + 60.0)
    found = figures([again], 0.0, 24 * 3600.0, minutes)
    assert (found.first_waits, found.waits) == ((1.0,), (1.0, 1.0))
    assert (found.opened, found.taken, found.reopened, found.closed) == (1, 1, 1, 0)
    assert (found.promised, found.in_time) == (2, 2)


def test_a_case_over_midnight_counts_on_the_day_of_each_move() -> None:
    midnight = T + 600.0
    case = CASE.take(LUCA, T + 1800.0).answer(T + 1800.0).resolve(T + 1900.0, "closed", "Luca")
    case = replace(case, helped="yes", outcome=Outcome.SOLVED)
    before, after = figures([case], 0.0, midnight, minutes), figures([case], midnight, 2 * T, minutes)
    assert (before.opened, before.taken, before.closed, before.waits) == (1, 0, 0, ())
    assert (after.opened, after.taken, after.closed, after.waits) == (0, 1, 1, (30.0,))
    assert (after.promised, after.in_time, after.helped, after.outcomes) == (1, 0, 1, {Outcome.SOLVED: 1})


def test_the_figures_of_a_manager_are_what_they_did() -> None:
    mine = CASE.take(LUCA, T + 60.0).answer(T + 120.0)
    passed = replace(mine, number=43).enqueue(T + 180.0, "passed", "Luca", due_at=0.0, keeps_place=True)
    passed = passed.take(MARTA, T + 200.0).answer(T + 240.0)
    assert figures([mine, passed], 0.0, 2 * T, minutes, LUCA.id).waits == (2.0, 2.0)
    assert len(figures([mine, passed], 0.0, 2 * T, minutes, MARTA.id).waits) == 1
    assert figures([mine], 0.0, 2 * T, minutes, MARTA.id).opened == 0


def test_the_figures_are_said_for_today_and_for_the_week(world: World) -> None:
    closed = replace(
        CASE.take(LUCA, T + 120.0).answer(T + 120.0).resolve(T + 300.0, "closed", "Luca"), helped="yes", outcome=Outcome.FULL
    )
    today, week = figures([], 0.0, 2 * T, minutes), figures([closed, CASE], 0.0, 2 * T, minutes)
    assert desk_lists.numbers(world, "nord", today, week).splitlines() == [
        "nord: oggi (e tra parentesi questa settimana)",
        "Aperti: 0 (2)",
        "Presi in carico: 0 (1)",
        "Riaperti: 0 (0)",
        "Chiusi: 0 (1)",
        "Prima risposta dopo: – (2 minuti)",
        "Ogni risposta dopo: – (2 minuti)",
        "Nei tempi promessi: 0 su 0 (1 su 1)",
        "È servito: sì 0, no 0 (sì 1, no 0)",
        "• chiede di parlare con una persona: 0 (2)",
        "• Posti esauriti: 0 (1)",
    ]
