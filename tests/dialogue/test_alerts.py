"""Alerts in the conversation: set and stopped by a button, and one message for all that has opened."""

from __future__ import annotations

from dataclasses import replace

from bot.core.replies import Verb
from bot.core.services import Availability
from bot.dialogue.incoming import News, NewsKind
from bot.dialogue.world import World
from tests.builders import TODAY, Citizen


def opened(world: World, *ids: str) -> World:
    """The world in which some offers have room again."""
    services = tuple(
        replace(
            one,
            valid=None,
            apply=None,
            locations=tuple(replace(place, availability=Availability.OPEN) for place in one.locations),
        )
        if one.id in ids
        else one
        for one in world.content.services
    )
    return World.on(replace(world.content, services=services), TODAY)


def test_one_message_tells_of_all_that_has_opened_and_what_has_not_is_still_awaited(small: World) -> None:
    awaited = [offer.id for offer in small.dated.offers.values() if offer.service.id in ("numerosa", "estate")]
    anna = Citizen(small).command("start")
    for offer in awaited:
        anna.press(Verb.ALERT, offer)
    assert [alert.offer for alert in anna.session.alerts] == awaited
    anna.world = opened(small, "numerosa")
    anna.do(News(NewsKind.OPENING))
    (row,) = anna.reply.rows
    assert row[0].action.target == next(id for id in awaited if id.startswith("numerosa"))
    assert [alert.offer.partition("@")[0] for alert in anna.session.alerts] == ["estate"]


def test_an_alert_stays_in_a_new_search_and_goes_when_it_is_stopped(small: World) -> None:
    (offer,) = [one.id for one in small.dated.offers.values() if one.service.id == "numerosa"]
    anna = Citizen(small).command("start").press(Verb.ALERT, offer).press(Verb.ALERT, offer)
    assert len(anna.session.alerts) == 1
    assert len(anna.command("ricomincia").session.alerts) == 1
    anna.command("avvisi")
    assert [row[0].action.verb for row in anna.reply.rows] == [Verb.STOP_ALERT, Verb.LIST]
    assert anna.press(Verb.STOP_ALERT, offer).session.alerts == ()


def test_only_what_takes_no_applications_can_be_awaited(small: World) -> None:
    anna = Citizen(small).command("start")
    verbs = {}
    for offer in small.dated.offers.values():
        anna.press(Verb.CARD, offer.id)
        verbs[offer.service.id] = {one.action.verb for row in anna.reply.rows for one in row}
    assert Verb.ALERT in verbs["numerosa"]
    assert Verb.ALERT not in verbs["nido"]
