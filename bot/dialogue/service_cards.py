"""The texts of offers: an entry in a list, and the whole card. Their buttons are in `screens/`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from bot.core.attributes import DISABILITY
from bot.core.matching import Explanation, People, Verdict, explain
from bot.core.replies import Link, Run
from bot.core.services import Access, Offer
from bot.dialogue.phrasing import Phrasing
from bot.dialogue.world import World

#: A search on a map, for any telephone (Maps URLs, developers.google.com/maps/documentation/urls).
_MAP = "https://www.google.com/maps/search/?api=1&query="


class OfferTexts:
    """Texts of the offers of a world, as entries of a list and as cards."""

    def __init__(self, world: World, phrasing: Phrasing) -> None:
        self._world = world
        self._phrasing = phrasing
        self._say = phrasing.say

    def title(self, offer: Offer) -> str:
        """Return the name of an offer with its municipality: "Doposcuola, Melegnano"."""
        place = ", ".join(part for part in (offer.location.name, self._place(offer)) if part)
        return self._say("in_place", name=offer.service.name, place=place) if place else offer.service.name

    def entry(self, number: int, offer: Offer, people: People) -> Iterator[Run]:
        """Yield an offer of a list: its name, why it fits or not, and the state of its season."""
        yield Run(f"{number}. {self.title(offer)}", bold=True)
        if why := self._why(explain(offer, people), offer):
            yield Run(f"\n{why}")
        if state := self._standing(offer):
            yield Run(f"\n{state}")

    def card(self, offer: Offer, people: People | None) -> tuple[Run, ...]:
        """Return all that is known of an offer, with the reasons for some people if there are any."""
        lines = [line for line in self._lines(offer, people) if line]
        return (Run(offer.service.name, bold=True), *(Run(f"\n{line}") for line in lines))

    def where(self, offer: Offer) -> str:
        """Return the address of an offer; "" if it has no place."""
        return ", ".join(part for part in (offer.location.name, offer.location.address, self._place(offer)) if part)

    def links(self, offer: Offer) -> tuple[Link, ...]:
        """Return the links of an offer: its website, and a map of its address if it has no position to send."""
        found = []
        if offer.location.contacts.website:
            found.append(Link(self._say("website_button"), offer.location.contacts.website))
        if offer.location.address and offer.location.position is None:
            found.append(Link(self._say("map_button"), _MAP + quote(self.where(offer), safe="")))
        return tuple(found)

    def _lines(self, offer: Offer, people: People | None) -> Iterator[str]:
        """Yield the lines of a card in their order; "" for what the service does not tell."""
        service, location, say, phrasing = offer.service, offer.location, self._say, self._phrasing
        yield say("card_organization", organization=service.organization)
        yield service.summary
        if people is not None:
            yield self._why(explain(offer, people), offer)
        yield say("card_where", where=self.where(offer) or say("remote"))
        yield say("card_when", when=phrasing.when(offer))
        yield say("card_season", season=phrasing.window(service.valid)) if service.valid else ""
        yield say("card_apply", window=phrasing.window(service.apply)) if service.apply else ""
        yield self._standing(offer)
        yield say("card_cost", cost=service.cost) if service.cost else ""
        yield say("card_documents", documents=", ".join(service.documents)) if service.documents else ""
        yield say("card_how", how=service.how_to_apply) if service.how_to_apply else ""
        yield say("card_access", access=self.accessibility(offer)) if service.accessibility else ""
        contacts = [one for one in (location.contacts.phone, location.contacts.email, location.contacts.website) if one]
        yield say("card_contacts", contacts=", ".join(contacts)) if contacts else ""
        if offer.is_stale(self._world.dated.date):
            yield say("card_stale")
        elif service.assured is not None:
            yield say("card_assured", date=phrasing.date(service.assured))
        yield say("card_example") if service.example else ""

    def _place(self, offer: Offer) -> str:
        place = self._world.content.vocabulary.place(offer.location.place) if offer.location.place else None
        return place.label if place else ""

    def _standing(self, offer: Offer) -> str:
        state = self._phrasing.standing(offer, self._world.dated.standings[offer.id])
        return f"{state[:1].upper()}{state[1:]}." if state else ""

    def _why(self, explanation: Explanation, offer: Offer) -> str:
        """Return why an offer fits, what is to check, or what stands in the way; "" if nothing is worth a line."""
        if explanation.verdict is Verdict.FITS:
            merits = self._phrasing.merits(explanation.findings, offer)
            return self._say("because", reasons=merits) if merits else ""
        brief = explanation.verdict is Verdict.TO_CHECK
        found = (self._phrasing.reason(finding, offer, brief=brief) for finding in explanation.findings)
        reasons = "; ".join(dict.fromkeys(found))
        if explanation.verdict is Verdict.TO_CHECK:
            return self._say("to_check", reasons=reasons)
        return self._say("excluded_by", reason=reasons)

    def accessibility(self, offer: Offer) -> str:
        """Return for which disabilities a service is accessible, on request, or not."""
        attribute = self._world.content.vocabulary[DISABILITY]
        parts = []
        for access in Access:
            given = [id for id, one in offer.service.accessibility.items() if one is access and id in attribute.terms]
            if given:
                names = ", ".join(self._phrasing.inside(attribute, id) for id in given)
                parts.append(self._say(f"access_{access.value}", names=names))
        return "; ".join(parts)
