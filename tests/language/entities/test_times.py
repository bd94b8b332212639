"""What people type when asked at what hours they need help. Hours are compared between 6 in the morning and 10 at night.

Leaving work at six means that help is needed from six on; starting at eight, that it is needed until eight.
"""

from __future__ import annotations

import pytest

from bot.core import hours as week
from bot.core.attributes import Vocabulary
from bot.language.entities.times import hours
from bot.language.text.utterance import Utterance
from tests.language.conftest import Read

_DAYTIME = week.week("06:00-22:00; PH 06:00-22:00")

STATED = [
    # From a time on
    ("dopo le 18:30", "Mo-Fr 18:30-22:00"),
    ("dopo le 18.30", "Mo-Fr 18:30-22:00"),
    ("dopo le 18,30", "Mo-Fr 18:30-22:00"),
    ("dopo le 18 e 30", "Mo-Fr 18:30-22:00"),
    ("doppo le 18:30", "Mo-Fr 18:30-22:00"),
    ("dopo le h 18:30", "Mo-Fr 18:30-22:00"),
    ("dalle 18 in poi", "Mo-Fr 18:00-22:00"),
    ("dalle 18", "Mo-Fr 18:00-22:00"),
    ("18 in poi", "Mo-Fr 18:00-22:00"),
    ("dopo le sei", "Mo-Fr 18:00-22:00"),
    ("dopo le sei di sera", "Mo-Fr 18:00-22:00"),
    ("esco alle sei e mezza", "Mo-Fr 18:30-22:00"),
    ("esco alle 18:30", "Mo-Fr 18:30-22:00"),
    ("esco dal lavoro alle 18", "Mo-Fr 18:00-22:00"),
    ("finisco alle 17", "Mo-Fr 17:00-22:00"),
    ("finisco di lavorare alle 19", "Mo-Fr 19:00-22:00"),
    ("stacco alle 17 e un quarto", "Mo-Fr 17:15-22:00"),
    ("torno a casa alle sette", "Mo-Fr 19:00-22:00"),
    ("dopo le cinque e mezza", "Mo-Fr 17:30-22:00"),
    ("dalle due", "Mo-Fr 14:00-22:00"),
    ("dalle 16 e trenta", "Mo-Fr 16:30-22:00"),
    ("dalle 16 e 45", "Mo-Fr 16:45-22:00"),
    ("dopo le 18h30", "Mo-Fr 18:30-22:00"),
    # Until a time
    ("comincio alle 8", "Mo-Fr 06:00-08:00"),
    ("comincio a lavorare alle otto", "Mo-Fr 06:00-08:00"),
    ("inizio alle 7 e mezza", "Mo-Fr 06:00-07:30"),
    ("entro al lavoro alle 8", "Mo-Fr 06:00-08:00"),
    ("attacco alle 7", "Mo-Fr 06:00-07:00"),
    ("prima delle 8:30", "Mo-Fr 06:00-08:30"),
    ("prima delle otto", "Mo-Fr 06:00-08:00"),
    ("entro le 9", "Mo-Fr 06:00-09:00"),
    # From, to
    ("dalle 8 alle 16", "Mo-Fr 08:00-16:00"),
    ("dalle otto alle sedici", "Mo-Fr 08:00-16:00"),
    ("dalle 8.00 alle 16.30", "Mo-Fr 08:00-16:30"),
    ("8-16", "Mo-Fr 08:00-16:00"),
    ("8/16", "Mo-Fr 08:00-16:00"),
    ("8:30-12:30", "Mo-Fr 08:30-12:30"),
    ("16:30 - 18:30", "Mo-Fr 16:30-18:30"),
    ("dalle 4 alle 6", "Mo-Fr 16:00-18:00"),
    ("dalle quattro e mezza alle sei", "Mo-Fr 16:30-18:00"),
    ("dalle nove alle cinque", "Mo-Fr 09:00-17:00"),
    ("dalle 9 all'una", "Mo-Fr 09:00-13:00"),
    ("tra le 14 e le 16", "Mo-Fr 14:00-16:00"),
    ("tra le 14 e 30 e le 16", "Mo-Fr 14:30-16:00"),
    ("dalle 8 a mezzogiorno", "Mo-Fr 08:00-12:00"),
    ("dalle 16 fino alle 19", "Mo-Fr 16:00-19:00"),
    ("dale 8 ale 16", "Mo-Fr 08:00-16:00"),
    ("lavoro dalle 9 alle 18", "Mo-Fr 09:00-18:00"),
    ("dalle 8 alle 12 e dalle 14 alle 18", "Mo-Fr 08:00-12:00,14:00-18:00"),
    # With days
    ("sabato mattina", "Sa 08:00-13:00"),
    ("il sabato pomeriggio", "Sa 13:00-18:00"),
    ("domenica mattina", "Su 08:00-13:00"),
    ("venerdì sera", "Fr 18:00-22:00"),
    ("martedi pomeriggio", "Tu 13:00-18:00"),
    ("lunedì e mercoledì pomeriggio", "Mo,We 13:00-18:00"),
    ("giovedi dopo le 17", "Th 17:00-22:00"),
    ("lun mer ven 17-19", "Mo,We,Fr 17:00-19:00"),
    ("dal lunedì al venerdì dalle 8 alle 13", "Mo-Fr 08:00-13:00"),
    ("da lunedi a giovedi dalle 8 alle 13", "Mo-Th 08:00-13:00"),
    ("lun-ven 8-16", "Mo-Fr 08:00-16:00"),
    ("tutti i giorni dalle 8 alle 16", "Mo-Fr 08:00-16:00 | Mo-Su 08:00-16:00"),
    ("mercoledì", "We 08:00-20:00"),
    ("lunedì e giovedì", "Mo,Th 08:00-20:00"),
    ("sabato dalle 9 alle 12", "Sa 09:00-12:00"),
    ("weekend mattina", "Sa-Su 08:00-13:00"),
    ("dopo le 18 e il sabato mattina", "Mo-Fr 18:00-22:00; Sa 08:00-13:00"),
    ("lunedì mattina e giovedì pomeriggio", "Mo 08:00-13:00; Th 13:00-18:00"),
    ("mercoledi matina", "We 08:00-13:00"),
    ("giovedì dalle 17", "Th 17:00-22:00"),
    ("dalle 8 30 alle 16 30", "Mo-Fr 08:30-16:30"),
    ("dopole 16 e mezza", "Mo-Fr 16:30-22:00"),
    ("mercoldì pommerigio", "We 13:00-18:00"),
]

#: Read through the names of the shipped vocabulary: (text, some of these hours are noted, none of these).
NAMED = [
    ("la mattina presto", "Mo-Fr 07:00-08:30", "Mo-Fr 10:00-22:00"),
    ("di mattina", "Mo-Fr 09:00-13:00", "Mo-Fr 14:00-22:00"),
    ("turno di notte", "Mo-Fr 22:00-24:00,00:00-06:00", "Mo-Fr 09:00-21:00"),
    ("faccio le notti", "Mo-Fr 22:00-24:00,00:00-06:00", "Mo-Fr 09:00-21:00"),
    ("pomeriggio dopo scuola", "Mo-Fr 14:00-18:00", "Mo-Fr 06:00-12:00"),
    ("tutto il giorno", "Mo-Fr 09:00-17:00", "Mo-Fr 00:00-06:00"),
    ("in pausa pranzo", "Mo-Fr 12:30-13:30", "Mo-Fr 16:00-22:00"),
    ("sera, dopo le 20", "Mo-Fr 20:00-22:00", "Mo-Fr 06:00-17:00"),
    ("alle 17", "Mo-Fr 17:00-17:30", "Mo-Fr 06:00-14:00"),
    ("verso le 17:30", "Mo-Fr 17:30-18:00", "Mo-Fr 06:00-14:00"),
    ("ore 18", "Mo-Fr 18:00-18:30", "Mo-Fr 06:00-14:00"),
    ("17:00", "Mo-Fr 17:00-17:30", "Mo-Fr 06:00-14:00"),
    ("fino alle 19", "Mo-Fr 18:00-19:00", "Mo-Fr 20:00-22:00"),
    ("dalle 22 alle 6", "Mo-Fr 22:00-24:00", "Mo-Fr 09:00-21:00"),
    ("mattina dalle 9 alle 11", "Mo-Fr 09:00-11:00", "Mo-Fr 12:00-22:00"),
    ("la sera e il sabato mattina", "Mo-Fr 18:00-22:00; Sa 09:00-12:00", "Mo-Fr 09:00-12:00; Sa 15:00-18:00"),
    ("nel weekend", "Sa-Su 09:00-18:00", "Mo-Fr 06:00-22:00"),
    ("fine settimana", "Sa-Su 09:00-18:00", "Mo-Fr 06:00-22:00"),
    ("fine setimana", "Sa-Su 09:00-18:00", "Mo-Fr 06:00-22:00"),
    ("la serra", "Mo-Fr 18:00-22:00", "Mo-Fr 06:00-17:00"),
    ("la domenica", "Su 09:00-18:00", "Mo-Sa 06:00-22:00"),
]

NOT_STATED = [
    "Melegnano",
    "7 anni",
    "due figli",
    "20077",
    "alle 32",
    "alle 25:70",
    "dalle 99 alle 120",
    "faccio i turni",
    "dipende",
    "ho 2 lavori",
    "via Roma 18",
    "333 1234567",
    "dal dentista",
    "assistenza domestica",
    "in serra",
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_typed_hours_are_noted_as_a_clerk_would(read: Read, vocabulary: Vocabulary, text: str, expected: str) -> None:
    noted = slots(vocabulary, read, text)
    assert noted & _DAYTIME in [week.week(one) & _DAYTIME for one in expected.split("|")], read("orario", text)


@pytest.mark.parametrize(("text", "some", "none"), NAMED)
def test_hours_without_a_clock_are_noted_too(read: Read, vocabulary: Vocabulary, text: str, some: str, none: str) -> None:
    noted = slots(vocabulary, read, text)
    assert week.week(some) & ~noted == 0, read("orario", text)
    assert week.week(none) & noted == 0, read("orario", text)


@pytest.mark.parametrize("text", NOT_STATED)
def test_text_without_hours_states_none(read: Read, text: str) -> None:
    assert hours(Utterance(text)) == ()
    assert read("orario", text).values == ()


def slots(vocabulary: Vocabulary, read: Read, text: str) -> int:
    """The week that is noted down for an answer."""
    tested = vocabulary.known("orario", read("orario", text).values).comparable
    assert isinstance(tested, int)
    return tested
