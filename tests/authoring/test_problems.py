"""Problems: collected, sorted by place, told in the language of the staff, with the nearest right name."""

from __future__ import annotations

import pytest

from bot.authoring.checks.unserved_need import UNSERVED_NEED
from bot.authoring.conditions import UNKNOWN_VALUE
from bot.authoring.fields import EXPECTED_LIST
from bot.authoring.models.services import BAD_EMAIL
from bot.authoring.problems import Mark, Problems, Severity, nearest


def test_problems_are_sorted_by_file_line_and_column() -> None:
    problems = Problems()
    for file, line, column in (("b", 1, 1), ("a", 2, 1), ("a", 10, 2), ("a", 10, 1)):
        problems.add(EXPECTED_LIST, Mark(file, line, column))
    assert [str(problem.mark) for problem in problems] == ["a:2:1", "a:10:1", "a:10:2", "b:1:1"]


def test_a_fault_that_a_whole_file_has_is_told_once_with_its_lines() -> None:
    problems = Problems()
    for line in (3, 7, 9, 12, 15):
        problems.add(EXPECTED_LIST, Mark("a", line))
    problems.add(EXPECTED_LIST, Mark("b", 1))
    first, other = problems
    assert (first.mark, other.mark) == (Mark("a", 3), Mark("b", 1))
    assert first.message.endswith("È così in 5 righe di questo file: anche 7, 9, 12.")


def test_the_same_problem_is_told_once() -> None:
    problems = Problems()
    problems.add(EXPECTED_LIST, Mark("a"))
    problems.add(EXPECTED_LIST, Mark("a"))
    assert len(list(problems)) == 1


def test_a_doubt_is_no_error() -> None:
    problems = Problems()
    problems.add(UNSERVED_NEED, Mark("a"), name="nido")
    assert len(problems) == 0
    assert problems.errors == ()
    assert [problem.severity for problem in problems.warnings] == [Severity.WARNING]


def test_a_problem_reads_as_place_and_sentence_in_either_language() -> None:
    told = []
    for language in ("it", "en"):
        problems = Problems(language)
        problems.add(UNKNOWN_VALUE, Mark("a.yaml", 14, 12), name="bambin", attribute="persona", among=["bambino", "anziano"])
        told += [str(problem) for problem in problems]
    assert told == [
        "a.yaml:14:12: «bambin» non è un valore di «persona». Forse «bambino»?",
        "a.yaml:14:12: “bambin” is not a value of “persona”. Did you mean “bambino”?",
    ]


def test_braces_in_what_staff_wrote_stay_as_they_are() -> None:
    problems = Problems()
    problems.add(BAD_EMAIL, Mark("a"), name="{name} {0} {")
    assert [problem.message for problem in problems] == ["«{name} {0} {» non è un indirizzo email."]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("bambin", "bambino"), ("anzian", "anziano"), ("Bambino", "bambino"), ("xyz", None), ("", None)],
)
def test_the_nearest_name_is_offered_when_it_is_near(written: str, meant: str | None) -> None:
    assert nearest(written, ["bambino", "ragazzo", "anziano"]) == meant


def test_no_name_is_near_when_there_are_none() -> None:
    assert nearest("bambino", []) is None
