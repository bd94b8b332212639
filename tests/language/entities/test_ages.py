"""What people type when asked for an age, and what a careful clerk would note down. Today is 22 November 2026.

7       seven years old              8m      eight months old
6-10    from six to ten              65+     sixty-five or more             <3    not yet three
3½      three and a half, at least   (2)     two, or a part of that year
~8      about eight: a school class leaves a year open on either side
*2019   born that year               4, 9    two people, in the order in which they were said
a | b   both are right
"""

from __future__ import annotations

import math

import pytest

from bot.core.conditions import Span
from bot.language.entities.ages import ages
from bot.language.text.utterance import Utterance
from tests.language.conftest import TODAY

STATED = [
    # One number
    ("7", "7"),
    ("sette", "7"),
    ("SETTE", "7"),
    ("7 anni", "7"),
    ("7anni", "7"),
    ("7.", "7"),
    ("7!!!", "7"),
    ("7 😊", "7"),
    ("anni 7", "7"),
    ("anni sette", "7"),
    ("età 7", "7"),
    ("eta: 7 anni", "7"),
    ("7 anni compiuti", "7"),
    ("7 anni appena compiuti", "7"),
    ("ne ha 7", "7"),
    ("ha 7 anni", "7"),
    ("sette anni", "7"),
    ("mio figlio ha sette anni", "7"),
    ("la bimba ha 6 anni", "6"),
    ("mia figlia di 9 anni", "9"),
    ("1", "1"),
    ("uno", "1"),
    ("un anno", "1"),
    ("1 anno", "1"),
    ("un annetto", "1"),
    ("due", "2"),
    ("11 anni", "11"),
    ("undici", "11"),
    ("sedici anni", "16"),
    ("diciassette", "17"),
    ("21", "21"),
    ("ventuno", "21"),
    ("ho 45 anni", "45"),
    ("ne ho 34", "34"),
    ("quarantatre anni", "43"),
    ("quarantatrè", "43"),
    ("84", "84"),
    ("ottantaquattro", "84"),
    ("settantacinque anni", "75"),
    ("novantadue", "92"),
    ("mia nonna ne ha 92", "92"),
    ("ha compiuto 90 anni", "90"),
    ("90 compiuti", "90"),
    ("cento", "100"),
    ("102 anni", "102"),
    ("75enne", "75"),
    ("ottantenne", "80"),
    ("trentacinquenne", "35"),
    ("sessantottenne", "68"),
    ("circa 70", "70"),
    ("70 circa", "70"),
    ("più o meno 70 anni", "70"),
    ("intorno ai 40", "40"),
    ("sui 50", "50"),
    ("0", "<1"),
    ("zero anni", "<1"),
    # Typing errors
    ("7 ani", "7"),
    ("7 ann", "7"),
    ("7 anno", "7"),
    ("7 annni", "7"),
    ("7 anbi", "7"),
    ("8 messi", "8m"),
    ("8 mes", "8m"),
    ("otto mezi", "8m"),
    ("quatro anni", "4"),
    ("quatro", "4"),
    ("cinqe anni", "5"),
    ("dodoci", "12"),
    ("ottantaquatro", "84"),
    ("setanta", "70"),
    ("7anniii", "7"),
    # Months
    ("8 mesi", "8m"),
    ("8mesi", "8m"),
    ("mesi 8", "8m"),
    ("8m", "8m"),
    ("18m", "18m"),
    ("18 m", "18m"),
    ("otto mesi", "8m"),
    ("quattordici mesi", "14m"),
    ("24 mesi", "24m"),
    ("36 mesi", "36m"),
    ("un mese", "1m"),
    ("8 mesi e mezzo", "8m"),
    ("ha quasi nove mesi", "8m | 9m"),
    ("mezzo anno", "0½"),
    ("20 giorni", "0m"),
    ("3 settimane", "0m"),
    ("10 settimane", "2m"),
    # Years and months
    ("un anno e mezzo", "1½"),
    ("1 anno e mezzo", "1½"),
    ("3 anni e mezzo", "3½"),
    ("tre anni e mezzo", "3½"),
    ("3 e mezzo", "3½"),
    ("sei e mezzo", "6½"),
    ("3 anni e mezza", "3½"),
    ("5,5", "5½"),
    ("5.5 anni", "5½"),
    ("5½", "5½"),
    ("5 1/2", "5½"),
    ("5 anni e 1/2", "5½"),
    ("3 anni emezzo", "3½"),
    ("un hanno e mezo", "1½"),
    ("7 anni e 3 mesi", "87m"),
    ("7 anni 3 mesi", "87m"),
    ("7 anni, 3 mesi", "87m"),
    ("due anni e sei mesi", "30m"),
    ("un anno e due mesi", "14m"),
    ("1 anno e 1 mese", "13m"),
    ("2a e 3m", "27m"),
    ("7 e qualcosa", "7"),
    # Not quite yet
    ("ne ha quasi 3", "(2)"),
    ("quasi tre anni", "(2)"),
    ("quasi 6", "(5)"),
    ("quasi un anno", "<1 | (0)"),
    ("compie 6 anni a marzo", "(5)"),
    ("compirà 3 anni ad aprile", "(2)"),
    ("ne fa 4 a gennaio", "(3)"),
    ("tra poco ne fa 4", "(3)"),
    ("deve compiere 3 anni", "(2)"),
    ("non ha ancora 3 anni", "(2) | <3"),
    # Born
    ("2019", "*2019"),
    ("nata nel 2019", "*2019"),
    ("nato nel 2019", "*2019"),
    ("del 2021", "*2021"),
    ("è del 2018", "*2018"),
    ("e' del 2018", "*2018"),
    ("anno 2016", "*2016"),
    ("classe 2012", "*2012"),
    ("classe 1952", "*1952"),
    ("classe '52", "*1952"),
    ("classe 52", "*1952"),
    ("del '79", "*1979"),
    ("sono del 79", "*1979"),
    ("del '21", "*2021"),
    ("nato nel 48", "*1948"),
    ("nata nel duemiladiciannove", "*2019"),
    ("12/03/2019", "92m"),
    ("nata il 12/03/2019", "92m"),
    ("12.03.2019", "92m"),
    ("12-3-2019", "92m"),
    ("12/3/19", "92m"),
    ("2019-03-12", "92m"),
    ("12 marzo 2019", "92m"),
    ("nato il 12 marzo del 2019", "92m"),
    ("15/8/50", "915m"),
    ("marzo 2020", "79m-80m"),
    ("nata a settembre 2023", "37m-38m"),
    ("nel settembre del 2023", "37m-38m"),
    # School
    ("fa la terza elementare", "~8"),
    ("terza elementare", "~8"),
    ("prima elementare", "~6"),
    ("in seconda elementare", "~7"),
    ("3a elementare", "~8"),
    ("3^ elementare", "~8"),
    ("3 elementare", "~8"),
    ("quarta primaria", "~9"),
    ("quinta elemntare", "~10"),
    ("terza elem.", "~8"),
    ("prima media", "~11"),
    ("1° media", "~11"),
    ("III media", "~13"),
    ("IV elementare", "~9"),
    ("in terza media", "~13"),
    ("prima superiore", "~14"),
    ("quarta superiore", "~17"),
    ("seconda liceo", "~15"),
    ("primo anno di superiori", "~14"),
    ("al liceo in 3ª", "~16"),
    ("liceo scientifico, terzo anno", "~16"),
    ("seconda alberghiero", "~15"),
    ("gruppo mezzani", "~4"),
    ("tra i grandi della materna", "~5"),
    ("scuola dell'infanzia, gruppo dei piccoli", "~3"),
    ("l'anno prossimo va in prima media", "~10"),
    ("va alle elementari", "6-10"),
    ("elementari", "6-10"),
    ("scuola primaria", "6-10"),
    ("alle medie", "11-13"),
    ("va alla materna", "3-5"),
    ("scuola dell'infanzia", "3-5"),
    ("va al nido", "<3 | 3m-35m"),
    ("ultimo anno di materna", "~5"),
    # Several people
    ("2 e 8 anni", "2, 8"),
    ("2 e 8", "2, 8"),
    ("due e otto", "2, 8"),
    ("uno di 4 e una di 9", "4, 9"),
    ("4, 7 e 11", "4, 7, 11"),
    ("4 7 11", "4, 7, 11"),
    ("4,7", "4, 7"),
    ("4 e 7 e 11 anni", "4, 7, 11"),
    ("4 anni e 8 mesi la piccola", "56m"),
    ("4 anni, 8 mesi e 11 anni", "4, 8m, 11 | 56m, 11"),
    ("8 mesi e 4 anni", "8m, 4"),
    ("3 anni e 8 anni", "3, 8"),
    ("3 figli di 2, 5 e 9 anni", "2, 5, 9"),
    ("2 bambini, 4 e 7", "4, 7"),
    ("ho due bimbe di 3 e 6 anni", "3, 6"),
    ("due gemelli di 4 anni", "4"),
    ("2 figli 5 e 8", "5, 8"),
    ("lei 7 lui 4", "7, 4"),
    ("il grande 10 il piccolo 6", "10, 6"),
    ("34 io e 36 mio marito", "34, 36"),
    ("mamma 78 papà 81", "78, 81"),
    ("uno va in terza elementare e l'altra ha 3 anni", "~8, 3"),
    ("uno in prima e l'altro in terza elementare", "~6, ~8"),
    ("prima, terza e quinta elementare", "~6, ~8, ~10"),
    ("una in seconda media e uno in prima", "~12, ~11"),
    ("2017 e 2020", "*2017, *2020"),
    ("uno del 2017 e uno del 2020", "*2017, *2020"),
    ("3 anni e mezzo e 7", "3½, 7"),
    ("3, 7, 11 anni", "3, 7, 11"),
    # Ranges
    ("6-10", "6-10"),
    ("6 - 10 anni", "6-10"),
    ("tra 6 e 10", "6-10"),
    ("tra i 6 e i 10 anni", "6-10"),
    ("dai 6 ai 10 anni", "6-10"),
    ("da 6 a 10", "6-10"),
    ("fra i tre e i cinque anni", "3-5"),
    ("6/7 anni", "6-7 | 6, 7"),
    ("6 o 7 anni", "6-7 | 6, 7"),
    ("18-24 mesi", "18m-24m"),
    ("18/24 mesi", "18m-24m"),
    ("dai 3 mesi ai 3 anni", "3m-47m | 3m-36m"),
    ("0-3 anni", "0-3"),
    ("over 65", "65+"),
    ("over70", "70+"),
    ("65+", "65+"),
    ("> 65", "65+"),
    ("più di 65 anni", "65+"),
    ("piu di 65", "65+"),
    ("oltre gli 80", "80+"),
    ("più di ottant'anni", "80+"),
    ("sopra i 65", "65+"),
    ("dai 65 in su", "65+"),
    ("65 anni e oltre", "65+"),
    ("maggiorenne", "18+"),
    ("ultraottantenne", "80+"),
    ("meno di un anno", "<1"),
    ("sotto i 3 anni", "<3"),
    ("meno di 6 mesi", "<6m"),
    ("under 14", "<14"),
    ("< 3", "<3"),
    ("minorenne", "<18"),
    ("fino a 3 anni", "<3 | <4"),
]

NOT_STATED = [
    "Melegnano",
    "150",
    "999",
    "2030",
    "nata nel 2045",
    "nato nel 1850",
    "tel 0298765432",
    "333 1234567",
    "20077",
    "via Roma 7/B, 20077 Melegnano",
    "dopo le 18:30",
    "alle 18.30",
    "ho due figli",
    "3 figli",
    "quinta",
    "3 volte alla settimana",
    "100 euro",
    "7 km",
    "32/13/2019",
    "sei gentile",
    "tu sei un robot?",
    "una volta al mese",
    "pacco alimentare",
    "prima mediazione",
]


def bounds(written: str) -> tuple[float, float]:
    """A single age or range in months: from, until."""
    low, _, high = written.partition("-")
    if high:
        return bounds(low)[0], bounds(high)[1]
    if written.endswith("m"):
        return float(written[:-1]), float(written[:-1]) + 1
    return float(written) * 12, float(written) * 12 + 12


def least_and_most(written: str) -> tuple[Span, Span]:
    """What the reading must contain at least, and what it may contain at most."""
    if written.startswith("("):
        low, high = bounds(written[1:-1])
        return Span(high - 1, high), Span(low, high)
    if written.startswith("~"):
        low, high = bounds(written[1:])
        return Span(low, low + 1), Span(low - 12, high + 12)
    if written.startswith("*"):
        youngest = (TODAY.year - 1 - int(written[1:])) * 12 + TODAY.month - 1
        return Span(youngest + 1, youngest + 12), Span(youngest, youngest + 13)
    if written.startswith("<"):
        span = Span(0, bounds(written[1:])[0])
        return span, span
    if written.endswith("+"):
        low = bounds(written[:-1])[0]
        return Span(low, 110 * 12), Span(low, math.inf)
    if written.endswith("½"):
        low, high = bounds(written[:-1])
        return Span(low + 6, low + 7), Span(low, high)
    span = Span(*bounds(written))
    return span, span


def agrees(found: tuple[Span, ...], expected: str) -> bool:
    """Whether the spans are those of one of the alternatives."""
    for alternative in expected.split("|"):
        people = [least_and_most(one.strip()) for one in alternative.split(",")]
        if len(people) == len(found) and all(
            most.low <= span.low <= least.low and least.high <= span.high <= most.high
            for span, (least, most) in zip(found, people, strict=True)
        ):
            return True
    return False


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_a_typed_age_is_noted_as_a_clerk_would(text: str, expected: str) -> None:
    assert agrees(ages(Utterance(text), TODAY), expected), ages(Utterance(text), TODAY)


@pytest.mark.parametrize("text", NOT_STATED)
def test_numbers_that_are_no_ages_are_left_alone(text: str) -> None:
    assert ages(Utterance(text), TODAY) == ()
