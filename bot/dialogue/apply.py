"""What buttons make of an interview: answers, choices on their way, and the way back. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.attributes import NEED, Attribute, Kind, decode
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind, Interview, Pace, Position
from bot.core.replies import Action, Verb
from bot.dialogue.effects import Share
from bot.dialogue.world import World


def is_possible(action: Action, world: World) -> bool:
    """Whether a button still means something: content may have changed since it was shown."""
    vocabulary = world.content.vocabulary
    match action.verb:
        case Verb.ANSWER | Verb.TOGGLE:
            declared = vocabulary.attributes.get(action.target)
            if declared is None:
                return False
            try:
                return vocabulary.is_valid(action.target, decode(declared.kind, action.value))
            except ValueError:
                return False
        case Verb.CONFIRM | Verb.UNKNOWN | Verb.SKIP | Verb.DECLINE | Verb.REOPEN | Verb.WIDEN:
            return action.target in vocabulary.attributes
        case Verb.START:
            return not action.target or action.target in world.content.flows
        case Verb.PAGE:
            return action.target.isdecimal()
        case Verb.HUMAN:
            return action.target in list(CaseReason)
        case Verb.SHARE:
            return action.target in list(Share)
        case Verb.MANAGE:
            return False
        case _:
            return True


def answered(interview: Interview, action: Action, world: World, here: Position | None) -> Interview:
    """The interview after a button; `here` is where it stands."""
    attribute = action.target

    def value() -> Value:
        return decode(world.content.vocabulary[attribute].kind, action.value)

    changes: dict[Verb, Callable[[], Interview]] = {
        Verb.ANSWER: lambda: interview.answer(attribute, Answer(AnswerKind.VALUE, (value(),))),
        Verb.TOGGLE: lambda: toggled(interview, world.content.vocabulary[attribute], value()),
        Verb.CONFIRM: lambda: interview.confirm(attribute),
        Verb.UNKNOWN: lambda: interview.answer(attribute, Answer(AnswerKind.UNKNOWN)),
        Verb.SKIP: lambda: interview.answer(attribute, Answer(AnswerKind.SKIPPED)),
        Verb.DECLINE: lambda: interview.answer(attribute, Answer(AnswerKind.DECLINED)),
        Verb.REOPEN: lambda: interview.reopen(attribute),
        Verb.WIDEN: interview.drop_category,
        Verb.SHOW: lambda: replace(interview.confirm_drafts(), pace=Pace.STOPPED, focus=None),
        Verb.MORE_QUESTIONS: lambda: replace(interview, pace=Pace.THOROUGH),
        Verb.BACK: lambda: _back(interview, here),
    }
    return changes[action.verb]()


def toggled(interview: Interview, attribute: Attribute, value: Value) -> Interview:
    """With a value added to a multiple choice, or taken from it; or with a category of needs."""
    before = interview.answers.get(attribute.id)
    if attribute.kind is Kind.NEED:
        # What was answered before waits behind the category, in case the citizen goes back.
        earlier = () if before is None else before.values if before.kind is AnswerKind.VALUE else before.values[1:]
        return interview.draft(attribute.id, value, *earlier)
    chosen = before.values if before is not None else ()
    none = {term.id for term in attribute.terms.values() if term.none}
    chosen = tuple(v for v in chosen if v not in none)
    values = tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)
    return interview.draft(attribute.id, *values)


def _back(interview: Interview, here: Position | None) -> Interview:
    current = here.question.fills if here is not None and here.question is not None else None
    if current == NEED and interview.category_draft is not None:
        return interview.drop_category()
    return interview.back(current, here.profile if here is not None else ())
