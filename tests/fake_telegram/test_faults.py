"""Faults on demand, and the rates."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.fake_telegram import CallFault, FakeTelegram, Group, ManualClock, Person, Rates

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (CallFault.retry_after(7), RetryAfter, "Retry in 0:00:07"),
        (CallFault.blocked(), Forbidden, "bot was blocked by the user"),
        (CallFault.bad_request("chat not found"), BadRequest, "Chat not found"),
        (CallFault.server_error(), NetworkError, "Internal Server Error"),
        (CallFault.server_error(502, "Bad Gateway"), NetworkError, "Bad Gateway"),
        (CallFault.timeout(), TimedOut, "Timed out"),
        (CallFault.network(), NetworkError, "ConnectError"),
    ],
)
async def test_a_fault_meets_one_call_and_nothing_is_sent(
    bot: Bot, telegram: FakeTelegram, anna: Person, fault: CallFault, error: type[TelegramError], words: str
) -> None:
    telegram.faults.next("sendMessage", fault)
    with pytest.raises(error, match=words):
        await bot.send_message(anna.id, "uno")
    assert anna.chat.from_bot == []
    await bot.send_message(anna.id, "due")
    assert anna.chat.last.text == "due"


@pytest.mark.parametrize(("fault", "error"), [(CallFault.timeout_after(), TimedOut), (CallFault.malformed(), TelegramError)])
async def test_after_acceptance_the_message_is_there_though_the_caller_does_not_know(
    bot: Bot, telegram: FakeTelegram, anna: Person, fault: CallFault, error: type[TelegramError]
) -> None:
    telegram.faults.next("sendMessage", fault)
    with pytest.raises(error):
        await bot.send_message(anna.id, "uno")
    assert anna.chat.last.text == "uno"


async def test_faults_choose_by_chat_count_and_predicate(bot: Bot, telegram: FakeTelegram, anna: Person, desk: Group) -> None:
    telegram.faults.next("sendMessage", CallFault.timeout(), chat=desk.id, count=2)
    telegram.faults.next(None, CallFault.blocked(), when=lambda _, parameters: parameters.get("text") == "no")
    await bot.send_message(anna.id, "sì")
    with pytest.raises(Forbidden):
        await bot.send_message(anna.id, "no")
    for _ in range(2):
        with pytest.raises(TimedOut):
            await bot.send_message(desk.id, "ciao")
    await bot.send_message(desk.id, "ciao")


async def test_a_fault_without_a_count_stays_until_cleared(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    telegram.faults.next("sendMessage", CallFault.network(), count=None)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(anna.id, "ciao")
    telegram.faults.clear()
    await bot.send_message(anna.id, "ciao")


async def test_polling_can_fail_too(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    anna.says("ciao")
    telegram.faults.next("getUpdates", CallFault.timeout_after())
    with pytest.raises(TimedOut):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_updates_can_arrive_twice(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    telegram.updates.doubles = 1
    anna.says("ciao")
    twice = await bot.get_updates()
    assert [update.update_id for update in twice] == [twice[0].update_id] * 2
    assert await bot.get_updates(offset=twice[0].update_id + 1) == ()


async def test_confirmed_updates_can_arrive_once_more_in_any_order(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    anna.says("uno")
    anna.says("due")
    one, two = (update.update_id for update in await bot.get_updates())
    await bot.get_updates(offset=two + 1)
    telegram.redeliver(two, one)
    assert [update.update_id for update in await bot.get_updates(offset=two + 1)] == [two, one]
    assert await bot.get_updates(offset=two + 1) == ()


async def test_waiting_updates_can_arrive_in_reverse(bot: Bot, telegram: FakeTelegram, anna: Person) -> None:
    anna.says("uno")
    anna.says("due")
    telegram.updates.shuffle()
    assert [update.message.text for update in await bot.get_updates()] == ["due", "uno"]


def send(telegram: FakeTelegram, chat: int) -> int:
    """The seconds to wait, or 0 for a message that went out."""
    return telegram.call("sendMessage", {"chat_id": chat, "text": "ciao"}).json.get("parameters", {}).get("retry_after", 0)


def limited(clock: ManualClock, rates: Rates | bool = True) -> FakeTelegram:
    telegram = FakeTelegram(clock=clock, limits=rates)
    for number in range(1, 40):
        telegram.user(number, f"P{number}").starts()
    telegram.group(-1001, "Sportello")
    return telegram


async def test_without_being_asked_no_rate_is_enforced(telegram: FakeTelegram, anna: Person) -> None:
    assert {send(telegram, anna.id) for _ in range(100)} == {0}


async def test_one_chat_takes_a_short_burst_and_then_one_message_a_second(clock: ManualClock) -> None:
    telegram = limited(clock)
    assert [send(telegram, 1) for _ in range(4)] == [0, 0, 0, 1]
    assert send(telegram, 2) == 0
    clock.advance(1)
    assert [send(telegram, 1) for _ in range(2)] == [0, 1]


async def test_the_burst_is_a_setting(clock: ManualClock) -> None:
    telegram = limited(clock, Rates(burst=1))
    assert [send(telegram, 1) for _ in range(2)] == [0, 1]


async def test_all_chats_together_take_30_messages_a_second(clock: ManualClock) -> None:
    telegram = limited(clock)
    assert [send(telegram, number) for number in range(1, 32)] == [0] * 30 + [1]
    clock.advance(1)
    assert send(telegram, 31) == 0


async def test_a_group_takes_20_messages_a_minute(clock: ManualClock) -> None:
    telegram = limited(clock)
    waits = []
    for _ in range(21):
        waits.append(send(telegram, -1001))
        clock.advance(1)
    assert waits == [0] * 20 + [40]
    clock.advance(39)
    assert send(telegram, -1001) == 0


async def test_an_album_counts_as_many_messages(clock: ManualClock) -> None:
    telegram = limited(clock)
    files = {"a": ("a.jpg", b"a")}
    media = [{"type": "photo", "media": "attach://a"}] * 4
    assert telegram.call("sendMediaGroup", {"chat_id": 1, "media": media}, files).code == 200
    # More than a burst, which nothing went before: what follows waits for all of it.
    assert [send(telegram, 1), clock.advance(1), send(telegram, 1), clock.advance(1), send(telegram, 1)][::2] == [2, 1, 0]
