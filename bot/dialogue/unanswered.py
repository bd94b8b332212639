"""The replies to texts that the bot cannot answer: of a topic out of scope, or not understood. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.core.case import CaseReason
from bot.dialogue.actions import with_interview
from bot.dialogue.cases.citizen_turns import offer_person
from bot.dialogue.context import Context
from bot.dialogue.effects import StepResult
from bot.dialogue.intents import NotUnderstood, OutOfScope
from bot.dialogue.session import MISUNDERSTANDINGS_UNTIL_OFFER
from bot.dialogue.text_keys import TEXTS
from bot.kinds.registry import kind_of


def decline(context: Context, intent: OutOfScope | NotUnderstood) -> StepResult:
    """Return the office to ask for a topic out of scope, or a hint how to answer; the second time in a row a person, too."""
    if isinstance(intent, NotUnderstood):
        return _not_understood(context, intent.language)
    return _out_of_scope(context, context.world.content.topics[intent.topic].say)


def _out_of_scope(context: Context, said: str) -> StepResult:
    """Return the office to ask about a topic outside the network; at the second time in a row also the offer of a person."""
    session, count = with_interview(context), context.session.misunderstandings + 1
    if count >= MISUNDERSTANDINGS_UNTIL_OFFER and not session.is_barred:
        return StepResult(offer_person(replace(session, misunderstandings=0), CaseReason.ASKED), said)
    return StepResult(replace(session, misunderstandings=count), said)


def _not_understood(context: Context, language: str) -> StepResult:
    """Return a hint on how to answer; at the second time in a row the offer of a person."""
    session, count = context.session, context.session.misunderstandings + 1
    in_their_language = context.say(f"foreign_{language}") if f"foreign_{language}" in TEXTS else ""
    if count < MISUNDERSTANDINGS_UNTIL_OFFER:
        notice = in_their_language or f"{context.say('not_understood')} {_hint(context)}"
        return StepResult(replace(session, misunderstandings=count, suggestions=(), suggested_attribute=""), notice)
    if session.is_barred:
        return StepResult(replace(session, misunderstandings=0), context.say("not_understood"))
    return StepResult(offer_person(replace(session, misunderstandings=0), CaseReason.NOT_UNDERSTOOD), in_their_language)


def _hint(context: Context) -> str:
    """Return a sentence on how the current question can be answered."""
    question = context.question
    if question is None:
        return context.say("hint_buttons")
    return context.say(kind_of(context.world.content.vocabulary[question.fills]).hint)
