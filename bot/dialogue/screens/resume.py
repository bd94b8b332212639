"""The screen for a citizen who comes back during a search: what is remembered, and whether to go on or begin anew."""

from __future__ import annotations

from bot.core.attributes import NEED
from bot.core.conditions import Value
from bot.core.flow import Purpose
from bot.core.interview import AnswerKind
from bot.core.replies import Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.intents import Statement
from bot.dialogue.layout import button, person_button
from bot.dialogue.session import Screen
from bot.dialogue.statements import statement_text


def is_under_way(context: Context) -> bool:
    """Return True if the open search has an answer to continue from, and no case is open."""
    session = context.session
    is_search = session.interview is not None and context.flow.purpose is Purpose.MATCH
    is_in_front = session.below.screen in (Screen.INTERVIEW, Screen.CARD) and not session.has_open_case
    return is_search and is_in_front and bool(_remembered(context))


def resume_screen(context: Context) -> Reply:
    """Return the screen of an open search: its answers, and buttons to go on and to begin anew."""
    said = context.say("resume", answers=statement_text(context, Statement(_remembered(context))))
    rows = (
        (button(context, "continue_button", Verb.LIST), button(context, "restart_button", Verb.RESTART)),
        (person_button(context),),
    )
    return Reply((Run(said),), rows)


def _remembered(context: Context) -> dict[str, tuple[Value, ...]]:
    """Return the answered values, the need first, without sensitive ones."""
    vocabulary, interview = context.world.content.vocabulary, context.session.interview
    answers = interview.answers if interview is not None else {}
    named = sorted(answers, key=lambda attribute: attribute != NEED)
    return {
        attribute: answers[attribute].values
        for attribute in named
        if answers[attribute].kind is AnswerKind.VALUE and not vocabulary[attribute].sensitive
    }
