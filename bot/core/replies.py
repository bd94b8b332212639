"""Replies: the messages that the bot sends and the buttons under them, free of any channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """The effect of pressing a button. The comment at each verb says what the action's `target` and `value` are."""

    #: flow id.
    START = "start"
    #: attribute, encoded value.
    ANSWER = "answer"
    #: attribute, encoded value: in a multiple choice, adds or removes it.
    TOGGLE = "toggle"
    #: attribute: the draft becomes the answer.
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
    #: Asks where the citizen is.
    LOCATE = "locate"
    CHANGE = "change"
    RESTART = "restart"
    HELP = "help"
    #: Show the results now; go on asking.
    SHOW = "show"
    MORE_QUESTIONS = "more_questions"
    #: offer id, view of its card (`session.CardView`). LIST: back to the results, or to the open question.
    CARD = "card"
    #: id of an intent: the nearest of what is shown, those that cost least …
    PICK = "pick"
    LIST = "list"
    #: page number, from 0: of the results, or of the values of the open question.
    PAGE = "page"
    #: offer id: its dates as a calendar file; its place on a map.
    CALENDAR = "calendar"
    MAP = "map"
    #: reason: a manager is asked for. The others: a manager is offered; the offer is declined.
    HUMAN = "human"
    OFFER_HUMAN = "offer_human"
    NO_HUMAN = "no_human"
    #: the answers that a manager may see (`Share`).
    SHARE = "share"
    #: Back to the bot, while the case waits or a manager answers.
    LEAVE = "leave"
    #: Send the answers of a survey.
    SEND = "send"
    #: "yes" or "no": the manager helped, or did not.
    HELPED = "helped"
    #: "yes" or "no": a service that was found is useful, or is not.
    USEFUL = "useful"
    #: The notice on data protection; a copy of the citizen's data.
    PRIVACY = "privacy"
    EXPORT = "export"
    #: nothing: asks first; "yes" or "no": the answer.
    ERASE = "erase"
    #: "yes" or "no": the bot may keep what is written, or may not.
    CONSENT = "consent"
    #: offer id, or number of the search: the citizen is told what is new; is not any more ("": of none). ALERTS: the list.
    ALERT = "alert"
    STOP_ALERT = "stop_alert"
    ALERTS = "alerts"
    #: Begin the next of the wishes that were said together.
    NEXT_WISH = "next_wish"
    #: offer id: kept among the citizen's own services; is not any more. BOOKMARKS: the list of these.
    BOOKMARK = "bookmark"
    DROP_BOOKMARK = "drop_bookmark"
    BOOKMARKS = "bookmarks"
    #: service id: the citizen has it already, and it is not found any more; it is again.
    HIDE = "hide"
    UNHIDE = "unhide"
    #: name of a managers' command (`case_commands`), its argument.
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Action:
    """The meaning of a button: a verb, its target and its value."""

    verb: Verb
    target: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its label and its action."""

    label: str
    action: Action
    #: Already chosen, in a multiple choice.
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text in one style, such as bold."""

    text: str
    bold: bool = False
    #: The address that it leads to, and the number of the account that it calls.
    url: str = ""
    account: int = 0


class Expects(StrEnum):
    """The form of the answers that can be typed below a reply, besides the labels of its buttons."""

    WORDS = "words"
    #: A bare number is an age or a quantity, so buttons cannot be chosen by number.
    NUMBER = "number"


#: Stands in the address of a `Link` for the name of the bot in its channel.
BOT_PLACEHOLDER = "{bot}"


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CopyButton:
    """A button that copies a text, to be pasted elsewhere."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text file that the bot sends."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Venue:
    """A place on a map; latitude and longitude in degrees."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: text, and rows of buttons. With a document or a venue, the text is its caption."""

    text: tuple[Run, ...]
    rows: tuple[tuple[Choice, ...], ...] = ()
    expects: Expects = Expects.WORDS
    links: tuple[Link | CopyButton, ...] = ()
    attachment: Document | Venue | None = None
    #: The label of a key below the field for typing that sends where the citizen is. Telegram shows it in place of the buttons.
    location_key: str = ""
    #: The number of the first button: the numbers of a list go on over its pages.
    first_number: int = 1

    @property
    def plain(self) -> str:
        """Return the text without styles."""
        return "".join(run.text for run in self.text)

    def typed_keys(self) -> Iterator[tuple[str, Choice]]:
        """Yield every button with the key that a citizen can type to choose it: 1, 2, 3; or a, b, c where numbers are answers."""
        for number, choice in enumerate(choice for row in self.rows for choice in row):
            yield (_letters(number) if self.expects is Expects.NUMBER else str(self.first_number + number)), choice


def _letters(number: int) -> str:
    prefix = _letters(number // 26 - 1) if number >= 26 else ""
    return prefix + chr(ord("a") + number % 26)
