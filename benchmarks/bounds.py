"""That long input costs no more than it must, as ratios in the same run.

A typed text of 100,000 characters against its first 2,000 (nothing beyond is read: about 1); a file with 40,000 faults against
one with 20,000 (linear: about 2; squared would be 4).

    python benchmarks/bounds.py
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot import installation
from bot.authoring.load import read_content
from bot.core.replies import Action, Verb
from bot.dialogue.incoming import Press, Text
from bot.dialogue.session import Session
from bot.dialogue.turn import turn
from bot.home import HOME

NOW = dt.datetime(2026, 11, 22, 10)
PIECES = ("uno ", "dalle ", "dopo le 18 ", "nessuna ", "1/", "0", "asilo nido ", "\U0001f643")


def best(function: Callable[[], object]) -> float:
    """The shortest of three runs, in milliseconds of CPU."""
    times = []
    for _ in range(3):
        start = time.process_time()
        function()
        times.append((time.process_time() - start) * 1000)
    return min(times)


def main() -> None:
    world = installation.world_of(HOME, NOW)
    begun = turn(world, Session(), Press(Action(Verb.START)), NOW).session
    worst = (0.0, 0.0, "")
    for attribute in world.content.vocabulary.attributes:
        asked = turn(world, begun, Press(Action(Verb.REOPEN, attribute)), NOW).session
        for piece in PIECES:
            long, short = Text((piece * 100_000)[:100_000]), Text((piece * 2_000)[:2_000])
            baseline, taken = (best(partial(turn, world, asked, text, NOW)) for text in (short, long))
            worst = max(worst, (taken, baseline, f"{attribute} {piece!r}"))
    print(f"100,000 characters: at most {worst[0]:.1f} ms ({worst[2]}), {worst[0] / worst[1]:.2f} of the first 2,000 alone")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("flows", "catalogue"):
            shutil.copytree(HOME / name, root / name)
        times = []
        for count in (20_000, 40_000):
            (root / "catalogue/services/prova.yaml").write_bytes(b"- {}\n" * count)
            times.append(best(lambda: read_content(root)))
        print(f"40,000 faulty services: {times[1]:.0f} ms, {times[1] / times[0]:.2f} of 20,000")


if __name__ == "__main__":
    main()
