"""A Bot API in memory: it serves the tests, the preview and demonstrations, and ships with the package.

::

    telegram = FakeTelegram()
    bot = Bot(telegram.token, request=FakeRequest(telegram), get_updates_request=FakeRequest(telegram))
    anna = telegram.user(7, "Anna")
    anna.says("ciao")                       # an update for the bot
    telegram.chat(7).last.text              # what the bot said, after it was run

It is as strict as Telegram and a little stricter, and never looser on purpose. It is no model of Telegram's clients, nor of
what a bot such as ours does not use (payments, inline mode, business accounts, stories). The HTTP face is `bot.tg.fake.http`.
"""

from bot.tg.fake.errors import ApiError, Impossible
from bot.tg.fake.exchange import Press
from bot.tg.fake.faults import Break, Fault
from bot.tg.fake.groups import Group
from bot.tg.fake.limits import Rates
from bot.tg.fake.people import Anonymous, Channel, Person
from bot.tg.fake.request import FakeRequest
from bot.tg.fake.server import TOKEN, Answer, Call, Clock, FakeTelegram
from bot.tg.fake.state import RIGHTS, Chat, Message, Topic, User

__all__ = [
    "RIGHTS",
    "TOKEN",
    "Anonymous",
    "Answer",
    "ApiError",
    "Break",
    "Call",
    "Channel",
    "Chat",
    "Clock",
    "FakeRequest",
    "FakeTelegram",
    "Fault",
    "Group",
    "Impossible",
    "Message",
    "Person",
    "Press",
    "Rates",
    "Topic",
    "User",
]
