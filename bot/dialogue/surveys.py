"""Surveys: a citizen can begin one while it is open, and sends it once, for good.

Storing the answers is in `usecases/talk.py`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.flow import Flow, Purpose
from bot.core.survey import sheet_of
from bot.core.topics import IntentId
from bot.dialogue.context import Context
from bot.dialogue.effects import SendAnswers, StepResult


def begin_flow(context: Context, id: str) -> StepResult:
    """Return a new interview of a flow; if it is a survey that cannot be answered now, of the first flow, with the reason.

    If an unfinished survey is left for it, the reply says so.
    """
    session, flow = context.session, context.world.content.flows[id]
    if flow.purpose is Purpose.SURVEY:
        if (notice := _obstacle(context, flow)) is not None:
            return StepResult(session.begin(context.world.first_flow.id), notice)
        # A survey that may be answered again.
        session = replace(session, sent_surveys=tuple(one for one in session.sent_surveys if one != id))
    is_left = context.flow.purpose is Purpose.SURVEY and context.question is not None and id != context.flow.id
    return StepResult(session.begin(id), context.say("survey_left", command=context.flow.command) if is_left else "")


def send_answers(context: Context) -> StepResult:
    """Return the result of sending a completed survey: thanks, and the effect that stores its answers."""
    session, flow, here = context.session, context.flow, context.position
    is_whole = here is not None and here.question is None and flow.purpose is Purpose.SURVEY
    if here is None or session.interview is None or not is_whole or flow.id in session.sent_surveys:
        return StepResult(session)
    if (notice := _obstacle(context, flow)) is not None:
        return StepResult(session, notice)
    sheet = sheet_of(flow, session.interview.answers, here.profile, context.world.content.vocabulary)
    sent = replace(session, sent_surveys=(*session.sent_surveys, flow.id))
    return StepResult(sent, effects=(SendAnswers(sheet, is_once=flow.once),))


def words_about_survey(context: Context, intent: IntentId) -> str:
    """Return the purpose and length of the open survey, for a question like "a cosa serve?" or "quanto dura?".

    Returns "" without a survey.
    """
    is_about = intent is IntentId.WHY_ASK or intent.startswith("about_")
    return context.say("survey_why") if is_about and context.flow.purpose is Purpose.SURVEY else ""


def _obstacle(context: Context, flow: Flow) -> str | None:
    """Return the sentence that says why a survey cannot be answered now; None if it can."""
    today = context.now.date()
    if flow.opens is not None and today < flow.opens:
        return context.say("survey_not_yet", date=context.phrasing.date(flow.opens))
    if flow.closes is not None and today > flow.closes:
        return context.say("survey_closed")
    return context.say("survey_already") if flow.once and flow.id in context.session.sent_surveys else None
