"""Typed ages: "8 mesi", "3 anni e mezzo", "nata nel 2019", "fa la terza elementare", "2 e 8 anni" → spans of months.

The text is first written in one way (`_canonical`): digits, and every spelling of a unit as "anni" or "mesi". The rules then
take what they recognise out of it, the most particular first; a number that nothing else explains is an age in years.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.attributes import MONTHS, years
from bot.core.conditions import Span
from bot.language.normalise import in_digits, plain

#: Nobody is older, in years.
OLDEST = 120
#: Children enter the first year of primary school in the calendar year of their sixth birthday (D.Lgs. 59/2004).
_FIRST_GRADE_AGE = 6
#: The school year begins in September.
_SCHOOL_STARTS = 9
_DAYS_IN_MONTH = 30.44

# --- Spelling

_UNITS = ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
_ONES = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_TEENS = ("dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove")
_TENS = {ten: 10 * number for number, ten in enumerate((*_UNITS, "cento"), start=2)}
#: The numbers in words from 4 to 99, to compare misspelt ones with.
_NUMBERS = (
    {one: number for number, one in enumerate(_ONES, start=1) if number > 3}
    | {teen: number for number, teen in enumerate(_TEENS, start=10)}
    | {ten: number for ten, number in _TENS.items() if number < 100}
    | {
        (ten[:-1] if one[0] in "uo" else ten) + one: 10 * number + unit
        for number, ten in enumerate(_UNITS, start=2)
        for unit, one in enumerate(_ONES, start=1)
    }
)
#: Without its last vowel: "ottant'anni", "trentacinquenne", "una sessantina".
_ELIDED = {word[:-1]: number for word, number in (_TENS | _NUMBERS).items()}
_MONTH_NAMES = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
                "novembre", "dicembre")  # fmt: skip
_SCHOOL_WORDS = ("elementare", "elementari", "primaria", "secondaria", "superiore", "superiori", "materna", "infanzia")
_WORD = re.compile(r"[a-z]+")
_SEAM = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_AFTER_NUMBER = re.compile(r"(?<=\d )([a-z]{2,10})\b")
_ONE = re.compile(r"\bun[ao]? (?=ann|mes[ei]|mesett|settiman|giorn)|^un[oa]$")
_DOUBLED = re.compile(r"([a-z])\1+")

# --- What stands in canonical text. "|" is what has been taken.

_N = r"(?<![\d.,:/|])(\d{1,3})(?![\d:]|[.,/]\d)"
_UNIT = r"(?: (anni|mesi))?"
_CLASS = re.compile(
    r"\b(prim|second|terz|quart|quint|ultim|[1-5](?: ?[ao°^])?|i{1,3}|iv|v)[ao]? (?:anno |classe )?(?:di |dell[ae] |delle |alle )?"
    r"(?:scuola |istituto )?(?:dell |di )?(elem|primari|medi[ae]|secondari[ae] di (?:secondo|2o?|ii) grado|secondari|sup|lice|"
    r"matern|infanzia|asilo)[a-z]*"
)
_ORDINALS = {"prim": 1, "second": 2, "terz": 3, "quart": 4, "quint": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
#: The school years before the first one of a school, primary school being the first; and how many years it has.
_SCHOOL_BEGINS = {"elem": 0, "prim": 0, "medi": 5, "seco": 5, "supe": 8, "sup": 8, "lice": 8, "mate": -3, "infa": -3, "asil": -3}
_SCHOOL_LASTS = {0: 5, 5: 3, 8: 5, -3: 3}
_YEAR = r"((?:18|19|20)\d\d)"
_BORN_ON = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\d/-]|\.\d)")
_BORN_ON_ISO = re.compile(rf"(?<!\d){_YEAR}-(\d\d)-(\d\d)(?!\d)")
_BORN_IN_MONTH = re.compile(rf"(?:(?<!\d)(\d{{1,2}}) )?\b({'|'.join(_MONTH_NAMES)}) (?:del |dell anno )?{_YEAR}(?!\d)")
_BORN_IN = re.compile(rf"(?<![\d.,/]){_YEAR}(?!\d)")
_BORN_IN_SHORT = re.compile(r"\b(?:classe|del|nel|nat[oaie](?: nel)?|anno) (\d\d)(?! anni| mesi|\d|[.,:/-]\d)")
_NO_AGE = re.compile(
    r"\b(?:alle|dalle|le|ore|h|tel|n|via|numero|civico) \d{1,2}(?:[:.,]\d\d)?(?!\d)|(?<!\d)\d{1,2}[:.]\d\d(?!\d)|"
    r"\d+ ?/ ?[a-z]|(?:€|euro) ?\d+|\d+ ?(?:€|%)|"
    r"(?<!\d)\d{1,3} (?:figli|bimb|bambin|gemell|ragazz|nipot|masch|femmin|fratell|sorell|person|adult|volt|ore\b|ora\b|"
    r"minut|km|kg|euro|metri|lavor|stanz|piano|" + "|".join(_MONTH_NAMES) + r")[a-z]*|"
    r"\b(?:tra|fra) \d{1,2} (?:mesi|anni|settiman[ae]|giorni)(?! e )|\d+ anni fa\b"
)
_TO = r" ?(?:-|–|/|\ba(?:i|gli)?\b|\be(?: i| gli)?\b|\bo(?:ppure)?\b|\bfino a(?:i|gli)?\b) ?"
_RANGE = re.compile(rf"\b(?:(?:tra|fra|da|dai|dagli) (?:i |gli )?){_N}{_UNIT}{_TO}{_N}{_UNIT}")
_LIST = re.compile(rf"(?<![\d.,:/|-])\d{{1,3}}(?: ?(?:-|–|/|\bo\b|\boppure\b) ?\d{{1,3}})+(?![\d:/]|[.,]\d|-\d){_UNIT}")
_YEARS_AND_MONTHS = re.compile(rf"{_N} (?:anni|a),? (?:e )?(\d{{1,2}}) (?:mesi|m)\b")
_AND_A_HALF = re.compile(rf"{_N}{_UNIT} e mezzo\b|(?<![\d.,:/])(\d{{1,3}})[.,]5(?!\d)(?: anni)?")
_HALF_A_YEAR = re.compile(r"\bmezzo anni\b")
_TURNING = re.compile(
    rf"\b(?:compi(?:e|ra|rai|ono|ra[n]+o|ere|amo)|fara|fa|fanno|quasi|ancora|neanche|nemmeno) (?:gli |i |ancora )?{_N}{_UNIT}"
)
_OVER = re.compile(
    rf"(?:\b(?:piu|oltre|almeno|over|sopra|ultra|dai|dagli|maggiore)\b|>) ?(?:di |i |gli |a )?{_N}{_UNIT}"
    rf"|{_N} ?\+|{_N}{_UNIT} (?:in su|e oltre|[eo] piu|in poi|in avanti)\b"
)
_UNDER = re.compile(rf"(?:\b(?:meno di|sotto|under|fino a|fino ai|massimo|minore di|entro)\b|<) ?(?:i |gli )?{_N}{_UNIT}")
_DAYS_OLD = re.compile(rf"{_N} (?:giorn[a-z]+|gg)\b")
_WEEKS_OLD = re.compile(rf"{_N} settiman[a-z]+\b")
_MONTHS_OLD = re.compile(rf"{_N} (?:mesi|m)\b(?: e mezzo\b)?|\bmesi {_N}")
_NUMBER = re.compile(rf"{_N}(?! ?[a°^]\b)")
_IN_WORDS = (
    (re.compile(r"\bnido\b"), Span(3, 36)),
    (re.compile(r"\bmatern[ae]\b|\binfanzia\b|\basilo\b"), years(3, 6)),
    (re.compile(r"\belementari\b|\bprimaria\b"), years(6, 11)),
    (re.compile(r"\bmedie\b|\bscuola media\b"), years(11, 14)),
    (re.compile(r"\bsuperiori\b|\bliceo\b"), years(14, 19)),
    (re.compile(r"\bneonat[oaie]\b|\bappena nat[oaie]\b"), years(0)),
    (re.compile(r"\bmaggiorenn[ei]\b"), Span(18 * MONTHS, math.inf)),
    (re.compile(r"\bminorenn[ei]\b"), years(0, 18)),
)


def ages(text: str, today: dt.date) -> tuple[Span, ...]:
    """The ages stated in an answer, as spans of months in the order in which they were said; empty when there are none.

    A stated age is one year (or one month) long; a birth year and a school year are as long as what they leave open.
    """
    said = _canonical(text)
    found: list[tuple[int, Span]] = []

    def take(pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[Span | None]]) -> None:
        nonlocal said
        for match in pattern.finditer(said):
            spans = (span for span in read(match) if span is not None)
            found.extend((match.start(), span) for span in spans if 0 <= span.low < span.high and span.low <= OLDEST * MONTHS)
        said = pattern.sub(lambda match: "|" * len(match[0]), said)

    only_months = "mesi" in said and "anni" not in said
    take(_CLASS, lambda m: [_school_class(m, today)])
    take(_BORN_ON, lambda m: [_born(today, _full_year(m[4], today), int(m[3]), int(m[1]))])
    take(_BORN_ON_ISO, lambda m: [_born(today, int(m[1]), int(m[2]), int(m[3]))])
    take(_BORN_IN_MONTH, lambda m: [_born(today, int(m[3]), _MONTH_NAMES.index(m[2]) + 1, int(m[1]) if m[1] else None)])
    take(_BORN_IN, lambda m: [_born(today, int(m[1]))])
    take(_BORN_IN_SHORT, lambda m: [_born(today, _full_year(m[1], today))])
    take(_RANGE, lambda m: [_between(int(m[1]), m[2] or m[4], int(m[3]), m[4])])
    take(_NO_AGE, lambda _: [])
    take(_YEARS_AND_MONTHS, lambda m: [_month(int(m[1]) * MONTHS + int(m[2]))])
    take(_AND_A_HALF, lambda m: [_month(int(m[1])) if m[2] == "mesi" else _later_half(int(m[1] or m[3]))])
    take(_HALF_A_YEAR, lambda _: [_month(MONTHS // 2)])
    take(_LIST, _listed)
    take(_TURNING, lambda m: [_stated(int(m[1]) - 1, m[2])])
    take(_OVER, lambda m: [Span(int(m[1] or m[3] or m[4]) * _months(m[2] or m[5]), math.inf)])
    take(_UNDER, lambda m: [Span(0, int(m[1]) * _months(m[2]))])
    take(_DAYS_OLD, lambda m: [_month(int(int(m[1]) / _DAYS_IN_MONTH))])
    take(_WEEKS_OLD, lambda m: [_month(int(int(m[1]) * 7 / _DAYS_IN_MONTH))])
    take(_MONTHS_OLD, lambda m: [_month(int(m[1] or m[2]))])
    take(_NUMBER, lambda m: [_stated(int(m[1]), "mesi" if only_months else None)])
    if not found:
        for pattern, span in _IN_WORDS:
            take(pattern, lambda _, span=span: [span])  # type: ignore[misc]
    return tuple(dict.fromkeys(span for _, span in sorted(found, key=lambda pair: pair[0])))


# --- Spelling


def _canonical(text: str) -> str:
    """Plain text with numbers as digits and units, months and schools as they are spelt in the rules."""
    said = _SEAM.sub(" ", in_digits(plain(text)))
    said = _ONE.sub("1 ", said)
    alone = " " not in said
    said = _WORD.sub(lambda m: _respelt(m[0], alone=alone), said)
    said = _AFTER_NUMBER.sub(lambda m: _unit(m[1]), said)
    return said.replace("1/2", "mezzo") if re.search(r"(?:\d|e|anni) 1/2", said) else said


def _respelt(word: str, *, alone: bool) -> str:
    if len(word) < 4:
        return word
    if word.startswith("ultra"):
        return "ultra " + _respelt(word.removeprefix("ultra"), alone=alone)
    number = _ELIDED.get(re.sub(r"(?:enn[ei]|ina)$", "", word))
    return word
