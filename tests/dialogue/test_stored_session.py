"""The stored form of sessions: what is written, and what is read of earlier versions."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.core.case import CaseReason, CaseState, TranscriptEntry
from bot.core.conditions import Hours, Span
from bot.core.interview import Answer, AnswerKind, Interview, Pace
from bot.dialogue.session import Screen, Session
from bot.dialogue.stored_session import SESSION_VERSION, dump_session, load_session
from bot.dialogue.world import World

#: A session as version 1 wrote it, with every field.
VERSION_1 = (
    '{"version": 1, "screen": "helped", "card": "nido@dresano", "page": 2, "suggestions": ["24..36"], "suggested_for": "eta",'
    ' "misunderstood": 1, "human": "Luca", "interviews": 3, "album": "a1", "case": "resolved", "closed": "2026-11-22T09:30:00",'
    ' "barred": true, "said": ["cerco un nido", "grazie è tutto"], "said_back": true, "sent": [[5, "voice"], [7, "photo"]],'
    ' "interview": {"flow": "trova-servizio", "number": 3, "focus": "orario", "pace": "thorough", "answers":'
    ' [["comune", "value", ["melegnano"]], ["persona", "draft", ["bambino"]], ["eta", "value", ["36..48"]],'
    ' ["bisogno", "unknown", []], ["orario", "value", ["=Mo-Fr 18:00-24:00"]], ["gone", "value", ["x"]]]}}'
)
#: The same session now.
SESSION = Session(
    Interview(
        "trova-servizio",
        3,
        {
            "comune": Answer(AnswerKind.VALUE, ("melegnano",)),
            "persona": Answer(AnswerKind.DRAFT, ("bambino",)),
            "eta": Answer(AnswerKind.VALUE, (Span(36, 48),)),
            "bisogno": Answer(AnswerKind.UNKNOWN),
            "orario": Answer(AnswerKind.VALUE, (Hours("Mo-Fr 18:00-24:00"),)),
        },
        "orario",
        Pace.THOROUGH,
    ),
    Screen.HELPED,
    card="nido@dresano",
    page=2,
    suggestions=(Span(24, 36),),
    suggested_attribute="eta",
    misunderstandings=1,
    interview_count=3,
    last_album_id="a1",
    case_state=CaseState.RESOLVED,
    closed_at=dt.datetime(2026, 11, 22, 9, 30),
    closed_by="Luca",
    is_barred=True,
    recent_texts=("cerco un nido", "grazie è tutto"),
    awaiting_confirmation=True,
    attachments=(TranscriptEntry(5, "", "voice"), TranscriptEntry(7, "", "photo")),
)


def test_a_session_of_version_1_is_read_as_it_was(world: World) -> None:
    assert load_session(VERSION_1, world.content.vocabulary) == SESSION


@pytest.mark.parametrize("field", ["suggestions", "interview", "case", "human", "said", "sent", "closed"])
def test_a_session_of_version_1_may_lack_what_had_its_default(world: World, field: str) -> None:
    written = json.loads(VERSION_1)
    del written[field]
    name = {"case": "case_state", "human": "closed_by", "said": "recent_texts", "sent": "attachments", "closed": "closed_at"}
    found = load_session(json.dumps(written), world.content.vocabulary)
    assert getattr(found, name.get(field, field)) == getattr(Session(), name.get(field, field))


def test_what_was_said_of_a_person_in_version_1_is_a_reason_or_a_name(world: World) -> None:
    asked = load_session('{"version": 1, "screen": "human", "human": "not_understood"}', world.content.vocabulary)
    assert (asked.handoff_reason, asked.closed_by) == (CaseReason.NOT_UNDERSTOOD, "")
    assert load_session(VERSION_1, world.content.vocabulary).handoff_reason is None


def test_a_session_is_written_in_the_newest_version_without_what_has_its_default(world: World) -> None:
    written = dump_session(SESSION)
    assert load_session(written, world.content.vocabulary) == SESSION
    assert json.loads(written)["version"] == SESSION_VERSION
    assert json.loads(dump_session(Session())) == {"version": SESSION_VERSION}
    assert "è tutto" in written


def test_a_text_that_is_no_unicode_is_remembered_all_the_same(world: World) -> None:
    session = Session(recent_texts=("\ud800",))
    assert load_session(dump_session(session), world.content.vocabulary) == session
