"""Services that a manager can propose: the search, the choice among those found, and the card for the citizen. Pure.

The search reads a manager's text as a citizen's, but by its words alone: managers know the names of services, and wait for the
answer. Offers are ranked with the same index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.core.attributes import NEED
from bot.core.conditions import Profile
from bot.core.explanation import Verdict, explain
from bot.core.matching import Index
from bot.core.replies import Action, Choice, Reply, Run, Verb
from bot.core.services import Offer
from bot.dialogue.position import flow_of, position_of
from bot.dialogue.service_cards import OfferTexts
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.language.meaning.understand import Meaning, MeaningKind, MeaningReader
from bot.language.text.normalise import normalise
from bot.language.text.utterance import Utterance

#: Services that are offered for a choice.
MAX_PROPOSALS = 6
#: Needs that are searched for when it is not sure which one is meant.
_MAX_NEEDS = 3
#: Offers of one profile that are looked at: a service may have an offer in each of several towns.
_MAX_OFFERS = 24


@dataclass(frozen=True, slots=True)
class FoundOffers:
    """The offers that a search found, best first; one a service."""

    offers: Sequence[Offer]


def find_offers(world: World, session: Session, words: str, reader: MeaningReader | None = None) -> FoundOffers:
    """Search offers by a manager's words; without words, offers that suit the citizen of the session.

    First come services with exactly that name, then those that the words mean and that suit the citizen, then others that the
    words mean, last those with the words in their name. Takes some milliseconds. `reader` reads the words; by default one that
    compares words alone.
    """
    best: dict[str, Offer] = {}
    for offer in _found(world, session, words, reader or world.understanding.by_words):
        best.setdefault(offer.service.id, offer)
        if len(best) == MAX_PROPOSALS:
            break
    return FoundOffers(tuple(best.values()))


def _found(world: World, session: Session, words: str, reader: MeaningReader) -> Iterator[Offer]:
    here = position_of(session, world)
    citizen: Profile = here.people[0] if here is not None and here.people else {}
    index = world.dated.index(flow_of(session, world))
    if not words:
        yield from _ranked(index, citizen) if here is not None else ()
        return
    text = f" {normalise(words)} "
    yield from (offer for offer in index.offers if world.service_names[offer.service.id] in text)
    meaning = reader.read(Utterance(words), world.dated.date, citizen)
    stated = [_stated(world, meaning, need) for need in _needs(meaning)] or [_stated(world, meaning)]
    for profile in stated:
        if profile:
            yield from islice(_ranked(index, {**citizen, **profile}), 1 + _MAX_OFFERS // len(stated))
    for profile in stated:
        if profile:
            yield from _ranked(index, profile)
    yield from (offer for offer in index.offers if text in world.service_names[offer.service.id])


def _ranked(index: Index, profile: Profile) -> Sequence[Offer]:
    """Return the offers that fit a person, best first; if none fits, those that nearly do."""
    match = index.match((profile,))
    return index.best(match, (profile,), _MAX_OFFERS) or index.nearest(match, (profile,), _MAX_OFFERS)


def _needs(meaning: Meaning) -> Sequence[str]:
    """Return the needs that a search means: one if that is sure, else the likeliest ones."""
    match meaning.kind:
        case MeaningKind.NEED:
            return [meaning.needs[0].need]
        case MeaningKind.CHOOSE | MeaningKind.URGENT | MeaningKind.HUMAN:
            return [candidate.need for candidate in meaning.needs[:_MAX_NEEDS]]
        case _:
            return []


def _stated(world: World, meaning: Meaning, need: str = "") -> Profile:
    """Return the values stated in a search, together with a need, as a profile."""
    values = {**meaning.slots, **({NEED: (need,)} if need else {})}
    return {attribute: world.content.vocabulary.known(attribute, found) for attribute, found in values.items()}


def offer_choice(world: World, found: FoundOffers, words: str) -> Reply:
    """Return the message that asks a manager which of some services to send."""
    texts, say = OfferTexts(world, world.phrasing), world.phrasing.say
    if not found.offers:
        return Reply((Run(say("desk_found_nothing", words=words) if words else say("desk_suggest_how")),))
    rows = tuple((Choice(texts.title(offer), Action(Verb.MANAGE, "scheda", offer.id)),) for offer in found.offers)
    return Reply((Run(say("desk_found")),), rows)


def preview(world: World, session: Session, offer: Offer) -> Reply:
    """Return for managers the card of a service before it is sent: whether it fits the citizen, and the button that sends it."""
    texts, say, here = OfferTexts(world, world.phrasing), world.phrasing.say, position_of(session, world)
    people = here.people if here is not None else ()
    verdict = explain(offer, people).verdict if any(people) else None
    keys = {Verdict.FITS: "desk_fits", Verdict.TO_CHECK: "desk_to_check", None: ""}
    key = keys.get(verdict, "desk_fits_not")
    lines = [Run(f"{say(key)}\n\n")] if key else []
    send = Choice(say("send_offer_button"), Action(Verb.MANAGE, "manda", offer.id))
    return Reply((*lines, *texts.card(offer, people or None)), ((send,),), links=texts.links(offer))


def proposal(world: World, session: Session, offer: Offer, name: str) -> Reply:
    """Return the card of a service in the form that a citizen gets, naming the manager who sends it."""
    phrasing = world.phrasing_in(session.language)
    texts = OfferTexts(world, phrasing)
    here = position_of(session, world)
    card = texts.whole_card(offer, here.people if here is not None else None)
    return Reply((Run(phrasing.say("proposal", name=name)), Run("\n\n"), *card), links=texts.links(offer))
