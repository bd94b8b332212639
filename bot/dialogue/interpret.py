"""An incoming message and the session → an intent. Pure: what follows from the intent is in `apply.py`.

All texts are read in one order: for danger; for a manager; as an answer to the message that the citizen has in front; by
themselves. The first reader that finds an intent decides.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.case import CaseReason, CaseState
from bot.core.flow import Purpose
from bot.core.replies import Action, Reply, Verb
from bot.core.topics import IntentId
from bot.dialogue.actions import is_possible, with_interview
from bot.dialogue.alerts import ALERT_VERBS
from bot.dialogue.bookmarks import BOOKMARK_VERBS
from bot.dialogue.button_readers import read_button, read_phrase, read_several_buttons, read_similar_button
from bot.dialogue.cases.citizen_turns import drop_expired_case, intercept, intercept_text
from bot.dialogue.context import Context
from bot.dialogue.incoming import Command, Incoming, News, Press, Text
from bot.dialogue.intent_readers import (
    read_about_shown,
    read_for_another,
    read_remark,
)
from bot.dialogue.intents import (
    AboutShown,
    BareNumber,
    DoAction,
    DoubtfulAnswer,
    FirstWords,
    FollowLink,
    ForAnother,
    InDanger,
    Intent,
    MessageForManager,
    NewSearch,
    NotUnderstood,
    OldPress,
    PickOfShown,
    PlainIntent,
    QuestionChanged,
    RepeatedPress,
    Resume,
    Statement,
    UnheardEdit,
    UnknownCommand,
    WithNumbers,
    WordsToBot,
)
from bot.dialogue.pick_readers import read_number_in_front, read_service_name
from bot.dialogue.privacy import PRIVACY_COMMANDS, PRIVACY_WORDS
from bot.dialogue.screens import screen_of
from bot.dialogue.screens.resume import is_under_way
from bot.dialogue.session import MISUNDERSTANDINGS_UNTIL_OFFER, Screen
from bot.dialogue.shown import shown_offers
from bot.dialogue.text_in_context import Reader, TextInContext
from bot.dialogue.text_readers import (
    read_alert_on_search,
    read_answer,
    read_beginning,
    read_change,
    read_choice_of_needs,
    read_doubtful_answer,
    read_free_answer,
    read_named_attribute,
    read_out_of_scope_sentence,
    read_out_of_scope_words,
    read_sensitive_need,
    read_statement,
    read_sure_statement,
    read_weighty_statement,
    read_wish_for_person,
)
from bot.dialogue.wish_readers import read_wishes
from bot.dialogue.words_to_bot import is_greeting, read_words_about_data, read_words_to_bot
from bot.language.entities.references import (
    asks_leave,
    complaint_of,
    is_about_another,
    is_of_service,
    names_another,
    wants_something,
)
from bot.language.meaning.phrases import courtesy_of
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.utterance import Utterance

#: Words of a greeting, at most.
_MOST_WORDS_OF_GREETING = 3
#: Words of going on to another person, "e per mio papà?", in which no danger is told, at most.
_MOST_WORDS_OF_ANOTHER = 4
#: Complaints about what is shown that tell of no danger in a few words: "troppi soldi", "sono lontani".
_PLAIN_COMPLAINTS = {"far", "dear"}
#: Words of a search in the middle of a survey, at least, and the probability of its need.
_FEWEST_WORDS_OF_SEARCH, _SURE_NEED = 6, 0.8
#: The readers of every text, in the order in which they are asked …
_FIRST_READERS: tuple[Reader, ...] = (
    read_button,
    read_words_about_data,
    read_alert_on_search,
    read_wishes,
    read_for_another,
    read_about_shown,
    read_sensitive_need,
    read_several_buttons,
    read_free_answer,
    read_number_in_front,
    read_service_name,
    read_phrase,
    read_wish_for_person,
)
#: … then those of a few words, which are an answer if they can be one …
_READERS_OF_WORDS: tuple[Reader, ...] = (
    read_answer,
    read_similar_button,
    read_named_attribute,
    read_sure_statement,
    read_words_to_bot,
    read_doubtful_answer,
    read_choice_of_needs,
    read_out_of_scope_words,
    read_beginning,
    read_remark,
)
#: … or those of a sentence, which says more than an answer.
_READERS_OF_SENTENCES: tuple[Reader, ...] = (
    read_change,
    read_weighty_statement,
    read_words_to_bot,
    read_out_of_scope_sentence,
    read_answer,
    read_similar_button,
    read_statement,
    read_doubtful_answer,
    read_beginning,
    read_remark,
)

#: Commands that do what a button does; the flows have commands of their own.
_COMMANDS = {
    "start": Action(Verb.START),
    "aiuto": Action(Verb.HELP),
    "help": Action(Verb.HELP),
    "indietro": Action(Verb.BACK),
    "modifica": Action(Verb.CHANGE),
    "posizione": Action(Verb.LOCATE),
    "ricomincia": Action(Verb.RESTART),
    "operatore": Action(Verb.HUMAN, CaseReason.ASKED),
    "avvisi": Action(Verb.ALERTS),
    "stop": Action(Verb.STOP_ALERT),
    "preferiti": Action(Verb.BOOKMARKS),
    **PRIVACY_COMMANDS,
}
#: Buttons that mean the same at any time; the others belong to the interview they were shown in.
TIMELESS = {
    Verb.START, Verb.RESTART, Verb.HELP, Verb.HUMAN, Verb.OFFER_HUMAN, Verb.NO_HUMAN, Verb.CARD, Verb.CALENDAR, Verb.MAP,
    Verb.LOCATE, Verb.LEAVE, Verb.HELPED, Verb.SHARE, Verb.PRIVACY, Verb.EXPORT, Verb.ERASE, Verb.CONSENT,
    *ALERT_VERBS, *BOOKMARK_VERBS,
}  # fmt: skip


def interpret(context: Context, incoming: Incoming) -> Intent:
    """Return the intent of an incoming message in the light of the screen that the citizen has in front."""
    if isinstance(incoming, News):
        return incoming
    if isinstance(incoming, Text):
        return _edited_intent(context, incoming) if incoming.is_edited else _text_intent(context, incoming)
    if (intent := intercept(context, incoming)) is not None:
        return intent
    match incoming:
        case Press():
            return _press_intent(context, incoming)
        case Command():
            return _command_intent(context, incoming)
        case _:
            return incoming


def _press_intent(context: Context, press: Press) -> Intent:
    """Return the action of a pressed button; another intent if it belongs to an earlier interview, or was pressed twice."""
    action, is_numbered = press.action, press.interview is not None
    if is_numbered and action.verb not in TIMELESS and press.interview != context.session.interview_count:
        return OldPress()
    if is_numbered and action.verb in (Verb.START, Verb.RESTART) and _is_untouched(context, action.target):
        return RepeatedPress()
    return DoAction(action) if is_possible(action, context.world) else NotUnderstood()


def _is_untouched(context: Context, flow: str) -> bool:
    """Return True if a new interview of a flow would equal the open one: then its start button was pressed twice."""
    session, interview = replace(context.session, awaiting_confirmation=False), context.session.interview
    if interview is None or interview.answers or (flow and interview.flow != flow):
        return False
    anew = session.begin(interview.flow)
    if anew.interview is None:
        return False
    same = replace(
        anew,
        # A search without answers whose services are listed is not a new one: its pace differs.
        interview=replace(anew.interview, number=interview.number),
        interview_count=session.interview_count,
        shown_question=session.shown_question,
        search=session.search,
    )
    return session == same


def _command_intent(context: Context, command: Command) -> Intent:
    if command.name == "start" and command.argument:
        return FollowLink(tuple(command.argument.split("__")))
    if (flow := context.world.flow_of_command(command.name)) is not None:
        return DoAction(Action(Verb.START, flow.id))
    if command.name == "cerca":
        begun = context.with_session(context.session.begin(context.world.first_flow.id))
        intent = interpret(begun, Text(command.argument)) if command.argument else None
        if isinstance(intent, WithNumbers):
            return WithNumbers(NewSearch(command.argument, intent.intent), intent.report)
        return NewSearch(command.argument, intent)
    if command.name == "start" and is_under_way(context):
        return Resume()
    action = _COMMANDS.get(command.name)
    return DoAction(action) if action is not None else UnknownCommand()


# --- Text


def _edited_intent(context: Context, incoming: Text) -> Intent:
    """Return the intent of an edited message: it corrects the answer that it gave, and answers no other question."""
    session = context.session
    answered = [attribute for attribute, message in session.answer_messages.items() if message == incoming.message]
    if not incoming.message or (not answered and incoming.message == session.last_message):
        return _text_intent(context, incoming)
    facing = replace(session, shown_question="")
    if len(answered) == 1 and session.interview is not None:
        reopened = replace(session, interview=session.interview.reopen(answered[0])).show(Screen.INTERVIEW)
        question = context.with_session(reopened).question
        facing = replace(reopened, shown_question=question.key) if question is not None else facing
    intent = _text_intent(context.with_session(facing), incoming)
    plain = intent.intent if isinstance(intent, WithNumbers) else intent
    return UnheardEdit() if isinstance(plain, NotUnderstood | QuestionChanged | BareNumber | DoubtfulAnswer) else intent


def _text_intent(context: Context, incoming: Text) -> Intent:
    said = context.world.asking_words.parted(incoming.text)
    front, utterance = _front(context), Utterance(said, context.session.language)
    meaning = _meaning(context, front, utterance, incoming)
    text = TextInContext(context, front, utterance, meaning, incoming.shows_keys)
    # What is a question only with its spelling mended may be a danger all the same.
    mended = text.spelt if text.shown.offers and meaning is not _NO_MEANING else text
    danger = meaning.danger or mended.meaning.danger
    is_another = is_about_another(utterance) and names_another(utterance) and len(utterance.words) <= _MOST_WORDS_OF_ANOTHER
    if danger is not None and meaning.kind is MeaningKind.URGENT and not (is_another and text.shown.offers):
        return InDanger(danger)
    intent = _harmless_intent(context, incoming, front, utterance, meaning)
    is_rule = is_of_service(utterance) and asks_leave(utterance) and isinstance(intent, AboutShown)
    # Short words written out, "nn", are no mended spelling.
    is_mended = mended.utterance.standard_words != utterance.standard_words
    if danger is None or (not is_mended and (is_rule or _is_about_shown(context, front, intent))):
        return intent
    return WithNumbers(intent, danger)


def _is_about_shown(context: Context, front: Reply, intent: PlainIntent) -> bool:
    """Return True if an intent only asks about shown cards or points at them, so that its words tell of no danger.

    "Quello vicino alla stazione" is such a text.
    """
    if isinstance(intent, AboutShown):
        shown = shown_offers(context, front)
        return intent.fact is not None or any(shown.has_words(id, intent.words) for id in intent.offers)
    is_card = isinstance(intent, DoAction) and intent.action.verb is Verb.CARD
    return is_card or isinstance(intent, PickOfShown | ForAnother)


def _harmless_intent(context: Context, incoming: Text, front: Reply, utterance: Utterance, meaning: Meaning) -> PlainIntent:
    """Return the intent of a text in which no danger was found."""
    if (intent := intercept_text(context, utterance, front)) is not None:
        return _with_answer(TextInContext(context, front, utterance, meaning, incoming.shows_keys), intent)
    arrived, keys = context.with_session(drop_expired_case(context)), incoming.shows_keys
    if arrived.session.is_unopened:
        first = context.with_session(with_interview(arrived))
        if is_greeting(utterance, context.world.intent_examples):
            return FirstWords()
        found = _read(TextInContext(first, screen_of(first), utterance, meaning, keys))
        # "Buongiorno signorina" is a greeting, too.
        opening = Utterance(utterance.words[0]) if 0 < len(utterance.words) <= _MOST_WORDS_OF_GREETING else utterance
        is_polite = courtesy_of(utterance) is not None or is_greeting(opening, context.world.intent_examples)
        return found or FirstWords(is_unread=not is_polite)
    if is_greeting(utterance, context.world.intent_examples) and is_under_way(context):
        return Resume(is_greeting=True)
    found = _read(TextInContext(context, front, utterance, meaning, keys))
    # The citizen is asked once which of several needs is meant.
    is_asked_again = isinstance(found, Statement) and bool(found.choices) and bool(context.session.suggestions)
    if context.is_question_unseen and (found is None or isinstance(found, BareNumber)):
        return QuestionChanged()
    is_last_time = context.session.misunderstandings + 1 >= MISUNDERSTANDINGS_UNTIL_OFFER
    return NotUnderstood(meaning.language) if found is None or (is_asked_again and is_last_time) else found


def _front(context: Context) -> Reply:
    """Return the message that the citizen has in front; an empty one if the open question has not been shown yet."""
    return Reply(()) if context.is_question_unseen else screen_of(context)


def _with_answer(text: TextInContext, intent: PlainIntent) -> PlainIntent:
    """Return the intent of a text for a manager, together with a question in it that the bot can answer at once.

    A need is no such question: it is added to the request, and the search is one button away.
    """
    is_waiting = text.context.session.case_state is CaseState.WAITING
    if not isinstance(intent, MessageForManager) or intent.is_courtesy or not is_waiting:
        return intent
    below = text.context.with_session(with_interview(text.context).show(Screen.INTERVIEW))
    found = _read(TextInContext(below, screen_of(below), text.utterance, text.meaning, text.shows_keys))
    match found:
        case AboutShown() | PickOfShown():
            return replace(intent, answered=found)
        case WordsToBot(words) if words not in PRIVACY_WORDS and not _sends_to_person(text.context, words):
            return replace(intent, answered=found)
        case _:
            return intent


def _sends_to_person(context: Context, words: IntentId) -> bool:
    """Return True if the bot's answer to some words names the button for a person, for whom the citizen already waits."""
    return context.say("human_button") in context.world.content.intents[words].say


def _read(text: TextInContext) -> PlainIntent | None:
    """Return the intent found by the first reader that finds one; None if no reader does."""
    others = _READERS_OF_SENTENCES if text.is_sentence else _READERS_OF_WORDS
    context = text.context
    if (below := context.session.below) is context.session:
        if _searches_in_survey(text):
            begun = context.with_session(context.session.begin(context.world.first_flow.id))
            return NewSearch(text.utterance.raw, _read(replace(text, context=begun, front=screen_of(begun))))
        found = next((one for read in (*_FIRST_READERS, *others) if (one := read(text)) is not None), None)
        is_end = isinstance(found, DoAction) and found.action.verb is Verb.SHOW and context.question is not None
        # "Basta" in a survey leaves it: there is nothing to show.
        return DoAction(_COMMANDS["start"]) if is_end and context.flow.purpose is Purpose.SURVEY else found
    # The screen in front takes its own buttons and phrases; anything else is said to what it covers.
    readers = (read_button, read_phrase, *((read_change,) if context.session.screen is Screen.CHANGES else ()))
    own = (read(text) for read in readers)
    covered = context.with_session(below)
    return next((intent for intent in own if intent is not None), None) or _read(
        TextInContext(covered, _front(covered), text.utterance, text.meaning, text.shows_keys)
    )


def _searches_in_survey(text: TextInContext) -> bool:
    """Return True if a long text typed during a survey is clearly a search for a service: "cerco un nido per mia figlia"."""
    is_survey = text.context.flow.purpose is Purpose.SURVEY and text.attribute is not None
    if not is_survey or read_free_answer(text) is not None or len(text.utterance.words) < _FEWEST_WORDS_OF_SEARCH:
        return False
    is_need = text.meaning.kind is MeaningKind.NEED and text.meaning.needs[0].probability >= _SURE_NEED
    return is_need and wants_something(text.utterance)


def _meaning(context: Context, front: Reply, utterance: Utterance, incoming: Text) -> Meaning:
    """Return the meaning that a text has by itself; no meaning for a plain text, which only answers the message in front."""
    if _is_plain(TextInContext(context, front, utterance, _NO_MEANING, incoming.shows_keys)):
        return _NO_MEANING
    return context.world.understanding.read(utterance, context.now.date(), context.known)


_NO_MEANING = Meaning(MeaningKind.NOT_UNDERSTOOD)


def _is_plain(text: TextInContext) -> bool:
    """Return True if a text is the label of a button, or a short phrase, courtesy or answer, which tells of no danger."""
    if read_button(text) is not None:
        return True
    if text.phrase is not None:
        return True
    if text.is_sentence:
        return False
    if text.shown.offers and complaint_of(text.utterance) in _PLAIN_COMPLAINTS:
        return True
    if courtesy_of(text.utterance) is not None:
        return True
    return read_free_answer(text) is None and read_answer(text) is not None
