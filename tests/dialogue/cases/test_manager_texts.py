"""What managers read: the card, the queue, a history, the numbers of a day, help."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.core.case import Case, CaseReason, Manager, Outcome, SharedAnswer, ShownOffer, TranscriptEntry
from bot.core.case_commands import CASE_COMMANDS
from bot.dialogue.cases import manager_texts
from bot.dialogue.world import World
from tests.builders import NOW

LUCA = Manager(21, "Luca")
CASE = Case(
    42,
    987654321,
    CaseReason.ASKED,
    0.0,
    place="Melegnano",
    facts=(SharedAnswer("Comune", "Melegnano"), SharedAnswer("Età", "7 anni")),
)
CASE = CASE.enqueue(0.0, "opened", "", due_at=0.0)


def local(moment: float) -> dt.datetime:
    """A clock that stands at ten when time begins."""
    return NOW + dt.timedelta(seconds=moment)


def card(world: World, case: Case) -> str:
    """A card's text."""
    return manager_texts.card(world, case, local).plain


def labels(world: World, case: Case) -> list[str]:
    """The words on a card's buttons."""
    return [choice.label for row in manager_texts.card(world, case, local).rows for choice in row]


def test_a_topic_is_named_by_pseudonym_and_municipality_and_by_nothing_else(world: World) -> None:
    assert manager_texts.topic_name(world, CASE) == "Cittadino 0042 · Melegnano"
    assert manager_texts.topic_name(world, replace(CASE, place="")) == "Cittadino 0042"


def test_a_card_says_why_who_and_what_and_names_a_place_once(world: World) -> None:
    case = replace(
        CASE,
        offers_shown=(ShownOffer("Nido Azzurro", "chi abita a Dresano"),),
        transcript=(TranscriptEntry(0, "cerco un nido"), TranscriptEntry(3, "", "photo")),
    )
    assert card(world, case) == (
        "Cittadino 0042\nPerché: chiede di parlare con una persona\nIn attesa dalle 10:00\n\n"
        "Comune: Melegnano\nEtà: 7 anni\n\n"
        "Servizi che ha visto:\n• Nido Azzurro (chi abita a Dresano)\n\n"
        "Che cosa ha scritto:\n«cerco un nido»\n«ha mandato una foto»"
    )
    assert card(world, replace(CASE, facts=())).count("Melegnano") == 1
    assert str(CASE.chat) not in card(world, case)


def test_a_card_has_the_buttons_of_what_can_be_done_now(world: World) -> None:
    taken = CASE.take(LUCA, 60.0)
    assert labels(world, CASE) == ["Prendi in carico", "Passa a…"]
    assert labels(world, taken) == ["Proponi un servizio", "Passa a…", "Chiudi"]
    assert labels(world, taken.resolve(90.0, "closed", "Luca")) == ["Riapri"]
    assert labels(world, replace(CASE, urgent=True))[-1] == "Non è urgente"


def test_a_card_shows_how_the_case_stands(world: World) -> None:
    taken = CASE.take(LUCA, 60.0)
    closed = replace(taken.resolve(120.0, "closed", "Luca"), helped="no")
    assert "Risponde Luca" in card(world, taken)
    assert "Chiuso alle 10:02. Il cittadino dice che non è servito." in card(world, closed)
    assert card(world, replace(CASE, urgent=True)).splitlines()[1] == "⚠ URGENTE"


def test_a_history_has_each_step_and_the_earlier_cases(world: World) -> None:
    closed = CASE.take(LUCA, 60.0).resolve(120.0, "closed", "Luca")
    again = replace(CASE, number=43)
    assert manager_texts.history(world, closed, [], local).plain.splitlines()[1:] == [
        "10:00: aperto", "10:01: preso in carico da Luca", "10:02: chiuso da Luca",
    ]  # fmt: skip
    ended = replace(closed, outcome=Outcome.FULL)
    told = manager_texts.history(world, again, [manager_texts.EarlierCase(ended, "https://t.me/c/1/2")], local)
    assert told.plain.splitlines()[-1].startswith("Prima: Cittadino 0042, ")
    assert told.plain.endswith("Posti esauriti · Luca")
    assert any(run.url for run in told.text)


def test_all_canned_replies_are_listed_by_name(world: World) -> None:
    listed = manager_texts.canned_replies(world, {"orari": "Dalle 9"})
    assert "orari: Dalle 9" in listed
    assert all(f"{name}: " in listed for name in world.content.replies)


def test_help_and_the_menu_name_every_command_that_can_be_typed(world: World) -> None:
    typed = [command.name for command in CASE_COMMANDS if command.is_typed]
    assert [name for name, _ in manager_texts.menu(world)] == typed
    assert all(words and not words.startswith("/") for _, words in manager_texts.menu(world))
    lines = manager_texts.help_text(world).splitlines()[-len(typed) :]
    assert [line[1:].split()[0].rstrip(":") for line in lines] == typed
