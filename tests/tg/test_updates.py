"""Updates that the bot has set for itself come back as the events they were."""

from __future__ import annotations

from bot.tg.updates import InternalEvent, InternalEventKind, internal_payload, parse_update


def test_an_event_of_the_bot_itself_is_read_as_it_was_written() -> None:
    event = InternalEvent(InternalEventKind.LOST, 4, lost_message=9, key="7:1", error="gone", merge_key="mirror:7:1")
    assert parse_update(internal_payload(event)) == event


def test_an_event_that_was_stored_with_its_former_names_is_read() -> None:
    stored = '{"due": {"what": "lost", "case": 4, "gone": 9, "key": "7:1", "error": "gone", "handle": "mirror:7:1"}}'
    event = InternalEvent(InternalEventKind.LOST, 4, lost_message=9, key="7:1", error="gone", merge_key="mirror:7:1")
    assert parse_update(stored) == event
