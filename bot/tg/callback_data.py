"""What a button carries: at most 64 bytes that say what it does, for which chat, and in which interview it was shown.

The data is signed with a key that only the bot knows, together with the chat: nobody can make up a press or use somebody else's.
Ids that are too long to carry are written as a digest and looked up when the press arrives.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping

from bot.core.attributes import CATEGORY
from bot.core.content import Content
from bot.core.replies import Action, Verb
from bot.dialogue.incoming import Press

#: What Telegram takes, and how much of it a target or a value may have.
MOST_BYTES = 64
_LONGEST = 24
_TAG = 6
_DIGEST = 12
_MARK = "~"

#: Buttons stay in chats for years: letters are never given to another verb.
_LETTERS: Mapping[Verb, str] = {
    Verb.START: "s", Verb.ANSWER: "a", Verb.TOGGLE: "t", Verb.CONFIRM: "c", Verb.UNKNOWN: "u", Verb.SKIP: "k",
    Verb.DECLINE: "d", Verb.REOPEN: "r", Verb.WIDEN: "w", Verb.BACK: "b", Verb.CHANGE: "g", Verb.RESTART: "n", Verb.HELP: "h",
    Verb.SHOW: "v", Verb.MORE_QUESTIONS: "q", Verb.CARD: "o", Verb.LIST: "l", Verb.PAGE: "p", Verb.HUMAN: "m",
    Verb.OFFER_HUMAN: "f", Verb.NO_HUMAN: "x", Verb.CALENDAR: "e", Verb.MAP: "y",
    Verb.SHARE: "i", Verb.LEAVE: "j", Verb.HELPED: "z", Verb.MANAGE: "M",
}  # fmt: skip
_VERBS = {letter: verb for verb, letter in _LETTERS.items()}
#: Letters of managers' buttons as they were made before: each stood for a command, with its argument as the target.
_FORMER_COMMANDS = {"T": "prendi", "C": "chiudi", "P": "passa", "S": "proponi", "O": "scheda"}

#: A press that means nothing any more: no interview has this number.
OLD = Press(Action(Verb.LIST), interview=-1)


class Buttons:
    """Writes and reads the data of buttons."""

    def __init__(self, secret: str) -> None:
        """The secret is the bot's token, so that every process of one bot agrees."""
        self._key = hashlib.sha256(b"buttons" + secret.encode()).digest()
        self._content: Content | None = None
        self._ids: Mapping[str, str] = {}

    def data(self, action: Action, chat: int, interview: int) -> str:
        """The data of a button; at most 64 bytes."""
        head = f"{_LETTERS[action.verb]}{interview:x}:{_short(action.target, _LONGEST)}:"
        body = head + _short(action.value, MOST_BYTES - _TAG - len(head.encode()))
        return self._tag(chat, body) + body

    def read(self, data: str, chat: int, content: Content) -> Press:
        """What was pressed; `OLD` for what was made up, belongs to another chat, or names what is no more."""
        tag, body = data[:_TAG], data[_TAG:]
        parts = body.split(":", 2)
        if len(parts) != 3 or not hmac.compare_digest(tag.encode(), self._tag(chat, body).encode()):
            return OLD
        letter, number = parts[0][:1], int(parts[0][1:], 16)
        target, value = self._long(parts[1], content), self._long(parts[2], content)
        if target is None or value is None:
            return OLD
        if letter in _FORMER_COMMANDS:
            return Press(Action(Verb.MANAGE, _FORMER_COMMANDS[letter], target), number)
        return Press(Action(_VERBS[letter], target, value), number) if letter in _VERBS else OLD

    def _tag(self, chat: int, body: str) -> str:
        digest = hashlib.blake2b(f"{chat}:{body}".encode(), key=self._key, digest_size=_DIGEST).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_TAG]

    def _long(self, short: str, content: Content) -> str | None:
        if not short.startswith(_MARK):
            return short
        if self._content is not content:
            self._content, self._ids = content, {_digest(id): id for id in _ids(content)}
        return self._ids.get(short)


def _short(id: str, most: int) -> str:
    """An id, or its digest if it is longer than so many bytes."""
    return id if len(id.encode()) <= most and not id.startswith(_MARK) else _digest(id)


def _digest(id: str) -> str:
    return _MARK + base64.urlsafe_b64encode(hashlib.sha256(id.encode()).digest()).decode()[:_DIGEST]


def _ids(content: Content) -> Iterator[str]:
    yield from (offer.id for offer in content.offers)
    yield from content.flows
    for attribute in content.vocabulary.attributes.values():
        yield attribute.id
        yield from attribute.terms
    yield from (CATEGORY + category for category in content.vocabulary.categories)
