"""Flows: ordered lists of questions without "go to". What is asked next is derived elsewhere (`interview.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.conditions import ALWAYS, Condition, Span


class Purpose(StrEnum):
    """What a flow is for: finding services, or asking people's opinion."""

    MATCH = "match"
    SURVEY = "survey"


class Scope(StrEnum):
    """Which offers a flow looks through."""

    ALL = "all"
    SEASONAL = "seasonal"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; it fills one attribute. Questions with different `when` may fill the same one."""

    ask: str
    fills: str
    when: Condition = ALWAYS
    help: str = ""
    #: Asked even if it cannot change what is shown.
    always: bool = False
    #: The values offered, in this order; all of them when empty. For ages and numbers, the bands.
    options: tuple[str, ...] = ()
    bands: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """An ordered list of questions for one purpose."""

    id: str
    title: str
    command: str
    questions: tuple[Question, ...]
    purpose: Purpose = Purpose.MATCH
    intro: str = ""
    #: How many offers are shown at once.
    show: int = 5
    #: After so many answers only what decides whether an offer fits is asked unbidden.
    after: int = 4
    offers: Scope = Scope.ALL
    #: What a survey says at its end.
    thanks: str = ""
