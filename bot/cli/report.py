"""`python -m bot report`: reports on what was asked for and what came of it, one file a report."""

from __future__ import annotations

import typer

from bot.cli.report_cases import report_cases
from bot.staff_language import translate

report_commands = typer.Typer(
    help=translate("I resoconti: che cosa è stato chiesto e com'è finita, senza nomi."),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
report_commands.command(
    "cases",
    help=translate(
        "I casi degli sportelli, una riga per caso: tempi, bisogno, Comune, esito. Senza nomi e senza parole.\n\n"
        "Esempio: python -m bot report cases --from 2026-09-01 --until 2026-09-30 --xlsx casi.xlsx"
    ),
)(report_cases)
