"""The only place where the parts are wired together."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.authoring.check import Report, check
from bot.authoring.load import read
from bot.dialogue.world import World
from bot.errors import ContentError
from bot.settings import Settings, load_settings

#: The folder of the project: its own `flows/`, `catalogue/` and `config.yaml`.
HOME = Path(__file__).resolve().parent.parent
TIMEZONE = ZoneInfo("Europe/Rome")


def local_now() -> dt.datetime:
    """The time on the network's clocks, without a zone."""
    return dt.datetime.now(TIMEZONE).replace(tzinfo=None)


def settings_for(content: Path) -> Settings:
    """The settings beside the content; the project's own where there are none. Raises ContentError."""
    own = content / "config.yaml"
    return load_settings(own if own.exists() else HOME / "config.yaml", os.environ)


def world_of(content: Path, now: dt.datetime) -> World:
    """The world of a content folder at a time. Raises ContentError with every problem."""
    source = read(content, settings_for(content).staff_language)
    errors = check(source, now.date()).errors
    if source.content is None or errors:
        raise ContentError([str(problem) for problem in errors])
    return World.on(source.content, now.date())


def checked(content: Path, now: dt.datetime) -> Report:
    """The report on a content folder. Raises ContentError for faults of `config.yaml`."""
    return check(read(content, settings_for(content).staff_language), now.date())
