"""The results of a search that finds too many services: the kinds of help among them as buttons."""

from __future__ import annotations

from bot.core.attributes import NEED
from bot.core.flow import Question
from bot.core.interview import AnswerKind, Position
from bot.core.replies import Reply, Run
from bot.dialogue.context import Context
from bot.dialogue.layout import MOST_BUTTONS, packed, rows_of
from bot.dialogue.screens.question import laid_out
from bot.dialogue.screens.results import MANY_SERVICES, next_steps
from bot.kinds.kind import OpenQuestion
from bot.kinds.registry import kind_of


def is_grouped(context: Context, here: Position) -> bool:
    """Return True if many services are found and the citizen has not said the kind of help, though the flow asks for it."""
    is_asked = any(question.fills == NEED for question in context.flow.questions)
    is_open = here.profile.get(NEED) is None and context.index.need_matters(here.match)
    return is_asked and is_open and context.index.service_count(here.match.remaining) > MANY_SERVICES


def groups_screen(context: Context, here: Position) -> Reply:
    """Return the kinds of help among the services found, as buttons that choose one."""
    interview, attribute = context.session.interview, context.world.content.vocabulary[NEED]
    assert interview is not None
    answer = interview.answers.get(NEED)
    is_unsure = answer is not None and answer.kind is AnswerKind.UNKNOWN
    change, _, person = next_steps(context)
    room = MOST_BUTTONS - len(person) - context.session.awaiting_confirmation
    asked = OpenQuestion(Question(attribute.label, NEED), attribute, interview, here, context.index, room)
    kind = kind_of(attribute)
    groups, ways = laid_out(context, asked, kind.buttons(asked, kind.offered(asked), context.phrasing), ((), change, person))
    rows = [row for group in groups for row in packed(group)]
    return Reply((Run(context.say("found_groups_unsure" if is_unsure else "found_groups")),), rows_of(*rows, *ways))
