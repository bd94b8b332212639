"""The command line: one file a command; this one joins them and turns errors into a sentence and an exit code.

Exit codes: 0 fine, 1 content or result wrong, 2 usage.
"""

from __future__ import annotations

import sys

import typer

from bot import wiring
from bot.cli.chat import chat_in_terminal
from bot.cli.check import check_content
from bot.cli.db import database_commands
from bot.cli.evaluate import evaluate_understanding
from bot.cli.run import run
from bot.errors import BotError, ContentError

commands = typer.Typer(
    help="Guida le persone ai servizi sociali e per la famiglia. Senza comando: run se c'è un token, altrimenti chat.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
commands.command("run")(run)
commands.command("chat")(chat_in_terminal)
commands.command("check")(check_content)
commands.command("evaluate")(evaluate_understanding)
commands.add_typer(database_commands, name="db")


@commands.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Senza comando: con un token risponde su Telegram (run), senza apre la conversazione nel terminale (chat).

    Esempio: python -m bot
    """
    if context.invoked_subcommand is None:
        if wiring.settings_of(wiring.HOME).telegram.token:
            run(wiring.HOME)
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
