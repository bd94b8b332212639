"""Content: everything that staff write, as one frozen value; and content as seen on a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.core.attributes import DISABILITY, Vocabulary
from bot.core.confirmation import Confirmation, confirmed
from bot.core.flow import Flow, Scope
from bot.core.matching import Index
from bot.core.services import Location, Offer, Service, Standing, State
from bot.core.topics import Danger, DangerReport, IntentEntry, Topic


@dataclass(frozen=True)
class Content:
    """Vocabulary, flows, services and texts, built only from files without errors."""

    vocabulary: Vocabulary
    #: By id, in the order of their files; the first is the one that /start begins.
    flows: Mapping[str, Flow]
    services: tuple[Service, ...]
    #: The sentences that the bot itself says, by key.
    texts: Mapping[str, str]
    #: Dangers and things out of scope, by id, in the order of their files.
    dangers: Mapping[str, Danger] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    #: The intents of words addressed to the bot, by id.
    intents: Mapping[str, IntentEntry] = field(default_factory=dict)
    #: The managers' canned replies, by name.
    replies: Mapping[str, str] = field(default_factory=dict)
    #: Sentences that ask the bot for nothing.
    nothing: tuple[str, ...] = ()

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Return every service at each of its locations.

        Ids are `service@place`, `service@place-2` for the second location in a place, or the service's own id without a place.
        """
        declared = self.vocabulary.attributes.get(DISABILITY)
        none = frozenset(t.id for t in declared.terms.values() if t.none) if declared else frozenset()
        sensitive = {need.id for need in self.vocabulary.needs.values() if need.sensitive}
        return tuple(
            Offer(
                f"{service.id}@{location.place}{_number(service, location)}" if location.place else service.id,
                service.at(location),
                location,
                none,
                not service.needs or not sensitive.isdisjoint(service.needs),
            )
            for service in self.services
            for location in service.locations
        )

    @cached_property
    def services_by_id(self) -> Mapping[str, Service]:
        """Return the services by their ids."""
        return {service.id: service for service in self.services}

    def confirmed_by(self, confirmations: Mapping[str, Confirmation]) -> Content:
        """Return the content with its services updated by the desks' confirmations; the same object if nothing changes."""
        services = tuple(confirmed(service, confirmations.get(service.id)) for service in self.services)
        return replace(self, services=services) if services != self.services else self

    def danger_label(self, report: DangerReport) -> str:
        """Return the name of a reported danger for managers; the name of its variant if one is known."""
        danger = self.dangers[report.danger]
        return (danger.variant(report.variant) or danger).label

    def on(self, date: dt.date) -> DatedContent:
        """Return the content as seen on a date, without offers that have ended for good."""
        return DatedContent(self, date)


def _number(service: Service, location: Location) -> str:
    """Return the suffix of an offer's id: "-2" for a service's second location in the same place, "" for the first."""
    alike = [one for one in service.locations if one.place == location.place]
    number = next(number for number, one in enumerate(alike, 1) if one is location)
    return f"-{number}" if number > 1 else ""


@dataclass(frozen=True)
class DatedContent:
    """Content as seen on a date: the offers that have not ended, their standings, and for every flow an index of them."""

    content: Content
    date: dt.date

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Return, by offer id, the standing of each offer that has not ended."""
        standings = ((offer.id, offer.standing(self.date)) for offer in self.content.offers)
        return {id: standing for id, standing in standings if standing.state is not State.OVER}

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """Return, by id, the offers that have not ended."""
        return {offer.id: offer.on(self.date) for offer in self.content.offers if offer.id in self.standings}

    @cached_property
    def _indexes(self) -> Mapping[Scope, Index]:
        seasonal = (offer for offer in self.offers.values() if offer.service.is_seasonal)
        scopes = {Scope.ALL: self.offers.values(), Scope.SEASONAL: seasonal}
        vocabulary = self.content.vocabulary
        return {scope: Index(tuple(offers), self.standings, vocabulary, self.date) for scope, offers in scopes.items()}

    def index(self, flow: Flow) -> Index:
        """Return the index of the offers among which a flow searches."""
        return self._indexes[flow.offers]
