"""Needs by what a text names and whom it is for. Pure.

A service that is named exactly tells its need; a need that has nothing for the person is asked for.
Which needs a text is like is a concern of `bot/language/meaning/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.attributes import NEED
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind
from bot.dialogue.context import Context
from bot.dialogue.intents import DoubtfulAnswer, Statement, TypedAnswer
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: Words of a service's name, at least, that tell it in a sentence: "Judo" alone is an activity.
_FEWEST_NAME_WORDS = 2
#: Needs that are offered in place of one that serves nobody known.
_OFFERED_NEEDS = 3


def is_need_written(context: Context, said: Utterance, meaning: Meaning) -> bool:
    """Return True if a text contains, spelt exactly, the name of a need that it may mean: "posso avere il bonus nido?"."""
    text, needs = f" {said.normalised} ", context.world.content.vocabulary.needs
    terms = [needs[each.need] for each in meaning.needs if each.need in needs]
    return any(f" {normalise(name)} " in text for term in terms for name in (term.label, *term.also))


def with_named_service(context: Context, said: Utterance, meaning: Meaning) -> Meaning:
    """Return a meaning that leaves needs to choose from, with the one of the service that the text names: "centro anziani"."""
    if meaning.kind is not MeaningKind.CHOOSE:
        return meaning
    text = f" {said.normalised} "
    long = ((id, name) for id, name in context.world.service_names.items() if len(name.split()) >= _FEWEST_NAME_WORDS)
    names = {id: name for id, name in long if name in text}
    longest = max(map(len, names.values()), default=0)
    named = {need for one in context.world.content.services if len(names.get(one.id, "")) == longest > 0 for need in one.needs}
    meant = [each for each in meaning.needs if each.need in named]
    if len(meant) != 1:
        return meaning
    return replace(meaning, kind=MeaningKind.NEED, needs=(meant[0], *(each for each in meaning.needs if each is not meant[0])))


def without_unserved_need(context: Context, said: Utterance, meaning: Meaning, statement: Statement | None) -> Statement | None:
    """Return a statement with a choice of needs in place of one that is only inferred and that no service has for this person.

    "Una che me la guarda quando lavoro", of a child of five, is no wish for a course of adults. A need that is named stands, and
    so does one where none of the others serves this person either.
    """
    if statement is None or NEED not in statement.answers or is_need_written(context, said, meaning):
        return statement
    if any(_serves(context, statement, str(need)) for need in statement.answers[NEED]):
        return statement
    others = tuple(each.need for each in meaning.needs if _serves(context, statement, each.need))[:_OFFERED_NEEDS]
    if not others:
        return statement
    answers = {attribute: values for attribute, values in statement.answers.items() if attribute != NEED}
    return replace(statement, answers=answers, choices=others)


def with_served_needs(context: Context, said: Utterance, meaning: Meaning, answer: TypedAnswer) -> TypedAnswer | DoubtfulAnswer:
    """Return an answer of a sentence to the question of the need, or the likely needs if it has nothing for this person."""
    is_kept = answer.attribute != NEED or any(_serves(context, Statement({}), str(need)) for need in answer.values)
    statement = Statement({NEED: answer.values})
    other = statement if is_kept else without_unserved_need(context, said, meaning, statement)
    return DoubtfulAnswer(NEED, other.choices) if other is not None and other.choices else answer


def _serves(context: Context, statement: Statement, need: str) -> bool:
    """Return True if a need has a service that fits the person of a statement, or may."""
    interview = context.session.interview
    if interview is None:
        return True
    stated: dict[str, Sequence[Value]] = {**statement.answers, NEED: (need,)}
    for attribute, values in stated.items():
        interview = interview.answer(attribute, Answer(AnswerKind.VALUE, tuple(values)))
    return bool(context.world.position(interview).match.remaining)
