"""Refusals word for word, each by one call.

Chat 7 is a citizen, -1001 the desk where message 2 announces a topic, -1007 a channel, -1008 a group where the bot may do nothing.
"""
# ruff: noqa: E501 - one refusal, one line

from __future__ import annotations

import pytest

from bot.fake_telegram import RIGHTS, FakeTelegram, Group, Impossible, Person

PHOTO = {"type": "photo", "media": "attach://a"}
OPTION = {"text": "a"}


@pytest.fixture
def scene(telegram: FakeTelegram, anna: Person, desk: Group, marta: Person) -> FakeTelegram:
    marta.opens_topic(desk, "Caso")
    telegram.channel(-1007, "Notizie")
    telegram.group(-1008, "Senza diritti", forum=True, rights=[], members=[marta])
    return telegram


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        ("sendMessage", {"chat_id": "", "text": "a"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "@nobody", "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": 7, "text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("sendMessage", {"chat_id": 7, "text": "a", "entities": [{"type": "neon", "offset": 0, "length": 1}]}, "can't parse MessageEntity: Unsupported type specified"),
        ("sendMessage", {"chat_id": 7, "text": "a", "entities": [{"type": "bold", "offset": 0, "length": -1}]}, "receive an entity with incorrect length -1"),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_parameters": {"message_id": 2, "quote": "x"}}, "QUOTE_TEXT_INVALID"),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_markup": {"keyboard": [[" "]]}}, "keyboard button text must be non-empty"),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "no"}]]}}, "inline keyboard button URL 'no' is invalid: Wrong HTTP URL"),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "e.it", "callback_data": "a"}]]}}, "inline keyboard button has more than one deed: url, callback_data"),
        ("sendLocation", {"chat_id": 7, "latitude": 91, "longitude": 0}, "wrong geo point specified"),
        ("sendContact", {"chat_id": 7, "phone_number": "", "first_name": "a"}, "phone number is empty"),
        ("sendContact", {"chat_id": 7, "phone_number": "1", "first_name": ""}, "first name is empty"),
        ("sendContact", {"chat_id": 7, "phone_number": "1", "first_name": "a", "vcard": "a" * 2049}, "VCARD_TOO_LONG"),
        ("sendPoll", {"chat_id": 7, "question": "", "options": [OPTION]}, "poll question must be non-empty"),
        ("sendPoll", {"chat_id": 7, "question": "a" * 301, "options": [OPTION]}, "poll question length must not exceed 300"),
        ("sendPoll", {"chat_id": 7, "question": "a", "options": []}, "poll must have at least 1 option"),
        ("sendPoll", {"chat_id": 7, "question": "a", "options": [OPTION] * 13}, "poll can't have more than 12 options"),
        ("sendPoll", {"chat_id": 7, "question": "a", "options": [{"text": "a" * 101}]}, "poll options length must not exceed 100"),
        ("sendMediaGroup", {"chat_id": 7, "media": []}, "there are no messages to send"),
        ("sendMediaGroup", {"chat_id": 7, "media": [PHOTO, {"type": "sticker", "media": "a"}]}, 'can\'t parse InputMedia: type "sticker" can\'t be used in sendMediaGroup'),
        ("copyMessage", {"chat_id": 7, "from_chat_id": -1001, "message_id": 2}, "the message can't be copied"),
        ("copyMessages", {"chat_id": 7, "from_chat_id": 7, "message_ids": []}, "message identifiers are not specified"),
        ("copyMessages", {"chat_id": 7, "from_chat_id": 7, "message_ids": [2, 1]}, "message identifiers must be in a strictly increasing order"),
        ("forwardMessages", {"chat_id": 7, "from_chat_id": 7, "message_ids": list(range(101))}, "too many message identifiers specified"),
        ("forwardMessages", {"chat_id": 7, "from_chat_id": 7, "message_ids": [999]}, "there are no messages to forward"),
        ("editMessageText", {"text": "a"}, "chat_id is empty"),
        ("editMessageText", {"inline_message_id": "a", "text": "a"}, "message to edit not found"),
        ("editMessageText", {"chat_id": 7, "text": "a"}, "message identifier is not specified"),
        ("deleteMessage", {"chat_id": -1001, "message_id": 2}, "message can't be deleted"),
        ("deleteMessages", {"chat_id": 7, "message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"chat_id": 7, "message_ids": list(range(101))}, "too many message identifiers specified"),
        ("setMessageReaction", {"chat_id": -1001, "message_id": 2}, "message can't be reacted to"),
        ("setMessageReaction", {"chat_id": 7, "message_id": 999}, "message to react not found"),
        ("pinChatMessage", {"chat_id": -1001, "message_id": 2}, "message can't be pinned"),
        ("unpinChatMessage", {"chat_id": -1001}, "message to unpin not found"),
        ("unpinAllChatMessages", {"chat_id": -1008}, "not enough rights to manage pinned messages in the chat"),
        ("getChatMember", {"chat_id": -1001, "user_id": 404}, "user not found"),
        ("getChatMember", {"chat_id": 7, "user_id": 20}, "user not found"),
        ("getChatAdministrators", {"chat_id": 7}, "there are no administrators in the private chat"),
        ("leaveChat", {"chat_id": 7}, "chat member status can't be changed in private chats"),
        ("createForumTopic", {"chat_id": 7, "name": "a"}, "the chat is not a forum"),
        ("editForumTopic", {"chat_id": -1001, "message_thread_id": 2}, "TOPIC_NOT_MODIFIED"),
        ("editForumTopic", {"chat_id": -1001, "message_thread_id": 2, "name": "a" * 129}, "TOPIC_TITLE_TOO_LONG"),
        ("closeForumTopic", {"chat_id": -1001, "message_thread_id": 0}, "invalid forum topic identifier specified"),
        ("deleteForumTopic", {"chat_id": -1001, "message_thread_id": 0}, "invalid forum topic identifier specified"),
        ("deleteForumTopic", {"chat_id": -1008, "message_thread_id": 0}, "not enough rights to delete the topic"),
        ("setMyCommands", {"commands": [{"command": "", "description": "a"}]}, "command must be non-empty"),
        ("setMyName", {"name": "a", "language_code": "ita"}, "LANG_CODE_INVALID"),
    ],
)  # fmt: skip
def test_a_call_is_refused_with_telegrams_words(
    scene: FakeTelegram, method: str, parameters: dict[str, object], reason: str
) -> None:
    answer = scene.call(method, parameters, {"a": ("a.jpg", b"a")})
    assert answer.json == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert scene.said == []


def test_an_upload_of_more_than_50_mb_is_refused(scene: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.fake_telegram.limits.UPLOAD_BYTES", 3)
    answer = scene.call("sendDocument", {"chat_id": 7}, {"document": ("a", b"1234")})
    assert (answer.code, answer.json["description"]) == (413, "Request Entity Too Large")


def test_a_photo_from_the_web_is_not_fetched(scene: FakeTelegram, anna: Person) -> None:
    assert scene.call("sendPhoto", {"chat_id": 7, "photo": "https://e.it/a.jpg"}).json["ok"]
    assert "photo" in anna.chat.last.content


def test_a_channel_takes_posts_only_from_who_may_post(scene: FakeTelegram) -> None:
    scene.chat(-1007).members[scene.bot.id].rights = frozenset(RIGHTS)
    answer = scene.call("sendMessage", {"chat_id": -1007, "text": "a"})
    assert answer.json["description"] == "Bad Request: need administrator rights in the channel chat"


def test_a_copy_may_have_another_caption(scene: FakeTelegram, anna: Person) -> None:
    photo = anna.sends_photo(caption="prima")
    scene.call("copyMessage", {"chat_id": 7, "from_chat_id": 7, "message_id": photo.id, "caption": "dopo"})
    assert anna.chat.last.text == "dopo"


def test_a_forward_from_a_channel_or_of_a_forward_names_the_first_author(scene: FakeTelegram, anna: Person) -> None:
    post = scene.channel(-1009, "Avvisi").says("novità")
    from_channel = scene.call("forwardMessage", {"chat_id": 7, "from_chat_id": -1009, "message_id": post.id}).json["result"]
    first = scene.call("forwardMessage", {"chat_id": 7, "from_chat_id": 7, "message_id": anna.says("a").id}).json["result"]
    again = scene.call("forwardMessage", {"chat_id": 7, "from_chat_id": 7, "message_id": first["message_id"]}).json["result"]
    assert first["forward_origin"] == again["forward_origin"]
    assert (from_channel["forward_origin"]["type"], from_channel["text"]) == ("channel", "novità")


@pytest.mark.parametrize(
    "step",
    [
        lambda anna, desk: desk.topic("Ignoto"),
        lambda anna, desk: anna.sends_album(("photo",)),
        lambda anna, desk: anna.says("a", topic=5),
        lambda anna, desk: desk.upgrades(-5),
        lambda anna, desk: anna.switchboard.anonymous_admin(desk).says("a", chat=anna.chat),
        lambda anna, desk: anna.switchboard.channel(-9, "Canale").says("a", chat=desk),
        lambda anna, desk: anna.switchboard.user(99).blocks_bot(),
        lambda anna, desk: anna.opens_topic(desk, "a"),
    ],
)
def test_what_nobody_could_do_is_the_tests_mistake(anna: Person, desk: Group, step) -> None:
    with pytest.raises(Impossible):
        step(anna, desk)
