"""Access to the console of a running bot: a manager gets a link in private, and the browser then keeps a cookie.

Both are signed with a key that only the processes of this bot have. A link works once and for ten minutes; its use is noted in
the database. What each role may do is in `console/server.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.usecases.ports import Unit

#: Seconds for which a link, and the visit that it begins, are good.
LINK_SECONDS, VISIT_SECONDS = 600.0, 8 * 3600.0
#: Characters of a link's ticket or a cookie, at most.
_LONGEST = 1000


class ConsoleRole(StrEnum):
    """The rights of a visitor of the console."""

    #: Reads and tries everything, changes nothing.
    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who uses the console: their name in the audit, the name that others see, and their rights."""

    actor: str
    name: str
    role: ConsoleRole


class ConsoleAccess:
    """The links and cookies of one bot's console."""

    def __init__(self, url: str, secret: bytes) -> None:
        """Set up access under the console's public `url`; without a `url` no links can be made."""
        self.url = f"{url.rstrip('/')}/" if url else ""
        self._secret = secret

    def link(self, visitor: Visitor, now: float) -> str:
        """Return the address by which a visitor enters. The ticket stands after "#", so that no proxy logs it."""
        return f"{self.url}#{self._signed('link', visitor, now)}"

    def enter(self, unit: Unit, ticket: str, now: float) -> Visitor | None:
        """Return the visitor for the ticket of a link; None if it has been used, is too old, or is forged."""
        visitor = self._read("link", ticket, now, LINK_SECONDS)
        if visitor is None or not unit.cooldowns.start(f"link {_digest(ticket)}", now, 2 * LINK_SECONDS):
            return None
        unit.audit.record(visitor.actor, "enter", f"console:{visitor.role}", now)
        return visitor

    def cookie(self, visitor: Visitor, now: float) -> str:
        """Return the text of a cookie for a visitor's stay that begins now."""
        return self._signed("visit", visitor, now)

    def visitor(self, cookie: str, now: float) -> Visitor | None:
        """Return the visitor named in a cookie; None if it is too old or forged."""
        return self._read("visit", cookie, now, VISIT_SECONDS)

    def _signed(self, kind: str, visitor: Visitor, now: float) -> str:
        body = base64.urlsafe_b64encode(json.dumps({"kind": kind, "at": now, **asdict(visitor)}).encode()).decode()
        return f"{body}.{self._signature(body)}"

    def _signature(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(), hashlib.sha256).hexdigest()

    def _read(self, kind: str, text: str, now: float, seconds: float) -> Visitor | None:
        body, _, signature = text.partition(".")
        if len(text) > _LONGEST or not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        written = json.loads(base64.urlsafe_b64decode(body))
        if written["kind"] != kind or not 0 <= now - written["at"] < seconds:
            return None
        return Visitor(written["actor"], written["name"], ConsoleRole(written["role"]))


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()[:32]
