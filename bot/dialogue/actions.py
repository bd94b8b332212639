"""The effect of each button on a session, wherever it was shown. Buttons about a case are in `cases/citizen_turns.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bot.core.attributes import NO, YES
from bot.core.case import CaseReason
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.core.replies import Action, Verb
from bot.core.topics import IntentId
from bot.dialogue.alerts import ALERT_VERBS, on_alert_action
from bot.dialogue.bookmarks import BOOKMARK_VERBS, on_bookmark_action
from bot.dialogue.cases.citizen_turns import on_button
from bot.dialogue.context import Context
from bot.dialogue.effects import Share, StepResult
from bot.dialogue.feedback import on_feedback
from bot.dialogue.intents import PickOfShown
from bot.dialogue.location import ask_location
from bot.dialogue.pointing import pick
from bot.dialogue.privacy import PRIVACY_VERBS, on_privacy_action
from bot.dialogue.screens import screen_of
from bot.dialogue.screens.card import offer_attachment
from bot.dialogue.session import CardView, Screen, Session
from bot.dialogue.surveys import begin_flow, send_answers
from bot.dialogue.wishes import next_wish
from bot.dialogue.world import World
from bot.kinds.registry import kind_of

#: The text above a question that was answered with a mere "yes", and the value of the action that reopens it so.
WHICH_ONE = "which_one"
_ANSWERS_WITHOUT_VALUE = {
    Verb.UNKNOWN: AnswerKind.UNKNOWN,
    Verb.SKIP: AnswerKind.SKIPPED,
    Verb.DECLINE: AnswerKind.DECLINED,
}
#: The targets of buttons that have few of them.
_TARGETS: Mapping[Verb, Collection[str]] = {
    Verb.HUMAN: list(CaseReason),
    Verb.OFFER_HUMAN: list(CaseReason),
    Verb.PICK: list(IntentId),
    Verb.SHARE: list(Share),
    Verb.USEFUL: (YES, NO),
}
#: The verbs that are not about the interview, each with what does it.
_OTHER_ROOMS: Mapping[Verb, Callable[[Context, Action], StepResult]] = {
    **dict.fromkeys(ALERT_VERBS, on_alert_action),
    **dict.fromkeys(BOOKMARK_VERBS, on_bookmark_action),
    Verb.LOCATE: ask_location,
    **dict.fromkeys(PRIVACY_VERBS, on_privacy_action),
    Verb.USEFUL: on_feedback,
    **dict.fromkeys((Verb.HUMAN, Verb.OFFER_HUMAN, Verb.NO_HUMAN, Verb.SHARE, Verb.HELPED, Verb.LEAVE), on_button),
}
#: Digits of a page number that are read.
_PAGE_DIGITS = 4


def is_possible(action: Action, world: World) -> bool:
    """Return True if what a button refers to still exists: content may have changed since the button was shown."""
    vocabulary = world.content.vocabulary
    match action.verb:
        case Verb.ANSWER | Verb.TOGGLE:
            declared = vocabulary.attributes.get(action.target)
            if declared is None:
                return False
            try:
                return vocabulary.is_valid(action.target, declared.kind.decode(action.value))
            except ValueError:
                return False
        case Verb.CONFIRM | Verb.UNKNOWN | Verb.SKIP | Verb.DECLINE | Verb.REOPEN | Verb.WIDEN:
            return action.target in vocabulary.attributes
        case Verb.ERASE | Verb.CONSENT:
            return action.target in ("", YES, NO)
        case Verb.START:
            return not action.target or action.target in world.content.flows
        case Verb.PAGE:
            return action.target.isdecimal()
        case Verb.HUMAN | Verb.OFFER_HUMAN | Verb.PICK | Verb.SHARE | Verb.USEFUL:
            return action.target in _TARGETS[action.verb]
        case Verb.MANAGE:
            return False
        case _:
            return True


def do_action(context: Context, action: Action) -> StepResult:
    """Return the result of pressing a button; call it only if `is_possible`."""
    context = context.with_session(replace(context.session, misunderstandings=0, suggestions=(), suggested_attribute=""))
    if action.verb in _OTHER_ROOMS:
        return _OTHER_ROOMS[action.verb](context, action)
    session = context.session
    match action.verb:
        case Verb.START:
            return begin_flow(context, action.target or context.world.first_flow.id)
        case Verb.RESTART:
            return StepResult(session.begin(context.flow.id), context.say("restarted"))
        case Verb.HELP | Verb.CHANGE:
            return StepResult(session.show(Screen.HELP if action.verb is Verb.HELP else Screen.CHANGES))
        case Verb.LIST:
            is_case_covered = session.has_open_case and session.screen in (Screen.PRIVACY, Screen.ERASE)
            shown = session.below if is_case_covered else replace(with_interview(context), card="").show(Screen.INTERVIEW)
            return StepResult(shown)
        case Verb.PICK:
            picked = with_interview(context).below
            context = context.with_session(picked)
            return pick(context, PickOfShown(IntentId(action.target)), screen_of(context))
        case Verb.NEXT_WISH:
            return next_wish(context)
        case Verb.PAGE:
            page = int(action.target[:_PAGE_DIGITS])
            return StepResult(replace(with_interview(context), page=page, card="").show(Screen.INTERVIEW))
        case Verb.CARD | Verb.CALENDAR | Verb.MAP:
            return _about_offer(context, action)
        case _:
            return _in_interview(context.with_session(with_interview(context)), action)


def with_interview(context: Context) -> Session:
    """Return the session, with a new interview of the first flow if none is open."""
    session = context.session
    return session if session.interview is not None else session.begin(context.world.first_flow.id)


def _about_offer(context: Context, action: Action) -> StepResult:
    """Return the result of a button about an offer: its card, or its dates or map, which leave the current screen in place."""
    offer = context.world.dated.offers.get(action.target)
    if offer is None:
        return StepResult(with_interview(context).show(Screen.INTERVIEW), context.say("card_gone"))
    card = replace(context.session, card=offer.id).show(Screen.CARD)
    if action.verb is Verb.CARD:
        view = CardView(action.value) if action.value in list(CardView) else CardView.SHORT
        return StepResult(replace(card, card_view=view))
    attachment = offer_attachment(context, offer, action.verb, screen_of(context))
    return StepResult(context.session, instead=attachment) if attachment else StepResult(card, context.say("card_changed"))


def _in_interview(context: Context, action: Action) -> StepResult:
    """Return the result of a button below a question or below results: the interview after it."""
    session = context.session
    assert session.interview is not None
    if action.verb is Verb.SEND:
        return send_answers(context)
    changed = _change(context, session.interview, action)
    notice = context.say("first_question") if action.verb is Verb.BACK and changed == session.interview else ""
    if action.verb is Verb.REOPEN and action.value == WHICH_ONE:
        notice = context.say(WHICH_ONE)
    # Of a multiple choice, the same page of its values stays in front.
    is_same_question = action.verb is Verb.TOGGLE and _has_toggles(context, action.target)
    page = session.page if is_same_question else 0
    return StepResult(replace(session, interview=changed, page=page, card="").show(Screen.INTERVIEW), notice)


def _change(context: Context, interview: Interview, action: Action) -> Interview:
    attribute, vocabulary = action.target, context.world.content.vocabulary
    match action.verb:
        case Verb.ANSWER:
            value = vocabulary[attribute].kind.decode(action.value)
            return interview.answer(attribute, Answer(AnswerKind.VALUE, (value,)))
        case Verb.TOGGLE:
            kind = kind_of(vocabulary[attribute])
            return kind.toggle(interview, vocabulary[attribute], kind.decode(action.value))
        case Verb.CONFIRM:
            return interview.confirm(attribute)
        case Verb.UNKNOWN | Verb.SKIP | Verb.DECLINE:
            return interview.answer(attribute, Answer(_ANSWERS_WITHOUT_VALUE[action.verb]))
        case Verb.REOPEN:
            return interview.reopen(attribute)
        case Verb.WIDEN:
            return interview.drop_category(attribute)
        case Verb.SHOW:
            return replace(interview.confirm_drafts(), pace=Pace.STOPPED, focus=None)
        case Verb.MORE_QUESTIONS:
            return replace(interview, pace=Pace.THOROUGH)
        case Verb.BACK:
            return _back(context, interview)
        case _:
            raise AssertionError(action.verb)


def _back(context: Context, interview: Interview) -> Interview:
    """Return the interview one answer back; if needs are narrowed to a category, with all needs to choose from again."""
    here = context.position
    current = here.question.fills if here is not None and here.question is not None else None
    if current is not None and interview.category_draft(current) is not None:
        return interview.drop_category(current)
    return interview.back(current, here.profile if here is not None else ())


def _has_toggles(context: Context, attribute: str) -> bool:
    declared = context.world.content.vocabulary[attribute]
    return kind_of(declared).has_toggles(declared)
