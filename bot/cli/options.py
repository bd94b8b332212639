"""Options that several commands share, each declared once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

ContentOption = Annotated[
    Path,
    typer.Option(
        "--content", help="La cartella con flows/, catalogue/ e config.yaml.", show_default="quella del progetto", file_okay=False
    ),
]
NowOption = Annotated[str | None, typer.Option("--now", help="La data di oggi, per esempio 2026-11-22.", show_default="adesso")]
JsonOption = Annotated[bool, typer.Option("--json", help="Scrive il risultato come JSON.")]


def moment_of(now: str | None) -> dt.datetime | None:
    """Return the local time that `--now` states; None without it. Raises a usage error for text that is no date (ISO 8601)."""
    if now is None:
        return None
    try:
        return dt.datetime.fromisoformat(now).replace(tzinfo=None)
    except ValueError as error:
        raise typer.BadParameter(f"«{now}» non è una data. Scrivi per esempio 2026-11-22 oppure 2026-11-22T18:30.") from error
