"""`python -m bot season`: copies last year's seasonal services, with new dates that must be confirmed."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.authoring.editing.drafts import errors_after, write
from bot.authoring.editing.seasons import next_season
from bot.cli.options import ApplyOption, ContentOption, JsonOption
from bot.errors import ContentError
from bot.home import HOME
from bot.staff_language import translate

YearOption = Annotated[int, typer.Option("--to", help=translate("L'anno nuovo, per esempio 2027."), min=2000, max=2100)]
SeasonFileOption = Annotated[
    str, typer.Option("--file", help=translate("Un solo file, per esempio estate.yaml."), show_default=translate("tutti"))
]


def copy_season(
    to: YearOption,
    file: SeasonFileOption = "",
    content: ContentOption = HOME,
    *,
    apply: ApplyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show which services of last year would be copied, and write them with `--apply`; exit with 1 if that made an error."""
    season = next_season(content, to, file)
    if errors := errors_after(content, season.files):
        raise ContentError([str(error) for error in errors])
    if apply:
        write(content, season.files)
    if as_json:
        typer.echo(json.dumps({"copies": dict(season.copies), "files": list(season.files)}, ensure_ascii=False, indent=2))
        return
    for old, new in season.copies.items():
        typer.echo(translate("«{old}» torna come «{new}»: date da confermare").format(old=old, new=new))
    if not season.copies:
        typer.echo(translate("Nessun servizio con le date del {year}.").format(year=to - 1))
    elif not apply:
        typer.echo(translate("Niente è stato scritto. Se va bene, ripeti con --apply."))
