"""Flows: ordered lists of questions without "go to". The next question is derived in `interview.py`."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from enum import StrEnum

from bot.core.conditions import ALWAYS, Condition, Value


class Purpose(StrEnum):
    """The purpose of a flow: finding services, or asking people's opinion."""

    MATCH = "match"
    SURVEY = "survey"


class Scope(StrEnum):
    """The sets of offers among which a flow can search."""

    ALL = "all"
    SEASONAL = "seasonal"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that fills an attribute. Questions with different `when` may fill the same one."""

    ask: str
    fills: str
    when: Condition = ALWAYS
    help: str = ""
    #: Asked even if it cannot change the results.
    always: bool = False
    #: The values offered, in this order; all of them when empty.
    options: tuple[Value, ...] = ()

    @property
    def key(self) -> str:
        """Return a short text that identifies the question and its wording.

        Another question, or new wording, gives another key.
        """
        return f"{self.fills}:{zlib.crc32(self.ask.encode()):08x}"


@dataclass(frozen=True, slots=True)
class Flow:
    """An ordered list of questions for one purpose."""

    id: str
    title: str
    command: str
    questions: tuple[Question, ...]
    purpose: Purpose = Purpose.MATCH
    intro: str = ""
    #: Number of offers on a page.
    show: int = 5
    #: Number of answers after which only questions that decide a verdict are still asked.
    after: int = 4
    offers: Scope = Scope.ALL
    #: The last message of a survey.
    thanks: str = ""
    #: The first and the last day of a survey, and if each person answers it only once.
    opens: dt.date | None = None
    closes: dt.date | None = None
    once: bool = True
