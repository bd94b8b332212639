"""Opening hours in words: seasons, n-th weekdays, closed days and notes are on the card."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.core import opening
from bot.core.conditions import ALWAYS
from bot.core.content import Content
from bot.core.hours import week
from bot.core.services import Offer
from bot.dialogue.hours_in_words import say_opening
from bot.dialogue.phrasing import Phrasing
from tests.builders import at, content_of, service

JULY = dt.date(2026, 7, 10)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("Mo-Fr 08:00-12:00", "lun–ven 8:00–12:00"),
        ("Sa[1,3] 09:00-12:00", "primo e terzo sab del mese 9:00–12:00"),
        ("Su[-1] 15:00-18:00", "ultima dom del mese 15:00–18:00"),
        ("Mo-Fr 08:00-12:00; Dec 24-Jan 6 off", "lun–ven 8:00–12:00; chiuso: 24 dicembre–6 gennaio"),
        ("Mo-Fr 08:00-12:00; Aug off; PH off", "lun–ven 8:00–12:00; chiuso: agosto e giorni festivi"),
        ("Mo-Fr 08:00-12:00; Aug 10-20 off", "lun–ven 8:00–12:00; chiuso: 10–20 agosto"),
        ("Mo-Fr 08:00-12:00; 2026 Dec 7 off", "lun–ven 8:00–12:00; chiuso: 7 dicembre 2026"),
        ("Mo-Fr 08:00-12:00; We[1] off", "lun–ven 8:00–12:00; chiuso: primo mer del mese"),
        ("Mo-Fr 08:00-12:00; easter off", "lun–ven 8:00–12:00; chiuso: Pasqua"),
        ('Tu 16:00-18:00 "su appuntamento"', "mar 16:00–18:00; su appuntamento"),
        ('Mo-Fr 09:00-12:00; Sa 09:00-12:00 "su appuntamento"', "lun–sab 9:00–12:00; sab su appuntamento"),
        ('unknown "su appuntamento"', "su appuntamento"),
        (
            "Jul-Aug Mo-Fr 08:00-14:00; Sep-Jun Mo-Fr 08:00-18:00",
            "lun–ven 8:00–14:00 (luglio–agosto); settembre–giugno: lun–ven 8:00–18:00",
        ),
        (
            "Mo-Fr 08:00-18:00; Jul,Aug Mo-Fr 08:00-14:00",
            "lun–ven 8:00–14:00 (luglio e agosto); resto dell'anno: lun–ven 8:00–18:00",
        ),
        ("Sep 01-Jun 30 Mo-Fr 08:00-18:00", "1° settembre–30 giugno: lun–ven 8:00–18:00"),
        (
            "Mo-Fr 09:00-12:00, We 14:00-17:00; Aug off",
            "lun–mar e gio–ven 9:00–12:00, mer 9:00–12:00 e 14:00–17:00; chiuso: agosto",
        ),
        ("Su,PH 09:00-12:00", "dom 9:00–12:00; festivi 9:00–12:00"),
        ("week 10-20 Mo 08:00-12:00", "week 10-20: lun 8:00–12:00"),
    ],
)
def test_nothing_that_hours_say_is_lost_in_words(expression: str, words: str, content: Content) -> None:
    assert say_opening(expression, JULY, Phrasing(content.texts, content.vocabulary)) == words


def test_the_week_that_counts_is_that_of_the_day() -> None:
    expression = "Jul-Aug Mo-Fr 08:00-14:00; Sep-Jun Mo-Fr 08:00-18:00; Aug 15 off"
    offer = offer_at(expression)
    assert offer.on(JULY).week == week("Mo-Fr 08:00-14:00")
    assert offer.on(dt.date(2026, 11, 2)).week == week("Mo-Fr 08:00-18:00")


def test_a_service_outside_all_of_its_seasons_keeps_its_week() -> None:
    assert offer_at("Sep 01-Jun 30 Mo-Fr 08:00-18:00").on(JULY).week == week("Mo-Fr 08:00-18:00")


@pytest.mark.parametrize(
    ("expression", "date", "is_open"),
    [
        ("Sa[1,3] 09:00-12:00", "2026-12-05", True),
        ("Sa[1,3] 09:00-12:00", "2026-12-12", False),
        ("Mo-Fr 09:00-12:00; Dec 24-Jan 6 off", "2026-12-28", False),
        ("Mo-Fr 09:00-12:00; Dec 24-Jan 6 off", "2026-12-21", True),
        ("Mo-Fr 09:00-12:00", "2026-12-08", False),
        ('unknown "su appuntamento"', "2026-12-21", False),
    ],
)
def test_a_date_is_looked_at_with_its_closures(expression: str, date: str, is_open: bool) -> None:
    assert opening.is_open_on(expression, dt.date.fromisoformat(date)) is is_open


def offer_at(expression: str) -> Offer:
    return content_of(service("nido", ALWAYS, at(opening=expression))).offers[0]
