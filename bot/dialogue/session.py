"""A session: all that the bot remembers of one chat, as one frozen value. Its stored form is in `stored_session.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from bot.core.case import CaseReason, CaseState, TranscriptEntry
from bot.core.conditions import Value
from bot.core.interview import Interview
from bot.core.ledger import SearchRecord
from bot.core.replies import Choice
from bot.language.data import ITALIAN

#: After so many messages in a row that were not understood a person is offered.
MISUNDERSTANDINGS_UNTIL_OFFER = 2
#: The last typed texts that are remembered for a manager, and the characters of each.
_RECENT_TEXTS, _RECENT_TEXT_CHARACTERS = 3, 300
#: The last attachments that are remembered for a manager.
_ATTACHMENTS = 10


class Screen(StrEnum):
    """The screens that a citizen can have in front; each has a file in `screens/` or `cases/`."""

    #: The open question, or the results.
    INTERVIEW = "interview"
    CARD = "card"
    #: The answers, to change one.
    CHANGES = "changes"
    HELP = "help"
    #: "You were looking for this: do we go on?"
    RESUME = "resume"
    #: The notice on data protection; "may I keep what you write?"; "erase everything?"
    PRIVACY = "privacy"
    CONSENT = "consent"
    ERASE = "erase"
    #: "Do you want a person?"
    HUMAN = "human"
    #: "What may the person see?"
    SHARE = "share"
    #: A case waits, or a manager answers.
    CASE = "case"
    #: "Did it help?", and room for some words.
    HELPED = "helped"
    COMMENT = "comment"
    #: The screen after a service did not help: "Do you still need it?"
    UNHELPED = "unhelped"


class CardView(StrEnum):
    """The parts of a service that the screen of its card can show."""

    #: The lines that everybody needs.
    SHORT = ""
    #: The lines that do not stand on the short card.
    DETAILS = "details"
    #: The other places of the service, to choose one.
    PLACES = "places"


class AlertStage(IntEnum):
    """The stages of applications for an offer that alerts know; a citizen is told of each stage once."""

    #: No application can be made.
    KNOWN = 0
    OPEN = 1
    #: The last day is near.
    CLOSING = 2


@dataclass(frozen=True, slots=True)
class OfferAlert:
    """A citizen's wish to hear when applications for an offer get past a stage, with the day on which it was set."""

    offer: str
    since: dt.date
    stage: AlertStage = AlertStage.KNOWN


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search in which a citizen wants to hear what is new, with the day on which it was saved."""

    #: Without sensitive answers.
    interview: Interview
    since: dt.date
    #: The words of its wish that name an activity.
    words: tuple[str, ...] = ()
    #: The stages of the offers that it found, as the citizen knows them.
    stages: Mapping[str, AlertStage] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return the number of the search's interview, which its buttons carry."""
        return self.interview.number


@dataclass(frozen=True, slots=True)
class RememberedWish:
    """A wish that was stated together with others and has not been searched for yet."""

    #: Its own values, and the needs one of which is meant.
    answers: Mapping[str, tuple[Value, ...]]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """All that the bot remembers of one chat."""

    interview: Interview | None = None
    screen: Screen = Screen.INTERVIEW
    #: The id of the offer whose card is open.
    card: str = ""
    card_view: CardView = CardView.SHORT
    #: The page of the results, or of the values of the open question, from 0.
    page: int = 0
    #: Values that a typed answer may have meant, and the attribute that they belong to.
    suggestions: tuple[Value, ...] = ()
    suggested_attribute: str = ""
    #: Messages in a row that the bot did not understand.
    misunderstandings: int = 0
    #: The reason for which a person is offered, or was asked for.
    handoff_reason: CaseReason | None = None
    #: The interviews so far: the number of the newest.
    interview_count: int = 0
    #: The newest album: other pictures of it get no reply.
    last_album_id: str = ""
    #: The state of the case of this chat; None when there is none, or the citizen went back to the bot.
    case_state: CaseState | None = None
    #: The interview in which the case was opened, or added to.
    case_interview: int = 0
    #: The time at which the case was closed (local), and the manager who did.
    closed_at: dt.datetime | None = None
    closed_by: str = ""
    #: A manager has blocked this chat: it can open no cases.
    is_barred: bool = False
    #: The texts typed last, oldest first.
    recent_texts: tuple[str, ...] = ()
    #: The bot has repeated the values it read in a sentence: "yes" and "no" are about them.
    awaiting_confirmation: bool = False
    #: Messages that the bot cannot open, until a manager gets them or the citizen declines.
    attachments: tuple[TranscriptEntry, ...] = ()
    #: The key of the question that was shown last; empty where results were, None if it is not known.
    shown_question: str | None = None
    #: The buttons of a reply that covers the session's screen: thanks, a list of alerts, the file of an export.
    cover: tuple[tuple[Choice, ...], ...] = ()
    #: ISO 639-1 code of the language that the bot speaks here.
    language: str = ITALIAN
    #: The words of the wish that name an activity: "nuoto".
    wish: tuple[str, ...] = ()
    #: The ledger's record of the open search.
    search: SearchRecord | None = None
    #: The surveys that the citizen has answered.
    sent_surveys: tuple[str, ...] = ()
    #: The versions of the notice that the citizen was given, and agreed to (`World.notice_version`).
    notice_version: str = ""
    consent_version: str = ""
    alerts: tuple[OfferAlert, ...] = ()
    saved_searches: tuple[SavedSearch, ...] = ()
    #: By attribute of the open interview, the number of the text that answered it; and that of the newest text.
    answer_messages: Mapping[str, int] = field(default_factory=dict)
    last_message: int = 0
    #: The wishes that wait until the open search has results, the next one first.
    wishes: tuple[RememberedWish, ...] = ()
    #: The ids of the offers that the citizen keeps, oldest first.
    bookmarks: tuple[str, ...] = ()
    #: The ids of the services that the citizen has already: no search finds them.
    hidden_services: tuple[str, ...] = ()

    @property
    def has_open_case(self) -> bool:
        """Return True if a case waits for a manager, or a manager answers."""
        return self.case_state in (CaseState.WAITING, CaseState.ASSIGNED)

    @property
    def has_alerts(self) -> bool:
        """Return True if the citizen has set an alert on a service or saved a search."""
        return bool(self.alerts or self.saved_searches)

    @property
    def is_unopened(self) -> bool:
        """Return True if no interview is open and no other screen is shown, so that a typed text begins an interview."""
        return self.interview is None and self.screen in (Screen.INTERVIEW, Screen.CARD)

    @property
    def below(self) -> Session:
        """Return the chat with a covering screen (help, answers, a notice, the offer of a person) closed.

        The card or question below it is in front again.
        """
        if self.has_open_case and self.screen in (Screen.PRIVACY, Screen.ERASE):
            return self.show(Screen.CASE)
        if self.screen not in (
            Screen.HUMAN,
            Screen.HELP,
            Screen.RESUME,
            Screen.CHANGES,
            Screen.PRIVACY,
            Screen.CONSENT,
            Screen.ERASE,
        ):
            return self
        return self.show(Screen.CARD if self.card else Screen.INTERVIEW)

    def begin(self, flow: str) -> Session:
        """Return the chat with a new interview of a flow; data about the old interview is dropped."""
        number = self.interview_count + 1
        return Session(
            Interview(flow, number),
            interview_count=number,
            case_state=self.case_state,
            case_interview=self.case_interview,
            closed_at=self.closed_at,
            closed_by=self.closed_by,
            is_barred=self.is_barred,
            recent_texts=self.recent_texts,
            language=self.language,
            notice_version=self.notice_version,
            consent_version=self.consent_version,
            alerts=self.alerts,
            saved_searches=self.saved_searches,
            bookmarks=self.bookmarks,
            hidden_services=self.hidden_services,
            sent_surveys=self.sent_surveys,
            last_message=self.last_message,
        )

    def show(self, screen: Screen) -> Session:
        """Return the chat showing another screen; suggestions for a doubtful answer are dropped."""
        return replace(self, screen=screen, card_view=CardView.SHORT, suggestions=(), suggested_attribute="")

    def forget_case(self) -> Session:
        """Return the chat without its case."""
        return replace(self, case_state=None, closed_at=None, closed_by="")

    def remember_text(self, text: str) -> Session:
        """Return the chat with one more recent text."""
        return replace(self, recent_texts=(*self.recent_texts, text[:_RECENT_TEXT_CHARACTERS])[-_RECENT_TEXTS:])

    def remember_attachment(self, message: int, kind: str) -> Session:
        """Return the chat with one more attachment."""
        return replace(self, attachments=(*self.attachments, TranscriptEntry(message, "", kind))[-_ATTACHMENTS:])
