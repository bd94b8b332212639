"""Deterministic simulation: one seed decides everything that happens to the bot in a virtual day.

The seed drives the clock, Telegram, the database's faults, the order of lanes, parts and calls, kills, settings and content that
change, and what citizens and managers do (`simulate_parts/day.py`). What must be true is looked at after each event: no word is
lost, out of order or before the wrong eyes, nobody who writes is left without an answer, and what comes twice has a fault or a
kill for each copy. The bot is the real one but for its loops; sentences are understood by their words alone, and the disk is
not waited for.

    PYTHONPATH=. python benchmarks/simulate.py [--seeds 100] [--first 1] [--events 60] [--jobs 2]
    PYTHONPATH=. python benchmarks/simulate.py --first 17 --seeds 1 --trace FILE    replays a day, and writes all of it down
    PYTHONPATH=. python benchmarks/simulate.py --twice                              lives each day twice, and compares the traces

Exit code 1 if anything is not as it must be; each failure names its seed.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from simulate_parts.day import Day, Doubled, Mute
from simulate_parts.scene import leave_all_to_dice

from bot import logs
from bot.authoring.load import load_content
from bot.core.content import Content
from bot.home import HOME
from bot.language.meaning.training_data import TrainingData
from bot.language.meaning.understand import MeaningReader
from bot.settings import LogFormat, LogLevel
from tests.builders import TODAY
from tests.tg.harness import Stage

#: Of the sentences of the content each so many-th teaches the bot of a simulation.
EXAMPLE_STEP = 25


@dataclass(frozen=True, slots=True)
class LivedDay:
    """How a day went."""

    seed: int
    hash: str
    counts: Counter[str]
    #: What was not as it must be: its kind and where; empty if all was.
    kind: str = ""
    report: str = ""
    trace: tuple[str, ...] = ()


def stages_in(folder: Path) -> tuple[Stage, ...]:
    """Return the shipped words and flows with the small catalogue of the tests, and the same without one of its services."""
    root = folder / "content"
    shutil.copytree(HOME / "flows", root / "flows")
    shutil.copytree(HOME / "catalogue", root / "catalogue", ignore=shutil.ignore_patterns("services"))
    (root / "catalogue/services").mkdir()
    shutil.copy(HOME / "tests/fits/services.yaml", root / "catalogue/services")
    content = load_content(root)
    learnt = quickly_taught(content)
    fewer = replace(content, services=content.services[1:])
    first, second = (Stage(one, folder / "empty.db", lambda *_: learnt) for one in (content, fewer))
    return first, second


def quickly_taught(content: Content) -> MeaningReader:
    """Return a reader of meanings that learnt from few of the sentences of a content, and compares words alone."""
    examples = TrainingData.examples
    TrainingData.examples = lambda self: islice(examples(self), 0, None, EXAMPLE_STEP)  # type: ignore[method-assign]
    try:
        return MeaningReader(content, TODAY)
    finally:
        TrainingData.examples = examples  # type: ignore[method-assign]


def live(seed: int, events: int, stages: tuple[Stage, ...], *, keeps_trace: bool) -> LivedDay:
    """Live through the day of a seed."""
    day = Day(seed, stages, forum=seed % 3 != 0)
    kind = report = ""
    try:
        day.passes_by(events)
    except Mute as error:
        kind, report = "mute", str(error)
    except Doubled as error:
        kind, report = "doubled", str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other days are lived
        place = traceback.extract_tb(error.__traceback__)
        kind, report = (
            "lost" if isinstance(error, AssertionError) else "crash",
            f"{error!r} at " + " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(place[-6:])),
        )
    finally:
        day.teardown()
    return LivedDay(seed, day.hash, day.counts, kind, report, tuple(day.trace) if keeps_trace else ())


def _live_twice(seed: int, events: int, *, twice: bool, keeps_trace: bool) -> LivedDay:
    lived = live(seed, events, _STAGES, keeps_trace=keeps_trace)
    if not twice or lived.kind:
        return lived
    again = live(seed, events, _STAGES, keeps_trace=False)
    return lived if again.hash == lived.hash else replace(lived, kind="crash", report=f"another trace: {again.hash}")


#: What all days of the processes share.
_STAGES: tuple[Stage, ...] = ()


def _all(options: argparse.Namespace) -> Iterator[LivedDay]:
    seeds = range(options.first, options.first + options.seeds)
    one = partial(_live_twice, events=options.events, twice=options.twice, keeps_trace=options.trace is not None)
    if options.jobs == 1:
        yield from map(one, seeds)
        return
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        yield from pool.imap(one, seeds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100, help="how many days (100)")
    parser.add_argument("--first", type=int, default=1, help="the seed of the first (1)")
    parser.add_argument("--events", type=int, default=60, help="of each day (60)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--trace", type=Path)
    options = parser.parse_args()
    logs.set_up(LogFormat.JSON, LogLevel.WARNING, "")
    logging.disable(logging.CRITICAL)
    leave_all_to_dice()
    with tempfile.TemporaryDirectory(prefix="simulate-") as folder:
        global _STAGES  # noqa: PLW0603 - inherited by the processes that are forked
        _STAGES = stages_in(Path(folder))
        begun, counts, kinds = time.perf_counter(), Counter[str](), Counter[str]()
        for lived in _all(options):
            counts += lived.counts
            if lived.kind:
                kinds[lived.kind] += 1
                print(f"seed {lived.seed}, trace {lived.hash}: {lived.kind}: {lived.report}", flush=True)
            if options.trace is not None:
                options.trace.write_text("\n".join(lived.trace), encoding="utf-8")
                print(f"seed {lived.seed}: trace {lived.hash}")
        seconds = (time.perf_counter() - begun) / options.seeds
    print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    found = ", ".join(f"{kinds[kind]} {kind}" for kind in ("lost", "mute", "doubled", "crash"))
    print(f"{options.seeds} days from seed {options.first} on: {found}; {seconds:.2f} s a day")
    return bool(kinds)


if __name__ == "__main__":
    sys.exit(main())
