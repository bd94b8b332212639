"""What a turn leads to beside a message: things to do, and what became of cases elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.core.case import CaseReason, TranscriptEntry
from bot.core.replies import Reply
from bot.dialogue.session import Session


class Share(StrEnum):
    """What of the answers a Social Manager may see."""

    NOTHING = "nothing"
    #: All but the sensitive ones.
    PLAIN = "plain"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A Social Manager is wanted."""

    reason: CaseReason
    share: Share = Share.PLAIN
    #: The danger that was heard.
    danger: str = ""
    #: Messages sent before that a bot cannot open, for the manager.
    attachments: tuple[TranscriptEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardToManager:
    """What came in is for the Social Manager; with the danger that was heard in it."""

    danger: str = ""
    #: The citizen was given the numbers to call.
    numbers_given: bool = False


@dataclass(frozen=True, slots=True)
class LeaveCase:
    """The citizen goes back to the bot."""


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """What came in belongs to the case that was closed."""

    #: The message itself is for the manager, not only the wish for a person.
    forwards_message: bool = True


@dataclass(frozen=True, slots=True)
class RateCase:
    """Whether the case helped, or some words about it."""

    helped: str = ""
    words: str = ""


Effect = OpenCase | ForwardToManager | LeaveCase | ReopenCase | RateCase


class NewsKind(StrEnum):
    """What has become of a case."""

    #: It waits: it was opened, or opened again.
    OPENED = "opened"
    REOPENED = "reopened"
    TAKEN = "taken"
    #: Somebody else is going to answer.
    PASSED = "passed"
    CLOSED = "closed"
    #: No more cases from this citizen; cases again.
    BARRED = "barred"
    UNBARRED = "unbarred"


@dataclass(frozen=True, slots=True)
class News:
    """Something that comes from Social Managers rather than from the citizen."""

    kind: NewsKind
    #: Who answers, or has answered.
    name: str = ""
    #: How many cases wait before this one; by when somebody answers, and when somebody is there again if nobody is (local time).
    ahead: int = 0
    by: dt.datetime | None = None
    opens: dt.datetime | None = None
    #: Nobody is there, nor will be.
    nobody: bool = False
    danger: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """A session on its way, and what is said above the next message."""

    session: Session
    notice: str = ""
    effects: tuple[Effect, ...] = ()
    #: What is shown in the place of the session, which stays as it is.
    instead: Reply | None = None
    #: What was understood is said back, so there is a way to correct it.
    offers_correction: bool = False
    #: Nothing is said at all: somebody else is talking, or another turn follows.
    silent: bool = False
    #: What answers a press that changes nothing.
    toast: str = ""
