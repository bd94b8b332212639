"""Tests whether a text typed below shown offers is about these, or about something else, such as another need or office."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.attributes import PLACE
from bot.dialogue.named_needs import is_need_written
from bot.dialogue.text_in_context import TextInContext
from bot.language.entities.references import asked_words, asks_leave, is_of_service, is_question, wants_something
from bot.language.meaning.understand import MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP

#: Probability of a need from which a word of its label names it.
_LIKELY_NEED = 0.15
#: Probability from which a text wishes for a person, although it asks as people ask about a service.
_SURE_WISH_FOR_PERSON = 0.8


def means_another_thing(text: TextInContext) -> bool:
    """Return True if a text asks for something else than what is shown: another office, or a need that no shown offer answers."""
    meaning = text.meaning
    if is_of_shown(text):
        return False
    if is_question(text.utterance) and _has_asked_words(text):
        return False
    if meaning.kind is MeaningKind.NEED:
        shown = {need for offer in text.shown.offers for need in offer.service.needs}
        return meaning.needs[0].need not in shown and not is_about_shown_alone(text)
    return meaning.kind is MeaningKind.HUMAN or (meaning.kind is MeaningKind.OUT_OF_SCOPE and _is_topic_named(text))


def is_about_shown_alone(text: TextInContext) -> bool:
    """Return True if a question concerns only shown offers and names no need or wish: "si mangia anche?", "c'è lo sconto?"."""
    said = text.utterance
    if not text.shown.offers or not (is_question(said) or is_of_shown(text)):
        return False
    is_named = is_need_written(text.context, said, text.meaning) if asks_leave(said) else is_need_named(text)
    return is_of_shown(text) or (not wants_something(said) and not is_named)


def is_of_shown(text: TextInContext) -> bool:
    """Return True if a text asks for a part or a rule of a shown service: "c'è la mensa?", "posso venire col cane?"."""
    is_wish_for_person = text.meaning.kind is MeaningKind.HUMAN and text.meaning.probability >= _SURE_WISH_FOR_PERSON
    is_elsewhere = PLACE in text.meaning.slots
    return bool(text.shown.offers) and is_of_service(text.utterance) and not is_wish_for_person and not is_elsewhere


def is_need_named(text: TextInContext) -> bool:
    """Return True if a text contains the full name of a need that it may mean: "c'è anche un doposcuola?".

    For the likeliest need one word that only its label has is enough: "e i pasti li portano?".
    """
    said, needs = _spaced_stems(text.utterance.normalised), text.context.world.content.vocabulary.needs
    terms = [needs[each.need] for each in text.meaning.needs if each.need in needs]
    if any(_spaced_stems(normalise(name)) in said for term in terms for name in (term.label, *term.also)):
        return True
    if not terms or text.meaning.needs[0].probability < _LIKELY_NEED:
        return False
    others = stems_of(each.label for each in needs.values() if each.id != terms[0].id)
    return not (stems_of([terms[0].label]) - others).isdisjoint(said.split())


def _spaced_stems(normalised: str) -> str:
    return f" {' '.join(stem(word) for word in normalised.split())} "


def _has_asked_words(text: TextInContext) -> bool:
    """Return True if the words of a question are in the name of one offer of the list, or on the open card: "e il pranzo?"."""
    words, shown = asked_words(text.utterance), text.shown
    return shown.is_one_named(words) or (not shown.is_list and any(shown.has_words(one.id, words) for one in shown.offers))


def _is_topic_named(text: TextInContext) -> bool:
    """Return True if a text contains a telling word of a topic out of scope: "passaporto", not only "quanto costa".

    Words that can be asked of anything ("orari") do not count: they are asked of a nursery as of a train.
    """
    content = text.context.world.content
    topic = content.topics[text.meaning.topic]
    asking = stems_of(name for intent in content.intents.values() for name in intent.also)
    named = stems_of((topic.label, *topic.also)) - asking
    return not named.isdisjoint(stem(word) for word in text.utterance.standard_words)


def stems_of(names: Iterable[str]) -> frozenset[str]:
    """Return the stems of the words in some names, without stop words."""
    return frozenset(stem(word) for name in names for word in normalise(name).split() if word not in STOP)
