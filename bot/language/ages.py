"""Typed ages: "8 mesi", "3 anni e mezzo", "nata nel 2019", "fa la terza elementare", "2 e 8 anni" → spans of months."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable

from text_to_num import alpha2digit

from bot.core.attributes import MONTHS, years
from bot.core.conditions import Span
from bot.language.normalise import LONGEST

#: Nobody is older, in years.
OLDEST = 120
#: Children enter the first year of primary school in the calendar year of their sixth birthday (D.Lgs. 59/2004).
_FIRST_GRADE_AGE = 6
#: The school year begins in September.
_SCHOOL_STARTS = 9

_SMALL_NUMBERS = ["zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci"]
_SMALL = re.compile(rf"\b(?:{'|'.join(_SMALL_NUMBERS)})\b")
_ORDINALS = {"prima": 1, "1a": 1, "seconda": 2, "2a": 2, "terza": 3, "3a": 3, "quarta": 4, "4a": 4, "quinta": 5, "5a": 5}
_GRADES_BEFORE = {"elementar": 0, "primaria": 0, "medi": 5, "secondaria": 5, "superior": 8, "liceo": 8}
_SCHOOLS = (
    (re.compile(r"\basilo nido\b|\bal nido\b"), Span(3, 36)),
    (re.compile(r"\bmaterna\b|\bscuola dell.infanzia\b|\ball.infanzia\b|\ball.asilo\b"), years(3, 6)),
    (re.compile(r"\belementari\b|\bscuola primaria\b|\balla primaria\b"), years(6, 11)),
    (re.compile(r"\bscuole? medi[ae]\b|\balle medie\b|\bmedie\b"), years(11, 14)),
    (re.compile(r"\bsuperiori\b|\bal liceo\b"), years(14, 19)),
    (re.compile(r"\bneonat[oai]\b|\bappena nat[oai]\b"), Span(0, 4)),
)
_CLASS = re.compile(
    r"\b(prima|seconda|terza|quarta|quinta|[1-5][ªa°^])\s+(?:classe\s+)?(?:di\s+|della?\s+|alle?\s+)?(?:scuola\s+)?"
    r"(elementar|primaria|medi|secondaria|superior|liceo)"
)
_MONTH_NAMES = (
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()  # noqa: SIM905
)
_BORN_ON = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-]((?:19|20)\d\d)\b")
_BORN_IN_MONTH = re.compile(rf"\b({'|'.join(_MONTH_NAMES)})\s+(?:del\s+)?((?:19|20)\d\d)\b")
_BORN_IN = re.compile(r"\b((?:19|20)\d\d)\b")
_BIRTH = re.compile(r"\b(?:nat[oaie]|nascit[ao]|classe|anno|del|nel)\b")
_YEARS_AND_MONTHS = re.compile(r"\b(\d{1,3})\s*ann[io]\s*(?:e|,)?\s*(\d{1,2})\s*mes[ie]\b")
_AND_A_HALF = re.compile(r"\b(\d{1,3})\s*(?:ann[io]\s*)?e\s*mezz[oa]\b|\b(\d{1,3})\s*(?:½|[.,]5)(?!\d)")
_TURNING = re.compile(
    r"\b(?:compie|compira|compiera|fara|fa)\s+(?:i\s+|gli\s+)?(\d{1,3})\b(?!\s*mes)|\bquasi\s+(\d{1,3})\b(?!\s*mes)"
)
_OVER = re.compile(r"\b(?:piu di|oltre|almeno|dai|over)\s+(\d{1,3})\b")
_UNDER = re.compile(r"\b(?:meno di|sotto i|sotto gli|under|non ancora)\s+(\d{1,3})\s*(mes)?")
_BETWEEN = re.compile(r"\b(\d{1,3})\s*(?:-|–|/|ai|agli)\s*(\d{1,3})\b(?!\s*[/.\-]\d)\s*(mes)?")
_MONTHS_OLD = re.compile(r"\b(\d{1,3})\s*mes[ie]\b")
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3})(?![\w]|[.,]\d)")


def ages(text: str, today: dt.date) -> tuple[Span, ...]:
    """The ages stated in an answer, as spans of months in the order in which they were said; empty when there are none.

    A stated age is one year (or one month) long; a birth year and a school year are as long as what they leave open.
    """
    said = _prepared(text)
    found: list[tuple[int, Span]] = []

    def take(pattern: re.Pattern[str], span: Callable[[re.Match[str]], Span | None]) -> None:
        nonlocal said
        for match in pattern.finditer(said):
            result = span(match)
            if result is not None and 0 <= result.low < result.high and result.low <= OLDEST * MONTHS:
                found.append((match.start(), result))
        said = pattern.sub(lambda m: " " * len(m.group()), said)

    only_months = "mes" in said and "ann" not in said
    take(_CLASS, lambda m: _school_class(m, today))
    take(_BORN_ON, lambda m: _born(today, int(m[3]), int(m[2])))
    take(_BORN_IN_MONTH, lambda m: _born(today, int(m[2]), _MONTH_NAMES.index(m[1]) + 1))
    take(_BORN_IN, lambda m: _born(today, int(m[1]), None))
    take(_YEARS_AND_MONTHS, lambda m: Span(int(m[1]) * 12 + int(m[2]), int(m[1]) * 12 + int(m[2]) + 1))
    take(_AND_A_HALF, lambda m: Span(int(m[1] or m[2]) * 12 + 6, int(m[1] or m[2]) * 12 + 12))
    take(_TURNING, lambda m: years(int(m[1] or m[2]) - 1))
    take(_BETWEEN, lambda m: _between(int(m[1]), int(m[2]), months=bool(m[3])))
    take(_OVER, lambda m: Span(int(m[1]) * 12, math.inf))
    take(_UNDER, lambda m: Span(0, int(m[1]) * (1 if m[2] else 12)))
    take(_MONTHS_OLD, lambda m: Span(int(m[1]), int(m[1]) + 1))
    take(_NUMBER, lambda m: Span(int(m[1]), int(m[1]) + 1) if only_months else years(int(m[1])))
    if not found:
        for pattern, span in _SCHOOLS:
            take(pattern, lambda _, span=span: span)  # type: ignore[misc]
    return tuple(dict.fromkeys(span for _, span in sorted(found, key=lambda pair: pair[0])))


def _prepared(text: str) -> str:
    """Lower case, no accents, number words as digits, "un anno" as "1 anno"; "uno di 2" keeps only the age."""
    said = text[:LONGEST].casefold()
    for accented, plain in zip("àèéìòù’", "aeeiou'", strict=True):
        said = said.replace(accented, plain)
    said = re.sub(r"\bun[oa]?\s+(?:di|ha|ne ha)\s+", " ", said)
    said = re.sub(r"\bl'altr[oa]\s+(?:di\s+|ha\s+|ne ha\s+)?", " ", said)
    said = re.sub(r"\bun\s+(ann|mes)", r"1 \1", said)
    # text2num leaves small numbers that stand alone as words.
    said = _SMALL.sub(lambda m: str(_SMALL_NUMBERS.index(m[0])), said)
    return alpha2digit(said, "it") if re.search(r"[a-z]", said) else said


def _between(low: int, high: int, *, months: bool) -> Span | None:
    if low >= high:
        return None
    return Span(low, high + 1) if months else years(low, high + 1)


def _school_class(match: re.Match[str], today: dt.date) -> Span | None:
    grade = _ORDINALS.get(match[1]) or int(match[1][0])
    grade += _GRADES_BEFORE[match[2]]
    started = today.year if today.month >= _SCHOOL_STARTS else today.year - 1
    return _born(today, started - _FIRST_GRADE_AGE - grade + 1, None)


def _born(today: dt.date, year: int, month: int | None) -> Span | None:
    """The ages, in months, of somebody born in a year, or in a month of it; None for a year to come.

    The day of birth is not known, so the month of the birthday may still be short of one.
    """
    if month is not None and not 1 <= month <= MONTHS:
        return None
    now = today.year * MONTHS + today.month - 1
    first = year * MONTHS + (0 if month is None else month - 1)
    last = year * MONTHS + (MONTHS - 1 if month is None else month - 1)
    youngest, oldest = max(now - last - 1, 0), now - first
    return None if oldest < 0 else Span(youngest, oldest + 1)
