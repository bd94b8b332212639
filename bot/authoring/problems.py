"""Problems in content: where they are and what to do, in the language of the staff.

A problem is a code of `messages.py` with the values of its sentence. All problems of all files are collected, and
sorted by place; nothing in here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.authoring.messages import MESSAGES, NEAREST

#: Similarity (0-100) from which a name is offered as the one that was meant.
_NEAR = 60.0


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """Whether content can be used in spite of a problem."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of content."""

    code: str
    mark: Mark
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


class Problems:
    """Collects problems while content is read; `language` is "it" or "en"."""

    def __init__(self, language: str = "it") -> None:
        self.language = language
        self._found: list[Problem] = []

    def add(self, code: str, mark: Mark, /, *, among: Iterable[str] | None = None, **values: object) -> None:
        """Records an error. `among` are the names that would be right: the nearest to `name` is offered."""
        self._record(Severity.ERROR, code, mark, among, values)

    def warn(self, code: str, mark: Mark, /, **values: object) -> None:
        """Records a doubt: the content can be used."""
        self._record(Severity.WARNING, code, mark, None, values)

    def _record(self, severity: Severity, code: str, mark: Mark, among: Iterable[str] | None, values: dict[str, object]) -> None:
        message = MESSAGES[code][self.language].format(**values)
        near = nearest(str(values.get("name", "")), among) if among is not None else None
        if near is not None:
            message += " " + NEAREST[self.language].format(name=near)
        self._found.append(Problem(code, mark, message, severity))

    def __len__(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(dict.fromkeys(self._found), key=lambda p: (p.mark, p.code, p.message)))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors, by place."""
        return tuple(problem for problem in self if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The doubts, by place."""
        return tuple(problem for problem in self if problem.severity is Severity.WARNING)


def nearest(name: str, among: Iterable[str]) -> str | None:
    """The name that is spelt most like `name`; None when nothing is near."""
    best = process.extractOne(name, list(among), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return best[0] if best else None
