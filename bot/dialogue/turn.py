"""A turn of a conversation: the incoming message and the session → the next session, one reply, and effects. Pure.

The way of a message: `interpret` finds its intent, `apply` makes the next session of it, `show` makes the reply. Buttons,
commands and typed words meet in the intent, so everything can be done either way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.danger_texts import danger_text
from bot.core.interview import AnswerKind
from bot.core.replies import Reply, Run, Verb
from bot.dialogue.apply import apply
from bot.dialogue.context import Context
from bot.dialogue.effects import Effect, StepResult
from bot.dialogue.incoming import Attachment, Incoming, News, Press, Text
from bot.dialogue.intents import InDanger, Intent, WithNumbers
from bot.dialogue.interpret import interpret
from bot.dialogue.layout import with_correction, with_notice
from bot.dialogue.privacy import ask_consent, needs_consent, needs_notice, with_first_notice
from bot.dialogue.screens import screen_of
from bot.dialogue.screens.answers import answered_question
from bot.dialogue.session import Screen, Session
from bot.dialogue.world import World


class Manner(StrEnum):
    """The ways in which a channel that can edit its messages shows a reply."""

    NEW = "new"
    #: In the place of the message whose button was pressed.
    IN_PLACE = "in_place"
    #: Not at all: the message in front says it already.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of a turn: the next session, the reply (none while a person is talking), and effects."""

    session: Session
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()
    manner: Manner = Manner.NEW
    #: Replacement for the message in front, if its question was answered: question and answer, no buttons.
    answered_question: Reply | None = None
    #: The answer to a press that changes nothing; by default it says just that.
    toast: str = ""
    #: The reply has a number to call in danger.
    is_urgent: bool = False
    #: The meaning that the incoming message had.
    intent: Intent | None = None
    #: Its words may be of danger, however little.
    is_near_danger: bool = False


#: Buttons that change the message they are on.
_IN_PLACE = {Verb.TOGGLE, Verb.WIDEN, Verb.PAGE, Verb.CARD}
#: Buttons that show a screen again, also where another reply covers it.
_WAYS_BACK = {Verb.LIST, Verb.CARD}


def turn(world: World, session: Session, incoming: Incoming, now: dt.datetime) -> Turn:
    """Return the result of one turn. Every incoming message gets one reply, or none while a manager is talking. Never raises.

    `now` (local time) turns birth years into ages.
    """
    here = fitted(session, world)
    before = Context(world, _facing_shown(here, world) if isinstance(incoming, Text) else here, now)
    intent = interpret(before, incoming)
    plain = intent.intent if isinstance(intent, WithNumbers) else intent
    step = ask_consent(before) if needs_consent(before, plain) else apply(before, incoming, plain)
    shown = show(before, incoming, step)
    if shown.replies and shown.manner is Manner.NEW and needs_notice(before, plain, shown.session):
        noticed = replace(shown.session, notice_version=world.notice_version)
        shown = replace(shown, session=noticed, replies=(with_first_notice(before, shown.replies[0]),))
    shown = replace(shown, session=_with_answer_messages(here, shown.session, incoming))
    if shown.replies:
        shown = replace(shown, session=_with_shown_question(before.with_session(shown.session)))
    if isinstance(intent, WithNumbers):
        shown = replace(shown, replies=_with_numbers(shown.replies, danger_text(world.content, intent.report, now)))
    is_news_of_danger = isinstance(plain, News) and plain.danger is not None
    is_urgent = isinstance(plain, InDanger) or is_news_of_danger
    return replace(shown, intent=plain, is_urgent=is_urgent, is_near_danger=is_urgent or isinstance(intent, WithNumbers))


def _with_numbers(replies: tuple[Reply, ...], numbers: str) -> tuple[Reply, ...]:
    """Return the replies with a paragraph of emergency numbers added to the last one."""
    if not replies:
        return replies
    *others, last = replies
    return (*others, replace(last, text=(*last.text, Run(f"\n\n{numbers}"))))


def fitted(session: Session, world: World) -> Session:
    """Return the session without anything that the content of a world no longer knows."""
    interview = session.interview
    if interview is None:
        return session
    if interview.flow not in world.content.flows:
        interview = replace(interview, flow=world.first_flow.id)
    return replace(session, interview=interview.keep_valid(world.content.vocabulary))


def _facing_shown(session: Session, world: World) -> Session:
    """Return the session with the focus on the question that the citizen last saw, if changed content put another one first."""
    interview, shown = session.interview, session.shown_question
    if interview is None or not shown:
        return session
    question = next((one for one in world.flow(interview).questions if one.key == shown), None)
    here = world.position(interview).question
    if question is None or (here is not None and here.key == shown):
        return session
    reopened = interview.reopen(question.fills)
    asked = world.position(reopened).question
    return replace(session, interview=reopened) if asked is not None and asked.key == shown else session


def _with_answer_messages(before: Session, session: Session, incoming: Incoming) -> Session:
    """Return the session with the message number of the text that gave each new answer, so that an edit can correct it."""
    interview, message = session.interview, incoming.message if isinstance(incoming, Text) else 0
    if interview is None:
        return session
    earlier = before.interview.answers if before.interview is not None else {}
    messages = {
        attribute: message if answer != earlier.get(attribute) else session.answer_messages.get(attribute, 0)
        for attribute, answer in interview.answers.items()
    }
    known = {attribute: number for attribute, number in messages.items() if number}
    return replace(session, answer_messages=known, last_message=max(message, session.last_message))


def _with_shown_question(after: Context) -> Session:
    """Return the session with a note of the question that this turn shows to the citizen."""
    here = after.position
    shown = None if here is None else here.question.key if here.question is not None else ""
    return replace(after.session, shown_question=shown)


def show(before: Context, incoming: Incoming, step: StepResult) -> Turn:
    """Return the turn that shows the result of a step."""
    if step.is_silent:
        return Turn(step.session, (), step.effects, Manner.NOTHING, toast=step.toast)
    after = before.with_session(step.session)
    reply = step.instead or with_notice(screen_of(after), step.notice)
    if step.offers_correction:
        reply = with_correction(after, reply)
    covers = step.instead is not None and step.instead.rows != screen_of(after).rows
    session = replace(step.session, cover=reply.rows if covers else ())
    return Turn(session, (reply,), step.effects, _manner(before, incoming, step), _answered_question(before, after))


def _manner(before: Context, incoming: Incoming, step: StepResult) -> Manner:
    match incoming:
        case Press(action):
            uncovers = bool(before.session.cover) and action.verb in _WAYS_BACK
            if step.session == before.session and not (uncovers or step.notice or step.instead):
                return Manner.NOTHING
            is_back_to_list = action.verb is Verb.LIST and before.session.screen is Screen.CARD
            return Manner.IN_PLACE if (action.verb in _IN_PLACE or is_back_to_list) and not step.notice else Manner.NEW
        case Attachment(album_id=album) if album and album == before.session.last_album_id:
            return Manner.NOTHING
        case _:
            return Manner.NEW


def _answered_question(before: Context, after: Context) -> Reply | None:
    """Return a message to replace the previous question by question and answer, if it has just been answered; else None."""
    question, interview, earlier = before.question, after.session.interview, before.session.interview
    if question is None or interview is None or earlier is None or interview.number != earlier.number:
        return None
    answer, here = interview.answers.get(question.fills), after.position
    if answer is None or answer.kind is AnswerKind.DRAFT:
        return None
    is_still_open = here is not None and here.question is not None and here.question.fills == question.fills
    return None if is_still_open else answered_question(after, question, answer)
