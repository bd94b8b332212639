"""The problems of content: what is wrong, where, and what to do, in the language of the staff.

A `Fault` is declared once, beside the rule that finds it. All problems of all files are collected, and sorted by place; nothing
in here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

#: Similarity (0-1) from which a name is offered as the one that was meant.
_NEAR = 0.8
#: After so many problems the nearest name is no longer looked for: the file is not what it should be.
_MOST_HELPED = 500
#: Characters of a quoted value in a message, and the values that are never shortened: lists of the program's own words.
_LONGEST_QUOTE = 60
_WHOLE = frozenset({"options", "places", "what"})


class Mark(NamedTuple):
    """The place of a problem in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """The weight of a problem: content with an error cannot be used, content with a doubt can, and a hint asks for nothing."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of mistake, with a sentence for staff in Italian and in English that says what is wrong and how to fix it.

    The code is also the name of its broken example in `tests/broken/`.
    """

    code: str
    it: str
    en: str
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        assert self.code not in FAULTS, self.code
        FAULTS[self.code] = self

    def sentence(self, language: str) -> str:
        """Return the sentence in a language, "it" or "en", with its placeholders unfilled."""
        return self.en if language == "en" else self.it


#: Every fault by its code, filled while the modules that declare them are imported.
FAULTS: dict[str, Fault] = {}
#: Follows a message whose name has a near one.
#: Faults of a name that is used and not declared: all uses of one name are told at once.
_GROUPED = frozenset({"unknown_value", "unknown_attribute", "unknown_category", "unknown_service", "unknown_reference"})
#: Places of a grouped problem that are shown, the first included.
_PLACES_SHOWN = 4
#: The same sentence in one file, from which on it is told once.
_SAME_IN_FILE = 4
#: Follows a sentence that is true of many lines of a file.
ALSO_IN_LINES = {
    "it": "È così in {count} righe di questo file: anche {lines}.",
    "en": "It is so in {count} lines of this file: {lines} too.",
}
#: Follows a message about a name that is used several times.
ALSO_THERE = {"it": "È usato {count} volte, anche in {places}.", "en": "It is used {count} times, also in {places}."}
NEAREST = {"it": "Forse «{name}»?", "en": "Did you mean “{name}”?"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake found in content, with its place and its sentence."""

    code: str
    mark: Mark
    message: str
    severity: Severity = Severity.ERROR
    #: The name of the entry with the mistake, where the rule gives it.
    name: str = ""

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


class Problems:
    """The problems found while content is read; `language` is "it" or "en"."""

    def __init__(self, language: str = "it") -> None:
        self.language = language
        self._found: list[Problem] = []
        self._errors = 0

    def add(self, fault: Fault, mark: Mark, /, *, among: Iterable[str] = (), meant: str | None = None, **values: object) -> None:
        """Record a fault at a place. The sentence offers the name that is `meant`, or the nearest to `name` in `among`."""
        shown = {key: value if key in _WHOLE else _shortened(value) for key, value in values.items()}
        message = fault.sentence(self.language).format(**shown)
        near = meant
        if near is None and len(self._found) < _MOST_HELPED:
            near = nearest(str(values.get("name", "")), among)
        if near is not None:
            message += " " + NEAREST[self.language].format(name=near)
        self._found.append(Problem(fault.code, mark, message, fault.severity, str(values.get("name", ""))))
        self._errors += fault.severity is Severity.ERROR

    def add_all(self, found: Iterable[Problem]) -> None:
        """Record problems that were found before."""
        for problem in found:
            self._found.append(problem)
            self._errors += problem.severity is Severity.ERROR

    def __len__(self) -> int:
        return self._errors

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(dict.fromkeys(self._grouped()), key=lambda p: (p.mark, p.code, p.message)))

    def _grouped(self) -> Iterator[Problem]:
        """Yield the problems; the uses of one lost name are one, at the first of them, and so is a fault of a whole file."""
        uses: dict[tuple[str, str], list[Problem]] = {}
        alike: dict[tuple[str, str, str, str], list[Problem]] = {}
        for problem in self._found:
            if problem.code in _GROUPED:
                uses.setdefault((problem.code, problem.message), []).append(problem)
            else:
                alike.setdefault((problem.code, problem.message, problem.mark.file, problem.name), []).append(problem)
        for problems in alike.values():
            yield from self._told_once(problems)
        for problems in uses.values():
            marks = sorted({problem.mark for problem in problems})
            first = replace(problems[0], mark=marks[0])
            if len(marks) > 1:
                places = ", ".join(f"{mark.file}:{mark.line}" for mark in marks[1:_PLACES_SHOWN])
                more = ALSO_THERE[self.language].format(count=len(marks), places=places)
                first = replace(first, message=f"{first.message} {more}")
            yield first

    def _told_once(self, problems: list[Problem]) -> Iterable[Problem]:
        """Return problems of one file that say the same; many of them as one, at the first."""
        marks = sorted({problem.mark for problem in problems})
        if len(marks) < _SAME_IN_FILE:
            return problems
        lines = ", ".join(dict.fromkeys(str(mark.line) for mark in marks[1:_PLACES_SHOWN]))
        more = ALSO_IN_LINES[self.language].format(count=len({mark.line for mark in marks}), lines=lines)
        return [replace(problems[0], mark=marks[0], message=f"{problems[0].message} {more}")]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the errors, by place."""
        return tuple(problem for problem in self if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the doubts, by place."""
        return tuple(problem for problem in self if problem.severity is Severity.WARNING)

    @property
    def hints(self) -> tuple[Problem, ...]:
        """Return the problems that ask for nothing, such as hours repeated as they were understood."""
        return tuple(problem for problem in self if problem.severity is Severity.HINT)


def _shortened(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST_QUOTE:
        return value[: _LONGEST_QUOTE - 1] + "…"
    return value


def nearest(name: str, among: Iterable[str]) -> str | None:
    """Return the one of some names that is spelt most like `name`, in any case; None if none is similar."""
    similarity = JaroWinkler.normalized_similarity
    best = process.extractOne(name, list(among), scorer=similarity, score_cutoff=_NEAR, processor=str.casefold)
    return best[0] if best else None
