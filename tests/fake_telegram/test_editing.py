"""What the bot can change, and what it answers to a press."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest

from bot.fake_telegram import ButtonPress, FakeTelegram, Group, Impossible, ManualClock, Person

pytestmark = pytest.mark.asyncio

CHOICE = InlineKeyboardMarkup([[InlineKeyboardButton("Sì", callback_data="y"), InlineKeyboardButton("Sito", url="https://e.it")]])


async def test_an_edit_replaces_text_and_keyboard_and_keeps_what_was(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "prima", reply_markup=CHOICE)
    edited = await bot.edit_message_text("dopo", anna.id, sent.message_id)
    assert (edited.text, edited.reply_markup) == ("dopo", None)
    assert edited.edit_date
    shown = anna.chat.last
    assert (shown.text, shown.labels, [version.content["text"] for version in shown.edits]) == ("dopo", [], ["prima"])


@pytest.mark.parametrize("markup", [None, CHOICE])
async def test_an_edit_without_a_change_is_refused(bot: Bot, anna: Person, markup: InlineKeyboardMarkup | None) -> None:
    sent = await bot.send_message(anna.id, "ciao", reply_markup=markup)
    with pytest.raises(BadRequest, match=r"^Message is not modified: specified new message content and reply markup are exactly"):
        await bot.edit_message_text("ciao", anna.id, sent.message_id, reply_markup=markup)


async def test_the_keyboard_alone_can_be_taken_away(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "ciao", reply_markup=CHOICE)
    await bot.edit_message_reply_markup(anna.id, sent.message_id)
    assert anna.chat.last.labels == []
    with pytest.raises(BadRequest, match=r"not modified"):
        await bot.edit_message_reply_markup(anna.id, sent.message_id)


async def test_a_caption_is_edited_as_a_caption(bot: Bot, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, b"a", caption="uno")
    with pytest.raises(BadRequest, match=r"There is no text in the message to edit"):
        await bot.edit_message_text("due", anna.id, sent.message_id)
    await bot.edit_message_caption(anna.id, sent.message_id, caption="due")
    assert anna.chat.last.text == "due"


async def test_only_its_own_messages_can_be_edited(bot: Bot, anna: Person) -> None:
    said = anna.says("ciao")
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await bot.edit_message_text("mah", anna.id, said.id)


async def test_a_message_over_a_reply_keyboard_cannot_be_edited(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "?", reply_markup=ReplyKeyboardMarkup([["Sì"]]))
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await bot.edit_message_text("mah", anna.id, sent.message_id)


async def test_what_is_gone_can_be_neither_edited_nor_deleted(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "ciao")
    await bot.delete_message(anna.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to edit not found$"):
        await bot.edit_message_text("dopo", anna.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to delete not found$"):
        await bot.delete_message(anna.id, sent.message_id)
    assert [message.text for message in anna.chat.deleted] == ["ciao"]


async def test_after_48_hours_nothing_can_be_deleted(bot: Bot, anna: Person, clock: ManualClock) -> None:
    sent = await bot.send_message(anna.id, "ciao")
    clock.advance(48 * 3600)
    with pytest.raises(BadRequest, match=r"Message can't be deleted for everyone"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_deleting_others_messages_in_a_group_takes_the_right_to(bot: Bot, desk: Group, marta: Person) -> None:
    said = marta.says("nota", chat=desk)
    desk.takes_from_bot("can_delete_messages")
    with pytest.raises(BadRequest, match=r"^Message can't be deleted$"):
        await bot.delete_message(desk.id, said.id)
    desk.gives_bot("can_delete_messages")
    await bot.delete_message(desk.id, said.id)


async def test_deleting_many_skips_what_is_gone(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "ciao")
    assert await bot.delete_messages(anna.id, [sent.message_id, 999])
    assert anna.chat.from_bot == []


async def test_a_press_is_found_by_words_or_data_and_its_answer_is_seen(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "?", reply_markup=CHOICE)
    for button in ("Sì", "y"):
        press = anna.presses(anna.chat.last, button)
        assert isinstance(press, ButtonPress)
        (update,) = await bot.get_updates(-1)
        assert update.callback_query.data == "y"
        await update.callback_query.answer("Fatto", show_alert=True)
        assert (press.answered, press.text, press.alert) == (True, "Fatto", True)


async def test_a_press_is_answered_once_and_in_time(bot: Bot, anna: Person, clock: ManualClock) -> None:
    await bot.send_message(anna.id, "?", reply_markup=CHOICE)
    first, second = anna.presses(anna.chat.last, "Sì"), anna.presses(anna.chat.last, "Sì")
    assert isinstance(first, ButtonPress)
    assert isinstance(second, ButtonPress)
    await bot.answer_callback_query(first.id)
    clock.advance(151)
    for press in (first, second, None):
        with pytest.raises(BadRequest, match=r"^Query is too old and response timeout expired or query id is invalid$"):
            await bot.answer_callback_query(press.id if press else "1")


async def test_the_words_of_an_answer_are_at_most_200(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "?", reply_markup=CHOICE)
    press = anna.presses(anna.chat.last, "Sì")
    assert isinstance(press, ButtonPress)
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(press.id, "a" * 201)


async def test_only_buttons_that_are_there_and_tell_the_bot_can_be_pressed(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "?", reply_markup=CHOICE)
    for button in ("No", "Sito"):
        with pytest.raises(Impossible):
            anna.presses(anna.chat.last, button)


async def test_an_old_button_on_a_deleted_message_still_sends_its_data(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "?", reply_markup=CHOICE)
    shown = anna.chat.last
    await bot.delete_message(anna.id, sent.message_id)
    anna.presses_data(shown, "y")
    (update,) = await bot.get_updates()
    assert not update.callback_query.message.is_accessible


async def test_a_key_of_the_reply_keyboard_writes_its_words_or_shares_what_it_asks_for(bot: Bot, anna: Person) -> None:
    keys = [["Sì", KeyboardButton("Numero", request_contact=True), KeyboardButton("Dove", request_location=True)]]
    await bot.send_message(anna.id, "?", reply_markup=ReplyKeyboardMarkup(keys))
    asked = anna.chat.last
    for key in ("Sì", "Numero", "Dove"):
        anna.presses(asked, key)
    words, contact, place = (update.message for update in await bot.get_updates())
    assert (words.text, contact.contact.user_id, bool(place.location)) == ("Sì", anna.id, True)


async def test_the_bot_reacts_with_one_of_the_known_emoji(bot: Bot, anna: Person) -> None:
    said = anna.says("grazie")
    await bot.set_message_reaction(anna.id, said.id, "👍")
    assert said.reactions == {bot.id: ["👍"]}
    await bot.set_message_reaction(anna.id, said.id)
    assert said.reactions == {}
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(anna.id, said.id, "🥕")
    with pytest.raises(BadRequest, match=r"(?i)reactions_too_many"):
        await bot.set_message_reaction(anna.id, said.id, ["👍", "🔥"])


async def test_pins_take_the_right_to_and_show_in_the_chat(bot: Bot, desk: Group) -> None:
    sent = await bot.send_message(desk.id, "scheda")
    await sent.pin()
    assert (await bot.get_chat(desk.id)).pinned_message.text == "scheda"
    await bot.unpin_chat_message(desk.id)
    desk.takes_from_bot("can_pin_messages")
    with pytest.raises(BadRequest, match=r"Not enough rights to manage pinned messages in the chat"):
        await sent.pin()


async def test_every_change_is_counted(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "uno")
    await sent.edit_text("due")
    assert telegram.counts["sendMessage"] == telegram.counts["editMessageText"] == 1
    assert telegram.calls[-1].parameters["text"] == "due"
