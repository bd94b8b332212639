"""A session: all that the bot remembers of one chat, as one frozen value that can be written down and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any as Json

from bot.core.attributes import Vocabulary, decode, encode
from bot.core.case import CaseState, TranscriptEntry
from bot.core.conditions import Value
from bot.core.interview import Answer, AnswerKind, Interview, Pace

#: Raised when sessions are written in another way; older ones begin anew.
VERSION = 1


class Screen(StrEnum):
    """What the citizen has in front of them."""

    #: The open question, or the results.
    INTERVIEW = "interview"
    CARD = "card"
    #: The answers, to change one.
    CHANGES = "changes"
    HELP = "help"
    #: "Do you want a person?"
    HUMAN = "human"
    #: "What may the person see?"
    SHARE = "share"
    #: A person was called, or is answering.
    CASE = "case"
    #: "Did it help?", and room for some words.
    HELPED = "helped"
    COMMENT = "comment"


#: Typed messages that are remembered for whoever takes over, and how much of each.
_MOST_SAID, _LONGEST_SAID = 3, 300
#: Things that a bot cannot open, which are remembered.
_MOST_SENT = 10


@dataclass(frozen=True, slots=True)
class Session:
    """What the bot remembers of one chat."""

    interview: Interview | None = None
    screen: Screen = Screen.INTERVIEW
    #: The offer whose card is open.
    card: str = ""
    #: Which page of the results is shown, from 0.
    page: int = 0
    #: What a typed answer may have meant, and the attribute it was for.
    suggestions: tuple[Value, ...] = ()
    suggested_attribute: str = ""
    #: How often in a row the bot did not understand.
    misunderstandings: int = 0
    #: Why a person is offered, or was called.
    handoff_reason: str = ""
    #: How many interviews there were.
    interview_count: int = 0
    #: The album whose first picture was answered.
    last_album_id: str = ""
    #: How the case of this chat stands (`CaseState`); empty when there is none, or it was left behind.
    case_state: str = ""
    #: When it was closed (ISO 8601, local time).
    closed_at: str = ""
    #: No person can be asked for: one of them has blocked this chat.
    is_barred: bool = False
    #: What was typed last, oldest first.
    recent_texts: tuple[str, ...] = ()
    #: What was understood of a sentence was said back: "yes" and "no" are about that.
    awaiting_confirmation: bool = False

    #: What was sent that the bot cannot open, until somebody gets it or is turned down.
    attachments: tuple[TranscriptEntry, ...] = ()

    @property
    def has_person(self) -> bool:
        """Whether a person is waited for, or answers."""
        return self.case_state in (CaseState.WAITING, CaseState.ASSIGNED)

    def remember_text(self, text: str) -> Session:
        """The same chat after something was typed."""
        return replace(self, recent_texts=(*self.recent_texts, text[:_LONGEST_SAID])[-_MOST_SAID:])

    def remember_attachment(self, message: int, kind: str) -> Session:
        """The same chat after something was sent that the bot cannot open."""
        return replace(self, attachments=(*self.attachments, TranscriptEntry(message, "", kind))[-_MOST_SENT:])

    def show(self, screen: Screen) -> Session:
        """The same chat with something else in front."""
        return replace(self, screen=screen, suggestions=(), suggested_attribute="")


def dump(session: Session) -> str:
    """A session as JSON."""
    interview = session.interview
    written: dict[str, Json] = {
        "version": VERSION,
        "screen": session.screen,
        "card": session.card,
        "page": session.page,
        "suggestions": [encode(value) for value in session.suggestions],
        "suggested_for": session.suggested_attribute,
        "misunderstood": session.misunderstandings,
        "human": session.handoff_reason,
        "interviews": session.interview_count,
        "album": session.last_album_id,
        "case": session.case_state,
        "closed": session.closed_at,
        "barred": session.is_barred,
        "said": list(session.recent_texts),
        "said_back": session.awaiting_confirmation,
        "sent": [[one.message, one.kind] for one in session.attachments],
    }
    if interview is not None:
        written["interview"] = {
            "flow": interview.flow,
            "number": interview.number,
            "focus": interview.focus,
            "pace": interview.pace,
            "answers": [[a, answer.kind, [encode(v) for v in answer.values]] for a, answer in interview.answers.items()],
        }
    return json.dumps({key: value for key, value in written.items() if value not in ("", 0, [], None)}, ensure_ascii=False)


def load(text: str, vocabulary: Vocabulary) -> Session:
    """The session that `dump` wrote, without the answers that the vocabulary no longer knows.

    A session of another version begins anew. Raises ValueError or KeyError for text that `dump` did not write.
    """
    written = json.loads(text)
    if not isinstance(written, dict):
        raise ValueError(text)  # noqa: TRY004
    if written.get("version") != VERSION:
        return Session()
    suggested_attribute = written.get("suggested_for", "")
    return Session(
        interview=_interview(written["interview"], vocabulary) if "interview" in written else None,
        screen=Screen(written["screen"]),
        card=written.get("card", ""),
        page=written.get("page", 0),
        suggestions=_values(suggested_attribute, written.get("suggestions", []), vocabulary),
        suggested_attribute=suggested_attribute,
        misunderstandings=written.get("misunderstood", 0),
        handoff_reason=written.get("human", ""),
        interview_count=written.get("interviews", 0),
        last_album_id=written.get("album", ""),
        case_state=written.get("case", ""),
        closed_at=written.get("closed", ""),
        is_barred=written.get("barred", False),
        recent_texts=tuple(written.get("said", ())),
        awaiting_confirmation=written.get("said_back", False),
        attachments=tuple(TranscriptEntry(message, "", kind) for message, kind in written.get("sent", ())),
    )


def _interview(written: Mapping[str, Json], vocabulary: Vocabulary) -> Interview:
    answers = {}
    for attribute, reply, encoded in written["answers"]:
        values = _values(attribute, encoded, vocabulary)
        if values or not encoded:
            answers[attribute] = Answer(AnswerKind(reply), values)
    interview = Interview(written["flow"], written["number"], answers, written["focus"], Pace(written["pace"]))
    return interview.keep_valid(vocabulary)


def _values(attribute: str, encoded: list[str], vocabulary: Vocabulary) -> tuple[Value, ...]:
    declared = vocabulary.attributes.get(attribute)
    found: list[Value] = []
    for text in encoded if declared is not None else ():
        assert declared is not None
        try:
            found.append(decode(declared.kind, text))
        except ValueError:
            continue
    return tuple(found)
