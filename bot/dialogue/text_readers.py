"""The readers of typed text: each returns the intent that it finds in a text, or None.

A text is read against the message that the citizen has in front. The order of the readers is in `interpret.py`; reading the
values themselves is in `kinds/` and `language/`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.attributes import NEED, PLACE
from bot.core.case import CaseReason
from bot.core.replies import Action, Verb
from bot.core.topics import IntentId
from bot.dialogue.intents import (
    AlertOnSearch,
    DoAction,
    DoubtfulAnswer,
    OutOfScope,
    SensitiveNeed,
    Statement,
    TypedAnswer,
)
from bot.dialogue.session import Screen
from bot.dialogue.statements import statement_of
from bot.dialogue.text_in_context import TextInContext
from bot.kinds.registry import kind_of
from bot.language.meaning.corrections import changed_attribute, changed_name, is_correction
from bot.language.meaning.phrases import Phrase, phrase_of, subject_of_alert
from bot.language.meaning.understand import MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: Words at the beginning of a text that may be a phrase of their own.
_BEGINNING_WORDS = 5
#: Words of an answer, "tre anni e mezzo a marzo", that is no wish whatever it is like.
_ANSWER_WORDS = 5
#: The probability of the likeliest need from which needs are offered at a question that asks for something else.
_LEAST_AT_OTHER_QUESTION = 0.25


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
    if need is None:
        return None
    is_of_danger = any(need in danger.needs for danger in text.context.world.content.dangers.values())
    stated = text.statement.answers if text.statement is not None else {}
    kept = {id: values for id, values in stated.items() if id == PLACE or (id != NEED and not is_of_danger)}
    return SensitiveNeed(need, kept)


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
