"""Coordinates and codes of places that cannot be right, and locations that do not take their own residents."""

from __future__ import annotations

import re
from collections import defaultdict

from bot.authoring.calendar_words import plain_characters
from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import PLACE, Place
from bot.core.matching import kilometres

FAR_FROM_PLACE = Fault(
    "far_from_place",
    "queste coordinate sono a {km} km da {place}. Latitudine e longitudine sono scambiate, o di un altro luogo?",
    "these coordinates are {km} km from {place}. Are latitude and longitude swapped, or of another place?",
    Severity.WARNING,
)
OUTSIDE_ITALY = Fault(
    "outside_italy",
    "le coordinate di «{name}» sono fuori dall'Italia. Latitudine e longitudine sono scambiate?",
    "the coordinates of “{name}” are outside Italy. Are latitude and longitude swapped?",
    Severity.WARNING,
)
BAD_CODE = Fault(
    "bad_code",
    "«{name}» non è un {what} giusto: servono {count} cifre, tra virgolette.",
    "“{name}” is not a right {what}: it takes {count} digits, in quotes.",
    Severity.WARNING,
)
SAME_ISTAT = Fault(
    "same_istat",
    "il codice ISTAT «{name}» è anche di «{other}». Ogni comune ha il suo.",
    "the ISTAT code “{name}” is also that of “{other}”. Every municipality has its own.",
    Severity.WARNING,
)
SERVES_ELSEWHERE = Fault(
    "serves_elsewhere",
    "«serves» non comprende {place}, dove si trova il servizio. È voluto?",
    "“serves” does not include {place}, where the service is. Is that meant?",
    Severity.WARNING,
)
FAR_FROM_OTHERS = Fault(
    "far_from_others",
    "«{name}» sarebbe a {km} km dal comune più vicino dell'elenco. Controlla latitudine e longitudine.",
    "“{name}” would be {km} km from the nearest municipality of the list. Check latitude and longitude.",
    Severity.WARNING,
)
OTHER_PLACE_NAME = Fault(
    "other_place_name",
    "il nome «{name}» non va con l'identificativo «{other}». Uno dei due è scritto male.",
    "the name “{name}” does not go with the id “{other}”. One of them is misspelt.",
    Severity.WARNING,
)
SAME_POSTAL_CODE = Fault(
    "same_postal_code",
    "il CAP «{name}» è già di «{other}». Solo i CAP di più comuni finiscono con 0: controlla.",
    "the postal code “{name}” is already that of “{other}”. Only those of several municipalities end in 0: check.",
    Severity.WARNING,
)
#: Municipalities of a network are neighbours.
_FURTHEST_FROM_OTHERS_KM = 20
#: Pairs of towns that share a postal code of their own.
_SHARED_CODES = frozenset({"20056", "20067"})
#: A municipality of these parts is at most so wide, and its middle may be off by some.
_FURTHEST_KM = 12
_ITALY = ((35.0, 47.5), (6.0, 19.0))


@rule
def implausible_positions(context: CheckContext) -> None:
    """Record coordinates far from the municipality, and locations whose own residents are not served."""
    places = context.content.vocabulary.attributes[PLACE].terms
    for service in context.source.services:
        for location in service.locations:
            place = places.get(location.place or "")
            if not isinstance(place, Place):
                continue
            if location.latitude is not None and location.longitude is not None:
                here = Place("", "", latitude=location.latitude, longitude=location.longitude)
                if (km := kilometres(here, place)) > _FURTHEST_KM:
                    context.problems.add(FAR_FROM_PLACE, location.mark_of("latitude"), km=round(km), place=place.label)
            if location.serves and place.id not in location.serves and "tutti" not in location.serves:
                context.problems.add(SERVES_ELSEWHERE, location.mark_of("serves"), place=place.label)


def slug(name: str) -> str:
    """Return the usual id for a name: "San Donato Milanese" → "san-donato-milanese"."""
    return re.sub(r"[^a-z0-9]+", "-", plain_characters(name)).strip("-")


@rule
def implausible_codes(context: CheckContext) -> None:
    """Record municipalities with codes of the wrong length or used twice, and coordinates outside Italy."""
    by_istat: dict[str, list[str]] = defaultdict(list)
    places = [place for place in context.content.vocabulary.attributes[PLACE].terms.values() if isinstance(place, Place)]
    told: set[str] = set()
    for place in places:
        mark = context.source.places.get(place.id)
        if mark is None:
            continue
        (south, north), (west, east) = _ITALY
        if not (south <= place.latitude <= north and west <= place.longitude <= east):
            context.problems.add(OUTSIDE_ITALY, mark, name=place.id)
        elif (km := min((kilometres(place, one) for one in places if one is not place), default=0)) > _FURTHEST_FROM_OTHERS_KM:
            context.problems.add(FAR_FROM_OTHERS, mark, name=place.id, km=round(km))
        if slug(place.label) != place.id:
            context.problems.add(OTHER_PLACE_NAME, mark, name=place.label, other=place.id)
        code = place.postal_code
        others = [one.id for one in places if one.postal_code == code and one.id in told]
        if others and not code.endswith("0") and code not in _SHARED_CODES:
            context.problems.add(SAME_POSTAL_CODE, mark, name=code, other=others[0])
        told.add(place.id)
        for code, kind, count in ((place.istat, "codice ISTAT", 6), (place.postal_code, "CAP", 5)):
            if code and not (code.isascii() and code.isdecimal() and len(code) == count):
                context.problems.add(BAD_CODE, mark, name=code, what=kind, count=count)
        if place.istat and (others := by_istat[place.istat]):
            context.problems.add(SAME_ISTAT, mark, name=place.istat, other=others[0])
        by_istat[place.istat].append(place.id)
