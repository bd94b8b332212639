"""The readers of texts that are a button or a phrase of the message in front: "il 2", "Altri comuni", "non lo so", "indietro"."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from bot.core.attributes import NO, YES, encode
from bot.core.case import CaseReason
from bot.core.replies import Action, Choice, Verb
from bot.dialogue.actions import WHICH_ONE
from bot.dialogue.alerts import alert_action
from bot.dialogue.effects import Share
from bot.dialogue.intents import DoAction, TypedAnswer
from bot.dialogue.layout import button
from bot.dialogue.session import Screen, Session
from bot.dialogue.shown import covering_reply
from bot.dialogue.text_in_context import TextInContext
from bot.kinds.registry import kind_of
from bot.language.meaning.phrases import Phrase
from bot.language.text.normalise import normalise_label

#: Similarity (0-100) from which typed words are the label of a button.
_SAME_LABEL = 85.0
#: So many words of the beginning of a label are enough.
_FEWEST_WORDS_OF_LABEL = 2

#: The buttons of the values of a question.
_VALUES = (Verb.ANSWER, Verb.TOGGLE)

#: The effect of a phrase on the question in front.
_OF_QUESTION = {
    Phrase.UNKNOWN: Verb.UNKNOWN,
    Phrase.DECLINE: Verb.DECLINE,
    Phrase.SKIP: Verb.SKIP,
    Phrase.DONE: Verb.CONFIRM,
}
#: The effect of a phrase on any screen.
_ANYWHERE = {
    Phrase.SHOW: Action(Verb.SHOW),
    Phrase.BACK: Action(Verb.BACK),
    Phrase.CHANGE: Action(Verb.CHANGE),
    Phrase.RESTART: Action(Verb.RESTART),
    Phrase.HELP: Action(Verb.HELP),
    Phrase.HUMAN: Action(Verb.HUMAN, CaseReason.ASKED),
    Phrase.ALERTS: Action(Verb.ALERTS),
}


def read_button(text: TextInContext) -> DoAction | None:
    """Return the button whose key or label the text is: of the message in front, the screen below it, or the first notice.

    Of a label with a colon the part before it is enough; so are two words or more with which only one label begins.
    """
    covering = covering_reply(text.context)
    # Values below offers to choose from are read as answers: "dresano" is the offer there.
    has_offers = any(choice.action.verb is Verb.CARD for row in covering.rows for choice in row)
    below = (one for one in text.front.typed_keys() if not has_offers or one[1].action.verb not in _VALUES)
    words, front = text.utterance.normalised, (*covering.typed_keys(), *below)
    notice = button(text.context, "notice_button", Verb.PRIVACY)
    for key, choice in (*front, ("", notice)) if words else ():
        labels = (normalise_label(choice.label), normalise_label(choice.label.partition(":")[0]))
        if words in labels or (text.shows_keys and words == key):
            return DoAction(choice.action, is_typed=True)
    is_value = bool(text.context.world.slot_reader.read(text.utterance, text.context.now.date()))
    if len(text.utterance.words) < _FEWEST_WORDS_OF_LABEL or is_value:
        return None
    # Values are read as answers.
    others = (choice for _, choice in front if choice.action.verb not in _VALUES)
    begun = [choice.action for choice in others if normalise_label(choice.label).startswith(f"{words} ")]
    return DoAction(begun[0], is_typed=True) if len(begun) == 1 else None


def read_several_buttons(text: TextInContext) -> TypedAnswer | None:
    """Return the values of several keys, "1, 3" or "1 e 3", in a multiple choice."""
    keys = dict(text.front.typed_keys()) if text.shows_keys else {}
    typed = [word for word in text.utterance.words if word != "e"]
    chosen = [keys[word].action for word in typed if word in keys and keys[word].action.verb is Verb.TOGGLE]
    if len(typed) < 2 or len(chosen) != len(typed):
        return None
    attribute = text.context.world.content.vocabulary[chosen[0].target]
    values = dict.fromkeys(attribute.kind.decode(action.value) for action in chosen)
    return TypedAnswer(attribute.id, tuple(values)) if kind_of(attribute).has_toggles(attribute) else None


def read_similar_button(text: TextInContext) -> DoAction | None:
    """Return the button whose label the text nearly equals, allowing for spelling errors."""
    labels: dict[str, Choice] = {normalise_label(choice.label): choice for row in text.front.rows for choice in row}
    best = process.extractOne(text.utterance.normalised, list(labels), scorer=fuzz.ratio, score_cutoff=_SAME_LABEL)
    return DoAction(labels[best[0]].action, is_typed=True) if best else None


def read_phrase(text: TextInContext) -> DoAction | None:
    """Return the action of a phrase: "sì", "non lo so", "indietro", "basta"."""
    action = _phrase_action(text)
    return DoAction(action, is_typed=True) if action is not None else None


def _phrase_action(text: TextInContext) -> Action | None:
    meant, session, attribute = text.phrase, text.context.session, text.attribute
    if meant is Phrase.NEVER_MIND:
        return _instead_of_asking(session)
    if meant in (Phrase.YES, Phrase.NO):
        return _yes_or_no(text, is_yes=meant is Phrase.YES)
    answers = session.interview.answers if session.interview is not None else {}
    if meant is Phrase.DONE and (attribute is None or attribute.id not in answers):
        # Having finished is no answer: it asks for the results, once there is an answer.
        return Action(Verb.SHOW) if answers else None
    if meant is Phrase.ALERT:
        return alert_action(text.context)
    if meant is Phrase.UNKNOWN and session.screen is Screen.HUMAN:
        return Action(Verb.NO_HUMAN)
    if meant is Phrase.UNKNOWN and session.screen is Screen.ERASE:
        # In doubt nothing is lost.
        return Action(Verb.ERASE, NO)
    if attribute is not None and meant in _OF_QUESTION:
        return Action(_OF_QUESTION[meant], attribute.id)
    if meant is Phrase.UNKNOWN and session.screen in (Screen.INTERVIEW, Screen.CARD) and not text.context.is_question_unseen:
        # Before results, "I do not know" is a call for somebody who helps to choose.
        return Action(Verb.OFFER_HUMAN)
    return _ANYWHERE.get(meant) if meant is not None else None


def _instead_of_asking(session: Session) -> Action | None:
    """Return the action that cancels the current screen; None if there is nothing to cancel."""
    if session.screen in (Screen.HUMAN, Screen.SHARE):
        return Action(Verb.NO_HUMAN)
    if session.screen is Screen.ERASE:
        return Action(Verb.ERASE, NO)
    return Action(Verb.LIST) if session.screen in (Screen.CHANGES, Screen.HELP, Screen.PRIVACY, Screen.RESUME) else None


def _yes_or_no(text: TextInContext, *, is_yes: bool) -> Action | None:
    """Return what yes or no does to the bot's proposal: erasing data, consent, a person, a rating, a statement, a suggestion."""
    session, attribute = text.context.session, text.attribute
    offered = [choice.action for row in text.front.rows for choice in row]
    person = next((action for action in offered if action.verb is Verb.HUMAN and action.target != CaseReason.ASKED), None)
    if session.screen in (Screen.ERASE, Screen.CONSENT):
        return Action(Verb.ERASE if session.screen is Screen.ERASE else Verb.CONSENT, YES if is_yes else NO)
    if session.screen is Screen.SHARE:
        return Action(Verb.SHARE, Share.PLAIN if is_yes else Share.NOTHING)
    if session.screen is Screen.RESUME:
        return Action(Verb.LIST if is_yes else Verb.RESTART)
    if session.screen is Screen.HELPED:
        return Action(Verb.HELPED, YES if is_yes else NO)
    if session.screen is Screen.HUMAN or person is not None:
        return (person or Action(Verb.HUMAN, CaseReason.ASKED)) if is_yes else Action(Verb.NO_HUMAN)
    has_none = attribute is not None and any(term.none for term in attribute.terms.values())
    if session.awaiting_confirmation and not has_none and not (is_yes and (session.suggestions or attribute is None)):
        return Action(Verb.LIST if is_yes else Verb.CHANGE)
    if attribute is None or not is_yes:
        return None
    if has_none and not session.suggestions:
        return Action(Verb.REOPEN, attribute.id, WHICH_ONE)
    if session.suggestions and session.suggested_attribute == attribute.id:
        return Action(Verb.ANSWER, attribute.id, encode(session.suggestions[0]))
    return None
