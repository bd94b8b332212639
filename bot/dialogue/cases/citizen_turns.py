"""The citizen's side of a case: being offered a person, asking, waiting, being answered, ending the case. Pure.

While a person answers, the bot says nothing but this: that they write to a person, and the number to call in danger.
Each function goes from a `Context` to an intent (`intercept`), or to the result of one (`on_…`).
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.attributes import NO
from bot.core.case import REOPEN_SECONDS, CaseReason, CaseState, TranscriptEntry
from bot.core.danger_texts import danger_text
from bot.core.replies import Action, Reply, Verb
from bot.core.topics import DangerReport, DangerTier
from bot.dialogue.cases.citizen_screens import case_reply, still_needed_reply
from bot.dialogue.cases.sharing import shared_facts
from bot.dialogue.context import Context
from bot.dialogue.effects import ForwardToManager, LeaveCase, OpenCase, RateCase, ReopenCase, Share, StepResult
from bot.dialogue.incoming import Attachment, Command, News, NewsKind, Press
from bot.dialogue.intents import (
    ActionDuringCase,
    AddToClosedCase,
    CaseIntent,
    CommentOnCase,
    DoAction,
    DoubtAfterCase,
    InDanger,
    MessageForManager,
    PlainIntent,
    Pleasantry,
    WordsToBot,
)
from bot.dialogue.privacy import PRIVACY_COMMANDS, PRIVACY_VERBS, PRIVACY_WORDS
from bot.dialogue.session import Screen, Session
from bot.dialogue.text_keys import TEXTS
from bot.language.meaning.phrases import (
    Courtesy,
    Phrase,
    asks_for_nothing,
    courtesy_of,
    may_ask_for_nothing,
    phrase_of,
    right_of,
)
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: From so many minutes on a promise says the time of day.
_LONG_WAIT_MINUTES = 60

#: The command that ends a case.
_LEAVE_COMMAND = "esci"
#: The screens after the end of a case.
_SCREENS_OF_END = (Screen.HELPED, Screen.COMMENT, Screen.UNHELPED)
_LEAVE = DoAction(Action(Verb.LEAVE))


# --- Reading what comes in while there is a case


def intercept(context: Context, incoming: Press | Command | Attachment) -> PlainIntent | None:
    """Return the intent of a message that is for the manager or about the case; None for a message that the bot handles."""
    session = context.session
    match incoming:
        case Command(name=name) if name == _LEAVE_COMMAND and _open_or_recent_case(context) is not None:
            return _LEAVE
        case Press(Action(Verb.LEAVE)) if session.case_state is CaseState.ASSIGNED:
            return _LEAVE
        case Press(Action(verb)) if verb in PRIVACY_VERBS or (
            verb is Verb.LIST and session.screen in (Screen.PRIVACY, Screen.ERASE)
        ):
            return None
        case Command(name=name) if name in PRIVACY_COMMANDS:
            return None
        case Press() | Command() if session.case_state is CaseState.ASSIGNED:
            return ActionDuringCase(is_press=isinstance(incoming, Press))
        case Attachment() if _is_talking(session):
            return MessageForManager()
        case Attachment(is_playful=False) if _is_asked_about_end(context):
            return AddToClosedCase()
        case _:
            return None


def intercept_text(context: Context, utterance: Utterance, front: Reply) -> PlainIntent | None:
    """Return the intent of a text for the manager or about the case; None for a text that the bot answers.

    `front` is the message that the text answers.
    """
    session = context.session
    spoken = context.world.intent_examples.short(utterance) or right_of(utterance)
    if spoken is not None and spoken in PRIVACY_WORDS and session.case_state is not None:
        return WordsToBot(spoken)
    is_label = utterance.normalised in {normalise(choice.label) for row in front.rows for choice in row}
    is_answer = is_label or phrase_of(utterance) in (Phrase.YES, Phrase.NO)
    if session.screen in (Screen.PRIVACY, Screen.ERASE) and is_answer:
        return None
    if _is_talking(session):
        if not is_label:
            return MessageForManager(is_courtesy=courtesy_of(utterance) is not None or asks_for_nothing(utterance))
        return _LEAVE if session.case_state is CaseState.ASSIGNED else None
    if not _is_asked_about_end(context):
        return None
    if session.screen is Screen.COMMENT and not is_label:
        return CommentOnCase(utterance.raw)
    if (courtesy := courtesy_of(utterance)) is not None:
        return Pleasantry(courtesy)
    if asks_for_nothing(utterance):
        return Pleasantry(Courtesy.THANKS)
    is_rating = utterance.normalised in {normalise(context.say(key)) for key in ("yes_answer", "no_answer")} | {"si", "no"}
    if is_label or is_rating:
        return None
    return DoubtAfterCase() if may_ask_for_nothing(utterance) else AddToClosedCase()


def _is_talking(session: Session) -> bool:
    """Return True if the citizen's texts go to a manager: one answers, or the screen of the waiting case is in front."""
    is_waiting = session.case_state is CaseState.WAITING and session.screen in (Screen.CASE, Screen.PRIVACY, Screen.ERASE)
    return is_waiting or session.case_state is CaseState.ASSIGNED


def _is_asked_about_end(context: Context) -> bool:
    """Return True if the citizen sees the question whether a case closed lately has helped."""
    is_in_front = context.session.screen in _SCREENS_OF_END
    return is_in_front and _open_or_recent_case(context) is CaseState.RESOLVED


def _open_or_recent_case(context: Context) -> CaseState | None:
    """Return the state of the chat's open or lately closed case; None without one."""
    return None if _has_expired_case(context) else context.session.case_state


def _has_expired_case(context: Context) -> bool:
    """Return True if the last case was closed so long ago that new messages are for the bot."""
    return context.session.case_state is CaseState.RESOLVED and not _is_closed_lately(context)


def _is_closed_lately(context: Context) -> bool:
    closed_at = context.session.closed_at
    return closed_at is None or (context.now - closed_at).total_seconds() <= REOPEN_SECONDS


def drop_expired_case(context: Context) -> Session:
    """Return the session without its case if that was closed long ago."""
    session = context.session
    if not _has_expired_case(context):
        return session
    is_asked_about_it = session.screen in _SCREENS_OF_END
    return session.forget_case().show(Screen.INTERVIEW) if is_asked_about_it else session.forget_case()


# --- Results of intents


def on_case_intent(context: Context, intent: CaseIntent) -> StepResult:
    """Return the result of an intent that is about the case."""
    session = context.session
    match intent:
        case InDanger(report):
            return on_danger(context, report)
        case MessageForManager(is_courtesy):
            return StepResult(session, effects=(ForwardToManager(is_courtesy=is_courtesy),), is_silent=True)
        case ActionDuringCase(is_press=True):
            return StepResult(session, is_silent=True, toast=context.say("with_person"))
        case ActionDuringCase():
            return StepResult(session.show(Screen.CASE))
        case AddToClosedCase():
            return _reopen_case(session, ReopenCase())
        case DoubtAfterCase():
            return StepResult(session, instead=still_needed_reply(context))
        case CommentOnCase(words):
            return StepResult(
                session.forget_case().show(Screen.INTERVIEW), context.say("comment_thanks"), (RateCase(words=words),)
            )


def on_button(context: Context, action: Action) -> StepResult:
    """Return the result of a button about a person: offered, asked for, declined, left, or rated."""
    session = context.session
    match action.verb:
        case Verb.OFFER_HUMAN:
            return StepResult(offer_person(session, CaseReason(action.target or CaseReason.ASKED)))
        case Verb.NO_HUMAN:
            return StepResult(replace(session, attachments=()).show(Screen.INTERVIEW), context.say("no_human"))
        case Verb.SHARE if session.screen is Screen.SHARE:
            share = Share(action.target)
            return _open_case(session, share, attachments=session.attachments if share is not Share.NOTHING else ())
        case Verb.HELPED if session.screen is Screen.HELPED:
            screen = Screen.UNHELPED if action.target == NO else Screen.COMMENT
            return StepResult(session.show(screen), effects=(RateCase(action.target),))
        case Verb.LEAVE:
            # The texts of this case are not for the manager of the next one.
            left = replace(session.forget_case(), recent_texts=()).show(Screen.INTERVIEW)
            return StepResult(left, context.say("left_case"), (LeaveCase(),) if session.has_open_case else ())
        case Verb.HUMAN:
            return _asked_for_person(context, CaseReason(action.target))
        case _:
            return StepResult(session)


def offer_person(session: Session, reason: CaseReason) -> Session:
    """Return the chat with the offer of a person in front."""
    return replace(session, handoff_reason=reason).show(Screen.HUMAN)


def _asked_for_person(context: Context, reason: CaseReason) -> StepResult:
    """Return the result of asking for a person.

    That is the open case if there is one, a reopened one, the question what to share, or a new case.
    """
    session, is_staffed = replace(context.session, handoff_reason=reason), context.world.is_staffed
    if session.is_barred:
        return StepResult(context.session.show(Screen.INTERVIEW), context.say("barred"))
    if _is_asked_about_end(context):
        return _reopen_case(context.session, ReopenCase(forwards_message=False))
    if session.case_state is CaseState.RESOLVED:
        # What was searched since is another request.
        session = session.forget_case()
    # Where there are no desks, a person was asked for only as long as the case is in front.
    has_case = session.has_open_case if is_staffed else session.screen is Screen.CASE
    # What a later search tells is shared only if the citizen agrees to that too.
    is_told_more = has_case and is_staffed and session.case_interview != session.interview_count
    if has_case and not (is_told_more and shared_facts(context.world, session)):
        return StepResult(session.show(Screen.CASE))
    if is_staffed and (session.recent_texts or shared_facts(context.world, session)):
        return StepResult(session.show(Screen.SHARE))
    return _open_case(session, Share.NOTHING, attachments=session.attachments)


def _open_case(
    session: Session, share: Share, *, danger: DangerReport | None = None, attachments: tuple[TranscriptEntry, ...] = ()
) -> StepResult:
    """Return the result of opening a case: the effect, and a chat that waits. The text comes later as news."""
    reason = CaseReason.URGENT if danger else session.handoff_reason or CaseReason.ASKED
    waiting = replace(session, handoff_reason=reason, case_state=CaseState.WAITING, attachments=()).show(Screen.CASE)
    waiting = replace(waiting, case_interview=session.interview_count)
    return StepResult(waiting, effects=(OpenCase(reason, share, danger, attachments),), is_silent=True)


def _reopen_case(session: Session, effect: ReopenCase) -> StepResult:
    waiting = replace(session, case_state=CaseState.WAITING).show(Screen.CASE)
    return StepResult(waiting, effects=(effect,), is_silent=True)


def on_danger(context: Context, report: DangerReport) -> StepResult:
    """Return the answer to a danger: the number to call and an urgent case; if in doubt, the number and the offer of a person."""
    session, is_sure = context.session, report.tier is DangerTier.SURE
    answer = danger_text(context.world.content, report, context.now)
    if session.has_open_case:
        is_said = is_sure or session.case_state is CaseState.WAITING
        forward = ForwardToManager(report, numbers_given=is_said)
        if not is_said:
            return StepResult(session, effects=(forward,), is_silent=True)
        # The case is in front, whatever was before: what is written next is for its manager, too.
        return StepResult(session.show(Screen.CASE), effects=(forward,), instead=case_reply(context, answer))
    if not is_sure:
        return StepResult(offer_person(session, CaseReason.URGENT), answer)
    # A block does not stand before a danger.
    return _open_case(session, Share.PLAIN, danger=report)


# --- News


def on_case_news(context: Context, news: News) -> StepResult:
    """Return the chat after news of its case, and the message that tells the citizen."""
    session, say = context.session, context.say
    match news.kind:
        case NewsKind.OPENED | NewsKind.REOPENED:
            # The recent texts have been handed over: the next case begins without them.
            state = CaseState.WAITING if context.world.is_staffed else None
            return _news_result(context, replace(session, case_state=state, recent_texts=()), _opening(context, news))
        case NewsKind.TAKEN:
            return _news_result(context, replace(session, case_state=CaseState.ASSIGNED), say("case_taken", name=news.name))
        case NewsKind.PASSED:
            text = f"{say('case_passed')} {_promise(context, news)}".strip()
            return _news_result(context, replace(session, case_state=CaseState.WAITING), text)
        case NewsKind.FOLLOW_UP | NewsKind.ADDED:
            return _news_result(context, session, _progress(context, news))
        case NewsKind.DELAYED:
            return _delayed(context, news)
        case NewsKind.CLOSED:
            closed = replace(session, case_state=CaseState.RESOLVED, closed_at=context.now, closed_by=news.name, recent_texts=())
            return StepResult(closed.show(Screen.HELPED))
        case NewsKind.BARRED:
            return StepResult(replace(session.forget_case(), is_barred=True).show(Screen.INTERVIEW), say("barred"))
        case NewsKind.UNBARRED:
            return StepResult(replace(session, is_barred=False), say("unbarred"))
        case _:
            return StepResult(session, is_silent=True)


def _news_result(context: Context, session: Session, text: str) -> StepResult:
    """Return the chat showing its case, with a given text instead of the usual one."""
    shown = session.show(Screen.CASE)
    return StepResult(shown, instead=case_reply(context.with_session(shown), text))


def _progress(context: Context, news: News) -> str:
    """Return a sentence on when the manager answers next, or on the queue after words were added to a waiting case."""
    if news.kind is NewsKind.ADDED:
        return f"{context.say('added')} {_promise(context, news)}".strip()
    when = context.phrasing.moment(news.by, context.now) if news.by is not None else ""
    return context.say("case_follow_up", name=news.name, when=when)


def _delayed(context: Context, news: News) -> StepResult:
    """Return the chat with the message that an answer takes longer; the current screen stays."""
    say, session = context.say, context.session
    if news.opens is not None:
        text = say("case_after_hours", when=context.phrasing.moment(news.opens, context.now))
    else:
        text = say("case_delayed")
    is_about_case = session.case_state is CaseState.ASSIGNED or session.screen is Screen.CASE
    return StepResult(session, instead=case_reply(context, text)) if is_about_case else StepResult(session, text)


def _opening(context: Context, news: News) -> str:
    """Return the text for a newly opened case: the number to call in danger, and who answers by when."""
    if news.danger is not None:
        answer = danger_text(context.world.content, news.danger, context.now)
        return f"{answer}\n\n{_after_danger(context, news, news.danger.language)}"
    if not context.world.is_staffed:
        return context.say("case_kept")
    if news.is_unsent:
        return context.say("case_unsent")
    opened = context.say("case_reopened" if news.kind is NewsKind.REOPENED else "case_opened")
    return f"{opened} {_promise(context, news)}".strip()


def _after_danger(context: Context, news: News, language: str) -> str:
    """Return a sentence, in the citizen's language, on whether a person of the network will read their words of danger."""
    has_nobody = news.nobody or not context.world.is_staffed
    in_their_language = f"danger_nobody_{language}" if has_nobody else f"danger_person_{language}"
    if in_their_language in TEXTS:
        return context.say(in_their_language)
    return (
        context.say("case_kept_urgent")
        if has_nobody
        else f"{context.say('case_opened_urgent')} {_promise(context, news)}".strip()
    )


def _promise(context: Context, news: News) -> str:
    """Return a sentence on who answers by when; it promises nothing that is not known."""
    say, phrasing = context.say, context.phrasing
    if news.is_unsent:
        return say("promise_unsent")
    if news.nobody:
        return say("promise_nobody")
    if news.opens is not None:
        return say("promise_later", when=phrasing.moment(news.opens, context.now))
    ahead = ""
    if news.ahead:
        ahead = say("queue_one") if news.ahead == 1 else say("queue_many", count=news.ahead)
    if news.by is None:
        return ahead
    minutes = max(1, round((news.by - context.now).total_seconds() / 60))
    if minutes < _LONG_WAIT_MINUTES:
        promise = say("promise_minutes", minutes=minutes)
    else:
        promise = say("promise_by", when=phrasing.moment(news.by, context.now))
    return f"{promise} {ahead}".strip()
