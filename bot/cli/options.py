"""Options that several commands share, each declared once."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.home import settings_file
from bot.staff_language import staff_language_of, translate, use_language


def _with_language(content: Path) -> Path:
    """Set the language for staff from a content folder's settings, and return the folder."""
    use_language(staff_language_of(settings_file(content), os.environ))
    return content


ContentOption = Annotated[
    Path,
    typer.Option(
        "--content",
        help=translate("La cartella con flows/, catalogue/ e config.yaml."),
        show_default=translate("quella del progetto"),
        file_okay=False,
        callback=_with_language,
    ),
]
NowOption = Annotated[
    str | None,
    typer.Option("--now", help=translate("La data di oggi, per esempio 2026-11-22."), show_default=translate("adesso")),
]
ApplyOption = Annotated[bool, typer.Option("--apply", help=translate("Scrive le modifiche. Senza, le mostra soltanto."))]
JsonOption = Annotated[bool, typer.Option("--json", help=translate("Scrive il risultato come JSON."))]


def moment_of(now: str | None) -> dt.datetime | None:
    """Return the local time that `--now` states; None without it. Raises a usage error for text that is no date (ISO 8601)."""
    if now is None:
        return None
    try:
        return dt.datetime.fromisoformat(now).replace(tzinfo=None)
    except ValueError as error:
        message = translate("«{text}» non è una data. Scrivi per esempio 2026-11-22 oppure 2026-11-22T18:30.")
        raise typer.BadParameter(message.format(text=now)) from error
