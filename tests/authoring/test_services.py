"""Services as staff write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.authoring.checks.duplicate_id import duplicate_id
from bot.authoring.contacts import tidy_phone
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.models.services import SERVICE_FILES, ServiceFields
from bot.authoring.problems import Mark, Problems
from bot.authoring.source import Source
from bot.core.attributes import NEED, years
from bot.core.conditions import ALWAYS, All
from bot.core.services import Access, Availability, Contacts, Day, Location, Service, Window
from tests.builders import aged, content_of, event, names, nodes, reading, vocabulary

PLAIN = {
    "id": "prova",
    "name": "Prova",
    "organization": "Ente",
    "category": "figli",
    "need": "nido",
    "summary": "Una prova.",
    "locations": "[{place: melegnano}]",
}


def written(**fields: str) -> str:
    """A service with some fields as staff write them."""
    return "- " + "\n  ".join(f"{name}: {value}" for name, value in {**PLAIN, **fields}.items()) + "\n"


def read(text: str, names: DeclaredNames | None = None) -> tuple[tuple[ServiceFields, ...], list[str]]:
    """The services of a file that have no fault, and what is wrong with it."""
    context = reading(names)
    found = SERVICE_FILES.meaning(nodes(text, context.problems), context)
    assert found is not None
    return tuple(one for one in found if one.is_sound), [str(problem) for problem in context.problems]


def service(**fields: str) -> Service:
    """A service that has no fault."""
    (found,), faults = read(written(**fields))
    assert faults == []
    return found.service()


def location(text: str) -> Location:
    """A location that has no fault."""
    return service(locations=f"[{text}]").locations[0]


def faults(**fields: str) -> list[str]:
    """What is wrong with a service, without file and line."""
    sound, found = read(written(**fields))
    assert sound == ()
    return [fault.split(": ", 1)[1] for fault in found]


def test_a_service_is_read_as_it_is_written() -> None:
    found = service(
        eligibility="{persona: bambino}",
        accessibility="{motoria: yes, visiva: on_request}",
        keywords="[nido, asilo]",
        cost="Gratis",
        documents="ISEE",
        how_to_apply="Scrivi.",
        assured="2026-10-01",
        example="yes",
        need="[nido, doposcuola, nido]",
    )
    assert found == Service(
        id="prova",
        name="Prova",
        organization="Ente",
        category="figli",
        needs=("nido", "doposcuola"),
        summary="Una prova.",
        locations=(Location("melegnano", frozenset({"melegnano"})),),
        eligibility=names("bambino"),
        accessibility={"motoria": Access.YES, "visiva": Access.ON_REQUEST},
        keywords=("nido", "asilo"),
        cost="Gratis",
        documents=("ISEE",),
        how_to_apply="Scrivi.",
        assured=dt.date(2026, 10, 1),
        example=True,
    )


def test_what_is_not_written_is_not_required() -> None:
    found = service()
    assert (found.eligibility, found.valid, found.apply, found.assured, found.example) == (ALWAYS, None, None, None, False)


def test_a_category_may_stand_for_all_its_needs() -> None:
    assert service(need="cura").needs == ("badante", "antiviolenza")


def test_it_is_known_where_a_service_and_its_fields_are_written() -> None:
    (found,), _ = read("\n" + written(cost="Gratis"))
    assert found.mark == Mark("prova.yaml", 2, 7)
    assert found.mark_of("cost") == Mark("prova.yaml", 9, 9)
    assert found.mark_of("documents") == found.mark


# --- Locations --------------------------------------------------------------------------------------------------------


def test_a_location_takes_the_residents_of_its_own_place() -> None:
    assert location("{place: dresano}").serves == frozenset({"dresano"})


def test_a_location_may_take_others_or_anyone() -> None:
    assert location("{place: dresano, serves: [dresano, melegnano]}").serves == frozenset({"dresano", "melegnano"})
    assert location("{place: dresano, serves: tutti}").serves is None
    assert location("{place: dresano, serves: [tutti, dresano]}").serves is None


def test_a_service_by_telephone_has_no_place() -> None:
    assert location("{serves: tutti}").place is None


def test_a_location_has_the_contacts_and_the_availability_of_its_service_unless_it_has_its_own() -> None:
    found = service(
        email="a@example.org",
        phone='"02 1234567"',
        website="https://example.org/a",
        availability="full",
        locations="[{place: melegnano}, {place: dresano, email: b@example.org, availability: open}]",
    )
    assert [place.contacts for place in found.locations] == [
        Contacts("a@example.org", "02 1234567", "https://example.org/a"),
        Contacts("b@example.org", "02 1234567", "https://example.org/a"),
    ]
    assert [place.availability for place in found.locations] == [Availability.FULL, Availability.OPEN]


def test_dates_of_an_event_are_sorted_and_may_end_after_midnight() -> None:
    found = location('{place: dresano, dates: ["2026-12-31 21:00-2:00", "2026-12-13 15:00 – 24:00"]}')
    assert found.events == (event("2026-12-13 15:00", "2026-12-14 00:00"), event("2026-12-31 21:00", "2027-01-01 02:00"))


@pytest.mark.parametrize("website", ["http://example.org/a", "https://www.example.org"])
@pytest.mark.parametrize("phone", ['"112"', '"+39 02 1234567"'])
def test_ordinary_contacts_are_fine(website: str, phone: str) -> None:
    assert service(website=website, phone=phone, email="nome.cognome+nido@comune.example.org")


def test_a_telephone_with_more_than_a_number_says_where_the_rest_goes() -> None:
    assert faults(phone='"02.98231111 (lun-ven 9-12)"') == [
        "qui sta un contatto solo e nient'altro: «02 9823 1111». Il resto scrivilo in «how_to_apply»."
    ]


@pytest.mark.parametrize("phone", ["O2 98231111", "02 9823l111"])
def test_a_letter_in_a_telephone_is_no_other_words(phone: str) -> None:
    assert faults(phone=phone) == [
        f"«{phone}» non è un numero di telefono. Scrivilo intero, col prefisso: 02 9523456, 333 1234567, 800 123456."
    ]


@pytest.mark.parametrize("place", ["Dresano", "DRESANO", "Dresano (MI)", "Comune di Dresano"])
def test_a_municipality_is_found_by_its_name(place: str) -> None:
    assert service(locations=f'[{{place: "{place}"}}]').locations[0].place == "dresano"


@pytest.mark.parametrize("age", ["0.13", "6.10"])
def test_an_age_with_decimals_may_be_a_range_and_is_refused(age: str) -> None:
    assert faults(eligibility=f"{{eta: {age}}}") == [
        f"«{age}» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m."
    ]


def test_what_holds_all_the_year_has_no_period() -> None:
    assert faults(valid="tutto l'anno") == ["ciò che vale tutto l'anno non ha un periodo: togli questa riga."]


@pytest.mark.parametrize("written", ["12.10.26", "12/10/2026", "2026/10/12", "12 ott 2026"])
def test_the_day_of_the_last_check_is_read_in_any_form(written: str) -> None:
    assert service(assured=written).assured == dt.date(2026, 10, 12)


# --- Dates ------------------------------------------------------------------------------------------------------------


def test_a_season_comes_back_every_year_unless_it_has_years() -> None:
    assert service(valid="{from: 10 giugno, until: 5 settembre}").valid == Window(Day(6, 10), Day(9, 5))
    assert service(apply="{from: 2026-11-10, until: 2027-01-05}").apply == Window(Day(11, 10, 2026), Day(1, 5, 2027))


def test_a_yearly_season_may_go_over_new_year_and_begin_on_a_leap_day() -> None:
    assert service(valid="{from: 12-20, until: 02-29}").valid == Window(Day(12, 20), Day(2, 29))


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("{until: 5 settembre}", "manca il campo «from»."),
        ("{from: 10 giugno}", "manca il campo «until»."),
        ("{from: 10 giugno, until: 5 settembre, to: 1}", "il campo «to» non esiste qui. I campi sono: from, until."),
        ("estate", "«estate» non è un periodo. Scrivi così: dal 9 giugno al 1 agosto e dal 1 al 5 settembre."),
        (
            "{from: presto, until: 5 settembre}",
            "«presto» non è una data. Scrivi giorno e mese (10 giugno), se serve con l'anno (10 giugno 2026).",
        ),
        ("{from: 10 giugno, until: 31 aprile}", "«31 aprile» è una data che non esiste."),
        ("{from: 10 giugno, until: 2026-09-05}", "una data ha l'anno e l'altra no. Scrivi l'anno in tutte e due, o in nessuna."),
        (
            "{from: 2026-09-05, until: 2026-06-10}",
            "il periodo finisce (2026-06-10) prima di cominciare (2026-09-05). Scambia le date.",
        ),
    ],
)
def test_a_season_with_a_fault_is_told(window: str, message: str) -> None:
    assert faults(valid=window) == [message]
    assert faults(apply=window) == [message]


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("ieri", "«ieri» non è una data con l'anno. Scrivi giorno, mese e anno: 1 ottobre 2026, oppure 2026-10-01."),
        ("31/02/27", "«31/02/27» è una data che non esiste."),
        ("10-01", "«10-01» non è una data con l'anno. Scrivi giorno, mese e anno: 1 ottobre 2026, oppure 2026-10-01."),
        ("2026-13-01", "«2026-13-01» è una data che non esiste."),
    ],
)
def test_the_day_of_the_last_check_needs_its_year(date: str, message: str) -> None:
    assert faults(assured=date) == [message]


@pytest.mark.parametrize(
    "date", ["2026-12-13 25:00-26:00", "2026-12-13 10:60-11:00", "2026-12-13 10:00-25:00", "2026-12-13 10:00-11:60"]
)
def test_an_event_has_hours_that_there_are(date: str) -> None:
    assert faults(locations=f'[{{place: dresano, dates: ["{date}"]}}]') == [f"«{date}» è una data che non esiste."]


@pytest.mark.parametrize(
    ("written", "windows"),
    [
        ("dal 9 giugno al 1 agosto", [((6, 9), (8, 1))]),
        ("dal primo luglio al 31 agosto", [((7, 1), (8, 31))]),
        ("dal 15/06/27 al 15/09/27", [((6, 15, 2027), (9, 15, 2027))]),
        ("da lunedì 8 giugno a venerdì 31 luglio", [((6, 8), (7, 31))]),
        ("settembre/giugno", [((9, 1), (6, 30))]),
        ("9 giugno - 1 agosto", [((6, 9), (8, 1))]),
        ("1 giugno-5 settembre", [((6, 1), (9, 5))]),
        ("dal 19/6 al 21/8", [((6, 19), (8, 21))]),
        ("dal 09/06/2027 al 01/08/2027", [((6, 9, 2027), (8, 1, 2027))]),
        ("dal 9 giugno al 1 agosto e dal 1 al 5 settembre", [((6, 9), (8, 1)), ((9, 1), (9, 5))]),
        ("[9 giugno - 1 agosto, 1 settembre - 5 settembre]", [((6, 9), (8, 1)), ((9, 1), (9, 5))]),
        (
            "[{from: 2027-06-09, until: 2027-08-01}, {from: 2027-09-01, until: 2027-09-05}]",
            [((6, 9, 2027), (8, 1, 2027)), ((9, 1, 2027), (9, 5, 2027))],
        ),
        ("luglio", [((7, 1), (7, 31))]),
        ("da settembre a giugno", [((9, 1), (6, 30))]),
        ("dal 20 dicembre al 6 gennaio", [((12, 20), (1, 6))]),
        ("dal 9 giugno al 1 agosto 2027", [((6, 9, 2027), (8, 1, 2027))]),
        ("{from: 15-06, until: 05-09}", [((6, 15), (9, 5))]),
        ("{from: 19/06, until: 01/08}", [((6, 19), (8, 1))]),
        ("{from: 1° giugno, until: 30 giugno}", [((6, 1), (6, 30))]),
    ],
)
def test_a_season_is_written_as_offices_write_it(written: str, windows: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    season = service(valid=written).valid
    assert season is not None
    assert [(part.start, part.end) for part in season.parts] == [(Day(*first), Day(*last)) for first, last in windows]


def test_of_two_seasons_the_next_one_is_waited_for() -> None:
    season = service(valid="dal 9 giugno al 1 agosto e dal 1 al 5 settembre").valid
    assert season is not None
    assert season.next_start(dt.date(2027, 8, 10)) == dt.date(2027, 9, 1)
    assert [season.contains(dt.date(2027, *day)) for day in ((7, 1), (8, 15), (9, 3))] == [True, False, True]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("13 dicembre 2026 15:00-17:00", "2026-12-13 15:00", "2026-12-13 17:00"),
        ("13/12/2026 dalle 15 alle 17", "2026-12-13 15:00", "2026-12-13 17:00"),
        ("domenica 13 dicembre 2026, ore 15-17,30", "2026-12-13 15:00", "2026-12-13 17:30"),
        ("31 dicembre 2026 21-2", "2026-12-31 21:00", "2027-01-01 02:00"),
    ],
)
def test_a_date_of_an_event_is_written_as_offices_write_it(written: str, first: str, last: str) -> None:
    assert location(f'{{place: dresano, dates: ["{written}"]}}').events == (event(first, last),)


@pytest.mark.parametrize("written", ["1 ottobre 2026", "01/10/2026", "1/10/2026", "2026-10-01", "1.10.2026", "1° ottobre 2026"])
def test_the_day_of_the_last_check_is_written_in_many_ways(written: str) -> None:
    assert service(assured=written).assured == dt.date(2026, 10, 1)


# --- Faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"locations": "melegnano"}, "qui serve un elenco: ogni voce su una riga che comincia con «- »."),
        ({"locations": "[melegnano]"}, "qui servono dei campi, uno per riga: «nome: valore»."),
        ({"locations": "[{place: dresano, ore: 8}]"}, "il campo «ore» qui si chiama «hours»."),
        (
            {"locations": "[{place: dresano, colore: 8}]"},
            (
                "il campo «colore» non esiste qui. I campi sono: email, phone, website, availability, place, serves, name, "
                "address, latitude, longitude, hours, dates, eligibility, apply, valid, cost."
            ),
        ),
        ({"accessibility": "[motoria]"}, "qui servono dei campi, uno per riga: «nome: valore»."),
        ({"accessibility": "{motoria: [yes]}"}, "qui serve un valore semplice, non un elenco né dei campi."),
        ({"accessibility": "{motoria: forse}"}, "«forse» non va bene qui. Valori possibili: yes, no, on_request."),
        ({"eligibility": "{bisogno: nido}"}, "«bisogno» non va in «eligibility»: c'è un campo apposta, «need»."),
        ({"eligibility": "{not: {orario: sabato}}"}, "«orario» non va in «eligibility»: c'è un campo apposta, «hours»."),
        ({"need": "{nido: yes}"}, "qui serve un valore o un elenco di valori: [uno, due]."),
        ({"category": "[figli]"}, "qui serve un valore semplice, non un elenco né dei campi."),
        ({"website": "https://localhost"}, "«https://localhost» non è un indirizzo web. Deve cominciare con https://."),
        ({"email": "a@b"}, "«a@b» non è un indirizzo email."),
        (
            {"phone": "12"},
            "«12» non è un numero di telefono. Scrivilo intero, col prefisso: 02 9523456, 333 1234567, 800 123456.",
        ),
    ],
)
def test_a_fault_is_told_once(fields: dict[str, str], message: str) -> None:
    assert faults(**fields) == [message]


def test_a_service_with_a_fault_does_not_hide_the_others() -> None:
    sound, found = read(written(need="nidi") + written(id="altra") + "- niente\n")
    assert [one.id for one in sound] == ["altra"]
    assert len(found) == 2


def test_needs_are_taken_as_they_are_while_the_needs_cannot_be_known() -> None:
    known = DeclaredNames.of(vocabulary())
    names = replace(known, attributes={**known.attributes, NEED: None})
    (found,), faults = read(written(need="[qualcosa, qualcosa]"), names)
    assert found.service().needs == ("qualcosa",)
    assert faults == []


def test_the_same_id_twice_is_told_where_it_comes_again() -> None:
    found, _ = read(written() + written())
    problems = Problems()
    duplicate_id(Source(None, problems, services=found))
    assert [str(problem) for problem in problems] == [
        "prova.yaml:8:7: «prova» c'è già in prova.yaml:1. Ogni identificativo si usa una volta sola."
    ]


def test_two_locations_without_a_place_are_not_told_about_a_place_called_dash() -> None:
    assert "«-»" not in faults(locations="[{serves: tutti}, {serves: [dresano]}]")[0]


def test_two_locations_with_nothing_written_are_two_faults_and_not_three() -> None:
    assert len(faults(locations="[{address: Via Roma}, {address: Via Milano}]")) == 2


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("02 97299985", "02 97299985"),
        ("02/97299985", "02 9729 9985"),
        ("0297299985", "0297299985"),
        ("tel. 02-9729.9985", "02 9729 9985"),
        ("tel e fax. 0297299985", "0297299985"),
        ("+39 02 97299985", "+39 02 97299985"),
        ("(02) 97299985", "02 9729 9985"),
        ("333-1234567", "333 123 4567"),
        ("800 995 988", "800 995 988"),
        ("1522", "1522"),
        ("112", "112"),
        ("116117", "116117"),
        ("803 164", "803 164"),
        ("123", None),
        ("02 12", None),
        ("02 123 interno 4", None),
        ("chiedere in segreteria", None),
        ("02 97299985 / 333 1234567", None),
        ("", None),
    ],
)
def test_telephones_are_read_in_any_italian_form(written: str, tidy: str | None) -> None:
    assert tidy_phone(written) == tidy


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        ("gratis", "gratis"),
        ("45 € a settimana", "45 € a settimana"),
        ("{from: 45, until: 118, per: settimana}", "da 45 a 118 € a settimana"),
        ("{from: 45, until: 90, per: mensile}", "da 45 a 90 € al mese"),
        ("{from: 45, until: 90, per: al mese}", "da 45 a 90 € al mese"),
        ("{from: 5, until: 5, per: all'ora}", "5 € all'ora"),
        ("{from: 5, until: 5, per: ogni lezione}", "5 € a lezione"),
        ("{from: 5, until: 5, per: attività}", "5 € a attività"),
        ("{from: 45, per: settimana, isee: yes, note: pasto compreso}", "da 45 € a settimana, secondo l'ISEE, pasto compreso"),
        ("{until: '1.200,50', per: anno}", "fino a 1.200,50 € all'anno"),
        ("{from: 30, until: 30, per: mese}", "30 € al mese"),
        ("{from: 0, until: 0}", "gratis"),
        ("{from: 0, until: 12, isee: sì}", "da 0 a 12 €, secondo l'ISEE"),
    ],
)
def test_a_cost_is_written_in_words_or_in_fields(cost: str, words: str) -> None:
    assert service(cost=cost).cost == words


@pytest.mark.parametrize(
    ("words", "state"), [("pieno", "full"), ("Lista d'attesa", "waiting_list"), ("aperto", "open"), ("full", "full")]
)
def test_availability_may_be_said_in_italian(words: str, state: str) -> None:
    assert service(availability=f'"{words}"').locations[0].availability == state


def test_accessibility_may_be_said_in_italian() -> None:
    assert service(accessibility="{motoria: sì}").accessibility == {"motoria": "yes"}


@pytest.mark.parametrize("place", ["melegnano", "MELEGNANO", "Melegnano"])
def test_a_municipality_is_found_by_its_name_in_any_letters(place: str) -> None:
    assert location(f"{{place: {place}}}").place == "melegnano"


def test_locations_of_one_town_may_differ_in_name_age_season_and_cost() -> None:
    found = service(
        eligibility="{persona: bambino}",
        cost="45 €",
        locations=(
            "[{place: dresano, name: Scuola Rodari, eligibility: {eta: 3-5}, valid: luglio, cost: gratis}, "
            "{place: dresano, name: Scuola Manzoni, eligibility: {eta: 6-10}}]"
        ),
    )
    offers = content_of(found).offers
    assert [offer.id for offer in offers] == ["prova@dresano", "prova@dresano-2"]
    assert [offer.service.cost for offer in offers] == ["gratis", "45 €"]
    assert offers[0].service.valid == Window(Day(7, 1), Day(7, 31))
    assert offers[1].service.valid is None
    assert offers[1].service.eligibility == All((names("bambino"), aged(years(6, 11))))


def test_two_locations_of_one_town_need_a_name_or_address_that_differs() -> None:
    assert len(faults(locations="[{place: dresano}, {place: dresano}]")) == 1
    assert service(locations="[{place: dresano, address: Via A 1}, {place: dresano, address: Via B 2}]")


def test_a_need_does_not_belong_into_the_conditions_of_a_location() -> None:
    assert faults(locations="[{place: dresano, eligibility: {bisogno: nido}}]") == [
        "«bisogno» non va in «eligibility»: c'è un campo apposta, «need»."
    ]
