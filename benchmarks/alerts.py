"""Alerts at scale: 100,000 citizens wait for one service, and its applications open.

The bot is the real one but for its loops; Telegram is the one in memory with all its limits, and both live by a virtual clock,
which also moves by the CPU that the bot takes. Everybody's session is that of a citizen who asked for the alert.

- morning: the bot runs all day, and is killed 20 times between two of its steps while alerts go out.
- pause: the bot is away from the morning until shortly before the night, so all looks are due at once; what is left when the
  night begins waits for the next morning.

Meanwhile citizens write, some every second. Prints how many were told, how many twice (but for calls in flight at a kill, which
nobody can know of: these are counted apart), refused calls, alerts between 20:00 and 8:00, and how long citizens waited. Baseline
of the wait: the same citizens with no alerts.

    PYTHONPATH=. python benchmarks/alerts.py [--short] [--subscribers 100000] [--kills 20] [--rate 3]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from common.targets import missed
from simulate import stages_in

from bot.core.hours import TIMEZONE, is_open
from bot.core.replies import Action, Verb
from bot.dialogue.incoming import Press, Text
from bot.dialogue.session import Session
from bot.dialogue.stored_session import dump_session
from bot.dialogue.turn import turn
from bot.installation import local
from bot.logs import set_up
from bot.settings import LogFormat, LogLevel
from bot.storage.tables import chat
from bot.usecases.calls import Accepted, CallOutcome, ClaimedCall
from tests.tg.harness import Scene, Stage

#: The last evening before the nursery of the small catalogue takes applications, a Sunday, and the hours of the looks.
EVENING = dt.datetime(2027, 2, 28, 20, tzinfo=TIMEZONE)
FIRST_LOOK, LAST_LOOK = dt.timedelta(hours=13), dt.timedelta(hours=16, minutes=5)
#: The begin of the night after it.
NIGHT = dt.timedelta(hours=24)
#: The hours in which alerts may be heard.
DAYTIME = "Mo-Fr 08:00-20:00; PH off"
OFFER_PLACE, NEWS = "melegnano", "Buone notizie"
SUBSCRIBERS_FROM, CITIZENS_FROM, CITIZENS = 10_000_000, 1_000, 800
SENTENCES = ("ciao", "doposcuola a Melegnano", "7 anni", "non lo so", "centro estivo", "grazie", "indietro")
#: Rows in one statement.
_ROWS = 1000


@dataclass
class Figures:
    """What became of alerts and of citizens who write."""

    told: Counter[int] = field(default_factory=Counter)
    in_doubt: set[int] = field(default_factory=set)
    at_rest: int = 0
    last_at: float = 0.0
    waits: list[float] = field(default_factory=list)
    asked_at: dict[int, float] = field(default_factory=dict)
    refused: int = 0
    failed: int = 0

    def p95(self) -> float:
        """Return the seconds within which 95 of 100 citizens are answered."""
        return sorted(self.waits)[len(self.waits) * 95 // 100] if self.waits else 0.0


class Morning:
    """A bot with subscribers and with citizens who write."""

    def __init__(self, stage: Stage, folder: Path, subscribers: int, seed: int) -> None:
        self.scene = Scene(stage, folder)
        self.scene.clock.seconds = EVENING.timestamp()
        self.subscribers = range(SUBSCRIBERS_FROM, SUBSCRIBERS_FROM + subscribers)
        self.figures = Figures()
        self._chance = random.Random(seed)
        #: The CPU of this process, in seconds, at the begin of the round that runs.
        self._begun = 0.0

    async def open(self) -> None:
        """Start the bot, with everybody's session and timer in place."""
        await self.start()
        telegram = self.scene.telegram
        for one in self.subscribers:
            telegram.user(one).starts()
        for one in range(CITIZENS):
            telegram.user(CITIZENS_FROM + one).starts()
        telegram.updates._waiting.clear()
        session = self._awaiting()
        handler: Any = self.scene.parts.dispatcher._handler
        stored, alerts, now = dump_session(session), handler._talk._alerts, self.scene.clock()
        for first in range(0, len(self.subscribers), _ROWS):
            chunk = self.subscribers[first : first + _ROWS]

            def subscribe(unit: Any, chunk: range = chunk) -> None:
                rows = [{"id": one, "session": stored, "ready_at": now} for one in chunk]
                unit._connection.execute(sa.insert(chat), rows)
                for one in chunk:
                    alerts.after_turn(unit, one, Session(), session, now)

            await self.scene.parts.store.do(subscribe)

    def _awaiting(self) -> Session:
        """Return the session of a citizen who asked for the alert."""
        world, now = self.scene.parts.worlds(self.scene.clock()), local(self.scene.clock())
        asked = turn(world, Session(), Text("nido a Melegnano per un bimbo di 1 anno"), now).session
        (offer,) = [one for one in world.dated.offers if one.startswith("nido-comunale") and OFFER_PLACE in one]
        session = turn(world, asked, Press(Action(Verb.ALERT, offer)), now).session
        assert session.alerts, "no alert was set"
        return session

    async def start(self) -> None:
        """Start the bot, and stand between it and Telegram."""
        await self.scene.open()
        # Learnt once, and not within the first answer.
        world = self.scene.parts.worlds(self.scene.clock())
        assert world.understanding, world.intent_examples
        assert world.slot_reader, world.service_names
        caller = self.scene.parts.sender._caller

        async def call(call: ClaimedCall) -> CallOutcome:
            outcome = await caller(call)
            self._note(call, outcome)
            return outcome

        self.scene.parts.sender._caller = call

    def _note(self, call: ClaimedCall, outcome: CallOutcome) -> None:
        now, figures = self.scene.clock() + time.process_time() - self._begun, self.figures
        if not isinstance(outcome, Accepted):
            figures.refused += 1
        elif call.chat in self.subscribers:
            figures.told[call.chat] += NEWS in call.payload
            figures.at_rest += not is_open(DAYTIME, local(now))
            figures.last_at = now
        elif call.chat in figures.asked_at:
            figures.waits.append(now - figures.asked_at.pop(call.chat))

    async def run_until(self, end: float, rate: float, kills: Sequence[float] = ()) -> None:
        """Run the bot while citizens write so many messages a second, and kill it at some times."""
        scene, chance, clock = self.scene, self._chance, self.scene.clock
        writes_at = clock() + chance.expovariate(rate) if rate else end
        to_come = iter(kills)
        kill_at = next(to_come, end + 1)
        scene._waiting = True
        while clock() < end:
            while writes_at <= clock():
                writer = CITIZENS_FROM + chance.randrange(CITIZENS)
                if writer not in self.figures.asked_at:
                    scene.telegram.user(writer).says(chance.choice(SENTENCES))
                    self.figures.asked_at[writer] = clock()
                writes_at += chance.expovariate(rate)
            if kill_at <= clock():
                await self._kill()
                kill_at = next(to_come, end + 1)
            self._begun = time.process_time()
            moved, due = await scene._round()
            clock.advance(time.process_time() - self._begun)
            if not moved:
                ahead = [one for one in (due, writes_at, kill_at, end) if one is not None]
                clock.advance(max(0.0, min(ahead) - clock()))

    async def _kill(self) -> None:
        """Kill the bot between two of its steps, and start it again."""
        self._begun = time.process_time()
        for part in self.scene.parts_in_order()[: self._chance.randrange(1, 6)]:
            await part()
        sending = self.scene.rows("SELECT chat FROM outbox WHERE state = 'sending'")
        self.figures.in_doubt |= {one for (one,) in sending}
        await self.scene.kill()
        await self.start()

    async def close(self) -> None:
        """End the bot."""
        self.figures.failed = len(self.scene.failed)
        self.figures.refused = sum(code == 429 for _, code in self.scene.refusals)
        await self.scene.close()


async def baseline(stage: Stage, folder: Path, rate: float, seconds: float) -> float:
    """Return the p95 of citizens' waits with no alerts."""
    morning = Morning(stage, folder, 0, seed=1)
    await morning.start()
    for one in range(CITIZENS):
        morning.scene.telegram.user(CITIZENS_FROM + one).starts()
    morning.scene.clock.seconds = (EVENING + FIRST_LOOK).timestamp()
    await morning.run_until(morning.scene.clock() + seconds, rate)
    await morning.close()
    return morning.figures.p95()


async def a_morning(stage: Stage, folder: Path, subscribers: int, rate: float, kills: int) -> Figures:
    """Return what became of the alerts of a day on which the bot is killed several times."""
    morning, chance = Morning(stage, folder, subscribers, seed=2), random.Random(3)
    await morning.open()
    start, end = (EVENING + FIRST_LOOK).timestamp(), (EVENING + LAST_LOOK).timestamp()
    morning.scene.clock.seconds = start
    await morning.run_until(end, rate, sorted(chance.uniform(start, end) for _ in range(kills)))
    await morning.close()
    return morning.figures


async def a_pause(stage: Stage, folder: Path, subscribers: int, rate: float) -> Figures:
    """Return what became of the alerts of a day on which the bot came back when half of them can be sent before the night."""
    morning = Morning(stage, folder, subscribers, seed=4)
    await morning.open()
    morning.scene.clock.seconds = (EVENING + NIGHT).timestamp() - subscribers / 2 / 20
    await morning.run_until((EVENING + NIGHT).timestamp() + 60, rate)
    evening = sum(morning.figures.told.values())
    assert 0 < evening < subscribers, "all or none were told before the night"
    rest_ends = (EVENING + NIGHT).timestamp() + 12 * 3600
    morning.scene.clock.seconds = rest_ends - 60
    await morning.run_until(rest_ends + 60 + subscribers / 2 / 15, rate)
    await morning.close()
    return morning.figures


def report(name: str, figures: Figures, subscribers: int, base: float) -> Iterator[str]:
    """Print the figures of a scenario, and yield the targets that it missed."""
    untold = subscribers - len([one for one in figures.told if figures.told[one]])
    twice = sum(count > 1 for one, count in figures.told.items() if one not in figures.in_doubt)
    doubled = sum(count > 1 for one, count in figures.told.items() if one in figures.in_doubt)
    print(
        f"{name}: told {subscribers - untold} of {subscribers}, twice {twice} (in flight at a kill {doubled}), refused"
        f" {figures.refused}, at night {figures.at_rest}, failed {figures.failed}, last at {local(figures.last_at):%a %H:%M};"
        f" citizens p95 {figures.p95():.2f} s of {len(figures.waits)} answers, without alerts {base:.2f} s",
        flush=True,
    )
    yield from missed("alerts.untold", untold, name)
    yield from missed("alerts.wrong", twice + figures.refused + figures.at_rest + figures.failed, name)
    yield from missed("alerts.citizen_wait_p95_s", figures.p95(), name)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="1,000 subscribers, 5 kills")
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=float, default=3.0, help="messages of citizens a second (3)")
    options = parser.parse_args()
    subscribers, kills = (1_000, 5) if options.short else (options.subscribers, options.kills)
    # Few messages in the hours of a whole morning, so that a short run is short.
    rate = 0.03 if options.short else options.rate
    set_up(LogFormat.JSON, LogLevel.WARNING, "")
    logging.getLogger("bot").setLevel(logging.ERROR)
    found: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage, _ = stages_in(folder)
        for one in ("base", "morning", "pause"):
            (folder / one).mkdir()
        base = asyncio.run(baseline(stage, folder / "base", options.rate, 60 if options.short else 1800))
        figures = asyncio.run(a_morning(stage, folder / "morning", subscribers, rate, kills))
        found += report("morning", figures, subscribers, base)
        figures = asyncio.run(a_pause(stage, folder / "pause", subscribers, options.rate))
        found += report("pause", figures, subscribers, base)
    print(*found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
