"""The incoming messages: a text, a press of a button, a command, an attachment, or news of a case.

Reading them in the light of the current screen is in `interpret.py`; Telegram's updates that carry them are in `tg/updates.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.replies import Action
from bot.core.topics import DangerReport


@dataclass(frozen=True, slots=True)
class Text:
    """A typed message."""

    text: str
    #: The channel shows a key beside every button, which can be typed; Telegram shows none.
    shows_keys: bool = False
    #: Its number in the chat (0 where messages have none); it is an earlier message with other words.
    message: int = field(default=0, compare=False)
    is_edited: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button."""

    action: Action
    #: The number of the interview that the button was shown in; None for a button of now.
    interview: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command without its slash, and the words after it."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A message that is not text: a photo, a voice message, a place, a sticker."""

    #: True for a kind that asks for nothing, like a sticker; any other may be meant for a person.
    is_playful: bool
    album_id: str = ""
    #: Its number in the chat, and its kind: "photo", "voice" …
    message: int = 0
    kind: str = ""
    #: The latitude and longitude of a place, in degrees.
    position: tuple[float, float] | None = None


class NewsKind(StrEnum):
    """The kinds of news about a case that do not come from its citizen."""

    #: A case that waits for a manager: after it was opened, or opened again.
    OPENED = "opened"
    REOPENED = "reopened"
    TAKEN = "taken"
    #: Another manager is going to answer.
    PASSED = "passed"
    #: More was added to a case that waits.
    ADDED = "added"
    #: The answer takes longer than was promised, or than the desk is open.
    DELAYED = "delayed"
    #: The manager writes again at a time.
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    #: The citizen can open no more cases; can open cases again.
    BARRED = "barred"
    UNBARRED = "unbarred"
    #: All that was kept of the citizen is erased.
    ERASED = "erased"
    #: Offers that the citizen waited for take applications.
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class News:
    """News that a case has changed; it comes from managers or timers rather than from the citizen."""

    kind: NewsKind
    #: The manager who answers, or has answered.
    name: str = ""
    #: The number of cases that wait before this one.
    ahead: int = 0
    #: The time by which a manager answers, and at which the desk opens if it is closed now (local time).
    by: dt.datetime | None = None
    opens: dt.datetime | None = None
    #: No desk will ever answer.
    nobody: bool = False
    #: The desk cannot be reached now: it is sent when it can.
    is_unsent: bool = False
    #: The danger for which the case was opened.
    danger: DangerReport | None = None
    #: The texts that say what remains after all was erased.
    remains: tuple[str, ...] = ()


Incoming = Text | Press | Command | Attachment | News

#: A command: its name, the bot it is for (in groups), and the words after it.
_COMMAND = re.compile(r"/(\w{1,32}\+?)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.ASCII)


def parse_line(line: str, *, shows_keys: bool = False) -> Text | Command:
    """Return a typed line as a command if it begins with a slash and a word ("/cerca nido"), otherwise as a text.

    `shows_keys`: the channel shows a key beside every button.
    """
    command = _COMMAND.fullmatch(line.strip())
    if command is None:
        return Text(line, shows_keys)
    return Command(command[1].lower(), (command[2] or "").strip())
