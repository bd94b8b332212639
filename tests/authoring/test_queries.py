"""Test sentences are read strictly, and must not be among those that teach."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.load import load_content
from bot.authoring.models.queries import Query, Times
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from tests.builders import content_folder

RIGHT = '- {kind: plain, say: "avete ancora posto al nido", finds: {need: [asilo-nido]}}\n'


def read(root: Path, text: str, language: str = "it") -> tuple[tuple[Query, ...], list[str]]:
    """The sentences of a file, and what staff are told of it."""
    content_folder(root)
    (root / "catalogue/queries.yaml").write_text(text, encoding="utf-8")
    problems = Problems(language)
    queries = read_queries(root, load_content(root), problems)
    return queries, [str(problem) for problem in problems]


def test_a_sentence_says_what_it_is_to_find(tmp_path: Path) -> None:
    (query,), told = read(tmp_path, RIGHT)
    assert told == []
    assert (query.kind, query.say, query.finds.needs) == ("plain", "avete ancora posto al nido", {"asilo-nido"})


def test_a_sentence_says_what_it_states_of_the_person(tmp_path: Path) -> None:
    text = (
        '- {kind: plain, say: "nido", finds: {need: asilo-nido}, slots: {eta: [0.83, 2], comune: melegnano, persona: bambino, '
        'orario: {days: [sa, su], from: "18:30"}, disabilita: true}}\n'
    )
    (query,), told = read(tmp_path, text)
    assert told == []
    stated = query.stated
    assert (stated.ages, stated.place, stated.person, stated.disability) == ((0.83, 2.0), "melegnano", "bambino", True)
    assert stated.times == Times(frozenset({"sa", "su"}), "18:30")


@pytest.mark.parametrize(
    ("finds", "found"),
    [
        ("nothing", (frozenset(), "", False, True)),
        ("human", (frozenset(), "", True, False)),
        ("{urgent: violenza}", (frozenset(), "violenza", False, False)),
    ],
)
def test_a_sentence_may_find_no_need(tmp_path: Path, finds: str, found: object) -> None:
    (query,), told = read(tmp_path, f"- {{kind: altro, say: ciao, finds: {finds}}}\n")
    assert told == []
    assert (query.finds.needs, query.finds.urgent, query.finds.human, query.finds.nothing) == found


BROKEN = [
    (
        "- {kind: plain, say: nido, finds: {need: [asilo]}}",
        "1:43: «asilo» non è un valore di «bisogno». Forse «asilo-nido»?",
    ),
    (
        "- {kind: urgent, say: aiuto, finds: {urgent: violenz}}",
        "1:46: «violenz» non è un valore di «urgent». Forse «violenza»?",
    ),
    ("- {kind: plain, say: nido, finds: niente}", "1:35: «niente» non va bene qui. Valori possibili: nothing, human."),
    ("- {kind: plain, say: nido, finds: [asilo-nido]}", "1:35: qui servono dei campi, uno per riga: «nome: valore»."),
    ("- {kind: plain, say: nido, finds: {}}", "1:35: «finds» non contiene niente. Serve almeno una voce."),
    ("- {kind: plain, finds: human}", "1:3: manca il campo «say»."),
    ("- {kind: plain, say: nido, finds: human, slot: {eta: 3}}", "1:42: il campo «slot» non esiste qui. Forse «slots»?"),
    ("- {kind: plain, say: nido, finds: human, slots: {eta: tre}}", "1:55: «tre» non è un numero tra 0 e 120."),
    (
        '- {kind: plain, say: nido, finds: human, slots: {orario: {from: "25:00"}}}',
        '1:65: «25:00» non è un\'ora. Scrivi per esempio "18:30", tra virgolette.',
    ),
    (
        "- {kind: plain, say: nido, finds: human, slots: {orario: {days: [lun]}}}",
        "1:66: «lun» non va bene qui. Valori possibili: mo, tu, we, th, fr, sa, su.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN)
def test_staff_are_told_what_is_wrong_with_a_test(tmp_path: Path, text: str, sentence: str) -> None:
    queries, told = read(tmp_path, text + "\n")
    assert told == [f"catalogue/queries.yaml:{sentence}"]
    assert queries == ()


def test_a_sentence_that_teaches_is_no_test(tmp_path: Path) -> None:
    _, told = read(tmp_path, "- {kind: urgent, say: Mi segue ovunque!, finds: {urgent: violenza}}\n")
    assert told == [
        (
            "catalogue/queries.yaml:1:23: questa frase è anche un esempio di «violenza». "
            "Una prova vale solo con frasi che il bot non ha mai visto: cambiala."
        )
    ]


def test_staff_are_told_in_english_where_they_want_it(tmp_path: Path) -> None:
    _, told = read(tmp_path, '- {kind: plain, say: nido, finds: human, slots: {orario: {until: "7"}}}\n', "en")
    assert told == ['catalogue/queries.yaml:1:66: “7” is not a time of the day. Write for example "18:30", in quotes.']


def test_other_files_can_be_read_instead(tmp_path: Path) -> None:
    content_folder(tmp_path)
    other = tmp_path / "altre.yaml"
    other.write_text(RIGHT, encoding="utf-8")
    problems = Problems()
    assert [query.say for query in read_queries(tmp_path, load_content(tmp_path), problems, [other])] == [
        "avete ancora posto al nido"
    ]
    assert read_queries(tmp_path, load_content(tmp_path), problems) == ()
    assert not len(problems)
