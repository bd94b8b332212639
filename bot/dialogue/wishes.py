"""Several wishes in one sentence: the first is searched for, the others are remembered and offered after its results. Pure.

Each wish has its own values: the age of one person is never taken for another. Dividing the sentence is in
`language/entities/wishes.py`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.attributes import NEED, PLACE
from bot.core.interview import AnswerKind
from bot.core.replies import Action, Choice, Reply, Verb
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.intents import SeveralWishes, Statement
from bot.dialogue.session import RememberedWish, Screen
from bot.dialogue.statements import statement_text, with_statement

#: Needs that are named where it is not sure which is meant.
_NAMED_NEEDS = 2


def remember_wishes(context: Context, begun: StepResult, wishes: SeveralWishes) -> StepResult:
    """Return the result of searching for the first of several wishes, with the others remembered and named in the reply."""
    others = tuple(RememberedWish(one.answers, one.choices) for one in wishes.statements[1:])
    first = wish_text(context, wishes.statements[0])
    if len(others) == 1:
        notice = context.say("heard_two_wishes", wish=first)
    else:
        notice = context.say("heard_wishes", count=context.say("count_words").split()[len(others) - 1], wish=first)
    return replace(begun, session=replace(begun.session, wishes=others), notice=notice)


def next_wish(context: Context, number: int = 0) -> StepResult:
    """Return a new search for a remembered wish, by its number; in the same municipality unless the wish names another."""
    session = context.session
    if number >= len(session.wishes):
        return StepResult(session.show(Screen.INTERVIEW), context.say("nothing_new"))
    wish, interview = session.wishes[number], session.interview
    others = (*session.wishes[:number], *session.wishes[number + 1 :])
    begun = session.begin(context.flow.id)
    home = interview.answers.get(PLACE) if interview is not None else None
    assert begun.interview is not None
    if home is not None and home.kind is AnswerKind.VALUE:
        begun = replace(begun, interview=begun.interview.answer(PLACE, home))
    statement = Statement(wish.answers, wish.choices)
    changed = with_statement(context.with_session(replace(begun, wishes=others)), statement)
    said = context.say("heard_search", answers=wish_text(context, statement))
    return StepResult(replace(changed, awaiting_confirmation=True), said, offers_correction=True)


def number_of_wish(context: Context, statement: Statement) -> int | None:
    """Return the number of the remembered wish with the need of a statement that states nothing else; None without one."""
    need = statement.answers.get(NEED)
    if statement.choices or statement.answers.keys() != {NEED}:
        return None
    return next((place for place, wish in enumerate(context.session.wishes) if wish.answers.get(NEED) == need), None)


def with_next_wish(context: Context, reply: Reply) -> Reply:
    """Return a reply with results, with a button for the next remembered wish, if there is one."""
    here = context.position
    if not context.session.wishes or here is None or here.question is not None:
        return reply
    wish = context.session.wishes[0]
    label = context.say("next_wish_button", wish=wish_text(context, Statement(wish.answers, wish.choices[:1])))
    onward = (Choice(label, Action(Verb.NEXT_WISH)),)
    return replace(reply, rows=(*reply.rows[:-1], onward, *reply.rows[-1:]))


def wish_text(context: Context, wish: RememberedWish | Statement) -> str:
    """Return a wish in words: its values; if its need is not sure, the likeliest needs first."""
    needs, named = context.world.content.vocabulary.needs, wish.choices[:_NAMED_NEEDS]
    choice = context.phrasing.join("or_word", [needs[need].label for need in named]) if named else ""
    parts = (choice, statement_text(context, Statement(wish.answers)))
    return " · ".join(part for part in parts if part)
