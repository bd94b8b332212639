"""Edits of content files as text, and the register of kinds of slips."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Expected(StrEnum):
    """The right answer of `check` to a slip."""

    ERROR = "error"
    DOUBT = "doubt"
    FINE = "fine"


Files = Mapping[str, str]


@dataclass(frozen=True)
class Mutant:
    """A content folder with one slip: the file's new bytes, and the lines at which a problem may be shown."""

    file: str
    data: bytes
    lines: frozenset[int]
    #: Other files in which the same slip may as well be shown: where a lost name is used.
    elsewhere: bool = False


Slip = Callable[[random.Random, Files], Mutant | None]
KINDS: dict[str, tuple[Expected, Slip]] = {}

_SERVICES = "catalogue/services/"


def kind(expected: Expected) -> Callable[[Slip], Slip]:
    """Return a decorator that registers a kind of slip under its function's name."""

    def register(slip: Slip) -> Slip:
        KINDS[slip.__name__] = (expected, slip)
        return slip

    return register


@dataclass(frozen=True)
class Line:
    """A line of a file that was found by a pattern, with the match."""

    file: str
    text: str
    number: int
    found: re.Match[str]

    def replaced(self, *new: str) -> Mutant:
        """Return the mutant with other lines in place of this one."""
        lines = self.text.split("\n")
        lines[self.number - 1 : self.number] = new
        return Mutant(self.file, "\n".join(lines).encode(), frozenset(range(self.number, self.number + max(len(new), 1))))

    def with_value(self, value: str) -> Mutant:
        """Return the mutant with another text for the last group of the match."""
        start, end = self.found.span(self.found.re.groups)
        line = self.text.split("\n")[self.number - 1]
        return self.replaced(line[:start] + value + line[end:])


def find(chance: random.Random, files: Files, pattern: str, name: str = _SERVICES) -> Line | None:
    """Return a random line that a pattern matches, in a file whose name begins with `name`; None if there is none."""
    found = [
        Line(file, text, number, match)
        for file, text in files.items()
        if file.startswith(name)
        for number, line in enumerate(text.split("\n"), 1)
        if (match := re.search(pattern, line))
    ]
    return chance.choice(found) if found else None


def entry_around(line: Line) -> tuple[int, int]:
    """Return the first line of the service around a line, and the line after its last, counted from 0."""
    lines = line.text.split("\n")
    start = next(number for number in reversed(range(line.number)) if lines[number].startswith("- "))
    end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith(("- ", "#"))), len(lines))
    return start, end
