"""Cases as they look in a group with topics."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case import Case, CaseReason, Manager
from bot.core.replies import Reply, Run
from bot.dialogue.world import World
from bot.tg.callback_data import Buttons
from bot.tg.case_messages import CaseMessages
from bot.tg.groups import DeskGroup, Groups

GROUP = -1001
CASE = Case(42, 7, CaseReason.ASKED, 0.0, group=GROUP, place="Melegnano").enqueue(0.0, "opened", "", due_at=0.0)


@pytest.fixture
def messages(world: World) -> CaseMessages:
    groups = Groups((), {GROUP: DeskGroup(forum=True)}, icons={emoji: emoji for emoji in "❗🔥💬✅"})
    return CaseMessages(groups, Buttons("s"), lambda: world)


def test_each_state_has_an_icon_of_its_own(messages: CaseMessages) -> None:
    taken = CASE.take(Manager(21, "Luca"), 60.0)
    cases = [CASE, replace(CASE, urgent=True), taken, replace(taken, urgent=True), taken.resolve(90.0, "closed")]
    topics = [messages.create_topic_and_card(case, Reply((Run("scheda"),)))[0] for case in cases]
    assert [topic.params["icon_custom_emoji_id"] for topic in topics] == ["❗", "🔥", "💬", "💬", "✅"]


def test_the_name_of_a_topic_is_no_longer_than_telegram_takes(messages: CaseMessages) -> None:
    topic = messages.create_topic_and_card(replace(CASE, place="x" * 500), Reply((Run("scheda"),)))[0]
    assert len(topic.params["name"]) <= 128
    assert topic.params["name"].startswith("Cittadino 0042 · xxx")
