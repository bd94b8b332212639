"""`python -m bot export` and `import`: the services of a content folder as a spreadsheet, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml

from bot.authoring.editing.drafts import drafted, write
from bot.authoring.exchange.hsds import document, read_document
from bot.authoring.exchange.services import Changes, changes_of, service_rows
from bot.authoring.exchange.sheet import SheetRow, read_sheet, write_sheet
from bot.authoring.exchange.trouble import row_problems
from bot.authoring.load import read_content
from bot.authoring.source import Source
from bot.cli.options import ApplyOption, ContentOption
from bot.core.attributes import PLACE, Place
from bot.core.services import Availability
from bot.home import HOME
from bot.staff_language import translate

SheetArgument = Annotated[
    Path, typer.Argument(help=translate("Il foglio: un file .xlsx o .csv, o i servizi in HSDS 3.0: .json."), dir_okay=False)
]
CategoryOption = Annotated[
    str, typer.Option("--category", help=translate("La categoria dei servizi di un file HSDS che non ne hanno una."))
]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", help=translate("Un file YAML con le intestazioni del foglio e le nostre: «Codice: Identificativo».")),
]
#: The ending of files that are HSDS documents.
HSDS_ENDING = ".json"
#: Services that are not in a sheet, up to which each is told.
_MOST_MISSING_TOLD = 10


def export_services(sheet: SheetArgument, content: ContentOption = HOME) -> None:
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
    if sheet.suffix.lower() == HSDS_ENDING:
        services = source.content.services_by_id if source.content is not None else {}
        page = document(rows, services, _places(source))
        sheet.write_text(json.dumps(page, ensure_ascii=False, indent=2), encoding="utf-8")
    else:
        write_sheet(sheet, rows, lists)
    typer.echo(translate("{count} righe scritte in {sheet}.").format(count=len(rows), sheet=sheet))


def import_services(
    sheet: SheetArgument,
    content: ContentOption = HOME,
    *,
    apply: ApplyOption = False,
    map_file: MapOption = None,
    category: CategoryOption = "",
) -> None:
    """Show the changes of a sheet or HSDS document to a content folder; write them with `--apply`. Exit with 1 on errors."""
    names = yaml.safe_load(map_file.read_text(encoding="utf-8")) if map_file is not None else None
    try:
        lost: list[str] = []
        if sheet.suffix.lower() == HSDS_ENDING:
            rows, lost = read_document(sheet.read_text(encoding="utf-8"), _places(read_content(content)), category)
        else:
            rows = read_sheet(sheet, names)
        changes = changes_of(content, rows)
    except ValueError as error:
        typer.echo(translate("errore  {problem}").format(problem=error))
        raise typer.Exit(1) from error
    for sentence in (*lost, *(changes.sentences or [translate("non cambia niente")])):
        typer.echo(sentence)
    missing = changes.missing if sheet.suffix.lower() != HSDS_ENDING else []
    if len(missing) > _MOST_MISSING_TOLD:
        typer.echo(translate("{count} servizi non sono nel foglio: restano come sono.").format(count=len(missing)))
    for id in missing if len(missing) <= _MOST_MISSING_TOLD else ():
        typer.echo(translate("«{id}» non è nel foglio: resta com'è. Se va tolto, cancellalo dal suo file.").format(id=id))
    if problems := _problems(content, changes, rows):
        for problem in problems:
            typer.echo(translate("errore  {problem}").format(problem=problem))
        raise typer.Exit(1)
    if apply:
        write(content, changes.files)
    elif changes.files:
        typer.echo(translate("Niente è stato scritto. Se va bene, ripeti con --apply."))


def _places(source: Source) -> dict[str, Place]:
    """Return the municipalities of a content by id; empty if it has errors."""
    terms = source.content.vocabulary[PLACE].terms if source.content is not None else {}
    return {id: term for id, term in terms.items() if isinstance(term, Place)}


def _problems(content: Path, changes: Changes, rows: list[SheetRow]) -> list[str]:
    """Return the problems that the changes would cause in the folder, by row and column."""
    with drafted(content, changes.files) as draft:
        return row_problems(draft, read_content(draft).problems.errors, rows)
