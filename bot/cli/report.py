"""`python -m bot report`: reports on what was asked for and what came of it, one file a report."""

from __future__ import annotations

import typer

from bot.cli.report_cases import report_cases
from bot.cli.report_needs import report_needs
from bot.cli.report_survey import report_survey
from bot.staff_language import translate

report_commands = typer.Typer(
    help=translate(
        "I bisogni raccolti dal bot, per mesi interi: che cosa si cerca, dove, e che cosa manca.\n\n"
        "Esempio: python -m bot report --from 2026-01 --until 2026-12 --html bisogni.html"
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
    add_completion=False,
)
report_commands.callback()(report_needs)
report_commands.command(
    "cases",
    help=translate(
        "I casi degli sportelli, una riga per caso: tempi, bisogno, Comune, esito. Senza nomi e senza parole.\n\n"
        "Esempio: python -m bot report cases --from 2026-09-01 --until 2026-09-30 --xlsx casi.xlsx"
    ),
)(report_cases)
report_commands.command(
    "survey",
    help=translate(
        "I risultati di un sondaggio: quante volte ogni risposta, i dati senza nomi, e che cosa vuol dire ogni codice.\n\n"
        "Esempio: python -m bot report survey bisogni-famiglie --xlsx famiglie.xlsx"
    ),
)(report_survey)
