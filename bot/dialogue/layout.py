"""Parts that many screens share: buttons, rows of buttons, a notice above a reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.case import CaseReason
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.context import Context

ButtonRow = tuple[Choice, ...]

#: Buttons under a question, at most: more of them nobody reads.
MOST_BUTTONS = 10
#: Lines that a phone shows at once.
MOST_LINES = 12
#: Labels of up to so many characters go two in a row: a phone shows about thirty.
_SHORT_LABEL = 16


def button(context: Context, key: str, verb: Verb, target: str = "") -> Choice:
    """Return a button labelled with the sentence of a text key."""
    return Choice(context.say(key), Action(verb, target))


def person_button(context: Context) -> Choice:
    """Return the button that asks for a person."""
    return button(context, "human_button", Verb.HUMAN, CaseReason.ASKED)


def rows_of(*rows: Iterable[Choice]) -> tuple[ButtonRow, ...]:
    """Return the given rows of buttons without the empty ones."""
    return tuple(row for row in map(tuple, rows) if row)


def packed(buttons: Iterable[Choice]) -> list[ButtonRow]:
    """Return buttons arranged in rows: two short ones share a row, a long one has its own."""
    rows: list[ButtonRow] = []
    for one in buttons:
        pair = rows[-1] if rows else ()
        if len(pair) == 1 and max(len(pair[0].label), len(one.label)) <= _SHORT_LABEL:
            rows[-1] = (pair[0], one)
        else:
            rows.append((one,))
    return rows


def with_notice(reply: Reply, notice: str) -> Reply:
    """Return a reply with a notice above its text; unchanged for an empty notice.

    A list or card that becomes too long loses its empty lines if it then fits.
    """
    if not notice:
        return reply
    text = (Run(notice), Run("\n\n"), *reply.text)
    dense = tuple(replace(run, text=run.text.replace("\n\n", "\n")) for run in text)
    is_long = sum(run.text.count("\n") for run in text) >= MOST_LINES > sum(run.text.count("\n") for run in dense)
    has_offers = any(choice.action.verb is Verb.CARD for row in reply.rows for choice in row)
    return replace(reply, text=dense if is_long and has_offers else text)


def with_correction(context: Context, reply: Reply) -> Reply:
    """Return a reply with a button to the answers, so that they can be corrected."""
    if any(choice.action.verb is Verb.CHANGE for row in reply.rows for choice in row):
        return reply
    correct = (button(context, "correct_button", Verb.CHANGE),)
    return replace(reply, rows=(*reply.rows[:-1], correct, *reply.rows[-1:]))
