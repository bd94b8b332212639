"""The screens: a session → the one reply that shows where the citizen stands. Pure: equal sessions have equal replies.

Each screen is a function of a `Context` in a file of its own; the ones about a case are in `cases/citizen_screens.py`.
"""

from __future__ import annotations

from bot.core.flow import Purpose
from bot.core.replies import Reply
from bot.dialogue.cases.citizen_screens import case_screen
from bot.dialogue.context import Context
from bot.dialogue.screens.answers import answers_screen
from bot.dialogue.screens.card import card_screen, only_result_screen
from bot.dialogue.screens.groups import groups_screen, is_grouped
from bot.dialogue.screens.help import help_screen
from bot.dialogue.screens.privacy import consent_screen, erase_screen, privacy_screen
from bot.dialogue.screens.question import question_screen
from bot.dialogue.screens.results import nothing_fits_screen, results_screen
from bot.dialogue.screens.resume import resume_screen
from bot.dialogue.screens.survey import survey_end_screen
from bot.dialogue.session import Screen
from bot.dialogue.wishes import with_next_wish


def screen_of(context: Context) -> Reply:
    """Return the reply that shows a session; below results it has a button for the next remembered wish, if there is one."""
    reply = _screen(context)
    return with_next_wish(context, reply) if context.session.screen in (Screen.CARD, Screen.INTERVIEW) else reply


def _screen(context: Context) -> Reply:
    session, offers = context.session, context.world.dated.offers
    match session.screen:
        case Screen.HELP:
            return help_screen(context)
        case Screen.RESUME:
            return resume_screen(context)
        case Screen.CHANGES:
            return answers_screen(context)
        case Screen.PRIVACY:
            return privacy_screen(context)
        case Screen.CONSENT:
            return consent_screen(context)
        case Screen.ERASE:
            return erase_screen(context)
        case Screen.HUMAN | Screen.SHARE | Screen.CASE | Screen.HELPED | Screen.COMMENT | Screen.UNHELPED:
            return case_screen(context)
        case Screen.CARD if session.card in offers:
            return card_screen(context, offers[session.card])
        case Screen.CARD | Screen.INTERVIEW:
            return _interview_screen(context)


def _interview_screen(context: Context) -> Reply:
    """Return the open question, or the results; the help if there is no interview."""
    here = context.position
    if here is None:
        return help_screen(context)
    if context.flow.purpose is Purpose.SURVEY and (here.question is None or context.flow.id in context.session.sent_surveys):
        return survey_end_screen(context)
    if here.question is not None:
        return question_screen(context, here.question, here)
    if not here.match.remaining:
        return nothing_fits_screen(context, here)
    if is_grouped(context, here):
        return groups_screen(context, here)
    if context.index.service_count(here.match.remaining) == 1:
        (offer,) = context.best(1)
        return only_result_screen(context, offer)
    return results_screen(context, here)
