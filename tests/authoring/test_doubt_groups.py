"""Many doubts of one kind in one file are one line; few stay as they are."""

from __future__ import annotations

from bot.authoring.doubt_groups import grouped_lines
from bot.authoring.problems import Mark, Problem, Severity


def doubt(line: int, *, file: str = "corsi.yaml", code: str = "stale", name: str = "Corso {line}") -> Problem:
    return Problem(code, Mark(file, line), f"verificato il giorno {line}.", Severity.WARNING, name.format(line=line))


def test_many_of_one_kind_in_one_file_are_one_line_with_the_count_and_the_first_names() -> None:
    lines = grouped_lines(doubt(line) for line in range(1, 57))
    names = "«Corso 1» (riga 1), «Corso 2» (riga 2), «Corso 3» (riga 3), «Corso 4» (riga 4) …"
    all_of_it = (
        f"corsi.yaml:1:1: verificato il giorno 1. In questo file dubbi così sono 56: {names} Per leggerli tutti: «check --all»."
    )
    assert lines == [all_of_it]


def test_doubts_without_a_name_are_told_by_their_lines() -> None:
    assert grouped_lines(doubt(line, name="") for line in range(1, 7))[0].endswith(
        "sono 6: riga 1, riga 2, riga 3, riga 4 … Per leggerli tutti: «check --all»."
    )


def test_few_or_different_doubts_are_told_one_by_one() -> None:
    few = [doubt(line) for line in range(1, 6)]
    other_file = [doubt(line, file="eventi.yaml") for line in range(1, 6)]
    other_kind = [doubt(line, code="season_over") for line in range(1, 6)]
    found = [*few, *other_file, *other_kind]
    assert sorted(grouped_lines(found)) == sorted(map(str, found))
