"""A question of an interview: its words, its hints, the values on offer, and the ways on that every question has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.core.attributes import CATEGORY, MONTHS, NO, PLACE, YES, Attribute, Kind, encode
from bot.core.conditions import Span, Value
from bot.core.flow import Purpose, Question
from bot.core.interview import AnswerKind, Position, PositionReason, choices, common_needs
from bot.core.replies import Action, Choice, Expects, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import Row, button, packed, person_button, rows_of
from bot.dialogue.screens.answers import answer_text

#: The needs that most offers answer are buttons at once; the others are found by their category.
_COMMON_NEEDS = 8
#: Several ages are those of brothers and sisters: in months, the age from which nobody asks for them.
_GROWN_UP = 18 * MONTHS


def has_toggles(attribute: Attribute) -> bool:
    """Return True if the buttons of an attribute add to a choice. Several ages are typed: a press answers for one child."""
    return attribute.multiple and attribute.kind not in (Kind.AGE, Kind.NUMBER, Kind.NEED)


def question_screen(context: Context, question: Question, here: Position) -> Reply:
    """Return a question with the values that can answer it."""
    session, interview = context.session, context.session.interview
    assert interview is not None
    attribute = context.world.content.vocabulary[question.fills]
    category = interview.category_draft if attribute.kind is Kind.NEED else None
    values = choices(question, context.index, here.profile, here.match)
    suggested = session.suggestions if session.suggested_attribute == attribute.id else ()
    text = []
    if not interview.answers and interview.focus is None and context.flow.intro:
        text += [Run(context.flow.intro), Run("\n\n")]
    text += [Run(context.say("progress", number=here.number, total=here.total)), Run("\n"), Run(question.ask, bold=True)]
    if suggested:
        hints = [context.say("maybe")]
    elif category:
        hints = [context.say("narrowed", category=context.phrasing.value(attribute, CATEGORY + category))]
    else:
        hints = [question.help, _kind_hint(context, attribute, values)]
    hints += [context.say("sensitive_hint") if attribute.sensitive else "", _earlier_answer(context, attribute, here)]
    text += [run for hint in hints if hint for run in (Run("\n"), Run(hint))]
    first = _with_confirmation(context, attribute, _value_buttons(context, attribute, suggested)) if suggested else []
    labels = {choice.label for row in first for choice in row}
    usual = _value_rows(context, attribute, values, category, here)
    others = [[choice for choice in row if choice.label not in labels] for row in usual]
    rows = rows_of(*first, *others, *_ways_on(context, attribute, category, here))
    expects = Expects.NUMBER if attribute.kind in (Kind.AGE, Kind.NUMBER, Kind.TEXT) else Expects.WORDS
    return Reply(tuple(text), rows, expects)


def _kind_hint(context: Context, attribute: Attribute, values: Sequence[Value]) -> str:
    """Return how to answer, where that is not plain."""
    if has_toggles(attribute):
        return context.say("multiple_hint", done=context.say("done_button"))
    if attribute.kind is Kind.AGE and attribute.multiple and any(isinstance(v, Span) and v.low < _GROWN_UP for v in values):
        return context.say("several_ages_hint")
    return context.say("place_hint") if attribute.kind is Kind.PLACE and attribute.id == PLACE else ""


def _earlier_answer(context: Context, attribute: Attribute, here: Position) -> str:
    """Return the answer that a reopened question had before."""
    answer = context.session.interview.answers.get(attribute.id) if context.session.interview is not None else None
    if answer is None or here.reason is not PositionReason.REOPENED or answer.kind is AnswerKind.DRAFT:
        return ""
    return context.say("so_far", answer=answer_text(context, attribute.id, answer))


# --- Buttons


def _value_rows(
    context: Context, attribute: Attribute, values: Sequence[Value], category: str | None, here: Position
) -> list[Row]:
    """Return the values on offer; of needs the common ones and the categories, or those of one category."""
    if attribute.kind is Kind.NEED:
        needs = [str(value) for value in values]
        inside = _needs_inside(context, attribute, needs, category) if category else _needs(context, attribute, needs, here)
        return packed(inside)
    if attribute.kind is Kind.YES_NO:
        values = (YES, NO)
    return _with_confirmation(context, attribute, _value_buttons(context, attribute, values, can_toggle=has_toggles(attribute)))


def _value_buttons(
    context: Context, attribute: Attribute, values: Sequence[Value], *, can_toggle: bool = False
) -> Iterator[Choice]:
    """Yield a button for each value, which answers; or which adds to a choice, unless it is "none of these"."""
    chosen = _chosen(context, attribute)
    for value in values:
        term = attribute.terms.get(value) if isinstance(value, str) else None
        toggles = can_toggle and not (term is not None and term.none)
        action = Action(Verb.TOGGLE if toggles else Verb.ANSWER, attribute.id, encode(value))
        yield Choice(context.phrasing.value(attribute, value), action, chosen=toggles and value in chosen)


def _with_confirmation(context: Context, attribute: Attribute, buttons: Iterable[Choice]) -> list[Row]:
    """Return rows of values, and a button to confirm those that are chosen already."""
    if not _chosen(context, attribute):
        return packed(buttons)
    key = "done_button" if has_toggles(attribute) else "keep_button"
    return [*packed(buttons), (button(context, key, Verb.CONFIRM, attribute.id),)]


def _chosen(context: Context, attribute: Attribute) -> tuple[Value, ...]:
    """Return the values of the draft, or of the answer that is being changed."""
    answer = context.session.interview.answers.get(attribute.id) if context.session.interview is not None else None
    return answer.values if answer is not None and answer.kind in (AnswerKind.DRAFT, AnswerKind.VALUE) else ()


def _needs_inside(context: Context, attribute: Attribute, needs: Iterable[str], category: str) -> list[Choice]:
    """Return the needs of a category, the category as a whole, and the way back to all."""
    inside = [_need_button(context, attribute, need) for need in needs if attribute.terms[need].category == category]
    whole = button(context, "whole_category_button", Verb.CONFIRM, attribute.id)
    return [*inside, whole, button(context, "widen_button", Verb.WIDEN, attribute.id)]


def _needs(context: Context, attribute: Attribute, needs: Sequence[str], here: Position) -> list[Choice]:
    """Return the common needs, and the categories of the others."""
    common = common_needs(context.index, here.profile, here.match, _COMMON_NEEDS)
    if len(needs) == len(common):
        return [_need_button(context, attribute, need) for need in needs]
    found = [_need_button(context, attribute, need) for need in needs if need in common]
    for id in context.world.content.vocabulary.categories:
        if not common.issuperset(need for need in needs if attribute.terms[need].category == id):
            label = context.say("more_button", category=context.phrasing.value(attribute, CATEGORY + id))
            found.append(Choice(label, Action(Verb.TOGGLE, attribute.id, CATEGORY + id)))
    return found


def _need_button(context: Context, attribute: Attribute, need: str) -> Choice:
    return Choice(context.phrasing.value(attribute, need), Action(Verb.ANSWER, attribute.id, need))


def _ways_on(context: Context, attribute: Attribute, category: str | None, here: Position) -> list[list[Choice]]:
    """Return the ways on that every question has: not knowing, not telling, going back, seeing results, a person."""
    assert context.session.interview is not None
    aside = [] if category else [button(context, "unknown_button", Verb.UNKNOWN, attribute.id)]
    if attribute.sensitive:
        aside.append(button(context, "decline_button", Verb.DECLINE, attribute.id))
    ways = []
    if any(id != attribute.id and id in here.profile for id in context.session.interview.answers):
        ways.append(button(context, "back_button", Verb.BACK))
        if here.match.remaining and context.flow.purpose is Purpose.MATCH:
            ways.append(button(context, "show_button", Verb.SHOW))
    return [aside, ways, [person_button(context)]]
