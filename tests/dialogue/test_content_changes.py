"""An open interview when content is published in the middle of it: answers stay, and no text answers what was not shown."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bot.core.flow import Flow, Question
from bot.core.interview import AnswerKind
from bot.core.replies import Reply
from bot.dialogue.incoming import Command, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from tests.builders import NOW, THOROUGH, TODAY

#: Rounds of the test that edits at random.
_EDITS, _OPEN_INTERVIEWS = 15 * THOROUGH, 12


def asking(world: World, *questions: Question) -> World:
    """A world whose first flow asks these questions. They teach nothing: it understands as before."""
    flow = world.first_flow
    flows = {**world.content.flows, flow.id: replace(flow, questions=questions)}
    return World.on(replace(world.content, flows=flows), TODAY, learnt=world.understanding)


def said(world: World, session: Session, text: str) -> tuple[Session, Reply]:
    result = turn(world, load_session(dump_session(session), world.content.vocabulary), Text(text), NOW)
    return result.session, result.replies[-1]


def begun(world: World) -> Session:
    return turn(world, Session(), Command("start"), NOW).session


def answers(session: Session) -> dict[str, tuple[object, ...]]:
    assert session.interview is not None
    return {name: answer.values for name, answer in session.interview.answers.items() if answer.kind is AnswerKind.VALUE}


@pytest.fixture
def flow(world: World) -> Flow:
    return world.first_flow


@pytest.fixture
def questions(flow: Flow) -> dict[str, Question]:
    """The first question for each attribute, asked of everybody."""
    found: dict[str, Question] = {}
    for question in flow.questions:
        found.setdefault(question.fills, Question(question.ask, question.fills, always=True))
    return found


def test_a_text_answers_the_question_that_was_shown_though_another_comes_first_now(
    world: World, questions: dict[str, Question]
) -> None:
    asked, other = questions["eta"], questions["comune"]
    session = begun(asking(world, asked))
    session, reply = said(asking(world, other, asked), session, "7 anni")
    assert answers(session).keys() == {"eta"}
    assert other.ask in reply.plain


def test_a_text_for_a_question_that_is_gone_answers_no_other(world: World, questions: dict[str, Question]) -> None:
    session = begun(asking(world, questions["comune"]))
    session, reply = said(asking(world, questions["eta"]), session, "7")
    assert answers(session) == {}
    assert reply.plain.startswith("Le domande sono appena cambiate.")
    assert questions["eta"].ask in reply.plain
    session, _ = said(asking(world, questions["eta"]), session, "7")
    assert answers(session).keys() == {"eta"}


def test_a_question_in_other_words_is_another_question(world: World, questions: dict[str, Question]) -> None:
    asked = questions["eta"]
    session = begun(asking(world, asked))
    session, reply = said(asking(world, replace(asked, ask="Quanti anni ha la persona più grande?")), session, "7")
    assert answers(session) == {}
    assert "la persona più grande" in reply.plain


@pytest.mark.parametrize("text", ["non lo so", "salta", "sì", "no", "1"])
def test_no_phrase_answers_a_question_that_was_not_shown(world: World, questions: dict[str, Question], text: str) -> None:
    session = begun(asking(world, questions["comune"]))
    session, reply = said(asking(world, questions["eta"]), session, text)
    assert session.interview is not None
    assert not session.interview.answers
    assert questions["eta"].ask in reply.plain


def test_answers_stay_while_questions_come_and_go(world: World, questions: dict[str, Question]) -> None:
    first = asking(world, questions["eta"], questions["comune"])
    session, _ = said(first, begun(first), "7 anni")
    second = asking(world, questions["persona"], questions["comune"], questions["eta"])
    session, _ = said(second, session, "Melegnano")
    assert answers(session).keys() == {"eta", "comune"}


def test_whatever_is_published_nobody_is_stuck_and_nothing_answers_what_was_not_shown(
    world: World, questions: dict[str, Question]
) -> None:
    chance = random.Random(17)
    typed = {"persona": "bambino", "eta": "7", "comune": "Melegnano", "bisogno": "doposcuola", "orario": "dopo le 18"}
    pool = [questions[name] for name in typed if name in questions]
    first = asking(world, *pool)
    sessions = [begun(first) for _ in range(_OPEN_INTERVIEWS)]
    for edit in range(_EDITS):
        chosen = chance.sample(pool, chance.randint(1, len(pool)))
        reworded = [replace(one, ask=f"{one.ask} ({edit})") if chance.random() < 0.2 else one for one in chosen]
        edited = asking(world, *reworded)
        for number in chance.sample(range(len(sessions)), 4):
            before = sessions[number]
            assert before.interview is not None
            name = (before.shown_question or "").partition(":")[0]
            session, reply = said(edited, before, "7" if name == "eta" else typed.get(name, "7"))
            assert session.interview is not None
            # A bare number says nothing by itself: only the question that was shown makes an age of it.
            assert name == "eta" or typed.get(name, "7") != "7" or answers(session).keys() <= before.interview.answers.keys()
            kept = {one for one, answer in before.interview.answers.items() if answer.kind is AnswerKind.VALUE}
            assert kept <= answers(session).keys() | {name}
            assert reply.rows or reply.plain
            sessions[number] = session
