"""The cost of a manager's search (`/proponi`), over the names of all services and needs, each with a municipality or without;
and the share of written cases for which one of the services suggested on the card answers the need.

Baseline, in the same run: reading the same words as a citizen's are read, with the vector of the sentence; the search compares
words alone.

    python benchmarks/proposals.py [--seed 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from common.targets import missed

from bot import installation
from bot.core.attributes import PLACE
from bot.dialogue.cases.proposals import find_offers
from bot.dialogue.cases.suggestions import find_suggestions
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.home import HOME
from bot.language.text.utterance import Utterance

#: Written cases, each with its need.
CASES = Path(__file__).parent.parent / "tests" / "dialogue" / "cases" / "written_cases.txt"
NOW = dt.datetime(2026, 11, 22, 10)


def searches(world: World, chance: random.Random) -> Sequence[str]:
    """Return the words that are searched for."""
    vocabulary = world.content.vocabulary
    towns = ["", *(term.label for term in vocabulary[PLACE].terms.values())]
    names = [*(service.name for service in world.content.services), *(need.label for need in vocabulary.needs.values())]
    return [f"{name} {chance.choice(towns)}".strip() for name in names]


def suggested_share(world: World) -> float:
    """Return the percentage of written cases with a right service among the suggested ones; print the others."""
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    missed_lines = []
    for line in lines:
        need, text = line.split(" | ", 1)
        offers = find_suggestions(world, Session(), (text,), {}).offers
        if not any(need in world.dated.offers[one].service.needs for one in offers):
            missed_lines.append(line)
    print("\n".join(f"nothing right suggested: {line}" for line in missed_lines))
    return 100 * (1 - len(missed_lines) / len(lines))


def times(function: Callable[[str], object], words: Sequence[str]) -> list[float]:
    """Return the milliseconds of CPU of a function of each of some words, sorted."""
    taken = []
    for one in words:
        start = time.process_time()
        function(one)
        taken.append((time.process_time() - start) * 1000)
    return sorted(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = installation.world_of(HOME, NOW)
    words = searches(world, random.Random(options.seed))
    find_offers(world, Session(), words[0])
    read = times(lambda one: world.understanding.read(Utterance(one), NOW.date()), words)
    found = times(lambda one: find_offers(world, Session(), one), words)
    baseline, p95 = read[int(len(read) * 0.95)], found[int(len(found) * 0.95)]
    print(
        f"{len(world.dated.offers)} offers, {len(words)} searches: p50 {found[len(found) // 2]:.1f} ms, p95 {p95:.1f} ms,"
        f" {p95 / baseline:.2f} of reading the words as a citizen's"
    )
    share = suggested_share(world)
    print(f"a right service is among the suggested ones for {share:.0f} % of the written cases")
    faults = [*missed("proposals.search_to_reading", p95 / baseline), *missed("proposals.suggested_percent", share)]
    for town in ("san donato", "carpiano"):
        first = find_offers(world, Session(), f"trasporto disabili {town}").offers[0].service.id
        faults += [] if first == "disabili-trasporto" else [f"trasporto disabili {town} finds {first} first"]
    print("\n".join(faults) or "OK")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
