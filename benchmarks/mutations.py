"""How `check` answers slips that a careless editor could make in the shipped content: errors, doubts, silence, at which line.

A slip is right when its error or doubt stands at its file and line, or, for a harmless edit, when nothing is said. Everything
runs in this process; files that a slip does not touch are parsed once.

    python benchmarks/mutations.py [--count 400] [--seed 1] [--kind PART] [--verbose]
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mutations_parts.broken
import mutations_parts.harmful
import mutations_parts.harmless  # noqa: F401 - registers its kinds
from common.targets import missed
from mutations_parts.edits import KINDS, Expected, Files, Mutant

from bot.authoring import files as content_files
from bot.authoring.check import check
from bot.authoring.load import read_content
from bot.authoring.problems import Problem, Problems
from bot.authoring.yaml_nodes import Node, parse

HOME = Path(__file__).parent.parent
#: Services of a file, and entries of other lists, that are kept: needs are taught by twelve examples at least.
_MOST_SERVICES, _MOST_ITEMS = 4, 13
#: The real services, which dangers name.
_WHOLE = frozenset({"catalogue/services/nazionali.yaml"})
#: Messages beyond which a slip says too much.
_MOST_MESSAGES = 3
TODAY = dt.date(2026, 11, 30)


@dataclass(frozen=True)
class Judged:
    """A slip with what was said of it."""

    kind: str
    expected: Expected
    mutant: Mutant
    said: tuple[Problem, ...]
    is_right: bool


class Folder:
    """A content folder on disk, in which one file at a time is another."""

    def __init__(self, source: Path, root: Path, *, is_whole: bool = False) -> None:
        self.root = root
        names = (*source.glob("flows/*.yaml"), *source.glob("catalogue/**/*.yaml"))
        texts = {path.relative_to(source).as_posix(): path.read_text(encoding="utf-8") for path in sorted(names)}
        self.files: Files = texts if is_whole else {name: _shortened(name, text) for name, text in texts.items()}
        for name, text in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        self._before = Counter((one.code, one.message) for one in self._problems())

    def _problems(self) -> tuple[Problem, ...]:
        found = check(read_content(self.root), TODAY)
        return (*found.errors, *found.warnings)

    def judged(self, kind: str, mutant: Mutant) -> Judged:
        """Return what `check` says of a slip, without what it says of the content as it is."""
        path = self.root / mutant.file
        path.write_bytes(mutant.data)
        try:
            said, before = [], Counter(self._before)
            for problem in self._problems():
                if before[problem.code, problem.message] > 0:
                    before[problem.code, problem.message] -= 1
                else:
                    said.append(problem)
        finally:
            path.write_text(self.files[mutant.file], encoding="utf-8")
        expected = KINDS[kind][0]
        return Judged(kind, expected, mutant, tuple(said), _is_right(expected, mutant, said))


def _shortened(name: str, text: str) -> str:
    """Return a file with the first entries only of each of its lists: slips are judged entry by entry."""
    if name in _WHOLE:
        return text
    most = _MOST_SERVICES if name.startswith("catalogue/services/") else _MOST_ITEMS
    kept, count, depth = [], 0, ""
    for line in text.split("\n"):
        found = re.match(r" *- ", line)
        if found is not None and (not depth or len(found[0]) <= len(depth)):
            count = count + 1 if found[0] == depth else 1
            depth = found[0]
        elif line and not line.startswith(" " * len(depth)):
            depth, count = "", 0
        if count <= most or (name.startswith("catalogue/services/") and depth != "- "):
            kept.append(line)
    return "\n".join(kept)


def _is_right(expected: Expected, mutant: Mutant, said: list[Problem]) -> bool:
    if expected is Expected.FINE:
        return not said
    severities = ("error",) if expected is Expected.ERROR else ("error", "warning")
    return any(
        one.severity in severities and (mutant.elsewhere or (one.mark.file == mutant.file and one.mark.line in mutant.lines))
        for one in said
    )


def mutants(files: Files, count: int, seed: int, part: str = "") -> Iterator[tuple[str, Mutant]]:
    """Yield random slips, of every kind as many."""
    chance = random.Random(seed)
    kinds = [name for name in KINDS if part in name]
    for number in range(count):
        name = kinds[number % len(kinds)]
        for _ in range(20):
            mutant = KINDS[name][1](chance, files)
            if mutant is not None and mutant.data != files[mutant.file].encode():
                yield name, mutant
                break


@functools.lru_cache(maxsize=4096)
def _parsed(file: str, data: bytes) -> Node | None:
    return parse(file, data, Problems())


def parse_once(file: str, data: bytes, problems: Problems) -> Node | None:
    """Return the nodes of a file like `parse`; a file without an error is parsed once."""
    node = _parsed(file, data)
    return node if node is not None else parse(file, data, problems)


def main() -> None:
    """Print the figures of each kind, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="only kinds whose name contains this")
    parser.add_argument("--whole", action="store_true", help="all of the content, not the first entries of each list")
    parser.add_argument("--verbose", action="store_true", help="also print what was said of every slip")
    options = parser.parse_args()
    content_files.parse = parse_once  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(HOME, Path(root), is_whole=options.whole)
        found = []
        for one in mutants(folder.files, options.count, options.seed, options.kind):
            found.append(folder.judged(*one))
            _print_slip(found[-1], is_verbose=options.verbose)
    _print_kinds(found)
    shares = {}
    for expected in Expected:
        its = [one for one in found if one.expected is expected]
        shares[f"mutations.{expected}_percent"] = round(100 * sum(one.is_right for one in its) / len(its), 1) if its else 100.0
    faults = [len(one.said) for one in found if one.expected is not Expected.FINE and one.said]
    shares["mutations.messages_mean"] = round(sum(faults) / len(faults), 2) if faults else 0.0
    shares["mutations.messages_most"] = max(faults, default=0)
    for name, share in shares.items():
        print(f"{name} {share:g}")
    if wrong := [sentence for name, share in shares.items() for sentence in missed(name, share)]:
        raise SystemExit("\n".join(wrong))


def _print_slip(one: Judged, *, is_verbose: bool) -> None:
    """Print a slip that was answered wrongly, or with more than three messages."""
    if one.is_right and len(one.said) <= _MOST_MESSAGES and not is_verbose:
        return
    line = min(one.mutant.lines, default=1)
    written = one.mutant.data.decode("utf-8", "replace").split("\n")[line - 1].strip()
    print(f"{'right' if one.is_right else 'WRONG'} {one.expected}: {one.kind}")
    print(f"    {one.mutant.file}:{line}: {written[:110]}")
    for problem in one.said[:4]:
        print(f"    > {problem.severity}: {problem}"[:230], flush=True)


def _print_kinds(found: list[Judged]) -> None:
    """Print how many slips of each kind were answered rightly."""
    by_kind = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    for name, its in by_kind.items():
        right = sum(one.is_right for one in its)
        print(f"{its[0].expected:6} {right}/{len(its)} {max(len(one.said) for one in its)} messages  {name}")


if __name__ == "__main__":
    main()
