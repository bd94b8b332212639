"""A year of citizens against its report: every count that is shown is that of the simulation's own truth.

Seeded citizens search by buttons through the real turns, in the world of their day; what they want, where and for whom is drawn
before, and counted apart from the ledger. Prints the counts compared, those that differ, the share shown and the seconds of the
report.

    python benchmarks/year.py [--citizens 20000] [--seed 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import installation
from bot.core.attributes import AGE, NEED, NO, PERSON, PLACE, YES, Place, encode
from bot.core.interview import Position
from bot.core.ledger import RowKind, dump_search, search_key
from bot.core.replies import Action, Reply, Verb
from bot.core.secrecy import Level
from bot.core.tally import LedgerRow, month_number, tally
from bot.dialogue.context import Context
from bot.dialogue.incoming import Press
from bot.dialogue.observation import observe
from bot.dialogue.session import Session
from bot.dialogue.turn import turn
from bot.dialogue.world import World
from bot.home import HOME
from bot.reports.report import Report
from bot.reports.tables import report_of

YEAR = 2026
#: The key of the pseudonyms of this simulation.
_SECRET = b"year" * 8
#: The people searched for, by the band of their age as it is stored, and the needs that most of them have.
_PEOPLE = {"bambino": ("12..36", "36..72", "72..132"), "anziano": ("780..900", "900..")}
#: Presses after which a search that has not come to its results is given up.
_MOST_PRESSES = 14
#: The chances that a citizen leaves at a question, opens a card, and says whether it is useful.
_LEAVES, _OPENS, _TELLS = 0.04, 0.6, 0.5

#: A counted group: the id of a table of the report, the row, and the column's id or "".
Group = tuple[str, str, str]


@dataclass
class Truth:
    """The counts of a simulated year, as its citizens know them."""

    #: Of each person's need in a month, the municipality of the last search.
    places: dict[tuple[int, int, str], str] = field(default_factory=dict)
    #: Searches by the question at which they were left, and by feedback.
    left: Counter[str] = field(default_factory=Counter)
    useful: Counter[str] = field(default_factory=Counter)

    def counts(self) -> Counter[Group]:
        """Return the count of each group of the report on the year."""
        found: Counter[Group] = Counter()
        for (_, _, need), place in self.places.items():
            found["bisogni", need, ""] += 1
            found["comuni", need, place] += 1
        found.update({("abbandoni", question, ""): count for question, count in self.left.items()})
        found.update({("utile", answer, ""): count for answer, count in self.useful.items()})
        return found


@dataclass
class _Search:
    """One search of one citizen, press by press."""

    world: World
    now: dt.datetime
    session: Session

    def press(self, action: Action) -> Reply | None:
        """Press a button, as `Talk` takes a turn: the record of the search goes with the session."""
        before, press = self.session, Press(action)
        result = turn(self.world, before, press, self.now)
        search = observe(Context(self.world, before, self.now), press, result)
        self.session = replace(result.session, search=search)
        return result.replies[-1] if result.replies else None

    @property
    def position(self) -> Position | None:
        """Return the position of the search."""
        return Context(self.world, self.session, self.now).position


def simulate(world_on: Callable[[dt.date], World], citizens: int, seed: int) -> tuple[list[LedgerRow], Truth]:
    """Return the ledger of a year and the truth of it. `world_on` returns the world of a day."""
    chance, truth = random.Random(seed), Truth()
    rows: list[LedgerRow] = []
    for month in range(1, 13):
        world = world_on(dt.date(YEAR, month, 15))
        needs, places = _wishes(world)
        for number in range(month, citizens + 1, 12):
            day = dt.datetime(YEAR, month, chance.randint(1, 28), 12)
            search = _Search(world, day, Session(interview_count=number))
            need, place = chance.choice(needs), chance.choice(places)
            _follow(search, chance, truth, number, {NEED: need, PLACE: place})
            record = search.session.search
            if record is not None:
                rows.append(LedgerRow(day.timestamp(), RowKind.SEARCH, search_key(_SECRET, number, record), dump_search(record)))
    return sorted(rows, key=lambda row: row.at), truth


def _wishes(world: World) -> tuple[Sequence[str], Sequence[str]]:
    """Return the needs and municipalities that citizens draw from; the first ones are drawn most."""
    vocabulary = world.content.vocabulary
    needs = [need.id for need in vocabulary.needs.values() if not need.sensitive and need.category == "famiglia"]
    places = [one.id for one in vocabulary.attributes[PLACE].terms.values() if isinstance(one, Place) and one.core]
    return [*needs[:3] * 4, *needs[:6]], [*places[:2] * 3, *places]


def _follow(search: _Search, chance: random.Random, truth: Truth, number: int, wish: Mapping[str, str]) -> None:
    """Take a citizen through a search, and count what they know of it."""
    person = chance.choice(list(_PEOPLE))
    wanted = {PERSON: person, AGE: chance.choice(_PEOPLE[person]), **wish}
    reply, said = search.press(Action(Verb.START)), set[str]()
    for _ in range(_MOST_PRESSES):
        here = search.position
        question = here.question.fills if here is not None and here.question is not None else ""
        if not question or chance.random() < _LEAVES:
            break
        value = _declared(search.world, question, wanted.get(question, ""))
        said |= {question} if value else set()
        reply = search.press(Action(Verb.ANSWER, question, value) if value else Action(Verb.UNKNOWN, question))
    truth.left[question or "results"] += 1
    month = search.now.month
    if NEED in said:
        truth.places[number, month, wish[NEED]] = wish[PLACE] if PLACE in said else ""
    actions = [one.action for row in reply.rows for one in row] if reply is not None else []
    cards = [one for one in actions if one.verb is Verb.CARD and not one.value]
    if not question and cards and chance.random() < _OPENS:
        opened = search.press(cards[0])
        offered = {one.action for row in opened.rows for one in row} if opened is not None else set()
        answer = chance.choice((YES, NO))
        if Action(Verb.USEFUL, answer) in offered and chance.random() < _TELLS:
            search.press(Action(Verb.USEFUL, answer))
            truth.useful[answer] += 1


def _declared(world: World, attribute: str, value: str) -> str:
    """Return a value if the content declares it: a band of ages, a term; else ""."""
    declared = world.content.vocabulary.attributes[attribute]
    known = [encode(one) for one in declared.bands] if attribute == AGE else list(declared.terms)
    if attribute == NEED:
        known = list(world.content.vocabulary.needs)
    return value if value in known else ""


def differences(report: Report, world: World, truth: Truth) -> Iterator[tuple[Group, int, int]]:
    """Yield each count that the report shows, with the truth beside it."""
    vocabulary, counts = world.content.vocabulary, truth.counts()
    place_ids = {one.label: one.id for one in vocabulary.attributes[PLACE].terms.values()}
    for table in report.tables:
        for row in table.rows:
            columns = zip(table.columns, row.counts, strict=True) if table.id == "comuni" else [("", row.counts[0])]
            for column, count in columns:
                group = (table.id, row.id, place_ids.get(column, ""))
                is_need = table.id == "bisogni" and row.id in vocabulary.needs
                is_counted = is_need or table.id in ("abbandoni", "utile", "comuni")
                if is_counted and count is not None:
                    yield group, count, counts[group]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    content = installation.content_of(HOME, dt.datetime(YEAR, 1, 1))
    rows, truth = simulate(lambda day: World.on(content, day), options.citizens, options.seed)
    world, today = World.on(content, dt.date(YEAR + 1, 1, 5)), dt.date(YEAR + 1, 1, 5)
    start = time.perf_counter()
    counted = tally(rows, content.vocabulary)
    months = range(month_number(dt.date(YEAR, 1, 1)), month_number(dt.date(YEAR + 1, 1, 1)))
    report = report_of(counted, world, Level.INSIDE, months, today)
    seconds = time.perf_counter() - start
    found = list(differences(report, world, truth))
    wrong = [one for one in found if one[1] != one[2]]
    print(f"searches {len(rows)}, counts compared {len(found)}, different {len(wrong)}, shown {report.shown_share:.0%}")
    print(f"report in {seconds:.1f} s")
    for group, shown, true in wrong[:20]:
        print(f"  {group}: {shown}, in truth {true}")
    sys.exit(1 if wrong or not found else 0)


if __name__ == "__main__":
    main()
