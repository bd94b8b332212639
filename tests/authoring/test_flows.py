"""Flows and the bot's own sentences as staff write them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bot.authoring.checks.duplicate_id import duplicate_id
from bot.authoring.checks.flow_commands import command_taken, no_match_flow
from bot.authoring.declared_names import DeclaredNames
from bot.authoring.models.flows import FLOW_FILES, RESERVED_COMMANDS, FlowFields
from bot.authoring.models.texts import texts_of
from bot.authoring.problems import Problems
from bot.authoring.source import Source
from bot.authoring.yaml_nodes import parse
from bot.core.conditions import Span
from bot.core.flow import Flow, Purpose, Question, Scope
from tests.builders import names, nodes, reading, vocabulary, years

HEAD = "flow: prova\ntitle: Prova\ncommand: prova\n"
ONE = "questions:\n  - {ask: Per chi?, fills: persona}\n"


def read(text: str) -> tuple[FlowFields | None, list[str]]:
    """A flow, and what is wrong with it."""
    context = reading()
    found = FLOW_FILES.meaning(nodes(text, context.problems), context)
    return found, [str(problem).removeprefix("prova.yaml:") for problem in context.problems]


def flow(text: str) -> Flow:
    """A flow that has no fault."""
    fields, found = read(text)
    assert found == []
    assert fields is not None
    return fields.flow(reading())


def faults(text: str) -> list[str]:
    """What is wrong with a flow."""
    fields, found = read(text)
    assert fields is None or not fields.is_sound
    return found


def question(written: str) -> Question:
    """A question that has no fault, after one for whom."""
    return flow(HEAD + ONE + f"  - {{ask: E?, {written}}}\n").questions[1]


def test_a_flow_is_read_as_it_is_written() -> None:
    text = HEAD + "purpose: survey\nintro: Ciao!\nthanks: Grazie!\noffers: seasonal\nresults: {show: 3}\n" + ONE
    assert flow(text) == Flow(
        id="prova",
        title="Prova",
        command="prova",
        questions=(Question("Per chi?", "persona"),),
        purpose=Purpose.SURVEY,
        intro="Ciao!",
        show=3,
        offers=Scope.SEASONAL,
        thanks="Grazie!",
    )


def test_a_flow_searches_all_services_and_shows_five_unless_something_else_is_said() -> None:
    found = flow(HEAD + ONE)
    assert (found.purpose, found.show, found.offers) == (Purpose.MATCH, 5, Scope.ALL)
    assert flow(HEAD + ONE + "results: {}\n").show == 5


def test_a_question_has_its_condition_its_help_and_its_options() -> None:
    found = question("fills: famiglia, when: {persona: bambino}, help: Aiuta., always: yes, options: [sola, nessuna]")
    assert found == Question("E?", "famiglia", names("bambino"), "Aiuta.", always=True, options=("sola", "nessuna"))


def test_the_options_of_numbers_are_ranges_and_those_of_needs_may_be_categories() -> None:
    assert question("fills: eta, options: [0-5, 6+]").options == (years(0, 6), Span(72, math.inf))
    assert question("fills: bisogno, options: [figli]").options == ("nido", "doposcuola")


def test_a_question_may_depend_on_what_was_asked_before_or_is_asked_elsewhere() -> None:
    assert question("fills: eta, when: {persona: bambino, famiglia: sola}")


def test_it_is_known_where_a_flow_its_command_and_its_questions_are_written() -> None:
    fields, _ = read(HEAD + ONE)
    assert fields is not None
    assert (fields.mark.line, fields.mark_of("command").line, [question.mark.line for question in fields.questions]) == (
        1,
        3,
        [5],
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- ciao\n", "1:1: qui servono dei campi, uno per riga: «nome: valore»."),
        (ONE + "flow: prova\ntitle: Prova\n", "1:1: manca il campo «command»."),
        (HEAD, "1:1: manca il campo «questions»."),
        (HEAD + "questions: Per chi?\n", "4:12: qui serve un elenco: ogni voce su una riga che comincia con «- »."),
        (HEAD + "questions: [Per chi?]\n", "4:13: qui servono dei campi, uno per riga: «nome: valore»."),
        (HEAD + ONE + "results: 5\n", "6:10: qui servono dei campi, uno per riga: «nome: valore»."),
        (HEAD + ONE + "results: {show: 0}\n", "6:17: «0» non è un numero tra 1 e 10."),
        (HEAD + ONE + "results: {show: tutti}\n", "6:17: «tutti» non è un numero tra 1 e 10."),
        (HEAD + ONE + "results: {mostra: 5}\n", "6:11: il campo «mostra» non esiste qui. I campi sono: show, after."),
        (HEAD + ONE + "purpose: survei\n", "6:10: «survei» non va bene qui. Valori possibili: match, survey. Forse «survey»?"),
        (HEAD + ONE + "offers: estate\n", "6:9: «estate» non va bene qui. Valori possibili: all, seasonal."),
        (HEAD + ONE + "intro: " + "x" * 301 + "\n", "6:8: il testo ha 301 caratteri, al massimo 300. Accorcialo."),
        (
            HEAD + ONE + "  - {ask: E?, fills: idee, options: [a, b]}\n",
            "6:38: «idee» non ha un elenco di valori tra cui scegliere: togli «options».",
        ),
        (
            HEAD + ONE + "  - {ask: E?, fills: eta, options: [tanti]}\n",
            "6:37: «tanti» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m.",
        ),
        (
            HEAD + ONE + "  - {ask: E?, fills: famiglia, options: [solo]}\n",
            "6:42: «solo» non è un valore di «famiglia». Forse «sola»?",
        ),
        (HEAD + ONE + "  - {ask: E?, fills: eta, always: forse}\n", "6:35: «forse» non va bene qui: scrivi yes oppure no."),
        (HEAD + ONE + "  - {fills: eta}\n", "6:5: manca il campo «ask»."),
        (HEAD + ONE + "  - {ask: E?, fills: [eta]}\n", "6:22: qui serve un valore semplice, non un elenco né dei campi."),
    ],
)
def test_one_fault_gives_one_problem_at_its_place(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_a_question_may_not_depend_on_what_is_asked_later() -> None:
    text = HEAD + "questions:\n  - {ask: Per chi?, fills: persona, when: {eta: 6+}}\n  - {ask: Età?, fills: eta}\n"
    assert faults(text) == ["5:5: questa domanda dipende da «eta», che viene chiesto solo dopo. Spostala più in basso."]


def test_a_question_that_depends_on_itself_is_not_told_to_move_down() -> None:
    text = HEAD + "questions:\n  - {ask: Età?, fills: eta, when: {eta: 6+}}\n"
    (fault,) = faults(text)
    assert "Spostala" not in fault


@pytest.mark.parametrize("command", sorted(RESERVED_COMMANDS))
def test_the_bots_own_commands_are_taken(command: str) -> None:
    text = HEAD.replace("command: prova", f"command: {command}") + ONE
    assert faults(text) == [f"3:10: il comando «/{command}» è già usato. Scegline un altro."]


@pytest.mark.parametrize("command", ["Servizi", "trova-servizio", "città", "/servizi", "a" * 33, "due parole"])
def test_a_command_is_one_that_telegram_takes(command: str) -> None:
    text = HEAD.replace("command: prova", f"command: {command}") + ONE
    expected = f"3:10: «{command}» non va bene come comando: solo lettere minuscole, numeri e «_», al massimo 32."
    assert faults(text) == [expected]


def test_nothing_is_said_about_the_questions_of_an_attribute_that_has_a_fault_itself() -> None:
    known = DeclaredNames.of(vocabulary())
    context = reading(replace(known, attributes={**known.attributes, "persona": None}))
    assert FLOW_FILES.meaning(nodes(HEAD + ONE.replace("persona", "persona, options: [chiunque]")), context) is not None
    assert len(context.problems) == 0


# --- Several flows ----------------------------------------------------------------------------------------------------


def file(name: str, id: str, command: str, purpose: str = "match") -> FlowFields:
    """A flow in a file of its own."""
    text = HEAD.replace("flow: prova", f"flow: {id}").replace("command: prova", f"command: {command}") + ONE
    context = reading()
    found = FLOW_FILES.meaning(parse(name, f"{text}purpose: {purpose}\n".encode(), context.problems), context)
    assert found is not None
    return found


def told(*flows: FlowFields) -> list[str]:
    """What is wrong with flows together."""
    source = Source(None, Problems(), flows=flows)
    for rule in (duplicate_id, command_taken, no_match_flow):
        rule(source)
    return [str(problem) for problem in source.problems]


def test_ids_and_commands_of_flows_are_used_once() -> None:
    assert told(file("a.yaml", "a", "uno"), file("b.yaml", "b", "uno"), file("c.yaml", "a", "due")) == [
        "b.yaml:3:10: il comando «/uno» è già usato. Scegline un altro.",
        "c.yaml:1:7: «a» c'è già in a.yaml:1. Ogni identificativo si usa una volta sola.",
    ]


def test_one_flow_must_search_services() -> None:
    (fault,) = told(file("a.yaml", "a", "uno", "survey"))
    assert "nessun flusso cerca servizi" in fault


def test_no_flow_at_all_is_told_elsewhere() -> None:
    assert told() == []


# --- The bot's own sentences --------------------------------------------------------------------------------------------

EXPECTED = {"ciao": frozenset[str](), "conta": frozenset({"count", "total"})}


def texts(written: str) -> tuple[dict[str, str], list[str]]:
    """The sentences of a file, and what is wrong with them."""
    context = reading()
    found = texts_of(EXPECTED).read(nodes(written), "", context) or {}
    told = [str(problem).removeprefix("prova.yaml:") for problem in context.problems]
    return {key: node.text for key, node in found.items()}, told


def test_sentences_are_read_with_their_words_in_braces() -> None:
    assert texts("ciao: Ciao! {{ }}\nconta: '{count} di {total}'\n") == (
        {"ciao": "Ciao! {{ }}", "conta": "{count} di {total}"},
        [],
    )


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (
            "ciao: Ciao\nconta: '{conta}'",
            "2:8: nel testo «conta» non si può usare {conta}. Parole possibili: count, total. Forse «count»?",
        ),
        ("ciao: Ciao\nconta: '{}'", "2:8: nel testo «conta» non si può usare {}. Parole possibili: count, total."),
        ("ciao: Ciao\nconta: '{0}'", "2:8: nel testo «conta» non si può usare {0}. Parole possibili: count, total."),
        ("ciao: Ciao {nome}\nconta: x", "1:7: il testo «ciao» è fisso: non può contenere {nome}."),
        ("ciao: Ciao {\nconta: x", "1:7: nel testo «ciao» le graffe non sono in coppia. Scrivi {{ per una graffa vera."),
        ("ciao: Ciao", "1:1: manca il testo «conta»."),
        ("ciao: Ciao\nconta:", "2:1: «conta» è vuoto. Scrivi un valore o togli la riga."),
        ("ciao: Ciao\nconta: x\ncoonta: x", "3:1: il bot non usa il testo «coonta». Forse «conta»?"),
    ],
)
def test_a_sentence_with_a_fault_is_told(written: str, fault: str) -> None:
    assert texts(written)[1] == [fault]


def test_an_extra_way_of_writing_a_word_in_braces_is_shown_whole() -> None:
    (fault,) = texts("ciao: Ciao\nconta: '{count!r}'")[1]
    assert "{count!r}" in fault


def test_a_brace_that_was_never_opened_is_not_called_unclosed() -> None:
    (fault,) = texts("ciao: Ciao }\nconta: x")[1]
    assert "non è chiusa" not in fault


def test_sentences_must_be_fields() -> None:
    assert texts("- ciao") == ({}, ["1:1: qui servono dei campi, uno per riga: «nome: valore»."])
