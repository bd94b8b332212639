"""The tables of a report on needs, made of a release and of the world of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bot.core.attributes import AGE, CATEGORY, NO, PERSON, PLACE, SCHEDULE, YES, Place, encode
from bot.core.conditions import Value
from bot.core.confirmation import TO_CORRECT, Confirmation, counts_for
from bot.core.ledger import NeedEnd
from bot.core.secrecy import Cell, Level, Release
from bot.core.tally import CASES, OUTCOMES, REQUESTS, RESULTS, SEARCHES, Tally, month_number
from bot.dialogue.world import World
from bot.errors import UsageError
from bot.reports import words
from bot.reports.coverage import gap_of, open_windows
from bot.reports.report import Count, Picture, Report, Row, Table
from bot.reports.steps import next_steps_of
from bot.reports.unread import UnreadGroup
from bot.reports.words import period_name
from bot.staff_language import translate

#: Needs that get a sentence of their own, and minutes to which waits are rounded.
_SENTENCES, _WAIT_STEP = 5, 5


def report_of(
    tally: Tally,
    world: World,
    level: Level,
    months: range,
    today: dt.date,
    *,
    unread: Sequence[UnreadGroup] = (),
    answers: Collection[Confirmation] = (),
) -> Report:
    """Return the report on some months (since the year 0), of which only complete ones count.

    `unread` are the sentences of the newest months that were not understood, `answers` what desks say of services. Raises
    UsageError when none of the months is over.
    """
    first, over = months.start, min(months.stop, month_number(today))
    if first >= over:
        raise UsageError(translate("Il periodo non contiene nessun mese intero già finito."))
    begin = min((month for cell in tally.counts.months.values() for month in cell), default=first)
    release = Release(tally.counts, tally.breakdowns(), level, begin, month_number(today))
    return _Tables(tally, release, world, level, first, over, unread, answers).report(today)


@dataclass(frozen=True)
class _Tables:
    """Makes the tables of one report."""

    tally: Tally
    release: Release
    world: World
    level: Level
    first: int
    end: int
    unread: Sequence[UnreadGroup] = ()
    answers: Collection[Confirmation] = ()

    def report(self, today: dt.date) -> Report:
        """Return the report with the tables that have rows, and its summary."""
        tables = [
            self._needs(), self._gaps(), self._months(), self._places(), self._ends(),
            self._divided("eta", "Età", "age", AGE), self._divided("orari", "Quando serve", "hours", SCHEDULE),
            self._divided("persone", "Per chi", "person", PERSON), self._languages(), self._left(), self._ways(),
            self._useful(), self._unread(),
            self._services(), *self._cases(), self._coverage(), self._stale(today), self._to_correct(),
        ]  # fmt: skip
        return Report(self.first, self.end, self.level, tuple(table for table in tables if table.rows), self._summary())

    # --- Counts and labels

    def _count(self, *cell: str) -> Count:
        return self.release.count(cell, self.first, self.end)

    def _before(self, *cell: str) -> Count:
        """Return the count of a cell in the period of the same length just before; None if it must not be shown."""
        return self.release.count(cell, 2 * self.first - self.end, self.first)

    def _about(self, count: int) -> str:
        """Return a count as written in a sentence: "14", or "circa 15" if it is rounded."""
        return str(count) if self.level.value.rounding == 1 else f"circa {count}"

    def _need(self, need: str) -> str:
        term = self.world.content.vocabulary.needs.get(need)
        return term.label if term is not None else need

    def _category(self, category: str) -> str:
        term = self.world.content.vocabulary.categories.get(category)
        return term.label if term is not None else words.OTHER_OFFICES

    @property
    def _categories(self) -> list[str]:
        return [cell[1] for cell in self.tally.counts.cells("category") if cell[1]]

    @property
    def _named_needs(self) -> list[Cell]:
        """Return the cells of needs that have a name, by category."""
        needs = self.world.content.vocabulary.needs
        return [cell for cell in self._cells("need") if len(cell) == 3 and cell[2] in needs]

    def _cells(self, name: str) -> list[Cell]:
        return sorted(cell for cell in self.tally.counts.months if cell[0] == name)

    def _values(self, attribute: str) -> Mapping[str, str]:
        """Return the labels of an attribute's values by the ids under which the ledger counts them."""
        declared = self.world.content.vocabulary.attributes.get(attribute)
        if declared is None:
            return {}
        values: Iterable[Value] = declared.bands or declared.terms
        return {encode(value): self.world.phrasing.value(declared, value) for value in values}

    # --- Tables

    def _summary(self) -> tuple[str, ...]:
        requests, searches = self._count(*REQUESTS), self._count(*SEARCHES)
        said = []
        if searches is not None:
            said.append(f"Nel periodo il bot ha seguito {self._about(searches)} ricerche.")
        if requests is not None:
            said.append(f"Le richieste sono {self._about(requests)}: ogni persona conta una volta al mese per ogni bisogno.")
            said += self._change(requests, self._before(*REQUESTS))
        return tuple(said)

    def _change(self, count: int, before: Count) -> list[str]:
        """Return a sentence that compares a count with the period before; empty if that count is hidden or zero."""
        if not before:
            return []
        share = round(100 * (count - before) / before)
        changed = f"il {abs(share)} % in {'più' if share > 0 else 'meno'}" if share else "lo stesso numero"
        return [f"Nel periodo prima erano {self._about(before)}: adesso sono {changed}."]

    def _needs(self) -> Table:
        rows = []
        for category in sorted(self._categories, key=lambda one: -(self._count("category", one) or 0)):
            rows.append(Row(CATEGORY + category, self._category(category), self._both("category", category)))
            needs = [cell for cell in self._named_needs if cell[1] == category]
            rows += [Row(cell[2], self._need(cell[2]), self._both(*cell), is_part=True) for cell in _most(needs, self._count)]
        top = [row for row in rows if row.is_part and row.counts[0] is not None][:1]
        said = [f"Il bisogno più cercato è «{row.label}»: {self._about(row.counts[0] or 0)} richieste." for row in _by_count(top)]
        return Table("bisogni", "Che cosa si cerca", ("richieste", "periodo prima"), tuple(rows), tuple(said))

    def _both(self, *cell: str) -> tuple[Count, Count]:
        return self._count(*cell), self._before(*cell)

    def _gaps(self) -> Table:
        """Return the table of needs that no service answers, by municipality; readers see these sentences first."""
        places = self._values(PLACE)
        found = []
        for cell in self._cells("need_place"):
            _, _, need, place = cell
            count = self._count(*cell)
            gap = gap_of(self.world, need, place) if count is not None and place in places else None
            if count is not None and gap is not None:
                label, where = self._need(need), places[place]
                sentence = f"A {where} {self._about(count)} richieste di «{label}»: {words.ENDS[gap]}."
                letters = next_steps_of(self.world, need, place, self._about(count), period_name(self.first, self.end))
                found.append((count, sentence, Row(f"{need}@{place}", f"{label} a {where}", (count,)), letters))
        found.sort(key=lambda one: -one[0])
        said = tuple(sentence for _, sentence, _, _ in found[:_SENTENCES])
        rows, steps = tuple(row for _, _, row, _ in found), tuple(step for *_, letters in found for step in letters)
        return Table("vuoti", "Che cosa manca, e dove", ("richieste",), rows, said, steps=steps)

    def _months(self) -> Table:
        rows = []
        for month in range(self.first, self.end):
            counts = [self.release.count(cell, month, month + 1) for cell in (REQUESTS, SEARCHES, ("unclear", "yes"))]
            rows.append(Row(str(month), words.month_name(month), tuple(counts)))
        most = _by_count(rows)[:1]
        noted = [f"Il mese con più richieste è {row.label}: {self._about(row.counts[0])}." for row in most if row.counts[0]]
        return Table(
            "mesi", "Mese per mese", ("richieste", "ricerche", "ricerche con frasi non capite"), tuple(rows), tuple(noted)
        )

    def _places(self) -> Table:
        labels = {place: label for place, label in self._values(PLACE).items() if self._is_asked(place)}
        return self._matrix("comuni", "Che cosa si cerca in ogni comune", "need_place", labels, self._named_needs)

    def _is_asked(self, place: str) -> bool:
        term = self.world.content.vocabulary.place(place)
        return isinstance(term, Place) and (term.core or any(cell[3] == place for cell in self._cells("need_place")))

    def _ends(self) -> Table:
        table = self._matrix("esiti", "Come è finita ogni richiesta", "need_end", words.ENDS, self._named_needs)
        missing = list(words.ENDS).index(NeedEnd.MISSING)
        said = [
            f"Per «{row.label}» {self._about(row.counts[missing] or 0)} richieste: il servizio non esiste."
            for row in table.rows
            if row.counts[missing] is not None
        ]
        return Table(table.id, table.title, table.columns, table.rows, tuple(said[:_SENTENCES]), Picture.HEAT)

    def _divided(self, id: str, title: str, name: str, attribute: str) -> Table:
        categories = [("category", one) for one in self._categories if one in self.world.content.vocabulary.categories]
        return self._matrix(id, title, name, self._values(attribute), categories)

    def _matrix(self, id: str, title: str, name: str, labels: Mapping[str, str], wholes: Sequence[Cell]) -> Table:
        """Return a table with a row for each cell of `wholes`, and a column for each value by which it is divided."""
        rows = []
        for cell in wholes:
            counts = tuple(self._count(name, *cell[1:], value) for value in labels)
            if any(count is not None for count in counts):
                label = self._need(cell[-1]) if len(cell) == 3 else self._category(cell[1])
                rows.append(Row(cell[-1], label, counts))
        sums = [(sum(row.counts[at] or 0 for row in rows), label) for at, label in enumerate(labels.values())]
        most = max(sums, default=(0, ""))
        said = (f"Il valore più frequente è «{most[1]}»: almeno {self._about(most[0])} richieste.",) if most[0] else ()
        return Table(id, title, tuple(labels.values()), tuple(rows), said, Picture.HEAT)

    def _languages(self) -> Table:
        return self._list("lingue", "In che lingua si scrive", "language", words.LANGUAGES)

    def _left(self) -> Table:
        vocabulary = self.world.content.vocabulary.attributes
        labels = {RESULTS: "risultati raggiunti", **{id: one.label for id, one in vocabulary.items()}}
        table = self._list("abbandoni", "Dove ci si ferma, domanda per domanda", "left", labels)
        stops = [row for row in _by_count(table.rows) if row.id != RESULTS][:1]
        said = tuple(
            f"Ci si ferma più spesso alla domanda «{row.label}»: {self._about(row.counts[0] or 0)} ricerche." for row in stops
        )
        return Table(table.id, table.title, ("ricerche", "periodo prima"), table.rows, said)

    def _useful(self) -> Table:
        return self._list("utile", "È stato utile?", "useful", {YES: "sì", NO: "no"})

    def _unread(self) -> Table:
        """Return the sentences that enough people wrote and the bot did not understand, without counts."""
        least = self.level.value.least
        shown = [one for one in self.unread if one.people >= least] if self.level is Level.INSIDE else []
        rows = [Row(str(at), one.words, (least,)) for at, one in enumerate(sorted(shown, key=lambda one: one.words))]
        said = ("Per insegnare al bot che cosa vogliono dire: python -m bot label --from-ledger",) if rows else ()
        return Table(
            "non-capite", "Frasi che il bot non ha capito", ("scritta da almeno",), tuple(rows), said, Picture.NONE,
            is_about_services=True,
        )  # fmt: skip

    def _ways(self) -> Table:
        return self._list("modi", "Come si comincia a cercare", "way", words.WAYS)

    def _list(self, id: str, title: str, name: str, labels: Mapping[str, str]) -> Table:
        cells = [cell for cell in self._cells(name) if cell[1]]
        rows = [Row(cell[1], labels.get(cell[1], cell[1]), self._both(*cell)) for cell in _most(cells, self._count)]
        shown = tuple(row for row in rows if any(count is not None for count in row.counts))
        said = tuple(f"Al primo posto: {row.label}, {self._about(row.counts[0])}." for row in shown[:1] if row.counts[0])
        return Table(id, title, ("conteggio", "periodo prima"), shown, said)

    def _services(self) -> Table:
        names = {service.id: service.name for service in self.world.content.services}
        rows = [Row(id, name, (self._count("listed", id), self._count("opened", id, ""))) for id, name in names.items()]
        shown = _by_count([row for row in rows if row.counts[0] is not None])
        rare = len(rows) - len(shown)
        said = [f"{rare} servizi su {len(rows)} sono stati mostrati a pochi o a nessuno."] if rare else []
        if shown:
            said.insert(0, f"Il servizio più mostrato è «{shown[0].label}»: {self._about(shown[0].counts[0] or 0)} persone.")
        return Table("servizi", "Servizi mostrati e aperti", ("mostrato a", "aperto da"), tuple(shown), tuple(said))

    def _cases(self) -> list[Table]:
        opened, answered = self._count(*CASES), self._count(*OUTCOMES)
        waits = [one for month, some in self.tally.waits.items() if self.first <= month < self.end for one in some]
        said = [f"Gli operatori hanno ricevuto {self._about(opened)} richieste."] if opened is not None else []
        if opened is not None and len(waits) >= 2 * self.level.value.least:
            wait = max(_WAIT_STEP, round(median(waits) / _WAIT_STEP) * _WAIT_STEP)
            said.append(f"La metà delle persone ha avuto la prima risposta entro circa {wait} minuti.")
        reasons = self._list("casi", "Perché si chiede una persona", "reason", words.REASON_NAMES)
        outcomes = self._list("casi-esiti", "Come finiscono i casi", "outcome", words.OUTCOME_NAMES)
        closed = (f"Per {self._about(answered)} casi un operatore ha scritto com'è finita.",) if answered is not None else ()
        return [
            Table(reasons.id, reasons.title, reasons.columns, reasons.rows, tuple(said)),
            Table(outcomes.id, outcomes.title, outcomes.columns, outcomes.rows, closed),
        ]

    def _coverage(self) -> Table:
        """Return, for each municipality and age, how many windows of hours no service covers."""
        ages = self._values(AGE)
        windows = len(self._values(SCHEDULE))
        places = {id: label for id, label in self._values(PLACE).items() if _is_core(self.world.content.vocabulary.place(id))}
        rows = [
            Row(id, label, tuple(windows - open_windows(self.world, id, age) for age in ages)) for id, label in places.items()
        ]
        said = (f"Per ogni comune e ogni età: in quante fasce orarie su {windows} non c'è nessun servizio.",)
        return Table(
            "copertura",
            "Dove e quando non c'è offerta",
            tuple(ages.values()),
            tuple(rows),
            said,
            Picture.HEAT,
            is_about_services=True,
        )

    def _stale(self, today: dt.date) -> Table:
        old = sorted({offer.service.id: offer for offer in self.world.content.offers if offer.is_stale(today)}.items())
        rows = [Row(id, offer.service.name, (1,)) for id, offer in old]
        said = (f"{len(rows)} schede di servizi non sono state controllate da molto tempo.",)
        return Table(
            "da-controllare", "Schede da ricontrollare", ("schede",), tuple(rows), said, Picture.NONE, is_about_services=True
        )

    def _to_correct(self) -> Table:
        """Return the services that desks have reported as gone or changed and whose files are not corrected yet."""
        rows = []
        for answer in sorted(self.answers, key=lambda one: one.service):
            service = self.world.content.services_by_id.get(answer.service)
            if service is not None and answer.answer in TO_CORRECT and counts_for(answer, service):
                rows.append(Row(service.id, f"{service.name}: {answer.words or words.GONE}", (1,)))
        said = ("Lo dice uno sportello: correggi la scheda, e metti in «assured» la data di oggi.",)
        return Table(
            "da-correggere", "Schede da correggere", ("schede",), tuple(rows), said, Picture.NONE, is_about_services=True
        )


def _is_core(place: Place | None) -> bool:
    return place is not None and place.core


def _most(cells: Iterable[Cell], count: Callable[..., Count]) -> list[Cell]:
    """Return all cells sorted by their counts, the largest first; hidden counts and zeros come last."""
    return sorted(cells, key=lambda cell: (-(count(*cell) or 0), cell))


def _by_count(rows: Iterable[Row]) -> list[Row]:
    return sorted((row for row in rows if row.counts[0] is not None), key=lambda row: -(row.counts[0] or 0))
