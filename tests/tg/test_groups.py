"""Groups: the managers' group gets the cards of cases, any other one is left."""

from __future__ import annotations

import pytest

from bot.core.desks import Desk
from bot.fake_telegram import Group, Impossible
from tests.tg.conftest import DESK, Open
from tests.tg.harness import Scene

pytestmark = pytest.mark.asyncio

CHILD = "Un bambino o una bambina"


def present(scene: Scene, group: Group) -> bool:
    """Whether the bot is in a group."""
    return group.chat.members[scene.telegram.bot.id].present


# --- Cases


async def test_a_case_is_a_card_in_the_managers_group(staffed: Scene, desk: Group) -> None:
    anna = staffed.person(7, "Anna")
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Parla con una persona", "Sì, va bene")
    assert anna.front.text == ("Va bene. La tua richiesta è arrivata alle persone della rete. Ti rispondono in questa chat.")
    (card,) = desk.chat.from_bot
    assert card.text == (
        "Cittadino 0001\nPerché: chiede di parlare con una persona\nIn attesa dalle 10:00\n\nComune: Melegnano\n"
        "Per chi: Un bambino o una bambina\nEtà: 6–10 anni"
    )
    assert staffed.refusals == []


async def test_without_a_desk_the_case_is_kept_and_the_citizen_is_told_so(scene: Scene) -> None:
    anna = scene.person(7, "Anna")
    await anna.says("/operatore")
    assert anna.front.text.startswith("Va bene, ho salvato la tua richiesta. Adesso però nessuno può rispondere in questa chat.")
    assert scene.cases == [(7, "asked")]
    assert len(scene.telegram.chats) == 1


async def test_nothing_sensitive_is_on_a_card(staffed: Scene, desk: Group) -> None:
    anna = staffed.person(7, "Anna")
    await anna.starts()
    await anna.taps(CHILD, "6–10 anni", "Melegnano", "Vedi i servizi")
    await anna.says("/start", "/modifica", "continua", "mio marito mi picchia", "/operatore", "/esci")
    for text in ("/servizi", "adulto", "melegnano", "non lo so", "30", "cerca meglio", "non lo so", "motoria", "/operatore"):
        await anna.says(text)
    assert "• Per chi: Una persona adulta" in anna.front.text
    assert "Motoria" not in anna.front.text, "it was not confirmed"
    await anna.taps("No, continuo qui")
    await anna.says("fatto", "/operatore")
    assert "• Disabilità: Motoria" in anna.front.text
    await anna.taps("Sì, ma non: disabilità")
    cards = [message.text for message in desk.chat.from_bot if message.text.startswith("Cittadino")]
    assert len(cards) == 2
    for word in ("otoria", "isabilità", "iolenza", "Anna", "7\n"):
        assert word not in "\n".join(cards)
    assert "marito" in cards[0], "in danger what was said goes along"
    assert "marito" not in cards[1]
    assert "Una persona adulta" in cards[1]


async def test_a_card_carries_nothing_by_which_a_citizen_can_be_known(staffed: Scene, desk: Group) -> None:
    anna = staffed.person(987_654_321, "Annamaria")
    await anna.says("/operatore")
    assert "987654321" not in str(desk.chat.from_bot[0].json())
    assert "Annamaria" not in str(desk.chat.from_bot[0].json())


async def test_asking_twice_posts_one_card(staffed: Scene, desk: Group) -> None:
    anna = staffed.person(7, "Anna")
    await anna.says("/operatore", "/operatore", "operatore")
    assert len(desk.chat.from_bot) == 1
    await anna.taps("Continua")
    await anna.says("/operatore")
    assert len(desk.chat.from_bot) == 1
    await anna.says("/esci", "/operatore")
    cards = [message.text.splitlines()[0] for message in desk.chat.from_bot if message.text.startswith("Cittadino")]
    assert staffed.cases == [(7, "asked"), (7, "asked")]
    assert cards == ["Cittadino 0001", "Cittadino 0002"]


# --- Which groups the bot stays in


@pytest.mark.parametrize("rights", [None, ("can_manage_chat",)], ids=["member", "administrator"])
async def test_a_foreign_group_is_left_at_once(staffed: Scene, desk: Group, rights: tuple[str, ...] | None) -> None:
    eva = staffed.telegram.user(30, "Eva")
    foreign = staffed.telegram.group(-2002, "Altri", admins=[eva], bot="left")
    eva.adds_bot(foreign, rights=rights)
    await staffed.settle()
    assert not present(staffed, foreign)
    assert foreign.chat.from_bot == []
    assert staffed.failed == []


async def test_a_foreign_group_in_which_the_bot_always_was_is_left_when_it_speaks(staffed: Scene, desk: Group) -> None:
    eva = staffed.telegram.user(30, "Eva")
    foreign = staffed.telegram.group(-2002, "Altri", admins=[eva])
    eva.says("/start", chat=foreign)
    eva.says("ciao", chat=foreign)
    await staffed.settle()
    assert not present(staffed, foreign)
    assert foreign.chat.from_bot == []


async def test_a_bot_without_desks_stays_in_no_group(scene: Scene) -> None:
    eva = scene.telegram.user(30, "Eva")
    foreign = scene.telegram.group(-2002, "Altri", admins=[eva], bot="left")
    eva.adds_bot(foreign)
    await scene.settle()
    assert not present(scene, foreign)


async def test_the_managers_group_is_not_left_whatever_is_said_there(staffed: Scene, desk: Group) -> None:
    marta = staffed.telegram.user(20)
    marta.says("/start", chat=desk)
    marta.says("ciao a tutti", chat=desk)
    staffed.telegram.anonymous_admin(desk).says("anche da me")
    desk.gains(staffed.telegram.user(21, "Luca"))
    await staffed.settle()
    assert present(staffed, desk)
    (help,) = desk.chat.from_bot
    assert "Prendi in carico" in help.text, "who starts the bot there is told what can be done there"
    assert staffed.cases == []


async def test_being_added_to_the_managers_group_is_fine(staffed: Scene) -> None:
    marta = staffed.telegram.user(20, "Marta")
    group = staffed.telegram.group(DESK.chat_id, "Sportello", admins=[marta], bot="left")
    marta.adds_bot(group, rights=["can_manage_topics"])
    await staffed.settle()
    assert present(staffed, group)


async def test_thrown_out_of_the_managers_group_the_cards_wait_until_the_bot_is_back(staffed: Scene, desk: Group) -> None:
    marta, anna = staffed.telegram.user(20), staffed.person(7, "Anna")
    marta.removes_bot(desk)
    await anna.says("/operatore")
    assert anna.front.text.startswith("Ho salvato la tua richiesta, ma adesso non riesco a consegnarla")
    assert desk.chat.from_bot == []
    marta.adds_bot(desk, rights=["can_manage_topics"])
    await staffed.settle()
    assert desk.chat.from_bot[0].text.startswith("Cittadino 0001")


async def test_rights_that_are_taken_away_meanwhile_are_named_in_the_group_once(staffed: Scene, desk: Group) -> None:
    await staffed.settle()
    for _ in range(2):
        desk.takes_from_bot("can_pin_messages")
        await staffed.settle()
    named = [message.text for message in desk.chat.from_bot if "mancano questi permessi" in message.text]
    assert len(named) == 1


async def test_who_makes_the_bot_a_mere_member_hears_that_it_may_not_read(staffed: Scene, desk: Group) -> None:
    await staffed.settle()
    marta = staffed.telegram.user(20)
    marta.removes_bot(desk)
    marta.adds_bot(desk)
    await staffed.settle()
    assert "Finché il bot non è amministratore del gruppo" in desk.chat.from_bot[-1].text


async def test_a_press_in_a_group_does_nothing(staffed: Scene, desk: Group) -> None:
    anna, marta = staffed.person(7, "Anna"), staffed.telegram.user(20)
    await anna.says("/operatore")
    marta.presses_data(desk.chat.from_bot[0], "aaaaaas1::")
    await staffed.settle()
    assert staffed.failed == []
    assert len(desk.chat.from_bot) == 1


# --- A group becomes a supergroup


def basic_group(scene: Scene) -> Group:
    return scene.telegram.group(-400, "Sportello", basic=True, admins=[scene.telegram.user(20, "Marta")])


@pytest.mark.parametrize("new", [-1_009_999, -50], ids=["lower-id", "higher-id"])
async def test_the_cards_follow_a_group_that_becomes_a_supergroup(opened: Open, new: int) -> None:
    scene = await opened(desks=[Desk("principale", -400)], before=basic_group)
    old = Group(scene.telegram, scene.telegram.chats[-400])
    anna = scene.person(7, "Anna")
    await anna.says("/operatore")
    assert len(old.chat.from_bot) == 1
    upgraded = old.upgrades(new)
    await scene.settle()
    await scene.person(8, "Bruno").says("/operatore")
    assert present(scene, upgraded)
    assert [message.text[:14] for message in upgraded.chat.from_bot] == ["Cittadino 0001", "Cittadino 0002"]
    assert scene.failed == []
    assert scene.refusals == []


async def test_an_upgrade_that_is_only_noticed_by_a_refusal_takes_the_waiting_card_along(opened: Open) -> None:
    scene = await opened(desks=[Desk("principale", -400)], before=basic_group)
    old = Group(scene.telegram, scene.telegram.chats[-400])
    anna = scene.person(7, "Anna")
    await anna.says("ciao")
    upgraded = old.upgrades(-1_009_999)
    scene.telegram.updates.drop()
    await anna.says("/operatore", "sì, va bene")
    assert [message.text[:14] for message in upgraded.chat.from_bot] == ["Cittadino 0001"]
    await scene.person(8, "Bruno").says("/operatore")
    assert [message.text[:14] for message in upgraded.chat.from_bot] == ["Cittadino 0001", "Cittadino 0002"]
    assert scene.refusals == [("sendMessage", 400)]
    scene.telegram.user(20).presses(upgraded.chat.from_bot[0], "Prendi in carico")
    await scene.settle()
    assert "Marta" in anna.front.text, "its buttons work where it is now"
    taken = len(upgraded.chat.from_bot)
    await scene.restart()
    await scene.person(9, "Carla").says("/operatore")
    assert len(upgraded.chat.from_bot) == taken + 1
    scene.telegram.user(20).says("ciao", chat=upgraded)
    await scene.settle()
    assert present(scene, upgraded)


async def test_the_old_group_of_an_upgrade_has_no_effect_any_more(opened: Open) -> None:
    scene = await opened(desks=[Desk("principale", -400)])
    marta = scene.telegram.user(20, "Marta")
    old = scene.telegram.group(-400, "Sportello", basic=True, admins=[marta])
    upgraded = old.upgrades(-1_009_999)
    await scene.settle()
    scene.telegram.redeliver(*scene.telegram.updates.history)
    await scene.settle()
    assert present(scene, upgraded)


async def test_a_thread_that_is_gone_does_not_keep_a_card_from_the_group(staffed: Scene, desk: Group) -> None:
    from bot.fake_telegram import CallFault  # noqa: PLC0415

    staffed.telegram.faults.next("sendMessage", CallFault.bad_request("message thread not found"), chat=desk.id)
    anna = staffed.person(7, "Anna")
    await anna.says("/operatore")
    assert anna.front.text.startswith("Va bene.")
    with pytest.raises(Impossible):
        desk.topic("Cittadino 0001")
