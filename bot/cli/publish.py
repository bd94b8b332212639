"""`python -m bot publish`: puts a content folder in use while the bot runs, or goes back to the version before."""

from __future__ import annotations

import getpass
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import installation, wiring
from bot.authoring.changes import changes_between, first_publication, sentences
from bot.authoring.publish import read_files
from bot.cli.options import ContentOption, JsonOption
from bot.errors import UsageError
from bot.home import HOME
from bot.publishing import effects_of, files_of, publish_files, undo
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.usecases.versions import ContentVersion

FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR",
        help=translate("La cartella con flows/ e catalogue/."),
        show_default=translate("quella del progetto"),
        exists=True,
        file_okay=False,
    ),
]


def publish_content(
    folder: FolderArgument = None,
    content: ContentOption = HOME,
    *,
    reason: Annotated[str, typer.Option("--reason", help=translate("Perché, in una frase."))] = "",
    compare: Annotated[bool, typer.Option("--compare", help=translate("Mostra che cosa cambia, senza pubblicare."))] = False,
    undoing: Annotated[bool, typer.Option("--undo", help=translate("Torna alla versione precedente."))] = False,
    to: Annotated[int | None, typer.Option("--to", help=translate("Torna alla versione con questo numero."))] = None,
    listing: Annotated[bool, typer.Option("--list", help=translate("Elenca le versioni, la più nuova per prima."))] = False,
    as_json: JsonOption = False,
) -> None:
    """Publish a folder to the database named in the settings beside `content`; running bots load it by themselves."""
    if sum((compare, undoing or to is not None, listing)) > 1 or (folder is not None and (undoing or to or listing)):
        raise UsageError(translate("Scegli una cosa sola: pubblicare una cartella, --compare, --undo, --to oppure --list."))
    settings = installation.settings_of(content)
    database = wiring.database_of(settings)
    database.migrate()
    versions = database.once(lambda unit: unit.content_versions.list())
    if listing:
        _print_versions(versions, as_json=as_json)
    elif compare:
        files = read_files(folder or content)
        if versions:
            found = sentences(changes_between(files_of(database, versions[0].number), files))
            found += effects_of(database, settings, files, time.time())
        else:
            found = [first_publication(files)]
        _print_changes(found, as_json=as_json)
    elif undoing or to is not None:
        _print_published(database, undo(database, settings, time.time(), author=_author(), to=to), versions, as_json=as_json)
    else:
        files = read_files(folder or content)
        version = publish_files(database, settings, files, time.time(), reason=reason, author=_author())
        _print_published(database, version, versions, as_json=as_json)


def _author() -> str:
    """Return the name of the user account that runs the command; "" without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _print_published(database: Database, version: ContentVersion, before: Sequence[ContentVersion], *, as_json: bool) -> None:
    earlier = files_of(database, before[0].number) if before else {}
    found = sentences(changes_between(earlier, files_of(database, version.number))) if before else []
    if as_json:
        typer.echo(json.dumps({**_as_json(version), "changes": found}, ensure_ascii=False, indent=2))
        return
    typer.echo(translate("Pubblicata la versione {number}. Il bot la usa tra pochi secondi.").format(number=version.number))
    for sentence in found:
        typer.echo(f"  {sentence}")


def _print_changes(found: list[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for sentence in found or [translate("Non cambia niente.")]:
        typer.echo(sentence)


def _print_versions(versions: Sequence[ContentVersion], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in versions], ensure_ascii=False, indent=2))
        return
    for one in versions:
        when = f"{installation.local(one.published_at):%d/%m/%Y %H:%M}"
        typer.echo(f"{one.number}  {when}  {one.author}  {one.reason}".rstrip())
    if not versions:
        typer.echo(translate("Nessuna versione pubblicata."))


def _as_json(version: ContentVersion) -> dict[str, object]:
    when = installation.local(version.published_at).isoformat(timespec="seconds")
    return {
        "version": version.number,
        "published": when,
        "author": version.author,
        "reason": version.reason,
        "restores": version.restores,
    }
