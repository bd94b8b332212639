"""Attributes, needs and places as staff write them."""

from __future__ import annotations

import pytest

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.problems import Problems
from bot.authoring.vocabulary import VocabularyNodes, read_vocabulary
from bot.core import hours
from bot.core.attributes import Attribute, Place, Term, Vocabulary
from tests.builders import SMALL, aged, nodes, years

ATTRIBUTES = (SMALL / "catalogue/attributes.yaml").read_text(encoding="utf-8")
NEEDS = (SMALL / "catalogue/needs.yaml").read_text(encoding="utf-8")
PLACES = (SMALL / "catalogue/places.yaml").read_text(encoding="utf-8")


def read(
    attributes: str | None = ATTRIBUTES, needs: str | None = NEEDS, places: str | None = PLACES
) -> tuple[Vocabulary, DeclaredNames, list[str]]:
    """A vocabulary, its names and what is wrong; None for a file that cannot be read."""
    problems = Problems()
    files = VocabularyNodes(*(nodes(text) if text is not None else None for text in (attributes, needs, places)))
    vocabulary, context = read_vocabulary(files, problems)
    return vocabulary, context.names, [problem.message for problem in problems]


def more(written: str) -> Attribute:
    """An attribute that was added and has no fault."""
    vocabulary, _, faults = read(ATTRIBUTES + written)
    assert faults == []
    return list(vocabulary.attributes.values())[-1]


def faults(written: str) -> list[str]:
    """What is wrong with an attribute that was added."""
    vocabulary, names, found = read(ATTRIBUTES + written)
    assert "nuovo" not in vocabulary.attributes
    assert names.attributes["nuovo"] is None
    return found


# --- Attributes -------------------------------------------------------------------------------------------------------


def test_the_seven_fixed_attributes_and_all_others_are_known() -> None:
    vocabulary, _, found = read()
    assert found == []
    assert [attribute.kind.name for attribute in vocabulary.attributes.values()] == [
        "choice", "age", "place", "need", "choice", "choice", "schedule", "yes_no", "number", "text",
    ]  # fmt: skip


def test_a_choice_has_values_that_may_follow_from_others_or_mean_none() -> None:
    vocabulary, _, _ = read()
    assert vocabulary["persona"].terms["bambino"] == Term(
        "bambino", "Un bambino o una bambina", ("figlio", "figlia", "nipotino"), implied_by=aged(years(0, 11))
    )
    assert vocabulary["famiglia"].terms["nessuna"].none
    assert (vocabulary["disabilita"].sensitive, vocabulary["disabilita"].multiple) == (True, True)


def test_a_schedule_has_windows_of_hours() -> None:
    vocabulary, _, _ = read()
    assert vocabulary["orario"].terms["pomeriggio"].window == "Mo-Fr 13:00-18:00"
    assert vocabulary["orario"].terms["pomeriggio"].slots == hours.week("Mo-Fr 13:00-18:00")


def test_ages_have_bands() -> None:
    vocabulary, _, _ = read()
    assert vocabulary["eta"].bands[1] == years(1, 3)


def test_places_have_codes_and_coordinates() -> None:
    vocabulary, _, _ = read()
    assert vocabulary.place("melegnano") == Place(
        "melegnano",
        "Melegnano",
        ("marignano",),
        istat="015140",
        postal_code="20077",
        latitude=45.3578,
        longitude=9.3236,
        core=True,
    )


def test_needs_belong_to_categories_in_the_order_of_the_file() -> None:
    vocabulary, _, _ = read()
    assert list(vocabulary.categories) == ["famiglia", "anziani"]
    assert list(vocabulary.needs) == ["asilo-nido", "doposcuola", "laboratorio", "assistenza-domiciliare", "ascolto"]
    assert vocabulary.needs["ascolto"].sensitive


def test_needs_and_places_may_do_without_a_label_of_their_own() -> None:
    assert more("altro-comune: {type: place}\n").label == "altro-comune"
    assert more("altro-comune: {type: place}\n").terms.keys() == {"carpiano", "dresano", "melegnano", "milano"}


def test_the_values_of_an_attribute_are_offered_in_the_order_in_which_they_are_declared() -> None:
    _, names, _ = read()
    assert list(names.values_of("bisogno")) == ["asilo-nido", "doposcuola", "laboratorio", "assistenza-domiciliare", "ascolto"]
    assert list(names.values_of("automobile")) == ["yes", "no"]
    assert list(names.values_of("colore")) == []


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("nuovo: si\n", "qui servono dei campi, uno per riga: «nome: valore»."),
        ("nuovo: {type: choice, label: N}\n", "manca il campo «values»."),
        ("nuovo: {type: choice, label: N, values: [a]}\n", "qui servono dei campi, uno per riga: «nome: valore»."),
        ("nuovo: {type: choice, label: N, values: {a: b}}\n", "qui servono dei campi, uno per riga: «nome: valore»."),
        ("nuovo: {type: choice, label: N, values: {a: {label: A, labl: B}}}\n", "il campo «labl» non esiste qui. Forse «label»?"),
        ("nuovo: {type: choice, label: N, values: {a: {also: [b]}}}\n", "manca il campo «label»."),
        (
            "nuovo: {type: choice, label: N, values: {A: {label: A}}}\n",
            "«A» non va bene come identificativo: solo lettere minuscole senza accenti, numeri e trattini.",
        ),
        (
            "nuovo: {type: choice, label: N, values: {a: {label: A, hours: 24/7}}}\n",
            "il campo «hours» non esiste qui. I campi sono: label, also, described, none, implied_by.",
        ),
        (
            "nuovo: {type: choice, label: N, values: {a: {label: A, implied_by: }}}\n",
            "«implied_by» è vuoto. Scrivi un valore o togli la riga.",
        ),
        ("nuovo: {type: schedule, label: N, values: {a: {label: A}}}\n", "manca il campo «hours»."),
        ("nuovo: {type: yes_no}\n", "manca il campo «label»."),
        (
            "nuovo: {type: yes_no, label: N, values: {a: {label: A}}}\n",
            "il campo «values» non esiste qui. I campi sono: type, label, multiple, sensitive.",
        ),
        ("nuovo: {type: text, label: N, multiple: spesso}\n", "«spesso» non va bene qui: scrivi yes oppure no."),
        (
            "nuovo: {type: number, label: N, bands: [due]}\n",
            "«due» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m.",
        ),
        (
            "nuovo: {type: choice, label: N, bands: [1-2], values: {a: {label: A}}}\n",
            "il campo «bands» non esiste qui. I campi sono: type, label, multiple, sensitive, values.",
        ),
        ("nuovo: {label: N}\n", "manca il campo «type»."),
    ],
)
def test_one_fault_of_an_attribute_gives_one_problem(written: str, fault: str) -> None:
    assert faults(written) == [fault]


def test_a_fault_in_what_implies_a_value_is_told() -> None:
    _, _, found = read(ATTRIBUTES.replace("implied_by: {eta: 65+}", "implied_by: {et: 65+}"))
    assert found == ["«et» non è un attributo di attributes.yaml. Forse «eta»?"]


def test_an_attribute_must_have_a_sound_name() -> None:
    _, names, found = read(ATTRIBUTES + "Nuovo: {type: text, label: N}\n")
    assert found == ["«Nuovo» non va bene come identificativo: solo lettere minuscole senza accenti, numeri e trattini."]
    assert names.attributes["Nuovo"] is None


def test_a_value_may_be_called_like_a_value_of_another_attribute_but_not_of_its_own() -> None:
    added = "nuovo: {type: choice, label: N, values: {a: {label: Motoria, also: [A]}, b: {label: B, also: [a]}}}\n"
    assert faults(added) == ["«a» vuol dire già «a» (prova.yaml:68). Una parola può indicare una cosa sola."]


# --- Files that cannot be read ------------------------------------------------------------------------------------------


def test_nothing_is_said_about_the_words_of_attributes_that_cannot_be_read() -> None:
    vocabulary, names, found = read(None)
    assert (dict(vocabulary.attributes), found) == ({}, [])
    assert names.has_attribute("qualsiasi")
    assert names.has_value("comune", "ovunque")
    assert names.has_value("disabilita", "qualsiasi")


def test_attributes_that_are_no_fields_are_told_once() -> None:
    assert read("- persona\n")[2] == ["qui servono dei campi, uno per riga: «nome: valore»."]


def test_nothing_is_said_about_the_needs_of_a_file_that_cannot_be_read() -> None:
    vocabulary, names, found = read(needs=None)
    assert (found, dict(vocabulary.needs)) == ([], {})
    assert names.has_value("bisogno", "qualsiasi")
    assert names.has_category("qualsiasi")


def test_nothing_is_said_about_the_places_of_a_file_that_cannot_be_read() -> None:
    _, names, found = read(places=None)
    assert found == []
    assert names.has_value("comune", "ovunque")


@pytest.mark.parametrize("text", ["- a\n", "a\n"])
def test_needs_and_places_must_be_fields(text: str) -> None:
    expected = ["qui servono dei campi, uno per riga: «nome: valore»."]
    assert read(needs=text)[2] == expected
    assert read(places=text)[2] == expected


@pytest.mark.parametrize(
    ("needs", "fault"),
    [
        ("categories:\n  a: {label: A}\n", "manca il campo «needs»."),
        ("needs:\n  n: {label: N, category: a}\n", "manca il campo «categories»."),
        ("categories: {a: {label: A}}\nneeds: {n: {label: N}}\n", "manca il campo «category»."),
        ("categories: {a: {label: A}}\nneeds: {n: {label: N, category: b}}\n", "«b» non è una categoria di needs.yaml."),
        ("categories: {a: {label: A}}\nneeds: {n: nido}\n", "qui servono dei campi, uno per riga: «nome: valore»."),
        ("categories: {a: A}\nneeds: {n: {label: N, category: a}}\n", "qui servono dei campi, uno per riga: «nome: valore»."),
        (
            "categories: {a: {label: A}}\nneeds: {n: {label: N, category: a}}\nbisogni: x\n",
            "il campo «bisogni» non esiste qui. I campi sono: categories, needs.",
        ),
        (
            "categories: {a: {label: A}, b: {label: B, also: [a]}}\nneeds: {n: {label: N, category: a}}\n",
            "«a» vuol dire già «a» (prova.yaml:1). Una parola può indicare una cosa sola.",
        ),
    ],
)
def test_one_fault_of_the_needs_gives_one_problem(needs: str, fault: str) -> None:
    assert read(needs=needs)[2] == [fault]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("lodi: Lodi", "qui servono dei campi, uno per riga: «nome: valore»."),
        (
            'lodi: {name: Lodi, istat: "098031", postal_code: "26900", latitude: 95, longitude: 9.5}',
            "«95» non è un numero tra -90 e 90.",
        ),
        (
            'lodi: {name: Lodi, istat: "098031", postal_code: "26900", latitude: 45.3, longitude: est}',
            "«est» non è un numero tra -180 e 180.",
        ),
        ('lodi: {name: Lodi, istat: "098031", postal_code: "26900", longitude: 9.5}', "manca il campo «latitude»."),
        (
            'lodi: {name: Lodi, istat: "0980310", postal_code: "26900", latitude: 45.3, longitude: 9.5}',
            "il testo ha 7 caratteri, al massimo 6. Accorcialo.",
        ),
        (
            'lodi: {name: Milano, istat: "098031", postal_code: "26900", latitude: 45.3, longitude: 9.5}',
            "«Milano» vuol dire già «milano» (prova.yaml:6). Una parola può indicare una cosa sola.",
        ),
    ],
)
def test_one_fault_of_a_place_gives_one_problem(place: str, fault: str) -> None:
    assert read(places=PLACES + place + "\n")[2] == [fault]
