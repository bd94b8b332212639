"""Whether the sender keeps within Telegram's limits, and uses them, against a server that enforces every documented one.

The server is `bot.fake_telegram` with no bursts allowed; its clock, which is the sender's too, jumps from one thing that is due
to the next. The store is a SQLite file. A call takes no time.

- full: in the first half of the time citizens want a part of what may be sent and groups more than their 20 a minute each; in the
  second half citizens alone want more than 30 a second. No call is refused for its rate, and at least 90 % of 30 calls a second
  are made.
- retry_after: messages at random times, 80 % of what may be sent, while one group is under RetryAfter all the time. How long
  citizens wait from the moment a message is queued until it is accepted: 95 of 100 at most 1 s.

    python benchmarks/limits.py [--short] [--minutes 60] [--dir FOLDER] [--json]

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.targets import missed

from bot.fake_telegram import CallFault, FakeRequest, FakeTelegram, ManualClock, Rates
from bot.json_types import Json
from bot.logs import set_up
from bot.settings import LogFormat, LogLevel
from bot.storage.schema import Database
from bot.tg.api import api_of, make
from bot.usecases.calls import Accepted, CallKind, CallOutcome, ClaimedCall, Limits, Outgoing
from bot.usecases.outbound import Sender
from bot.usecases.ports import Unit

#: Telegram's calls a second, and messages a minute to a group.
OVERALL, GROUP = 30, 20
CITIZENS, GROUPS = 2_000, 20
RETRY_AFTER = 35

#: When a message is queued, in seconds from the start, and for whom.
Arrival = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that was accepted."""

    chat: int
    queued_at: float
    sent_at: float


class Run:
    """The sender, its store and the server, on one clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.telegram = FakeTelegram(clock=self.clock, limits=Rates(burst=1))
        self.groups = [self.telegram.group(-1000 - number, f"Sportello {number}").id for number in range(GROUPS)]
        self.citizens = list(range(1, CITIZENS + 1))
        for citizen in self.citizens:
            self.telegram.user(citizen).starts()
        self._api = api_of(self.telegram.token, "https://localhost", FakeRequest(self.telegram), FakeRequest(self.telegram))
        database = Database(f"sqlite:///{folder / 'limits.db'}")
        database.migrate()
        self._store = database.store(self.telegram.bot.id)
        self._sender = Sender(self._store, self._call, self.clock, Limits())
        self.sent: list[Sent] = []

    async def go(self, arrivals: Iterator[Arrival], seconds: float) -> None:
        """Queues what arrives, and sends, for so many seconds on the clock."""
        self._store.open()
        start = self.clock()
        end, coming = start + seconds, next(arrivals, None)
        while self.clock() < end:
            now = self.clock()
            arrived = []
            while coming is not None and start + coming[0] <= now:
                arrived.append(coming)
                coming = next(arrivals, None)
            if arrived:
                await self._store.do(partial(_queue, arrived=arrived, start=start))
            due = await self._sender.step()
            while self._sender.in_flight:  # noqa: ASYNC110 - calls take no time
                await asyncio.sleep(0)
            # As the loop does: no call that is due, and no other news, is waited for a second.
            next_at = min(now + 1 if due is None else due, end if coming is None else start + coming[0], end)
            self.clock.advance(max(0.0, next_at - now))
        self._store.close()

    async def _call(self, call: ClaimedCall) -> CallOutcome:
        outcome = await make(self._api, call)
        if isinstance(outcome, Accepted):
            self.sent.append(Sent(call.chat, call.created_at, self.clock()))
        return outcome

    def refused(self, *, but: int | None = None) -> int:
        """Calls that were refused for their rate, but for those of a chat."""
        return sum(call.code == 429 and int(call.parameters["chat_id"]) != but for call in self.telegram.calls)


def _queue(unit: Unit, arrived: Sequence[Arrival], start: float) -> None:
    for at, chat in arrived:
        unit.outbox.put(Outgoing(chat, CallKind.MESSAGE, "sendMessage", {"text": f"{at:.3f}"}), start + at)


def paced(chats: Sequence[int], rate: float, start: float, end: float, chance: random.Random) -> Iterator[Arrival]:
    """Messages at random times, to one chat after another in a random order."""
    order, at = itertools.cycle(chance.sample(chats, len(chats))), start
    while (at := at + chance.expovariate(rate)) < end:
        yield at, next(order)


def full(folder: Path, seconds: float) -> tuple[dict[str, Json], list[str]]:
    """At full load."""
    run, chance, half = Run(folder), random.Random(1), seconds / 2
    wanted = sorted(
        [
            *paced(run.citizens, 0.75 * OVERALL, 0, half, chance),
            *paced(run.groups, 1.5 * GROUPS * GROUP / 60, 0, half, chance),
            *paced(run.citizens, 1.2 * OVERALL, half, seconds, chance),
        ]
    )
    asyncio.run(run.go(iter(wanted), seconds))
    used = len(run.sent) / (OVERALL * seconds)
    groups = [one for one in run.sent if one.chat < 0]
    result = {
        "virtual_minutes": seconds / 60,
        "accepted": len(run.sent),
        "to_groups": len(groups),
        "refused_429": run.refused(),
        "budget_used": used,
    }
    refused = [f"full: {run.refused()} calls were refused for their rate"] if run.refused() else []
    return result, refused + missed("limits.budget_share", used)


def under_retry_after(folder: Path, seconds: float) -> tuple[dict[str, Json], list[str]]:
    """At 80 % of the budget, with one group that takes nothing."""
    run, chance = Run(folder), random.Random(2)
    held = run.groups[0]
    run.telegram.faults.next("sendMessage", CallFault.retry_after(RETRY_AFTER), chat=held, count=None)
    groups, each = run.groups[:6], 0.8 * GROUP / 60
    citizens = 0.8 * OVERALL - each * len(groups)
    wanted = sorted([*paced(run.citizens, citizens, 0, seconds, chance), *paced(groups, each * len(groups), 0, seconds, chance)])
    asyncio.run(run.go(iter(wanted), seconds))
    waits = sorted(one.sent_at - one.queued_at for one in run.sent if one.chat > 0)
    held_back = run.refused() - run.refused(but=held)
    result: dict[str, Json] = {
        "virtual_minutes": seconds / 60,
        "accepted": len(run.sent),
        "refused_429": run.refused(but=held),
        "retry_after": held_back,
        "waiting_at_the_end": sum(chat > 0 for _, chat in wanted) - len(waits),
        "citizens_wait_s": {f"p{share}": waits[len(waits) * share // 100] for share in (50, 95, 99)} | {"max": waits[-1]},
    }
    misses = missed("limits.citizen_wait_p95_s", result["citizens_wait_s"]["p95"])
    misses += ["retry_after: a call was refused for its rate"] if run.refused(but=held) else []
    return result, misses + ([] if held_back else ["retry_after: no group was under RetryAfter"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="two virtual minutes")
    parser.add_argument("--minutes", type=float, default=60, help="on the clock of the server (60)")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the databases are made")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up(LogFormat.JSON, LogLevel.WARNING, "")
    # Each RetryAfter is a warning.
    logging.getLogger("bot").setLevel(logging.ERROR)
    seconds = 60 * (2 if options.short else options.minutes)
    misses: list[str] = []
    everything: dict[str, Json] = {}
    for measure in (full, under_retry_after):
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=options.dir) as name:
            result, failures = measure(Path(name), seconds)
        everything[measure.__name__] = result
        misses += failures
        if not options.json:
            figures = ", ".join(f"{key} {json.dumps(value)}" for key, value in result.items())
            print(f"{measure.__name__}: {figures} ({time.perf_counter() - begun:.0f} s)", flush=True)
    if options.json:
        print(json.dumps(everything | {"missed": misses}, indent=2))
    else:
        print("all targets met" if not misses else "missed: " + "; ".join(misses))
    sys.exit(bool(misses))


if __name__ == "__main__":
    main()
