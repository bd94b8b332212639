"""The screen of all answers so far, to change one; and a question's message after it was answered."""

from __future__ import annotations

from bot.core.flow import Question
from bot.core.interview import Answer, AnswerKind
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of


def answers_screen(context: Context) -> Reply:
    """Return the answers as buttons that reopen their questions."""
    interview = context.session.interview
    answers = interview.answers if interview is not None else {}
    given = {id: answer for id, answer in answers.items() if answer.kind is not AnswerKind.DRAFT}
    lines = [[Choice(_line(context, id, answer), Action(Verb.REOPEN, id))] for id, answer in given.items()]
    text = context.say("changes" if given else "no_changes")
    onward = [button(context, "continue_button", Verb.LIST), button(context, "restart_button", Verb.RESTART)]
    return Reply((Run(text),), rows_of(*lines, onward, [person_button(context)]))


def _line(context: Context, attribute: str, answer: Answer) -> str:
    label = context.world.content.vocabulary[attribute].label
    return context.say("answer_line", attribute=label, answer=answer_text(context, attribute, answer))


def answered_question(context: Context, question: Question, answer: Answer) -> Reply:
    """Return the message that replaces an answered question: question and answer, without buttons."""
    said = context.say("settled", answer=answer_text(context, question.fills, answer))
    return Reply((Run(question.ask, bold=True), Run("\n"), Run(said)))


def answer_text(context: Context, attribute: str, answer: Answer) -> str:
    """Return an answer in words."""
    match answer.kind:
        case AnswerKind.UNKNOWN:
            return context.say("does_not_know")
        case AnswerKind.DECLINED:
            return context.say("declined")
        case AnswerKind.SKIPPED:
            return context.say("skipped")
        case AnswerKind.VALUE | AnswerKind.DRAFT:
            return context.phrasing.values(context.world.content.vocabulary[attribute], answer.values)
