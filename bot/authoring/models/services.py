"""`catalogue/services/*.yaml`: a list of services."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from bot.authoring.conditions import ConditionField, read_values, value_of
from bot.authoring.contacts import CONTACT_WITH_WORDS, PHONE
from bot.authoring.fields import Model, ReadingContext
from bot.authoring.files import ContentFile
from bot.authoring.hours import HoursField
from bot.authoring.models.costs import CostField
from bot.authoring.models.dates import DATE, EVENT, PeriodField
from bot.authoring.models.needs import CategoryField
from bot.authoring.problems import Fault
from bot.authoring.shapes import (
    FlagField,
    IdField,
    TextField,
    TextsField,
    choice,
    list_of,
    map_of,
    matching,
    number,
    one_or_many,
    scalar,
    section,
    text,
)
from bot.authoring.yaml_nodes import ScalarNode
from bot.core import hours
from bot.core.attributes import DISABILITY, NEED, PLACE, SCHEDULE
from bot.core.conditions import ALWAYS, attributes_in
from bot.core.opening import is_note
from bot.core.services import Access, Availability, Contacts, Event, Location, Service

BAD_EMAIL = Fault("bad_email", "«{name}» non è un indirizzo email.", "“{name}” is not an email address.")
BAD_WEBSITE = Fault(
    "bad_website",
    "«{name}» non è un indirizzo web. Deve cominciare con https://.",
    "“{name}” is not a web address. It must begin with https://.",
)
PLACE_OR_SERVES = Fault(
    "place_or_serves",
    "qui manca «place». Se il servizio è per telefono o online, scrivi «serves»: tutti, o i comuni.",
    "“place” is missing here. For a service by telephone or online write “serves”: tutti, or the municipalities.",
)
LOCATION_TWICE = Fault(
    "location_twice",
    "in questo servizio c'è già un luogo a «{name}» con lo stesso nome e indirizzo. Scrivi in che cosa sono diversi.",
    "this service already has a location in “{name}” with the same name and address. Write in what they differ.",
)
REMOTE_TWICE = Fault(
    "remote_twice",
    "in questo servizio c'è già un luogo senza «place». Uniscili, o fanne due servizi.",
    "this service already has a location without “place”. Join them, or make two services.",
)
HOURS_AND_DATES = Fault(
    "hours_and_dates",
    "ci sono sia «hours» sia «dates». Un evento ha «dates», il resto ha «hours».",
    "there are both “hours” and “dates”. An event has “dates”, the rest has “hours”.",
)
NOT_IN_ELIGIBILITY = Fault(
    "not_in_eligibility",
    "«{name}» non va in «eligibility»: c'è un campo apposta, «{field}».",
    "“{name}” does not belong in “eligibility”: it has a field of its own, “{field}”.",
)

#: Other words for the same, as staff write them.
_ACCESS_WORDS = {"sì": Access.YES, "si": Access.YES, "su richiesta": Access.ON_REQUEST, "a richiesta": Access.ON_REQUEST}
_AVAILABILITY_WORDS = {
    "aperto": Availability.OPEN,
    "pieno": Availability.FULL,
    "completo": Availability.FULL,
    "al completo": Availability.FULL,
    "posti disponibili": Availability.OPEN,
    "lista d'attesa": Availability.WAITING_LIST,
    "lista di attesa": Availability.WAITING_LIST,
}
#: The word for "anyone" in `serves`.
EVERYBODY = "tutti"
#: Attributes that offers have fields of their own for.
_OWN_FIELD = {NEED: "need", PLACE: "serves", SCHEDULE: "hours"}


def _needs(node: ScalarNode, context: ReadingContext) -> tuple[str, ...]:
    attribute = context.names.attributes.get(NEED)
    return (node.text,) if attribute is None else tuple(map(str, read_values(node, attribute, context)))


def _each_once(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(itertools.chain.from_iterable(found)))


def _by_start(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.start))


EmailField = Annotated[str, matching(r"[^@\s:]+@[^@\s.]+(?:\.[^@\s.]+)+", BAD_EMAIL, "indirizzo email", CONTACT_WITH_WORDS)]
PhoneField = Annotated[str, PHONE]
WebsiteField = Annotated[str, matching(r"https?://[^\s/]+\.[^\s]+", BAD_WEBSITE, "indirizzo web: https://…", CONTACT_WITH_WORDS)]
EventsField = Annotated[tuple[Event, ...], one_or_many(EVENT).then(_by_start)]
PlacesField = Annotated[tuple[str, ...], one_or_many(value_of(PLACE, EVERYBODY))]
NeedsField = Annotated[tuple[str, ...], one_or_many(scalar(_needs, "bisogno di needs.yaml, o categoria")).then(_each_once)]
AccessibilityField = Annotated[dict[str, Access], map_of(choice(Access, _ACCESS_WORDS), value_of(DISABILITY), may_be_empty=True)]


@dataclass(frozen=True, kw_only=True)
class SharedFields(Model):
    """The fields that a service can have for all of its locations, and a location for itself."""

    email: Annotated[EmailField, "L'indirizzo email a cui scrivere."] = ""
    phone: Annotated[PhoneField, "Il telefono da chiamare."] = ""
    website: Annotated[WebsiteField, "La pagina web da aprire."] = ""
    availability: Annotated[
        Availability | None,
        choice(Availability, _AVAILABILITY_WORDS),
        "Se c'è posto: open, waiting_list (lista d'attesa), full (pieno).",
    ] = None


@dataclass(frozen=True, kw_only=True)
class LocationFields(SharedFields):
    """A location of a service."""

    together: ClassVar = frozenset({"latitude", "longitude"})

    place: Annotated[str | None, value_of(PLACE), "Il comune in cui si va. Senza, è per telefono o online."] = None
    serves: Annotated[PlacesField, "I comuni i cui residenti possono usarlo, o «tutti». Senza, quelli di «place»."] = ()
    name: Annotated[str, text(80), "Il nome del luogo: «Scuola Rodari». Serve se nel comune ce n'è più d'uno."] = ""
    address: Annotated[str, text(150), "La via e il numero."] = ""
    latitude: Annotated[float | None, number(-90, 90), "La latitudine in gradi, per la mappa."] = None
    longitude: Annotated[float | None, number(-180, 180), "La longitudine in gradi, per la mappa."] = None
    opening: Annotated[HoursField, "Quando è aperto.", "hours"] = ""
    events: Annotated[EventsField, "Le date di un evento, invece di «hours».", "dates"] = ()
    eligibility: Annotated[ConditionField, "Chi può usarlo qui, oltre a ciò che vale per tutto il servizio."] = ALWAYS
    apply: Annotated[PeriodField, "Quando si può fare domanda per questo luogo, se è diverso."] = None
    valid: Annotated[PeriodField, "La stagione di questo luogo, se è diversa."] = None
    cost: Annotated[CostField, "Quanto costa qui, se è diverso."] = ""

    def find_faults(self, context: ReadingContext) -> None:
        """Record a location without a place or any other use, and one with both hours and dates."""
        if not self.is_written("place") and not self.is_written("serves"):
            context.problems.add(PLACE_OR_SERVES, self.mark)
        if self.opening and self.events:
            context.problems.add(HOURS_AND_DATES, self.mark_of("dates"))

    def location(self, shared: SharedFields) -> Location:
        """Return the location; `shared` holds what the service states for all its locations."""
        residents = frozenset(self.serves or (() if self.place is None else (self.place,)))
        return self.make(
            Location,
            serves=None if EVERYBODY in residents else residents,
            position=(self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None,
            week=hours.week(self.opening) if self.opening and not is_note(self.opening) else None,
            contacts=Contacts(self.email or shared.email, self.phone or shared.phone, self.website or shared.website),
            availability=self.availability or shared.availability or Availability.OPEN,
        )


@dataclass(frozen=True, kw_only=True)
class ServiceFields(SharedFields):
    """A service of the catalogue."""

    identified_by: ClassVar = "id"

    id: Annotated[IdField, "Il nome unico. Non si cambia più: i pulsanti già mandati lo usano."]
    name: Annotated[str, text(80), "Come si chiama."]
    organization: Annotated[str, text(120), "L'ente o la cooperativa che lo offre."]
    category: Annotated[CategoryField, "La categoria in cui si trova."]
    summary: Annotated[TextField, "Che cosa offre, in una o due frasi semplici."]
    locations: Annotated[tuple[LocationFields, ...], list_of(section(LocationFields)), "Dove e quando: una voce per luogo."]
    needs: Annotated[
        NeedsField,
        "I bisogni a cui risponde. Una categoria vale per tutti i suoi. Senza, è un numero d'emergenza, fuori dagli elenchi.",
        "need",
    ] = ()
    eligibility: Annotated[ConditionField, "Chi può usarlo. Senza, chiunque."] = ALWAYS
    accessibility: Annotated[
        AccessibilityField, "Con quali disabilità si può usare: yes, no, on_request (su richiesta). Il resto è da verificare."
    ] = field(default_factory=dict)
    keywords: Annotated[TextsField, "Altre parole con cui le persone lo cercano."] = ()
    cost: Annotated[CostField, "Quanto costa: «gratis», altre parole semplici, o i campi qui sotto."] = ""
    documents: Annotated[TextsField, "I documenti che servono."] = ()
    how_to_apply: Annotated[TextField, "Come si chiede, passo per passo."] = ""
    apply: Annotated[PeriodField, "Quando si può fare domanda. Senza, sempre."] = None
    valid: Annotated[PeriodField, "La stagione in cui esiste. Senza, tutto l'anno."] = None
    assured: Annotated[dt.date | None, DATE, "Quando la rete ha verificato la scheda con chi lo offre."] = None
    collected: Annotated[
        dt.date | None, DATE, "Quando i dati sono stati presi da una fonte pubblica, senza chiedere a chi lo offre."
    ] = None
    source: Annotated[str, text(200), "La fonte dei dati, con la sua data: areu.lombardia.it, 19 dicembre 2025."] = ""
    recheck: Annotated[dt.date | None, DATE, "Entro quando i dati vanno ricontrollati."] = None
    example: Annotated[FlagField, "È una scheda di prova: lo si dice alle persone."] = False

    def find_faults(self, context: ReadingContext) -> None:
        """Record conditions on attributes that have a field of their own, and locations listed twice."""
        for attribute in sorted(attributes_in(self.eligibility) & _OWN_FIELD.keys()):
            mark = self.mark_of("eligibility")
            context.problems.add(NOT_IN_ELIGIBILITY, mark, name=attribute, field=_OWN_FIELD[attribute])
        seen: set[tuple[str | None, str, str]] = set()
        for location in self.locations:
            known = (location.place, location.name, location.address) if location.place else (None, "", "")
            if known in seen and location.place is not None:
                context.problems.add(LOCATION_TWICE, location.mark, name=location.place)
            elif known in seen and location.is_written("serves"):
                context.problems.add(REMOTE_TWICE, location.mark)
            seen.add(known)
            for attribute in sorted(attributes_in(location.eligibility) & _OWN_FIELD.keys()):
                mark = location.mark_of("eligibility")
                context.problems.add(NOT_IN_ELIGIBILITY, mark, name=attribute, field=_OWN_FIELD[attribute])

    def service(self) -> Service:
        """Return the service."""
        return self.make(Service, locations=tuple(location.location(self) for location in self.locations))


SERVICE_FILES = ContentFile(
    "catalogue/services/*.yaml",
    list_of(section(ServiceFields), may_be_empty=True),
    "I servizi, quanti se ne vogliono per file.",
)
