"""`python -m bot report survey`: the results of a survey."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import installation, wiring
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.cli.report_needs import LevelOption, level_of
from bot.core.flow import Purpose
from bot.core.ledger import RowKind
from bot.core.survey import load_sheet
from bot.home import HOME
from bot.reports.files import write_folder
from bot.reports.survey import SurveyResults
from bot.staff_language import translate
from bot.usecases.ports import Unit


def report_survey(
    survey: Annotated[str, typer.Argument(help=translate("Il nome del flusso del sondaggio."))],
    content: ContentOption = HOME,
    now: NowOption = None,
    level: LevelOption = "inside",
    *,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help=translate("Scrive un file Excel."))] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="CARTELLA", help=translate("Scrive una cartella di CSV."))] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the results of a survey, with its data and their code book."""
    world = installation.world_of(content, moment_of(now) or installation.local_now())
    flow = world.content.flows.get(survey)
    if flow is None or flow.purpose is not Purpose.SURVEY:
        raise typer.BadParameter(translate("«{text}» non è un sondaggio.").format(text=survey))

    def sheets(unit: Unit) -> list[str]:
        return [row.payload for row in unit.ledger.rows([RowKind.SHEET], 0.0, float("inf"))]

    found = [load_sheet(text) for text in wiring.database_of(installation.settings_of(content)).once(sheets)]
    results = SurveyResults(flow, world, [sheet for sheet in found if sheet.flow == flow.id], level_of(level))
    if xlsx is not None:
        xlsx.write_bytes(results.workbook())
    if csv is not None:
        write_folder(results.csv_files(), csv)
    if as_json:
        typer.echo(json.dumps(results.as_json(), ensure_ascii=False, indent=2))
    elif xlsx is None and csv is None:
        typer.echo(results.csv_files()["risultati.csv"])
