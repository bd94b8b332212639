"""`python -m bot report`: the report on needs in some months, as a page, a workbook, CSV or JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot import installation, wiring
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.secrecy import Level
from bot.core.tally import month_number
from bot.home import HOME
from bot.reporting import report_on_needs
from bot.reports.files import csv_of, workbook_of, write_folder
from bot.reports.html import page_of
from bot.reports.report import Report
from bot.staff_language import translate

_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")
#: The circles of readers, as they are written on the command line.
_LEVELS = {level.name.lower(): level for level in Level}


LevelOption = Annotated[str, typer.Option("--level", help=translate("inside: per la rete. outside: per chiunque, arrotondato."))]


def report_needs(
    context: typer.Context,
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    since: Annotated[str, typer.Option("--from", metavar="MESE", help=translate("Il primo mese, per esempio 2026-01."))] = "",
    until: Annotated[str, typer.Option("--until", metavar="MESE", help=translate("L'ultimo mese, compreso."))] = "",
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help=translate("Scrive una pagina web."))] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=translate("Scrive un file Excel."))] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="CARTELLA", help=translate("Scrive una cartella di CSV."))] = None,
    proposals: Annotated[
        Path | None,
        typer.Option("--proposals", metavar="FILE", help=translate("Scrive solo che cosa manca, per il tavolo dei Comuni.")),
    ] = None,
    level: LevelOption = "inside",
    as_json: JsonOption = False,
) -> None:
    """Write the report on whole calendar months; without dates, on the last twelve that are over. Other reports are commands."""
    if context.invoked_subcommand is not None:
        return
    moment = moment_of(now) or installation.local_now()
    end = _month(until) + 1 if until else month_number(moment.date())
    first = _month(since) if since else end - MONTHS_PER_YEAR
    report = make_report(content, level_of(level), range(first, end), moment)
    if html is not None:
        html.write_text(page_of(report), encoding="utf-8")
    if xlsx is not None:
        xlsx.write_bytes(workbook_of(report))
    if csv is not None:
        write_folder(csv_of(report), csv)
    if proposals is not None:
        gaps = tuple(table for table in report.tables if table.steps)
        proposals.write_text(page_of(replace(report, tables=gaps)), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    elif not any((html, xlsx, csv, proposals)):
        _print(report)


def level_of(text: str) -> Level:
    """Return the circle of readers named in a text. Raises a usage error for any other text."""
    if text not in _LEVELS:
        raise typer.BadParameter(translate("«{text}» non è un livello: scrivi inside oppure outside.").format(text=text))
    return _LEVELS[text]


def make_report(content: Path, level: Level, months: range, now: dt.datetime) -> Report:
    """Return the report of an installation on some months. Raises UsageError where there is nothing to report."""
    database = wiring.database_of(installation.settings_of(content))
    return report_on_needs(database, installation.world_of(content, now), level, months, now.date(), progress=_progress)


def _month(text: str) -> int:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= MONTHS_PER_YEAR:
        raise typer.BadParameter(translate("«{text}» non è un mese. Scrivi per esempio 2026-03.").format(text=text))
    return int(found[1]) * MONTHS_PER_YEAR + int(found[2]) - 1


def _print(report: Report) -> None:
    """Print the sentences of a report."""
    typer.echo(report.period.capitalize())
    for sentence in (*report.sentences, *(one for table in report.tables for one in table.sentences)):
        typer.echo(f"- {sentence}")


def _progress(count: int) -> None:
    typer.echo("\r" + translate("{count} righe").format(count=count), nl=False, err=True)
