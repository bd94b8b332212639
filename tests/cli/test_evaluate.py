"""`evaluate`: the figures of test sentences, and what counts as right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.authoring.measure import QueryResult, evaluate_queries, query_figures, right_slots
from bot.authoring.models.queries import Findings, Query, Stated, Times
from bot.cli.evaluate import print_figures
from bot.core.attributes import Vocabulary, years
from bot.core.conditions import Hours, Span, Value
from bot.core.content import Content
from bot.core.topics import DangerReport, DangerTier
from bot.errors import ContentError
from bot.language.meaning.understand import Candidate, Meaning, MeaningKind
from tests.builders import TODAY, content_folder


def result(query: Query, kind: MeaningKind, *needs: str, danger: str = "") -> QueryResult:
    report = DangerReport(danger, "", DangerTier.SURE, "it") if danger else None
    return QueryResult(query, Meaning(kind, needs=tuple(Candidate(need, 0.5) for need in needs), danger=report), 0.001)


def plain(*needs: str, kind: str = "plain") -> Query:
    return Query(kind=kind, say="frase", finds=Findings(frozenset(needs)))


@pytest.fixture(scope="module")
def vocabulary(content: Content) -> Vocabulary:
    return content.vocabulary


def test_a_sentence_is_answered_when_one_of_the_first_three_is_right(vocabulary: Vocabulary) -> None:
    results = [
        result(plain("a"), MeaningKind.NEED, "a", "b"),
        result(plain("a", "c"), MeaningKind.CHOOSE, "b", "c"),
        result(plain("a"), MeaningKind.CHOOSE, "b", "c", "d", "a"),
        result(plain("a"), MeaningKind.OUT_OF_SCOPE, "a"),
    ]
    kinds = query_figures(results, vocabulary)["kinds"]
    assert kinds == {
        "plain": {"n": 4, "recall@1": 0.25, "recall@3": 0.5, "mrr": 0.375},
        "all": {"n": 4, "recall@1": 0.25, "recall@3": 0.5, "mrr": 0.375},
    }
    assert query_figures(results, vocabulary)["false_escalation"] == 0.25


def test_dangers_people_and_other_offices_are_counted(vocabulary: Vocabulary) -> None:
    urgent = Query(kind="urgent", say="x", finds=Findings(urgent="violence"))
    nothing = Query(kind="out_of_scope", say="x", finds=Findings(nothing=True))
    human = Query(kind="human", say="x", finds=Findings(human=True))
    found = query_figures(
        [
            result(urgent, MeaningKind.URGENT, danger="violence"),
            result(urgent, MeaningKind.URGENT, danger="medical"),
            result(nothing, MeaningKind.NOT_UNDERSTOOD),
            result(nothing, MeaningKind.URGENT, danger="medical"),
            result(human, MeaningKind.HUMAN),
        ],
        vocabulary,
    )
    assert found["urgent"] == {"n": 2, "found": 0.5, "any": 1.0, "false": 0.3333, "false_n": 3}
    assert found["out_of_scope"] == {"n": 2, "found": 0.5}
    assert found["human"] == {"n": 1, "found": 1.0}


def test_nothing_to_count_is_said_to_be_so(vocabulary: Vocabulary) -> None:
    found = query_figures([], vocabulary)
    assert found["human"] == {"n": 0, "found": None}
    assert found["ms"] == {"p50": None, "p95": None}


SLOTS: list[tuple[str, Stated, dict[str, tuple[Value, ...]], bool]] = [
    ("eta", Stated(ages=(7,)), {"eta": (years(7),)}, True),
    ("eta", Stated(ages=(0.83,)), {"eta": (Span(10, 11),)}, True),
    ("eta", Stated(ages=(4, 8)), {"eta": (years(4), years(8))}, True),
    ("eta", Stated(ages=(4, 8)), {"eta": (years(4),)}, False),
    ("eta", Stated(), {"eta": (years(4),)}, False),
    ("eta", Stated(ages=(70,)), {"eta": (Span(65 * 12, float("inf")),)}, False),
    ("comune", Stated(place="paullo"), {"comune": ("paullo",)}, True),
    ("comune", Stated(), {"comune": ("paullo",)}, False),
    ("persona", Stated(person="bambino"), {"eta": (years(7),)}, True),
    ("persona", Stated(person="adulto"), {"persona": ("bambino",)}, False),
    ("disabilita", Stated(disability=True), {"disabilita": ("motoria",)}, True),
    ("disabilita", Stated(), {"disabilita": ("nessuna",)}, True),
    ("orario", Stated(times=Times(start="18:30")), {"orario": (Hours("Mo-Fr 18:30-22:00"),)}, True),
    ("orario", Stated(times=Times(start="18:00")), {"orario": ("sera",)}, True),
    ("orario", Stated(times=Times(frozenset({"sa"}))), {"orario": ("sabato",)}, True),
    ("orario", Stated(times=Times(frozenset({"sa"}))), {"orario": (Hours("Mo-Fr 18:00-22:00"),)}, False),
    ("orario", Stated(times=Times(end="08:20")), {"orario": (Hours("Mo-Fr 07:00-08:20"),)}, True),
    ("orario", Stated(), {"orario": ("mattina",)}, True),
    ("orario", Stated(), {"orario": (Hours("Mo-Fr 07:00-08:20"),)}, False),
]


@pytest.mark.parametrize(("name", "stated", "heard", "right"), SLOTS)
def test_a_slot_is_right_when_it_is_what_is_stated(
    vocabulary: Vocabulary, name: str, stated: Stated, heard: dict[str, tuple[Value, ...]], right: bool
) -> None:
    assert right_slots(stated, heard, vocabulary)[name] is right


def test_each_sentence_is_timed() -> None:
    ticks = iter([0.0, 0.25, 1.0, 1.5])
    results = evaluate_queries([plain("a"), plain("a")], lambda _: Meaning(MeaningKind.NOT_UNDERSTOOD), lambda: next(ticks))
    assert [one.seconds for one in results] == [0.25, 0.5]


QUERIES = """\
- {kind: plain, say: "cerco un asilo nido", finds: {need: [asilo-nido]}}
- {kind: plain, say: "blabla", finds: {need: [doposcuola]}}
- {kind: urgent, say: "mi picchia", finds: {urgent: violenza}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content_folder(tmp_path, {"catalogue/queries.yaml": QUERIES})
    return tmp_path


def test_the_figures_are_written_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_figures(folder, [], TODAY, as_json=True, worst=True)
    found = json.loads(capsys.readouterr().out)
    assert found["kinds"]["plain"]["n"] == 2
    assert found["urgent"]["found"] == 1.0
    assert [one["say"] for one in found["worst"]] == ["blabla"]


def test_the_figures_are_written_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_figures(folder, [folder / "catalogue/queries.yaml"], TODAY, as_json=False, worst=True)
    said = capsys.readouterr().out
    assert "urgenti: 100,0% riconosciute su 1" in said
    assert "'blabla'" in said


def test_broken_sentences_are_reported(folder: Path) -> None:
    (folder / "altre.yaml").write_text("- {kind: plain, say: x, finds: {need: [sbagliato]}}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"altre\.yaml:1:40: «sbagliato»"):
        print_figures(folder, [folder / "altre.yaml"], TODAY, as_json=True, worst=False)
    (folder / "catalogue/urgent.yaml").unlink()
    with pytest.raises(ContentError, match=r"catalogue/urgent\.yaml"):
        print_figures(folder, [], TODAY, as_json=True, worst=False)
