"""An intent and the session → the next session, a notice and effects. Pure: finding the intent is in `interpret.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.core.attributes import NEED, PLACE
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind, Pace
from bot.core.replies import Reply, Run, Verb
from bot.core.topics import IntentId
from bot.dialogue.about import about_reply, judgement
from bot.dialogue.actions import do_action, with_interview
from bot.dialogue.alerts import alert_action, on_alert_action, on_opening
from bot.dialogue.cases.citizen_turns import drop_expired_case, offer_person, on_case_intent, on_case_news
from bot.dialogue.cases.sharing import has_sensitive_wish, sensitive_answers
from bot.dialogue.context import Context
from bot.dialogue.effects import ForwardToManager, StepResult
from bot.dialogue.incoming import Attachment, Incoming, News, NewsKind, Press, Text
from bot.dialogue.intents import (
    AboutShown,
    AlertOnSearch,
    BareNumber,
    CitizenIntent,
    DoAction,
    DoubtfulAnswer,
    FirstWords,
    FollowLink,
    ForAnother,
    InDanger,
    MessageForManager,
    NewSearch,
    NotUnderstood,
    OldPress,
    OutOfScope,
    PickOfShown,
    PlainIntent,
    Pleasantry,
    QuestionChanged,
    RepeatedPress,
    Resume,
    SensitiveNeed,
    SeveralWishes,
    Statement,
    TypedAnswer,
    UnheardEdit,
    UnknownCommand,
    WordsToBot,
)
from bot.dialogue.layout import person_button, with_notice
from bot.dialogue.location import asks_place, nearest_place
from bot.dialogue.pointing import pick
from bot.dialogue.privacy import PRIVACY_WORDS, on_erased, on_privacy_action
from bot.dialogue.saved_searches import can_be_saved
from bot.dialogue.screens import screen_of
from bot.dialogue.session import Screen, Session
from bot.dialogue.shown import with_offers_in_front
from bot.dialogue.statements import search_for_another, statement_text, with_human_words, with_statement
from bot.dialogue.surveys import begin_flow, words_about_survey
from bot.dialogue.unanswered import decline
from bot.dialogue.wishes import next_wish, number_of_wish, remember_wishes
from bot.kinds.registry import kind_of
from bot.language.text.utterance import Utterance

#: The effects of news that concerns no case.
_NEWS_OF_NO_CASE: Mapping[NewsKind, Callable[[Context, News], StepResult]] = {
    NewsKind.OPENING: on_opening,
    NewsKind.ERASED: on_erased,
}


def apply(before: Context, incoming: Incoming, intent: PlainIntent) -> StepResult:
    """Return the next session, a notice and effects of an intent; `incoming` is the message that it was read from."""
    if isinstance(intent, News):
        return _NEWS_OF_NO_CASE.get(intent.kind, on_case_news)(before, intent)
    received = before.with_session(_receive(before, incoming, intent))
    answered = intent.answered if isinstance(intent, MessageForManager) else None
    step = _apply(received, intent) if answered is None else _answer_meanwhile(received, answered)
    step = with_human_words(before, intent, step)
    step = replace(step, session=_with_wish(before, incoming, intent, step.session))
    is_sensitive_wish = isinstance(intent, SeveralWishes) and has_sensitive_wish(before.world, step.session)
    is_sensitive = is_sensitive_wish or _sensitive(before.with_session(step.session)) != _sensitive(before)
    if isinstance(incoming, Text) and is_sensitive:
        # What is sensitive is an answer, which is shared only if the citizen agrees; as words it would be shared all the same.
        return replace(step, session=replace(step.session, recent_texts=before.session.recent_texts))
    return step


def _receive(before: Context, incoming: Incoming, intent: PlainIntent) -> Session:
    """Return the session with the changes that every incoming message causes, whatever its intent."""
    if isinstance(incoming, Press):
        # A page of the values belongs to the question below what was said back.
        is_page = incoming.action.verb is Verb.PAGE and incoming.interview in (None, before.session.interview_count)
        return replace(before.session, awaiting_confirmation=is_page and before.session.awaiting_confirmation)
    session = drop_expired_case(before)
    if not isinstance(incoming, Text):
        return session
    if session.is_unopened:
        return with_interview(before.with_session(session.remember_text(incoming.text)))
    if not isinstance(intent, DoAction):
        session = session.below
    # A text that only tells the bot what to do says nothing to a manager.
    is_order = isinstance(intent, DoAction) and not intent.is_for_person
    return session if is_order else session.remember_text(incoming.text)


def _with_wish(before: Context, incoming: Incoming, intent: PlainIntent, session: Session) -> Session:
    """Return the session with the activities of a text that stated a new need; without any after another way to a new need."""
    was, need = _need_answer(before.session), _need_answer(session)
    is_asked_back = session.suggested_attribute == NEED or (isinstance(intent, Statement) and NEED in intent.answers)
    if (need is None or need == was) and not is_asked_back:
        return session
    if isinstance(incoming, Text) and not isinstance(intent, DoAction | NewSearch):
        said = Utterance(incoming.text, session.language).standard_words
        return replace(session, wish=before.world.activities.words(said))
    is_one_of_meant = isinstance(intent, NewSearch) or before.session.suggested_attribute == NEED
    return session if is_one_of_meant else replace(session, wish=())


def _need_answer(session: Session) -> Answer | None:
    return session.interview.answers.get(NEED) if session.interview is not None else None


def _sensitive(context: Context) -> Mapping[str, Answer]:
    return sensitive_answers(context.world, context.session)


def _apply(context: Context, intent: CitizenIntent) -> StepResult:
    match intent:
        case DoAction(action, is_typed):
            step = do_action(context, action)
            is_spoken = is_typed and action.verb is Verb.UNKNOWN
            return replace(step, notice=context.say("heard_unknown")) if is_spoken else step
        case TypedAnswer() | DoubtfulAnswer() | SensitiveNeed() | Statement() | SeveralWishes() | AlertOnSearch():
            return _apply_answer(context, intent)
        case NewSearch():
            return _apply_search(context, intent)
        case FollowLink(ids):
            return _apply_link(context, ids)
        case Attachment():
            return _apply_attachment(context, intent)
        case OutOfScope() | NotUnderstood():
            return decline(context, intent)
        case AboutShown() | ForAnother() | PickOfShown() | WordsToBot() | BareNumber():
            return _answer_question(context, intent)
        case (
            Pleasantry()
            | OldPress()
            | UnknownCommand()
            | FirstWords()
            | RepeatedPress()
            | QuestionChanged()
            | UnheardEdit()
            | Resume()
        ):
            return _acknowledge(context, intent)
        case InDanger():
            return on_case_intent(context.with_session(with_interview(context)), intent)
        case _:
            return on_case_intent(context, intent)


def _answer_meanwhile(context: Context, answered: CitizenIntent) -> StepResult:
    """Return the bot's answer to a text while a case waits; the text is also forwarded to the manager, and the reply says so."""
    step = _apply(context.with_session(with_interview(context).show(Screen.INTERVIEW)), answered)
    step = replace(step, session=step.session.show(Screen.CASE))
    effects, added = (*step.effects, ForwardToManager(is_confirmed=True)), context.say("added_too")
    if step.instead is not None:
        return replace(step, effects=effects, instead=with_notice(step.instead, added))
    return replace(step, effects=effects, notice=f"{step.notice}\n\n{added}".strip())


def _acknowledge(
    context: Context,
    intent: Pleasantry | OldPress | UnknownCommand | FirstWords | RepeatedPress | QuestionChanged | UnheardEdit | Resume,
) -> StepResult:
    """Return the session with a notice for an intent that changes no answers, such as thanks or an unknown command."""
    match intent:
        case Pleasantry(courtesy):
            return StepResult(replace(context.session, misunderstandings=0), context.say(courtesy))
        case OldPress():
            return StepResult(with_interview(context), context.say("old_button"))
        case UnknownCommand():
            return StepResult(context.session.show(Screen.HELP), context.say("unknown_command"))
        case Resume(is_greeting):
            greeting = context.world.content.intents[IntentId.GREETING].say if is_greeting else ""
            return StepResult(context.session.show(Screen.RESUME), greeting)
        case UnheardEdit():
            return StepResult(context.session, context.say("edit_unheard"))
        case QuestionChanged():
            return StepResult(context.session, context.say("question_changed"))
        case FirstWords(is_unread):
            return StepResult(context.session, context.say("first_unread") if is_unread else "")
        case RepeatedPress():
            return StepResult(context.session)


# --- Questions about what is shown, and words to the bot itself


def _answer_question(context: Context, intent: AboutShown | ForAnother | PickOfShown | WordsToBot | BareNumber) -> StepResult:
    """Return the answer to a question about shown offers; answers change only if it was asked for another person."""
    understood = context.with_session(replace(with_interview(context), misunderstandings=0))
    match intent:
        case AboutShown():
            front = with_offers_in_front(understood, screen_of(understood))
            return StepResult(understood.session, instead=about_reply(understood, intent, front))
        case ForAnother(stated, offer):
            return _search_for_another(understood, stated, offer)
        case PickOfShown():
            return pick(understood, intent, screen_of(understood))
        case WordsToBot():
            return _answer_words(understood, intent.intent)
        case BareNumber(number):
            return StepResult(context.session, context.say("bare_number", number=number))


def _search_for_another(context: Context, stated: Mapping[str, tuple[Value, ...]], offer: str) -> StepResult:
    """Return the search started anew for another person, with a sentence first on whether the open card suits them."""
    changed = search_for_another(context.with_session(context.session.show(Screen.INTERVIEW)), stated)
    assert changed.interview is not None
    shown = context.world.dated.offers.get(offer)
    if not stated:
        return StepResult(changed, context.say("for_another"))
    judged = [judgement(context, shown, stated)] if shown is not None else []
    needs = changed.interview.answers.get(NEED)
    found = {**({NEED: needs.values} if needs is not None and needs.kind is AnswerKind.VALUE else {}), **stated}
    said = context.say("heard_search" if NEED in found else "heard_all", answers=statement_text(context, Statement(found)))
    return StepResult(replace(changed, awaiting_confirmation=True), "\n".join((*judged, said)), offers_correction=True)


def _answer_words(context: Context, intent: IntentId) -> StepResult:
    """Return the bot's answer to words addressed to itself, with the current question or buttons; a goodbye gets no question."""
    said = words_about_survey(context, intent) or (entry.say if (entry := context.world.content.intents.get(intent)) else "")
    if intent in PRIVACY_WORDS:
        step = on_privacy_action(context, PRIVACY_WORDS[intent])
        return replace(step, notice=said) if intent is IntentId.WHO_READS else step
    is_elsewhere = context.session.screen not in (Screen.INTERVIEW, Screen.CARD)
    if is_elsewhere or (context.question is not None and intent is not IntentId.GOODBYE):
        # The question that greets needs no other greeting above it.
        is_greeted = intent is IntentId.GREETING and not is_elsewhere and context.has_intro
        return StepResult(context.session, "" if is_greeted else said)
    front = screen_of(context)
    has_person = any(one.action.verb is Verb.HUMAN for row in front.rows for one in row)
    rows = front.rows if has_person else (*front.rows, (person_button(context),))
    return StepResult(context.session, instead=Reply((Run(said),), rows))


# --- Answers and statements


def _apply_answer(
    context: Context, intent: TypedAnswer | DoubtfulAnswer | SensitiveNeed | Statement | SeveralWishes | AlertOnSearch
) -> StepResult:
    """Return the interview with a typed answer, or with suggestions if it is doubtful what the answer means."""
    match intent:
        case TypedAnswer(attribute, values):
            return _with_answer(context, attribute, values)
        case DoubtfulAnswer(attribute, values):
            return StepResult(replace(context.session, suggestions=values, suggested_attribute=attribute))
        case SensitiveNeed(need, stated):
            whole = Statement({NEED: (need,), **stated})
            step = _apply_statement(context, whole) if stated else _with_answer(context, NEED, (need,))
            assert step.session.interview is not None
            shown = replace(step.session.interview, pace=Pace.STOPPED)
            return replace(step, session=replace(step.session, interview=shown))
        case SeveralWishes(statements):
            return remember_wishes(context, _apply_statement(context, statements[0]), intent)
        case AlertOnSearch():
            return _await_news(context, intent)
        case Statement():
            return _apply_statement(context, intent)


def _with_answer(context: Context, attribute: str, values: tuple[Value, ...]) -> StepResult:
    """Return the interview with a typed answer, which the reply repeats; a category of needs is only a draft."""
    session = replace(with_interview(context), misunderstandings=0, page=0, card="")
    assert session.interview is not None
    declared = context.world.content.vocabulary[attribute]
    kind = kind_of(declared)
    changed = kind.answer(session.interview, declared, values)
    is_draft = changed.answers[attribute].kind is AnswerKind.DRAFT
    is_repeated = not is_draft and not kind.is_free_text
    notice = context.say(kind.heard_key(values), answer=context.phrasing.values(declared, values)) if is_repeated else ""
    return StepResult(replace(session, interview=changed).show(Screen.INTERVIEW), notice)


def _apply_statement(context: Context, statement: Statement) -> StepResult:
    """Return the interview with the values of a sentence, which the reply repeats; several can be corrected by a button."""
    if (number := number_of_wish(context, statement)) is not None:
        return next_wish(context, number)
    is_asked_again = bool(context.session.suggestions) and bool(statement.choices)
    shown = replace(with_interview(context), misunderstandings=int(is_asked_again)).show(Screen.INTERVIEW)
    session = with_statement(context.with_session(shown), statement)
    if not statement.answers:
        return StepResult(session)
    said = statement_text(context, statement)
    if not statement.is_rich and NEED not in statement.answers:
        return StepResult(session, context.say("heard", answer=said))
    key = "heard_search" if NEED in statement.answers else "heard_all"
    return StepResult(replace(session, awaiting_confirmation=True), context.say(key, answers=said), offers_correction=True)


def _await_news(context: Context, wish: AlertOnSearch) -> StepResult:
    """Return the search that a sentence states, saved for alerts; only the search itself where it cannot be saved."""
    step = _apply_statement(context, wish.statement) if wish.statement is not None else StepResult(context.session)
    here = context.with_session(replace(step.session, wish=wish.wish or step.session.wish))
    return on_alert_action(here, alert_action(here)) if can_be_saved(here) else step


# --- Searches and links


def _apply_search(context: Context, search: NewSearch) -> StepResult:
    """Return a new interview with the words of /cerca applied as its first message."""
    begun = context.with_session(context.session.begin(context.world.first_flow.id))
    if search.intent is None:
        return StepResult(begun.session, context.say("search_how"))
    return apply(begun, Text(search.words), search.intent)


def _apply_link(context: Context, ids: tuple[str, ...]) -> StepResult:
    """Return a new interview set up by a link to the bot: with its flow, need, municipality, or the card of its service."""
    world = context.world
    flow = next((id for id in ids if id in world.content.flows), world.first_flow.id)
    begun = begin_flow(context, flow)
    session = begun.session
    assert session.interview is not None
    if begun.notice:
        return begun
    interview, asked = session.interview, {question.fills for question in world.flow(session.interview).questions}
    said = []
    for id in (NEED, PLACE):
        attribute = world.content.vocabulary.attributes.get(id)
        value = next((one for one in ids if attribute is not None and one in attribute.terms), None)
        if attribute is not None and value is not None and id in asked:
            interview = interview.answer(id, Answer(AnswerKind.VALUE, (value,)))
            said.append(context.phrasing.value(attribute, value))
    session = replace(session, interview=interview)
    if (offer := world.offer_linked(ids)) is not None:
        return StepResult(replace(session, card=offer.id).show(Screen.CARD))
    return StepResult(session, context.say("heard", answer=", ".join(said)) if said else "")


# --- Attachments


def _apply_attachment(context: Context, attachment: Attachment) -> StepResult:
    """Return the answer to an attachment: thanks for a sticker, the municipality for a location, else the offer of a person."""
    if attachment.position is not None and asks_place(context):
        return _apply_position(context, attachment.position)
    session = replace(with_interview(context), last_album_id=attachment.album_id)
    if attachment.is_playful:
        return StepResult(session, context.say("playful"))
    if session.is_barred:
        return StepResult(session, context.say("barred"))
    remembered = session.remember_attachment(attachment.message, attachment.kind)
    return StepResult(offer_person(remembered, CaseReason.UNREADABLE))


def _apply_position(context: Context, position: tuple[float, float]) -> StepResult:
    """Return the interview with the municipality nearest to the citizen's location as its answer."""
    place = nearest_place(context, position)
    if not place:
        return StepResult(with_interview(context).show(Screen.INTERVIEW), context.say("location_far"))
    answer = context.phrasing.value(context.world.content.vocabulary[PLACE], place)
    return replace(_with_answer(context, PLACE, (place,)), notice=context.say("heard_location", answer=answer))
