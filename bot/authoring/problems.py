"""Problems in content: where they are and what to do, in the language of the staff.

A problem is a code of `messages.py` with the values of its sentence. All problems of all files are collected, and
sorted by place; nothing in here raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from bot.authoring.messages import MESSAGES, NEAREST

#: Similarity (0-1) from which a name is offered as the one that was meant.
_NEAR = 0.8


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


#: After so many problems the nearest name is no longer looked for: the file is not what it should be.
_MOST_HELPED = 500
#: What stands in a message is shortened to so many characters, but for lists of the program's own words.
_LONGEST_QUOTE = 60
_WHOLE = frozenset({"options", "places", "what"})


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
        self._errors = 0

    def add(self, code: str, mark: Mark, /, *, among: Iterable[str] | None = None, **values: object) -> None:
        """Records an error. `among` are the names that would be right: the nearest to `name` is offered."""
        self._record(Severity.ERROR, code, mark, among, values)

    def warn(self, code: str, mark: Mark, /, **values: object) -> None:
        """Records a doubt: the content can be used."""
        self._record(Severity.WARNING, code, mark, None, values)

    def _record(self, severity: Severity, code: str, mark: Mark, among: Iterable[str] | None, values: dict[str, object]) -> None:
        shown = {key: value if key in _WHOLE else _shortened(value) for key, value in values.items()}
        message = MESSAGES[code][self.language].format(**shown)
        helpful = among is not None and len(self._found) < _MOST_HELPED
        near = nearest(str(values.get("name", "")), among or ()) if helpful else None
        if near is not None:
            message += " " + NEAREST[self.language].format(name=near)
        self._found.append(Problem(code, mark, message, severity))
        self._errors += severity is Severity.ERROR

    def __len__(self) -> int:
        return self._errors

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


def _shortened(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST_QUOTE:
        return value[: _LONGEST_QUOTE - 1] + "…"
    return value


def nearest(name: str, among: Iterable[str]) -> str | None:
    """The name that is spelt most like `name`; None when nothing is near."""
    best = process.extractOne(name, list(among), scorer=JaroWinkler.normalized_similarity, score_cutoff=_NEAR)
    return best[0] if best else None
