"""What people do arrives as Telegram would tell it."""

from __future__ import annotations

import pytest
from telegram import Bot, Update

from bot.fake_telegram import FakeTelegram, Group, Impossible, Person

pytestmark = pytest.mark.asyncio

ALL = ["message", "edited_message", "channel_post", "callback_query", "my_chat_member", "chat_member", "message_reaction"]


async def only(bot: Bot) -> Update:
    (update,) = await bot.get_updates()
    return update


async def test_what_somebody_says_arrives_with_who_said_it(bot: Bot, anna: Person) -> None:
    anna.says("/start nido")
    message = (await only(bot)).message
    assert (message.text, message.from_user.language_code, message.entities[0].type) == ("/start nido", "it", "bot_command")


async def test_a_long_text_arrives_in_parts(bot: Bot, anna: Person) -> None:
    anna.says("a" * 5000)
    assert [len(update.message.text) for update in await bot.get_updates()] == [4096, 904]


async def test_every_kind_of_file_can_be_sent_to_the_bot(bot: Bot, anna: Person) -> None:
    anna.sends_photo(caption="foto")
    anna.sends_voice()
    anna.sends_sticker()
    anna.sends_document("modulo.pdf")
    anna.sends("video_note")
    photo, voice, sticker, document, note = (update.message for update in await bot.get_updates())
    assert (photo.caption, bool(photo.photo), bool(voice.voice), bool(note.video_note)) == ("foto", True, True, True)
    assert (document.document.file_name, sticker.sticker.emoji) == ("modulo.pdf", "🙂")


async def test_a_place_a_contact_and_a_forward_arrive(bot: Bot, anna: Person) -> None:
    said = anna.says("ciao")
    anna.sends_location(45.4, 9.3)
    anna.sends_contact("+39333", "Zia")
    anna.forwards(said)
    _, place, contact, forward = (update.message for update in await bot.get_updates())
    assert (place.location.longitude, contact.contact.first_name, contact.contact.user_id) == (9.3, "Zia", None)
    assert forward.forward_origin.sender_user.id == anna.id


async def test_an_album_arrives_as_several_updates_with_one_mark(bot: Bot, anna: Person) -> None:
    anna.sends_album(("photo", "video"), caption="due")
    first, second = (update.message for update in await bot.get_updates())
    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption) == ("due", None)


async def test_an_edit_arrives_as_an_edited_message(bot: Bot, anna: Person) -> None:
    said = anna.says("ho 30 anni")
    anna.edits(said, "ho 31 anni")
    assert (await bot.get_updates())[-1].edited_message.text == "ho 31 anni"
    with pytest.raises(Impossible):
        anna.edits((await bot.send_message(anna.id, "mio"), anna.chat.last)[1], "tuo")


async def test_blocking_and_coming_back_are_told(bot: Bot, anna: Person) -> None:
    anna.blocks_bot()
    anna.says("sono tornata")
    blocked, unblocked, back = await bot.get_updates()
    assert [update.my_chat_member.new_chat_member.status for update in (blocked, unblocked)] == ["kicked", "member"]
    assert back.message.text == "sono tornata"


async def test_reactions_and_members_are_told_only_on_request(bot: Bot, anna: Person, desk: Group) -> None:
    sent = await bot.send_message(anna.id, "va bene?")
    shown = anna.chat.find(sent.message_id)
    assert shown
    anna.reacts(shown, "👍")
    desk.gains(anna)
    assert [update.effective_message.new_chat_members[0].id for update in await bot.get_updates()] == [anna.id]
    await bot.get_updates(-1, allowed_updates=ALL)
    anna.reacts(shown, "👎")
    reaction = (await bot.get_updates())[-1].message_reaction
    assert (reaction.old_reaction[0].emoji, reaction.new_reaction[0].emoji) == ("👍", "👎")


async def test_an_anonymous_administrator_is_nobody(bot: Bot, telegram: FakeTelegram, desk: Group) -> None:
    telegram.anonymous_admin(desk).says("/coda", chat=desk)
    message = (await only(bot)).message
    assert (message.from_user.username, message.from_user.is_bot, message.sender_chat.id) == ("GroupAnonymousBot", True, desk.id)


async def test_a_channel_posts(bot: Bot, telegram: FakeTelegram) -> None:
    channel = telegram.channel(-1007, "Notizie", username="notizie")
    channel.says("novità")
    post = (await only(bot)).channel_post
    assert (post.text, post.from_user, post.sender_chat.title) == ("novità", None, "Notizie")
    assert (await bot.send_message("@notizie", "ciao")).chat.id == channel.id


async def test_topics_of_managers_are_told(bot: Bot, desk: Group, marta: Person) -> None:
    topic = marta.opens_topic(desk, "Varie")
    marta.closes_topic(desk, topic)
    marta.reopens_topic(desk, topic)
    opened, closed, reopened = (update.message for update in await bot.get_updates())
    assert opened.forum_topic_created.name == "Varie"
    assert closed.forum_topic_closed
    assert reopened.message_thread_id == topic.id


async def test_nobody_writes_where_they_are_not(anna: Person, desk: Group) -> None:
    with pytest.raises(Impossible):
        anna.says("permesso?", chat=desk)
    with pytest.raises(Impossible):
        anna.says("  ")


async def test_a_file_can_be_downloaded(bot: Bot, anna: Person) -> None:
    anna.sends("document", b"contenuto", name="a.txt")
    document = (await only(bot)).message.document
    assert await (await document.get_file()).download_as_bytearray() == b"contenuto"


async def test_a_file_of_more_than_20_mb_cannot_be_downloaded(bot: Bot, anna: Person) -> None:
    anna.sends_document(size=20 * 1024 * 1024 + 1)
    document = (await only(bot)).message.document
    with pytest.raises(Exception, match=r"File is too big"):
        await document.get_file()


async def test_the_same_scene_gives_the_same_bytes() -> None:
    def scene() -> bytes:
        telegram = FakeTelegram()
        anna = telegram.user(7, "Anna")
        anna.starts()
        anna.sends_photo()
        telegram.call("sendMessage", {"chat_id": 7, "text": "ciao"})
        return telegram.call("getUpdates").body

    assert scene() == scene()


async def test_a_bot_invited_with_rights_can_use_them_at_once(bot: Bot, telegram: FakeTelegram, marta: Person) -> None:
    desk = telegram.group(-1003, "Nuovo sportello", forum=True, admins=[marta], bot="left")
    marta.adds_bot(desk, rights=["can_manage_topics"])
    await bot.create_forum_topic(desk.id, "Caso")
    telegram.anonymous_admin(desk).says("visto", topic=desk.topic("Caso"))
    forwarded = await bot.forward_message(desk.id, desk.id, desk.chat.last.id)
    assert forwarded.forward_origin.sender_chat.id == desk.id
