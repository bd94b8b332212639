"""The dates of an offer as a file: as other programs read it, and only where there are dates."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from bot.core.conditions import ALWAYS
from bot.core.content import Content
from bot.core.services import Day, Location, Offer, Window
from bot.dialogue.calendar import calendar, has_dates
from bot.dialogue.world import World
from tests.builders import NOW, TODAY, at, content_of, event, service

SUMMARY = "Giochi, musica; e una merenda per tutti i bambini del quartiere e per le famiglie."


def offer_of(*locations: Location, **dates: Window) -> Offer:
    """The only offer of a service with some dates."""
    return content_of(service("festa", ALWAYS, *locations, summary=SUMMARY, **dates)).offers[0]


def test_a_file_is_written_as_the_standard_wants_it(content: Content) -> None:
    coming = at("melegnano", events=(event("2026-12-13 15:00", "2026-12-13 17:00"),))
    offer = offer_of(coming, apply=Window(Day(12, 1), Day(12, 10)))
    phrasing = World.on(content, TODAY).phrasing
    written = calendar(offer, "Festa, Melegnano", "Via Roma 1, Melegnano", phrasing, NOW)
    read = Calendar.from_ical(written)
    days = [(str(one["summary"]), one.decoded("dtstart"), str(one["uid"])) for one in read.walk("VEVENT")]
    assert [(name, f"{start:%m-%d}", uid) for name, start, uid in days] == [
        ("Festa, Melegnano", "12-13", "festa@melegnano-event-20261213T1500@social-point"),
        ("Aprono le iscrizioni: Festa, Melegnano", "12-01", "festa@melegnano-calendar_apply-20261201T0000@social-point"),
        (
            "Ultimo giorno per le iscrizioni: Festa, Melegnano",
            "12-10",
            "festa@melegnano-calendar_apply_ends-20261210T0000@social-point",
        ),
    ]
    assert [str(one["tzid"]) for one in read.walk("VTIMEZONE")] == ["Europe/Rome"]
    assert all("dtstamp" in one and one.walk("VALARM") for one in read.walk("VEVENT"))


PAST, OPEN, YEARLY = (
    Window(Day(9, 1, 2026), Day(9, 30, 2026)),
    Window(Day(11, 1, 2026), Day(11, 30, 2026)),
    Window(Day(6, 10), Day(9, 5)),
)
ENDED, COMING = event("2026-11-21 15:00", "2026-11-21 17:00"), event("2026-11-22 08:00", "2026-11-22 09:00")


@pytest.mark.parametrize(
    ("offer", "entries"),
    [
        (offer_of(), 0),
        (offer_of(apply=PAST), 0),
        (offer_of(at(events=(ENDED,))), 0),
        (offer_of(at(events=(ENDED,)), apply=PAST, valid=PAST), 0),
        (offer_of(apply=OPEN), 1),
        (offer_of(apply=PAST, valid=YEARLY), 2),
        (offer_of(at(events=(ENDED, COMING)), apply=YEARLY), 3),
    ],
    ids=["none", "applications are over", "the event is over", "all is over", "open", "a season each year", "today"],
)
def test_an_offer_has_dates_just_when_its_file_has_entries(world: World, offer: Offer, entries: int) -> None:
    assert calendar(offer, "Festa", "", world.phrasing, NOW).count("BEGIN:VEVENT") == entries
    assert has_dates(offer, TODAY) == bool(entries)


def test_every_offer_with_dates_gives_a_calendar_that_can_be_read(world: World) -> None:
    found = 0
    for offer in world.dated.offers.values():
        if has_dates(offer, TODAY):
            read = Calendar.from_ical(calendar(offer, offer.service.name, "Via Roma 1", world.phrasing, NOW))
            uids = [str(event["uid"]) for event in read.walk("VEVENT")]
            assert len(set(uids)) == len(uids) > 0
            for event in read.walk("VEVENT"):
                assert event.decoded("dtend") > event.decoded("dtstart")
                end = event.decoded("dtend")
                assert (end.date() if isinstance(end, dt.datetime) else end) >= NOW.date()
            found += 1
    assert found > 0


def test_the_same_offer_at_the_same_time_gives_the_same_file(world: World) -> None:
    offer = next(offer for offer in world.dated.offers.values() if has_dates(offer, TODAY))
    made = {calendar(offer, "Nome", "", world.phrasing, NOW) for _ in range(3)}
    assert len(made) == 1
    assert all(len(line.encode()) <= 75 for line in made.pop().split("\r\n"))
