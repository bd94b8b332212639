"""A Bot API in memory: it serves the tests, the preview and demonstrations, and ships with the package.

::

    telegram = FakeTelegram()
    bot = Bot(telegram.token, request=FakeRequest(telegram), get_updates_request=FakeRequest(telegram))
    anna = telegram.user(7, "Anna")
    anna.says("ciao")                       # an update for the bot
    telegram.chat(7).last.text              # what the bot said, after it was run

It is as strict as Telegram and a little stricter, and never looser on purpose. It is no model of Telegram's clients, nor of
what a bot such as ours does not use (payments, inline mode, business accounts, stories). The HTTP face is in `http.py`.
"""

from bot.fake_telegram.errors import ApiError, Impossible
from bot.fake_telegram.faults import Break, CallFault
from bot.fake_telegram.groups import Group
from bot.fake_telegram.limits import Rates
from bot.fake_telegram.people import Anonymous, Channel, Person
from bot.fake_telegram.request import FakeRequest
from bot.fake_telegram.server import TOKEN, ApiResponse, Call, FakeTelegram, ManualClock
from bot.fake_telegram.state import RIGHTS, Chat, ForumTopic, Message, User
from bot.fake_telegram.switchboard import ButtonPress

__all__ = [
    "RIGHTS",
    "TOKEN",
    "Anonymous",
    "ApiError",
    "ApiResponse",
    "Break",
    "ButtonPress",
    "Call",
    "CallFault",
    "Channel",
    "Chat",
    "FakeRequest",
    "FakeTelegram",
    "ForumTopic",
    "Group",
    "Impossible",
    "ManualClock",
    "Message",
    "Person",
    "Rates",
    "User",
]
