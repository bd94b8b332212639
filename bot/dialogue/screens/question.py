"""The screen of a question: its text, hints, values as buttons, and the buttons that every question has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.attributes import NEED, Attribute
from bot.core.flow import Purpose, Question
from bot.core.interview import AnswerKind, Position, PositionReason
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import MOST_BUTTONS, button, packed, person_button, rows_of
from bot.dialogue.screens.answers import answer_text
from bot.dialogue.screens.results import MANY_SERVICES
from bot.kinds.kind import OpenQuestion
from bot.kinds.registry import kind_of


def question_screen(context: Context, question: Question, here: Position) -> Reply:
    """Return the screen of a question with the values that can answer it."""
    session, interview = context.session, context.session.interview
    assert interview is not None
    attribute = context.world.content.vocabulary[question.fills]
    kind, asked = kind_of(attribute), OpenQuestion(question, attribute, interview, here, context.index)
    suggested = session.suggestions if session.suggested_attribute == attribute.id else ()
    ways = _ways_on(context, asked)
    first = kind.buttons(asked, suggested, context.phrasing, are_suggested=True) if suggested else ()
    # What was said back can be corrected with one more button.
    room = MOST_BUTTONS - sum(map(len, (*first, ways[-1]))) - session.awaiting_confirmation
    asked = replace(asked, room=room)
    values = kind.offered(asked)
    text = []
    if context.has_intro:
        text += [Run(context.flow.intro), Run("\n\n")]
    text += [Run(context.say("progress", number=here.number, total=here.total)), Run("\n"), Run(question.ask, bold=True)]
    hints = [context.say("maybe")] if suggested else kind.hints(asked, values, context.phrasing)
    hints += [context.say("sensitive_hint") if attribute.sensitive else "", _earlier_answer(context, attribute, here)]
    text += [run for hint in hints if hint for run in (Run("\n"), Run(hint))]
    labels = {choice.label for group in first for choice in group}
    # A kind that chooses how many values to offer leaves room for the services found so far.
    is_shown = sum(choice.action.verb is Verb.SHOW for choice in ways[1])
    others = kind.buttons(replace(asked, room=asked.room - is_shown), values, context.phrasing)
    unsaid = [tuple(one for one in group if one.label not in labels) for group in others]
    groups, (aside, back, person) = laid_out(context, asked, unsaid, ways)
    rows = [row for group in (*first, *groups) for row in packed(group)]
    return Reply(tuple(text), rows_of(*rows, aside, back, person), kind.expects)


def _earlier_answer(context: Context, attribute: Attribute, here: Position) -> str:
    """Return a line with the answer that a reopened question had before."""
    answer = context.session.interview.answers.get(attribute.id) if context.session.interview is not None else None
    if answer is None or here.reason is not PositionReason.REOPENED or answer.kind is AnswerKind.DRAFT:
        return ""
    return context.say("so_far", answer=answer_text(context, attribute.id, answer))


# --- Buttons

_Group = tuple[Choice, ...]
#: Not knowing or not telling; going back, and to the results; a person.
_Ways = tuple[Sequence[Choice], Sequence[Choice], Sequence[Choice]]


def laid_out(context: Context, asked: OpenQuestion, groups: Sequence[_Group], ways: _Ways) -> tuple[list[_Group], _Ways]:
    """Return the buttons of a question, values first, and its ways on (skip, back, person …), fitted below one message.

    If there are too many, ways on that can be typed are left out, the least needed first; else the values are divided into pages,
    the first of which has of the ways on only the results and a person.
    """
    (values, *others), (aside, back, person) = groups, ways
    room, show = asked.room - sum(map(len, others)), [choice for choice in back if choice.action.verb is Verb.SHOW]
    # The needs that give way stand on the next page: the services found keep their button there.
    last = (((), show),) if asked.attribute.id == NEED and show else ((aside, ()), ((), show), ((), ()))
    for ways_aside, ways_back in ((aside, back), (aside, back[-1:]), *last):
        if sum(map(len, (values, ways_aside, ways_back))) <= room:
            return list(groups), (ways_aside, ways_back, person)
    pages = _pages(asked, values, room - 1 - len(show), max(1, room - 1 - len(aside) - len(back)))
    number = context.session.page % len(pages)
    label = context.say(kind_of(asked.attribute).more)
    onward = Choice(label, Action(Verb.PAGE, str((number + 1) % len(pages))))
    return [(*pages[number], onward), *others], (aside, back, person) if number else ((), show, person)


def _pages(asked: OpenQuestion, values: _Group, first: int, further: int) -> list[_Group]:
    """Return the values in pages, the first of `first` values, others of `further`; "none of these" stands on the first."""
    none = {term.id for term in asked.attribute.terms.values() if term.none}
    aside = tuple(choice for choice in values if choice.action.value in none)
    values = tuple(choice for choice in values if choice not in aside)
    cut = first - len(aside)
    rest = values[cut:]
    return [(*values[:cut], *aside), *(rest[at : at + further] for at in range(0, len(rest), further))]


def _ways_on(context: Context, asked: OpenQuestion) -> _Ways:
    """Return the buttons that every question has: not knowing, not telling, back, to the results, a person."""
    attribute, answer = asked.attribute, asked.interview.answers.get(asked.attribute.id)
    is_chosen = answer is not None and answer.kind is AnswerKind.DRAFT and bool(answer.values)
    aside, ways = [], []
    if not is_chosen:
        key, verb = ("decline_button", Verb.DECLINE) if attribute.sensitive else ("unknown_button", Verb.UNKNOWN)
        aside.append(button(context, key, verb, attribute.id))
    if asked.category is None and any(id != attribute.id and id in asked.position.profile for id in asked.interview.answers):
        ways.append(button(context, "back_button", Verb.BACK))
    ways += _results_button(context, asked.position)
    return aside, ways, [person_button(context)]


def _results_button(context: Context, here: Position) -> list[Choice]:
    """Return the button to the results, if something was answered and there are few enough results to read."""
    few = 0 < context.index.service_count(here.match.remaining) <= MANY_SERVICES
    is_begun = any(id in here.profile for id in context.session.interview.answers) if context.session.interview else False
    if not few or not is_begun or context.flow.purpose is not Purpose.MATCH:
        return []
    return [button(context, "show_button", Verb.SHOW)]
