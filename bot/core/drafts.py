"""Answers on their way: what is chosen and not confirmed yet, and the category of needs that stands before a need."""

from __future__ import annotations

from dataclasses import replace

from bot.core.attributes import NEED
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind, Interview, narrowed


def drafted(interview: Interview, attribute: str, *values: Value) -> Interview:
    """With values that are not confirmed yet."""
    return replace(interview, answers={**interview.answers, attribute: Answer(AnswerKind.DRAFT, values)})


def widened(interview: Interview) -> Interview:
    """With the category put aside: the need is asked anew, and an earlier answer stands until then."""
    narrowed_down = interview.answers.get(NEED)
    earlier = narrowed_down.values[1:] if narrowed_down is not None and narrowed_down.kind is AnswerKind.DRAFT else ()
    if not earlier:
        return interview.clear(NEED)
    return replace(interview, answers={**interview.answers, NEED: Answer(AnswerKind.VALUE, earlier)}, focus=NEED)


def confirmed(interview: Interview, attribute: str) -> Interview:
    """The draft, or the answer that was opened again, is the answer; nothing chosen is "does not know"."""
    before = interview.answers.get(attribute)
    values = before.values if before is not None else ()
    if attribute == NEED and narrowed(interview) is not None:
        values = values[:1]
    return interview.answer(attribute, Answer(AnswerKind.VALUE, values) if values else Answer(AnswerKind.UNKNOWN))


def undrafted(interview: Interview) -> Interview:
    """With what was chosen so far taken as the answer."""
    for attribute, answer in interview.answers.items():
        if answer.kind is AnswerKind.DRAFT:
            interview = confirmed(interview, attribute)
    return interview
