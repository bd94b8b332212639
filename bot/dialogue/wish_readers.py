"""The reader of texts with several wishes: "il nido per il piccolo, il doposcuola per la grande".

Searching for them one after the other is in `wishes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.attributes import AGE, NEED, PERSON
from bot.dialogue.intents import SeveralWishes, Statement
from bot.dialogue.statements import statement_of
from bot.dialogue.text_in_context import TextInContext
from bot.language.text.utterance import Utterance

#: Wishes of one sentence that are heard; a statement without any of these attributes wishes for nothing.
_MOST_WISHES, _OF_A_WISH = 5, frozenset({NEED, AGE, PERSON})


def read_wishes(text: TextInContext) -> SeveralWishes | None:
    """Return the wishes of a text that has more than one; a short text counts only as a list of needs: "doposcuola e mensa"."""
    asked = {question.fills for question in text.context.flow.questions}
    if text.phrase is not None or NEED not in asked:
        return None
    statements = tuple(_statements(text))[:_MOST_WISHES]
    is_heard = text.is_sentence or all(one.answers.keys() == {NEED} for one in statements)
    return SeveralWishes(statements) if is_heard and len(statements) > 1 else None


def _statements(text: TextInContext) -> Iterator[Statement]:
    """Yield the statement of each part of a sentence, each part read by itself; nothing if the sentence has only one part."""
    context, today = text.context, text.context.now.date()
    wishes = context.world.slot_reader.wishes(text.utterance, today)
    if len(wishes) < 2:
        return
    anew = context.with_session(context.session.begin(context.flow.id))
    for wish in wishes:
        meaning = context.world.understanding.read(Utterance(wish.text, text.utterance.language), today)
        statement = statement_of(anew, replace(meaning, slots=wish.slots))
        if statement is not None and (statement.choices or not _OF_A_WISH.isdisjoint(statement.answers)):
            yield statement
