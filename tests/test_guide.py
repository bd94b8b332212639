"""What the managers' guide tells them to press, to write and to expect is what the bot has."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.core.case_commands import CASE_COMMANDS
from tests.conftest import PROJECT

GUIDE = (PROJECT / "docs/guida-social-manager.md").read_text(encoding="utf-8")
ADMINISTRATORS = (PROJECT / "docs/guida-amministratori.md").read_text(encoding="utf-8")
TEXTS = yaml.safe_load((PROJECT / "flows/texts.yaml").read_text(encoding="utf-8"))
BUTTONS = [*(command.button for command in CASE_COMMANDS if command.button), "pass_queue_button"]
SENTENCES = ("desk_citizen_blocked", "desk_refused", "refused_anonymous", "refused_stranger", "case_closed")


def test_the_guides_name_every_command_and_no_other() -> None:
    there = {command.name for command in CASE_COMMANDS if command.is_typed}
    for_all = {command.name for command in CASE_COMMANDS if command.is_typed and not command.is_for_administrators}
    named = [set(re.findall(r"`/([a-z]+)", guide)) for guide in (GUIDE, ADMINISTRATORS)]
    assert named[0] == for_all
    assert named[0] | named[1] == there


@pytest.mark.parametrize("key", BUTTONS)
def test_the_guide_names_the_buttons_as_they_are(key: str) -> None:
    assert f"**{TEXTS[key]}**" in GUIDE


@pytest.mark.parametrize("key", SENTENCES)
def test_the_guide_quotes_the_bot_word_for_word(key: str) -> None:
    quoted = re.findall(r"«([^«»]+?)(?: ?…)?»", " ".join(GUIDE.split()))
    assert any(one.rstrip(".?: ") in TEXTS[key] and len(one) > 10 for one in quoted)


def test_the_canned_reply_of_the_guide_exists() -> None:
    replies = yaml.safe_load((PROJECT / "flows/replies.yaml").read_text(encoding="utf-8"))
    assert set(re.findall(r"`/r ([a-z]+)`", GUIDE)) <= replies.keys()


def test_the_guide_is_two_screens_long() -> None:
    assert len(GUIDE.splitlines()) <= 80
