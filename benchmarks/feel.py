"""Measures how long a person waits from a press to the bot's reply, with the real clock and Telegram's limits.

The bot is the real one, `python -m bot run`, against `bot.fake_telegram` over HTTP on the loopback interface, which refuses what
Telegram would refuse for its rate. What the network and Telegram itself take comes on top.

- think: a few people press a button 0.6, 1.0 and 1.5 s after each reply. Telegram takes a message a second in a private chat, so
  that the wait at 0.6 s depends on short bursts.
- rush: 120 people press 5, 10 and 20 buttons a second between them.

A press is answered by a new message, by an edit that leaves buttons, or by words on the button itself; the edit that only takes
the buttons from an earlier message is no answer. A press that nothing follows for ten seconds fails the run.

    python benchmarks/feel.py [--short] [--seed 1] [--dir FOLDER] [--json]

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from common.targets import missed

from bot.fake_telegram import ButtonPress, FakeTelegram, Message, Person
from bot.fake_telegram.http import asgi
from bot.home import HOME
from bot.json_types import Json

THINKERS, RUSHERS = 4, 120
#: Seconds until a press counts as unanswered, and between two looks for the answer.
PATIENCE, LOOK = 10.0, 0.002
#: A case would need a desk and a group; everything else is pressed.
_NOT_PRESSED = "persona"


class Phone:
    """The phone of one person, who presses one button of the last message at a time."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        self._person = person
        self._chance = chance
        self.is_free = True

    async def start(self) -> None:
        """Open the bot and wait for its first question."""
        self._person.starts()
        while not self._with_buttons():  # noqa: ASYNC110 - nobody rings at a message
            await asyncio.sleep(LOOK)

    async def press(self) -> float:
        """Press any button of the last message that has some; return the seconds until the reply.

        Raises TimeoutError if none comes.
        """
        self.is_free = False
        message = self._with_buttons()[-1]
        labels = [one.text for row in message.keyboard for one in row if not one.url and _NOT_PRESSED not in one.text]
        begun, last, edits = time.perf_counter(), self._person.chat.messages[-1], len(message.edits)
        press = self._person.presses(message, self._chance.choice(labels))
        assert isinstance(press, ButtonPress)
        while not self._is_answered(press, last, edits):
            if time.perf_counter() > begun + PATIENCE:
                raise TimeoutError(f"no reply to a press of {press.data!r} below {message.text!r}")
            await asyncio.sleep(LOOK)
        self.is_free = True
        return time.perf_counter() - begun

    def _with_buttons(self) -> list[Message]:
        return [one for one in self._person.chat.messages if any(not button.url for row in one.keyboard for button in row)]

    def _is_answered(self, press: ButtonPress, last: Message, edits: int) -> bool:
        edited = len(press.message.edits) > edits and bool(press.message.keyboard)
        return self._person.chat.messages[-1] is not last or edited or bool(press.text)


async def think(phones: Sequence[Phone], seconds: float, presses: int) -> list[float]:
    """Return the waits of people who press so many seconds after each reply."""

    async def one(phone: Phone) -> list[float]:
        waits = []
        for _ in range(presses):
            await asyncio.sleep(seconds)
            waits.append(await phone.press())
        return waits

    return [wait for waits in await asyncio.gather(*map(one, phones)) for wait in waits]


async def rush(phones: Sequence[Phone], rate: float, seconds: float, chance: random.Random) -> list[float]:
    """Return the waits of people who press so many buttons a second between them, at random times."""
    begun, at, presses = time.perf_counter(), 0.0, []
    while (at := at + chance.expovariate(rate)) < seconds:
        await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
        # A person who still waits does not press again.
        free = [phone for phone in phones if phone.is_free]
        presses.append(asyncio.create_task(chance.choice(free).press()))
        await asyncio.sleep(0)
    return list(await asyncio.gather(*presses))


@asynccontextmanager
async def running_bot(folder: Path, seed: int) -> AsyncIterator[tuple[FakeTelegram, list[Phone]]]:
    """Yield the Telegram and the phones of a bot that runs in a process of its own, each at its first question."""
    telegram = FakeTelegram(clock=time.time, limits=True, local=True)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(asgi(telegram), log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve([listening]))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_TOKEN": telegram.token,
            "BOT_TELEGRAM__BASE_URL": f"http://127.0.0.1:{listening.getsockname()[1]}",
            "BOT_DATABASE__URL": f"sqlite:///{folder / 'bot.db'}",
            "PYTHONPATH": str(HOME),
        }
        with (folder / "bot.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=folder, env=environment, stdout=log, stderr=log
            )
        try:
            phones = [Phone(telegram.user(1000 + number), random.Random(seed + number)) for number in range(RUSHERS)]
            for phone in phones:
                await asyncio.wait_for(phone.start(), 60)
            yield telegram, phones
        finally:
            process.terminate()
            await process.wait()
            server.should_exit = True
            await serving


def _figures(waits: Sequence[float]) -> dict[str, float]:
    """Return the percentiles of some waits, in milliseconds."""
    ordered = sorted(waits)
    shares = {f"p{share}_ms": ordered[len(ordered) * share // 100] * 1000 for share in (50, 90, 95)}
    return {"presses": len(ordered)} | shares | {"max_ms": ordered[-1] * 1000}


async def measure(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Json], list[str]]:
    """Return the figures of every habit, and the targets missed."""
    found: dict[str, Json] = {}
    misses: list[str] = []
    async with running_bot(folder, options.seed) as (telegram, phones):
        for seconds in (1.0,) if options.short else (0.6, 1.0, 1.5):
            figures = _figures(await think(phones[:THINKERS], seconds, 8 if options.short else 25))
            found[f"think_{seconds}_s"] = figures
            misses += missed("feel.think_p90_ms" if seconds >= 1 else "feel.hurry_p90_ms", figures["p90_ms"], f"{seconds} s")
        for rate in (20,) if options.short else (5, 10, 20):
            chance = random.Random(options.seed)
            figures = _figures(await rush(phones, rate, 10 if options.short else 30, chance))
            found[f"rush_{rate}_a_second"] = figures
            misses += missed("feel.rush_p50_ms", figures["p50_ms"], f"{rate} a second")
            misses += missed("feel.rush_p95_ms", figures["p95_ms"], f"{rate} a second")
        refused = sum(call.code == 429 for call in telegram.calls)
        found["refused_429"] = refused
        misses += [f"{refused} calls were refused for their rate"] if refused else []
    return found, misses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a second of thinking and the greatest rush only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where the database is made")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        found, misses = asyncio.run(measure(options, Path(name)))
    if options.json:
        print(json.dumps(found | {"missed": misses}, indent=2))
    else:
        for habit, figures in found.items():
            print(f"{habit}: {json.dumps(figures)}")
        print("all targets met" if not misses else "missed: " + "; ".join(misses))
    sys.exit(bool(misses))


if __name__ == "__main__":
    main()
