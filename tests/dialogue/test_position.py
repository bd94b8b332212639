"""Where an interview stands is derived once for all who have answered the same."""

from __future__ import annotations

from dataclasses import replace

from bot.core.interview import Answer, AnswerKind, Interview
from bot.dialogue.position import position_of
from bot.dialogue.session import Session
from bot.dialogue.world import World


def answered(person: str) -> Session:
    """A session whose first question was answered."""
    return Session(Interview("tutto", 1).answer("persona", Answer(AnswerKind.VALUE, (person,))))


def test_a_position_is_remembered_for_the_same_answers_and_no_others(small: World) -> None:
    first = position_of(answered("bambino"), small)
    assert position_of(replace(answered("bambino"), page=3), small) is first
    other = position_of(answered("azienda"), small)
    assert other != first
    assert position_of(Session(), small) is None
