"""Every limit of the Bot API in one place, and the meter that enforces its rates.

Numbers are those of the Bot API reference unless a comment names another source. Nothing here knows what a message is.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from bot.fake_telegram.errors import too_many_requests

#: Characters, after parsing of entities.
TEXT = 4096
CAPTION = 1024
CALLBACK_ANSWER = 200
#: Characters of a topic's name.
TOPIC_NAME = 128
BOT_NAME = 64
BOT_DESCRIPTION = 512
BOT_SHORT_DESCRIPTION = 120
COMMANDS = 100
COMMAND = 32
COMMAND_DESCRIPTION = 256
POLL_QUESTION = 300
POLL_OPTION = 100
POLL_OPTIONS = 12
VCARD_BYTES = 2048
#: Bytes.
CALLBACK_DATA_BYTES = 64
#: Buttons in all, and in a row: not in the reference; what bot authors report.
KEYBOARD_BUTTONS = 100
KEYBOARD_ROW = 8
MEDIA_GROUP_MIN = 2
MEDIA_GROUP = 10
MESSAGE_IDS = 100
#: Updates in one answer to getUpdates.
UPDATES = 100
#: Seconds of a long poll: the server's LONG_POLL_MAX_TIMEOUT.
LONG_POLL = 50
#: Bytes.
PHOTO_BYTES = 10 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
SECRET_TOKEN = 256
WEBHOOK_CONNECTIONS = 100
#: Seconds after which a message can no longer be deleted.
DELETE_SECONDS = 48 * 3600
#: Seconds that an update waits for the bot: 24 hours, but a button press 150 s (Bot API server, `add_update`).
UPDATE_SECONDS = 86400
#: A press that could not be delivered any more cannot be answered either: our reading, the real limit is not published.
CALLBACK_SECONDS = 150

TOPIC_COLORS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})

CHAT_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip

#: The emoji with which a bot may react; one reaction a message.
REACTIONS = frozenset(
    {
        "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊", "🤡",
        "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕",
        "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅",
        "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡",
    }
)  # fmt: skip
REACTIONS_PER_MESSAGE = 1


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates at which a bot may send (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

    #: Messages in any second, to all chats together.
    overall: int = 30
    #: Messages a second to one private chat, in the long run.
    private: float = 1.0
    #: Messages that one private chat takes at once: "we may allow short bursts"; no number is documented.
    burst: int = 3
    #: Messages in any minute to one group.
    group: int = 20


class Meter:
    """Counts accepted messages against the allowed rates; refused messages do not count."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._recent: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        #: Per private chat: messages still allowed, and when that was true.
        self._private: dict[int, tuple[float, float]] = {}

    def admit(self, chat_id: int, count: int, now: float) -> None:
        """Count messages as sent if the rates allow all of them.

        Raises:
            ApiError: 429 with whole seconds to wait, if they do not.

        """
        waits = [_wait(self._recent, self.rates.overall, 1, count, now)]
        tokens = 0.0
        if chat_id > 0:
            left, then = self._private.get(chat_id, (float(self.rates.burst), now))
            held = min(self.rates.burst, left + (now - then) * self.rates.private)
            tokens = held - count
            # An album of more than a burst goes when nothing went before; what follows waits for it.
            waits.append((min(count, self.rates.burst) - held) / self.rates.private)
        else:
            waits.append(_wait(self._groups[chat_id], self.rates.group, 60, count, now))
        if max(waits) > 0:
            raise too_many_requests(max(1, math.ceil(max(waits))))
        if chat_id > 0:
            self._private[chat_id] = (tokens, now)
        else:
            self._groups[chat_id].extend([now] * count)
        self._recent.extend([now] * count)


def _wait(times: deque[float], most: int, window: float, count: int, now: float) -> float:
    """Return the seconds until `count` more messages fit into the window."""
    while times and times[0] <= now - window:
        times.popleft()
    excess = len(times) + count - most
    if excess <= 0:
        return 0
    return window if excess > len(times) else times[excess - 1] + window - now
