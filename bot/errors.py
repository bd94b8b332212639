"""The error tree: every error that the package raises on purpose.

::

    BotError
    ├── ContentError     flows, catalogue or config.yaml cannot be used; carries every problem found
    ├── LanguageDataError  a file of words within the package cannot be used
    ├── UsageError       a command was called, or the bot set up, in a way that cannot work
    ├── StoreUnavailable the database cannot be reached or cannot write for now; nothing happened
    ├── RoleUnavailable  Telegram does not say which role an account has in its group
    └── Unreadable       an update that is not what Telegram documents; trying again would not help

Nothing in here prints or logs; the commands turn these into one clear sentence and an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """Base of every error that the package raises on purpose."""


class ContentError(BotError):
    """Content that cannot be used.

    `problems` holds one sentence for each fault, already in the language of the staff and with its place in front.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class LanguageDataError(BotError):
    """A file of words of a language cannot be used; the message begins with its name within `bot/language/`."""


class UsageError(BotError):
    """A command was called in a way that cannot work; the message says what to do instead."""


class StoreUnavailable(BotError):
    """The database cannot be reached or cannot write for now. The transaction had no effect and may be tried again."""


class RoleUnavailable(BotError):
    """Telegram does not say for now which role an account has in a desk's group."""


class Unreadable(BotError):
    """An update that is not what Telegram documents. Trying again would not help."""
