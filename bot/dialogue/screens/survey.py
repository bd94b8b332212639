"""The end of a survey: its answers before they are sent, and thanks afterwards."""

from __future__ import annotations

from bot.core.replies import Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of


def survey_end_screen(context: Context) -> Reply:
    """Return the question whether to send the answers of a survey; thanks once they are sent."""
    if context.flow.id not in context.session.sent_surveys:
        send = [button(context, "survey_send_button", Verb.SEND)]
        change = [button(context, "change_button", Verb.CHANGE), button(context, "back_button", Verb.BACK)]
        return Reply((Run(context.say("survey_review")),), rows_of(send, change, [person_button(context)]))
    thanks = context.flow.thanks or context.say("survey_thanks")
    return Reply((Run(thanks),), rows_of([button(context, "survey_leave_button", Verb.START)], [person_button(context)]))
