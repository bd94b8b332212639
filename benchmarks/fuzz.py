"""A fuzzed stream of updates through the whole bot: how many were handled or set aside, and that people in between are served.

The same stream as in `tests/tg/test_fuzz.py`, longer. A crash is an update whose handling raised anything but `Unreadable`.
People write throughout, and each message of theirs must be answered. Exits with 1 if anything crashed, waits or was not answered.

    PYTHONPATH=. python benchmarks/fuzz.py [--updates 100000] [--seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import structlog

from bot.authoring.load import load_content
from bot.home import HOME
from tests.tg.conftest import DESK
from tests.tg.fuzz import through
from tests.tg.harness import Scene, Stage


async def measure(folder: Path, updates: int, seed: int) -> bool:
    scene = await Scene(Stage(load_content(HOME), folder / "empty.db"), folder, desks=[DESK]).open()
    scene.telegram.group(DESK.chat_id, "Sportello", admins=[scene.telegram.user(2000, "Marta")])
    people = [scene.person(1000 + number) for number in range(3)]
    began = time.perf_counter()
    taken = await through(scene, updates, seed, people)
    seconds = time.perf_counter() - began
    states = dict(scene.rows("SELECT state, count(*) FROM inbox GROUP BY state"))
    crashes = [error for _, _, error in scene.failed if "bot.errors.Unreadable" not in (error or "")]
    said = sum(not message.sender.is_bot for one in people for message in one.person.chat.messages)
    heard = sum(len(one.heard) for one in people)
    await scene.close()
    print(f"updates      {updates} ({taken} with an id, the others answered with 400), {updates / seconds:.0f}/s")
    print(f"handled      {states.pop('done', 0)}")
    print(f"quarantined  {states.pop('quarantined', 0)}")
    print(f"waiting      {sum(states.values())}")
    print(f"crashes      {len(crashes)}")
    print(f"people       {said} messages, {heard} answers")
    for error in crashes[:3]:
        print(error)
    return not crashes and not states and heard == said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as folder:
        fine = asyncio.run(measure(Path(folder), given.updates, given.seed))
    sys.exit(not fine)


if __name__ == "__main__":
    main()
