"""Services as HSDS 3.0 (Human Services Data Specification, Open Referral): JSON out, and back in as rows of a sheet.

A fact with a place in the standard stands there; every other one is an attribute whose term is the heading of our sheet, so
that what goes out comes back the same. Documents of other networks are read by the standard's own fields.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from bot.authoring.calendar_words import plain_characters
from bot.authoring.exchange.sheet import HEADINGS, LOCATION_COLUMNS, SERVICE_COLUMNS, SheetRow
from bot.core.attributes import Place
from bot.core.services import Service

Record = dict[str, Any]
#: The taxonomy of our own headings, and the space of our identifiers.
TAXONOMY = "Foglio dei servizi"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://openreferral.org/hsds/3.0")
#: Headings with the fields of a service in the standard that hold the same words.
_SERVICE_FIELDS = {
    "Nome": "name",
    "Descrizione": "description",
    "Come si chiede": "application_process",
    "Costo": "fees_description",
    "Sito": "url",
    "Email": "email",
    "Verificato il": "assured_date",
}
_LOCATION_FIELDS = {"Luogo": "name", "Latitudine": "latitude", "Longitudine": "longitude"}
#: Fields of the standard that other networks fill and that have no place in ours.
_UNKNOWN_HERE = (
    *("interpretation_services", "wait_time", "accreditations", "licenses", "alert", "funding", "program", "cost_options"),
    *("languages", "contacts", "assurer_email", "service_areas"),
)
#: Degrees of latitude of a pole.
_POLE = 90
_DAYS = {"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
_WEEKLY = re.compile(r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[,-](?:Mo|Tu|We|Th|Fr|Sa|Su))*) (?P<times>[\d:,-]+)")


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_SPACE, "/".join(parts)))


# --- Out --------------------------------------------------------------------------------------------------------------


def document(rows: Sequence[Mapping[str, str]], services: Mapping[str, Service], places: Mapping[str, Place]) -> Record:
    """Return rows of a sheet as an HSDS document; `services` and `places`, by id, give the meaning of the rows."""
    found = [
        _service([dict(row) for row in its], services.get(id), places)
        for id, its in groupby(rows, key=lambda row: row["Identificativo"])
    ]
    count = len(found)
    page = {"total_items": count, "total_pages": 1, "page_number": 1, "size": count, "first_page": True, "last_page": True}
    return {**page, "empty": not found, "contents": found}


def _service(rows: list[dict[str, str]], service: Service | None, places: Mapping[str, Place]) -> Record:
    row, id = rows[0], rows[0]["Identificativo"]
    found: Record = {"id": _id("service", id), "status": "active"}
    found |= {field: row[heading] for heading, field in _SERVICE_FIELDS.items() if heading in row}
    organization = row.get("Ente", "")
    found["organization"] = {"id": _id("organization", organization), "name": organization, "description": organization}
    if "Telefono" in row:
        found["phones"] = [{"id": _id("phone", id), "number": row["Telefono"]}]
    if documents := row.get("Documenti"):
        found["required_documents"] = [
            {"id": _id("document", id, one), "document": one} for one in map(str.strip, documents.split(";"))
        ]
    standard = {*_SERVICE_FIELDS, "Ente", "Telefono"}
    found["attributes"] = _attributes("service", id, {name: row[name] for name in SERVICE_COLUMNS if name in row}, standard)
    found["service_at_locations"] = [_at_location(id, number, cells, service, places) for number, cells in enumerate(rows)]
    return found


def _attributes(entity: str, id: str, cells: Mapping[str, str], standard: set[str]) -> list[Record]:
    """Return cells without a field in the standard as HSDS attributes."""
    return [
        {
            "id": _id("attribute", entity, id, heading),
            "link_entity": entity,
            "value": value,
            "taxonomy_term": {
                "id": _id("term", heading),
                "name": heading,
                "description": heading,
                "taxonomy": TAXONOMY,
            },
        }
        for heading, value in cells.items()
        if heading not in standard
    ]


def _at_location(id: str, number: int, row: Mapping[str, str], service: Service | None, places: Mapping[str, Place]) -> Record:
    key, here = f"{id}/{number}", {name: row[name] for name in LOCATION_COLUMNS if name in row}
    is_physical = bool(here.get("Comune"))
    location: Record = {"id": _id("location", key), "location_type": "physical" if is_physical else "virtual"}
    standard: set[str] = set()
    if "Luogo" in here:
        location["name"] = here["Luogo"]
        standard.add("Luogo")
    for heading in ("Latitudine", "Longitudine"):
        if heading in here and str(float(here[heading])) == here[heading]:
            location[_LOCATION_FIELDS[heading]] = float(here[heading])
            standard.add(heading)
    place = places.get(service.locations[number].place or "") if service is not None else None
    if place is not None:
        address = {"address_1": here.get("Indirizzo", ""), "city": place.label, "state_province": "MI", "country": "IT"}
        address |= {"postal_code": place.postal_code, "address_type": "physical", "id": _id("address", key)}
        location["addresses"] = [address]
        standard |= {"Indirizzo"}
    found: Record = {"id": _id("service_at_location", key), "location": location}
    if service is not None and service.locations[number].opening:
        found["schedules"] = list(_schedules(key, service.locations[number].opening))
    if "Telefono, qui" in here:
        found["phones"] = [{"id": _id("phone", key), "number": here["Telefono, qui"]}]
        standard.add("Telefono, qui")
    found["attributes"] = _attributes("service_at_location", key, here, standard)
    return found


def _schedules(key: str, opening: str) -> Iterator[Record]:
    """Yield HSDS schedules for weekly hours; anything that a week cannot express stands in words in the first."""
    rules = [found for rule in re.split(r"[;]|,\s+", opening) if (found := _WEEKLY.fullmatch(rule.strip()))]
    for number, found in enumerate(rules):
        for stretch in found["times"].split(","):
            opens, _, closes = stretch.partition("-")
            yield {
                "id": _id("schedule", key, str(number), stretch),
                "freq": "WEEKLY",
                "byday": ",".join(_weekdays(found["days"])),
                "opens_at": opens,
                "closes_at": closes,
                "description": opening,
            }
    if not rules:
        yield {"id": _id("schedule", key), "description": opening}


def _weekdays(days: str) -> Iterator[str]:
    names = list(_DAYS.values())
    for part in days.split(","):
        first, _, last = part.partition("-")
        start, end = names.index(first), names.index(last or first)
        yield from (list(_DAYS)[number % 7] for number in range(start, (end if end >= start else end + 7) + 1))


# --- In ---------------------------------------------------------------------------------------------------------------


def read_document(text: str, places: Mapping[str, Place], category: str = "") -> tuple[list[SheetRow], list[str]]:
    """Return the services of an HSDS document as rows of a sheet, and sentences about facts that our sheet has no place for.

    Raises ValueError with a sentence for a text that is no services in JSON. `category` is that of services that name none.
    """
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"riga {error.lineno}: il file non è JSON.") from error
    services = read.get("contents", read.get("services", [read])) if isinstance(read, dict) else read
    if not isinstance(services, list) or not all(isinstance(one, dict) and one.get("name") for one in services):
        raise ValueError("il file non contiene servizi HSDS: a ogni servizio serve almeno «name».")
    rows: list[SheetRow] = []
    lost: list[str] = []
    for service in services:
        cells = list(_rows(service, places, category))
        rows += [SheetRow(len(rows) + number, one) for number, one in enumerate(cells, 1)]
        if unknown := [name for name in _UNKNOWN_HERE if service.get(name)]:
            lost.append(f"«{cells[0]['Identificativo']}»: senza posto qui, e lasciati fuori: {', '.join(unknown)}")
        for at_location in service.get("service_at_locations") or ():
            location = at_location.get("location") or {}
            if location.get("latitude") is not None and not _is_position(location):
                lost.append(f"«{cells[0]['Identificativo']}»: le coordinate di un luogo non esistono, e sono lasciate fuori")
    return rows, lost


def _rows(service: Record, places: Mapping[str, Place], category: str) -> Iterator[dict[str, str]]:
    own = _own_cells(service)
    is_ours = "Identificativo" in own
    cells = {heading: str(service[field]).strip() for heading, field in _SERVICE_FIELDS.items() if service.get(field)}
    cells["Identificativo"] = re.sub(r"[^a-z0-9]+", "-", plain_characters(str(service["name"])))[:48].strip("-")
    if name := (service.get("organization") or {}).get("name"):
        cells["Ente"] = str(name)
    if phone := _phone(service):
        cells["Telefono"] = phone
    if not is_ours:
        cells |= _foreign_cells(service, category)
    cells |= own
    at_locations = service.get("service_at_locations") or [{}]
    for number, at_location in enumerate(at_locations):
        location = _location_cells(at_location, places, is_ours=is_ours)
        if number == 0 and not is_ours and "Orari" not in location and (opening := _opening(service.get("schedules"))):
            location["Orari"] = opening
        yield _in_order((cells if number == 0 else {"Identificativo": cells["Identificativo"]}) | location)


def _in_order(cells: Mapping[str, str]) -> dict[str, str]:
    return {heading: cells[heading] for heading in HEADINGS if cells.get(heading)}


def _own_cells(record: Record) -> dict[str, str]:
    """Return the cells kept in attributes under our own headings."""
    terms = [(one.get("taxonomy_term") or {}, one.get("value")) for one in record.get("attributes") or []]
    return {term["name"]: str(value) for term, value in terms if term.get("taxonomy") == TAXONOMY and value}


def _foreign_cells(service: Record, category: str) -> dict[str, str]:
    """Return cells from facts that other networks write in other ways: ages, documents, other names."""
    cells = {"Categoria": category, "Parole chiave": str(service.get("alternate_name") or "")}
    low, high = service.get("minimum_age"), service.get("maximum_age")
    if low is not None or high is not None:
        cells["Per chi"] = f"{{eta: {int(low or 0)}-{int(high)}}}" if high is not None else f"{{eta: {int(low or 0)}+}}"
    documents = [str(one.get("document") or "").replace(";", ",") for one in service.get("required_documents") or []]
    return cells | {"Documenti": "; ".join(filter(None, documents))}


def _location_cells(at_location: Record, places: Mapping[str, Place], *, is_ours: bool) -> dict[str, str]:
    location: Record = at_location.get("location") or {}
    cells = {heading: str(location[field]) for heading, field in _LOCATION_FIELDS.items() if location.get(field) is not None}
    if not _is_position(location):
        cells = {heading: cell for heading, cell in cells.items() if heading == "Luogo"}
    addresses = location.get("addresses") or [{}]
    if street := addresses[0].get("address_1"):
        cells["Indirizzo"] = str(street)
    if phone := _phone(at_location):
        cells["Telefono, qui"] = phone
    if not is_ours:
        city = plain_characters(str(addresses[0].get("city") or "")).strip()
        place = next((id for id, place in places.items() if plain_characters(place.label) == city), "")
        cells |= {"Comune": place} if place else {"Residenti di": "tutti"}
        cells["Orari"] = _opening(at_location.get("schedules") or location.get("schedules"))
    return cells | _own_cells(at_location)


def _is_position(location: Record) -> bool:
    """Return True for a location with coordinates on the globe."""
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return False
    return abs(latitude) <= _POLE and abs(longitude) <= 2 * _POLE


def _phone(record: Record) -> str:
    phones = record.get("phones") or [{}]
    return str(phones[0].get("number") or "").strip('" ')


def _opening(schedules: Sequence[Record] | None) -> str:
    """Return the hours of weekly schedules in opening_hours syntax; "" for none."""
    rules = []
    for one in schedules or ():
        days = [_DAYS[day] for day in re.findall(r"[A-Z]{2}", str(one.get("byday") or "")) if day in _DAYS]
        opens, closes = str(one.get("opens_at") or "")[:5], str(one.get("closes_at") or "")[:5]
        if days and opens and closes:
            rules.append(f"{','.join(days)} {opens}-{closes}")
    return ", ".join(dict.fromkeys(rules))
