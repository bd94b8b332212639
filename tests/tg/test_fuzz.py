"""No update, whatever its shape, crashes the bot or keeps another one from being handled."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any as Json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Unreadable
from bot.tg import updates
from bot.usecases.queues import NewUpdate
from tests.builders import THOROUGH, tries
from tests.tg.conftest import DESK, Open, sportello
from tests.tg.fuzz import through

pytestmark = pytest.mark.exhaustive

#: Names that Telegram uses: what is not one of them is soon ignored.
_NAMES = [
    "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "text", "caption", "id", "type", "data",
    "message_id", "date", "new_chat_member", "old_chat_member", "status", "user", "is_bot", "first_name", "photo", "voice",
    "poll", "sticker", "migrate_to_chat_id", "media_group_id", "entities", "reply_to_message", "location", "contact", "update_id",
]  # fmt: skip

_texts = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["private", "group", "member", "kicked", "\ud800", "\x00", "/start"]
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | _texts | st.sampled_from([2**63, -(2**63), 10**400, 7, -7])
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES) | _texts, inner, max_size=6),
    max_leaves=30,
)


def shaped(**parts: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """Fields as they should be, or not, or not there."""
    return st.fixed_dictionaries({}, optional={name: part | _json for name, part in parts.items()})


_user = shaped(id=st.integers(-5, 5), is_bot=st.booleans(), first_name=_texts)
_chat = shaped(id=st.integers(-5, 5), type=st.sampled_from(["private", "group", "supergroup", "channel"]))
_message = shaped(
    message_id=st.integers(0, 9), date=st.integers(), chat=_chat, text=_texts, caption=_texts, media_group_id=_texts,
    migrate_to_chat_id=st.integers(), **{"from": _user},
)  # fmt: skip
_member = shaped(status=st.sampled_from(["member", "kicked", "left"]), user=_user)
_updates = shaped(
    update_id=st.integers(),
    message=_message,
    edited_message=_message,
    callback_query=shaped(id=_texts, data=_texts, message=_message, chat_instance=_texts, **{"from": _user}),
    my_chat_member=shaped(chat=_chat, date=st.integers(), old_chat_member=_member, new_chat_member=_member, **{"from": _user}),
)


@tries(500)
@given(_updates | _json)
def test_reading_an_update_gives_an_event_or_says_that_it_is_unreadable(raw: Json) -> None:
    taken = updates.update_of(json.dumps(raw))
    if taken is None:
        return
    assert isinstance(taken, NewUpdate)
    assert taken.update_id >= 0
    assert taken.payload == json.dumps(raw)
    with suppress(Unreadable):
        event = updates.parse_update(taken.payload)
        assert isinstance(event, updates.UpdateEvent)


@tries(300)
@given(st.text(st.characters(), max_size=50) | st.binary(max_size=50).map(lambda data: data.decode("utf-8", "replace")))
def test_reading_what_is_no_update_at_all_says_that_it_is_unreadable(payload: str) -> None:
    with suppress(Unreadable):
        assert isinstance(updates.parse_update(payload), updates.UpdateEvent)


@given(_updates)
def test_what_is_read_belongs_to_the_lane_it_waits_in_or_to_nobody(raw: Json) -> None:
    taken = updates.update_of(json.dumps(raw))
    if taken is None:
        return
    with suppress(Unreadable):
        event = updates.parse_update(taken.payload)
        if isinstance(event, updates.CitizenPress) or (isinstance(event, updates.CitizenMessage) and len(raw) <= 2):
            assert event.chat == taken.lane


def test_a_deeply_nested_update_is_no_crash() -> None:
    deep: Json = {}
    for _ in range(400):
        deep = {"reply_to_message": deep, "message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
    taken = updates.update_of(json.dumps({"update_id": 1, "message": deep}))
    assert taken is not None
    with suppress(Unreadable):
        updates.parse_update(taken.payload)


@pytest.mark.asyncio
async def test_a_stream_of_fuzzed_updates_neither_crashes_nor_blocks_the_bot(opened: Open, seed: str) -> None:
    count = 1500 * THOROUGH
    scene = await opened(desks=[DESK], before=sportello)
    for chat in range(1, 21):
        scene.telegram.user(chat).starts()
    people = [scene.person(number) for number in (1000, 1001, 1002)]
    await through(scene, count, seed, people)
    states = dict(scene.rows("SELECT state, count(*) FROM inbox GROUP BY state"))
    assert set(states) == {"done", "quarantined"}
    assert min(states.values()) > count / 20
    assert [error for _, _, error in scene.failed if "bot.errors.Unreadable" not in error] == []
    for phone in people:
        before = len(phone.heard)
        await phone.says("/start")
        assert "Per chi cerchi un servizio?" in phone.front.text
        assert len(phone.heard) == before + 1
    assert {kind for kind, _ in scene.refusals} <= {
        "leaveChat",
        "getChat",
        "getChatMember",
        "getChatAdministrators",
        "getForumTopicIconStickers",
        "editMessageText",
        "sendMessage",
        "answerCallbackQuery",
        "setMessageReaction",
    }


@pytest.mark.asyncio
async def test_between_unreadable_updates_of_one_chat_the_readable_ones_are_handled_in_order(opened: Open) -> None:
    scene = await opened()
    anna = scene.person(7, "Anna")
    await anna.starts()
    for text in ("un bambino", "8 mesi", "melegnano"):
        anna.person.says(text)
        scene.telegram.updates.push("message", {"message_id": "x", "chat": {"id": 7, "type": "private"}, "date": {}, "text": []})
    await scene.settle()
    assert ["Quanti anni" in anna.heard[1].text, "comune" in anna.heard[2].text, "aiuto" in anna.heard[3].text] == [True] * 3
    assert [state for _, state, _ in scene.failed] == ["quarantined"] * 3


@pytest.mark.asyncio
async def test_an_update_of_every_kind_that_telegram_has_is_taken(opened: Open) -> None:
    scene = await opened()
    anna = scene.person(7, "Anna")
    await anna.starts()
    head = {
        "message_id": 9,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "Anna"},
        "from": {"id": 7, "is_bot": False, "first_name": "Anna"},
    }
    for kind in ("edited_channel_post", "business_connection", "purchased_paid_media", "removed_chat_boost", "kind_of_next_year"):
        scene.give({"update_id": scene.telegram.updates._next, kind: head})
        scene.telegram.updates._next += 1
    await scene.settle()
    await anna.says("un bambino")
    assert "Quanti anni ha?" in anna.front.text
    assert json.dumps(scene.rows("SELECT DISTINCT state FROM inbox")) in ('[["done"]]', '[["done"], ["quarantined"]]')


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "text", ["\ud800", "\udfff\ud800", "a\ud83d", "\x00", "a\x00b", "/start \ud800", "\U0010ffff", "\ufeff"], ids=ascii
)
async def test_broken_text_is_never_a_fault_of_ours(opened: Open, text: str) -> None:
    scene = await opened()
    anna = scene.person(7, "Anna")
    await anna.starts()
    await anna.says("un bambino")
    head = {"message_id": 9, "date": 1, "chat": anna.person.chat.json(), "from": anna.person.user.json()}
    sent = (
        {"message": {**head, "text": text}},
        {"callback_query": {"id": "1", "from": head["from"], "message": head, "data": text}},
        {"edited_message": {**head, "caption": text, "media_group_id": text}},
    )
    for number, update in enumerate(sent):
        assert await scene.process.take(json.dumps({"update_id": 600_000_000 + number, **update}))
    await scene.settle()
    await anna.says("8 mesi")
    assert [error for _, _, error in scene.failed if "bot.errors.Unreadable" not in error] == []
