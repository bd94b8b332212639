"""Follow-ups in ordinary words, below each screen: `follow_ups.yaml`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.content import Content
from bot.dialogue.effects import OpenCase
from bot.dialogue.incoming import News, NewsKind, parse_line
from bot.dialogue.session import Session
from bot.dialogue.turn import Turn, turn
from bot.dialogue.world import Teacher, World

NOW = dt.datetime(2026, 11, 30, 10)
SCREENS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "follow_ups.yaml").read_text())


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


def after(world: World, session: Session, line: str) -> Turn:
    """The turn of a typed line, and of the news that the case waits which it opens."""
    result = turn(world, session, parse_line(line), NOW)
    if any(isinstance(effect, OpenCase) for effect in result.effects):
        return turn(world, result.session, News(NewsKind.OPENED), NOW)
    return result


@pytest.mark.parametrize("screen", SCREENS)
def test_what_people_write_below_a_screen_is_answered(world: World, screen: str) -> None:
    session = Session()
    for line in SCREENS[screen]["before"]:
        session = after(world, session, line).session
    wrong = []
    for words, needed, unwanted in SCREENS[screen]["said"]:
        replies = after(world, session, words).replies
        said = "\n".join((*(one.plain for one in replies), *(c.label for one in replies for row in one.rows for c in row)))
        if not re.search(needed, said) or re.search(unwanted, said):
            wrong.append((words, said[:200]))
    assert wrong == []
