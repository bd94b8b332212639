"""`python -m bot report cases`: one row a case, without anybody's name or words."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from bot import installation
from bot.cli.db import on_database
from bot.cli.options import ContentOption, JsonOption, moment_of
from bot.cli.xlsx import table_as_xlsx
from bot.core.case_figures import wait_minutes
from bot.core.hours import TIMEZONE
from bot.dialogue.cases.case_table import COLUMNS, case_table, table_as_csv
from bot.dialogue.phrasing import Phrasing
from bot.home import HOME
from bot.staff_language import translate

FromOption = Annotated[
    str | None,
    typer.Option("--from", help=translate("Il primo giorno, per esempio 2026-09-01."), show_default=translate("30 giorni fa")),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", help=translate("L'ultimo giorno, compreso."), show_default=translate("oggi"))
]
CsvFileOption = Annotated[Path | None, typer.Option("--csv", help=translate("Il file CSV da scrivere."), dir_okay=False)]
XlsxFileOption = Annotated[Path | None, typer.Option("--xlsx", help=translate("Il file Excel da scrivere."), dir_okay=False)]


def report_cases(
    content: ContentOption = HOME,
    first: FromOption = None,
    until: UntilOption = None,
    csv: CsvFileOption = None,
    xlsx: XlsxFileOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Print the cases that were opened between two days, or write them to files: one row a case."""
    today = installation.local_now()
    begin = _day(first) or today - dt.timedelta(days=30)
    end = (_day(until) or today) + dt.timedelta(days=1)
    begin_at, end_at = (_midnight(day) for day in (begin, end))
    cases = on_database(content, lambda unit: unit.cases.list_changed(begin_at))
    found = installation.content_of(content, today)
    rows = case_table(
        Phrasing(found.texts, found.vocabulary),
        found.vocabulary,
        [case for case in cases if begin_at <= case.opened_at < end_at],
        installation.local,
        wait_minutes(installation.settings_of(content).desks, installation.local),
    )
    if csv is not None:
        csv.write_text(table_as_csv(rows), encoding="utf-8", newline="")
    if xlsx is not None:
        xlsx.write_bytes(table_as_xlsx(rows))
    if as_json:
        typer.echo(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]], ensure_ascii=False, indent=2))
    elif csv is None and xlsx is None:
        typer.echo(table_as_csv(rows).lstrip("\ufeff"), nl=False)
    else:
        typer.echo(translate("{count} casi scritti.").format(count=len(rows) - 1))


def _day(written: str | None) -> dt.datetime | None:
    moment = moment_of(written)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) if moment is not None else None


def _midnight(day: dt.datetime) -> float:
    return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=TIMEZONE).timestamp()
