"""The commands. Exit codes: 0 fine, 1 content or result wrong, 2 usage."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import wiring
from bot.authoring.problems import Problem
from bot.cli import db
from bot.cli.chat import Terminal
from bot.cli.evaluate import evaluate as evaluate_sentences
from bot.errors import BotError, ContentError
from bot.service import serve

cli = typer.Typer(
    help="Guida le persone ai servizi sociali e per la famiglia. Senza comando: run se c'è un token, altrimenti chat.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

cli.add_typer(db.cli, name="db")


def _parse_now(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise typer.BadParameter(f"«{text}» non è una data. Scrivi per esempio 2026-11-22 oppure 2026-11-22T18:30.") from error


ContentOption = Annotated[
    Path,
    typer.Option("--content", help="La cartella con flows/ e catalogue/.", show_default="quella del progetto", file_okay=False),
]
NowOption = Annotated[str | None, typer.Option("--now", help="La data di oggi, per esempio 2026-11-22.", show_default="adesso")]
XRayOption = Annotated[bool, typer.Option("--x-ray", help="Dopo ogni messaggio mostra profilo, offerte rimaste e perché.")]


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Senza comando: con un token risponde su Telegram (run), senza apre la conversazione nel terminale (chat).

    Esempio: python -m bot
    """
    if context.invoked_subcommand is None:
        if wiring.settings_of(wiring.HOME).telegram.token:
            run(wiring.HOME)
        else:
            chat(wiring.HOME, None, x_ray=False)


@cli.command()
def run(content: ContentOption = wiring.HOME) -> None:
    """Risponde su Telegram, finché non lo fermi con Ctrl-C o SIGTERM. Il token si dà con la variabile BOT_TOKEN.

    Esempio: BOT_TOKEN=123456:ABC python -m bot run
    """
    serve(content)


@cli.command()
def chat(content: ContentOption = wiring.HOME, now: NowOption = None, *, x_ray: XRayOption = False) -> None:
    """Parla con il bot nel terminale. I pulsanti si scelgono con il numero o con le parole.

    Esempio: python -m bot chat --x-ray
    """
    moment = _parse_now(now)
    world = wiring.world_of(content, moment or wiring.local_now())
    Terminal(world, lambda: moment or wiring.local_now(), x_ray=x_ray).run()


@cli.command()
def check(
    content: ContentOption = wiring.HOME,
    now: NowOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Scrive il risultato come JSON.")] = False,
) -> None:
    """Controlla tutti i contenuti: errori, dubbi, numeri e leggibilità. Esce con 1 se ci sono errori.

    Esempio: python -m bot check
    """
    report = wiring.checked(content, _parse_now(now) or wiring.local_now())
    if as_json:
        written = {
            "errors": [_as_dict(problem) for problem in report.errors],
            "warnings": [_as_dict(problem) for problem in report.warnings],
            "counts": report.counts,
            "gulpease": report.gulpease,
        }
        typer.echo(json.dumps(written, ensure_ascii=False, indent=2))
    else:
        for problem in report.warnings:
            typer.echo(f"dubbio  {problem}")
        for problem in report.errors:
            typer.echo(f"errore  {problem}")
        typer.echo(f"{len(report.errors)} errori, {len(report.warnings)} dubbi")
        if report.counts:
            typer.echo(", ".join(f"{name} {count}" for name, count in report.counts.items()))
            typer.echo(", ".join(f"Gulpease {name} {value}" for name, value in report.gulpease.items()))
    if report.errors:
        raise typer.Exit(1)


@cli.command()
def evaluate(
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Altri file di frasi di prova.")] = None,
    content: ContentOption = wiring.HOME,
    now: NowOption = None,
    *,
    queries: Annotated[
        list[Path] | None,
        typer.Option("--queries", metavar="FILE", help="Un file di frasi di prova.", show_default="catalogue/queries.yaml"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Scrive il risultato come JSON.")] = False,
    worst: Annotated[bool, typer.Option("--worst", help="Mostra anche le frasi capite male.")] = False,
    semantic: Annotated[bool, typer.Option("--semantic", help="Confronta senza e con il pacchetto semantic.")] = False,
) -> None:
    """Misura quanto il bot capisce le frasi di prova.

    Esempio: python -m bot evaluate --worst --queries prove.yaml altre.yaml
    """
    moment = _parse_now(now) or wiring.local_now()
    evaluate_sentences(content, [*(queries or []), *(more or [])], moment.date(), as_json=as_json, worst=worst, semantic=semantic)


def _as_dict(problem: Problem) -> dict[str, object]:
    mark = problem.mark
    return {"file": mark.file, "line": mark.line, "column": mark.column, "message": problem.message}


def main() -> None:
    """Runs a command; turns errors into one clear text and an exit code."""
    try:
        cli()
    except ContentError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        sys.exit(1)
    except BotError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read the output has gone; there is nobody left to tell.
        sys.stderr.close()
    except KeyboardInterrupt:
        typer.echo()
