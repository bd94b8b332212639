"""The intents: the meanings that an incoming message can have where the citizen stands.

`interpret.py` finds the intent, `apply.py` makes the next session of it. News and attachments need no reading: they are their own
intents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.conditions import Value
from bot.core.replies import Action
from bot.core.topics import DangerReport, IntentId
from bot.dialogue.incoming import Attachment, News
from bot.language.meaning.phrases import Courtesy


@dataclass(frozen=True, slots=True)
class DoAction:
    """The citizen wants what a button does: pressed, given as a command, or typed."""

    action: Action
    is_typed: bool = False
    #: The words tell more than the action: they are for the manager too.
    is_for_person: bool = False


@dataclass(frozen=True, slots=True)
class OldPress:
    """A button of an earlier interview was pressed."""


@dataclass(frozen=True, slots=True)
class QuestionChanged:
    """A text for a question that the flow no longer asks: it answers none that was shown."""


@dataclass(frozen=True, slots=True)
class UnheardEdit:
    """An earlier message was edited, and its new words correct no answer that it gave."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The citizen begins or greets in the middle of a search: they are asked if they go on."""

    is_greeting: bool = False


@dataclass(frozen=True, slots=True)
class RepeatedPress:
    """A button that begins an interview was pressed twice."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """Typed values of an attribute, most often of the one in question."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DoubtfulAnswer:
    """Values of the attribute in question that a typed answer may mean: they are suggested."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class SensitiveNeed:
    """A need that is hard to put into words: no more is asked, and the offers that help are shown at once."""

    need: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The values and needs that a sentence states, as far as the flow asks for them."""

    #: By attribute, the need among them; in the order in which they are repeated to the citizen.
    answers: Mapping[str, tuple[Value, ...]]
    #: The needs one of which is meant.
    choices: tuple[str, ...] = ()

    @property
    def is_rich(self) -> bool:
        """Return True if it states more than one thing."""
        return len(self.answers) + bool(self.choices) > 1


@dataclass(frozen=True, slots=True)
class SeveralWishes:
    """The wishes of one sentence, each with its own values: the first is begun, the others are remembered."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class AlertOnSearch:
    """A wish to be told of news in a search that the same sentence states."""

    #: None if the search is the open one.
    statement: Statement | None
    #: The words of the sentence that name an activity.
    wish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """A wish for a thing that the network does not do."""

    topic: str


@dataclass(frozen=True, slots=True)
class Pleasantry:
    """A courtesy that asks for nothing: "grazie", "buongiorno"."""

    courtesy: Courtesy


@dataclass(frozen=True, slots=True)
class AboutShown:
    """A question about offers that are shown: one fact of each, or whether they take somebody. It changes no answers."""

    #: The fact asked for; None for a question that no field answers.
    fact: IntentId | None
    #: Ids of the offers, and their numbers in the list; no numbers for the one whose card is open, or that was named.
    offers: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    #: The slots of a week, or the day, that it is about.
    week: int = 0
    date: dt.date | None = None
    is_now: bool = False
    #: The values that it states of somebody, by attribute.
    stated: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    #: The words that say what is asked where no field answers it: the sentences of the cards that have them do.
    words: tuple[str, ...] = ()
    #: The other facts that it asks for: "orari e telefono".
    also: tuple[IntentId, ...] = ()
    #: The text asks nothing: "mio figlio non vuole andarci".
    is_remark: bool = False


@dataclass(frozen=True, slots=True)
class ForAnother:
    """A wish for the same help for another person: "e per mia figlia di 12?"."""

    #: The values that it states of that person, by attribute; none if only their age can tell who it is.
    stated: Mapping[str, tuple[Value, ...]]
    #: Id of the offer whose card is open, which is said to take that person or not; "" on a list.
    offer: str = ""


@dataclass(frozen=True, slots=True)
class PickOfShown:
    """A wish for some of what is shown: the nearest, those open on a day, others, none of them."""

    pick: IntentId
    #: Ids of the offers that the words may refer to.
    offers: tuple[str, ...] = ()
    #: The slots of a week on which they should be open.
    week: int = 0
    #: The fault of the refused offers: "far", "dear", "hours" or "age".
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class WordsToBot:
    """Words to the bot itself, which the sentence of their intent answers: "chi sei?", "cancella i miei dati"."""

    intent: IntentId


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number alone where none was asked for and none is shown: it may be an age, or nothing."""

    number: str


@dataclass(frozen=True, slots=True)
class FirstWords:
    """The first message of a chat, if it asks for nothing that the first question could take."""

    #: It is no mere greeting: the citizen reads that it has arrived.
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class NewSearch:
    """A new search for some words: their intent at the first question. Without words, the way to search is explained."""

    words: str
    intent: PlainIntent | None = None


@dataclass(frozen=True, slots=True)
class FollowLink:
    """A link to the bot was followed: ids of a flow, a need, a municipality or a service."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A command that the bot does not have."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message without a meaning that the bot knows."""

    #: ISO 639-1 code of the language it seems to be written in.
    language: str = ""


@dataclass(frozen=True, slots=True)
class InDanger:
    """The citizen, or somebody they write of, may be in danger."""

    report: DangerReport


@dataclass(frozen=True, slots=True)
class WithNumbers:
    """An intent of words that may be of danger, however little: one line of numbers goes with the usual answer."""

    intent: PlainIntent
    report: DangerReport


# --- While there is a case


@dataclass(frozen=True, slots=True)
class MessageForManager:
    """A message for the manager who answers, or is going to."""

    #: True for words that ask for nothing: "grazie".
    is_courtesy: bool = False
    #: The meaning that it has for the bot, which answers while the case waits.
    answered: WordsToBot | AboutShown | PickOfShown | None = None


@dataclass(frozen=True, slots=True)
class ActionDuringCase:
    """A press or a command while a manager answers: the bot only says that a person is there."""

    is_press: bool


@dataclass(frozen=True, slots=True)
class AddToClosedCase:
    """A message soon after a case was closed: the case opens again."""


@dataclass(frozen=True, slots=True)
class DoubtAfterCase:
    """Words after a case was closed that may be a goodbye."""


@dataclass(frozen=True, slots=True)
class CommentOnCase:
    """Some words on a case after it was closed."""

    words: str


CaseIntent = InDanger | MessageForManager | ActionDuringCase | AddToClosedCase | DoubtAfterCase | CommentOnCase
#: The intents of a citizen.
CitizenIntent = (
    Attachment
    | CaseIntent
    | DoAction
    | OldPress
    | QuestionChanged
    | RepeatedPress
    | Resume
    | UnheardEdit
    | TypedAnswer
    | DoubtfulAnswer
    | SensitiveNeed
    | Statement
    | SeveralWishes
    | AlertOnSearch
    | OutOfScope
    | Pleasantry
    | AboutShown
    | ForAnother
    | PickOfShown
    | WordsToBot
    | BareNumber
    | FirstWords
    | NewSearch
    | FollowLink
    | UnknownCommand
    | NotUnderstood
)
PlainIntent = CitizenIntent | News
Intent = PlainIntent | WithNumbers
