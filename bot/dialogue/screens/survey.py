"""The end of a survey."""

from __future__ import annotations

from bot.core.replies import Reply, Run, Verb
from bot.dialogue.context import Context
from bot.dialogue.layout import button, person_button, rows_of


def survey_end_screen(context: Context) -> Reply:
    """Return the thanks for a finished survey."""
    thanks = context.flow.thanks or context.say("survey_thanks")
    return Reply((Run(thanks),), rows_of([button(context, "restart_button", Verb.RESTART)], [person_button(context)]))
