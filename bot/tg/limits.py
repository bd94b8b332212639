"""The Bot API's limits for messages, buttons and topics (core.telegram.org/bots/api).

The rates at which Telegram may be called are in `usecases/calls.py` (`Limits`): the outbox of every channel needs them.
"""

from __future__ import annotations

#: The longest text and caption, in UTF-16 code units.
TEXT, CAPTION = 4096, 1024
#: Characters that a button copies (CopyTextButton).
COPIED_TEXT = 256
#: Bytes of the data of a button (InlineKeyboardButton).
CALLBACK_DATA_BYTES = 64
#: Messages that one deleteMessages deletes.
DELETED_MESSAGES = 100
#: Characters of the name of a topic (createForumTopic).
TOPIC_NAME = 128
