"""`python -m bot schema`: the schemas for editors and the reference of fields, written anew from the declared fields."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.authoring.load import CONTENT_FILES
from bot.authoring.schema import documents
from bot.home import HOME
from bot.settings import SETTINGS_FILE
from bot.staff_language import translate

FolderOption = Annotated[
    Path,
    typer.Option("--folder", help=translate("La cartella che contiene docs."), show_default=translate("quella del progetto")),
]


def write_schemas(folder: FolderOption = HOME) -> None:
    """Write the schemas and the reference into the folder, and print their names."""
    for name, text in documents((*CONTENT_FILES, SETTINGS_FILE)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(name)
