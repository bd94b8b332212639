"""The only place where the parts are wired together."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.authoring.check import Report, check
from bot.authoring.load import read
from bot.dialogue.world import World
from bot.errors import ContentError
from bot.settings import load_settings, read_settings

#: The folder of the project: its own `flows/`, `catalogue/` and `config.yaml`.
HOME = Path(__file__).resolve().parent.parent
TIMEZONE = ZoneInfo("Europe/Rome")


def local_now() -> dt.datetime:
    """The time on the network's clocks, without a zone."""
    return dt.datetime.now(TIMEZONE).replace(tzinfo=None)


def _settings_file(content: Path) -> Path:
    """The settings beside the content; the project's own where there are none."""
    own = content / "config.yaml"
    return own if own.exists() else HOME / "config.yaml"


def world_of(content: Path, now: dt.datetime) -> World:
    """The world of a content folder at a time. Raises ContentError with every problem."""
    language = load_settings(_settings_file(content), os.environ).staff_language
    source = read(content, language)
    errors = check(source, now.date()).errors
    if source.content is None or errors:
        raise ContentError([str(problem) for problem in errors])
    return World.on(source.content, now.date())


def checked(content: Path, now: dt.datetime) -> Report:
    """The report on a content folder and its settings."""
    settings, problems = read_settings(_settings_file(content), os.environ)
    report = check(read(content, settings.staff_language), now.date())
    return replace(report, errors=(*problems.errors, *report.errors))
