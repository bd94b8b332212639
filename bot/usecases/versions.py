"""Versions of content as they stand in the history. Publishing one is in `publishing.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """A version of the content that was published: when, by whom and why. Its files are in its archive."""

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
        """Return the number of the version that first had this content."""
        return self.number if self.restores is None else self.restores


def version_before(versions: Sequence[ContentVersion]) -> ContentVersion | None:
    """Return the version that going back one step leads to: the newest one from before the content that counts now.

    `versions` are the newest first. Going back twice leads two steps back, not forth again.
    """
    if not versions:
        return None
    now = versions[0]
    return next((one for one in versions if one.origin < now.origin and one.digest != now.digest), None)
