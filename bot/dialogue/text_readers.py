"""The readers of typed text: each returns the intent that it finds in a text, or None.

A text is read against the message that the citizen has in front. The order of the readers is in `interpret.py`; reading the
values themselves is in `kinds/` and `language/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from bot.core.attributes import NEED, NO, YES, Attribute, encode
from bot.core.case import CaseReason
from bot.core.replies import Action, Choice, Reply, Verb
from bot.dialogue.actions import WHICH_ONE
from bot.dialogue.context import Context
from bot.dialogue.effects import Share
from bot.dialogue.intents import DoAction, DoubtfulAnswer, Intent, OutOfScope, SensitiveNeed, Statement, TypedAnswer
from bot.dialogue.session import Screen
from bot.dialogue.statements import statement_of
from bot.kinds.registry import kind_of
from bot.language.meaning.phrases import Phrase, phrase_of
from bot.language.meaning.understand import Meaning, MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: Similarity (0-100) from which typed words are the label of a button.
_SAME_LABEL = 85.0
#: From so many words on a text is a sentence rather than the answer to a question.
_SENTENCE_WORDS = 4

#: The beginnings of a correction, normalised.
_CORRECTIONS = (
    "anzi",
    "no ",
    "scusa ",
    "scusami",
    "volevo dire",
    "intendevo",
    "in realta",
    "mi sono sbagliat",
    "ho sbagliato",
    "cioe ",
)

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
}


@dataclass(frozen=True)
class TextInContext:
    """A typed text, the message it answers, and its meaning whatever was asked."""

    context: Context
    #: The message that the citizen has in front.
    front: Reply
    utterance: Utterance
    meaning: Meaning

    @property
    def text(self) -> str:
        """Return the part of the text that is read."""
        return self.utterance.text

    @property
    def attribute(self) -> Attribute | None:
        """Return the attribute that the question in front asks for."""
        question = self.context.question
        return self.context.world.content.vocabulary[question.fills] if question is not None else None

    @cached_property
    def phrase(self) -> Phrase | None:
        """Return the phrase that the whole text is: "non lo so", "indietro"."""
        return phrase_of(self.utterance)

    @cached_property
    def answer(self) -> TypedAnswer | DoubtfulAnswer | None:
        """Return the text as an answer to the question in front, or what it may mean there."""
        if self.attribute is None:
            return None
        today, reader = self.context.now.date(), self.context.world.answer_reader
        reading = kind_of(self.attribute).read(self.attribute, self.utterance, today, reader)
        if reading.values:
            return TypedAnswer(self.attribute.id, reading.values)
        return DoubtfulAnswer(self.attribute.id, reading.suggestions) if reading.suggestions else None

    @cached_property
    def statement(self) -> Statement | None:
        """Return what the text states. Phrases state nothing: "sì", "no" and "non lo so" to nothing mean nothing."""
        return statement_of(self.context, self.meaning) if self.phrase is None else None


Reader = Callable[[TextInContext], Intent | None]


def is_sentence(text: str) -> bool:
    """Return True if a text is long enough to say more than an answer does."""
    return len(text.split()) >= _SENTENCE_WORDS


# --- Buttons and phrases


def read_button(said: TextInContext) -> DoAction | None:
    """Return the button whose key or label the text is; of a label with a colon, the part before it is enough."""
    text = said.utterance.normalised
    for key, choice in said.front.typed_keys() if text else ():
        if text in (key, normalise(choice.label), normalise(choice.label.partition(":")[0])):
            return DoAction(choice.action, is_typed=True)
    return None


def read_several_buttons(said: TextInContext) -> TypedAnswer | None:
    """Return the values of several keys, "1, 3" or "1 e 3", in a multiple choice."""
    keys = dict(said.front.typed_keys())
    typed = [word for word in said.utterance.words if word != "e"]
    chosen = [keys[word].action for word in typed if word in keys and keys[word].action.verb is Verb.TOGGLE]
    if len(typed) < 2 or len(chosen) != len(typed):
        return None
    attribute = said.context.world.content.vocabulary[chosen[0].target]
    values = dict.fromkeys(attribute.kind.decode(action.value) for action in chosen)
    return TypedAnswer(attribute.id, tuple(values)) if kind_of(attribute).has_toggles(attribute) else None


def read_similar_button(said: TextInContext) -> DoAction | None:
    """Return the button whose label is spelt much like the text."""
    labels: dict[str, Choice] = {normalise(choice.label): choice for row in said.front.rows for choice in row}
    best = process.extractOne(said.utterance.normalised, list(labels), scorer=fuzz.ratio, score_cutoff=_SAME_LABEL)
    return DoAction(labels[best[0]].action, is_typed=True) if best else None


def read_phrase(said: TextInContext) -> DoAction | None:
    """Return the action of a phrase: "sì", "non lo so", "indietro", "basta"."""
    action = _phrase_action(said)
    return DoAction(action, is_typed=True) if action is not None else None


def _phrase_action(said: TextInContext) -> Action | None:
    meant, session, attribute = said.phrase, said.context.session, said.attribute
    if meant in (Phrase.YES, Phrase.NO):
        return _yes_or_no(said, is_yes=meant is Phrase.YES)
    answers = session.interview.answers if session.interview is not None else {}
    if meant is Phrase.DONE and (attribute is None or attribute.id not in answers):
        # Having finished is no answer: it asks for the results, once there is an answer.
        return Action(Verb.SHOW) if answers else None
    if attribute is not None and meant in _OF_QUESTION:
        return Action(_OF_QUESTION[meant], attribute.id)
    if meant is Phrase.UNKNOWN and session.screen in (Screen.INTERVIEW, Screen.CARD):
        # Before results, "I do not know" is a call for somebody who helps to choose.
        return Action(Verb.OFFER_HUMAN)
    return _ANYWHERE.get(meant) if meant is not None else None


def _yes_or_no(said: TextInContext, *, is_yes: bool) -> Action | None:
    """Return the action that takes or declines what the bot itself proposed: a person, a rating, a statement, a suggestion."""
    session, attribute = said.context.session, said.attribute
    offered = [choice.action for row in said.front.rows for choice in row]
    person = next((action for action in offered if action.verb is Verb.HUMAN and action.target != CaseReason.ASKED), None)
    if session.screen is Screen.SHARE:
        return Action(Verb.SHARE, Share.PLAIN if is_yes else Share.NOTHING)
    if session.screen is Screen.HELPED:
        return Action(Verb.HELPED, YES if is_yes else NO)
    if session.screen is Screen.HUMAN or person is not None:
        return (person or Action(Verb.HUMAN, CaseReason.ASKED)) if is_yes else Action(Verb.NO_HUMAN)
    has_none = attribute is not None and any(term.none for term in attribute.terms.values())
    if session.awaiting_confirmation and not has_none:
        return Action(Verb.LIST if is_yes else Verb.CHANGE)
    if attribute is None or not is_yes:
        return None
    if has_none and not session.suggestions:
        return Action(Verb.REOPEN, attribute.id, WHICH_ONE)
    if session.suggestions and session.suggested_attribute == attribute.id:
        return Action(Verb.ANSWER, attribute.id, encode(session.suggestions[0]))
    return None


def read_wish_for_person(said: TextInContext) -> DoAction | None:
    """Return the wish for a person that a text in any words is."""
    is_wish = said.meaning.kind is MeaningKind.HUMAN
    return DoAction(Action(Verb.HUMAN, CaseReason.ASKED), is_typed=True) if is_wish else None


# --- Answers


def read_answer(said: TextInContext) -> TypedAnswer | None:
    """Return the values that surely answer the question in front."""
    return said.answer if isinstance(said.answer, TypedAnswer) else None


def read_free_answer(said: TextInContext) -> TypedAnswer | None:
    """Return the answer to a question that takes any text."""
    return read_answer(said) if said.attribute is not None and kind_of(said.attribute).is_free_text else None


def read_doubtful_answer(said: TextInContext) -> DoubtfulAnswer | None:
    """Return the values that may answer the question in front."""
    return said.answer if isinstance(said.answer, DoubtfulAnswer) else None


def read_named_attribute(said: TextInContext) -> DoAction | TypedAnswer | None:
    """Return the attribute of the flow that the text names, to change it; or the one a value of which the text is."""
    context, vocabulary, text = said.context, said.context.world.content.vocabulary, said.utterance.normalised
    asked = dict.fromkeys(question.fills for question in context.flow.questions)
    named = next((id for id in asked if text and text == normalise(vocabulary[id].label)), None)
    if named is not None:
        return DoAction(Action(Verb.REOPEN, named), is_typed=True)
    found = context.world.slot_reader.read(said.utterance, context.now.date())
    answers = context.session.interview.answers if context.session.interview is not None else {}
    # An attribute without an answer is meant rather than a correction.
    filled = next((id for id in sorted(asked, key=lambda attribute: attribute in answers) if id in found), None)
    return TypedAnswer(filled, found[filled]) if filled is not None else None


def read_sensitive_need(said: TextInContext) -> SensitiveNeed | None:
    """Return the need that is hard to put into words and is named in the text, whatever was asked."""
    need = said.context.world.slot_reader.sensitive_need(said.utterance)
    return SensitiveNeed(need) if need is not None else None


# --- Sentences


def read_weighty_statement(said: TextInContext) -> Statement | None:
    """Return a statement that is more than an answer: of several things, to the question of the need, or a correction."""
    statement, attribute = said.statement, said.attribute
    if statement is None:
        return None
    is_about_need = attribute is not None and attribute.id == NEED
    return statement if statement.is_rich or is_about_need or is_correction(said.utterance) else None


def read_statement(said: TextInContext) -> Statement | None:
    """Return whatever the text states."""
    return said.statement


def read_sure_statement(said: TextInContext) -> Statement | None:
    """Return a statement that leaves no choice among needs."""
    return said.statement if said.statement is not None and not said.statement.choices else None


def read_choice_of_needs(said: TextInContext) -> Statement | None:
    """Return the needs one of which is meant, where the need is asked for or nothing is answered yet.

    A word or two at another question are more likely its answer, misspelt, than a wish.
    """
    session, statement = said.context.session, said.statement
    if statement is None or not statement.choices:
        return None
    if said.attribute is not None:
        return statement if said.attribute.id == NEED else None
    has_answers = session.interview is not None and bool(session.interview.answers)
    return statement if not has_answers and session.screen is Screen.INTERVIEW else None


def read_out_of_scope(said: TextInContext) -> OutOfScope | None:
    """Return the topic of a text that asks for what the network does not do."""
    return OutOfScope(said.meaning.topic) if said.meaning.kind is MeaningKind.OUT_OF_SCOPE else None


def read_out_of_scope_sentence(said: TextInContext) -> OutOfScope | None:
    """Return the topic of a sentence, unless it states a value of the attribute that was asked for."""
    is_answer = said.attribute is not None and said.attribute.id in said.meaning.slots
    return None if is_answer else read_out_of_scope(said)


def read_out_of_scope_words(said: TextInContext) -> OutOfScope | None:
    """Return the topic of two or three words that are no phrase."""
    return read_out_of_scope(said) if len(said.text.split()) > 1 and said.phrase is None else None


def is_correction(utterance: Utterance) -> bool:
    """Return True if a text takes a thing back: its values are meant, and nothing new is asked for."""
    return utterance.normalised.startswith(_CORRECTIONS)
