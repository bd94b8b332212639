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
    suggested_for: str = ""
    #: How often in a row the bot did not understand.
    misunderstood: int = 0
    #: Why a person is offered, or was called.
    human: str = ""
    #: How many interviews there were.
    interviews: int = 0
    #: The album whose first picture was answered.
    album: str = ""
    #: How the case of this chat stands (`CaseState`); empty when there is none, or it was left behind.
    case: str = ""
    #: When it was closed (ISO 8601, local time).
    closed: str = ""
    #: No person can be asked for: one of them has blocked this chat.
    barred: bool = False
    #: What was typed last, oldest first.
    said: tuple[str, ...] = ()
    #: What was understood of a sentence was said back: "yes" and "no" are about that.
    said_back: bool = False

    #: What was sent that the bot cannot open, until somebody gets it or is turned down.
    sent: tuple[TranscriptEntry, ...] = ()

    @property
    def has_person(self) -> bool:
        """Whether a person is waited for, or answers."""
        return self.case in (CaseState.WAITING, CaseState.ASSIGNED)

    def saying(self, text: str) -> Session:
        """The same chat after something was typed."""
        return replace(self, said=(*self.said, text[:_LONGEST_SAID])[-_MOST_SAID:])

    def sending(self, message: int, kind: str) -> Session:
        """The same chat after something was sent that the bot cannot open."""
        return replace(self, sent=(*self.sent, TranscriptEntry(message, "", kind))[-_MOST_SENT:])

    def show(self, screen: Screen) -> Session:
        """The same chat with something else in front."""
        return replace(self, screen=screen, suggestions=(), suggested_for="")


def dump(session: Session) -> str:
    """A session as JSON."""
    interview = session.interview
    written: dict[str, Json] = {
        "version": VERSION,
        "screen": session.screen,
        "card": session.card,
        "page": session.page,
        "suggestions": [encode(value) for value in session.suggestions],
        "suggested_for": session.suggested_for,
        "misunderstood": session.misunderstood,
        "human": session.human,
        "interviews": session.interviews,
        "album": session.album,
        "case": session.case,
        "closed": session.closed,
        "barred": session.barred,
        "said": list(session.said),
        "said_back": session.said_back,
        "sent": [[one.message, one.kind] for one in session.sent],
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
    suggested_for = written.get("suggested_for", "")
    return Session(
        interview=_interview(written["interview"], vocabulary) if "interview" in written else None,
        screen=Screen(written["screen"]),
        card=written.get("card", ""),
        page=written.get("page", 0),
        suggestions=_values(suggested_for, written.get("suggestions", []), vocabulary),
        suggested_for=suggested_for,
        misunderstood=written.get("misunderstood", 0),
        human=written.get("human", ""),
        interviews=written.get("interviews", 0),
        album=written.get("album", ""),
        case=written.get("case", ""),
        closed=written.get("closed", ""),
        barred=written.get("barred", False),
        said=tuple(written.get("said", ())),
        said_back=written.get("said_back", False),
        sent=tuple(TranscriptEntry(message, "", kind) for message, kind in written.get("sent", ())),
    )


def _interview(written: Mapping[str, Json], vocabulary: Vocabulary) -> Interview:
    answers = {}
    for attribute, reply, encoded in written["answers"]:
        values = _values(attribute, encoded, vocabulary)
        if values or not encoded:
            answers[attribute] = Answer(AnswerKind(reply), values)
    interview = Interview(written["flow"], written["number"], answers, written["focus"], Pace(written["pace"]))
    return interview.fitted_to(vocabulary)


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
