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
    """The citizen wants what a button does; the button was pressed, or its command or words were typed."""

    action: Action
    is_typed: bool = False
    #: The words tell more than the action: they are for the manager too.
    is_for_person: bool = False


@dataclass(frozen=True, slots=True)
class OldPress:
    """A button of an earlier interview was pressed."""


@dataclass(frozen=True, slots=True)
class QuestionChanged:
    """A text that answers a question which the flow no longer asks in this form."""


@dataclass(frozen=True, slots=True)
class UnheardEdit:
    """An earlier message was edited, but its new words correct no answer that it had given."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The citizen sends /start or a greeting in the middle of a search, and is asked whether to go on with it."""

    is_greeting: bool = False


@dataclass(frozen=True, slots=True)
class RepeatedPress:
    """A button that begins an interview was pressed twice."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """A typed answer: values of an attribute, usually of the one asked for."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DoubtfulAnswer:
    """A typed answer of doubtful meaning: the values that it may mean are suggested."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class SensitiveNeed:
    """A need that is hard to put into words, such as violence.

    No more questions are asked, and helping offers are shown at once.
    """

    need: str
    #: What else the text states, by attribute. Beside a need of people in danger only the place: an age may be another's.
    answers: Mapping[str, tuple[Value, ...]] = field(default_factory=dict, hash=False)


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
    """Several wishes in one sentence, each with its own values: the first is searched for, the others are remembered."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class AlertOnSearch:
    """A wish to be told of news about a search; the search is stated in the same sentence."""

    #: None if the search is the open one.
    statement: Statement | None
    #: The words of the sentence that name an activity.
    wish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """A wish for something that the network does not offer."""

    topic: str


@dataclass(frozen=True, slots=True)
class Pleasantry:
    """A courtesy that asks for nothing: "grazie", "buongiorno"."""

    courtesy: Courtesy


@dataclass(frozen=True, slots=True)
class AboutShown:
    """A question about shown offers: one fact about each, or whether they accept somebody. It changes no answers."""

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
    """A choice among shown offers: the nearest, those open on a day, others, none of them."""

    pick: IntentId
    #: Ids of the offers that the words may refer to.
    offers: tuple[str, ...] = ()
    #: The slots of a week on which they should be open.
    week: int = 0
    #: The fault of the refused offers: "far", "dear", "hours" or "age".
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class WordsToBot:
    """Words addressed to the bot itself, answered with the sentence of their intent: "chi sei?", "cancella i miei dati"."""

    intent: IntentId


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number alone, where no number was asked for and no list is shown: perhaps an age."""

    number: str


@dataclass(frozen=True, slots=True)
class FirstWords:
    """The first message of a chat, if it states nothing that could answer the first question."""

    #: It is no mere greeting: the citizen reads that it has arrived.
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class NewSearch:
    """A new search for some words, read as an answer to the first question. Without words, searching is explained."""

    words: str
    intent: PlainIntent | None = None


@dataclass(frozen=True, slots=True)
class FollowLink:
    """The citizen came by a link to the bot, which names a flow, a need, a municipality or a service by id."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A command that the bot does not have."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message that the bot does not understand."""

    #: ISO 639-1 code of the language it seems to be written in.
    language: str = ""


@dataclass(frozen=True, slots=True)
class InDanger:
    """The citizen, or somebody they write of, may be in danger."""

    report: DangerReport


@dataclass(frozen=True, slots=True)
class WithNumbers:
    """An intent with a slight suspicion of danger: the usual answer gets one more line with emergency numbers."""

    intent: PlainIntent
    report: DangerReport


# --- While there is a case


@dataclass(frozen=True, slots=True)
class MessageForManager:
    """A message meant for the manager who answers the case, or will answer it."""

    #: True for words that ask for nothing: "grazie".
    is_courtesy: bool = False
    #: The meaning that it has for the bot, which answers while the case waits.
    answered: WordsToBot | AboutShown | PickOfShown | None = None


@dataclass(frozen=True, slots=True)
class ActionDuringCase:
    """A press or a command while a manager answers: the bot only replies that a person is there."""

    is_press: bool


@dataclass(frozen=True, slots=True)
class AddToClosedCase:
    """A message soon after a case was closed, which reopens the case."""


@dataclass(frozen=True, slots=True)
class DoubtAfterCase:
    """Words after a case was closed that may be just a goodbye: the citizen is asked whether they still need help."""


@dataclass(frozen=True, slots=True)
class CommentOnCase:
    """The citizen's comment on a case after it was closed."""

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
