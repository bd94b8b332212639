"""The readers of what is said about what is shown, and to the bot itself: "quanto costa?", "il secondo", "chi sei?".

They come after the readers of buttons and phrases, and before those of statements: where something is shown, a text is about it
unless it says surely that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.attributes import AGE, DISABILITY, NEED, PERSON, PLACE
from bot.core.conditions import Value
from bot.core.replies import Action, Expects, Verb
from bot.core.services import Offer
from bot.core.topics import IntentId
from bot.dialogue.intents import AboutShown, BareNumber, DoAction, PickOfShown, WordsToBot
from bot.dialogue.pointing import what_is_wrong
from bot.dialogue.privacy import PRIVACY_WORDS
from bot.dialogue.text_readers import TextInContext
from bot.kinds.registry import kind_of
from bot.language.entities.references import (
    asked_week,
    day_of,
    is_about_now,
    is_ordinal,
    is_pointing,
    is_question,
    without_ordinal,
)
from bot.language.meaning.corrections import is_correction
from bot.language.meaning.intent_examples import IntentExamples
from bot.language.meaning.understand import MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP
from bot.language.text.utterance import Utterance

#: Likeness to an example from which a text is about what is shown although it seems to mean another thing.
_SURELY_ALIKE = 0.78
#: Digits of a number that may be an age, or a place in a list.
_FEW_DIGITS = 3
#: The values that a question may state of somebody.
_STATED = (PERSON, AGE, PLACE, DISABILITY)
_ABOUT = frozenset(intent for intent in IntentId if intent.startswith("about_"))
_PICKS = {IntentId.PICK_NEAREST, IntentId.PICK_CHEAPEST, IntentId.PICK_OPEN, IntentId.MORE, IntentId.REFUSE}
#: Intents that the sentence of `intents.yaml` answers anywhere; the others need something that is shown, or a person.
_ANSWERED_ANYWHERE = frozenset(IntentId) - _ABOUT - _PICKS - {IntentId.PERSON, IntentId.PICK_ORDINAL}


def intent_of(text: TextInContext) -> IntentId | None:
    """Return the intent of a text to the bot itself, as far as the place where it is said allows."""
    examples, said = text.context.world.intent_examples, text.utterance
    if (short := examples.short(said)) is not None:
        return short
    # A word alone is more likely an answer.
    if text.meaning.kind is MeaningKind.INTENT and len(said.words) > 1:
        return IntentId(text.meaning.intent)
    found = examples.alike(without_ordinal(said) if text.shown.is_list and not is_ordinal(said) else said)
    if found is None:
        return None
    intent, likeness = found
    if likeness >= _SURELY_ALIKE or not _means_another_thing(text):
        return intent
    return None


def _means_another_thing(text: TextInContext) -> bool:
    """Return True if a text has a meaning of its own: another office, or a need that nothing shown answers."""
    meaning = text.meaning
    if meaning.kind is MeaningKind.NEED:
        shown = {need for offer in text.shown.offers for need in offer.service.needs}
        return meaning.needs[0].need not in shown
    return meaning.kind is MeaningKind.HUMAN or (meaning.kind is MeaningKind.OUT_OF_SCOPE and _is_topic_named(text))


def _is_topic_named(text: TextInContext) -> bool:
    """Return True if a word of a name of the topic out of scope stands in the text: "passaporto", not only "quanto costa".

    Words that ask about anything name no topic: "orari" is asked of a nursery as of a train.
    """
    content = text.context.world.content
    topic = content.topics[text.meaning.topic]
    asking = _stems_of(name for intent in content.intents.values() for name in intent.also)
    named = _stems_of((topic.label, *topic.also)) - asking
    return not named.isdisjoint(stem(word) for word in text.utterance.standard_words)


def _stems_of(names: Iterable[str]) -> frozenset[str]:
    """Return the stems of the words that say something in some names."""
    return frozenset(stem(word) for name in names for word in normalise(name).split() if word not in STOP)


# --- About what is shown


def read_number_in_front(text: TextInContext) -> DoAction | BareNumber | None:
    """Return the offer of the list that a number alone chooses; a number that nothing in front has changes nothing."""
    words = text.utterance.normalised
    if not (words.isdecimal() and len(words) <= _FEW_DIGITS):
        return None
    offer = text.shown.numbered(int(words))
    if offer is not None:
        return _opened(offer)
    is_asked = text.attribute is not None and kind_of(text.attribute).expects is Expects.NUMBER
    return None if is_asked else BareNumber(words)


def read_about_shown(text: TextInContext) -> AboutShown | PickOfShown | DoAction | None:
    """Return a question about what is shown, or a reference to it."""
    shown, said = text.shown, text.utterance
    if not shown.offers or text.phrase is not None or _is_named_attribute(text):
        return None
    asked = (choice for row in what_is_wrong(text.context).rows for choice in row if choice.action.verb is not Verb.HUMAN)
    if (choice := next((one for one in asked if normalise(one.label) == said.normalised), None)) is not None:
        return DoAction(choice.action, is_typed=True)
    if shown.is_list and is_ordinal(said) and (named := shown.named(said)):
        return _opened(named[0])
    intent = intent_of(text)
    return _asked_fact(text, intent) or _picked(text, intent)


def _is_named_attribute(text: TextInContext) -> bool:
    """Return True if a text is the name of an attribute that the flow asks for: then its answer is to be changed."""
    vocabulary = text.context.world.content.vocabulary
    asked = {normalise(vocabulary[question.fills].label) for question in text.context.flow.questions}
    return text.utterance.normalised in asked


def _asked_fact(text: TextInContext, intent: IntentId | None) -> AboutShown | None:
    """Return the question that a text asks about what is shown; None if it asks none."""
    said, meaning, stated = text.utterance, text.meaning, _stated_of_somebody(text)
    if intent in _ABOUT:
        return _question(text, intent, stated)
    if intent is IntentId.PICK_OPEN and not text.shown.is_list:
        return _question(text, IntentId.ABOUT_HOURS, {})
    if not is_question(said) or is_correction(said) or meaning.kind is MeaningKind.NEED or _means_another_thing(text):
        return None
    if stated:
        fact = IntentId.ABOUT_PRECEDENCE if stated.keys() == {PLACE} else IntentId.ABOUT_AGE
        return _question(text, fact, stated)
    if intent is None and (asked_week(said) or day_of(said, text.context.now.date())):
        return _question(text, IntentId.ABOUT_HOURS, {})
    return _question(text, None, {}) if intent is None and meaning.kind is MeaningKind.OUT_OF_SCOPE else None


def _picked(text: TextInContext, intent: IntentId | None) -> PickOfShown | DoAction | None:
    """Return the pick among what is shown that a text makes; None if it makes none."""
    shown, said = text.shown, text.utterance
    if intent is not None and intent in _PICKS:
        return PickOfShown(intent, week=asked_week(said))
    is_reference = intent is IntentId.PICK_ORDINAL or (is_pointing(said) and not _means_another_thing(text))
    named = shown.named(said) if is_reference else ()
    if len(named) > 1:
        return PickOfShown(IntentId.PICK_ORDINAL, tuple(one.id for one in named))
    return _opened(named[0]) if named else None


def _question(text: TextInContext, fact: IntentId | None, stated: Mapping[str, tuple[Value, ...]]) -> AboutShown:
    """Return a question about the one offer that is shown or named, or about each of a list."""
    shown, said = text.shown, text.utterance
    is_reference = PLACE not in stated
    offers = (shown.named(said, by_name=is_pointing(said)) if is_reference else ()) or shown.offers
    is_list = shown.is_list and len(offers) > 1
    return AboutShown(
        fact,
        tuple(offer.id for offer in offers),
        tuple(shown.number(offer) or place for place, offer in enumerate(offers, 1)) if is_list else (),
        asked_week(said),
        day_of(said, text.context.now.date()),
        is_about_now(said),
        stated,
    )


def _stated_of_somebody(text: TextInContext) -> Mapping[str, tuple[Value, ...]]:
    slots = text.meaning.slots
    return {attribute: slots[attribute] for attribute in _STATED if attribute in slots}


def _opened(offer: Offer) -> DoAction:
    return DoAction(Action(Verb.CARD, offer.id), is_typed=True)


# --- Names


def read_service_name(text: TextInContext) -> DoAction | PickOfShown | None:
    """Return the service whose exact name a text is: its card, or its places if there are several."""
    said = f" {text.utterance.normalised} "
    world = text.context.world
    ids = [id for id, name in world.service_names.items() if name == said]
    offers = [offer for offer in world.dated.offers.values() if offer.service.id in ids]
    vocabulary = world.content.vocabulary
    if not offers or text.utterance.normalised in {one.label.lower() for one in vocabulary.attributes[NEED].terms.values()}:
        return None
    return _opened(offers[0]) if len(offers) == 1 else PickOfShown(IntentId.PICK_ORDINAL, tuple(one.id for one in offers))


# --- To the bot itself


def is_greeting(said: Utterance, examples: IntentExamples) -> bool:
    """Return True if a whole text is a greeting."""
    return examples.short(said) is IntentId.GREETING


def read_words_about_data(text: TextInContext) -> WordsToBot | None:
    """Return the intent of a whole text about the citizen's own data ("cancella tutto"): no answer is said like that."""
    intent = text.context.world.intent_examples.short(text.utterance)
    return WordsToBot(intent) if intent is not None and intent in PRIVACY_WORDS else None


def read_words_to_bot(text: TextInContext) -> WordsToBot | None:
    """Return the intent of words that need nothing to be shown; below a question only of those that surely are no answer."""
    intent = text.context.world.intent_examples.short(text.utterance)
    if intent is None:
        found = text.context.world.intent_examples.alike(text.utterance)
        is_sure = found is not None and found[1] >= _SURELY_ALIKE
        intent = found[0] if found is not None and is_sure and not _means_another_thing(text) else None
    if intent is None or intent is IntentId.PERSON or not text.context.world.content.intents[intent].say:
        return None
    return WordsToBot(intent)
