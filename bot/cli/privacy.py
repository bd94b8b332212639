"""`python -m bot privacy`: the record of processing, the transparency sheet, and a citizen's rights at the request of a desk."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import asdict
from typing import Annotated

import typer

from bot import installation, wiring
from bot.authoring.measure import evaluate_queries, query_figures
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.cli.options import ContentOption, JsonOption, NowOption, moment_of
from bot.cli.privacy_papers import register_of, transparency_sheet
from bot.core.hours import TIMEZONE
from bot.errors import ContentError, UsageError
from bot.home import HOME
from bot.language.meaning.understand import MeaningReader
from bot.language.text.utterance import Utterance
from bot.staff_language import current_language, translate
from bot.storage.tables import metadata
from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.updates import internal_payload
from bot.usecases.ports import Unit
from bot.usecases.queues import Timer

privacy_commands = typer.Typer(
    help=translate("Le persone e i loro dati: registro dei trattamenti, scheda di trasparenza, cancellazione su richiesta."),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@privacy_commands.command(
    help=translate(
        "Scrive il registro dei trattamenti (art. 30) e la traccia della valutazione d'impatto, dalle impostazioni e dalle "
        "tabelle che ci sono davvero.\n\nEsempio: python -m bot privacy register > registro.md"
    ),
)
def register(content: ContentOption = HOME) -> None:
    """Print the record of processing and the skeleton of an impact assessment."""
    settings = installation.settings_of(content)
    typer.echo(register_of(settings.privacy, metadata, is_sealed=wiring.keyring_for(settings) is not None))


@privacy_commands.command(
    help=translate(
        "Scrive la scheda di trasparenza: che cosa fa il bot e che cosa no, con i numeri di una misura fatta adesso.\n\n"
        "Esempio: python -m bot privacy sheet > scheda.md"
    ),
)
def sheet(content: ContentOption = HOME, now: NowOption = None) -> None:
    """Print the transparency sheet, with the figures of a run made now."""
    moment = moment_of(now) or installation.local_now()
    read, problems = installation.content_of(content, moment), Problems(current_language())
    queries = read_queries(content, read, problems)
    if len(problems):
        raise ContentError([str(problem) for problem in problems.errors])
    reader = MeaningReader(read, moment.date())
    results = evaluate_queries(queries, lambda text: reader.read(Utterance(text), moment.date()), time.perf_counter)
    measured = query_figures(results, read.vocabulary)
    typer.echo(
        transparency_sheet(installation.settings_of(content).privacy, measured, len(results), len(read.services), moment.date())
    )


@privacy_commands.command(
    help=translate(
        "Cancella tutto di una persona che lo chiede a uno sportello, anche se ha bloccato il bot. Il numero è quello del caso. "
        "Lo fa il bot che lavora, appena può.\n\nEsempio: python -m bot privacy erase 12"
    ),
)
def erase(
    case: Annotated[int, typer.Argument(help=translate("Il numero del caso."), metavar=translate("CASO"))],
    content: ContentOption = HOME,
) -> None:
    """Have the running bot erase all that is kept of a case's citizen; exit with 2 if there is no such case."""

    def queued(unit: Unit) -> bool:
        found = unit.cases.get(case)
        if found is None:
            return False
        event = internal_payload(InternalEvent(InternalEventKind.ERASE))
        unit.timers.set(Timer(f"erase:{found.chat}", time.time(), found.chat, event))
        unit.audit.record("program", "erase", f"case:{case}", time.time())
        return True

    if not wiring.database_of(installation.settings_of(content)).once(queued):
        raise UsageError(translate("Il caso {number} non c'è, o è già stato cancellato.").format(number=case))
    typer.echo(translate("caso {number}: il bot cancella tutto di questa persona appena lavora").format(number=case))


@privacy_commands.command(
    "audit",
    help=translate(
        "Mostra chi ha fatto che cosa: operatori, redattori, chi amministra. Esce con 1 se qualcuno ha cambiato o tolto delle "
        "righe.\n\nEsempio: python -m bot privacy audit --json"
    ),
)
def print_audit(content: ContentOption = HOME, *, as_json: JsonOption = False) -> None:
    """Print the acts of managers, editors and operators; exit with 1 if the record was changed."""
    entries = wiring.database_of(installation.settings_of(content)).once(lambda unit: list(unit.audit.entries()))
    if as_json:
        typer.echo(json.dumps([asdict(entry) for entry in entries], indent=2))
    for entry in [] if as_json else entries:
        changed = "" if entry.is_intact else translate("  riga cambiata, o ne manca una prima")
        at = dt.datetime.fromtimestamp(entry.at, TIMEZONE).isoformat(timespec="seconds")
        typer.echo(f"{at}  {entry.actor}  {entry.act}  {entry.object}{changed}")
    if not all(entry.is_intact for entry in entries):
        raise typer.Exit(1)
