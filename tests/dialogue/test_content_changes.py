"""An open interview when content is published in the middle of it: answers stay, and no text answers what was not shown."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bot.core.content import Content
from bot.core.flow import Flow, Question
from bot.core.interview import AnswerKind
from bot.core.replies import Reply
from bot.dialogue.incoming import Command, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from tests.builders import NOW, TODAY

#: Rounds of the test that edits at random.
_EDITS, _OPEN_INTERVIEWS = 50, 12


def asking(content: Content, *questions: Question) -> World:
    """The world of content whose first flow asks these questions."""
    taught = _taught(id(content), content)
    flow = taught.first_flow
    flows = {**content.flows, flow.id: replace(flow, questions=questions)}
    return World.on(replace(content, flows=flows), TODAY, learnt=taught.understanding)


_WORLDS: dict[int, World] = {}


def _taught(key: int, content: Content) -> World:
    """The world of the content, which is taught once: its questions teach nothing."""
    if key not in _WORLDS:
        _WORLDS[key] = World.on(content, TODAY)
    return _WORLDS[key]


def said(world: World, session: Session, text: str) -> tuple[Session, Reply]:
    result = turn(world, load_session(dump_session(session), world.content.vocabulary), Text(text), NOW)
    return result.session, result.replies[-1]


def begun(world: World) -> Session:
    return turn(world, Session(), Command("start"), NOW).session


def answers(session: Session) -> dict[str, tuple[object, ...]]:
    assert session.interview is not None
    return {name: answer.values for name, answer in session.interview.answers.items() if answer.kind is AnswerKind.VALUE}


@pytest.fixture
def flow(content: Content) -> Flow:
    return _taught(id(content), content).first_flow


@pytest.fixture
def questions(flow: Flow) -> dict[str, Question]:
    """The first question for each attribute, asked of everybody."""
    found: dict[str, Question] = {}
    for question in flow.questions:
        found.setdefault(question.fills, Question(question.ask, question.fills, always=True))
    return found


def test_a_text_answers_the_question_that_was_shown_though_another_comes_first_now(
    content: Content, questions: dict[str, Question]
) -> None:
    asked, other = questions["eta"], questions["comune"]
    session = begun(asking(content, asked))
    session, reply = said(asking(content, other, asked), session, "7 anni")
    assert answers(session).keys() == {"eta"}
    assert other.ask in reply.plain


def test_a_text_for_a_question_that_is_gone_answers_no_other(content: Content, questions: dict[str, Question]) -> None:
    session = begun(asking(content, questions["comune"]))
    session, reply = said(asking(content, questions["eta"]), session, "7")
    assert answers(session) == {}
    assert reply.plain.startswith("Le domande sono appena cambiate.")
    assert questions["eta"].ask in reply.plain
    session, _ = said(asking(content, questions["eta"]), session, "7")
    assert answers(session).keys() == {"eta"}


def test_a_question_in_other_words_is_another_question(content: Content, questions: dict[str, Question]) -> None:
    asked = questions["eta"]
    session = begun(asking(content, asked))
    session, reply = said(asking(content, replace(asked, ask="Quanti anni ha la persona più grande?")), session, "7")
    assert answers(session) == {}
    assert "la persona più grande" in reply.plain


@pytest.mark.parametrize("text", ["non lo so", "salta", "sì", "no", "1"])
def test_no_phrase_answers_a_question_that_was_not_shown(content: Content, questions: dict[str, Question], text: str) -> None:
    session = begun(asking(content, questions["comune"]))
    session, reply = said(asking(content, questions["eta"]), session, text)
    assert session.interview is not None
    assert not session.interview.answers
    assert questions["eta"].ask in reply.plain


def test_answers_stay_while_questions_come_and_go(content: Content, questions: dict[str, Question]) -> None:
    first = asking(content, questions["eta"], questions["comune"])
    session, _ = said(first, begun(first), "7 anni")
    second = asking(content, questions["persona"], questions["comune"], questions["eta"])
    session, _ = said(second, session, "Melegnano")
    assert answers(session).keys() == {"eta", "comune"}


def test_whatever_is_published_nobody_is_stuck_and_nothing_answers_what_was_not_shown(
    content: Content, questions: dict[str, Question]
) -> None:
    chance = random.Random(17)
    typed = {"persona": "bambino", "eta": "7", "comune": "Melegnano", "bisogno": "doposcuola", "orario": "dopo le 18"}
    pool = [questions[name] for name in typed if name in questions]
    worlds = [asking(content, *pool)]
    sessions = [begun(worlds[0]) for _ in range(_OPEN_INTERVIEWS)]
    for edit in range(_EDITS):
        chosen = chance.sample(pool, chance.randint(1, len(pool)))
        reworded = [replace(one, ask=f"{one.ask} ({edit})") if chance.random() < 0.2 else one for one in chosen]
        world = asking(content, *reworded)
        for number in chance.sample(range(len(sessions)), 4):
            before = sessions[number]
            assert before.interview is not None
            name = (before.shown_question or "").partition(":")[0]
            session, reply = said(world, before, "7" if name == "eta" else typed.get(name, "7"))
            assert session.interview is not None
            # A bare number says nothing by itself: only the question that was shown makes an age of it.
            assert name == "eta" or typed.get(name, "7") != "7" or answers(session).keys() <= before.interview.answers.keys()
            kept = {one for one, answer in before.interview.answers.items() if answer.kind is AnswerKind.VALUE}
            assert kept <= answers(session).keys() | {name}
            assert reply.rows or reply.plain
            sessions[number] = session
