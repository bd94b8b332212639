"""Messages between a citizen and whoever answers, end to end."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot.core.desks import Desk
from bot.tg.fake import Group, Message, Person
from tests.tg.conftest import Open
from tests.tg.harness import Phone, Scene

pytestmark = pytest.mark.asyncio


class Case:
    """Somebody's case that a manager has taken."""

    def __init__(self, scene: Scene, group: Group, citizen: Phone, manager: Person, card: Message) -> None:
        self.scene, self.group, self.citizen, self.manager, self.card = scene, group, citizen, manager, card

    @property
    def carried(self) -> list[str]:
        """What the bot has said about it in the group, without the card and its headings."""
        about = [one for one in self.group.chat.from_bot if one is not self.card]
        mine = [one for one in about if (one.topic is self.card.topic if self.card.topic else one.reply_to is self.card)]
        return [one.text.removeprefix(f"{self.card.text.splitlines()[0]}\n") for one in mine][1:]

    async def says(self, text: str, *, to: Message | None = None) -> Message:
        """The manager writes where the case is."""
        if self.card.topic is not None:
            said = self.manager.says(text, chat=self.group, topic=self.card.topic, reply_to=to)
        else:
            said = self.manager.says(text, chat=self.group, reply_to=to or self.card)
        await self.scene.settle()
        return said


async def taken(scene: Scene, group: Group, number: int = 1) -> Case:
    citizen, manager = scene.person(6 + number, f"Persona {number}"), scene.telegram.user(20 + number, f"Manager {number}")
    await citizen.says("/operatore")
    card = next(one for one in group.chat.from_bot if one.labels and f"{number:04}" in one.text)
    manager.presses(card, "Prendi in carico")
    await scene.settle()
    return Case(scene, group, citizen, manager, card)


@pytest_asyncio.fixture(params=[True, False], ids=["topics", "replies"])
async def case(opened: Open, request: pytest.FixtureRequest) -> Case:
    return await taken(*await peopled(opened, forum=request.param))


async def peopled(opened: Open, *, forum: bool) -> tuple[Scene, Group]:
    """A desk with two managers."""
    scene = await opened(desks=[Desk("principale", -1001)])
    managers = [scene.telegram.user(id) for id in (21, 22)]
    group = scene.telegram.group(-1001, "Sportello", admins=managers, forum=forum)
    await scene.restart()
    return scene, group


# --- Joined


async def test_words_that_follow_each_other_soon_are_joined(case: Case) -> None:
    await case.citizen.says("buongiorno", "sono Anna")
    assert case.carried == ["buongiorno\nsono Anna"]
    await case.scene.run_for(6)
    await case.citizen.says("una domanda")
    assert case.carried == ["buongiorno\nsono Anna", "una domanda"]


@pytest.mark.parametrize(
    ("others", "seconds", "joined"),
    [(2, 60, False), (11, 60, True), (11, 130, False), (17, 130, True), (17, 500, True), (17, 610, False)],
)
async def test_the_less_room_a_group_has_the_longer_words_are_joined(
    opened: Open, others: int, seconds: float, joined: bool
) -> None:
    """New messages are for what needs them: another citizen sends photos."""
    scene, group = await peopled(opened, forum=True)
    case, other = await taken(scene, group), await taken(scene, group, 2)
    await scene.run_for(120)
    await case.citizen.says("prima")
    await scene.run_for(seconds)
    for _ in range(others):
        other.citizen.person.sends_photo()
    case.citizen.person.says("dopo")
    await scene.settle()
    assert case.carried == (["prima\ndopo"] if joined else ["prima", "dopo"])
    assert scene.refusals == []
