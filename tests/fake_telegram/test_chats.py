"""Groups, their topics and what the bot may do there."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.fake_telegram import FakeTelegram, Group, Impossible, Person

pytestmark = pytest.mark.asyncio


async def test_a_topic_holds_its_messages(bot: Bot, desk: Group, marta: Person) -> None:
    topic = await bot.create_forum_topic(desk.id, "Cittadino 0042")
    await bot.send_message(desk.id, "scheda", message_thread_id=topic.message_thread_id)
    marta.says("ci penso io", chat=desk, topic=topic.message_thread_id)
    marta.says("pausa", chat=desk)
    assert [message.text for message in desk.chat.in_topic(desk.topic("Cittadino 0042"))][1:] == ["scheda", "ci penso io"]
    inside, outside = (update.message for update in await bot.get_updates())
    assert (inside.message_thread_id, inside.is_topic_message) == (topic.message_thread_id, True)
    assert inside.reply_to_message.forum_topic_created.name == "Cittadino 0042"
    assert outside.message_thread_id is None


async def test_a_message_to_a_deleted_topic_is_refused(bot: Bot, desk: Group, marta: Person) -> None:
    topic = await bot.create_forum_topic(desk.id, "Caso")
    await bot.send_message(desk.id, "scheda", message_thread_id=topic.message_thread_id)
    marta.deletes_topic(desk, topic.message_thread_id)
    assert desk.chat.from_bot == []
    with pytest.raises(BadRequest, match=r"^Message thread not found$"):
        await bot.send_message(desk.id, "ancora", message_thread_id=topic.message_thread_id)


async def test_general_is_named_by_no_message(bot: Bot, desk: Group) -> None:
    with pytest.raises(BadRequest, match=r"^Message thread not found$"):
        await bot.send_message(desk.id, "ciao", message_thread_id=1)


async def test_where_there_are_no_topics_the_thread_is_ignored(bot: Bot, anna: Person) -> None:
    assert (await bot.send_message(anna.id, "ciao", message_thread_id=5)).message_thread_id is None


async def test_a_reply_goes_into_the_topic_of_what_it_answers(bot: Bot, desk: Group, marta: Person) -> None:
    topic = await bot.create_forum_topic(desk.id, "Caso")
    said = marta.says("dove?", chat=desk, topic=topic.message_thread_id)
    await bot.send_message(desk.id, "qui", reply_to_message_id=said.id)
    assert desk.chat.last.thread == topic.message_thread_id


@pytest.mark.parametrize(("name", "reason"), [("", "title must be non-empty"), ("a" * 129, "topic_title_too_long")])
async def test_a_topic_has_a_name_of_1_to_128_characters(bot: Bot, desk: Group, name: str, reason: str) -> None:
    await bot.create_forum_topic(desk.id, "a" * 128)
    with pytest.raises(BadRequest, match=f"(?i)^{reason}$"):
        await bot.create_forum_topic(desk.id, name)


async def test_a_topic_has_one_of_six_colours(bot: Bot, desk: Group) -> None:
    assert (await bot.create_forum_topic(desk.id, "Caso", icon_color=9367192)).icon_color == 9367192
    with pytest.raises(BadRequest, match=r"(?i)topic_icon_color_invalid"):
        await bot.create_forum_topic(desk.id, "Caso", icon_color=1)


async def test_a_topic_is_renamed_closed_reopened_and_deleted(bot: Bot, desk: Group) -> None:
    number = (await bot.create_forum_topic(desk.id, "Caso")).message_thread_id
    await bot.edit_forum_topic(desk.id, number, name="Caso chiuso")
    await bot.close_forum_topic(desk.id, number)
    assert desk.topic("Caso chiuso").closed
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await bot.close_forum_topic(desk.id, number)
    await bot.reopen_forum_topic(desk.id, number)
    await bot.delete_forum_topic(desk.id, number)
    with pytest.raises(BadRequest, match=r"(?i)topic_id_invalid"):
        await bot.close_forum_topic(desk.id, number)


async def test_into_a_closed_topic_only_administrators_write(
    bot: Bot, telegram: FakeTelegram, desk: Group, marta: Person
) -> None:
    topic = marta.opens_topic(desk, "Caso")
    marta.closes_topic(desk, topic)
    await bot.send_message(desk.id, "si può", message_thread_id=topic.id)
    desk.takes_from_bot("can_manage_topics")
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(desk.id, "non più", message_thread_id=topic.id)
    ugo = telegram.user(21, "Ugo")
    desk.gains(ugo)
    with pytest.raises(Impossible):
        ugo.says("permesso?", chat=desk, topic=topic)


async def test_making_topics_takes_the_right_to_and_a_forum(bot: Bot, desk: Group) -> None:
    desk.takes_from_bot("can_manage_topics")
    with pytest.raises(BadRequest, match=r"^Not enough rights to create a topic$"):
        await bot.create_forum_topic(desk.id, "Caso")
    desk.turns_forum(on=False)
    with pytest.raises(BadRequest, match=r"^The chat is not a forum$"):
        await bot.create_forum_topic(desk.id, "Caso")


async def test_its_own_topic_the_bot_may_close_without_the_right(bot: Bot, desk: Group, marta: Person) -> None:
    own = await bot.create_forum_topic(desk.id, "Mio")
    other = marta.opens_topic(desk, "Suo")
    desk.takes_from_bot("can_manage_topics")
    await bot.close_forum_topic(desk.id, own.message_thread_id)
    with pytest.raises(BadRequest, match=r"^Not enough rights to close or open the topic$"):
        await bot.close_forum_topic(desk.id, other.id)


async def test_icons_for_topics_can_be_asked_for(bot: Bot, desk: Group) -> None:
    icon = (await bot.get_forum_topic_icon_stickers())[0].custom_emoji_id
    await bot.create_forum_topic(desk.id, "Caso", icon_custom_emoji_id=icon)
    assert desk.topic("Caso").icon_custom_emoji_id == icon


async def test_an_upgraded_group_answers_with_its_new_id(bot: Bot, telegram: FakeTelegram, marta: Person) -> None:
    group = telegram.group(-55, "Gruppo", basic=True, admins=[marta])
    new = group.upgrades(-1009)
    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(group.id, "ciao")
    assert error.value.new_chat_id == new.id
    await bot.send_message(new.id, "ciao")
    old, fresh = (update.message for update in await bot.get_updates())
    assert (old.migrate_to_chat_id, fresh.migrate_from_chat_id) == (new.id, group.id)


async def test_the_bot_hears_that_it_was_added_and_can_leave(bot: Bot, telegram: FakeTelegram) -> None:
    stranger = telegram.user(66, "Ignoto")
    foreign = telegram.group(-1666, "Estranei", admins=[stranger], bot="left")
    stranger.adds_bot(foreign)
    added, _ = await bot.get_updates()
    change = added.my_chat_member
    assert (change.from_user.id, change.old_chat_member.status, change.new_chat_member.status) == (66, "left", "member")
    assert await bot.leave_chat(foreign.id)
    with pytest.raises(Forbidden, match=r"bot is not a member of the supergroup chat"):
        await bot.send_message(foreign.id, "ciao")


async def test_members_are_what_they_are(bot: Bot, telegram: FakeTelegram, desk: Group, marta: Person, anna: Person) -> None:
    ugo = telegram.user(21, "Ugo")
    desk.gains(ugo, by=marta)
    statuses = [(await bot.get_chat_member(desk.id, user)).status for user in (marta.id, bot.id, ugo.id, anna.id)]
    assert statuses == ["creator", "administrator", "member", "left"]
    assert [member.user.id for member in await bot.get_chat_administrators(desk.id)] == [bot.id, marta.id]
    assert await bot.get_chat_member_count(desk.id) == 3
    desk.loses(ugo, by=marta)
    assert (await bot.get_chat_member(desk.id, ugo.id)).status == "kicked"
    with pytest.raises(Impossible):
        ugo.says("ci sono ancora?", chat=desk)


async def test_a_loss_of_rights_is_told_and_shown(bot: Bot, desk: Group) -> None:
    desk.takes_from_bot("can_manage_topics")
    (update,) = await bot.get_updates()
    assert update.my_chat_member.old_chat_member.can_manage_topics
    assert not update.my_chat_member.new_chat_member.can_manage_topics
    desk.takes_from_bot()
    assert (await bot.get_chat_member(desk.id, bot.id)).status == "member"


async def test_a_bot_that_administers_nothing_hears_only_what_is_meant_for_it(
    bot: Bot, telegram: FakeTelegram, marta: Person
) -> None:
    group = telegram.group(-1002, "Piazza", admins=[marta], bot="member")
    sent = await bot.send_message(group.id, "ciao a tutti")
    for text in ("che tempo!", "/aiuto", "@social_point_bot ci sei?"):
        marta.says(text, chat=group)
    marta.says("grazie", chat=group, reply_to=group.chat.find(sent.message_id))
    assert [update.message.text for update in await bot.get_updates()] == ["/aiuto", "@social_point_bot ci sei?", "grazie"]


async def test_a_chat_tells_what_it_is(bot: Bot, desk: Group, anna: Person) -> None:
    assert (await bot.get_chat(desk.id)).is_forum
    assert (await bot.get_chat(anna.id)).first_name == "Anna"
    await bot.send_chat_action(anna.id, "typing")
    assert anna.chat.actions == ["typing"]
    with pytest.raises(BadRequest, match=r"Wrong parameter action in request"):
        await bot.send_chat_action(anna.id, "dancing")
