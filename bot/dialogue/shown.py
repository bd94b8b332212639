"""The offers that a citizen has in front, and those of them that a text refers to: "il secondo", "quello a Melegnano". Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.replies import Reply, Verb
from bot.core.services import Offer, one_a_service
from bot.dialogue.card_sentences import sentences_of
from bot.dialogue.context import Context
from bot.dialogue.session import Screen
from bot.language.entities.references import ordinal_of, ordinals_of
from bot.language.text.normalise import normalise
from bot.language.text.stems import stem
from bot.language.text.tokens import STOP
from bot.language.text.utterance import Utterance

#: Offers of a search that can be referred to, beside those on the page in front.
_REACHED = 50


@dataclass(frozen=True)
class Shown:
    """The offers that a citizen is looking at, in their order: that of an open card, or those of a page of results."""

    context: Context
    offers: tuple[Offer, ...]
    is_list: bool

    @cached_property
    def found(self) -> tuple[Offer, ...]:
        """Return the best offers of the whole search, those on other pages included."""
        here = self.context.position
        if here is None:
            return self.offers
        best = one_a_service(self.context.best, _REACHED)
        return tuple(best) if {one.id for one in self.offers} <= {one.id for one in best} else self.offers

    @cached_property
    def places(self) -> tuple[Offer, ...]:
        """Return the shown offers, then the other places of their services that the search found."""
        here, services = self.context.position, {one.service.id for one in self.offers}
        found = self.context.index.members(here.match.remaining) if here is not None else ()
        return (*self.offers, *(one for one in found if one.service.id in services and one not in self.offers))

    def number(self, offer: Offer) -> int | None:
        """Return the number of an offer in the list, from 1; None if it is not in the list."""
        return next((place for place, one in enumerate(self.found, 1) if one.id == offer.id), None)

    def at(self, place: int) -> Offer | None:
        """Return the offer at a position on the page: 1 is the first, -1 the last.

        Any other number is looked up in the whole list.
        """
        if 0 < place <= len(self.offers):
            return self.offers[place - 1]
        if place < 0:
            return self.offers[place] if -place <= len(self.offers) else None
        return self.found[place - 1] if place <= len(self.found) else None

    def numbered(self, number: int) -> Offer | None:
        """Return the offer in front that is shown with a number."""
        return next((offer for offer in self.offers if self.is_list and self.number(offer) == number), None)

    def ordinal(self, said: Utterance) -> Offer | None:
        """Return the offer that a text names by its position ("il secondo").

        Below a card, in the list from which it was opened.
        """
        place = ordinal_of(said)
        if place is None or self.is_list:
            return self.at(place) if place is not None else None
        return self.found[place - 1] if 0 < place <= len(self.found) else None

    def week(self, id: str) -> int:
        """Return the slots of the week in which an offer is open, by its id; 0 if its hours are not known."""
        return self.context.world.dated.offers[id].week or 0

    def is_one_named(self, words: Sequence[str]) -> bool:
        """Return True if one of some words is in the name of exactly one offer of the list."""
        stems = {stem(word) for word in words}
        names = [{stem(word) for word in normalise(offer.service.name).split()} for offer in self.offers]
        return self.is_list and any(sum(one in name for name in names) == 1 for one in stems)

    def named(self, said: Utterance, *, by_name: bool = True) -> tuple[Offer, ...]:
        """Return the offers that a text refers to by position in the list, town, name or provider; empty if it refers to none."""
        if not self.is_list:
            return ()
        placed = [offer for place in ordinals_of(said) if (offer := self.at(place)) is not None]
        if placed:
            return tuple(placed)
        stems = {stem(word) for word in said.standard_words if word not in STOP}
        scored = [(len(stems & _stems(self.context, one, by_name=by_name)), one) for one in self.places]
        most = max((score for score, _ in scored), default=0)
        best = {one.service.id: one for score, one in reversed(scored) if score == most}
        return tuple(reversed(best.values())) if most and len(best) < len(self.offers) else ()

    def called(self, words: Sequence[str], *, is_whole: bool = True) -> tuple[Offer, ...]:
        """Return the one offer of the list whose name has all of some words; empty if no offer, or more than one, has them.

        With `is_whole` False one word that is in no other offer's name is enough.
        """
        stems = {stem(word) for word in words}
        if not self.is_list or not stems:
            return ()
        names = {offer.id: _stems(self.context, offer, by_name=True) for offer in self.offers}
        if is_whole:
            found = [offer for offer in self.offers if stems <= names[offer.id]]
        else:
            telling = {one for one in stems if sum(one in name for name in names.values()) == 1}
            found = [offer for offer in self.offers if telling & names[offer.id]]
        return tuple(found) if len(found) == 1 else ()

    def has_words(self, id: str, words: Sequence[str]) -> bool:
        """Return True if the card of an offer contains one of some words, in any inflected form."""
        offer = self.context.world.dated.offers[id]
        stems = {stem(word) for word in words}
        written = (*sentences_of(offer), *offer.service.keywords)
        return any(not stems.isdisjoint(stem(word) for word in normalise(text).split()) for text in written)


def shown_offers(context: Context, front: Reply) -> Shown:
    """Return the offers that the citizen is looking at; empty if a question or another screen is shown.

    Several of a reply that covers the screen, "Quale di questi?", come before those below it.
    """
    session, offers = context.session, context.world.dated.offers
    if session.card in offers and session.screen is Screen.CARD:
        return Shown(context, (offers[session.card],), is_list=False)
    covering = tuple(_listed(context, covering_reply(context)))
    if len(covering) > 1:
        return Shown(context, covering, is_list=True)
    if session.screen is not Screen.INTERVIEW or context.position is None or context.position.question is not None:
        return Shown(context, (), is_list=False)
    if context.index.service_count(context.position.match.remaining) == 1:
        return Shown(context, tuple(context.best(1)), is_list=False)
    return Shown(context, tuple(_listed(context, front)), is_list=True)


def covering_reply(context: Context) -> Reply:
    """Return the buttons of a reply that covers the screen in front; none where nothing covers it."""
    return Reply((), context.session.cover)


def with_offers_in_front(context: Context, front: Reply) -> Reply:
    """Return the message that has the offers in front: the reply that covers the screen, if it lists some, else the screen."""
    covering = covering_reply(context)
    return covering if any(_listed(context, covering)) else front


def _listed(context: Context, front: Reply) -> Iterator[Offer]:
    """Yield the offers for which a list has buttons."""
    for row in front.rows:
        for choice in row:
            if choice.action.verb is Verb.CARD and choice.action.target in context.world.dated.offers:
                yield context.world.dated.offers[choice.action.target]


def _stems(context: Context, offer: Offer, *, by_name: bool) -> frozenset[str]:
    """Return the stems that distinguish an offer: of its municipality and, with `by_name`, of its name and provider."""
    place = context.world.content.vocabulary.place(offer.location.place) if offer.location.place else None
    names = (offer.service.name, offer.service.organization) if by_name else ()
    written: Sequence[str] = (*names, place.label if place else "")
    return frozenset(stem(word) for text in written for word in normalise(text).split() if word not in STOP)
