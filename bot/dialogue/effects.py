"""The result of applying an intent, and its effects: things to do besides replying, which `usecases` does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.case import CaseReason, TranscriptEntry
from bot.core.replies import Reply
from bot.core.survey import Sheet
from bot.core.topics import DangerReport
from bot.dialogue.session import Session


class Share(StrEnum):
    """The part of their answers that a citizen lets a manager see: all, all but sensitive ones, or none."""

    NOTHING = "nothing"
    #: All but the sensitive ones.
    PLAIN = "plain"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case. The news that the case now waits comes back as a separate turn."""

    reason: CaseReason
    share: Share = Share.PLAIN
    #: The danger that the citizen wrote of.
    danger: DangerReport | None = None
    #: Messages sent before that a bot cannot open, for the manager.
    attachments: tuple[TranscriptEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardToManager:
    """Forward the incoming message to the manager of the open case."""

    #: The danger that the message is about.
    danger: DangerReport | None = None
    #: The citizen was given the numbers to call.
    numbers_given: bool = False
    #: The message asks for nothing: "grazie".
    is_courtesy: bool = False
    #: The citizen reads in the same turn that it was added to the request.
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class LeaveCase:
    """End the open case, because the citizen goes back to the bot."""


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """Open the closed case again."""

    #: The message itself is for the manager, not only the wish for a person.
    forwards_message: bool = True


@dataclass(frozen=True, slots=True)
class RateCase:
    """Record that a case helped ("yes"), did not ("no"), or a comment on it."""

    helped: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ExportData:
    """Send the citizen a copy of all that is kept of them."""


@dataclass(frozen=True, slots=True)
class EraseData:
    """Erase all data kept about the citizen. The news of what had to be kept comes back as a separate turn."""


@dataclass(frozen=True, slots=True)
class SendAnswers:
    """Store the answers of a survey, without a link to the person who gave them."""

    sheet: Sheet
    #: A person's answers count only once.
    is_once: bool


Effect = OpenCase | ForwardToManager | LeaveCase | ReopenCase | RateCase | ExportData | EraseData | SendAnswers


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of applying an intent: the next session, and how it is shown."""

    session: Session
    #: A sentence above the next message.
    notice: str = ""
    effects: tuple[Effect, ...] = ()
    #: A reply in place of the session's screen; the screen stays the one in front.
    instead: Reply | None = None
    #: The reply gets a button to correct the answers that the notice repeats.
    offers_correction: bool = False
    #: Nothing is sent: a person is talking, or another turn follows.
    is_silent: bool = False
    #: The answer to a press that changes nothing.
    toast: str = ""
