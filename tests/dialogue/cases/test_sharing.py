"""What a manager may know of a citizen: only what was agreed to, in the card and in what is proposed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.case import Case, CaseReason, Fact, Manager, ShownOffer, TranscriptEntry
from bot.core.desks import Desk
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.dialogue.cases import manager_texts as told
from bot.dialogue.cases.proposals import find_offers
from bot.dialogue.cases.sharing import facts_of, place_of, seen_by, shared
from bot.dialogue.effects import Share
from bot.dialogue.session import Session
from bot.dialogue.world import World
from tests.builders import NOW


def answers(**said: str) -> Session:
    """A citizen who gave these answers, and looks at the results."""
    given = {attribute: Answer(AnswerKind.VALUE, (value,)) for attribute, value in said.items()}
    return Session(Interview("trova-servizio", 1, given, pace=Pace.STOPPED), interview_count=1)


ADULT = {"persona": "adulto", "comune": "melegnano"}
DISABLED = answers(**ADULT, disabilita="motoria")
#: A need that alone tells something that is nobody's business.
DELICATE = answers(**ADULT, bisogno="consultorio")


def said(facts: tuple[Fact, ...]) -> list[str]:
    """The answers that are shared."""
    return [fact.value for fact in facts]


@pytest.mark.parametrize(("session", "secret"), [(DISABLED, "motoria"), (DELICATE, "onsultorio")], ids=["disability", "need"])
def test_what_is_sensitive_is_shared_only_when_that_was_agreed_to(world: World, session: Session, secret: str) -> None:
    assert any(secret.lower() in one.lower() for one in said(facts_of(world, session, Share.ALL)))
    assert not any(secret.lower() in one.lower() for one in said(facts_of(world, session, Share.PLAIN)))
    assert said(facts_of(world, session, Share.PLAIN)) == ["Melegnano", "Una persona adulta"]
    assert facts_of(world, session, Share.NOTHING) == ()


def test_what_is_sensitive_is_named_so_that_it_can_be_kept_back(world: World) -> None:
    assert [fact.label for fact in facts_of(world, DISABLED) if fact.sensitive] == ["Disabilità"]


def test_what_was_not_answered_is_no_fact(world: World) -> None:
    session = Session(
        Interview(
            "trova-servizio",
            1,
            {"persona": Answer(AnswerKind.UNKNOWN), "disabilita": Answer(AnswerKind.DECLINED), "eta": Answer(AnswerKind.SKIPPED)},
        )
    )
    assert facts_of(world, session) == ()
    assert place_of(world, session) == ""
    assert facts_of(world, Session()) == ()


def test_the_services_that_were_seen_tell_nothing_that_is_kept_back(world: World) -> None:
    assert seen_by(world, DISABLED, Share.NOTHING) == ()
    without = {seen.name for seen in seen_by(world, answers(**ADULT), Share.ALL)}
    for session in (DISABLED, DELICATE):
        plain = seen_by(world, session, Share.PLAIN)
        assert {seen.name for seen in plain} <= without
        assert not any("motoria" in seen.reason.lower() or "disabilità" in seen.reason.lower() for seen in plain)


def test_what_a_manager_is_proposed_tells_nothing_that_is_kept_back(world: World) -> None:
    assert shared(world, DISABLED, Share.NOTHING).interview is None
    assert shared(world, DISABLED, Share.ALL) == DISABLED
    plain = shared(world, DISABLED, Share.PLAIN)
    assert plain.interview is not None
    assert set(plain.interview.answers) == {"persona", "comune"}
    assert find_offers(world, plain, "") == find_offers(world, answers(**ADULT), "")


# --- What managers read

LUCA = Manager(21, "Luca")
CASE = Case(42, 987654321, CaseReason.ASKED, 0.0, place="Melegnano", facts=(Fact("Comune", "Melegnano"), Fact("Età", "7 anni")))
CASE = CASE.enqueue(0.0, "opened", "", due_at=0.0)


def local(moment: float) -> dt.datetime:
    """A clock that stands at ten when time begins."""
    return NOW + dt.timedelta(seconds=moment)


def card(world: World, case: Case) -> str:
    """A card's text."""
    return told.card(world, case, local).plain


def labels(world: World, case: Case) -> list[str]:
    """The words on a card's buttons."""
    return [choice.label for row in told.card(world, case, local).rows for choice in row]


def test_a_topic_is_named_by_pseudonym_and_municipality_and_by_nothing_else(world: World) -> None:
    assert told.topic_name(world, CASE) == "Cittadino 0042 · Melegnano"
    assert told.topic_name(world, replace(CASE, place="")) == "Cittadino 0042"
    assert len(told.topic_name(world, replace(CASE, place="x" * 500))) <= 128


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
    assert labels(world, taken.resolve(90.0, "closed", "Luca")) == []


def test_a_card_shows_how_the_case_stands(world: World) -> None:
    taken = CASE.take(LUCA, 60.0)
    closed = replace(taken.resolve(120.0, "closed", "Luca"), helped="no")
    assert "Risponde Luca" in card(world, taken)
    assert "Chiuso alle 10:02. Il cittadino dice che non è servito." in card(world, closed)
    assert card(world, replace(CASE, urgent=True)).splitlines()[1] == "⚠ URGENTE"


def test_each_state_has_an_icon_of_its_own(world: World) -> None:
    taken = CASE.take(LUCA, 60.0)
    icons = [told.icon(one) for one in (CASE, replace(CASE, urgent=True), taken, taken.resolve(90.0, "closed"))]
    assert icons == ["❗", "🔥", "💬", "✅"]
    assert told.icon(replace(taken, urgent=True)) == "💬"


def test_a_case_is_passed_on_to_the_queue_if_somebody_has_it_and_to_other_desks(world: World) -> None:
    desks = [Desk("nord", -1), Desk("sud", -2)]
    here = replace(CASE, desk="nord")

    def to(case: Case) -> list[str]:
        return [choice.label for row in told.passing(world, case, desks).rows for choice in row]

    assert to(here) == ["sud"]
    assert to(replace(here.take(LUCA, 60.0))) == ["Chi è libero", "sud"]
    assert told.passing(world, here, desks[:1]).plain == "Non ci sono altri sportelli."


def test_the_queue_says_who_waits_how_long_and_why(world: World) -> None:
    assert told.queue(world, [], 0.0) == "Nessuno aspetta."
    urgent = replace(CASE, number=43, urgent=True, reason=CaseReason.URGENT)
    assert told.queue(world, [urgent, CASE], 600.0) == (
        "In attesa: 2\n⚠ Cittadino 0043 · Melegnano, da 10 minuti: parole di pericolo\n"
        "• Cittadino 0042 · Melegnano, da 10 minuti: chiede di parlare con una persona"
    )
    many = told.queue(world, [CASE] * 50, 600.0)
    assert many.startswith("In attesa: 50")
    assert len(many.splitlines()) == 21


def test_a_history_has_each_step_and_the_earlier_cases(world: World) -> None:
    closed = CASE.take(LUCA, 60.0).resolve(120.0, "closed", "Luca")
    again = replace(CASE, number=43)
    assert told.history(world, closed, [], local).splitlines()[1:] == [
        "10:00: aperto", "10:01: preso in carico da Luca", "10:02: chiuso da Luca",
    ]  # fmt: skip
    assert told.history(world, again, [closed], local).splitlines()[-1].startswith("Prima: Cittadino 0042, ")


def test_the_numbers_of_a_day_count_what_was_opened_taken_and_closed(world: World) -> None:
    closed = replace(CASE.take(LUCA, 120.0).resolve(300.0, "closed", "Luca"), helped="yes")
    assert told.numbers(world, []).splitlines() == ["Oggi aperti: 0", "Presi in carico: 0", "Chiusi: 0", "È servito: sì 0, no 0"]
    assert told.numbers(world, [closed, CASE]).splitlines() == [
        "Oggi aperti: 2",
        "Presi in carico: 1",
        "Attesa tipica: 2 minuti",
        "Chiusi: 1",
        "È servito: sì 1, no 0",
        "• chiede di parlare con una persona: 2",
    ]


def test_all_canned_replies_are_listed_by_name(world: World) -> None:
    listed = told.canned(world)
    assert all(f"{name}: " in listed for name in world.content.replies)
