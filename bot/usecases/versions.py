"""Content versions as stored in the history. Publishing one is in `publishing.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """A published version of the content: when, by whom and why. Its files are stored in its archive."""

    number: int
    #: Seconds since 1970 (UTC).
    published_at: float
    #: Equal for equal files.
    digest: str
    reason: str = ""
    author: str = ""
    #: The version whose content this one brought back.
    restores: int | None = None

    @property
    def origin(self) -> int:
        """Return the number of the version that first had this content; another number only if it was restored."""
        return self.number if self.restores is None else self.restores


def version_before(versions: Sequence[ContentVersion]) -> ContentVersion | None:
    """Return the version to restore when going back one step: the newest with other content than that in use.

    `versions` are the newest first. Going back twice leads two steps back, not forth again.
    """
    if not versions:
        return None
    now = versions[0]
    return next((one for one in versions if one.origin < now.origin and one.digest != now.digest), None)
