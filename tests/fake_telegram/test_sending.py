"""What the bot can send, and what Telegram refuses."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.fake_telegram import FakeTelegram, Group, Person

pytestmark = pytest.mark.asyncio


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label.lower())] for label in labels])


async def test_a_message_is_there_with_text_entities_and_buttons(bot: Bot, anna: Person) -> None:
    bold = MessageEntity("bold", 0, 4)
    sent = await bot.send_message(anna.id, "Ciao Anna", entities=[bold], reply_markup=keyboard("Sì", "No"))
    shown = anna.chat.last
    assert (shown.id, shown.text, shown.labels) == (sent.message_id, "Ciao Anna", ["Sì", "No"])
    assert shown.entities == [{"type": "bold", "offset": 0, "length": 4}]
    assert sent.reply_markup == keyboard("Sì", "No")


async def test_the_longest_text_is_taken(bot: Bot, anna: Person) -> None:
    assert len((await bot.send_message(anna.id, "a" * 4096)).text) == 4096


async def test_markup_does_not_count_as_text(bot: Bot, anna: Person) -> None:
    assert len((await bot.send_message(anna.id, f"<b>{'a' * 4096}</b>", parse_mode="HTML")).text) == 4096


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a" * 4097, "Message is too long"),
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("a" * 40_000, "Text is too long"),
    ],
)
async def test_text_has_its_limits(bot: Bot, anna: Person, text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i)^{reason}$"):
        await bot.send_message(anna.id, text)


@pytest.mark.parametrize(
    ("offset", "length", "reason"),
    [
        (6, 1, "begins after the end of the text at UTF-16 offset 6"),
        (0, 7, "ends after the end of the text at UTF-16 offset 7"),
        (-1, 1, "incorrect offset -1"),
        (1, 1, "begins in a middle of a UTF-16 symbol"),
        (0, 1, "ends in a middle of a UTF-16 symbol"),
    ],
)
async def test_entities_lie_inside_the_text_in_utf_16_units(
    bot: Bot, anna: Person, offset: int, length: int, reason: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(anna.id, "👋 ciao"[:5], entities=[MessageEntity("bold", offset, length)])


async def test_entities_after_an_emoji_count_two_units_for_it(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "👋 ciao", entities=[MessageEntity("bold", 3, 4)])
    assert anna.chat.last.entities == [{"type": "bold", "offset": 3, "length": 4}]


async def test_white_space_around_the_text_goes_and_entities_move_with_it(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "\n Ciao Anna \n", entities=[MessageEntity("bold", 7, 6)])
    assert anna.chat.last.text == "Ciao Anna"
    assert anna.chat.last.entities == [{"type": "bold", "offset": 5, "length": 4}]


async def test_links_and_numbers_are_found_without_being_marked(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "Vedi https://www.example.it/a, chiama +39 02 1234567 o scrivi a info@example.it.")
    text = anna.chat.last.text
    found = [(entity["type"], text[entity["offset"] : entity["offset"] + entity["length"]]) for entity in anna.chat.last.entities]
    assert found == [("url", "https://www.example.it/a"), ("phone_number", "+39 02 1234567"), ("email", "info@example.it")]


@pytest.mark.parametrize(
    ("data", "text", "reason"),
    [
        ("a" * 65, "Sì", "BUTTON_DATA_INVALID"),
        ("è" * 33, "Sì", "BUTTON_DATA_INVALID"),
        ("a", "  ", "button text must be non-empty"),
    ],
)
async def test_a_button_has_words_and_at_most_64_bytes_of_data(bot: Bot, anna: Person, data: str, text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(
            anna.id, "?", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])
        )


async def test_a_button_with_exactly_64_bytes_is_taken(bot: Bot, anna: Person) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Sì", callback_data="è" * 32)]])
    await bot.send_message(anna.id, "?", reply_markup=markup)
    assert anna.chat.last.keyboard[0][0].data == "è" * 32


@pytest.mark.parametrize(("rows", "columns", "reason"), [(101, 1, "too long"), (1, 9, "BUTTON_ROW_TOO_LONG")])
async def test_a_keyboard_has_its_size(bot: Bot, anna: Person, rows: int, columns: int, reason: str) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")] * columns] * rows)
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(anna.id, "?", reply_markup=markup)


async def test_a_button_that_does_nothing_is_refused(telegram: FakeTelegram, anna: Person) -> None:
    answer = telegram.call(
        "sendMessage", {"chat_id": anna.id, "text": "?", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}
    )
    assert "Text buttons are unallowed in the inline keyboard" in answer.json["description"]


async def test_a_phone_number_is_asked_for_in_private_only(bot: Bot, desk: Group) -> None:
    with pytest.raises(BadRequest, match=r"in private chats only"):
        await bot.send_message(desk.id, "?", reply_markup=ReplyKeyboardMarkup([[KeyboardButton("Numero", request_contact=True)]]))


async def test_a_keyboard_below_the_input_field_can_be_taken_away(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "?", reply_markup=ReplyKeyboardMarkup([["Sì"]], one_time_keyboard=True))
    assert anna.chat.last.labels == ["Sì"]
    await bot.send_message(anna.id, "ok", reply_markup=ReplyKeyboardRemove())
    await bot.send_message(anna.id, "scrivi", reply_markup=ForceReply(input_field_placeholder="comune"))
    assert anna.chat.last.labels == []


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(404, "ciao")


async def test_nobody_is_written_to_who_did_not_write_first(bot: Bot, desk: Group, marta: Person) -> None:
    with pytest.raises(Forbidden, match=r"bot can't initiate conversation with a user"):
        await bot.send_message(marta.id, "ciao")


async def test_who_blocked_the_bot_gets_nothing_until_unblocking_it(bot: Bot, anna: Person) -> None:
    anna.blocks_bot()
    with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
        await bot.send_message(anna.id, "ciao")
    anna.unblocks_bot()
    await bot.send_message(anna.id, "ciao")


async def test_who_deleted_the_account_gets_nothing(bot: Bot, anna: Person) -> None:
    anna.deletes_account()
    with pytest.raises(Forbidden, match=r"user is deactivated"):
        await bot.send_message(anna.id, "ciao")


async def test_an_answer_names_the_message_it_answers(bot: Bot, anna: Person) -> None:
    asked = anna.says("C'è posto?")
    sent = await bot.send_message(anna.id, "Sì", reply_parameters=ReplyParameters(asked.id))
    assert sent.reply_to_message.text == "C'è posto?"


async def test_an_answer_to_a_missing_message_is_refused_unless_it_may_stand_alone(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match=r"Message to be replied not found"):
        await bot.send_message(anna.id, "Sì", reply_parameters=ReplyParameters(999))
    await bot.send_message(anna.id, "Sì", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))


async def test_every_kind_of_file_arrives_as_what_it_is(bot: Bot, anna: Person) -> None:
    for kind in ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"):
        sent = await getattr(bot, f"send_{kind}")(anna.id, b"bytes")
        assert getattr(sent, kind)
        assert kind in anna.chat.last.content


async def test_a_file_that_telegram_has_is_sent_by_its_id(bot: Bot, anna: Person) -> None:
    photo = anna.sends_photo(caption="il modulo")
    await bot.send_photo(anna.id, photo.content["photo"][-1]["file_id"], caption="ecco")
    assert anna.chat.last.text == "ecco"
    assert anna.chat.last.content["photo"] == photo.content["photo"]


async def test_an_unknown_file_id_is_refused(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match=r"(?i)wrong remote file identifier"):
        await bot.send_photo(anna.id, "nothing")


async def test_a_photo_id_is_no_voice(bot: Bot, anna: Person) -> None:
    photo = anna.sends_photo()
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as voice"):
        await bot.send_voice(anna.id, photo.content["photo"][-1]["file_id"])


async def test_files_have_their_sizes(bot: Bot, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.fake_telegram.limits.PHOTO_BYTES", 10)
    with pytest.raises(BadRequest, match=r"too big for a photo"):
        await bot.send_photo(anna.id, b"a" * 11)
    with pytest.raises(BadRequest, match=r"(?i)file must be non-empty"):
        await bot.send_document(anna.id, b"")


async def test_a_caption_is_shorter_than_a_text(bot: Bot, anna: Person) -> None:
    await bot.send_photo(anna.id, b"a", caption="a" * 1024)
    with pytest.raises(BadRequest, match=r"Message caption is too long"):
        await bot.send_photo(anna.id, b"a", caption="a" * 1025)


async def test_place_contact_venue_and_poll_arrive(bot: Bot, anna: Person) -> None:
    assert (await bot.send_location(anna.id, 45.4, 9.3)).location.latitude == 45.4
    assert (await bot.send_contact(anna.id, "+3902", "Sportello")).contact.first_name == "Sportello"
    assert (await bot.send_venue(anna.id, 45.4, 9.3, "Nido", "Via Roma 1")).venue.title == "Nido"
    assert (await bot.send_poll(anna.id, "Quando?", ["Mattina", "Sera"])).poll.options[1].text == "Sera"


async def test_an_album_is_several_messages_with_one_mark(bot: Bot, anna: Person) -> None:
    sent = await bot.send_media_group(anna.id, [InputMediaPhoto(b"1"), InputMediaPhoto(b"2", caption="due")])
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.text for message in anna.chat.from_bot] == ["", "due"]


@pytest.mark.parametrize("count", [1, 11])
async def test_an_album_has_2_to_10_items(bot: Bot, anna: Person, count: int) -> None:
    with pytest.raises(BadRequest):
        await bot.send_media_group(anna.id, [InputMediaPhoto(b"1")] * count)
    assert anna.chat.from_bot == []


async def test_documents_and_photos_are_not_mixed(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match=r"(?i)can't use the media of the specified type in the album"):
        await bot.send_media_group(anna.id, [InputMediaPhoto(b"1"), InputMediaDocument(b"2")])


async def test_a_copy_has_no_author_and_a_forward_has(bot: Bot, anna: Person, desk: Group) -> None:
    said = anna.says("aiuto")
    copied = await bot.copy_message(desk.id, anna.id, said.id)
    forwarded = await bot.forward_message(desk.id, anna.id, said.id)
    assert desk.chat.find(copied.message_id).json().get("forward_origin") is None
    assert forwarded.forward_origin.sender_user.first_name == "Anna"


async def test_a_copy_of_many_skips_what_is_gone_and_keeps_albums_together(bot: Bot, anna: Person, desk: Group) -> None:
    album = anna.sends_album()
    gone = anna.says("niente")
    anna.deletes(gone)
    copied = await bot.copy_messages(desk.id, anna.id, [*(message.id for message in album), gone.id])
    albums = {desk.chat.find(message.message_id).album for message in copied}
    assert len(copied) == 2
    assert len(albums) == 1
    assert albums != {album[0].album}


async def test_what_is_not_there_cannot_be_copied(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match=r"Message to copy not found"):
        await bot.copy_message(anna.id, anna.id, 999)


async def test_protected_content_cannot_be_forwarded(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "riservato", protect_content=True)
    with pytest.raises(BadRequest, match=r"(?i)the message can't be forwarded"):
        await bot.forward_message(anna.id, anna.id, sent.message_id)


async def test_a_bot_that_was_muted_may_not_write(bot: Bot, desk: Group) -> None:
    desk.mutes_bot()
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send text messages to the chat"):
        await bot.send_message(desk.id, "ciao")


async def test_a_bot_that_was_thrown_out_may_not_write(bot: Bot, desk: Group, marta: Person) -> None:
    marta.removes_bot(desk)
    with pytest.raises(Forbidden, match=r"bot was kicked from the supergroup chat"):
        await bot.send_message(desk.id, "ciao")
