"""`python -m bot rename`: another name for a service, a need, a municipality …, everywhere in the content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import installation
from bot.authoring.editing.drafts import errors_after, write
from bot.authoring.editing.renaming import NameKind, renamed
from bot.authoring.fields import NameUse
from bot.authoring.load import read_content
from bot.cli.options import ContentOption, JsonOption
from bot.errors import ContentError
from bot.home import HOME, SETTINGS_NAME
from bot.settings import desk_uses
from bot.staff_language import translate

NameKindArgument = Annotated[NameKind, typer.Argument(help=translate("Che cosa: service, need, place, category …"))]
OldArgument = Annotated[str, typer.Argument(help=translate("Il nome di adesso. Per un valore: attributo/valore."))]
NewArgument = Annotated[str, typer.Argument(help=translate("Il nome nuovo."))]


def rename_everywhere(
    kind: NameKindArgument,
    old: OldArgument,
    new: NewArgument,
    content: ContentOption = HOME,
    *,
    as_json: JsonOption = False,
) -> None:
    """Rename an entry in all files; exit with 1 if that causes an error, and with 2 if there is no such name."""
    found = renamed(content, kind, old, new, _uses_of_desks(content))
    inside = {name: text for name, text in found.files.items() if name != SETTINGS_NAME}
    if errors := errors_after(content, inside):
        raise ContentError([str(error) for error in errors])
    write(content, found.files)
    if as_json:
        typer.echo(json.dumps({"files": dict(found.counts)}, ensure_ascii=False, indent=2))
        return
    for name, count in found.counts.items():
        typer.echo(translate("{file}: cambiato {count} volte").format(file=name, count=count))
    if kind is NameKind.SERVICE:
        typer.echo(translate("I pulsanti già mandati con il nome di prima diranno che sono vecchi."))


def _uses_of_desks(content: Path) -> list[NameUse]:
    """Return the names that the conditions of desks use, if this folder has settings of its own."""
    if not (content / SETTINGS_NAME).exists():
        return []
    return desk_uses(installation.settings_of(content), read_content(content).names)
