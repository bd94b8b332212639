"""Every example of the editors' guide is right: its services are read without a fault, its hours mean what stands beside them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.authoring.fields import ReadingContext
from bot.authoring.hours import understood
from bot.authoring.load import read_content
from bot.authoring.models.attributes import ATTRIBUTES_FILE
from bot.authoring.models.dates import possible_days
from bot.authoring.models.services import SERVICE_FILES
from bot.authoring.problems import Problems
from bot.authoring.yaml_nodes import parse
from bot.core.content import Content
from bot.dialogue.hours_in_words import say_opening
from bot.dialogue.phrasing import Phrasing
from tests.conftest import PROJECT

GUIDE = (PROJECT / "docs/guida-redazione.md").read_text(encoding="utf-8")
SERVICES = [block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("- id:")]
HOURS = re.findall(r"^\| `([^`]+)` \| (.+) \|$", GUIDE.split("## Orari")[1].split("## Date")[0], re.MULTILINE)


@pytest.mark.parametrize("block", SERVICES)
def test_a_service_of_the_guide_is_right(block: str) -> None:
    problems = Problems()
    node = parse("guida.yaml", block.encode(), problems)
    assert node is not None
    found = SERVICE_FILES.meaning(node, ReadingContext(problems, read_content(PROJECT).names))
    assert [str(problem) for problem in problems] == []
    assert found
    assert found[0].service().locations


def test_attributes_of_the_guide_are_right() -> None:
    block = next(block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("isee:"))
    problems = Problems()
    node = parse("guida.yaml", block.encode(), problems)
    found = ATTRIBUTES_FILE.meaning(node, ReadingContext(problems, read_content(PROJECT).names))
    wrong = [str(problem) for problem in problems if problem.code != "missing_field"]
    assert wrong == []
    assert found is not None
    assert {"isee", "fatica"} <= found.keys()


@pytest.mark.parametrize(("written", "words"), HOURS)
def test_hours_of_the_guide_are_understood_as_it_says(written: str, words: str, content: Content) -> None:
    found = understood(written)
    assert found.doubts == ()
    assert say_opening(found.expression, dt.date(2026, 11, 30), Phrasing(content.texts, content.vocabulary)) == words


def test_the_guide_has_examples() -> None:
    assert len(SERVICES) >= 2
    assert len(HOURS) >= 8
    assert understood("lun-ven 8-12 (chiamare prima)").doubts == ()
    assert understood("ven 22-2 del giorno dopo").doubts == ()


@pytest.mark.parametrize("date", ["9 giugno", "9 giugno 2027", "09/06/2027"])
def test_dates_of_the_guide_are_dates(date: str) -> None:
    assert f"`{date}`" in GUIDE
    assert len(possible_days(date) or []) == 1
