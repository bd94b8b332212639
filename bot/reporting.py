"""The report on needs of an installation: the counts of its database, with the world of the day. Its tables are in `reports/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from bot.core.hours import TIMEZONE
from bot.core.secrecy import Level
from bot.core.tally import COUNTED, Tally, first_day, month_number, tally
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.reports.html import page_of
from bot.reports.report import Report
from bot.reports.tables import report_of
from bot.reports.unread import grouped
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.usecases.staff_ports import NeedsReport

#: Characters of the sentences that go with the page in a message: a caption of Telegram has 1,024.
_SENTENCES_CHARACTERS = 900


def report_on_needs(
    database: Database,
    world: World,
    level: Level,
    months: range,
    today: dt.date,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Return the report of an installation on some months. Raises UsageError where there is nothing to report."""
    since = dt.datetime.combine(first_day(months.start), dt.time(), TIMEZONE).timestamp()
    until = dt.datetime.combine(first_day(months.stop), dt.time(), TIMEZONE).timestamp()
    tallied = _tally(database, world, today, progress)
    unread = database.once(lambda unit: grouped(unit.unread.rows(since, until)))
    answers = database.once(lambda unit: unit.confirmations.list_all())
    world = world.with_content(world.content.confirmed_by(answers))
    return report_of(tallied, world, level, months, today, unread=unread, answers=answers.values())


def _tally(database: Database, world: World, today: dt.date, progress: Callable[[int], None]) -> Tally:
    """Return the counts of all past months, since secrecy decides about a month by the months before it."""
    revision = database.revision()
    if revision.current != revision.newest:
        raise UsageError(translate("Le tabelle non sono aggiornate: prima python -m bot db migrate."))
    over = dt.datetime.combine(first_day(month_number(today)), dt.time(), TIMEZONE).timestamp()
    return database.once(lambda unit: tally(unit.ledger.rows(COUNTED, 0.0, over), world.content.vocabulary, progress))


def report_for_desk(database: Database, world: Callable[[float], World], months: range, now: float) -> NeedsReport:
    """Return the report on needs as a message for a desk's group: its main sentences and its HTML page."""
    here = world(now)
    try:
        report = report_on_needs(database, here, Level.INSIDE, months, here.dated.date)
    except UsageError as error:
        return NeedsReport(str(error), "")
    return NeedsReport("\n".join(_main_sentences(report)), page_of(report))


def _main_sentences(report: Report) -> Iterator[str]:
    """Yield the period of a report and as many of its sentences as fit in a message."""
    room = _SENTENCES_CHARACTERS
    for sentence in (report.period.capitalize(), *report.sentences, *(one for table in report.tables for one in table.sentences)):
        room -= len(sentence) + 1
        if room < 0:
            return
        yield sentence
