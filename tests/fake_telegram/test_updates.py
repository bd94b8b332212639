"""How updates reach the bot: polling, the webhook's settings, and what the bot says of itself."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Conflict, InvalidToken

from bot.fake_telegram import FakeRequest, FakeTelegram, ManualClock, Person

pytestmark = pytest.mark.asyncio


def texts(updates: tuple) -> list[str]:
    return [update.message.text for update in updates]


async def test_updates_come_again_until_an_offset_confirms_them(bot: Bot, anna: Person) -> None:
    anna.says("uno")
    anna.says("due")
    first = await bot.get_updates()
    assert first == await bot.get_updates()
    assert texts(await bot.get_updates(offset=first[0].update_id + 1)) == ["due"]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()


async def test_a_limit_cuts_and_a_negative_offset_forgets(bot: Bot, anna: Person) -> None:
    for text in ("uno", "due", "tre"):
        anna.says(text)
    assert texts(await bot.get_updates(limit=2)) == ["uno", "due"]
    assert texts(await bot.get_updates(offset=-1)) == ["tre"]
    assert texts(await bot.get_updates()) == ["tre"]


async def test_an_update_waits_for_24_hours_and_a_press_for_150_seconds(
    bot: Bot, telegram: FakeTelegram, anna: Person, clock: ManualClock
) -> None:
    telegram.call("sendMessage", {"chat_id": 7, "text": "?"})
    anna.presses_data(anna.chat.last, "y")
    anna.says("ciao")
    clock.advance(151)
    assert texts(await bot.get_updates()) == ["ciao"]
    clock.advance(86400)
    assert await bot.get_updates() == ()


async def test_only_the_kinds_that_were_asked_for_arrive(bot: Bot, anna: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    anna.says("niente")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    anna.says("di nuovo")
    assert texts(await bot.get_updates()) == ["di nuovo"]


async def test_a_long_poll_wakes_when_something_happens(bot: Bot, anna: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0)
    anna.says("ciao")
    assert texts(await poll) == ["ciao"]


async def test_a_long_poll_in_which_nothing_happens_ends_empty(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.fake_telegram.limits.LONG_POLL", 0.001)
    assert await bot.get_updates(timeout=30) == ()


async def test_a_second_poll_ends_the_first(bot: Bot, anna: Person) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(
        Conflict, match=r"terminated by other getUpdates request; make sure that only one bot instance is running"
    ):
        await first
    anna.says("ciao")
    assert len(await second) == 1


async def test_a_webhook_and_polling_exclude_each_other(bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0)
    await bot.set_webhook("https://bot.example.it/hook", secret_token="segreto", max_connections=5)
    with pytest.raises(Conflict, match=r"terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match=r"can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_the_webhook_tells_how_it_is(bot: Bot, anna: Person) -> None:
    assert (await bot.get_webhook_info()).url == ""
    await bot.set_webhook("https://bot.example.it/hook", allowed_updates=["message"])
    anna.says("ciao")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.allowed_updates) == ("https://bot.example.it/hook", 1, ("message",))
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://bot.example.it", None, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("bot", None, "invalid webhook URL specified"),
        ("https://bot.example.it", "perché", "secret token contains unallowed characters"),
        ("https://bot.example.it", "a" * 257, "secret token is too long"),
    ],
)
async def test_a_webhook_has_https_and_a_plain_secret(bot: Bot, url: str, secret: str | None, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i)^{reason}$"):
        await bot.set_webhook(url, secret_token=secret)


async def test_a_local_server_takes_a_webhook_by_plain_http() -> None:
    telegram = FakeTelegram(local=True)
    assert telegram.call("setWebhook", {"url": "http://127.0.0.1:8000"}).json["ok"]


async def test_a_wrong_token_opens_nothing(telegram: FakeTelegram) -> None:
    request = FakeRequest(telegram)
    with pytest.raises(InvalidToken, match=r"was rejected|Unauthorized"):
        await Bot("1:wrong", request=request, get_updates_request=request).initialize()


async def test_commands_are_kept_by_scope_and_language(bot: Bot, anna: Person) -> None:
    await bot.set_my_commands([("aiuto", "Chiedi aiuto")])
    await bot.set_my_commands([("help", "Get help")], scope=BotCommandScopeChat(anna.id), language_code="en")
    assert await bot.get_my_commands() == (BotCommand("aiuto", "Chiedi aiuto"),)
    assert await bot.get_my_commands(scope=BotCommandScopeChat(anna.id), language_code="en") == (BotCommand("help", "Get help"),)
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


@pytest.mark.parametrize(
    ("name", "description", "count", "reason"),
    [
        ("a" * 33, "x", 1, "command length must not exceed 32"),
        ("Aiuto", "x", 1, "BOT_COMMAND_INVALID"),
        ("aiuto", "a" * 257, 1, "command description length must not exceed 256"),
        ("aiuto", " ", 1, "command description must be non-empty"),
        ("aiuto", "x", 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_have_their_limits(bot: Bot, name: str, description: str, count: int, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i)^{reason}$"):
        await bot.set_my_commands([(name, description)] * count)


async def test_the_bot_describes_itself_by_language(bot: Bot) -> None:
    await bot.set_my_description("Ti aiuto a trovare servizi")
    await bot.set_my_description("I help", language_code="en")
    await bot.set_my_short_description("Servizi")
    await bot.set_my_name("Social Point")
    assert (await bot.get_my_description("en")).description == "I help"
    assert (await bot.get_my_description("fr")).description == "Ti aiuto a trovare servizi"
    assert (await bot.get_my_short_description()).short_description == "Servizi"
    assert (await bot.get_my_name()).name == (await bot.get_me()).first_name == "Social Point"


@pytest.mark.parametrize(("method", "longest"), [("description", 512), ("short_description", 120), ("name", 64)])
async def test_what_it_says_of_itself_has_its_length(bot: Bot, method: str, longest: int) -> None:
    change = getattr(bot, f"set_my_{method}")
    await change("a" * longest)
    with pytest.raises(BadRequest, match=r"(?i)too_long"):
        await change("a" * (longest + 1))


async def test_an_unknown_file_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"^Invalid file_id$"):
        await bot.get_file("niente")
