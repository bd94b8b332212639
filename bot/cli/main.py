"""The command line: one file a command; this one joins them and turns errors into a sentence and an exit code.

Exit codes: 0 fine, 1 content or result wrong, 2 usage.
"""

from __future__ import annotations

import sys

import typer

from bot import wiring
from bot.cli.chat import chat_in_terminal
from bot.cli.check import check_content
from bot.cli.console import has_screen, open_console, serve_console
from bot.cli.db import database_commands
from bot.cli.evaluate import evaluate_understanding
from bot.cli.exchange import export_services, import_services
from bot.cli.label import label_sentences
from bot.cli.new import add_entry
from bot.cli.privacy import privacy_commands
from bot.cli.publish import publish_content
from bot.cli.qr import write_qr_code
from bot.cli.rename import rename_everywhere
from bot.cli.report import report_commands
from bot.cli.run import run
from bot.cli.schema import write_schemas
from bot.cli.season import copy_season
from bot.errors import BotError, ContentError
from bot.staff_language import translate

commands = typer.Typer(
    help=translate(
        "Guida le persone ai servizi sociali e per la famiglia. Senza comando: run se c'è un token, altrimenti console,"
        " o chat dove non c'è uno schermo."
    ),
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
commands.command(
    "run",
    help=translate(
        "Risponde su Telegram, finché non lo fermi con Ctrl-C o SIGTERM. Il token si dà con la variabile BOT_TOKEN.\n\n"
        "Esempio: BOT_TOKEN=123456:ABC python -m bot run"
    ),
)(run)
commands.command(
    "chat",
    help=translate(
        "Parla con il bot nel terminale. I pulsanti si scelgono con il numero o con le parole.\n\n"
        "Esempio: python -m bot chat --x-ray"
    ),
)(chat_in_terminal)
commands.command(
    "console",
    help=translate(
        "Apre nel browser la prova del bot e i suoi contenuti. Si vede solo da questa macchina.\n\n"
        "Esempio: python -m bot console --port 8765"
    ),
)(open_console)
commands.command(
    "check",
    help=translate(
        "Controlla tutti i contenuti: errori, dubbi, numeri e leggibilità. Esce con 1 se ci sono errori.\n\n"
        "Esempio: python -m bot check"
    ),
)(check_content)
commands.command(
    "publish",
    help=translate(
        "Pubblica una cartella di contenuti mentre il bot lavora: la controlla tutta, poi la cambia in una volta. Se ci sono"
        " errori non cambia niente.\n\n"
        'Esempio: python -m bot publish . --reason "Orari estivi"'
    ),
)(publish_content)
commands.command(
    "export",
    help=translate("Scrive i servizi in un foglio di calcolo, una riga per luogo.\n\nEsempio: python -m bot export servizi.xlsx"),
)(export_services)
commands.command(
    "import",
    help=translate(
        "Mostra che cosa cambia un foglio di calcolo nei servizi; con --apply lo scrive. Esce con 1 se ci sono errori.\n\n"
        "Esempio: python -m bot import servizi.xlsx --apply"
    ),
)(import_services)
commands.command(
    "new",
    help=translate(
        "Aggiunge un servizio, un bisogno, un flusso, un Comune o un argomento: chiede i campi uno per uno, li controlla e scrive"
        " la voce nel suo file.\n\nEsempio: python -m bot new service"
    ),
)(add_entry)
commands.command(
    "season",
    help=translate(
        "Copia i servizi di stagione dell'anno prima con le date nuove, da confermare. Mostra quali; con --apply li scrive.\n\n"
        "Esempio: python -m bot season --to 2027 --file estate.yaml --apply"
    ),
)(copy_season)
commands.command(
    "rename",
    help=translate(
        "Cambia un nome in tutti i file: dove è dichiarato e dove è usato. Il resto resta com'è, commenti compresi.\n\n"
        "Esempio: python -m bot rename need doposcuola dopo-scuola"
    ),
)(rename_everywhere)
commands.command(
    "evaluate",
    help=translate(
        "Misura quanto il bot capisce le frasi di prova.\n\n"
        "Esempio: python -m bot evaluate --worst --queries prove.yaml altre.yaml"
    ),
)(evaluate_understanding)
commands.command(
    "label",
    help=translate(
        "Mostra che cosa il bot legge in ogni frase e perché, e scrive come esempio quello che vuol dire davvero.\n\n"
        "Esempio: python -m bot label --from-ledger"
    ),
)(label_sentences)
commands.command(
    "schema",
    help=translate(
        "Riscrive gli schemi per gli editor (docs/schemas) e il riferimento dei campi (docs/campi.md).\n\n"
        "Esempio: python -m bot schema"
    ),
)(write_schemas)
commands.command(
    "qr",
    help=translate(
        "Scrive un codice QR per manifesti e volantini: apre il bot a un servizio, un bisogno, un Comune o un flusso.\n\n"
        "Esempio: python -m bot qr asilo-nido melegnano --bot socialpoint_bot --out nido.svg"
    ),
)(write_qr_code)
commands.add_typer(database_commands, name="db")
commands.add_typer(report_commands, name="report")
commands.add_typer(privacy_commands, name="privacy")


@commands.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Run the bot with a token; without one open the console, or a conversation in the terminal where there is no screen."""
    if context.invoked_subcommand is None:
        if wiring.settings_of(wiring.HOME).telegram.token:
            run(wiring.HOME)
        elif has_screen():
            serve_console(wiring.HOME)
        else:
            chat_in_terminal(wiring.HOME, None, x_ray=False)


def run_command_line() -> None:
    """Run the command that was typed, and end the process with its exit code and, for an error, one clear text."""
    try:
        commands()
    except ContentError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        sys.exit(1)
    except BotError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of the output has gone; there is nobody left to tell.
        sys.stderr.close()
    except KeyboardInterrupt:
        typer.echo()
