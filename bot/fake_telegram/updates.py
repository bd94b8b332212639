"""The queue of updates from Telegram to the bot: those waiting, those confirmed, the kinds asked for, and the webhook.

Pure: to be told of new updates, subscribe to `changed`. Delivery over HTTP is `delivery.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.fake_telegram import limits
from bot.fake_telegram.parameters import JsonObject

#: Delivered only when asked for by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """The address to which updates are posted."""

    url: str
    secret_token: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class Updates:
    """Updates in the order in which they happened."""

    clock: Callable[[], float]
    #: Not yet confirmed, with the time at which each is dropped.
    _waiting: list[tuple[JsonObject, float]] = field(default_factory=list)
    #: Delivered once more, in this order, whatever was confirmed.
    _again: list[JsonObject] = field(default_factory=list)
    #: Every update that ever was, by id.
    history: dict[int, JsonObject] = field(default_factory=dict)
    #: None: all kinds but those which must be asked for.
    allowed: frozenset[str] | None = None
    webhook: WebhookAddress | None = None
    #: The last failure to deliver to the webhook: when, and why.
    failure: tuple[int, str] | None = None
    #: Set by tests: how many of the next updates arrive twice.
    doubles: int = 0
    #: Called whenever something that a waiting caller must see has changed.
    changed: list[Callable[[], None]] = field(default_factory=list)
    #: Counts calls of getUpdates: an older one that still waits has lost.
    poll: int = 0
    _next: int = 500_000_001

    def push(self, kind: str, payload: JsonObject, *, lives: int = limits.UPDATE_SECONDS) -> JsonObject | None:
        """Queue an update, unless the bot did not ask for its kind."""
        if kind in _ON_REQUEST if self.allowed is None else kind not in self.allowed:
            return None
        update = {"update_id": self._next, kind: payload}
        self.history[self._next] = update
        self._next += 1
        self._waiting.append((update, self.clock() + lives))
        if self.doubles:
            self.doubles -= 1
            self._again.append(update)
        self.notify()
        return update

    def waiting(self) -> list[JsonObject]:
        """Return all updates that would be delivered now."""
        now = self.clock()
        self._waiting = [(update, until) for update, until in self._waiting if until > now]
        return [*self._again, *(update for update, _ in self._waiting)]

    def fetch(self, offset: int, limit: int) -> list[JsonObject]:
        """Return up to `limit` waiting updates, as getUpdates does.

        An offset confirms all updates before it; a negative offset confirms all but so many at the end.
        """
        self.waiting()
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [(update, until) for update, until in self._waiting if update["update_id"] >= offset]
        batch = self.waiting()[:limit]
        self._again = self._again[len(batch) :]
        return batch

    def confirm(self, update: JsonObject) -> None:
        """Remove an update that the webhook has accepted."""
        if any(update is other for other in self._again):
            self._again = [other for other in self._again if other is not update]
        else:
            self._waiting = [(other, until) for other, until in self._waiting if other is not update]

    def drop(self) -> None:
        """Delete all waiting updates."""
        self._waiting.clear()
        self._again.clear()

    def redeliver(self, update_ids: Sequence[int]) -> None:
        """Deliver old updates once more, in this order."""
        self._again += [self.history[update_id] for update_id in update_ids]
        self.notify()

    def shuffle(self) -> None:
        """Reverse the order of waiting updates: the newest arrives first."""
        self._waiting.reverse()

    def notify(self) -> None:
        """Call all subscribers, because the queue has changed."""
        for tell in list(self.changed):
            tell()

    def ask_for(self, kinds: Sequence[str] | None) -> None:
        """Set the kinds of updates that the bot receives; None keeps the present choice, an empty list restores the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None
