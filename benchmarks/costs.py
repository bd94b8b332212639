"""The cost of encryption at rest and of the ledger, as a share of an update's CPU.

Four bots take the same updates of seeded citizens, round by round and each time in another order: two as they are, one with a
key, one without a ledger. They share one world, so that none pays for what another has learnt, and garbage is collected between
two turns. Prints the median ratio of each to the two that are alike, and the noise: the ratio of one of these to the other.
Names the targets that it missed.

    PYTHONPATH=. python benchmarks/costs.py [--updates 200] [--rounds 12]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from itertools import cycle, permutations
from pathlib import Path
from typing import Any

from common.talkers import Citizens
from common.targets import missed
from throughput_parts.peers import Ours

from bot.storage.sealing import Keyring, new_key_line, use_keyring

_CHATS = range(1_000, 1_400)
#: Updates after which everything is loaded.
_FIRST_UPDATES = 400


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


async def measure(folder: Path, updates: int, rounds: int) -> Mapping[str, Sequence[float]]:
    """Return the seconds of CPU of an update of each bot, round by round."""
    plain = Ours(f"sqlite:///{folder / 'plain'}.db")
    await plain.open()
    worlds = plain.parts.worlds
    bots = {"plain": plain} | {name: Ours(f"sqlite:///{folder / name}.db", worlds=worlds) for name in ("alike", "sealed", "bare")}
    for name, one in bots.items():
        if name != "plain":
            await one.open()
    use_keyring(bots["sealed"].parts.database.engine, Keyring(new_key_line("k1")))
    citizens = Citizens(_CHATS, random.Random(18), worlds(plain.parts.clock()))
    spent: dict[str, list[float]] = {name: [] for name in bots}
    for number, order in zip(range(rounds + 1), cycle(permutations(bots))):
        taken = citizens.updates(updates if number else _FIRST_UPDATES)
        for name in order:
            gc.collect()
            gc.freeze()
            with without_ledger() if name == "bare" else nullcontext():
                cost = (await bots[name].round(taken))[1]
            if number:
                spent[name].append(cost / updates)
    for one in bots.values():
        await one.close()
    return spent


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the median ratio of the costs of two bots."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=200, help="of a round")
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spent = asyncio.run(measure(Path(folder), options.updates, options.rounds))
    usual = [(one + other) / 2 for one, other in zip(spent["plain"], spent["alike"], strict=True)]
    seal, ledger, noise = ratio(spent["sealed"], usual), ratio(usual, spent["bare"]), ratio(spent["alike"], spent["plain"])
    print(f"an update {statistics.median(usual) * 1e6:.0f} us of CPU;", end=" ")
    print(f"encryption {seal - 1:+.1%}; ledger {ledger - 1:+.1%}; noise {noise - 1:+.1%}")
    found = [*missed("costs.sealing_ratio", seal), *missed("costs.ledger_ratio", ledger)]
    for sentence in found:
        print(sentence)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
