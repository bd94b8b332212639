"""What is read from an update; and updates that the bot has set for itself come back as the events they were."""

from __future__ import annotations

import json

import pytest

from bot.tg.internal_events import InternalEvent, InternalEventKind
from bot.tg.updates import CitizenMessage, internal_payload, parse_update, updates_in


@pytest.mark.parametrize("gap", ["", " ", "\n  "])
def test_updates_are_found_in_an_answer_each_with_its_own_text(gap: str) -> None:
    texts = ['{"update_id": 3,  "x": "],}{\\u00e8"}', '{"update_id":4}', '{"nothing": 1}', '"update_id"']
    answer = f'{{"ok":true,{gap}"result":{gap}[{gap}{f"{gap},{gap}".join(texts)}{gap}]{gap}}}'
    found = updates_in(answer)
    assert [(one.update_id, one.payload) for one in found] == [(3, texts[0]), (4, texts[1])]
    assert updates_in(f'{{"ok":true,"result":[{gap}]}}') == []


@pytest.mark.parametrize(
    "answer", ["", "[]", '{"ok": true}', '{"ok":true,"result":true}', '{"ok":true,"result":[', '{"ok":true,"result":[{]}']
)
def test_an_answer_that_holds_no_updates_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match=r"substring|Expecting"):
        updates_in(answer)


def test_an_event_of_the_bot_itself_is_read_as_it_was_written() -> None:
    event = InternalEvent(InternalEventKind.LOST, 4, lost_message=9, key="7:1", error="gone", merge_key="mirror:7:1")
    assert parse_update(internal_payload(event)) == event


def test_an_event_that_was_stored_with_its_former_names_is_read() -> None:
    stored = '{"due": {"what": "lost", "case": 4, "gone": 9, "key": "7:1", "error": "gone", "handle": "mirror:7:1"}}'
    event = InternalEvent(InternalEventKind.LOST, 4, lost_message=9, key="7:1", error="gone", merge_key="mirror:7:1")
    assert parse_update(stored) == event


@pytest.mark.parametrize(("text", "entities"), [("text", "entities"), ("caption", "caption_entities")])
def test_entities_that_mean_nothing_in_another_chat_are_left_behind(text: str, entities: str) -> None:
    """A mention would tell who writes; no bot may send custom emoji."""
    carried = ({"type": "bold", "offset": 0, "length": 4}, {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.it"})
    others = [
        {"type": "mention", "offset": 5, "length": 6},
        {"type": "text_mention", "offset": 5, "length": 6, "user": {"id": 8, "is_bot": False, "first_name": "Mario"}},
        {"type": "custom_emoji", "offset": 12, "length": 2, "custom_emoji_id": "5368324170671202286"},
        {"type": "hashtag", "offset": 5, "length": 6},
        "bold",
    ]
    chat = {"id": 7, "type": "private", "first_name": "Anna"}
    message = {"message_id": 3, "date": 1, "chat": chat, "from": chat, text: "ciao @mario 👋", entities: [*others, *carried]}
    event = parse_update(json.dumps({"update_id": 1, "message": message}))
    assert isinstance(event, CitizenMessage)
    assert event.message.entities == carried
