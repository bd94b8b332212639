"""The repositories for the work of staff: content versions, confirmations of services, sentences to teach. Protocols only.

They are parts of the unit of work in `ports.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.confirmation import Confirmation
from bot.core.unread import UnreadSentence
from bot.usecases.versions import ContentVersion


@dataclass(frozen=True, slots=True)
class NeedsReport:
    """The report on needs as a message: its main sentences, and its page; "" where there is nothing to report."""

    sentences: str
    page: str


#: Returns the report on some months (since the year 0), at a moment. It reads all the ledger, which takes seconds.
NeedsReporter = Callable[[range, float], NeedsReport]


class UnreadSentences(Protocol):
    """The sentences that the bot did not understand, masked."""

    def add(self, sentence: UnreadSentence, now: float) -> None:
        """Store a sentence with the day, but not the time, at which it was written."""

    def rows(self, since: float, until: float) -> Iterator[UnreadSentence]:
        """Yield the sentences from time `since` up to but not including `until`, the oldest first."""

    def words_of(self, pseudonyms: Sequence[str]) -> Sequence[str]:
        """Return the sentences of one citizen, found by their pseudonyms in the ledger."""

    def erase(self, pseudonyms: Sequence[str]) -> None:
        """Delete the sentences of one citizen."""

    def purge(self, before: float, most: int) -> int:
        """Delete sentences from before a time, at most so many, and return how many."""


class Confirmations(Protocol):
    """The newest answer of a desk about the validity of each service."""

    def put(self, answer: Confirmation) -> None:
        """Store the answer about a service, replacing the earlier one."""

    def list_all(self) -> Mapping[str, Confirmation]:
        """Return the newest answers by the id of their service."""


class ContentVersions(Protocol):
    """The published versions of the content, each with all its files; the newest one is in use."""

    def add(self, version: ContentVersion, archive: str) -> bool:
        """Store a version with its files, and return True; False if one with its number is stored already."""

    def newest(self) -> ContentVersion | None:
        """Return the version in use; None if none was ever published."""

    def get(self, number: int) -> ContentVersion | None:
        """Return a version by its number; None if it is not stored."""

    def archive(self, number: int) -> str:
        """Return the files of a version that is kept."""

    def list(self) -> Sequence[ContentVersion]:
        """Return all versions that are kept, the newest first."""

    def purge(self, upto: int) -> None:
        """Delete the versions up to a number."""
