"""Mail, web and street addresses that are valid but hardly meant, and invented ones in a real service."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.services import LocationFields, ServiceFields
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import PLACE, Place

UNLIKELY_ADDRESS = Fault(
    "unlikely_address",
    "«{name}» ha qualcosa di strano: «{part}». Controlla l'indirizzo.",
    "“{name}” has something odd: “{part}”. Check the address.",
    Severity.WARNING,
)
INVENTED_CONTACT = Fault(
    "invented_contact",
    "«{name}» è un indirizzo inventato. Scrivi quello vero, oppure «example: true» se la scheda è di prova.",
    "“{name}” is an invented address. Write the real one, or “example: true” if this is demonstration data.",
    Severity.WARNING,
)
OTHER_TOWN = Fault(
    "other_town",
    "nell'indirizzo c'è «{name}», che è di {other}; «place» dice {place}. Quale è giusto?",
    "the address says “{name}”, which is of {other}; “place” says {place}. Which is right?",
    Severity.WARNING,
)
#: Where most people have their mail; a name that is nearly one of these is misspelt.
_MAIL_DOMAINS = (
    *("gmail.com", "libero.it", "hotmail.it", "hotmail.com", "outlook.it", "outlook.com", "yahoo.it", "yahoo.com", "virgilio.it"),
    *("tiscali.it", "alice.it", "tim.it", "fastwebnet.it", "icloud.com", "pec.it", "legalmail.it", "live.it", "email.it"),
)
#: An address twice, a stop or comma at its end, two stops.
_ODD = re.compile(r"https?://https?:?/*|[.,;:)]$|[^:]//|\.\.|,|@.*@")
_NO_MAIL_LETTER = re.compile(r"[^\x21-\x7e]")
_INVENTED = re.compile(r"\bexample\.(?:org|com|net|it)\b")
_POSTAL_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


@rule
def implausible_contacts(context: CheckContext) -> None:
    """Record addresses with a slip, and invented ones in a service that is no example."""
    for service in context.source.services:
        parts: tuple[ServiceFields | LocationFields, ...] = (service, *service.locations)
        for part in parts:
            for name, address in (("email", part.email), ("website", part.website)):
                domain = address.rpartition("@")[2] if name == "email" else ""
                if odd := _ODD.search(address) or (_NO_MAIL_LETTER.search(address) if name == "email" else None):
                    context.problems.add(UNLIKELY_ADDRESS, part.mark_of(name), name=address, part=odd[0])
                elif domain and any(OSA.distance(domain, one) == 1 for one in _MAIL_DOMAINS) and domain not in _MAIL_DOMAINS:
                    context.problems.add(UNLIKELY_ADDRESS, part.mark_of(name), name=address, part=domain)
                if address and not service.example and _INVENTED.search(address):
                    context.problems.add(INVENTED_CONTACT, part.mark_of(name), name=address)


@rule
def other_town(context: CheckContext) -> None:
    """Record addresses with the postal code of another municipality than the location's."""
    places = [place for place in context.content.vocabulary[PLACE].terms.values() if isinstance(place, Place)]
    by_id = {place.id: place for place in places}
    for service in context.source.services:
        for location in service.locations:
            own = by_id.get(location.place or "")
            for code in _POSTAL_CODE.findall(location.address) if own is not None else ():
                others = [place.label for place in places if code == place.postal_code or code in place.also]
                if own is not None and code != own.postal_code and code not in own.also and others:
                    mark = location.mark_of("address")
                    context.problems.add(OTHER_TOWN, mark, name=code, other=", ".join(others[:2]), place=own.label)
