"""Publishing content to the database of an installation.

Checking all of it first, going back, and the content at a bot's start.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.authoring.load import read_content
from bot.authoring.publication_effects import effects_between
from bot.authoring.publish import ContentFiles, digest_of, dump_files, load_files, read_files, write_files
from bot.core.content import Content
from bot.core.desks import Desk
from bot.errors import BotError, UsageError
from bot.installation import content_and_desks_in, local
from bot.settings import Settings
from bot.staff_language import translate
from bot.storage.schema import Database
from bot.usecases.ports import Unit
from bot.usecases.publishing import Publication, publish, restore_version
from bot.usecases.versions import ContentVersion, version_before

log = structlog.get_logger("bot")

#: The longest reason of a version, in characters.
_LONGEST_REASON = 500
#: Open interviews that are looked at before a publication: a millisecond each.
_MOST_SESSIONS = 500


@dataclass(frozen=True)
class StartingContent:
    """The content that a bot starts with, its desks, and the number of its version."""

    content: Content
    desks: Sequence[Desk]
    version: int


def publish_files(
    database: Database,
    settings: Settings,
    files: ContentFiles,
    now: float,
    *,
    reason: str = "",
    author: str = "",
    follows: int | None = None,
) -> ContentVersion:
    """Check content files, publish them as the next version, and return it.

    Raises ContentError with every problem, and UsageError if the same content is in use already, or another version was published
    since the one that it `follows`; nothing has changed then.
    """
    digest = digest_of(files)
    newest = database.once(lambda unit: unit.content_versions.newest())
    if newest is not None and newest.digest == digest:
        message = translate("Non c'è niente da pubblicare: i contenuti sono quelli della versione {number}.")
        raise UsageError(message.format(number=newest.number))
    content_and_desks_in(files, settings, local(now))
    archive = dump_files(files)
    words = " ".join(reason.split())[:_LONGEST_REASON]
    publication = Publication(digest, archive, words, author, follows)
    version = database.once(lambda unit: publish(unit, publication, now, settings.publishing.keep))
    if version is None:
        raise _refusal_of_second()
    return version


def undo(database: Database, settings: Settings, now: float, *, author: str = "", to: int | None = None) -> ContentVersion:
    """Publish an earlier version again, the one before that in use or the version `to`, and return the new version.

    Raises UsageError if there is none, and ContentError if it would not be sound today; nothing has changed then.
    """
    versions = database.once(lambda unit: unit.content_versions.list())
    earlier = version_before(versions) if to is None else next((one for one in versions if one.number == to), None)
    if earlier is None:
        raise UsageError(
            translate("Non c'è una versione precedente a cui tornare.")
            if to is None
            else translate("La versione {number} non c'è, o non è più conservata.").format(number=to)
        )
    content_and_desks_in(files_of(database, earlier.number), settings, local(now))
    reason = translate("Ritorno alla versione {number}").format(number=earlier.number)
    keep = settings.publishing.keep
    again = database.once(partial(restore_version, number=earlier.number, now=now, reason=reason, author=author, keep=keep))
    if again is None:
        raise _refusal_of_second()
    return again


def files_of(database: Database, number: int) -> ContentFiles:
    """Return the files of a version. Raises UsageError if it is not kept."""

    def archive(unit: Unit) -> str | None:
        return unit.content_versions.archive(number) if unit.content_versions.get(number) is not None else None

    found = database.once(archive)
    if found is None:
        raise UsageError(translate("La versione {number} non c'è, o non è più conservata.").format(number=number))
    return load_files(found)


def effects_of(database: Database, settings: Settings, files: ContentFiles, now: float) -> list[str]:
    """Return in sentences how publishing content files would affect people; empty if the files have errors.

    The first publication changes nothing, since nobody has seen anything before.
    """
    versions = database.once(lambda unit: unit.content_versions.list())
    if not versions:
        return []
    before, after = (_readable(one, settings) for one in (files_of(database, versions[0].number), files))
    if before is None or after is None:
        return []
    sessions = database.once(lambda unit: unit.inbox.sessions(_MOST_SESSIONS))
    return effects_between(before, after, local(now).date(), sessions)


def _readable(files: ContentFiles, settings: Settings) -> Content | None:
    with tempfile.TemporaryDirectory(prefix="content-") as folder:
        write_files(files, Path(folder))
        return read_content(Path(folder), settings.staff_language).content


def starting_content(folder: Path, settings: Settings, database: Database, now: float) -> StartingContent:
    """Return the content to start with: the folder's if it was never published, else the newest published version.

    A folder with errors is logged and ignored: the last good version goes on. Raises ContentError and UsageError without one.
    """
    versions = database.once(lambda unit: unit.content_versions.list())
    try:
        files = read_files(folder)
        if any(one.digest == digest_of(files) for one in versions):
            return _published(database, settings, versions[0], now)
        content, desks = content_and_desks_in(files, settings, local(now))
    except BotError as error:
        if not versions:
            raise
        log.error("content_refused", folder=str(folder), problems=str(error).splitlines())  # noqa: TRY400 - the sentence says it
        message = translate("La cartella {folder} ha errori: il bot continua con la versione {number} del {when}.")
        when = f"{local(versions[0].published_at):%d/%m/%Y %H:%M}"
        log.warning("content_kept", message=message.format(folder=folder, number=versions[0].number, when=when))
        return _published(database, settings, versions[0], now)
    reason = translate("Avvio del bot con la cartella {folder}").format(folder=folder.resolve().name)
    publication = Publication(digest_of(files), dump_files(files), reason)
    version = database.once(lambda unit: publish(unit, publication, now, settings.publishing.keep))
    # Another worker that starts at the same moment has published the same folder.
    return StartingContent(content, desks, version.number if version is not None else 0)


def _published(database: Database, settings: Settings, version: ContentVersion, now: float) -> StartingContent:
    content, desks = content_and_desks_in(files_of(database, version.number), settings, local(now))
    return StartingContent(content, desks, version.number)


def _refusal_of_second() -> UsageError:
    return UsageError(
        translate(
            "Nel frattempo qualcun altro ha pubblicato. Guarda che cosa è cambiato e pubblica di nuovo. Non hai perso niente."
        )
    )
