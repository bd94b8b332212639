"""A question of an interview: its words, its hints, the values on offer, and the ways on that every question has."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.attributes import Attribute
from bot.core.conditions import Value
from bot.core.flow import Purpose, Question
from bot.core.interview import AnswerKind, Position, PositionReason
from bot.core.replies import Choice, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import Row, button, packed, person_button, rows_of
from bot.dialogue.screens.answers import answer_text
from bot.kinds.kind import OpenQuestion
from bot.kinds.registry import kind_of


def question_screen(context: Context, question: Question, here: Position) -> Reply:
    """Return a question with the values that can answer it."""
    session, interview = context.session, context.session.interview
    assert interview is not None
    attribute = context.world.content.vocabulary[question.fills]
    kind, asked = kind_of(attribute), OpenQuestion(question, attribute, interview, here, context.index)
    values = kind.offered(asked)
    suggested = session.suggestions if session.suggested_attribute == attribute.id else ()
    text = []
    if not interview.answers and interview.focus is None and context.flow.intro:
        text += [Run(context.flow.intro), Run("\n\n")]
    text += [Run(context.say("progress", number=here.number, total=here.total)), Run("\n"), Run(question.ask, bold=True)]
    hints = [context.say("maybe")] if suggested else kind.hints(asked, values, context.phrasing)
    hints += [context.say("sensitive_hint") if attribute.sensitive else "", _earlier_answer(context, attribute, here)]
    text += [run for hint in hints if hint for run in (Run("\n"), Run(hint))]
    first = _value_rows(context, asked, suggested, are_suggested=True) if suggested else []
    labels = {choice.label for row in first for choice in row}
    others = [[choice for choice in row if choice.label not in labels] for row in _value_rows(context, asked, values)]
    return Reply(tuple(text), rows_of(*first, *others, *_ways_on(context, asked)), kind.expects)


def _earlier_answer(context: Context, attribute: Attribute, here: Position) -> str:
    """Return the answer that a reopened question had before."""
    answer = context.session.interview.answers.get(attribute.id) if context.session.interview is not None else None
    if answer is None or here.reason is not PositionReason.REOPENED or answer.kind is AnswerKind.DRAFT:
        return ""
    return context.say("so_far", answer=answer_text(context, attribute.id, answer))


# --- Buttons


def _value_rows(context: Context, asked: OpenQuestion, values: Sequence[Value], *, are_suggested: bool = False) -> list[Row]:
    """Return the buttons of the kind for values, in rows."""
    groups = kind_of(asked.attribute).buttons(asked, values, context.phrasing, are_suggested=are_suggested)
    return [row for group in groups for row in packed(group)]


def _ways_on(context: Context, asked: OpenQuestion) -> list[list[Choice]]:
    """Return the ways on that every question has: not knowing, not telling, going back, seeing results, a person."""
    attribute, here = asked.attribute, asked.position
    aside = [] if asked.category else [button(context, "unknown_button", Verb.UNKNOWN, attribute.id)]
    if attribute.sensitive:
        aside.append(button(context, "decline_button", Verb.DECLINE, attribute.id))
    ways = []
    if any(id != attribute.id and id in here.profile for id in asked.interview.answers):
        ways.append(button(context, "back_button", Verb.BACK))
        if here.match.remaining and context.flow.purpose is Purpose.MATCH:
            ways.append(button(context, "show_button", Verb.SHOW))
    return [aside, ways, [person_button(context)]]
