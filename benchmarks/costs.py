"""The cost of encryption at rest and of the ledger, as a share of an update's CPU.

Three bots take the same updates of seeded citizens, round by round: as it is, with a key, and without a ledger. Prints the median
ratio of each pair, and names the targets that it missed.

    PYTHONPATH=. python benchmarks/costs.py [--updates 400] [--rounds 9]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from common.talkers import Citizens
from common.targets import missed
from throughput_parts.peers import Ours

from bot.storage.sealing import Keyring, new_key_line, use_keyring

_CHATS = range(1_000, 1_400)


@contextmanager
def without_ledger() -> Iterator[None]:
    """Turns of the conversation leave no record of a search."""
    talk: Any = import_module("bot.usecases.talk")
    observe = talk.observe
    talk.observe = lambda context, *_: context.session.search
    try:
        yield
    finally:
        talk.observe = observe


async def measure(folder: Path, updates: int, rounds: int) -> tuple[float, float, float]:
    """Return the microseconds of CPU of an update, and the ratios with a key to without, with a ledger to without."""
    plain, sealed, bare = (Ours(f"sqlite:///{folder / name}.db") for name in ("plain", "sealed", "bare"))
    for one in (plain, sealed, bare):
        await one.open()
    use_keyring(sealed.parts.database.engine, Keyring(new_key_line("k1")))
    world = plain.parts.worlds(plain.parts.clock())
    citizens = Citizens(_CHATS, random.Random(18), world)
    costs, seals, ledgers = [], [], []
    for number in range(rounds + 1):
        taken = citizens.updates(updates)
        order = [plain, sealed, bare][number % 3 :] + [plain, sealed, bare][: number % 3]
        spent: dict[Ours, float] = {}
        for one in order:
            if one is bare:
                with without_ledger():
                    spent[one] = (await one.round(taken))[1]
            else:
                spent[one] = (await one.round(taken))[1]
        if number:
            costs.append(spent[plain] / updates * 1e6)
            seals.append(spent[sealed] / spent[plain])
            ledgers.append(spent[plain] / spent[bare])
    for one in (plain, sealed, bare):
        await one.close()
    return statistics.median(costs), statistics.median(seals), statistics.median(ledgers)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cost, seal, ledger = asyncio.run(measure(Path(folder), options.updates, options.rounds))
    print(f"an update {cost:.0f} us of CPU; encryption {seal - 1:+.1%}; ledger {ledger - 1:+.1%}")
    found = [*missed("costs.sealing_ratio", seal), *missed("costs.ledger_ratio", ledger)]
    for sentence in found:
        print(sentence)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
