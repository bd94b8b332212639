"""The Bot API's limits for messages, buttons and topics (core.telegram.org/bots/api).

The rates at which Telegram may be called are in `usecases/calls.py` (`Limits`): the outbox of every channel needs them.
"""

from __future__ import annotations

#: The longest text and caption, in UTF-16 code units.
MAX_TEXT, MAX_CAPTION = 4096, 1024
#: Characters that a button copies (CopyTextButton).
MAX_COPIED_TEXT = 256
#: Bytes of the data of a button (InlineKeyboardButton).
MAX_CALLBACK_DATA_BYTES = 64
#: Messages that one deleteMessages deletes.
MAX_DELETED_MESSAGES = 100
#: Characters of the name of a topic (createForumTopic).
MAX_TOPIC_NAME = 128
