"""`python -m bot check`: every problem of a content folder and its settings, with figures."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from bot import installation
from bot.authoring.check import CheckReport
from bot.authoring.doubt_groups import grouped_lines
from bot.authoring.load import read_content
from bot.authoring.problems import Problem
from bot.authoring.repair import fix_files
from bot.cli.check_coverage import print_coverage
from bot.cli.check_facts import print_facts
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.home import HOME
from bot.staff_language import translate

CoverageOption = Annotated[
    bool, typer.Option("--coverage", help=translate("Chi trova un'offerta: per bisogno, Comune, età, orario e mese."))
]
CsvOption = Annotated[bool, typer.Option("--csv", help=translate("Scrive la copertura come tabella CSV."))]
FactsOption = Annotated[
    bool, typer.Option("--facts", help=translate("Tutto ciò che si dice di enti veri, con la fonte e le date."))
]
AllOption = Annotated[
    bool, typer.Option("--all", help=translate("Scrive ogni dubbio, anche quando nello stesso file sono molti."))
]
FixOption = Annotated[bool, typer.Option("--fix", help=translate("Corregge ciò che è sicuro: codifica e virgolette di Word."))]


def check_content(
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    as_json: JsonOption = False,
    fix: FixOption = False,
    every: AllOption = False,
    with_coverage: CoverageOption = False,
    as_csv: CsvOption = False,
    with_facts: FactsOption = False,
) -> None:
    """Print every problem of a content folder, or its coverage or facts; exit with 1 if there are errors."""
    if with_facts:
        print_facts(read_content(content), as_json=as_json)
        return
    if with_coverage:
        today = moment_of(now) or installation.local_now()
        print_coverage(installation.content_of(content, today), today.date(), as_json=as_json, as_csv=as_csv)
        return
    for name in fix_files(content) if fix else ():
        typer.echo(translate("corretto {name}").format(name=name), err=as_json)
    with _without_collection():
        report = installation.checked(content, moment_of(now) or installation.local_now())
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print_for_people(report, every=every)
    if report.errors:
        raise typer.Exit(1)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Switch Python's garbage collection off: nearly all that is read is kept, and collecting costs a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_json(report: CheckReport) -> dict[str, Any]:
    return {
        "errors": [_problem_as_json(problem) for problem in report.errors],
        "warnings": [_problem_as_json(problem) for problem in report.warnings],
        "hints": [_problem_as_json(problem) for problem in report.hints],
        "counts": report.counts,
        "gulpease": report.gulpease,
    }


def _problem_as_json(problem: Problem) -> dict[str, object]:
    mark = problem.mark
    return {"file": mark.file, "line": mark.line, "column": mark.column, "message": problem.message}


def _print_for_people(report: CheckReport, *, every: bool) -> None:
    for problem in report.hints:
        typer.echo(translate("nota    {problem}").format(problem=problem))
    for line in map(str, report.warnings) if every else grouped_lines(report.warnings):
        typer.echo(translate("dubbio  {problem}").format(problem=line))
    for problem in report.errors:
        typer.echo(translate("errore  {problem}").format(problem=problem))
    errors, warnings = len(report.errors), len(report.warnings)
    counted = [
        translate("1 errore") if errors == 1 else translate("{count} errori").format(count=errors),
        translate("1 dubbio") if warnings == 1 else translate("{count} dubbi").format(count=warnings),
    ]
    typer.echo(", ".join(counted))
    if report.counts:
        typer.echo(", ".join(f"{name} {count}" for name, count in report.counts.items()))
        typer.echo(", ".join(f"Gulpease {name} {value}" for name, value in report.gulpease.items()))
