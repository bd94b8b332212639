"""The readers of references to offers in front: "il secondo", "quello a Melegnano", "altri", "troppo lontano", a name."""

from __future__ import annotations

from bot.core.attributes import AGE, NEED, PERSON, PLACE
from bot.core.replies import Action, Expects, Verb
from bot.core.services import Offer
from bot.core.topics import IntentId
from bot.dialogue.another_thing import is_need_named, means_another_thing
from bot.dialogue.button_readers import read_phrase
from bot.dialogue.intents import BareNumber, DoAction, PickOfShown
from bot.dialogue.pointing import what_is_wrong
from bot.dialogue.text_in_context import TextInContext
from bot.kinds.registry import kind_of
from bot.language.entities.references import (
    asked_week,
    asks_more,
    begins_refusal,
    complaint_of,
    is_ordinal,
    is_pointing,
    is_question,
    points_at_it,
    refuses,
    wants_something,
    words_of_choice,
)
from bot.language.meaning.phrases import Phrase
from bot.language.meaning.understand import MeaningKind
from bot.language.text.normalise import normalise

#: Digits of a number that may be an age, or a place in a list.
_FEW_DIGITS = 3
#: The intents that pick among the offers in front.
PICKS = frozenset({IntentId.PICK_NEAREST, IntentId.PICK_CHEAPEST, IntentId.PICK_OPEN, IntentId.MORE, IntentId.REFUSE})


def read_number_in_front(text: TextInContext) -> DoAction | BareNumber | None:
    """Return the offer that a bare number chooses from the list; an intent that changes nothing if no offer has the number."""
    words = text.utterance.normalised
    if not (words.isdecimal() and len(words) <= _FEW_DIGITS):
        return None
    offer = text.shown.numbered(int(words))
    if offer is not None:
        return opened(offer)
    is_asked = text.attribute is not None and kind_of(text.attribute).expects is Expects.NUMBER
    return None if is_asked else BareNumber(words)


def phrase_on_shown(text: TextInContext) -> PickOfShown | None:
    """Return the refusal of what is shown, or the wish for the next page, that a phrase is: "no", "avanti"."""
    if text.phrase is Phrase.SKIP and text.shown.is_list and text.attribute is None and asks_more(text.utterance):
        return PickOfShown(IntentId.MORE)
    return PickOfShown(IntentId.REFUSE) if text.phrase is Phrase.NO and read_phrase(text) is None else None


def wrong_with_shown(text: TextInContext) -> PickOfShown | DoAction | None:
    """Return the offer that a text points at, or its complaint about those shown: "il secondo", "troppo lontano"."""
    said = text.utterance
    asked = (choice for row in what_is_wrong(text.context).rows for choice in row if choice.action.verb is not Verb.HUMAN)
    if (choice := next((one for one in asked if normalise(one.label) == said.normalised), None)) is not None:
        return DoAction(choice.action, is_typed=True)
    if (offer := _pointed_at(text)) is not None:
        return opened(offer)
    is_wish = wants_something(said) and means_another_thing(text) and is_need_named(text)
    if not is_question(said) and not is_wish and (complaint := complaint_of(said)) is not None:
        return PickOfShown(IntentId.REFUSE, week=asked_week(said), complaint=complaint)
    return None


def wants_another_of_shown(text: TextInContext) -> bool:
    """Return True if a text refuses what is shown for another service of the same need: "no cercavo una tata fissa"."""
    said, meaning = text.utterance, text.meaning
    shown = {need for offer in text.shown.offers for need in offer.service.needs}
    is_same = meaning.kind in (MeaningKind.NEED, MeaningKind.CHOOSE) and meaning.needs[0].need in shown
    is_stated = not {PLACE, AGE, PERSON}.isdisjoint(meaning.slots)
    return is_same and not is_stated and begins_refusal(said) and wants_something(said)


def _pointed_at(text: TextInContext) -> Offer | None:
    """Return the offer to which a text points without saying more: "il secondo", "questo", "il comunale"."""
    shown, said = text.shown, text.utterance
    if is_ordinal(said) and (offer := shown.ordinal(said)) is not None:
        return offer
    if len(shown.offers) == 1 and points_at_it(said):
        return shown.offers[0]
    if not shown.is_list:
        return None
    named = shown.called(words_of_choice(said))
    return named[0] if len(named) == 1 else None


def picked(text: TextInContext, intent: IntentId | None) -> PickOfShown | DoAction | None:
    """Return the choice among the shown offers that a text makes ("il più vicino"); None if it makes none."""
    shown, said = text.shown, text.utterance
    if intent is IntentId.REFUSE and not refuses(said):
        return None
    if intent is IntentId.MORE and not asks_more(said):
        return None
    if intent is not None and intent in PICKS:
        return PickOfShown(intent, week=asked_week(said))
    if intent is IntentId.PICK_ORDINAL and not shown.is_list and (offer := shown.ordinal(said)) is not None:
        return opened(offer)
    is_reference = intent is IntentId.PICK_ORDINAL or (is_pointing(said) and not means_another_thing(text))
    named = shown.named(said) if is_reference else ()
    if len(named) == 1:
        return opened(named[0])
    is_number = said.normalised.isdecimal()
    is_unclear = (intent is IntentId.PICK_ORDINAL and not is_number) or (is_pointing(said) and not is_question(said))
    if is_unclear and not named and shown.is_list:
        named = shown.offers
    return PickOfShown(IntentId.PICK_ORDINAL, tuple(one.id for one in named)) if named else None


def opened(offer: Offer) -> DoAction:
    """Return the action that opens the card of an offer whose name or place was typed."""
    return DoAction(Action(Verb.CARD, offer.id), is_typed=True)


def read_service_name(text: TextInContext) -> DoAction | PickOfShown | None:
    """Return the card of the service whose exact name a text is; if it has several places, the choice among them."""
    said = f" {text.utterance.normalised} "
    world = text.context.world
    ids = [id for id, name in world.service_names.items() if name == said]
    offers = [offer for offer in world.dated.offers.values() if offer.service.id in ids]
    vocabulary = world.content.vocabulary
    if not offers or text.utterance.normalised in {one.label.lower() for one in vocabulary.attributes[NEED].terms.values()}:
        return None
    return opened(offers[0]) if len(offers) == 1 else PickOfShown(IntentId.PICK_ORDINAL, tuple(one.id for one in offers))
