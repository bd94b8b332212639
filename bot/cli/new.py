"""`python -m bot new`: a new service, need, flow, municipality or topic, asked line by line or given by a program."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import installation
from bot.authoring.editing.drafts import errors_after, write
from bot.authoring.editing.new_entries import EntryKind, Values, form_of, new_entry
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.errors import ContentError, UsageError
from bot.home import HOME
from bot.staff_language import translate

EntryKindArgument = Annotated[EntryKind, typer.Argument(help=translate("Che cosa: service, need, flow, place, topic."))]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help=translate("Un campo, per esempio «name=Nido Arcobaleno». Con --set non chiede niente.")),
]
FileOption = Annotated[
    str,
    typer.Option("--file", help=translate("Il file di un servizio nuovo."), show_default=translate("quello della sua categoria")),
]


def add_entry(
    kind: EntryKindArgument,
    fields: SetOption = None,
    file: FileOption = "",
    content: ContentOption = HOME,
    now: NowOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Ask for the fields of a new entry and write it; `--json` reads them from the input. Exit with 1 if that made an error."""
    form = form_of(content, kind, (moment_of(now) or installation.local_now()).date())
    values = dict(_pair(one) for one in fields) if fields else _from_input() if as_json else form.asked(_ask, typer.echo)
    entry = new_entry(content, kind, values, f"catalogue/services/{Path(file).name}" if file else "")
    if entry.id in form.taken:
        raise UsageError(translate("«{name}» c'è già. Scegli un altro nome.").format(name=entry.id))
    if errors := errors_after(content, {entry.file: entry.text}):
        if not as_json:
            raise ContentError([str(error) for error in errors])
        typer.echo(json.dumps({"errors": [str(error) for error in errors]}, ensure_ascii=False, indent=2))
        raise typer.Exit(1)
    write(content, {entry.file: entry.text})
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "file": entry.file, "errors": []}, ensure_ascii=False, indent=2))
    else:
        typer.echo(translate("Scritto in {file}: «{id}». Ora: python -m bot check").format(file=entry.file, id=entry.id))


def _pair(written: str) -> tuple[str, object]:
    name, sign, value = written.partition("=")
    if not sign:
        raise typer.BadParameter(translate("«{text}» non va bene: scrivi campo=valore.").format(text=written))
    return name.strip(), value.strip()


def _from_input() -> Values:
    try:
        values = json.load(sys.stdin)
    except ValueError as error:
        raise UsageError(translate("Non è JSON: {error}").format(error=error)) from error
    if not isinstance(values, dict):
        raise UsageError(translate("Serve un oggetto JSON con i campi."))
    return values


def _ask(question: str) -> str:
    typer.echo(question)
    line = sys.stdin.readline()
    if not line:
        raise UsageError(translate("Le risposte sono finite prima delle domande: non ho scritto niente."))
    return line.strip()
