"""`python -m bot check`: every problem of a content folder and its settings, with figures."""

from __future__ import annotations

import json
from typing import Any

import typer

from bot import wiring
from bot.authoring.check import Report
from bot.authoring.problems import Problem
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of


def check_content(content: ContentOption = wiring.HOME, now: NowOption = None, *, as_json: JsonOption = False) -> None:
    """Controlla tutti i contenuti: errori, dubbi, numeri e leggibilità. Esce con 1 se ci sono errori.

    Esempio: python -m bot check
    """
    report = wiring.checked(content, moment_of(now) or wiring.local_now())
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print_for_people(report)
    if report.errors:
        raise typer.Exit(1)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "errors": [_problem_as_json(problem) for problem in report.errors],
        "warnings": [_problem_as_json(problem) for problem in report.warnings],
        "counts": report.counts,
        "gulpease": report.gulpease,
    }


def _problem_as_json(problem: Problem) -> dict[str, object]:
    mark = problem.mark
    return {"file": mark.file, "line": mark.line, "column": mark.column, "message": problem.message}


def _print_for_people(report: Report) -> None:
    for problem in report.warnings:
        typer.echo(f"dubbio  {problem}")
    for problem in report.errors:
        typer.echo(f"errore  {problem}")
    typer.echo(f"{len(report.errors)} errori, {len(report.warnings)} dubbi")
    if report.counts:
        typer.echo(", ".join(f"{name} {count}" for name, count in report.counts.items()))
        typer.echo(", ".join(f"Gulpease {name} {value}" for name, value in report.gulpease.items()))
