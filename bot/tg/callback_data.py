"""The data of buttons: at most 64 bytes that say what a button does, and in which interview it was shown.

The data is signed with a key that only the bot knows, together with the chat: nobody can make up a press or use somebody else's.
Ids that are too long to carry are written as a digest, and looked up when the press arrives.
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
from bot.tg.limits import MAX_CALLBACK_DATA_BYTES

#: Bytes that a target may have of those of a button.
_MAX_TARGET_BYTES = 24
#: Characters of the signature, and of the digest of a long id.
_SIGNATURE_LENGTH, _DIGEST_LENGTH = 6, 12
#: Begin of a digest.
_DIGEST_MARK = "~"

#: Buttons stay in chats for years: letters are never given to another verb.
_LETTERS: Mapping[Verb, str] = {
    Verb.START: "s", Verb.ANSWER: "a", Verb.TOGGLE: "t", Verb.CONFIRM: "c", Verb.UNKNOWN: "u", Verb.SKIP: "k",
    Verb.DECLINE: "d", Verb.REOPEN: "r", Verb.WIDEN: "w", Verb.BACK: "b", Verb.CHANGE: "g", Verb.RESTART: "n", Verb.HELP: "h",
    Verb.SHOW: "v", Verb.MORE_QUESTIONS: "q", Verb.CARD: "o", Verb.LIST: "l", Verb.PAGE: "p", Verb.HUMAN: "m",
    Verb.OFFER_HUMAN: "f", Verb.NO_HUMAN: "x", Verb.CALENDAR: "e", Verb.MAP: "y",
    Verb.SHARE: "i", Verb.LEAVE: "j", Verb.HELPED: "z", Verb.MANAGE: "M",
    Verb.PICK: "Q", Verb.PRIVACY: "1", Verb.EXPORT: "2", Verb.ERASE: "3", Verb.CONSENT: "4",
    Verb.ALERT: "5", Verb.STOP_ALERT: "6", Verb.ALERTS: "7", Verb.SEND: "8", Verb.USEFUL: "9",
    Verb.BOOKMARK: "A", Verb.DROP_BOOKMARK: "B", Verb.BOOKMARKS: "D", Verb.HIDE: "E", Verb.UNHIDE: "F", Verb.LOCATE: "G",
    Verb.NEXT_WISH: "N",
}  # fmt: skip
_VERBS = {letter: verb for verb, letter in _LETTERS.items()}
#: Letters of managers' buttons as they were made before: each stood for a command, with its argument as the target.
_FORMER_COMMANDS = {"T": "prendi", "C": "chiudi", "P": "passa", "S": "proponi", "O": "scheda"}

#: A press without any effect: no interview has this number.
OLD = Press(Action(Verb.LIST), interview=-1)


class Buttons:
    """Encodes and decodes the data of buttons, for one bot."""

    def __init__(self, secret: str, username: str = "") -> None:
        """Derive the key from the bot's token, so that every process of the bot has the same; links lead to the username."""
        self.username = username
        self._key = hashlib.sha256(b"buttons" + secret.encode()).digest()
        #: Content, with its ids by digest. Replaced as a whole: several threads read it.
        self._known: tuple[Content, Mapping[str, str]] | None = None

    def data(self, action: Action, chat: int, interview: int) -> str:
        """Return the data of a button for a chat, at most 64 bytes."""
        head = f"{_LETTERS[action.verb]}{interview:x}:{_short(action.target, _MAX_TARGET_BYTES)}:"
        body = head + _short(action.value, MAX_CALLBACK_DATA_BYTES - _SIGNATURE_LENGTH - len(head.encode()))
        return self._signature(chat, body) + body

    def read(self, data: str, chat: int, content: Content) -> Press:
        """Return the press that a button's data stands for.

        It is `OLD` for forged data, another chat's, or content that no longer exists.
        """
        signature, body = data[:_SIGNATURE_LENGTH], data[_SIGNATURE_LENGTH:]
        parts = body.split(":", 2)
        if len(parts) != 3 or not hmac.compare_digest(signature.encode(), self._signature(chat, body).encode()):
            return OLD
        letter, number = parts[0][:1], int(parts[0][1:], 16)
        target, value = self._long(parts[1], content), self._long(parts[2], content)
        if target is None or value is None:
            return OLD
        if letter in _FORMER_COMMANDS:
            return Press(Action(Verb.MANAGE, _FORMER_COMMANDS[letter], target), number)
        return Press(Action(_VERBS[letter], target, value), number) if letter in _VERBS else OLD

    def _signature(self, chat: int, body: str) -> str:
        digest = hashlib.blake2b(f"{chat}:{body}".encode(), key=self._key, digest_size=_DIGEST_LENGTH).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_SIGNATURE_LENGTH]

    def _long(self, short: str, content: Content) -> str | None:
        """Return the full id for an id or digest in the data; None if it no longer exists."""
        if not short.startswith(_DIGEST_MARK):
            return short
        known = self._known
        if known is None or known[0] is not content:
            known = self._known = (content, {_digest(id): id for id in _ids(content)})
        return known[1].get(short)


def _short(id: str, most: int) -> str:
    """Return an id, or its digest if it is longer than so many bytes."""
    return id if len(id.encode()) <= most and not id.startswith(_DIGEST_MARK) else _digest(id)


def _digest(id: str) -> str:
    return _DIGEST_MARK + base64.urlsafe_b64encode(hashlib.sha256(id.encode()).digest()).decode()[:_DIGEST_LENGTH]


def _ids(content: Content) -> Iterator[str]:
    yield from (offer.id for offer in content.offers)
    yield from (service.id for service in content.services)
    yield from content.flows
    for attribute in content.vocabulary.attributes.values():
        yield attribute.id
        yield from attribute.terms
    yield from (CATEGORY + category for category in content.vocabulary.categories)
