"""Alerts in the conversation: set and stopped by a button, and one message for all that has opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.core.conditions import ALWAYS
from bot.core.replies import Verb
from bot.core.services import Availability, Day, Service, Window
from bot.dialogue.alerts import alert_news, drop_past
from bot.dialogue.context import Context
from bot.dialogue.incoming import News, NewsKind, Press
from bot.dialogue.world import World
from bot.language.meaning.phrases import Phrase, phrase_of, subject_of_alert
from bot.language.text.utterance import Utterance
from tests.builders import TODAY, Citizen, at, service


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


# --- Saved searches and deadlines


def saved(world: World) -> Citizen:
    """Somebody who wants to hear what is new in a search."""
    anna = Citizen(world).command("start").press(Verb.ANSWER, "comune", "milano")
    assert anna.session.interview is not None
    return anna.press(Verb.ALERT, str(anna.session.interview.number))


def told(anna: Citizen) -> list[str]:
    """The lines of the message about what is new; none if there is nothing to tell."""
    context = Context(anna.world, anna.session, anna.now)
    anna.session = drop_past(context)
    if not alert_news(context.with_session(anna.session)).offers:
        return []
    assert anna.do(News(NewsKind.OPENING)).reply is not None
    return [line for line in anna.reply.plain.splitlines() if line.startswith("•")]


def with_service(world: World, *services: Service) -> World:
    return World.on(replace(world.content, services=(*world.content.services, *services)), TODAY)


def test_a_saved_search_tells_of_a_new_service_of_an_opening_and_goes_on(small: World) -> None:
    anna = saved(small)
    (search,) = anna.session.saved_searches
    assert len(search.stages) > 1
    assert told(anna) == []
    anna.world = with_service(small, service("piscina", ALWAYS, at("milano")))
    assert ["Piscina" in line and "nuovo" in line for line in told(anna)] == [True]
    assert told(anna) == []
    anna.world = opened(anna.world, "estate")
    assert ["Estate" in line and "adesso si può fare domanda" in line for line in told(anna)] == [True]
    assert [row[0].action.verb for row in anna.reply.rows] == [Verb.CARD, Verb.STOP_ALERT]
    anna.do(Press(anna.reply.rows[-1][0].action))
    assert not anna.session.has_alerts


def test_each_stage_is_told_once_and_again_after_it_was_over(small: World) -> None:
    anna = saved(opened(small, "estate"))
    anna.world = small
    assert told(anna) == []
    anna.world = opened(small, "estate")
    assert len(told(anna)) == 1
    assert told(anna) == []


def test_a_deadline_is_told_in_its_last_days(small: World) -> None:
    last = TODAY + dt.timedelta(days=20)
    window = Window(Day(TODAY.month, TODAY.day), Day(last.month, last.day))
    world = with_service(small, service("corso", ALWAYS, at("milano"), apply=window))
    (offer,) = [one.id for one in world.dated.offers.values() if one.service.id == "corso"]
    anna = Citizen(world).command("start").press(Verb.CARD, offer)
    (found,) = [choice for row in anna.reply.rows for choice in row if choice.action.verb is Verb.ALERT]
    anna.do(Press(found.action))
    assert told(anna) == []
    anna.world = World.on(world.content, last - dt.timedelta(days=3))
    assert [line.rpartition("fino al ")[2] for line in told(anna)] == [f"{anna.world.phrasing.day(last)}."]
    assert anna.session.alerts == ()


def test_a_search_that_is_empty_too_wide_or_sensitive_is_not_saved(small: World) -> None:
    anna = Citizen(small).command("start").press(Verb.ALERT, "1")
    assert not anna.session.has_alerts
    many = with_service(small, *(service(f"corso-{number}", ALWAYS, at("milano")) for number in range(70)))
    assert not saved(many).session.has_alerts
    anna = Citizen(small).command("start").press(Verb.ANSWER, "disabilita", "motoria").type("avvisami")
    assert not anna.session.has_alerts
    anna = Citizen(small).command("start").press(Verb.ANSWER, "disabilita", "motoria").press(Verb.ANSWER, "comune", "milano")
    (search,) = anna.type("avvisami").session.saved_searches
    assert set(search.interview.answers) == {"comune"}


def test_what_does_not_fit_in_one_message_is_told_on_the_next_days(small: World) -> None:
    anna = saved(small)
    anna.world = with_service(small, *(service(f"corso-{number}", ALWAYS, at("milano")) for number in range(11)))
    assert [len(told(anna)) for _ in range(3)] == [8, 3, 0]


def test_a_search_of_another_interview_is_not_saved_by_an_old_button(small: World) -> None:
    anna = saved(small)
    anna.command("ricomincia").press(Verb.ANSWER, "comune", "melegnano").press(Verb.ALERT, "1")
    assert [search.number for search in anna.session.saved_searches] == [1]
    assert len(saved(small).press(Verb.STOP_ALERT).session.saved_searches) == 0


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("avvisami quando aprono le iscrizioni al nido di Melegnano", "al nido di melegnano"),
        ("Mi avvisate appena si libera un posto al doposcuola?", "al doposcuola"),
        ("fatemi sapere non appena parte il bando per il centro estivo", "per il centro estivo"),
        ("vorrei essere avvisata se c'è un posto di nuoto per 7 anni", "di nuoto per 7 anni"),
        ("mi scrivi qnd si libera un posto al nido?", "al nido"),
        ("fammi sapere quanto costa il nido", None),
        ("fammi sapere quando chiude la piscina", None),
        ("non avvisarmi più quando aprono le iscrizioni", None),
        ("quando aprono le iscrizioni al nido?", None),
    ],
)
def test_a_sentence_asks_for_an_alert_if_it_says_so_and_when_and_which_news(said: str, subject: str | None) -> None:
    found = subject_of_alert(Utterance(said))
    assert (found is None) == (subject is None)
    assert found is None or found.text.endswith(str(subject))


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("non voglio più ricevere avvisi", Phrase.ALERTS),
        ("smettila di mandarmi messaggi", Phrase.ALERTS),
        ("smettete di scrivermi, grazie", Phrase.ALERTS),
        ("non mandatemi più notifiche", Phrase.ALERTS),
        ("basta", Phrase.SHOW),
        ("non voglio scrivere", None),
        ("non voglio avvisi sul nido", None),
        ("non ricevo messaggi dalla scuola", None),
    ],
)
def test_words_against_alerts_show_those_that_can_be_stopped(said: str, phrase: Phrase | None) -> None:
    assert phrase_of(Utterance(said)) is phrase
