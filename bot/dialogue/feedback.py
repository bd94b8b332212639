"""The feedback of a citizen on what was found: one tap on the card of a service, once in a search. Pure.

The answer is kept in the ledger's record of the search, never with anybody's words.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.attributes import NO, YES
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.layout import button, person_button, rows_of


def feedback_buttons(context: Context) -> list[Choice]:
    """Return the two buttons that rate a service as useful or not; empty without a search, or after a rating."""
    search = context.session.search
    if search is None or search.useful or context.position is None:
        return []
    return [button(context, "useful_button", Verb.USEFUL, YES), button(context, "not_useful_button", Verb.USEFUL, NO)]


def on_feedback(context: Context, action: Action) -> StepResult:
    """Return thanks for the rating of a service, with ways to go on; after "not useful" also the offer of a person."""
    session, is_useful = context.session, action.target == YES
    if session.search is not None:
        session = replace(session, search=replace(session.search, useful=action.target))
    person = [] if is_useful else [person_button(context)]
    rows = rows_of([button(context, "continue_button" if is_useful else "list_button", Verb.LIST)], person)
    return StepResult(session, instead=Reply((Run(context.say("useful_thanks" if is_useful else "not_useful_thanks")),), rows))
