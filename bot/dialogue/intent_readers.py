"""The readers of what is said about what is shown, and to the bot itself: "quanto costa?", "il secondo", "chi sei?".

They come after the readers of buttons and phrases, and before those of statements: where something is shown, a text is about it
unless it says surely that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.attributes import AGE, DISABILITY, NEED, PERIOD, PERSON, PLACE
from bot.core.case import CaseReason
from bot.core.conditions import Value
from bot.core.replies import Action, Expects, Verb
from bot.core.services import Offer
from bot.core.topics import IntentId
from bot.dialogue.intents import (
    AboutShown,
    BareNumber,
    DoAction,
    ForAnother,
    PickOfShown,
    TypedAnswer,
    WordsToBot,
)
from bot.dialogue.pointing import what_is_wrong
from bot.dialogue.privacy import PRIVACY_WORDS
from bot.dialogue.session import Screen
from bot.dialogue.text_readers import TextInContext, read_change, read_phrase
from bot.kinds.registry import kind_of
from bot.language.entities.references import (
    asked_week,
    asked_words,
    asks_when,
    complaint_of,
    day_of,
    is_about_another,
    is_about_now,
    is_ordinal,
    is_pointing,
    is_question,
    names_another,
    wants_something,
    without_ordinal,
    words_of_choice,
)
from bot.language.meaning.corrections import is_correction
from bot.language.meaning.intent_examples import IntentExamples
from bot.language.meaning.phrases import Phrase, asks_for_nothing, right_of
from bot.language.meaning.understand import MeaningKind
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP
from bot.language.text.utterance import Utterance

#: Likeness to an example from which a text is about what is shown although it seems to mean another thing.
_SURELY_ALIKE = 0.78
#: Probability of an intent from which a text means it below a question, too.
_SURELY_MEANT = 0.8
#: Probability of a need from which a word of its label names it.
_LIKELY_NEED = 0.15
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
    if is_question(text.utterance) and _has_asked_words(text):
        return False
    if meaning.kind is MeaningKind.NEED:
        shown = {need for offer in text.shown.offers for need in offer.service.needs}
        return meaning.needs[0].need not in shown and not _is_about_shown_alone(text)
    return meaning.kind is MeaningKind.HUMAN or (meaning.kind is MeaningKind.OUT_OF_SCOPE and _is_topic_named(text))


def _is_about_shown_alone(text: TextInContext) -> bool:
    """Return True if a question below what is shown names no need and wants nothing: "si mangia anche?", "c'è lo sconto?"."""
    said = text.utterance
    return bool(text.shown.offers) and is_question(said) and not wants_something(said) and not _is_need_named(text)


def _is_need_named(text: TextInContext) -> bool:
    """Return True if a text has a whole name of a need that it may mean: "c'è anche un doposcuola?".

    Of the likeliest need a word of its label is enough: "e i pasti li portano?".
    """
    said, needs = _spaced_stems(text.utterance.normalised), text.context.world.content.vocabulary.needs
    terms = [needs[each.need] for each in text.meaning.needs if each.need in needs]
    if any(_spaced_stems(normalise(name)) in said for term in terms for name in (term.label, *term.also)):
        return True
    is_likely = bool(terms) and text.meaning.needs[0].probability >= _LIKELY_NEED
    return is_likely and not _stems_of([terms[0].label]).isdisjoint(said.split())


def _spaced_stems(normalised: str) -> str:
    return f" {' '.join(stem(word) for word in normalised.split())} "


def _has_asked_words(text: TextInContext) -> bool:
    """Return True if the words of a question name one offer of the list, or stand in the card: "e il pranzo?"."""
    words, shown = asked_words(text.utterance), text.shown
    return shown.is_one_named(words) or (not shown.is_list and any(shown.has_words(one.id, words) for one in shown.offers))


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
    """Return the stems of the words in some names, but for stop words."""
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
    """Return a question about what is shown, or a reference to it, however it is spelt."""
    if not text.shown.offers:
        return None if _is_named_attribute(text) or is_courtesy(text) else _complaint_on_nothing(text)
    return _about_shown(text.spelt)


def _about_shown(text: TextInContext) -> AboutShown | PickOfShown | DoAction | None:
    shown, said = text.shown, text.utterance
    if _is_named_attribute(text) or is_courtesy(text):
        return None
    if text.phrase is not None:
        is_refusal = text.phrase is Phrase.NO and read_phrase(text) is None
        return PickOfShown(IntentId.REFUSE) if is_refusal else None
    asked = (choice for row in what_is_wrong(text.context).rows for choice in row if choice.action.verb is not Verb.HUMAN)
    if (choice := next((one for one in asked if normalise(one.label) == said.normalised), None)) is not None:
        return DoAction(choice.action, is_typed=True)
    if is_ordinal(said) and (offer := shown.ordinal(said)) is not None:
        return _opened(offer)
    if not shown.is_list and is_pointing(said) and not words_of_choice(said):
        return _opened(shown.offers[0])
    if shown.is_list and len(named := shown.called(words_of_choice(said))) == 1:
        return _opened(named[0])
    is_wish = wants_something(said) and _means_another_thing(text) and _is_need_named(text)
    if not is_question(said) and not is_wish and (complaint := complaint_of(said)) is not None:
        return PickOfShown(IntentId.REFUSE, week=asked_week(said), complaint=complaint)
    intent = intent_of(text)
    found = _asked_fact(text, intent) or _picked(text, intent)
    if (
        isinstance(found, AboutShown)
        and found.numbers
        and found.week
        and not any((shown.week(id) & found.week) for id in found.offers)
    ):
        # None of those in front is open then: others of the search may be.
        return PickOfShown(IntentId.PICK_OPEN, week=found.week)
    states_a_search = text.meaning.kind in (MeaningKind.NEED, MeaningKind.CHOOSE)
    return found or (_question(text, None, {}) if states_a_search and _is_about_shown_alone(text) else None)


def _complaint_on_nothing(text: TextInContext) -> DoAction | None:
    """Return the offer of a person to somebody who says what is wrong where nothing was found."""
    here, said = text.context.position, text.utterance
    is_empty = here is not None and here.question is None and not here.match.remaining
    if not is_empty or text.context.session.screen is not Screen.INTERVIEW or is_question(said) or complaint_of(said) is None:
        return None
    return DoAction(Action(Verb.OFFER_HUMAN, CaseReason.USELESS), is_typed=True)


def read_for_another(text: TextInContext) -> ForAnother | None:
    """Return the wish to search once more for another person, where offers are in front; a need of their own is no such wish."""
    said, shown = text.utterance, text.shown
    if not shown.offers or not is_about_another(said) or _names_another_need(text):
        return None
    stated = {id: values for id, values in _stated_of_somebody(text).items() if id != PLACE}
    if not stated and not names_another(said):
        return None
    return ForAnother(_stated_of_somebody(text) if stated else {}, "" if shown.is_list else shown.offers[0].id)


def _names_another_need(text: TextInContext) -> bool:
    """Return True if a text asks for a need that nothing shown answers, or may ask for one in words of wanting."""
    if text.meaning.kind is MeaningKind.CHOOSE:
        return wants_something(text.utterance)
    return text.meaning.kind is MeaningKind.NEED and _means_another_thing(text)


def _is_named_attribute(text: TextInContext) -> bool:
    """Return True if a text is the name of an attribute that the flow asks for: then its answer is to be changed."""
    return read_change(text) is not None


def _asked_fact(text: TextInContext, intent: IntentId | None) -> AboutShown | None:
    """Return the question that a text asks about what is shown; None if it asks none."""
    said, meaning, stated = text.utterance, text.meaning, _stated_of_somebody(text)
    if intent in _ABOUT:
        return _question(text, intent, stated)
    is_of_period = is_question(said) and PERIOD in meaning.slots and not asked_week(said)
    # "Quello aperto il sabato" below a card of a list is another of the list.
    is_of_card = not text.shown.is_list and not (is_pointing(said) and len(text.shown.found) > 1)
    if intent is IntentId.PICK_OPEN and (is_of_period or is_of_card):
        return _question(text, IntentId.ABOUT_HOURS, {})
    if not is_question(said) or is_correction(said) or _means_another_thing(text):
        return None
    if intent is IntentId.WAIT:
        return _question(text, None, {})
    if stated and (meaning.kind is MeaningKind.NEED or _names_another_need(text)):
        return None
    if stated:
        fact = IntentId.ABOUT_PRECEDENCE if stated.keys() == {PLACE} else IntentId.ABOUT_AGE
        return _question(text, fact, stated)
    if intent is None and (asked_week(said) or day_of(said, text.context.now.date()) or asks_when(said)):
        return _question(text, IntentId.ABOUT_HOURS, {})
    is_unknown = meaning.kind not in (MeaningKind.VALUES, MeaningKind.HUMAN, MeaningKind.URGENT)
    if intent is not None or not is_unknown:
        return None
    question = _question(text, None, {})
    # A need that is named is a question about a card only if the card has its words.
    is_told = any(text.shown.has_words(id, question.words) for id in question.offers)
    return question if is_told or meaning.kind is not MeaningKind.CHOOSE or _is_about_shown_alone(text) else None


def _picked(text: TextInContext, intent: IntentId | None) -> PickOfShown | DoAction | None:
    """Return the pick among the offers shown that a text makes: "il più vicino"; None if it makes none."""
    shown, said = text.shown, text.utterance
    if intent is not None and intent in _PICKS:
        return PickOfShown(intent, week=asked_week(said))
    if intent is IntentId.PICK_ORDINAL and not shown.is_list and (offer := shown.ordinal(said)) is not None:
        return _opened(offer)
    is_reference = intent is IntentId.PICK_ORDINAL or (is_pointing(said) and not _means_another_thing(text))
    named = shown.named(said) if is_reference else ()
    if len(named) == 1:
        return _opened(named[0])
    if is_pointing(said) and not named and shown.is_list and not is_question(said):
        named = shown.offers
    return PickOfShown(IntentId.PICK_ORDINAL, tuple(one.id for one in named)) if named else None


def _question(text: TextInContext, fact: IntentId | None, stated: Mapping[str, tuple[Value, ...]]) -> AboutShown:
    """Return a question about the one offer that is shown or named, or about each of a list."""
    shown, said = text.shown, text.utterance
    if fact in (IntentId.ABOUT_HOURS, IntentId.ABOUT_PERIOD) and PERIOD in text.meaning.slots:
        fact, stated = IntentId.ABOUT_PERIOD, {PERIOD: text.meaning.slots[PERIOD]}
    # "Agosto in città" is not meant by "è aperto ad agosto?".
    is_reference = PLACE not in stated and PERIOD not in stated
    called = shown.called(asked_words(said), is_whole=False) if is_reference else ()
    offers = (shown.named(said, by_name=is_pointing(said)) if is_reference else ()) or called or shown.offers
    is_list = shown.is_list and len(offers) > 1
    return AboutShown(
        fact,
        tuple(offer.id for offer in offers),
        tuple(shown.number(offer) or place for place, offer in enumerate(offers, 1)) if is_list else (),
        0 if asks_when(said) else asked_week(said),
        day_of(said, text.context.now.date()),
        is_about_now(said),
        stated,
        asked_words(said),
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


def is_courtesy(text: TextInContext) -> bool:
    """Return True if a text below what is shown only thanks, assents or says goodbye: "grazie mille, a presto"."""
    return text.phrase is None and text.context.question is None and asks_for_nothing(text.utterance)


def is_greeting(said: Utterance, examples: IntentExamples) -> bool:
    """Return True if a whole text is a greeting."""
    return examples.short(said) is IntentId.GREETING


def read_words_about_data(text: TextInContext) -> WordsToBot | None:
    """Return the intent of a whole text about the citizen's own data ("cancella tutto"): no answer is said like that."""
    intent = text.context.world.intent_examples.short(text.utterance) or right_of(text.utterance)
    return WordsToBot(intent) if intent is not None and intent in PRIVACY_WORDS else None


def read_words_to_bot(text: TextInContext) -> WordsToBot | None:
    """Return the intent of words that need nothing to be shown; below a question only of those that surely are no answer.

    None too for an intent that the content has no sentence for.
    """
    intent = _intent_of_words(text.spelt if text.shown.offers else text)
    entry = text.context.world.content.intents.get(intent) if intent is not None else None
    if intent is None or intent is IntentId.PERSON or entry is None or not entry.say:
        return None
    return WordsToBot(intent)


def _intent_of_words(text: TextInContext) -> IntentId | None:
    """Return the intent that words have where nothing is asked: by their form, by an example, or by likeness to one."""
    if text.phrase is Phrase.NEVER_MIND:
        return IntentId.GOODBYE
    if text.phrase is Phrase.YES and text.shown.offers:
        # Nothing was asked: it is a goodbye.
        return IntentId.THANKS
    intent, meaning = text.context.world.intent_examples.short(text.utterance), text.meaning
    if intent is None and is_courtesy(text):
        return IntentId.THANKS
    # "I moduli" alone asks for nothing where nothing is shown.
    is_asked = text.shown.offers or meaning.intent not in _ABOUT or is_question(text.utterance)
    least = 0 if text.shown.offers else _SURELY_MEANT
    is_meant = meaning.kind is MeaningKind.INTENT and meaning.probability >= least and not isinstance(text.answer, TypedAnswer)
    if intent is None and is_meant and is_asked and len(text.utterance.words) > 1:
        intent = IntentId(meaning.intent)
    if intent is None:
        found = text.context.world.intent_examples.alike(text.utterance)
        is_sure = found is not None and found[1] >= _SURELY_ALIKE
        intent = found[0] if found is not None and is_sure and not _means_another_thing(text) else None
    return intent
