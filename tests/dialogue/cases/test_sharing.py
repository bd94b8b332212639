"""What a manager may know of a citizen: only what was agreed to, in the card and in what is proposed."""

from __future__ import annotations

import pytest

from bot.core.case import SharedAnswer
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.dialogue.cases.proposals import find_offers
from bot.dialogue.cases.sharing import place_named, shared_facts, shared_offers, shared_session
from bot.dialogue.effects import Share
from bot.dialogue.session import Session
from bot.dialogue.world import World


def answers(**said: str) -> Session:
    """A citizen who gave these answers, and looks at the results."""
    given = {attribute: Answer(AnswerKind.VALUE, (value,)) for attribute, value in said.items()}
    return Session(Interview("trova-servizio", 1, given, pace=Pace.STOPPED), interview_count=1)


ADULT = {"persona": "adulto", "comune": "melegnano"}
DISABLED = answers(**ADULT, disabilita="motoria")
#: A need that alone tells something that is nobody's business.
DELICATE = answers(**ADULT, bisogno="consultorio")


def said(facts: tuple[SharedAnswer, ...]) -> list[str]:
    """The answers that are shared."""
    return [fact.value for fact in facts]


@pytest.mark.parametrize(("session", "secret"), [(DISABLED, "motoria"), (DELICATE, "onsultorio")], ids=["disability", "need"])
def test_what_is_sensitive_is_shared_only_when_that_was_agreed_to(world: World, session: Session, secret: str) -> None:
    assert any(secret.lower() in one.lower() for one in said(shared_facts(world, session, Share.ALL)))
    assert not any(secret.lower() in one.lower() for one in said(shared_facts(world, session, Share.PLAIN)))
    assert said(shared_facts(world, session, Share.PLAIN)) == ["Melegnano", "Una persona adulta"]
    assert shared_facts(world, session, Share.NOTHING) == ()


def test_what_is_sensitive_is_named_so_that_it_can_be_kept_back(world: World) -> None:
    assert [fact.label for fact in shared_facts(world, DISABLED) if fact.sensitive] == ["Disabilità"]


def test_what_was_not_answered_is_no_fact(world: World) -> None:
    session = Session(
        Interview(
            "trova-servizio",
            1,
            {"persona": Answer(AnswerKind.UNKNOWN), "disabilita": Answer(AnswerKind.DECLINED), "eta": Answer(AnswerKind.SKIPPED)},
        )
    )
    assert shared_facts(world, session) == ()
    assert place_named(world, session) == ""
    assert shared_facts(world, Session()) == ()


def test_the_services_that_were_seen_tell_nothing_that_is_kept_back(world: World) -> None:
    assert shared_offers(world, DISABLED, Share.NOTHING) == ()
    without = {seen.name for seen in shared_offers(world, answers(**ADULT), Share.ALL)}
    for session in (DISABLED, DELICATE):
        plain = shared_offers(world, session, Share.PLAIN)
        assert {seen.name for seen in plain} <= without
        assert not any("motoria" in seen.reason.lower() or "disabilità" in seen.reason.lower() for seen in plain)


def test_what_a_manager_is_proposed_tells_nothing_that_is_kept_back(world: World) -> None:
    assert shared_session(world, DISABLED, Share.NOTHING).interview is None
    assert shared_session(world, DISABLED, Share.ALL) == DISABLED
    plain = shared_session(world, DISABLED, Share.PLAIN)
    assert plain.interview is not None
    assert set(plain.interview.answers) == {"persona", "comune"}
    assert find_offers(world, plain, "") == find_offers(world, answers(**ADULT), "")
