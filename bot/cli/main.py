"""The command line: it joins the commands, one file each, and turns errors into a sentence and an exit code.

A command's file is imported when it is called: help comes at once. Exit codes: 0 fine, 1 content or result wrong, 2 usage.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from bot.errors import BotError, ContentError, LanguageDataError
from bot.home import HOME
from bot.staff_language import translate


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: the file in this folder, the function or the group of commands in it, and its help."""

    file: str
    function: str
    help: str


COMMAND_ENTRIES = {
    "run": CommandEntry(
        "run",
        "run",
        translate(
            "Risponde su Telegram, finché non lo fermi con Ctrl-C o SIGTERM. Il token si dà con la variabile BOT_TOKEN.\n\n"
            "Esempio: BOT_TOKEN=123456:ABC python -m bot run"
        ),
    ),
    "chat": CommandEntry(
        "chat",
        "chat_in_terminal",
        translate(
            "Parla con il bot nel terminale. I pulsanti si scelgono con il numero o con le parole.\n\n"
            "Esempio: python -m bot chat --x-ray"
        ),
    ),
    "console": CommandEntry(
        "console",
        "open_console",
        translate(
            "Apre nel browser la prova del bot e i suoi contenuti. Si vede solo da questa macchina.\n\n"
            "Esempio: python -m bot console --port 8765"
        ),
    ),
    "check": CommandEntry(
        "check",
        "check_content",
        translate(
            "Controlla tutti i contenuti: errori, dubbi, numeri e leggibilità. Esce con 1 se ci sono errori.\n\n"
            "Esempio: python -m bot check"
        ),
    ),
    "publish": CommandEntry(
        "publish",
        "publish_content",
        translate(
            "Pubblica una cartella di contenuti mentre il bot lavora: la controlla tutta, poi la cambia in una volta. Se ci sono"
            " errori non cambia niente.\n\n"
            'Esempio: python -m bot publish . --reason "Orari estivi"'
        ),
    ),
    "export": CommandEntry(
        "exchange",
        "export_services",
        translate("Scrive i servizi in un foglio di calcolo, una riga per luogo.\n\nEsempio: python -m bot export servizi.xlsx"),
    ),
    "import": CommandEntry(
        "exchange",
        "import_services",
        translate(
            "Mostra che cosa cambia un foglio di calcolo nei servizi; con --apply lo scrive. Esce con 1 se ci sono errori.\n\n"
            "Esempio: python -m bot import servizi.xlsx --apply"
        ),
    ),
    "new": CommandEntry(
        "new",
        "add_entry",
        translate(
            "Aggiunge un servizio, un bisogno, un flusso, un Comune o un argomento: chiede i campi uno per uno, li controlla e"
            " scrive la voce nel suo file.\n\nEsempio: python -m bot new service"
        ),
    ),
    "season": CommandEntry(
        "season",
        "copy_season",
        translate(
            "Copia i servizi di stagione dell'anno prima con le date nuove, da confermare. Mostra quali; con --apply li"
            " scrive.\n\nEsempio: python -m bot season --to 2027 --file estate.yaml --apply"
        ),
    ),
    "rename": CommandEntry(
        "rename",
        "rename_everywhere",
        translate(
            "Cambia un nome in tutti i file: dove è dichiarato e dove è usato. Il resto resta com'è, commenti compresi.\n\n"
            "Esempio: python -m bot rename need doposcuola dopo-scuola"
        ),
    ),
    "evaluate": CommandEntry(
        "evaluate",
        "evaluate_understanding",
        translate(
            "Misura quanto il bot capisce le frasi di prova.\n\n"
            "Esempio: python -m bot evaluate --worst --queries prove.yaml altre.yaml"
        ),
    ),
    "label": CommandEntry(
        "label",
        "label_sentences",
        translate(
            "Mostra che cosa il bot legge in ogni frase e perché, e scrive come esempio quello che vuol dire davvero.\n\n"
            "Esempio: python -m bot label --from-ledger"
        ),
    ),
    "schema": CommandEntry(
        "schema",
        "write_schemas",
        translate(
            "Riscrive gli schemi per gli editor (docs/schemas) e il riferimento dei campi (docs/campi.md).\n\n"
            "Esempio: python -m bot schema"
        ),
    ),
    "qr": CommandEntry(
        "qr",
        "write_qr_code",
        translate(
            "Scrive un codice QR per manifesti e volantini: apre il bot a un servizio, un bisogno, un Comune o un flusso.\n\n"
            "Esempio: python -m bot qr asilo-nido melegnano --bot socialpoint_bot --out nido.svg"
        ),
    ),
    "db": CommandEntry(
        "db",
        "database_commands",
        translate("Il database: stato, aggiornamento, copie di sicurezza, messaggi messi da parte."),
    ),
    "report": CommandEntry(
        "report",
        "report_commands",
        translate(
            "I bisogni raccolti dal bot, per mesi interi: che cosa si cerca, dove, e che cosa manca.\n\n"
            "Esempio: python -m bot report --from 2026-01 --until 2026-12 --html bisogni.html"
        ),
    ),
    "privacy": CommandEntry(
        "privacy",
        "privacy_commands",
        translate("Le persone e i loro dati: registro dei trattamenti, scheda di trasparenza, cancellazione su richiesta."),
    ),
}


class CommandGroup(TyperGroup):
    """A group of commands that imports only the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name of the typed command, the command itself, imported now, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, _imported(name) if name in COMMAND_ENTRIES else command, rest


def _imported(name: str) -> Any:
    """Import and return a command, or a group of commands, by its name."""
    entry = COMMAND_ENTRIES[name]
    found = getattr(import_module(f"bot.cli.{entry.file}"), entry.function)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name, help=entry.help)(found)
    return typer.main.get_command(alone)


def _placeholder() -> None:
    """Do nothing: stands for a command until its file is imported."""


commands = typer.Typer(
    cls=CommandGroup,
    help=translate(
        "Guida le persone ai servizi sociali e per la famiglia. Senza comando: run se c'è un token, altrimenti console,"
        " o chat dove non c'è uno schermo."
    ),
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _name, _entry in COMMAND_ENTRIES.items():
    commands.command(_name, help=_entry.help)(_placeholder)


@commands.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Run the bot with a token; without one open the console, or a conversation in the terminal where there is no screen."""
    if context.invoked_subcommand is None:
        # Imported when they are called, like every other command.
        from bot import installation  # noqa: PLC0415
        from bot.cli.console import has_screen, serve_console  # noqa: PLC0415

        if installation.settings_of(HOME).telegram.token:
            from bot.cli.run import run  # noqa: PLC0415

            run(HOME)
        elif has_screen():
            serve_console(HOME)
        else:
            from bot.cli.chat import chat_in_terminal  # noqa: PLC0415

            chat_in_terminal(HOME, None, x_ray=False)


def run_command_line() -> None:
    """Run the command that was typed, and end the process with its exit code and, for an error, one clear text."""
    try:
        commands()
    except ContentError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        sys.exit(1)
    except LanguageDataError as error:
        typer.echo(f"bot/language/{error}", err=True)
        sys.exit(1)
    except BotError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of the output has gone; there is nobody left to tell.
        sys.stderr.close()
    except KeyboardInterrupt:
        typer.echo()
