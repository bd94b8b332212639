"""Confirmations: a desk says whether a service is still as its card says; that counts until the service's file is newer. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.services import Availability, Service

#: Days after which a desk is asked about a service again.
ASK_AFTER_DAYS = 30


class Validity(StrEnum):
    """The possible answers to "È ancora valido?", as the managers' command writes them."""

    VALID = "si"
    GONE = "no"
    FULL = "pieno"
    OPEN = "liberi"
    CHANGED = "cambia"


#: The answers that staff must write into the file before anybody can rely on the card again.
TO_CORRECT = frozenset({Validity.GONE, Validity.CHANGED})
_PLACES = {Validity.FULL: Availability.FULL, Validity.OPEN: Availability.OPEN}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The newest answer of a desk on whether a service is still valid."""

    service: str
    answer: Validity
    day: dt.date
    #: The change, in the words of who answered.
    words: str = ""


def counts_for(confirmation: Confirmation | None, service: Service) -> bool:
    """Return True if a desk has answered about a service, and the service's file has not been checked since then."""
    return confirmation is not None and confirmation.day >= (service.assured or dt.date.min)


def confirmed(service: Service, confirmation: Confirmation | None) -> Service:
    """Return a service updated by a desk's answer: checked on that day, with the free places that the desk named.

    A service that the desk called gone or changed is returned as never checked.
    """
    if confirmation is None or not counts_for(confirmation, service):
        return service
    if confirmation.answer in TO_CORRECT:
        return replace(service, assured=None, collected=None)
    places = _PLACES.get(confirmation.answer)
    locations = service.locations
    if places is not None:
        locations = tuple(replace(one, availability=places) for one in locations)
    return replace(service, assured=confirmation.day, locations=locations)


def services_to_ask_about(
    services: Iterable[Service], confirmations: Mapping[str, Confirmation], today: dt.date
) -> list[Service]:
    """Return the services whose validity a desk should be asked about: those not checked for long, the longest first.

    A service that a desk has reported as wrong is left out until its file is corrected.
    """
    oldest = today - dt.timedelta(days=ASK_AFTER_DAYS)
    found = []
    for service in services:
        answer = confirmations.get(service.id)
        if answer is not None and answer.answer in TO_CORRECT and counts_for(answer, service):
            continue
        checked = confirmed(service, answer).assured
        if checked is None or checked < oldest:
            found.append((checked or dt.date.min, service.id, service))
    return [service for *_, service in sorted(found, key=lambda one: one[:2])]
