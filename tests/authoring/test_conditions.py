"""Conditions as staff write them: names, ranges, categories, hours, `any` and `not`."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bot.authoring.conditions import read_condition
from bot.authoring.declared_names import DeclaredNames
from bot.core import hours
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition, Not, Span, Truth, truth
from tests.builders import condition, faults, names, nodes, reading, said, vocabulary, years


def holds(written: str, **stated: object) -> Truth:
    """The truth of a written condition for what somebody said."""
    return truth(condition(written), said(vocabulary(), **stated))


# --- Atoms ------------------------------------------------------------------------------------------------------------


def test_a_value_and_a_list_of_values_are_written_alike() -> None:
    assert condition("persona: bambino") == names("bambino")
    assert condition("persona: [bambino, anziano]") == names("bambino", "anziano")
    assert condition("persona:\n- bambino\n- anziano") == names("bambino", "anziano")


def test_ranges_in_a_list_are_joined() -> None:
    assert condition("eta: [3-5, 6-10, 65+]") == Atom("eta", (years(3, 11), Span(65 * 12, math.inf)))


def test_a_category_stands_for_all_its_needs() -> None:
    assert condition("bisogno: figli") == Atom("bisogno", frozenset({"nido", "doposcuola"}))
    assert condition("bisogno: [cura, nido]") == Atom("bisogno", frozenset({"badante", "antiviolenza", "nido"}))


@pytest.mark.parametrize("written", ["yes", "si", "sì", "Sì", "true", "YES"])
def test_yes_can_be_said_in_many_ways(written: str) -> None:
    assert condition(f"automobile: {written}") == Atom("automobile", frozenset({"yes"}))


@pytest.mark.parametrize("written", ["no", "No", "false"])
def test_no_can_be_said_in_many_ways(written: str) -> None:
    assert condition(f"automobile: {written}") == Atom("automobile", frozenset({"no"}))


def test_windows_of_hours_are_named_and_become_slots() -> None:
    assert condition("orario: [mattina, sabato]") == Atom("orario", hours.week("Mo-Fr 08:00-13:00; Sa 08:00-20:00"))


def test_a_place_is_named() -> None:
    assert condition("comune: dresano") == Atom("comune", frozenset({"dresano"}))


# --- And, or, not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [None, "{}"])
def test_no_condition_always_holds(written: str | None) -> None:
    node = nodes(written) if written else None
    assert read_condition(node, reading()) == ALWAYS


def test_keys_are_joined_by_and() -> None:
    assert condition("{persona: bambino, famiglia: sola}") == All((names("bambino"), names("sola", of="famiglia")))


def test_any_joins_its_entries_by_or() -> None:
    expected: Condition = Any((names("bambino"), All((names("adulto"), names("sola", of="famiglia")))))
    assert condition("any: [{persona: bambino}, {persona: adulto, famiglia: sola}]") == expected


def test_not_turns_its_fields_round() -> None:
    assert condition("not: {persona: bambino}") == Not(names("bambino"))


def test_what_is_written_means_what_it_says() -> None:
    written = "{any: [{persona: bambino}, {eta: 65+}], not: {famiglia: sola}}"
    assert holds(written, persona="bambino", famiglia="numerosa") is Truth.TRUE
    assert holds(written, persona="bambino", famiglia="sola") is Truth.FALSE
    assert holds(written, persona="bambino") is Truth.UNKNOWN
    assert holds(written, persona="adulto", famiglia="numerosa", eta=years(70)) is Truth.TRUE


# --- Faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("bambino", "prova.yaml:1:1: qui servono dei campi, uno per riga: «nome: valore»."),
        ("[bambino]", "prova.yaml:1:1: qui servono dei campi, uno per riga: «nome: valore»."),
        ("not: bambino", "prova.yaml:1:6: qui servono dei campi, uno per riga: «nome: valore»."),
        ("any: {persona: bambino}", "prova.yaml:1:6: qui serve un elenco: ogni voce su una riga che comincia con «- »."),
        ("any: []", "prova.yaml:1:6: «any» non contiene niente. Serve almeno una voce."),
        ("any: [bambino]", "prova.yaml:1:7: qui servono dei campi, uno per riga: «nome: valore»."),
        ("persona: []", "prova.yaml:1:10: «persona» non contiene niente. Serve almeno una voce."),
        ("persona:", "prova.yaml:1:1: «persona» è vuoto. Scrivi un valore o togli la riga."),
        ("not:", "prova.yaml:1:1: «not» è vuoto. Scrivi un valore o togli la riga."),
        ("persona: {bambino: yes}", "prova.yaml:1:10: qui serve un valore o un elenco di valori: [uno, due]."),
        ("persona: [[bambino]]", "prova.yaml:1:11: qui serve un valore semplice, non un elenco né dei campi."),
        ("persona: [bambino, '']", "prova.yaml:1:20: «persona» è vuoto. Scrivi un valore o togli la riga."),
        ("persona: [bambino, nono]", "prova.yaml:1:20: «nono» non è un valore di «persona»."),
        ("persna: bambino", "prova.yaml:1:1: «persna» non è un attributo di attributes.yaml. Forse «persona»?"),
        ("nott: {persona: bambino}", "prova.yaml:1:1: «nott» non è un attributo di attributes.yaml. Forse «not»?"),
        ("automobile: forse", "prova.yaml:1:13: «forse» non è un valore di «automobile»."),
        ("idee: tante", "prova.yaml:1:1: «idee» è un testo libero: non si può usare in una condizione."),
        ("eta: molti", "prova.yaml:1:6: «molti» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m."),
        ("orario: notte", "prova.yaml:1:9: «notte» non è un valore di «orario»."),
    ],
)
def test_one_fault_gives_one_problem_at_its_place(written: str, fault: str) -> None:
    assert faults(written) == [fault]


def test_a_yes_or_no_question_suggests_yes_or_no() -> None:
    assert faults("automobile: noo") == ["prova.yaml:1:13: «noo» non è un valore di «automobile». Forse «no»?"]


def test_every_fault_of_a_condition_is_told() -> None:
    assert len(faults("{persna: x, eta: tanti, not: {famigli: y}, any: [z]}")) == 4


def test_nothing_is_said_about_the_values_of_an_attribute_that_has_a_fault_itself() -> None:
    known = DeclaredNames.of(vocabulary())
    names = replace(known, attributes={**known.attributes, "persona": None})
    assert faults("{persona: chiunque, famiglia: sola}", names) == []


def test_nothing_is_said_about_words_of_a_file_that_could_not_be_read() -> None:
    names = replace(DeclaredNames.of(vocabulary()), unreadable=frozenset({"attributes", "comune"}))
    assert faults("{colore: rosso, comune: lodi}", names) == []


def test_a_window_of_hours_with_a_fault_leaves_the_others() -> None:
    known = DeclaredNames.of(vocabulary())
    context = reading(replace(known, values={**known.values, "orario": [*known.values_of("orario"), "notte"]}))
    found = read_condition(nodes("orario: [notte, sabato]"), context)
    assert len(context.problems) == 0
    assert found == Atom("orario", hours.week("Sa 08:00-20:00"))
