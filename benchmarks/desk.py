"""How long words take between citizens and managers, when many cases share a group that takes 20 new messages a minute.

The whole bot (intake, dispatch, sender, on a SQLite file) talks to `bot.fake_telegram`, which allows no bursts and enforces every
documented limit. Both are on one clock, which jumps from one thing that is due to the next. A call takes no time.

Every case is live: its citizen writes 3 messages a minute at random times, one in twenty of them a photo, and its manager about
as many. Measured is the time from the receipt of an update until what it says can be read on the other side, in a new message or
in one that was changed; at the end, that every word is there, once, in order, in the topic of its own case.

- one group: 15 cases in one group with topics.
- several groups: 50 cases, and the smallest number of groups (desks with the same condition) that meets the targets.
- flood: the same 15 cases while one more citizen writes 150 messages within a minute; what the others wait for.

Beside the measured p95 stands `best_p95`: what the best bot could reach with the same words under the same limit (`BestGroup`).

The targets are in `targets.yaml`: p95 both ways, beside a flood at most twice as long, and the groups that 50 cases need; nothing
lost; no call refused for its rate. The baseline, in the same run, joins nothing: each message of a citizen is a new message in
the group.

    python benchmarks/desk.py [--short] [--minutes 15] [--cases 15] [--sharded 50] [--dir FOLDER] [--json]

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import logging
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from common.targets import missed
from desk_parts.best_group import BestGroup

from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.fake_telegram import TOKEN, FakeRequest, FakeTelegram, ManualClock, Person, Rates
from bot.fake_telegram.groups import Group
from bot.fake_telegram.state import ForumTopic, Message
from bot.home import HOME
from bot.installation import content_of, local
from bot.json_types import Json
from bot.logs import set_up
from bot.service import BotProcess
from bot.settings import LimitFields, LogFormat, LogLevel, Settings, Telegram
from bot.storage.schema import Database
from bot.tg.api import api_of
from bot.tg.forwarding import Forwarding
from bot.usecases.calls import Accepted, CallOutcome, ClaimedCall
from bot.usecases.worlds import Worlds
from bot.wiring import build_parts

#: Messages a minute of each citizen, and of each manager for each case.
PACE = 3.0
#: The share of a citizen's messages that are photos: each is a message of its own in the group.
PHOTOS = 0.05
#: Seconds in which the cases come to life; what is said then is not measured.
WARM_UP = 180.0
#: A Monday morning.
START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=TIMEZONE).timestamp()
#: Messages of one citizen within a minute of a flood.
FLOOD = 150
#: Cases that one manager answers.
_EACH = 5
#: What a message is told by, among words of everyday talk: words at random sound like danger now and then, and each such doubt
#: is two more messages in the group.
_TOKEN = re.compile(r"#\d+")
_CLAUSES = (
    "va bene", "ho portato il modulo", "domani mattina posso passare", "vorrei sapere gli orari", "l'ufficio era chiuso",
    "mi hanno detto di tornare lunedì", "il documento ce l'ho", "grazie per la risposta", "devo portare anche la fotocopia",
    "la settimana scorsa ho chiamato", "abito vicino alla stazione", "ho compilato la domanda", "aspetto la conferma",
    "di pomeriggio lavoro",
)  # fmt: skip


@dataclass(slots=True)
class Live:
    """A case that somebody answers."""

    citizen: Person
    manager: Person
    group: Group
    topic: ForumTopic
    #: The messages of each side, in their order.
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


class Run:
    """The bot, its groups and its citizens, on one clock."""

    def __init__(self, folder: Path, worlds: Worlds, content: Content, groups: int, seed: int) -> None:
        self.clock = ManualClock(START)
        self.telegram = FakeTelegram(clock=self.clock, limits=Rates(burst=1), local=True)
        self._chance = random.Random(seed)
        self._groups = []
        desks = []
        for number in range(groups):
            managers = [self.telegram.user(1000 + 100 * number + one, f"Manager {one}") for one in range(50 // _EACH)]
            self._groups.append(
                (self.telegram.group(-1000 - number, f"Sportello {number}", admins=managers, forum=True), managers)
            )
            desks.append(Desk(f"sportello-{number}", -1000 - number))
        settings = Settings(telegram=Telegram(token=TOKEN, limits=LimitFields(burst=1).limits()), desks=tuple(desks))
        database = Database(f"sqlite:///{folder / 'desk.db'}")
        database.migrate()
        # What is measured is not the disk.
        sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        api = api_of(TOKEN, "https://localhost", FakeRequest(self.telegram), FakeRequest(self.telegram))
        self._building = build_parts(settings, content, database, api, self.clock, worlds=worlds)
        self._live: list[Live] = []
        self._measured_from = 0.0
        #: What could not be read yet when the talk ended.
        self.late = 0
        self._said_at: dict[str, float] = {}
        self._read_already: set[str] = set()
        self._best = {group.id: BestGroup() for group, _ in self._groups}
        #: By the photo that holds it: a copy does not say what it is a copy of.
        self._photos: dict[tuple[int, int], str] = {}
        self.waits: dict[str, list[float]] = {"to_manager": [], "to_citizen": []}

    async def go(self, cases: int, seconds: float, *, floods: bool = False) -> None:
        """Opens the cases, lets both sides talk for so long, and lets all that was said arrive; one more citizen may flood."""
        self._parts = await self._building
        await BotProcess(self._parts).prepare()
        make = self._parts.sender._caller

        async def measured(call: ClaimedCall) -> CallOutcome:
            outcome = await make(call)
            if isinstance(outcome, Accepted):
                self._read(call)
            return outcome

        self._parts.sender._caller = measured
        await self._open(cases + floods)
        flooding = self._live.pop() if floods else None
        talk = sorted(self._talk(WARM_UP + seconds), key=lambda one: one[0])
        begun = self.clock()
        self._measured_from = begun + WARM_UP
        flood = [WARM_UP + 60 * number / FLOOD for number in range(FLOOD)] if floods else []
        for at, live, mine in sorted([*talk, *((at, None, True) for at in flood)], key=lambda one: one[0]):
            await self._run_until(begun + at)
            if live is not None:
                self._say(live, mine=mine)
            elif flooding is not None:
                flooding.citizen.says(", ".join(self._chance.choices(_CLAUSES, k=6)))
        await self._run_until(begun + WARM_UP + seconds)
        self.late = self.lost
        await self._settle()
        self._parts.store.close()

    # --- The cases

    async def _open(self, cases: int) -> None:
        """Each citizen asks for a person, and a manager takes the case."""
        for number in range(cases):
            citizen = self.telegram.user(number + 1, f"Persona {number}")
            citizen.says("/operatore")
            await self._settle()
            group, managers, card = next(
                (group, managers, message)
                for group, managers in self._groups
                for message in reversed(group.chat.from_bot)
                if message.labels and f"{number + 1:04}" in message.text
            )
            manager = managers[number % len(managers)]
            manager.presses(card, "Prendi in carico")
            await self._settle()
            assert card.topic is not None
            self._live.append(Live(citizen, manager, group, card.topic))

    def _talk(self, seconds: float) -> Iterator[tuple[float, Live, bool]]:
        """When each side writes: cases come to life one after the other, and stay so."""
        for live in self._live:
            begins = self._chance.uniform(0, WARM_UP)
            for mine in (True, False):
                at = begins
                while (at := at + self._chance.expovariate(PACE / 60)) < seconds:
                    yield at, live, mine

    def _say(self, live: Live, *, mine: bool) -> None:
        token = f"#{len(self._said_at)}"
        words = ", ".join([*self._chance.choices(_CLAUSES, k=self._chance.randint(1, 5)), token])
        self._said_at[token] = self.clock()
        if not mine:
            live.answered.append(token)
            live.manager.says(words, chat=live.group, topic=live.topic)
            return
        live.asked.append(token)
        is_photo = self._chance.random() < PHOTOS
        self._best[live.group.id].say(live.citizen.id, self.clock(), is_photo=is_photo)
        if is_photo:
            message = live.citizen.sends_photo(caption=token)
            self._photos[live.citizen.id, message.id] = token
        else:
            live.citizen.says(words)

    # --- What can be read

    def _read(self, call: ClaimedCall) -> None:
        """What a call that was accepted shows for the first time."""
        copied = self._photos.get((call.params.get("from_chat_id", 0), call.params.get("message_id", 0)))
        shown = [copied] if copied is not None else _TOKEN.findall(str(call.params.get("text", "")))
        for token in shown:
            if token not in self._read_already:
                self._read_already.add(token)
                if self._said_at[token] >= self._measured_from:
                    self.waits["to_manager" if call.chat < 0 else "to_citizen"].append(self.clock() - self._said_at[token])

    def _missing(self, live: Live) -> set[str]:
        """What was said and cannot be read by the other side."""
        return set(live.asked) - set(_told(live.group.chat.in_topic(live.topic))) | set(live.answered) - set(
            _told(live.citizen.chat.messages)
        )

    @property
    def lost(self) -> int:
        """Messages that the other side cannot read."""
        return sum(len(self._missing(live)) for live in self._live)

    @property
    def best_p95(self) -> float:
        """The p95 of what managers wait for, if the best bot carried the same words."""
        waits = sorted(wait for group in self._best.values() for said_at, wait in group.waits if said_at >= self._measured_from)
        return waits[len(waits) * 95 // 100]

    @property
    def misplaced(self) -> int:
        """Cases of which what was said stands twice, in another order, or where it does not belong."""
        return sum(
            _told(live.group.chat.in_topic(live.topic)) != live.asked or _told(live.citizen.chat.messages) != live.answered
            for live in self._live
        )

    @property
    def refused(self) -> int:
        """Calls that were refused for their rate."""
        return sum(call.code == 429 for call in self.telegram.calls)

    @property
    def in_groups(self) -> dict[str, int]:
        """Calls to the groups that were accepted, by method."""
        found: dict[str, int] = {}
        for call in self.telegram.calls:
            if int(call.parameters.get("chat_id", 0)) < 0 and call.code == 200 and call.method in _COUNTED:
                found[call.method] = found.get(call.method, 0) + 1
        return found

    # --- The bot

    async def _run_until(self, moment: float) -> None:
        while True:
            due = await self._round()
            if due > moment:
                self.clock.seconds = max(moment, self.clock())
                return
            self.clock.advance(max(0.0, due - self.clock()))

    async def _settle(self) -> None:
        """Until nothing is left to do but what comes round."""
        while (due := await self._round()) - self.clock() < 120:
            self.clock.advance(max(0.0, due - self.clock()))

    async def _round(self) -> float:
        """Each part once. Returns when something is to be done."""
        parts = self._parts
        if self.telegram.updates.waiting():
            await parts.polling.step(wait=0)
        times = [await parts.dispatcher.step(), await parts.sender.step()]
        while parts.sender.in_flight:  # noqa: ASYNC110 - calls take no time
            await asyncio.sleep(0)
        await asyncio.gather(*parts.direct_calls.pending)
        if parts.sender._results:
            return self.clock()
        return min((due for due in times if due is not None), default=float("inf"))


#: What a group is sent and shown.
_COUNTED = ("sendMessage", "copyMessage", "editMessageText", "setMessageReaction")


def _told(messages: Sequence[Message]) -> list[str]:
    """What the bot has carried over to a place, in the order in which it is read; a card repeats what was said."""
    carried = [message.text for message in messages if message.sender.is_bot and "\nPerché:" not in message.text]
    return [token for text in carried for token in _TOKEN.findall(text)]


@contextmanager
def joining_nothing() -> Iterator[None]:
    """The baseline: every message of a citizen is a new message in the group."""
    joins = Forwarding._can_join
    Forwarding._can_join = lambda *_: False  # type: ignore[method-assign]
    try:
        yield
    finally:
        Forwarding._can_join = joins  # type: ignore[method-assign]


def measure(
    worlds: Worlds, content: Content, folder: Path, *, cases: int, groups: int, seconds: float, floods: bool = False
) -> dict[str, Json]:
    """One run."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        run = Run(Path(name), worlds, content, groups, seed=cases)
        asyncio.run(run.go(cases, seconds, floods=floods))
    result: dict[str, Json] = {"cases": cases, "groups": groups, "virtual_minutes": seconds / 60}
    for way, waits in run.waits.items():
        ordered = sorted(waits)
        result[way] = {
            "messages": len(ordered),
            **{f"p{share}": round(ordered[len(ordered) * share // 100], 2) for share in (50, 95, 99)},
            "max": round(ordered[-1], 2),
        }
    result["to_manager"]["best_p95"] = round(run.best_p95, 2)
    return result | {
        "late": run.late,
        "lost": run.lost,
        "misplaced": run.misplaced,
        "refused_429": run.refused,
        "calls_to_groups": run.in_groups,
    }


def missed_by(result: dict[str, Json], situation: str) -> list[str]:
    """The targets that a run has missed; those of a `situation` ("flood_") begin with it."""
    name = f"{result['cases']} cases in {result['groups']} groups"
    found = [
        one for way in ("to_manager", "to_citizen") for one in missed(f"desk.{situation}{way}_p95_s", result[way]["p95"], name)
    ]
    found += [f"{name}: {result[what]} {what}" for what in ("lost", "misplaced", "refused_429") if result[what]]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="three virtual minutes")
    parser.add_argument("--minutes", type=float, default=15, help="on the clock of the server (15)")
    parser.add_argument("--cases", type=int, default=15, help="in one group (15)")
    parser.add_argument("--sharded", type=int, default=50, help="in several groups (50)")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the databases are made")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up(LogFormat.JSON, LogLevel.WARNING, "")
    logging.getLogger("bot").setLevel(logging.ERROR)
    seconds = 60 * (3 if options.short else options.minutes)
    content = content_of(HOME, local(START))
    worlds = Worlds(content, lambda moment: local(moment).date(), staffed=True)
    everything: dict[str, Json] = {}

    def report(name: str, cases: int, groups: int, *, floods: bool = False) -> list[str]:
        begun = time.perf_counter()
        result = measure(worlds, content, options.dir, cases=cases, groups=groups, seconds=seconds, floods=floods)
        everything[name] = result
        if not options.json:
            figures = ", ".join(f"{key} {json.dumps(value)}" for key, value in result.items())
            print(f"{name}: {figures} ({time.perf_counter() - begun:.0f} s)", flush=True)
        return missed_by(result, "flood_" if floods else "shared_" if cases > options.cases else "")

    misses = report("one_group", options.cases, 1)
    groups = 1
    while fewer := report(f"{groups}_groups", options.sharded, groups):
        groups += 1
        if groups > options.sharded:
            misses += fewer
            break
    misses += missed("desk.groups_needed", groups)
    misses += report("flood", options.cases, 1, floods=True)
    with joining_nothing():
        report("baseline", options.cases, 1)
    one, base = everything["one_group"], everything["baseline"]
    ratios = {f"{way}_p95": base[way]["p95"] / max(one[way]["p95"], 0.01) for way in ("to_manager", "to_citizen")}
    if options.json:
        print(json.dumps(everything | {"groups_needed": groups, "baseline_to_bot": ratios, "missed": misses}, indent=2))
    else:
        print(f"{options.sharded} cases need {groups} groups; the baseline takes {ratios['to_manager_p95']:.0f} times as long")
        print("all targets met" if not misses else "missed: " + "; ".join(misses))
    sys.exit(bool(misses))


if __name__ == "__main__":
    main()
