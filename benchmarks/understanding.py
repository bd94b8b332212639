"""How well needs are found: rapidfuzz on names and keywords, and each method of the bot, on the same sentences.

    python benchmarks/understanding.py [FILE …]

Prints recall@3 by kind for the baseline (`WRatio`), for each score alone, and for all of them as the bot uses them; then what a
message costs, beside the baseline in the same run, with the shipped catalogue and with 100,000 offers; what learning costs, and
the memory of the process.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from common.machine import resident
from rapidfuzz import fuzz, process, utils

from bot.authoring.load import load_content
from bot.authoring.models.queries import Query
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.language.meaning.understand import MeaningKind, MeaningReader
from bot.language.text.utterance import Utterance
from bot.learning.encoders import universal_encoder

HOME = Path(__file__).resolve().parent.parent
TODAY = dt.date(2026, 11, 22)
SHOWN = 3
OFFERS = 100_000

Ranks = Callable[[str], Sequence[str]]


def by_wratio(content: Content) -> Ranks:
    """The baseline: each need by the best of its names and of its services' names and keywords."""
    names = [(name, need.id) for need in content.vocabulary.needs.values() for name in (need.label, *need.also)]
    names += [
        (name, need) for service in content.services for name in (service.name, *service.keywords) for need in service.needs
    ]
    choices = [utils.default_process(name) for name, _ in names]

    def ranks(text: str) -> Sequence[str]:
        best = process.extract(utils.default_process(text), choices, scorer=fuzz.WRatio, limit=200)
        return list(dict.fromkeys(names[index][1] for _, _, index in best))[:SHOWN]

    return ranks


def by_part(content: Content, understanding: MeaningReader, part: int) -> Ranks:
    """One sign alone, by its place among those of `SignReader`."""
    needs = tuple(content.vocabulary.needs)

    def ranks(text: str) -> Sequence[str]:
        scores = understanding.parts(Utterance(text), TODAY)[part]
        return [needs[int(i)] for i in (-scores[: len(needs)]).argsort()[:SHOWN]]

    return ranks


def by_bot(understanding: MeaningReader) -> Ranks:
    """All of them, and the decision to answer at all."""

    def ranks(text: str) -> Sequence[str]:
        heard = understanding.read(Utterance(text), TODAY)
        return [one.need for one in heard.needs[:SHOWN]] if heard.kind in (MeaningKind.NEED, MeaningKind.CHOOSE) else []

    return ranks


def recall(queries: Sequence[Query], ranks: Ranks) -> float:
    """The share that finds a right need among the first three."""
    return statistics.fmean(not query.finds.needs.isdisjoint(ranks(query.say)) for query in queries)


def milliseconds(queries: Sequence[Query], ranks: Ranks) -> tuple[float, float]:
    """The median and the 95th percentile of what a message takes."""
    times = []
    for query in queries:
        start = time.perf_counter()
        ranks(query.say)
        times.append((time.perf_counter() - start) * 1_000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def enlarged(content: Content, offers: int) -> Content:
    """The same services over and over, until there are so many offers."""
    services, count = list(content.services), sum(len(service.locations) for service in content.services)
    copies = 1
    while count * copies < offers:
        services += [replace(service, id=f"{service.id}-{copies}") for service in content.services]
        copies += 1
    return replace(content, services=tuple(services))


def main() -> None:
    content = load_content(HOME)
    queries = [one for one in read_queries(HOME, content, Problems(), [Path(name) for name in sys.argv[1:]]) if one.finds.needs]
    start = time.process_time()
    understanding = MeaningReader(content, TODAY, universal_encoder())
    built = time.process_time() - start
    methods = {
        "WRatio": by_wratio(content),
        "examples": by_part(content, understanding, 0),
        "vectors": by_part(content, understanding, 1),
        "BM25": by_part(content, understanding, 2),
        "names": by_part(content, understanding, 3),
        "bot": by_bot(understanding),
    }
    kinds = [*dict.fromkeys(query.kind for query in queries)]
    print(f"{'recall@3':14}" + "".join(f"{name:>10}" for name in methods))
    for kind in [*kinds, ""]:
        chosen = [query for query in queries if query.kind == kind or not kind]
        shares = [recall(chosen, ranks) for ranks in methods.values()]
        print(f"{kind or 'all':14}" + "".join(f"{share:10.1%}" for share in shares))
    baseline = milliseconds(queries, methods["WRatio"])
    start = time.process_time()
    large = MeaningReader(enlarged(content, OFFERS), TODAY, universal_encoder())
    built_large = time.process_time() - start
    print("ms a message: median, 95th percentile, and beside WRatio")
    print(f"{'WRatio':24}{baseline[0]:8.2f}{baseline[1]:8.2f}")
    for name, one in (("bot", understanding), (f"bot, {OFFERS:,} offers", large)):
        median, high = milliseconds(queries, by_bot(one))
        print(f"{name:24}{median:8.2f}{high:8.2f}{median / baseline[0]:8.2f}{high / baseline[1]:8.2f}")
    print(f"learnt in {built:.2f} s of processor time, {built_large:.2f} s from {OFFERS:,} offers ({built_large / built:.2f})")
    print(f"memory {resident():.0f} MB, both learnt")


if __name__ == "__main__":
    main()
