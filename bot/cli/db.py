"""`python -m bot db`: the database, and the updates in it that were set aside."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import installation, wiring
from bot.cli.options import ContentOption, JsonOption
from bot.core.hours import TIMEZONE
from bot.errors import UsageError
from bot.home import HOME
from bot.settings import Settings
from bot.staff_language import translate
from bot.storage.backup import read_backup, write_backup
from bot.storage.rotation import make_key, reseal
from bot.storage.sealing import KEY_LOOK_SECONDS
from bot.usecases.ports import Unit
from bot.usecases.queues import QuarantinedUpdate

_T = TypeVar("_T")

database_commands = typer.Typer(
    help=translate("Il database: stato, aggiornamento, copie di sicurezza, messaggi messi da parte."),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
quarantine_commands = typer.Typer(
    help=translate("I messaggi che il bot non è riuscito a elaborare e ha messo da parte."),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
database_commands.add_typer(quarantine_commands, name="quarantine")

FileArgument = Annotated[Path, typer.Argument(help=translate("Il file della copia, per esempio copia.jsonl.gz."), dir_okay=False)]


def on_database(content: Path, function: Callable[[Unit], _T]) -> _T:
    """Run a function in a transaction of its own, also while the bot runs. Raises UsageError for tables of another version."""
    database = wiring.database_of(installation.settings_of(content))
    revision = database.revision()
    if revision.current != revision.newest:
        raise UsageError(translate("Le tabelle non sono aggiornate: prima python -m bot db migrate."))
    return database.once(function)


@database_commands.command(
    help=translate("Mostra versione delle tabelle, code e messaggi messi da parte.\n\nEsempio: python -m bot db status"),
)
def status(content: ContentOption = HOME, *, as_json: JsonOption = False) -> None:
    """Print the version of the tables, the queues and how many messages are set aside."""
    database = wiring.database_of(installation.settings_of(content))
    revision = database.revision()
    found: dict[str, object] = {
        "database": database.described, "revision": revision.current, "newest": revision.newest,
    }  # fmt: skip
    if revision.current == revision.newest:
        counts = database.once(lambda unit: unit.queue_counts())
        found |= {
            "inbox": counts.inbox.waiting,
            "outbox": counts.outbox.waiting,
            "quarantined": counts.quarantined,
            "chats": counts.chats,
            "open_cases": counts.open_cases,
        }
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    labels = {
        "database": translate("database"),
        "revision": translate("tabelle alla versione"),
        "newest": translate("versione di questo bot"),
        "inbox": translate("messaggi da elaborare"),
        "outbox": translate("messaggi da inviare"),
        "quarantined": translate("messaggi messi da parte"),
        "chats": translate("chat"),
        "open_cases": translate("richieste aperte"),
    }
    nothing = translate("nessuna")
    for key, value in found.items():
        typer.echo(f"{labels[key]}: {value if value is not None else nothing}")


@database_commands.command(
    help=translate(
        "Porta le tabelle alla versione di questo bot. Il bot lo fa da sé quando parte.\n\nEsempio: python -m bot db migrate"
    ),
)
def migrate(content: ContentOption = HOME) -> None:
    """Bring the tables to the version of this bot."""
    revision = wiring.database_of(installation.settings_of(content)).migrate()
    typer.echo(translate("tabelle alla versione: {version}").format(version=revision.current))


@database_commands.command(
    "backup",
    help=translate(
        "Scrive una copia di tutto il database, anche mentre il bot lavora.\n\nEsempio: python -m bot db backup copia.jsonl.gz"
    ),
)
def back_up(file: FileArgument, content: ContentOption = HOME) -> None:
    """Write a backup of the whole database, also while the bot runs."""
    count = write_backup(wiring.database_of(installation.settings_of(content)), file, _progress)
    typer.echo(translate("{count} righe salvate in {file}").format(count=count, file=file))


@database_commands.command(
    help=translate(
        "Riempie un database vuoto con una copia, fatta da SQLite o da PostgreSQL. A bot fermo.\n\n"
        "Esempio: BOT_DATABASE__URL=sqlite:///nuovo.db python -m bot db restore copia.jsonl.gz"
    ),
)
def restore(file: FileArgument, content: ContentOption = HOME) -> None:
    """Fill an empty database with a backup."""
    count = read_backup(wiring.database_of(installation.settings_of(content)), file, _progress)
    typer.echo(translate("{count} righe ripristinate").format(count=count))


@database_commands.command(
    "init",
    help=translate(
        "Crea la chiave che cifra le parole delle persone, e cifra quello che c'è già. Fai una copia della chiave: senza, i dati "
        "sono persi.\n\nEsempio: python -m bot db init"
    ),
)
def make_first_key(content: ContentOption = HOME) -> None:
    """Create the key that encrypts people's words, and encrypt existing rows; exit with 2 if there is a key already."""
    settings = installation.settings_of(content)
    if wiring.keyring_for(settings) is not None:
        raise UsageError(translate("Una chiave c'è già. Per cambiarla: python -m bot db rotate."))
    _make_key(settings)


@database_commands.command(
    help=translate(
        "Cambia la chiave che cifra le parole delle persone, anche mentre il bot lavora. Le chiavi vecchie restano nel file, per "
        "le copie di sicurezza.\n\nEsempio: python -m bot db rotate"
    ),
)
def rotate(content: ContentOption = HOME) -> None:
    """Create a new key, and encrypt people's words with it, also while the bot runs."""
    settings = installation.settings_of(content)
    if wiring.keyring_for(settings) is None:
        raise UsageError(translate("Non c'è ancora una chiave: prima python -m bot db init."))
    if settings.database.keys:
        raise UsageError(translate("Le chiavi stanno nelle impostazioni: aggiungi lì la nuova in fondo, poi riavvia il bot."))
    _make_key(settings, delay=KEY_LOOK_SECONDS)


def _make_key(settings: Settings, *, delay: float = 0.0) -> None:
    """Add a key and encrypt all rows with it, after a delay in seconds in which a running bot loads the key."""
    path = Path(settings.database.key_file)
    id = make_key(path)
    typer.echo(translate("chiave {id} in {path}: fanne una copia, lontano dal database").format(id=id, path=path))
    keyring = wiring.keyring_for(settings)
    database = wiring.database_of(settings)
    revision = database.revision()
    if keyring is not None and revision.current == revision.newest:
        database.once(lambda unit: unit.audit.record("program", "key", f"key:{id}", time.time()))
        time.sleep(delay)
        count = reseal(database, keyring, _progress)
        typer.echo(translate("{count} righe cifrate").format(count=count))


@quarantine_commands.command(
    "list",
    help=translate(
        "Elenca i messaggi messi da parte, con l'errore. Le parole delle persone non compaiono.\n\n"
        "Esempio: python -m bot db quarantine list"
    ),
)
def list_quarantined(content: ContentOption = HOME, *, as_json: JsonOption = False) -> None:
    """Print the messages set aside with their errors, without anybody's words."""
    rows = on_database(content, lambda unit: unit.inbox.list_quarantined())
    if as_json:
        typer.echo(json.dumps([_as_dict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        written = _as_dict(row)
        typer.echo(f"{row.id}  {written['received']}  update {row.update_id}  {written['error']}")
    typer.echo(translate("{count} messaggi messi da parte").format(count=len(rows)))


@quarantine_commands.command(
    help=translate(
        "Rimette in coda i messaggi messi da parte, ognuno al suo posto nella sua chat.\n\n"
        "Esempio: python -m bot db quarantine retry 12 15"
    ),
)
def retry(
    ids: Annotated[
        list[int] | None,
        typer.Argument(help=translate("I numeri da riprovare; senza numeri, tutti."), metavar=translate("[NUMERO]...")),
    ] = None,
    content: ContentOption = HOME,
) -> None:
    """Queue messages again that were set aside; exit with 1 if some of the numbers belong to none."""
    count = on_database(content, lambda unit: unit.inbox.retry(ids or None))
    typer.echo(translate("{count} messaggi di nuovo in coda").format(count=count))
    if ids and count < len(set(ids)):
        message = translate("{count} numeri non sono tra quelli messi da parte")
        typer.echo(message.format(count=len(set(ids)) - count), err=True)
        raise typer.Exit(1)


def _as_dict(row: QuarantinedUpdate) -> dict[str, object]:
    """Return a row as JSON without anybody's words: only the first line of its error."""
    received = dt.datetime.fromtimestamp(row.received_at, TIMEZONE).isoformat(timespec="seconds")
    return {"id": row.id, "update_id": row.update_id, "received": received, "error": row.error.partition("\n")[0]}


def _progress(count: int) -> None:
    typer.echo("\r" + translate("{count} righe").format(count=count), nl=False, err=True)
