"""What the bot wants to say and what a citizen can press, free of any channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What pressing a button does. The comment says what the action's `target` and `value` are."""

    #: flow id.
    START = "start"
    #: attribute, encoded value.
    ANSWER = "answer"
    #: attribute, encoded value: in a multiple choice, adds or removes it.
    TOGGLE = "toggle"
    #: attribute: the draft is the answer.
    CONFIRM = "confirm"
    #: attribute.
    UNKNOWN = "unknown"
    SKIP = "skip"
    DECLINE = "decline"
    #: attribute: opens its question again.
    REOPEN = "reopen"
    #: attribute: the category of needs is put aside.
    WIDEN = "widen"
    BACK = "back"
    CHANGE = "change"
    RESTART = "restart"
    HELP = "help"
    #: Show what there is; go on asking.
    SHOW = "show"
    MORE_QUESTIONS = "more_questions"
    #: offer id. The other: back to the list, or to the open question.
    CARD = "card"
    LIST = "list"
    #: page number, from 0.
    PAGE = "page"
    #: offer id: its dates as a calendar file; its place on a map.
    CALENDAR = "calendar"
    MAP = "map"
    #: reason: a person is wanted. The others: a person is offered; the offer is turned down.
    HUMAN = "human"
    OFFER_HUMAN = "offer_human"
    NO_HUMAN = "no_human"
    #: what a person may see (`Share`).
    SHARE = "share"
    #: Back to the bot, while a person is waited for or answers.
    LEAVE = "leave"
    #: "yes" or "no": whether the person has helped.
    HELPED = "helped"
    #: For Social Managers.
    #: PASS: a desk, "-" for the queue, or nothing to be asked; SEND: offer id.
    TAKE = "take"
    CLOSE = "close"
    PASS = "pass"  # noqa: S105 - no password
    SUGGEST = "suggest"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Action:
    """What a button stands for."""

    verb: Verb
    target: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its words and what it does."""

    label: str
    action: Action
    #: In a multiple choice: already chosen.
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False


class Expects(StrEnum):
    """What a typed answer would be, beside the words of a button."""

    WORDS = "words"
    #: A bare number is an age or a quantity, so buttons cannot be chosen by number.
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Venue:
    """A place on a map; degrees."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: text, and rows of buttons. With a document or a venue, the text is what is said of it."""

    text: tuple[Run, ...]
    rows: tuple[tuple[Choice, ...], ...] = ()
    expects: Expects = Expects.WORDS
    links: tuple[Link, ...] = ()
    attached: Document | Venue | None = None

    @property
    def plain(self) -> str:
        """The text without styles."""
        return "".join(run.text for run in self.text)

    def keyed(self) -> Iterator[tuple[str, Choice]]:
        """Every button with the key that chooses it when typed: 1, 2, 3; or a, b, c where a number is an answer."""
        for number, choice in enumerate(choice for row in self.rows for choice in row):
            yield (_letters(number) if self.expects is Expects.NUMBER else str(number + 1)), choice


def _letters(number: int) -> str:
    prefix = _letters(number // 26 - 1) if number >= 26 else ""
    return prefix + chr(ord("a") + number % 26)
