"""Buttons of earlier messages: pressed later, also on another day and after content changed, they never lead to nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import NEED
from bot.core.case import CaseState
from bot.core.content import Content
from bot.core.flow import Purpose
from bot.core.replies import Action, Document, Venue, Verb
from bot.core.services import Day, Service, Window
from bot.dialogue.actions import is_possible
from bot.dialogue.alerts import ALERT_VERBS
from bot.dialogue.incoming import News, NewsKind, Press
from bot.dialogue.interpret import TIMELESS
from bot.dialogue.session import Screen
from bot.dialogue.stored_session import dump_session, load_session
from bot.dialogue.turn import Manner, turn
from bot.dialogue.world import World
from tests.builders import TODAY, Citizen, tries

CHANGED = "I dati di questo servizio sono cambiati."
GONE = "Questo servizio non c'è più."
OLD = "Questo pulsante è di una ricerca di prima."


Change = Callable[[Service], Service | None]


def edited(content: Content, change: Change) -> Content:
    """Content with its services changed, or removed (None)."""
    services = (change(one) for one in content.services)
    return replace(content, services=tuple(one for one in services if one is not None))


def without_dates(one: Service) -> Service:
    """A service that takes place at any time."""
    return replace(one, locations=tuple(replace(place, events=()) for place in one.locations), valid=None, apply=None)


def closed(one: Service) -> Service:
    """A service that could be applied for in September."""
    return replace(without_dates(one), apply=Window(Day(9, 1, 2026), Day(9, 30, 2026)))


def off_the_map(one: Service) -> Service:
    """A service of which nobody knows where on a map it is."""
    return replace(one, locations=tuple(replace(place, position=None) for place in one.locations))


def with_fewer_questions(content: Content) -> Content:
    """Content whose flows no longer ask every third question."""
    flows = {
        id: replace(flow, questions=tuple(one for number, one in enumerate(flow.questions) if number % 3 != 1))
        for id, flow in content.flows.items()
    }
    return replace(content, flows=flows)


# --- What is gone is said


@pytest.fixture
def citizen(small: World) -> Citizen:
    """Somebody who has begun."""
    return Citizen(small).command("start")


def test_below_a_list_that_no_answer_led_to_a_new_search_can_begin(citizen: Citizen) -> None:
    citizen.type("vedi i servizi")
    assert citizen.session.interview is not None
    assert not citizen.session.interview.answers
    number = citizen.session.interview.number
    citizen.do(Press(Action(Verb.RESTART), number))
    assert citizen.session.interview.number == number + 1
    citizen.do(Press(Action(Verb.RESTART), number + 1))
    assert citizen.session.interview.number == number + 1, "pressed twice, it begins once"


def test_a_calendar_button_gives_a_file_and_changes_nothing(citizen: Citizen) -> None:
    before = citizen.session
    citizen.press(Verb.CALENDAR, "festa@melegnano")
    assert citizen.reply is not None
    assert isinstance(citizen.reply.attachment, Document)
    assert replace(citizen.session, cover=()) == before


@pytest.mark.parametrize(
    ("verb", "offer", "change"), [(Verb.CALENDAR, "festa@melegnano", without_dates), (Verb.MAP, "estate@milano", off_the_map)]
)
def test_a_button_for_dates_or_a_place_that_are_gone_says_so_and_shows_the_card(
    citizen: Citizen, verb: Verb, offer: str, change: Change
) -> None:
    citizen.world = World.on(edited(citizen.world.content, change), TODAY)
    citizen.press(verb, offer)
    assert said(citizen).startswith(f"{CHANGED} Ecco quelli di adesso.\n\n")
    assert (citizen.session.screen, citizen.session.card) == (Screen.CARD, offer)
    assert verb not in {action.verb for action in citizen.offered}


@pytest.mark.parametrize("verb", [Verb.CARD, Verb.CALENDAR, Verb.MAP])
def test_a_button_of_an_offer_that_is_gone_says_so_and_goes_on(citizen: Citizen, verb: Verb) -> None:
    before = citizen.session
    citizen.press(verb, "gone@melegnano")
    assert said(citizen).startswith(f"{GONE}\n\n")
    assert citizen.session == before


def test_where_the_time_to_apply_is_over_the_card_offers_no_dates(citizen: Citizen) -> None:
    citizen.world = World.on(edited(citizen.world.content, closed), TODAY)
    citizen.press(Verb.CARD, "festa@melegnano")
    assert "Iscrizioni: 1° settembre 2026 – 30 settembre 2026" in said(citizen)
    assert Verb.CALENDAR not in {action.verb for action in citizen.offered}


# --- Pages

RANGE = re.compile(r"Servizi da (\d+) a (\d+), su (\d+)\.")


@pytest.mark.parametrize("page", ["1", "7", "999", "9" * 50])
def test_a_page_button_past_the_end_shows_the_last_page_that_there_is(world: World, page: str) -> None:
    citizen = Citizen(world).command("start").press(Verb.SHOW)
    few = list(dict.fromkeys(offer.service.id for offer in world.dated.offers.values()))[:8]
    citizen.world = World.on(edited(world.content, lambda one: one if one.id in few else None), TODAY)
    count, size = len(few), citizen.world.first_flow.show
    citizen.press(Verb.PAGE, page)
    number = min(int(page), (count - 1) // size)
    assert said_range(citizen) == (number * size + 1, min((number + 1) * size, count), count)
    assert cards(citizen) == min(size, count - number * size)
    turned = [action.target for action in citizen.offered if action.verb is Verb.PAGE]
    assert turned == [str(one) for one in (number - 1, number + 1) if one * size < count]


def said_range(citizen: Citizen) -> tuple[int, ...] | None:
    """The first and last service of the page in front, and how many there are."""
    found = RANGE.search(said(citizen))
    return tuple(map(int, found.groups())) if found is not None else None


def cards(citizen: Citizen) -> int:
    return [action.verb for action in citizen.offered].count(Verb.CARD)


# --- Any earlier button


class Tour:
    """Somebody who has looked at all results, at cards, and at their answers."""

    def __init__(self, versions: list[World]) -> None:
        #: The world as it was then, the same some time later, and after content changed.
        self.versions = versions
        self.citizen = Citizen(versions[0])
        #: Every button that they were shown.
        self.shown: list[Press] = []

    def press(self, verb: Verb, target: str = "", value: str = "") -> None:
        self.shown += buttons(self.citizen.press(verb, target, value))


@pytest.fixture(scope="module", params=["shipped", "small"])
def tour(request: pytest.FixtureRequest, world: World, small: World) -> Tour:
    begun = world if request.param == "shipped" else small
    content = begun.content

    def version(content: Content, days: int) -> World:
        return replace(begun, content=content, dated=content.on(TODAY + dt.timedelta(days)))

    some, few = (edited(content, lambda one, n=n: one if sum(map(ord, one.id)) % n == 0 else None) for n in (3, 20))
    changed = [edited(content, closed), edited(content, off_the_map), some, few, with_fewer_questions(content)]
    versions = [begun, version(content, 30), version(content, 300), *(version(one, 1) for one in changed)]
    tour = Tour(versions)
    tour.press(Verb.START)
    tour.press(Verb.ANSWER, "persona", "bambino")
    tour.press(Verb.SHOW)
    for page in range(1, 99):
        if Action(Verb.PAGE, str(page)) in tour.citizen.offered:
            tour.press(Verb.PAGE, str(page))
    for offer in begun.dated.offers.values():
        if offer.location.position is not None or offer.service.is_seasonal:
            tour.press(Verb.CARD, offer.id)
    for verb in (Verb.HELP, Verb.CHANGE, Verb.OFFER_HUMAN, Verb.LIST):
        tour.press(verb)
    return tour


picks = st.tuples(st.integers(0, 99), st.integers(0, 9_999))
walks = st.lists(picks | st.sampled_from(["ricomincia", "modifica", "operatore"]), max_size=6)
earlier = st.lists(st.tuples(picks, st.integers(0, 99)), min_size=4, max_size=10)


def test_every_button_of_a_conversation_gets_a_full_message_whatever_has_changed(tour: Tour) -> None:
    for kind in range(len({press.action.verb for press in tour.shown})):
        for number, world in enumerate(tour.versions):
            press_later(tour.citizen.twin(), picked(tour.shown, kind, number), world)


@tries(200)
@given(walk=walks, taken=st.booleans(), presses=earlier)
def test_any_earlier_button_gets_one_full_message_or_a_remark(
    tour: Tour, walk: list[str | tuple[int, int]], taken: bool, presses: list[tuple[tuple[int, int], int]]
) -> None:
    citizen, shown = tour.citizen.twin(), tour.shown[:]
    for step in walk:
        citizen.command(step) if isinstance(step, str) else citizen.do(picked(buttons(citizen), *step))
        shown += buttons(citizen)
    if taken and citizen.session.has_open_case:
        citizen.do(News(NewsKind.TAKEN, "Marta"))
    for pick, version in presses:
        press_later(citizen, picked(shown, *pick), tour.versions[version % len(tour.versions)])
        shown += buttons(citizen)


def press_later(citizen: Citizen, press: Press, world: World) -> None:
    """Presses a button that may be old. What gets no message is answered by a remark (`Manner.NOTHING`)."""
    citizen.world = world
    before = citizen.session = load_session(dump_session(citizen.session), world.content.vocabulary)
    result = turn(world, before, press, citizen.now)
    citizen.do(press)
    assert len(result.replies) == 1 or result.effects or result.manner is Manner.NOTHING
    if result.replies:
        assert_full(citizen, press.action.verb)
        if press.action.verb in (Verb.CARD, Verb.CALENDAR, Verb.MAP):
            assert result.replies[0].attachment or citizen.session.card == press.action.target or said(citizen).startswith(GONE)
    if (
        press.interview != before.interview_count
        and press.action.verb not in TIMELESS
        and before.case_state != CaseState.ASSIGNED
    ):
        assert said(citizen).startswith(OLD)
        same = replace(before, awaiting_confirmation=False, cover=(), shown_question=citizen.session.shown_question)
        assert citizen.session == same, "only what was said back is no longer in front"


def said(citizen: Citizen) -> str:
    """The message in front of a citizen."""
    assert citizen.reply is not None
    return citizen.reply.plain


def buttons(citizen: Citizen) -> list[Press]:
    """What the buttons in front of a citizen stand for, with the interview they are shown in."""
    return [Press(action, citizen.session.interview_count) for action in citizen.offered]


def picked(shown: Sequence[Press], kind: int, which: int) -> Press:
    """One of some buttons: first what it does, so that rare ones are pressed as often as answers."""
    verbs = list(dict.fromkeys(press.action.verb for press in shown))
    same = [press for press in shown if press.action.verb is verbs[kind % len(verbs)]]
    return same[which % len(same)]


def assert_full(citizen: Citizen, pressed: Verb) -> None:
    """A message with words and buttons that lead somewhere now; no empty list, page or file."""
    reply, world = citizen.reply, citizen.world
    assert reply is not None
    assert reply.plain.strip()
    assert citizen.offered
    for action in citizen.offered:
        assert is_possible(action, world)
        assert action.verb not in (Verb.CARD, Verb.CALENDAR, Verb.MAP) or action.target in world.dated.offers
    if reply.attachment is not None:
        assert isinstance(reply.attachment, Document) == (pressed is Verb.CALENDAR)
        assert isinstance(reply.attachment, Venue) or "BEGIN:VEVENT" in reply.attachment.text
        return
    if (found := said_range(citizen)) is not None:
        first, last, count = found
        assert 1 <= first <= last <= count
        assert cards(citizen) == last - first + 1
    if pressed in (*ALERT_VERBS, Verb.PICK) and Verb.LIST in {action.verb for action in citizen.offered}:
        return  # a short answer beside the screens, with the way back to the one in front
    if citizen.session.screen is Screen.INTERVIEW and citizen.position.question is None:
        survey = world.content.flows[citizen.interview.flow].purpose is Purpose.SURVEY
        groups = {action.target for action in citizen.offered if action.verb in (Verb.ANSWER, Verb.TOGGLE)}
        assert survey or citizen.position.match.remaining.bit_count() < 2 or cards(citizen) > 0 or groups == {NEED}
