"""Messages between a citizen and whoever answers, end to end."""

from __future__ import annotations

import threading

import pytest
import pytest_asyncio

from bot.core.desks import Desk
from bot.dialogue.cases.proposals import FoundOffers, find_offers
from bot.dialogue.session import Session
from bot.dialogue.world import World
from bot.fake_telegram import Group, Message, Person
from bot.usecases import manager_commands
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
    """A desk with its managers."""
    scene = await opened(desks=[Desk("principale", -1001)])
    managers = [scene.telegram.user(id) for id in (21, 22, 23)]
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
    [(2, 60, False), (6, 60, True), (6, 310, False), (10, 310, True), (18, 1100, True), (18, 1210, False)],
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
    await scene.run_for(1)
    case.citizen.person.says("dopo")
    await scene.settle()
    assert case.carried == (["prima\ndopo"] if joined else ["prima", "dopo"])
    assert all(code != 429 for _, code in scene.refusals)


# --- Answered


async def test_an_answer_to_a_colleague_to_oneself_or_to_the_bot_reaches_the_citizen(case: Case) -> None:
    """Without topics, only what a message answers says which case it is about."""
    mine = await case.says("buongiorno")
    again = await case.says("ci sono anch'io", to=mine)
    await case.says("e poi", to=again)
    await case.says("rispondo al bot", to=next(one for one in case.group.chat.from_bot if "preso in carico" in one.text))
    await case.says("/chiudi", to=mine)
    heard = [one.text for one in case.citizen.heard]
    assert heard[-5:-1] == ["buongiorno", "ci sono anch'io", "e poi", "rispondo al bot"]
    assert "Ti è stato d'aiuto?" in heard[-1]
    replies = [one.reply_to.text if one.reply_to else "" for one in case.citizen.heard][-5:]
    assert replies[:3] == ["", "buongiorno", "ci sono anch'io"]


# --- Corrected


async def test_a_place_that_moves_is_carried_over_once(case: Case) -> None:
    citizen, manager = case.citizen.person, case.manager
    where = {"topic": case.card.topic} if case.card.topic else {"reply_to": case.card}
    before = len(case.citizen.heard)
    for message in (citizen.sends_location(), manager.sends_location(chat=case.group, **where)):
        await case.scene.settle()
        message.content["location"] = {"latitude": 45.5, "longitude": 9.3, "live_period": 900}
        citizen.switchboard.deliver(message, edited=True)
        await case.scene.settle()
    assert len(case.citizen.heard) == before + 1
    assert len(case.carried) == 1
    assert "editMessageText" not in [method for method, _ in case.scene.refusals]


async def test_a_correction_that_is_too_long_to_be_said_beside_it_is_carried_over_whole(case: Case) -> None:
    long = "b" * 4096
    first = case.citizen.person.says("a" * 3500)
    await case.scene.settle()
    case.citizen.person.edits(first, long)
    await case.scene.settle()
    second = case.citizen.person.says("breve")
    await case.scene.settle()
    case.citizen.person.edits(second, long)
    await case.scene.settle()
    texts = [one.text for one in case.group.chat.from_bot]
    assert texts.count(long) == 2
    assert not any(text.endswith("…") for text in texts)


@pytest.mark.parametrize("how", ["photo", "answer"])
async def test_what_is_corrected_before_it_has_left_is_carried_over_once(case: Case, how: str) -> None:
    said = await case.says("quale?")
    citizen = case.citizen.person
    if how == "photo":
        message = citizen.sends_photo(caption="quella gialla")
    else:
        message = citizen.says("quella gialla", reply_to=next(one for one in case.citizen.heard if one.text == said.text))
    citizen.edits(message, "quella verde")
    await case.scene.settle()
    (carried,) = [one.text for one in case.group.chat.from_bot if "quella" in one.text]
    assert carried.endswith("quella verde")


# --- Marked, and found again


async def test_words_that_were_joined_to_others_are_marked_as_delivered_too(case: Case) -> None:
    said = []
    for text in ("uno", "due", "tre"):
        said.append(case.citizen.person.says(text))
        await case.scene.settle()
    said += [case.citizen.person.says(text) for text in ("quattro", "cinque")]
    await case.scene.settle()
    assert case.carried == ["uno\ndue\ntre\nquattro\ncinque"]
    assert [list(one.reactions.values()) for one in said] == [[["👌"]]] * 5
    marks = [call for call in case.scene.telegram.calls if call.method == "setMessageReaction"]
    assert len(marks) == 5


async def test_an_answer_to_joined_words_answers_one_of_them(case: Case) -> None:
    await case.citizen.says("uno", "due")
    copy = next(one for one in case.group.chat.from_bot if one.text.endswith("uno\ndue"))
    await case.says("ecco", to=copy)
    replied = case.citizen.front.reply_to
    assert replied is not None
    assert replied.text in ("uno", "due")


async def test_words_that_were_to_be_joined_to_a_message_that_is_gone_are_said_anew(case: Case) -> None:
    await case.citizen.says("uno")
    case.manager.deletes(next(one for one in case.group.chat.from_bot if one.text.endswith("uno")))
    await case.citizen.says("due")
    assert case.carried == ["uno\ndue"]
    assert "non si può consegnare" not in case.citizen.front.text


async def test_words_that_were_to_be_joined_in_a_topic_that_is_gone_are_in_the_new_topic(opened: Open) -> None:
    case = await taken(*await peopled(opened, forum=True))
    await case.citizen.says("uno")
    assert case.card.topic is not None
    case.manager.deletes_topic(case.group, case.card.topic)
    await case.citizen.says("due")
    topic = case.group.topic("Cittadino 0001")
    assert topic is not case.card.topic
    assert [one.text for one in case.group.chat.in_topic(topic)][-1].endswith("uno\ndue")
    assert "non si può consegnare" not in case.citizen.front.text


# --- Where something is gone


async def test_while_the_bot_is_out_of_the_group_a_citizen_is_told_once_and_everything_arrives_later(case: Case) -> None:
    admin = case.scene.telegram.user(22)
    admin.removes_bot(case.group)
    await case.citizen.says("ci sei?")
    assert case.citizen.front.text.startswith("Il tuo messaggio non è ancora arrivato alla persona. Lo consegno appena si può.")
    heard = len(case.citizen.heard)
    await case.citizen.says("allora?")
    assert len(case.citizen.heard) == heard
    admin.adds_bot(case.group, rights=["can_manage_topics"])
    await case.scene.settle()
    assert case.carried == ["ci sei?\nallora?"]
    await case.says("eccomi")
    assert case.citizen.front.text == "eccomi"


async def test_in_a_topic_that_has_lost_its_card_words_still_reach_the_citizen(opened: Open) -> None:
    case = await taken(*await peopled(opened, forum=True))
    case.manager.deletes(case.card)
    await case.says("/proponi nido")
    case.manager.says("/passa", chat=case.group, topic=case.card.topic)
    await case.scene.settle()
    case.manager.presses(next(one for one in case.group.chat.from_bot if "Chi è libero" in one.labels), "Chi è libero")
    await case.scene.settle()
    card = next(one for one in reversed(case.group.chat.from_bot) if "Prendi in carico" in one.labels)
    assert card.topic is not case.card.topic
    case.manager.presses(card, "Prendi in carico")
    await case.scene.settle()
    await case.says("sono qui")
    assert case.citizen.front.text == "sono qui"


async def test_a_search_of_a_manager_keeps_nobody_from_the_database(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def search(world: World, session: Session, words: str) -> FoundOffers:
        threads.append(threading.current_thread().name)
        return find_offers(world, session, words)

    monkeypatch.setattr(manager_commands, "find_offers", search)
    case = await taken(*await peopled(opened, forum=True))
    await case.says("/proponi doposcuola")
    assert threads
    assert "writer" not in threads
    assert case.group.chat.from_bot[-1].text == "Quale scheda mando?"


async def test_a_group_whose_topics_were_switched_off_goes_on_with_answers_to_cards(opened: Open) -> None:
    scene, group = await peopled(opened, forum=True)
    await taken(scene, group)
    group.turns_forum(on=False)
    await scene.person(8).says("/operatore")
    bruno = await taken(scene, group, 3)
    assert bruno.card.topic is None
    await bruno.citizen.says("ecco")
    assert bruno.carried == ["ecco"]


async def test_of_long_messages_a_card_shows_the_beginning_and_whoever_takes_the_case_gets_all_of_them(opened: Open) -> None:
    scene, group = await peopled(opened, forum=True)
    anna = scene.person(7, "Anna")
    await anna.says("/operatore")
    said = [letter * 2000 for letter in "abcd"] + ["e" * 4096, "f"]
    await anna.says(*said)
    (card,) = [one for one in group.chat.from_bot if one.labels]
    assert all(f"«{text[:200]}" in card.text for text in said[:-1])
    assert "«f»" in card.text
    scene.telegram.user(21).presses(card, "Prendi in carico")
    await scene.settle()
    whole = "\n".join(one.text for one in group.chat.from_bot)
    assert all(text in whole for text in said)


async def test_a_command_for_another_bot_of_the_group_is_left_to_it(case: Case) -> None:
    heard = len(case.citizen.heard)
    await case.says("/chiudi@unaltro_bot")
    assert len(case.citizen.heard) == heard
    await case.says(f"/CHIUDI@{case.scene.telegram.bot.username.upper()}")
    assert "Ti è stato d'aiuto?" in case.citizen.front.text
