"""The readers of typed text: each returns the intent that it finds in a text, or None.

A text is read against the message that the citizen has in front. The order of the readers is in `interpret.py`; reading the
values themselves is in `kinds/` and `language/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz, process

from bot.core.attributes import NEED, NO, PLACE, YES, Attribute, encode
from bot.core.case import CaseReason
from bot.core.replies import Action, Choice, Reply, Verb
from bot.core.topics import IntentId
from bot.dialogue.actions import WHICH_ONE
from bot.dialogue.alerts import alert_action
from bot.dialogue.context import Context
from bot.dialogue.effects import Share
from bot.dialogue.intents import (
    AlertOnSearch,
    DoAction,
    DoubtfulAnswer,
    OutOfScope,
    PlainIntent,
    SensitiveNeed,
    Statement,
    TypedAnswer,
)
from bot.dialogue.layout import button
from bot.dialogue.session import Screen, Session
from bot.dialogue.shown import Shown, shown_offers
from bot.dialogue.statements import statement_of
from bot.kinds.registry import kind_of
from bot.language.entities.outside_towns import town_outside
from bot.language.entities.references import spelt, wants_something
from bot.language.meaning.corrections import changed_attribute, changed_name, is_correction
from bot.language.meaning.phrases import Phrase, phrase_of, subject_of_alert
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import normalise, normalise_label
from bot.language.text.utterance import Utterance

#: Similarity (0-100) from which typed words are the label of a button.
_SAME_LABEL = 85.0
#: Words at the beginning of a text that may be a phrase of their own.
_BEGINNING_WORDS = 5
#: So many words of the beginning of a label are enough.
_FEWEST_WORDS_OF_LABEL = 2
#: Words of an answer, "tre anni e mezzo a marzo", that is no wish whatever it is like.
_ANSWER_WORDS = 5
#: The probability of the likeliest need from which needs are offered at a question that asks for something else.
_LEAST_AT_OTHER_QUESTION = 0.25
#: From so many words on a text is a sentence rather than the answer to a question.
_SENTENCE_WORDS = 4

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


@dataclass(frozen=True)
class TextInContext:
    """A typed text, the message that it answers, and the meaning that it has by itself."""

    context: Context
    #: The message that the citizen has in front.
    front: Reply
    utterance: Utterance
    meaning: Meaning
    #: Every button has a key that can be typed.
    shows_keys: bool = False

    @property
    def is_sentence(self) -> bool:
        """Return True if the text is long enough to be more than an answer."""
        return len(self.utterance.text.split()) >= _SENTENCE_WORDS and not self.is_town

    @cached_property
    def is_town(self) -> bool:
        """Return True if the text is just the name of a municipality, and a municipality is asked for."""
        is_asked = self.attribute is not None and self.attribute.id == PLACE
        return is_asked and town_outside(self.utterance) is not None

    @property
    def attribute(self) -> Attribute | None:
        """Return the attribute that the question in front asks for; None where the citizen was not shown it."""
        question = self.context.question if not self.context.is_question_unseen else None
        return self.context.world.content.vocabulary[question.fills] if question is not None else None

    @cached_property
    def shown(self) -> Shown:
        """Return the offers that the citizen has in front."""
        return shown_offers(self.context, self.front)

    @cached_property
    def spelt(self) -> TextInContext:
        """Return the text with misspelt words corrected and its meaning read anew; the same object if nothing is misspelt."""
        said = spelt(self.utterance, self.context.world.asking_words)
        if said is self.utterance:
            return self
        meaning = self.context.world.understanding.read(said, self.context.now.date(), self.context.known)
        return replace(self, utterance=said, meaning=meaning)

    @cached_property
    def phrase(self) -> Phrase | None:
        """Return the standard phrase that the whole text is ("non lo so", "indietro"); None if it is none."""
        return phrase_of(self.utterance)

    @cached_property
    def answer(self) -> TypedAnswer | DoubtfulAnswer | None:
        """Return the text read as an answer to the open question, sure or doubtful; None if it answers nothing."""
        if self.attribute is None:
            return None
        today, reader = self.context.now.date(), self.context.world.answer_reader
        reading = kind_of(self.attribute).read(self.attribute, self.utterance, today, reader)
        if reading.values:
            return TypedAnswer(self.attribute.id, reading.values)
        return DoubtfulAnswer(self.attribute.id, reading.suggestions) if reading.suggestions else None

    @cached_property
    def statement(self) -> Statement | None:
        """Return the values that the text states; None for a bare "sì", "no" or "non lo so", which state nothing."""
        if self.phrase is not None:
            return None
        is_wish, activities = wants_something(self.utterance), self.context.world.activities.words(self.utterance.standard_words)
        return statement_of(self.context, self.meaning, is_wish=is_wish, activities=activities)


Reader = Callable[[TextInContext], PlainIntent | None]


# --- Buttons and phrases


def read_button(text: TextInContext) -> DoAction | None:
    """Return the button whose key or label the text is: of the message in front, the screen below it, or the first notice.

    Of a label with a colon the part before it is enough; so are two words or more with which only one label begins.
    """
    covering = Reply((), text.context.session.cover)
    words, front = text.utterance.normalised, (*covering.typed_keys(), *text.front.typed_keys())
    notice = button(text.context, "notice_button", Verb.PRIVACY)
    for key, choice in (*front, ("", notice)) if words else ():
        labels = (normalise_label(choice.label), normalise_label(choice.label.partition(":")[0]))
        if words in labels or (text.shows_keys and words == key):
            return DoAction(choice.action, is_typed=True)
    is_value = bool(text.context.world.slot_reader.read(text.utterance, text.context.now.date()))
    if len(text.utterance.words) < _FEWEST_WORDS_OF_LABEL or is_value:
        return None
    # Values are read as answers.
    others = (choice for _, choice in front if choice.action.verb not in (Verb.ANSWER, Verb.TOGGLE))
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


def read_alert_on_search(text: TextInContext) -> AlertOnSearch | None:
    """Return the wish to hear news of a search, which the sentence states or which is open."""
    subject, context = subject_of_alert(text.utterance), text.context
    if subject is None or context.world.slot_reader.sensitive_need(text.utterance) is not None:
        return None
    statement = statement_of(context, context.world.understanding.read(subject, context.now.date(), {}))
    if statement is not None and statement.choices:
        return None
    interview = context.session.interview
    if (interview is None or NEED not in interview.answers) and (statement is None or NEED not in statement.answers):
        return None
    return AlertOnSearch(statement, context.world.activities.words(subject.standard_words))


def read_wish_for_person(text: TextInContext) -> DoAction | None:
    """Return the wish for a person if the text asks for one in whatever words."""
    named = text.context.world.intent_examples.short(text.utterance)
    if text.meaning.kind is not MeaningKind.HUMAN or (named is not None and named is not IntentId.PERSON):
        return None
    return DoAction(Action(Verb.HUMAN, CaseReason.ASKED), is_typed=True, is_for_person=text.is_sentence)


# --- Answers


def read_answer(text: TextInContext) -> TypedAnswer | None:
    """Return the values that surely answer the question in front."""
    return text.answer if isinstance(text.answer, TypedAnswer) else None


def read_free_answer(text: TextInContext) -> TypedAnswer | None:
    """Return the answer to a question that takes any text."""
    return read_answer(text) if text.attribute is not None and kind_of(text.attribute).is_free_text else None


def read_doubtful_answer(text: TextInContext) -> DoubtfulAnswer | None:
    """Return the values that may answer the question in front."""
    return text.answer if isinstance(text.answer, DoubtfulAnswer) else None


def read_change(text: TextInContext) -> DoAction | None:
    """Return the attribute of the flow whose answer a text wants to change by its name: "età", "il comune è sbagliato"."""
    vocabulary = text.context.world.content.vocabulary
    named = {text.utterance.normalised, changed_name(text.utterance)} - {""}
    meant = changed_attribute(text.utterance)
    asked = (question.fills for question in text.context.flow.questions)
    found = next((id for id in asked if id == meant or normalise(vocabulary[id].label) in named), None)
    return DoAction(Action(Verb.REOPEN, found), is_typed=True) if found is not None else None


def read_beginning(text: TextInContext) -> DoAction | None:
    """Return "I do not know" for a longer text that begins with these words: "non lo so, è per un'amica"."""
    attribute, words = text.attribute, text.utterance.words
    begins = any(
        phrase_of(Utterance(" ".join(words[:count]))) is Phrase.UNKNOWN for count in range(1, min(len(words), _BEGINNING_WORDS))
    )
    return DoAction(Action(Verb.UNKNOWN, attribute.id), is_typed=True) if attribute is not None and begins else None


def read_named_attribute(text: TextInContext) -> DoAction | TypedAnswer | None:
    """Return the wish to change an attribute that the text names, or the answer if it states a value of one."""
    context = text.context
    asked = dict.fromkeys(question.fills for question in context.flow.questions)
    if (change := read_change(text)) is not None:
        return change
    found = context.world.slot_reader.read(text.utterance, context.now.date())
    answers = context.session.interview.answers if context.session.interview is not None else {}
    # An attribute without an answer is meant rather than a correction.
    filled = next((id for id in sorted(asked, key=lambda attribute: attribute in answers) if id in found), None)
    return TypedAnswer(filled, found[filled]) if filled is not None else None


def read_sensitive_need(text: TextInContext) -> SensitiveNeed | None:
    """Return the sensitive need, such as violence, that the text names, whatever question is open."""
    need = text.context.world.slot_reader.sensitive_need(text.utterance)
    return SensitiveNeed(need) if need is not None else None


# --- Sentences


def read_weighty_statement(text: TextInContext) -> Statement | None:
    """Return a statement that says more than an answer to the open question: several values, the need, or a correction.

    The first need stated beside an answer to the question in front is kept with it: "cerco una mano per mio figlio".
    """
    statement, attribute, answer = text.statement, text.attribute, text.answer
    if statement is None:
        return None
    is_about_need = attribute is not None and attribute.id == NEED
    # "Mio figlio va alle elementari" says the age beside the person; a need is a mere guess in so few words.
    is_short = len(text.utterance.words) <= _ANSWER_WORDS
    if isinstance(answer, TypedAnswer) and not is_about_need and is_short:
        values = {id: values for id, values in statement.answers.items() if id != NEED}
        return Statement(values) if values.keys() > {answer.attribute} else None
    if statement.is_rich or is_about_need or (statement.answers and is_correction(text.utterance)):
        return statement
    interview = text.context.session.interview
    is_first_need = NEED in statement.answers and (interview is None or NEED not in interview.answers)
    if is_first_need and isinstance(answer, TypedAnswer) and answer.attribute not in statement.answers:
        return replace(statement, answers={**statement.answers, answer.attribute: answer.values})
    return None


def read_statement(text: TextInContext) -> Statement | None:
    """Return the values that the text states; if another question is open, without needs that are only guessed."""
    statement, needs = text.statement, text.meaning.needs
    is_elsewhere = text.attribute is not None and text.attribute.id != NEED
    is_guess = statement is not None and not statement.answers and needs[0].probability < _LEAST_AT_OTHER_QUESTION
    return None if is_elsewhere and is_guess else statement


def read_sure_statement(text: TextInContext) -> Statement | None:
    """Return the values that the text states, if it is clear which need is meant."""
    return text.statement if text.statement is not None and not text.statement.choices else None


def read_choice_of_needs(text: TextInContext) -> Statement | None:
    """Return the likely needs as a choice, if the need is asked for or nothing is answered; else a short text is an answer."""
    session, statement = text.context.session, text.statement
    if statement is None or not statement.choices:
        return None
    if text.attribute is not None:
        return statement if text.attribute.id == NEED else None
    has_answers = session.interview is not None and bool(session.interview.answers)
    return statement if not has_answers and session.screen is Screen.INTERVIEW else None


def read_out_of_scope(text: TextInContext) -> OutOfScope | None:
    """Return the topic of a text that asks for something outside the network."""
    return OutOfScope(text.meaning.topic) if text.meaning.kind is MeaningKind.OUT_OF_SCOPE else None


def read_out_of_scope_sentence(text: TextInContext) -> OutOfScope | None:
    """Return the topic out of scope of a whole sentence; None if the sentence answers the open question."""
    is_answer = text.attribute is not None and text.attribute.id in text.meaning.slots and not text.context.has_intro
    return None if is_answer else read_out_of_scope(text)


def read_out_of_scope_words(text: TextInContext) -> OutOfScope | None:
    """Return the topic out of scope of a text of two or three words that is no standard phrase."""
    return read_out_of_scope(text) if len(text.utterance.text.split()) > 1 and text.phrase is None else None
