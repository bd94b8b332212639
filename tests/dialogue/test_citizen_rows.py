"""Lines that citizens typed, of each kind of fault once found: what the last answer holds, and what it must not hold."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.core.content import Content
from bot.dialogue.incoming import parse_line
from bot.dialogue.session import Session
from bot.dialogue.turn import turn
from bot.dialogue.world import Teacher, World

NOW = dt.datetime(2026, 11, 30, 10)
#: Lines, parted by "|"; a pattern that the last answer holds, and one that it must not hold.
LINES = (
    # A day that was asked for is answered: open then, or not.
    ("vacanze di Natale, cosa c'è per bambino di 7 anni a San Donato", r"Nei giorni che hai detto: \d", "Ho trovato"),
    ("cosa c'è il 13 dicembre per bambino di 7 anni a San Donato", "non ho trovato niente. In altri giorni", "Servizi adatti"),
    # Other languages say ages, too.
    ("summer camp for my 7 year old in San Donato", "7 anni", "Quanti anni"),
    ("ciao|am 35 de ani", "35 anni", "nu am înțeles"),
    ("ciao|un bambino|سنتان", "2 anni", "لم أفهم"),
    ("ciao|un bambino|5 Jahre alt", "5 anni", "Quanti anni"),
    # No need of the network: the office, not a guess.
    ("scuola materna per bimba di 4 anni", "segreteria della scuola", "Cerco"),
    ("torno a scuola la sera", "CPIA", "anziani"),
    ("la mia vicina di 88 anni è sola e non mangia", "88 anni", "Disturbi alimentari"),
    # Words without spaces, and letters with them.
    ("HO82ANNIEABITOAMELEGNANO", "82 anni · Melegnano", "non mi basta"),
    ("V O R R E I  L A  S P E S A  A  C A S A", "Servizi salvatempo", "non mi basta"),
    # Not knowing the kind of help ends with a person, not in a circle.
    ("ciao|un bambino|7 anni|Melegnano|non lo so", "una persona può aiutarti a capirlo", "Domanda 4"),
    ("ciao|un bambino|7 anni|Melegnano|non lo so|non lo so", "Vuoi parlare con una persona", "Non ho capito"),
    ("/stop", "mi fermo", "Non conosco"),
    # A survey answers questions about itself, lets go, and takes a search for none of its answers.
    ("/sondaggio_famiglie|a cosa serve?", "Le risposte servono a capire", "trovare i servizi adatti\\. Se"),
    ("/sondaggio_famiglie|Melegnano|basta", "lasciamo il sondaggio", "Quanti figli"),
    ("/sondaggio_famiglie|Melegnano|cerco un nido per mia figlia di 2 anni a Melegnano", "Asilo nido · 2 anni", "Domanda 3"),
    ("/sondaggio_famiglie|Melegnano|2", "Di chi ti prendi cura", "non ho capito"),
    # A short sentence that says more than the answer is heard whole; a name is asked of the bot.
    ("mio figlio va alle elementari", "6–10 anni", "Quanti anni ha"),
    ("bambini nati nel 2014", "11–12 anni", "Quanti anni ha"),
    ("buongiorno signorina", "Ciao! Sono", "non mi basta"),
    ("come ti chiami", "Sono un bot", "Ti metto in contatto"),
    # Below an open card another of its list, and what no field says.
    ("consultorio, ho 16 anni, San Donato|1|quello aperto il sabato invece", "sab 9:00–13:00", "^No"),
    ("consultorio, ho 16 anni, San Donato|1|ma lo dicono ai miei?", "resta riservato", "non lo so"),
    ("asilo nido per bimbo di 10 mesi a Paullo|1|posso vederlo prima?", "Nido con orario lungo", "Spazio neutro"),
    (
        "doposcuola per mio figlio di 8 anni a Melegnano|settanta euro sono troppi per me",
        "Gratis",
        "Che cosa non va|non ho capito",
    ),
    ("yoga per me, 45 anni, Peschiera Borromeo|pilates a pranzo, aprilo", "^Pilates in pausa pranzo", "Cerco"),
)


@pytest.fixture(scope="module")
def world(content: Content, teach: Teacher) -> World:
    """The shipped content."""
    return World.on(content, NOW.date(), teach=teach)


@pytest.mark.parametrize(("lines", "must", "must_not"), LINES)
def test_the_last_answer_holds_what_it_must(world: World, lines: str, must: str, must_not: str) -> None:
    session = Session()
    for line in lines.split("|"):
        result = turn(world, session, parse_line(line), NOW)
        session = result.session
    said = result.replies[-1].plain
    assert re.search(must, said)
    assert not re.search(must_not, said)
