"""The days on which help is wanted, as people name them on Sunday 22 November 2026."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bot.language.entities.periods import periods
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY

#: Texts with the first and the last day; of an open end nothing.
WANTED = [
    ("cosa c'è il 13 dicembre", "2026-12-13 2026-12-13"),
    ("13 dicembre 2026", "2026-12-13 2026-12-13"),
    ("a Natale", "2026-12-23 2027-01-06"),
    ("vacanze di Natale", "2026-12-23 2027-01-06"),
    ("tra Natale e capodanno", "2026-12-23 2027-01-01"),
    ("cosa c'è sabato prossimo", "2026-11-28 2026-11-28"),
    ("chi tiene mio figlio domani?", "2026-11-23 2026-11-23"),
    ("questo weekend", "2026-11-21 2026-11-22"),
    ("il prossimo fine settimana", "2026-11-28 2026-11-29"),
    ("la settimana prossima", "2026-11-23 2026-11-29"),
    ("il mese prossimo", "2026-12-01 2026-12-31"),
    ("ponte di Sant'Ambrogio", "2026-12-05 2026-12-08"),
    ("da metà giugno", "2027-06-15 "),
    ("da metà giugno a fine luglio", "2027-06-15 2027-07-31"),
    ("ad agosto", "2027-08-01 2027-08-31"),
    ("cerco un centro estivo a luglio e agosto", "2027-07-01 2027-08-31"),
    ("dal 10 al 20 luglio", "2027-07-10 2027-07-20"),
    ("dal 28 giugno al 3 luglio", "2027-06-28 2027-07-03"),
    ("dal 24/12 al 6/1", "2026-12-24 2027-01-06"),
    ("fino al 20 luglio", " 2027-07-20"),
    ("tutta l'estate", "2027-06-09 2027-09-11"),
    ("prima settimana di luglio", "2027-07-01 2027-07-07"),
    ("ultima settimana di agosto", "2027-08-25 2027-08-31"),
    ("a Pasqua", "2027-03-25 2027-03-30"),
    ("carnevale, scuola chiusa", "2027-02-12 2027-02-13"),
    ("il 7 e l'8 dicembre", "2026-12-07 2026-12-08"),
    ("da settembre cerco un nido", "2027-09-01 "),
    ("il primo luglio", "2027-07-01 2027-07-01"),
    ("la vigilia di Natale chi tiene i bimbi?", "2026-12-24 2026-12-24"),
    ("stasera siete aperti?", "2026-11-22 2026-11-22"),
    ("prima metà di luglio", "2027-07-01 2027-07-15"),
    ("nella seconda metà di giugno", "2027-06-16 2027-06-30"),
    ("sabato 12 cosa c'è?", "2026-12-12 2026-12-12"),
    ("giovedì c'è il gruppo?", "2026-11-26 2026-11-26"),
    ("mi serve un aiuto martedì", "2026-11-24 2026-11-24"),
    ("sabato e domenica cosa si fa?", "2026-11-28 2026-11-29"),
    ("da giugno ad agosto", "2027-06-01 2027-08-31"),
    ("sia luglio che agosto", "2027-07-01 2027-08-31"),
    ("dal 9 giugno la scuola è finita", "2027-06-09 "),
    ("ad Halloween", "2027-10-31 2027-10-31"),
    ("questa settimana ci sono attività?", "2026-11-16 2026-11-22"),
]
NOT_WANTED = [
    "mio figlio è nato il 13 dicembre",
    "nata a marzo 2021",
    "compie 3 anni a gennaio",
    "mia figlia farà 3 anni a giugno, cerco un nido",
    "ricomincio a lavorare a gennaio",
    "l'estate scorsa",
    "ad agosto sono andato al mare",
    "da settembre mio figlio non dorme",
    "lavoro da settembre",
    "il contratto scade a dicembre",
    "il sabato",
    "nel 2019",
    "12/3/2019",
    "dalle 8 alle 13",
    "dal lunedì al venerdì",
    "abito in via 4 novembre 3",
    "la signora Natale",
    "centro estivo",
    "a settembre va in prima",
    "31 febbraio",
    "yoga martedì e giovedì",
    "baby sitter lunedì 8-12",
    "martedì 17",
    "il venerdì cosa fate?",
    "ogni sabato c'è il corso?",
]


@pytest.mark.parametrize(("text", "days"), WANTED)
def test_the_days_on_which_help_is_wanted_are_read(text: str, days: str) -> None:
    (found,) = periods(Utterance(text), TODAY)
    assert " ".join(_written(number) for number in (found.low, found.high - 1)) == days


@pytest.mark.parametrize("text", NOT_WANTED)
def test_births_jobs_streets_and_the_past_are_no_wanted_days(text: str) -> None:
    assert periods(Utterance(text), TODAY) == ()


def test_easter_is_that_of_the_calendar() -> None:
    sundays = {2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25"}
    for year, sunday in sundays.items():
        (found,) = periods(Utterance("pasquetta"), dt.date(year, 1, 1))
        assert _written(found.low - 1) == sunday


def _written(number: float) -> str:
    return "" if math.isinf(number) else dt.date.fromordinal(int(number)).isoformat()
