"""The report, against the truth of a simulated year, and from conversations on Telegram to its files."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.core.content import Content
from bot.core.ledger import NeedEnd, RowKind, SearchRecord, Way, dump_search, pseudonym, quarter_of
from bot.core.secrecy import Level
from bot.core.tally import LedgerRow, tally
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.reports.coverage import gap_of
from bot.reports.files import csv_of, csv_text, workbook_of
from bot.reports.html import page_of
from bot.reports.report import Report, Row, Table
from bot.reports.steps import next_steps_of
from bot.reports.tables import report_of
from bot.reports.unread import UnreadGroup

YEAR = 2026 * 12
TODAY = dt.date(2027, 1, 5)
NEEDS = ("doposcuola", "post-scuola", "pre-scuola", "centro-estivo", "pasti-domicilio", "telesoccorso")
PLACES = ("melegnano", "colturano", "dresano", "san-donato-milanese", "")


def simulated(seed: int, citizens: int = 1500) -> tuple[list[LedgerRow], Counter[tuple[str, ...]], Counter[tuple[str, int]]]:
    """A year of searches with seasons: the rows, and the truth of requests by need and place, and by need and month."""
    chance = random.Random(seed)
    rows: list[LedgerRow] = []
    newest: dict[tuple[int, int, str], str] = {}
    for number in range(citizens):
        chat = chance.randrange(citizens // 2)
        need = chance.choices(NEEDS, [30, 12, 8, 6, 3, 0.4])[0]
        month = chance.choice([4, 5, 6]) if need == "centro-estivo" else chance.randint(1, 12)
        day = dt.datetime(2026, month, 1 + number * 28 // citizens, 12)
        place = chance.choices(PLACES, [20, 3, 1, 10, 2])[0]
        record = SearchRecord(
            number, quarter_of(day.date()), "trova-servizio", chance.choice(list(Way)), place=place, age="12..36",
            needs={need: chance.choice([NeedEnd.MET, NeedEnd.MET, NeedEnd.MISSING])}, listed=("nido-comunale",),
        )  # fmt: skip
        key = f"{pseudonym(b'k' * 32, chat, record.quarter)}.{number}"
        rows.append(LedgerRow(day.timestamp(), RowKind.SEARCH, key, dump_search(record)))
        newest[chat, month, need] = place
    rows.sort(key=lambda row: row.at)
    places = Counter((need, place) for (_, _, need), place in newest.items())
    months = Counter((need, month) for _, month, need in newest)
    return rows, Counter(places), Counter(months)


@pytest.fixture(scope="module")
def world(content: Content) -> World:
    """The shipped content."""
    return World.on(content, TODAY)


def made(world: World, rows: list[LedgerRow], level: Level = Level.INSIDE, months: range = range(YEAR, YEAR + 12)) -> Report:
    """The report on the rows."""
    return report_of(tally(rows, world.content.vocabulary), world, level, months, TODAY)


def counts(report: Report, table: str) -> dict[tuple[str, str], int]:
    """The counts of a table that are shown, by row and column."""
    found = next((one for one in report.tables if one.id == table), None)
    shown = (
        [(row.id, column, count) for row in found.rows for column, count in zip(found.columns, row.counts, strict=True)]
        if found
        else []
    )
    return {(row, column): count for row, column, count in shown if count is not None}


@pytest.mark.parametrize("seed", range(3))
def test_every_count_that_is_shown_is_that_of_the_simulation(world: World, seed: int) -> None:
    rows, places, months = simulated(seed)
    report = made(world, rows)
    by_place = counts(report, "comuni")
    labels = {place.label: id for id, place in world.content.vocabulary["comune"].terms.items()}
    assert len(by_place) > 5
    assert all(count == places[need, labels[place]] >= 5 for (need, place), count in by_place.items())
    needs = {
        need: count for (need, column), count in counts(report, "bisogni").items() if need in NEEDS and column == "richieste"
    }
    assert needs
    assert all(count == sum(n for (one, _), n in months.items() if one == need) for need, count in needs.items())
    for month in range(12):
        one = counts(made(world, rows, months=range(YEAR + month, YEAR + month + 1)), "bisogni")
        shown = {need: count for (need, column), count in one.items() if need in NEEDS and column == "richieste"}
        assert all(count == months[need, month + 1] >= 5 for need, count in shown.items())


def test_the_same_cell_is_the_same_number_outside_in_every_report(world: World) -> None:
    rows, places, _ = simulated(1)
    whole = counts(made(world, rows, Level.OUTSIDE), "comuni")
    assert whole
    assert all(count % 5 == 0 and count >= 10 for count in whole.values())
    labels = {place.label: id for id, place in world.content.vocabulary["comune"].terms.items()}
    assert all(abs(count - places[need, labels[place]]) <= 2 for (need, place), count in whole.items())


def test_months_that_are_not_over_do_not_count(world: World) -> None:
    rows, _, _ = simulated(1)
    assert made(world, rows, months=range(YEAR, YEAR + 30)).end == YEAR + 12
    with pytest.raises(UsageError):
        made(world, rows, months=range(YEAR + 12, YEAR + 13))


def test_an_empty_ledger_gives_an_empty_report(world: World) -> None:
    report = made(world, [])
    assert {table.id for table in report.tables if not table.is_about_services} <= {"bisogni", "mesi", "servizi"}
    assert "<h1>" in page_of(report)


def test_a_row_that_cannot_be_read_does_not_count(world: World) -> None:
    rows, _, _ = simulated(1)
    broken = [
        LedgerRow(rows[0].at, RowKind.SEARCH, "x.1", text)
        for text in ("", "[]", '{"needs":{"asilo-nido":"?"}}', '{"flow":3,"?":1}')
    ]
    assert made(world, [*broken, *rows]).as_json() == made(world, rows).as_json()


class _Page(HTMLParser):
    """The tags that are open in a page, and its pictures and headers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag


def test_the_page_is_whole_needs_nothing_else_and_can_be_read_aloud(world: World) -> None:
    page = _Page()
    text = page_of(made(world, simulated(1)[0]))
    page.feed(text)
    assert page.open == []
    assert "http" not in text.replace("http-equiv", "")
    assert all(attributes.get("aria-label") for tag, attributes in page.tags if tag == "svg")
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    assert 'lang="it"' in text


def test_a_need_without_a_service_is_said_in_a_plain_sentence(world: World) -> None:
    report = made(world, simulated(1)[0])
    gaps = next((table for table in report.tables if table.id == "vuoti"), None)
    assert gaps is None or all(sentence.startswith("A ") and " richieste di «" in sentence for sentence in gaps.sentences)


def test_all_files_say_the_same(world: World) -> None:
    report = made(world, simulated(2)[0])
    book = load_workbook(BytesIO(workbook_of(report)))
    for table in report.tables:
        cells = [[cell.value for cell in row[2:]] for row in book[table.id].iter_rows(min_row=2)]
        assert cells == [["•" if count is None else count for count in row.counts] for row in table.rows]
    assert set(csv_of(report)) == {f"{table.id}.csv" for table in report.tables}
    assert [table["id"] for table in json.loads(json.dumps(report.as_json()))["tables"]] == [table.id for table in report.tables]


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    assert csv_text(iter([("=1+1", 2, "-3", "@x", "ciao")])) == "'=1+1,2,'-3,'@x,ciao\r\n"


def test_feedback_and_unread_sentences_are_shown_only_of_enough_people(world: World) -> None:
    rows, _, _ = simulated(1)
    unread = [UnreadGroup("aiuto bollette", 9, 6), UnreadGroup("mio fratello Gino", 4, 4)]
    report = report_of(tally(rows, world.content.vocabulary), world, Level.INSIDE, range(YEAR, YEAR + 12), TODAY, unread=unread)
    (shown,) = [table for table in report.tables if table.id == "non-capite"]
    assert [(row.label, row.counts) for row in shown.rows] == [("aiuto bollette", (5,))]
    outside = report_of(tally(rows, world.content.vocabulary), world, Level.OUTSIDE, range(YEAR, YEAR + 12), TODAY, unread=unread)
    assert "non-capite" not in {table.id for table in outside.tables}


def test_every_gap_has_letters_to_the_nearest_providers_that_are_ready_to_send(world: World) -> None:
    gaps = [need for need in world.content.vocabulary.needs if gap_of(world, need, "paullo") is NeedEnd.OTHER_PLACE]
    letters = [step for need in gaps for step in next_steps_of(world, need, "paullo", "14", "anno 2026")]
    assert len(letters) >= len(gaps) > 0
    for step in letters:
        assert step.mailto.startswith(f"mailto:{step.email}?subject=")
        assert "14 richieste di «" in step.body
        assert "chi abita a Paullo" in step.body
    table = Table("vuoti", "Che cosa manca", ("richieste",), (Row("x", "Nido a Paullo", (14,)),), steps=tuple(letters))
    page = page_of(Report(YEAR, YEAR + 12, Level.INSIDE, (table,)))
    assert all(escape(step.body) in page and escape(step.mailto) in page for step in letters)


def test_a_need_without_any_service_is_a_proposal_for_the_municipalities(world: World) -> None:
    alone = replace(world, content=replace(world.content, services=()))
    (step,) = next_steps_of(alone, "asilo-nido", "melegnano", "14", "anno 2026")
    assert step.title == "Asilo nido a Melegnano: proponi un servizio nuovo"
    assert "tavolo dei Comuni" in step.body
