"""The only place where the parts are wired together."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.authoring.check import Report, check
from bot.authoring.load import read_content
from bot.authoring.problems import Problems
from bot.authoring.queries import read_queries
from bot.core.content import Content
from bot.core.desks import Desk
from bot.dialogue.world import World
from bot.errors import ContentError, UsageError
from bot.language.meaning.sentence_vectors import Vectors, sentence_vectors
from bot.settings import Settings, desks_of, load_settings, read_settings
from bot.storage.schema import Database

#: The folder of the project: its own `flows/`, `catalogue/` and `config.yaml`.
HOME = Path(__file__).resolve().parent.parent
TIMEZONE = ZoneInfo("Europe/Rome")


def local(moment: float) -> dt.datetime:
    """The time on the network's clocks at a moment (seconds since 1970), without a zone."""
    return dt.datetime.fromtimestamp(moment, TIMEZONE).replace(tzinfo=None)


def local_now() -> dt.datetime:
    """The time on the network's clocks now, without a zone."""
    return dt.datetime.now(TIMEZONE).replace(tzinfo=None)


def _settings_file(content: Path) -> Path:
    """The settings beside the content; the project's own where there are none."""
    own = content / "config.yaml"
    return own if own.exists() else HOME / "config.yaml"


def settings_of(content: Path) -> Settings:
    """The settings of this installation. Raises UsageError with every fault."""
    try:
        return load_settings(_settings_file(content), os.environ)
    except ContentError as error:
        raise UsageError("\n".join(error.problems)) from error


def database_of(settings: Settings) -> Database:
    """The database of this installation. Raises UsageError for a URL of no known kind."""
    return Database(settings.database)


def content_of(content: Path, now: dt.datetime) -> Content:
    """The content of a folder. Raises ContentError with every problem."""
    return content_and_desks(content, now)[0]


def content_and_desks(content: Path, now: dt.datetime) -> tuple[Content, tuple[Desk, ...]]:
    """The content of a folder, and the desks that take its cases. Raises ContentError with every problem."""
    settings = load_settings(_settings_file(content), os.environ)
    source = read_content(content, settings.staff_language)
    problems = Problems(settings.staff_language)
    desks = desks_of(settings, source.words, problems)
    errors = [*problems.errors, *check(source, now.date()).errors]
    if source.content is None or errors:
        raise ContentError([str(problem) for problem in errors])
    return source.content, desks


def world_of(content: Path, now: dt.datetime) -> World:
    """The world of a content folder at a time. Raises ContentError with every problem, and UsageError."""
    return World.on(content_of(content, now), now.date(), vectors=vectors_of(settings_of(content)))


def vectors_of(settings: Settings) -> Vectors | None:
    """The vectors of sentences, if the settings want them. Raises UsageError where they are not installed."""
    return sentence_vectors() if settings.semantic else None


def checked(content: Path, now: dt.datetime) -> Report:
    """The report on a content folder and its settings."""
    settings, problems = read_settings(_settings_file(content), os.environ)
    source = read_content(content, settings.staff_language)
    report = check(source, now.date())
    desks_of(settings, source.words, problems)
    if source.content is not None:
        read_queries(content, source.content, problems)
    return replace(report, errors=(*problems.errors, *report.errors), warnings=(*problems.warnings, *report.warnings))


class Worlds:
    """The world of the day, built anew at midnight."""

    def __init__(
        self, content: Content, day: Callable[[float], dt.date], *, staffed: bool, vectors: Vectors | None = None
    ) -> None:
        self._content = content
        self._vectors = vectors
        self._day = day
        self._staffed = staffed
        self._world: World | None = None

    def __call__(self, now: float) -> World:
        """The world at a moment."""
        day = self._day(now)
        if self._world is None or self._world.dated.date != day:
            learnt = self._world.understanding if self._world is not None else None
            self._world = World.on(self._content, day, staffed=self._staffed, learnt=learnt, vectors=self._vectors)
        return self._world
