"""`python -m bot export` and `import`: the services of a content folder as a spreadsheet, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from bot import installation
from bot.authoring.editing.drafts import drafted, write
from bot.authoring.exchange.services import Changes, changes_of, service_rows
from bot.authoring.exchange.sheet import SheetRow, read_sheet, write_sheet
from bot.authoring.exchange.trouble import row_problems
from bot.authoring.load import read_content
from bot.cli.options import ApplyOption, ContentOption
from bot.core.services import Availability
from bot.staff_language import translate

SheetArgument = Annotated[Path, typer.Argument(help=translate("Il foglio: un file .xlsx o .csv."), dir_okay=False)]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", help=translate("Un file YAML con le intestazioni del foglio e le nostre: «Codice: Identificativo».")),
]


def export_services(sheet: SheetArgument, content: ContentOption = installation.HOME) -> None:
    """Write the services of a content folder to a spreadsheet."""
    source = read_content(content)
    places = source.names.values_of("comune")
    lists: dict[str, list[str]] = {
        "Comune": sorted(places),
        "Categoria": list(source.names.categories),
        "Posti": [one.value for one in Availability],
        "Posti, qui": [one.value for one in Availability],
    }
    rows = list(service_rows(content))
    write_sheet(sheet, rows, lists)
    typer.echo(translate("{count} righe scritte in {sheet}.").format(count=len(rows), sheet=sheet))


def import_services(
    sheet: SheetArgument, content: ContentOption = installation.HOME, *, apply: ApplyOption = False, map_file: MapOption = None
) -> None:
    """Show the changes of a spreadsheet to a content folder; write them with `--apply`. Exit with 1 on errors."""
    names = yaml.safe_load(map_file.read_text(encoding="utf-8")) if map_file is not None else None
    try:
        rows = read_sheet(sheet, names)
        changes = changes_of(content, rows)
    except ValueError as error:
        typer.echo(translate("errore  {problem}").format(problem=error))
        raise typer.Exit(1) from error
    for sentence in changes.sentences or [translate("non cambia niente")]:
        typer.echo(sentence)
    for id in changes.missing:
        typer.echo(translate("«{id}» non è nel foglio: resta com'è. Se va tolto, cancellalo dal suo file.").format(id=id))
    if problems := _problems(content, changes, rows):
        for problem in problems:
            typer.echo(translate("errore  {problem}").format(problem=problem))
        raise typer.Exit(1)
    if apply:
        write(content, changes.files)
    elif changes.files:
        typer.echo(translate("Niente è stato scritto. Se va bene, ripeti con --apply."))


def _problems(content: Path, changes: Changes, rows: list[SheetRow]) -> list[str]:
    """Return the problems that the changes would cause in the folder, by row and column."""
    with drafted(content, changes.files) as draft:
        return row_problems(draft, read_content(draft).problems.errors, rows)
