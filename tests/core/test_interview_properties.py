"""What holds for every interview over the shipped content: going back, correcting, changed content, skipped questions.

Citizens come to where they are by pressing random buttons; their session is written down and read back between turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.attributes import NEED, Attribute, Term, Vocabulary
from bot.core.conditions import Truth, atoms, attributes_in, truth
from bot.core.content import Content
from bot.core.flow import Flow, Question
from bot.core.interview import Answer, AnswerKind, Interview, Pace, PositionReason, position
from bot.core.matching import Index
from bot.core.replies import Verb
from bot.core.services import Service
from bot.dialogue.incoming import Press
from bot.dialogue.session import Screen, Session
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.world import World
from bot.kinds.kind import OpenQuestion
from bot.kinds.registry import KINDS, kind_of
from tests.builders import TODAY, Citizen, again, steps, tries

#: The flow in which somebody is, by number, and the buttons pressed in it. Nobody begins anew.
walks = st.tuples(st.integers(0, 1), steps)


def walked(world: World, walk: tuple[int, list[int | str]]) -> Citizen:
    number, pressed = walk
    flow = list(world.content.flows)[number]
    return Citizen(world).press(Verb.START, flow).walk(pressed, Verb.START, Verb.RESTART)


def in_front(session: Session) -> Session:
    """The same session with the interview in front, as it is after any answer."""
    return replace(session.show(Screen.INTERVIEW), card="", page=0, misunderstandings=0, cover=())


def parts(citizen: Citizen) -> tuple[Interview, Flow, Index]:
    flow = citizen.world.content.flows[citizen.interview.flow]
    return citizen.interview, flow, citizen.world.dated.index(flow)


# --- Going back -----------------------------------------------------------------------------------------------------------


@tries(100)
@given(walk=walks, times=st.integers(1, 4))
def test_going_back_and_giving_the_same_answer_is_as_if_nothing_happened(
    world: World, walk: tuple[int, list[int | str]], times: int
) -> None:
    citizen = walked(world, walk).settle()
    assume(citizen.interview.category_draft("bisogno") is None)
    before = in_front(citizen.session)
    for _ in range(times):
        citizen.press(Verb.BACK)
    focus = citizen.interview.focus
    if focus is not None:
        citizen.do(Press(again(focus, before.interview.answers[focus])))  # type: ignore[union-attr]
    assert citizen.session == before


@tries(100)
@given(walk=walks)
def test_going_back_loses_no_answer(world: World, walk: tuple[int, list[int | str]]) -> None:
    citizen = walked(world, walk)
    given_before = {a: answer for a, answer in citizen.answers.items() if answer.kind is not AnswerKind.DRAFT}
    citizen.press(Verb.BACK)
    assert given_before.items() <= citizen.answers.items()


@tries(40)
@given(walk=walks, which=st.integers(0, 99))
def test_going_back_loses_no_answer_while_a_need_is_narrowed_down(
    world: World, walk: tuple[int, list[int | str]], which: int
) -> None:
    citizen = walked(world, walk).settle()
    attribute, answer = answered(citizen, which)
    assume(attribute != NEED)
    category = next(iter(world.content.vocabulary.categories))
    citizen.press(Verb.REOPEN, NEED).press(Verb.TOGGLE, NEED, f"@{category}").press(Verb.REOPEN, attribute).press(Verb.BACK)
    assert citizen.answers.get(attribute) == answer


@tries(100)
@given(walk=walks, who=st.sampled_from(["bambino", "ragazzo", "adulto", "anziano", "famiglia", "azienda"]))
def test_going_back_leads_only_to_questions_that_apply(world: World, walk: tuple[int, list[int | str]], who: str) -> None:
    citizen = walked(world, walk).settle().press(Verb.REOPEN, "persona").press(Verb.ANSWER, "persona", who)
    questions = parts(citizen)[1].questions
    for _ in citizen.answers:
        citizen.press(Verb.BACK)
        asking = [question for question in questions if question.fills == citizen.interview.focus]
        people = citizen.position.people
        assert not asking or any(truth(one.when, person) is not Truth.FALSE for one in asking for person in people)


@tries(60)
@given(walk=walks, category=st.integers(0, 99))
def test_going_back_from_a_category_of_needs_leads_to_the_categories_and_the_same_one_back(
    world: World, walk: tuple[int, list[int | str]], category: int
) -> None:
    citizen = walked(world, walk).settle()
    assume(NEED not in citizen.answers and all(answer.kind is not AnswerKind.DRAFT for answer in citizen.answers.values()))
    named = f"@{list(world.content.vocabulary.categories)[category % len(world.content.vocabulary.categories)]}"
    citizen.press(Verb.REOPEN, NEED)
    offered = citizen.offered
    inside = citizen.press(Verb.TOGGLE, NEED, named).offered
    assert citizen.press(Verb.BACK).offered == offered
    assert citizen.press(Verb.TOGGLE, NEED, named).offered == inside


# --- Correcting and clearing ------------------------------------------------------------------------------------------


@tries(100)
@given(walk=walks, which=st.integers(0, 99))
def test_correcting_an_answer_opens_its_question_and_the_same_answer_leads_back(
    world: World, walk: tuple[int, list[int | str]], which: int
) -> None:
    citizen = walked(world, walk).settle()
    attribute, answer = answered(citizen, which)
    before = in_front(citizen.session)
    citizen.press(Verb.REOPEN, attribute)
    here = citizen.position
    assert here.question is not None
    assert (here.question.fills, here.reason) == (attribute, PositionReason.REOPENED)
    assert citizen.answers == dict(before.interview.answers)  # type: ignore[union-attr]
    assert citizen.do(Press(again(attribute, answer))).session == before


def answered(citizen: Citizen, which: int) -> tuple[str, Answer]:
    """One of the answers that were given."""
    found = [(a, answer) for a, answer in citizen.answers.items() if answer.kind is not AnswerKind.DRAFT]
    assume(found)
    return found[which % len(found)]


@tries(100)
@given(walk=walks, which=st.integers(0, 99), option=st.integers(0, 99))
def test_another_answer_to_a_question_opened_again_changes_no_other_answer(
    world: World, walk: tuple[int, list[int | str]], which: int, option: int
) -> None:
    citizen = walked(world, walk).settle()
    attribute, _ = answered(citizen, which)
    before = citizen.answers
    citizen.press(Verb.REOPEN, attribute)
    direct = [action for action in citizen.offered if action.target == attribute and action.verb in (Verb.ANSWER, Verb.UNKNOWN)]
    citizen.do(Press(direct[option % len(direct)]))
    assert list(citizen.answers) == list(before)
    assert {a: answer for a, answer in citizen.answers.items() if a != attribute} == {
        a: answer for a, answer in before.items() if a != attribute
    }
    assert citizen.interview.focus is None


@tries(100)
@given(walk=walks, which=st.integers(0, 99))
def test_clearing_an_answer_asks_for_it_next_and_answering_leads_back(
    world: World, walk: tuple[int, list[int | str]], which: int
) -> None:
    citizen = walked(world, walk).settle()
    attribute, answer = answered(citizen, which)
    interview, flow, index = parts(citizen)
    cleared = interview.clear(attribute)
    here = position(cleared, flow, index)
    assert here.question is not None
    assert (here.question.fills, here.reason) == (attribute, PositionReason.REOPENED)
    assert attribute not in here.profile
    before, after = position(interview, flow, index), position(cleared.answer(attribute, answer), flow, index)
    assert replace(after, number=0) == replace(before, number=0)


@tries(60)
@given(walk=walks, attribute=st.sampled_from(["famiglia", "disabilita", "orario", NEED]), option=st.integers(0, 99))
def test_an_answer_that_was_opened_again_and_not_confirmed_is_not_lost_by_seeing_the_services(
    world: World, walk: tuple[int, list[int | str]], attribute: str, option: int
) -> None:
    citizen = walked(world, walk).settle()
    if attribute not in citizen.answers or citizen.answers[attribute].kind is not AnswerKind.VALUE:
        terms = list(world.content.vocabulary[attribute].terms)
        citizen.press(Verb.ANSWER, attribute, terms[option % len(terms)])
    citizen.press(Verb.REOPEN, attribute)
    toggles = [action for action in citizen.offered if action.verb is Verb.TOGGLE]
    assume(toggles)
    citizen.do(Press(toggles[option % len(toggles)])).press(Verb.SHOW)
    assert attribute in citizen.answers


def test_a_need_that_was_opened_again_is_not_lost_by_looking_into_a_category_and_going_back(world: World) -> None:
    need = next(iter(world.content.vocabulary.needs.values()))
    citizen = Citizen(world).command("start").press(Verb.ANSWER, "persona", "famiglia").press(Verb.ANSWER, NEED, need.id)
    citizen.press(Verb.REOPEN, NEED).press(Verb.TOGGLE, NEED, f"@{need.category}").press(Verb.BACK).press(Verb.SHOW)
    assert NEED in citizen.answers


@tries(100)
@given(walk=walks)
def test_progress_never_says_more_than_there_is(world: World, walk: tuple[int, list[int | str]]) -> None:
    citizen = walked(world, walk)
    here, questions = citizen.position, parts(citizen)[1].questions
    assert 1 <= here.number <= here.total
    assert here.total <= len({question.fills for question in questions} | set(citizen.answers)) + 1


# --- What is not asked --------------------------------------------------------------------------------------------------


@tries(100)
@given(walk=walks)
def test_skipping_what_does_not_matter_changes_no_verdict_and_none_of_the_first_five(
    world: World, walk: tuple[int, list[int | str]]
) -> None:
    interview, flow, index = parts(walked(world, walk).settle())
    interview = replace(interview, pace=Pace.THOROUGH)
    here = position(interview, flow, index)
    best = [offer.id for offer in index.best(here.match, here.people, 5)]
    for question in skipped(flow, here.relevant, here.people):
        asked = OpenQuestion(question, index.vocabulary[question.fills], interview, here, index)
        for value in kind_of(asked.attribute).offered(asked):
            there = position(interview.answer(question.fills, Answer(AnswerKind.VALUE, (value,))), flow, index)
            changed = f"{question.fills} = {value}"
            assert there.match.fits & here.match.remaining == here.match.fits, changed
            assert there.match.to_check & here.match.remaining == here.match.to_check, changed
            assert [offer.id for offer in index.best(there.match, there.people, 5)] == best, changed


def skipped(flow: Flow, mattering: tuple[str, ...], people: tuple[object, ...]) -> Iterable[Question]:
    """The questions that could be asked, are not answered and yet do not matter."""
    for question in flow.questions:
        known = any(question.fills in person for person in people)  # type: ignore[operator]
        applies = any(truth(question.when, person) is not Truth.FALSE for person in people)  # type: ignore[arg-type]
        if applies and not known and question.fills not in mattering:
            yield question


@tries(100)
@given(walk=walks)
def test_what_is_asked_is_open_unknown_and_matters(world: World, walk: tuple[int, list[int | str]]) -> None:
    here = walked(world, walk).settle().position
    if here.question is not None and here.reason is not PositionReason.DRAFT:
        assert here.question.fills == here.relevant[0]
        assert all(here.question.fills not in person for person in here.people)
        assert any(truth(here.question.when, person) is not Truth.FALSE for person in here.people)


# --- Changed content ------------------------------------------------------------------------------------------------------


def rebuilt(content: Content, flow: Flow, order: list[int], kept: int) -> Content:
    """Content whose flow has its questions in another order, without some, and with one about something new."""
    number = Attribute("lingua", KINDS["choice"], "Lingua", {"it": Term("it", "Italiano"), "en": Term("en", "Inglese")})
    vocabulary = replace(content.vocabulary, attributes={**content.vocabulary.attributes, "lingua": number})
    shuffled = [Question("Che lingua parli?", "lingua", always=True), *(flow.questions[place] for place in order)][:kept]
    questions: list[Question] = []
    for question in shuffled:
        # Content checks see to it that a condition speaks only of what was asked before.
        if attributes_in(question.when) <= {earlier.fills for earlier in questions}:
            questions.append(question)
    changed = replace(flow, questions=tuple(questions))
    return replace(content, vocabulary=vocabulary, flows={**content.flows, flow.id: changed})


def without_values(content: Content, attribute: str, gone: frozenset[str]) -> Content:
    """Content from which values of an attribute were removed, and every service that speaks of them."""
    declared = content.vocabulary[attribute]
    terms = {id: term for id, term in declared.terms.items() if id not in gone}
    attributes = {**content.vocabulary.attributes, attribute: replace(declared, terms=terms)}
    services = tuple(service for service in content.services if names_of(service).isdisjoint(gone))
    return replace(content, vocabulary=Vocabulary(attributes), services=services)


def names_of(service: Service) -> set[str]:
    named = {*service.needs, *service.accessibility}
    for atom in atoms(service.eligibility):
        named |= atom.accepted if isinstance(atom.accepted, frozenset) else set()
    for location in service.locations:
        named |= {location.place or "", *(location.serves or ())}
    return named


def resumed(citizen: Citizen, content: Content) -> Citizen:
    """The same citizen after staff changed the content."""
    session = load_session(dump_session(citizen.session), content.vocabulary)
    return Citizen(World.on(content, TODAY), session)


@tries(25)
@given(walk=walks, data=st.data())
def test_answers_survive_a_flow_whose_questions_were_removed_added_and_reordered(
    world: World, walk: tuple[int, list[int | str]], data: st.DataObject
) -> None:
    citizen = walked(world, walk).settle()
    flow = parts(citizen)[1]
    order = data.draw(st.permutations(range(len(flow.questions))))
    kept = data.draw(st.integers(0, len(order) + 1))
    later = resumed(citizen, rebuilt(world.content, flow, order, kept))
    assert later.session == citizen.session
    later.press(Verb.LIST)
    assert later.answers == citizen.answers
    finish(later)
    assert {a: later.answers[a] for a in citizen.answers if citizen.answers[a].kind is not AnswerKind.DRAFT} == {
        a: answer for a, answer in citizen.answers.items() if answer.kind is not AnswerKind.DRAFT
    }


def finish(citizen: Citizen) -> None:
    """Answers every question with the first value offered, or says that it is not known or not told, until none is open."""
    citizen.press(Verb.LIST)
    for _ in range(4 * len(citizen.world.content.vocabulary.attributes)):
        question = citizen.position.question
        if question is None:
            return
        answers = [a for a in citizen.offered if a.verb in (Verb.CONFIRM, Verb.ANSWER, Verb.UNKNOWN, Verb.DECLINE)]
        citizen.do(Press(answers[0]))
    pytest.fail("the conversation does not end")


@tries(25)
@given(walk=walks, data=st.data())
def test_answers_survive_removed_values_if_they_are_still_valid_and_the_rest_is_asked(
    world: World, walk: tuple[int, list[int | str]], data: st.DataObject
) -> None:
    citizen = walked(world, walk).settle()
    interview, flow, _ = parts(citizen)
    given_names = [(a, v) for a, answer in interview.answers.items() for v in answer.values if isinstance(v, str)]
    attribute = data.draw(st.sampled_from(["famiglia", "disabilita", "orario", "comune", NEED]))
    terms = st.sampled_from(list(world.content.vocabulary[attribute].terms))
    gone = data.draw(st.frozensets(terms, max_size=2)) | {str(v) for a, v in given_names if a == attribute and v[0] != "@"}
    changed = without_values(world.content, attribute, gone)
    later = resumed(citizen, changed)
    for id, answer in interview.answers.items():
        valid = tuple(value for value in answer.values if changed.vocabulary.is_valid(id, value))
        if id != attribute:
            assert later.answers[id] == answer
        elif valid or not answer.values:
            assert later.answers[id] == replace(answer, values=valid)
        else:
            assert id not in later.answers
    here, index = later.position, later.world.dated.index(flow)
    fresh = position(replace(interview, answers=later.answers), flow, index)
    assert here == fresh
    assert all(value not in gone for known in here.profile.values() if known for value in known.values)
    finish(later)


@tries(25)
@given(walk=walks)
def test_a_flow_that_is_gone_is_continued_in_the_first_one(world: World, walk: tuple[int, list[int | str]]) -> None:
    citizen = walked(world, (0, walk[1])).settle()
    gone = citizen.interview.flow
    flows = {id: flow for id, flow in world.content.flows.items() if id != gone}
    later = resumed(citizen, replace(world.content, flows=flows))
    later.press(Verb.LIST)
    assert later.interview.flow == later.world.first_flow.id != gone
    assert later.answers == citizen.answers
    finish(later)
