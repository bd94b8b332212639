"""Publication of content versions: each whole or not at all, reversible, and followed by every running bot.

The history only grows: taking a version back publishes the earlier one again. So a publication is one row, written in one
transaction. The meaning of the files is not known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bot.errors import BotError
from bot.usecases.ports import Store, Unit
from bot.usecases.versions import ContentVersion

log = structlog.get_logger("bot")

_Loaded = TypeVar("_Loaded")

#: Versions that are kept when nothing else is set; older ones are deleted.
KEEP_VERSIONS = 30
#: Characters of an actor in the audit.
_ACTOR_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Publication:
    """Content files to publish, with author and reason; `follows` is the version they were made from, if that matters."""

    digest: str
    archive: str
    reason: str = ""
    author: str = ""
    follows: int | None = None


def publish(unit: Unit, publication: Publication, now: float, keep: int = KEEP_VERSIONS) -> ContentVersion | None:
    """Store content files as the next version, which every bot on this database then loads, and return it.

    Returns None and stores nothing if another version was published since the one it `follows`, or at the same moment.
    """
    newest = unit.content_versions.newest()
    number = newest.number if newest is not None else 0
    if publication.follows not in (None, number):
        return None
    version = ContentVersion(number + 1, now, publication.digest, publication.reason, publication.author)
    return version if _add(unit, version, publication.archive, keep) else None


def restore_version(
    unit: Unit, number: int, now: float, *, reason: str, author: str, keep: int = KEEP_VERSIONS
) -> ContentVersion | None:
    """Publish an earlier version again, and return the new one.

    None if that version is no longer stored, or another one was published at the same moment.
    """
    newest, earlier = unit.content_versions.newest(), unit.content_versions.get(number)
    if newest is None or earlier is None:
        return None
    version = ContentVersion(newest.number + 1, now, earlier.digest, reason, author, restores=earlier.origin)
    return version if _add(unit, version, unit.content_versions.archive(number), keep) else None


def _add(unit: Unit, version: ContentVersion, archive: str, keep: int) -> bool:
    if not unit.content_versions.add(version, archive):
        return False
    unit.content_versions.purge(version.number - keep)
    actor = f"console:{version.author}"[:_ACTOR_CHARACTERS] if version.author else "program"
    unit.audit.record(
        actor, "publish" if version.restores is None else "restore", f"content:{version.number}", version.published_at
    )
    return True


class ContentFollower(Generic[_Loaded]):
    """Keeps a running bot on the newest version: loads and trains it in the background, then switches to it at once."""

    def __init__(self, store: Store, number: int, load: Callable[[str], _Loaded], swap: Callable[[_Loaded], None]) -> None:
        """Begin at version `number`; `load` reads an archive, which may take seconds, and `swap` puts the result in use."""
        self.number = number
        self._store = store
        self._load = load
        self._swap = swap
        #: Called after each swap; a running bot tells Telegram its new commands.
        self.on_swap: Callable[[], None] = lambda: None

    async def step(self) -> float | None:
        """Load and use the newest version if there is a newer one. Raises StoreUnavailable."""
        newest = await self._store.do(lambda unit: unit.content_versions.newest())
        if newest is None or newest.number == self.number:
            return None
        archive = await self._store.do(lambda unit: unit.content_versions.archive(newest.number))
        try:
            loaded = await asyncio.to_thread(self._load, archive)
        except BotError as error:
            # It was checked when it was published, by a bot of another version or on another day.
            log.error("content_refused", version=newest.number, problem=str(error).partition("\n")[0])  # noqa: TRY400
        else:
            self._swap(loaded)
            self.on_swap()
            log.info("content_swapped", version=newest.number)
        self.number = newest.number
        return None
