"""A bound: what the best bot could do with the words that a group of managers gets."""

from __future__ import annotations

from collections import deque

from bot.fake_telegram import Rates


class BestGroup:
    """A group as the best bot could serve it: what can be joined is read at once, what cannot is sent as the limit permits.

    A new message is needed for each photo, for the first words of a case and for the first after a photo. Such messages go in the
    order in which they were said, as soon as fewer than twenty went within the last minute; words wait for the message that they
    are joined to, and for nothing else.
    """

    def __init__(self) -> None:
        self._sent = deque[float](maxlen=Rates().group)
        #: By citizen: when the newest message of the case is there, and if words can be joined to it.
        self._newest: dict[int, tuple[float, bool]] = {}
        #: When each was said, and its wait.
        self.waits: list[tuple[float, float]] = []

    def say(self, citizen: int, now: float, *, is_photo: bool) -> None:
        """Take in what a citizen says."""
        shown_at, can_join = self._newest.get(citizen, (0.0, False))
        if is_photo or not can_join:
            full = len(self._sent) == self._sent.maxlen
            shown_at = max(now, self._sent[-1] if self._sent else 0.0, self._sent[0] + 60 if full else 0.0)
            self._sent.append(shown_at)
        self._newest[citizen] = (shown_at, not is_photo)
        self.waits.append((now, max(0.0, shown_at - now)))
