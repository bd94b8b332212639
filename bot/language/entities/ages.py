"""Typed ages: "8 mesi", "3 anni e mezzo", "nata nel 2019", "fa la terza elementare", "2 e 8 anni" → spans of months.

The text is first written in one way (`canonical`): numbers as digits, every spelling of a unit as "anni" or "mesi". The
rules then take out of it what they recognise, the most particular first; a number that is left over is an age in years.
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
from bot.language.text.normalise import plain
from bot.language.text.numerals import guessed, in_digits

#: Nobody is older, in years.
OLDEST = 120
#: Children enter the first year of primary school in the calendar year of their sixth birthday (D.Lgs. 59/2004).
_FIRST_GRADE_AGE = 6
#: The school year begins in September.
_SCHOOL_STARTS = 9
_DAYS_IN_MONTH = 30.44

# --- Rules. In canonical text words and numbers are one space apart; "|" stands for what has been taken.

#: A number that is not part of a longer one, of a date or of an hour.
_N = r"(?<![\d.,:/|])(\d{1,3})(?![\d:°^]|[.,/]\d)"
_UNIT = r"(?: (anni|mesi))?"
_YEAR = r"((?:18|19|20)\d\d)(?!\d)"
_MONTH_NAMES = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
                "novembre", "dicembre")  # fmt: skip
_MONTH_NAME = rf"\b({'|'.join(_MONTH_NAMES)})"

#: The year of a school that must be one, and one that may be a number of something else.
_SURE_GRADE = r"(?:prim[ao]|second[ao]|ultim[ao]|[1-5](?:°|\^| a\b)|i{1,3}[°^]?|i{2,3}a|iv|v)"
_GRADE = rf"(?:{_SURE_GRADE}|[1-5])"
_UPPER = "itis|ipsia|alberghiero|ragioneria|geometri|ginnasio|scientifico|classico|linguistico|artistico|professionale"
_SCHOOL = (
    r"(?:elem(?:ent[a-z]*)?|primaria|medi[ae]|secondari[ao]|sup(?:er(?:ior[a-z]*)?)?|lice(?:o|i|ale)|matern[a-z]*|infanzia|"
    rf"asilo(?! nido)|{_UPPER})\b"
)
#: Between the years of two children: "una in prima e l'altro in terza".
_CHILDREN = (
    r"(?: (?:l|un[oa]|altr[oa]|il|la|su[oa]|mi[oa]|grande|piccol[oa]|maggiore|minore|figli[oa]|fratell[a-z]+|sorell[a-z]+|"
    r"maschi[a-z]+|femmin[a-z]+|e|va|fa|frequenta)){0,5}"
)
_CLASS_ENDS = r"(?= ?(?:$|[,.;:!?()\n-])| (?:e|ed|o|ma|a|che|non|nn|x|per|con|ha|abit[a-z]+|cerc[a-z]+|come|dove|quanto)\b)"
#: A year of a school, with those of other children beside it: "seconda e quarta elementare", "al liceo, in terza".
CLASS = re.compile(
    rf"\b(?P<before>(?:(?:(?<=in )|(?<=la )){_SURE_GRADE}(?:,| e| ed){_CHILDREN} (?:in|la) |{_SURE_GRADE}(?:,| e) ){{0,2}}"
    rf"(?:{_GRADE} e )?)(?P<grade>{_GRADE}) (?P<year>anno |classe )?(?:dell?[ae]? |d[i ] ?|(?<!prima )all?e? )?"
    rf"(?:scuola |istituto )?(?:dell |di )?(?P<school>{_SCHOOL})(?P<upper> di (?:secondo|2°?|ii) grado)?"
    rf"(?P<after>(?:(?:,| e| ed){_CHILDREN} (?:in|fa la|frequenta la|alla) {_SURE_GRADE}{_CLASS_ENDS}){{0,3}})"
    rf"|\b(?P<at>{_SCHOOL})(?: (?:statale|{_UPPER}|tecnico|di (?:primo|1°?|i) grado))?"
    rf"(?:[,:]? [-(]?(?:(?:e|va|fa|frequenta|sta) ){{0,2}}(?:in|la|al|classe|nella) (?:{_SURE_GRADE} e )?{_SURE_GRADE}(?: anno)?|"
    rf"[,:]? [-(]?[1-5](?:°|\^| a\b)(?: anno)?){_CLASS_ENDS}"
)
_GRADES = re.compile(rf"\b{_GRADE}(?![a-z])")
_ORDINALS = {"prim": 1, "seco": 2, "i": 1, "ii": 2, "iii": 3, "iia": 2, "iiia": 3, "iv": 4, "v": 5}
#: How many school years come before the first of a school, counted from primary school, and how many it has.
_SCHOOLS = {"elem": (0, 5), "prim": (0, 5), "medi": (5, 3), "seco": (5, 3), "mate": (-3, 3), "infa": (-3, 3), "asil": (-3, 3)}
_UPPER_SCHOOL = (8, 5)
#: Somebody is yet to begin a year of a school.
_NEXT_YEAR = re.compile(
    r"\b(?:(?:a settembre|anno prossimo|prossimo anno|settembre prossimo)(?: (?!ha\b|hanno\b|e\b|abbiamo\b)[a-z]+){0,4}|"
    r"(?:andra|andranno|fara|faranno|iniziera|inizieranno|comincera|cominceranno|entrera|entreranno)(?: [a-z]+){0,2}) $"
)
_FROM_NEXT_YEAR = re.compile(r" (?:a settembre|(?:(?:per|dal|dall|da|l|il) ){1,2}(?:anno prossimo|prossimo anno))\b")
#: The groups by age of a nursery school, where a school or a group is named.
_NURSERY = r"(?:scuola )?(?:dell |d )?(?:matern[ae]|infanzia|asilo(?! nido))\b"
NURSERY_GROUP = re.compile(
    rf"\b(?:(?P<of>piccoli|medi|grandi) (?:della |dell |d ){_NURSERY}|"
    rf"(?P<middle>mezzan)[oaie] (?:(?:della|dell|alla|all|di) )?{_NURSERY}|"
    rf"{_NURSERY}(?:,| -|:)?(?: \(?(?:e|va|gruppo|sezione|classe|nei|nel|tra|fra|fa|con|dei|i)){{1,3}} "
    r"(?P<group>piccoli|medi|mezzani|grandi)\b|"
    r"(?:gruppo|sezione|nei|fa i|tra i|e (?:dei|nei|un|una)) (?:dei )?(?P<alone>mezzan)[oaie]\b)"
)
_GROUPS = {"picc": 1, "medi": 2, "mezz": 2, "gran": 3}
BORN_ON = re.compile(r"(?<![\d./-])(\d{1,2})([/. -])(\d{1,2})\2(?:(\d{4})|(?<![ -])(\d\d))(?![\d/-]|\.\d)")
BORN_ON_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
BORN_IN_MONTH = re.compile(rf"(?:(?<!\d)(\d{{1,2}})°? )?{_MONTH_NAME} (?:del )?{_YEAR}|(?<![\d/.-])(\d{{1,2}})[/.-]{_YEAR}")
_BORN_IN = re.compile(rf"(?<!\d){_YEAR}")
_BORN_IN_SHORT = re.compile(r"\b(?:classe|del|nel|nat[oaie]|anno) (\d\d)(?![\d°]| anni| mesi| ?[.,:/-]\d)")
_RANGE = re.compile(
    rf"\b(?:tra|fra|da|dai|dagli) (?:i |gli )?{_N}{_UNIT} ?(?:-|–|(?:fino )?a(?:i|gli)?|e(?: i| gli)?) ?{_N}{_UNIT}"
)
_COUNTED = (
    "figli|bimb|bambin|gemell|ragazz|nipot|masch|femmin|fratell|sorell|person|adult|volt|ore|ora|minut|km|euro|metri|lavor|"
    "stanz|piano"
)
_NO_AGE = re.compile(
    r"\b(?:alle|dalle|le|ore|h) \d{1,2}(?:[:.,]\d\d)?(?!\d)|(?<!\d)\d{1,2}[:.]\d\d(?!\d)|\bvia (?:[a-z]+ ){1,4}\d{1,3}(?!\d)|"
    rf"(?<!\d)\d{{1,3}} (?:{_COUNTED}|{'|'.join(_MONTH_NAMES)})[a-z]*|(?<!\d)\d{1, 4} ?(?:/ ?[a-z]|[€%])|€ ?\d{1, 4}|"
    r"\b(?:tra|fra) \d{1,2} (?:mesi|anni|settiman[ae]|giorni)(?! e )|(?<!\d)\d{1,3} anni fa\b"
)
_YEARS_AND_MONTHS = re.compile(rf"{_N} (?:anni|a),? (?:e )?(\d{{1,2}}) (?:mesi|m)\b|\banni {_N} e mesi (\d{{1,2}})\b")
_AND_A_HALF = re.compile(rf"{_N}{_UNIT} e mezzo\b|(?<![\d.,:/|])(\d{{1,3}})[.,]5(?!\d)(?: anni)?|\bmezzo anno\b")
_LIST = re.compile(rf"(?<![\d.,:/|-])\d{{1,3}}(?: ?(?:-|–|/|o|oppure) ?\d{{1,3}})+(?![\d:/-]|[.,]\d){_UNIT}")
_NOT_YET = re.compile(
    r"\b(?:compi(?:e|ra|ranno|ono|ere)|fara|fa|fanno|quasi|non (?:ne )?(?:ha|hanno|ho)(?: ancora)?|neanche) "
    rf"(?:gli |i )?{_N}{_UNIT}"
)
_OVER = re.compile(
    r"(?:\b(?:piu(?: grande| vecchi[oa])?|oltre|ultra|almeno|over|sopra|dai|dagli|maggiore di)|>) ?(?:di |a?i |a?gli )?"
    rf"{_N}{_UNIT}|{_N}{_UNIT}(?: ?\+| in su\b| e oltre\b| [eo] piu\b| in poi\b)"
)
_UNDER = re.compile(rf"(?:\b(?:meno di|piu piccol[oa] di|sotto|under|fino a|fino|massimo)|<) ?(?:a?i |a?gli )?{_N}{_UNIT}")
_DAYS_OLD = re.compile(rf"{_N} (?:giorn[a-z]+|gg)\b")
_WEEKS_OLD = re.compile(rf"{_N} settiman[a-z]+")
_MONTHS_OLD = re.compile(rf"{_N} (?:mesi|m)\b|\bmesi {_N}")
_NUMBER = re.compile(_N)
#: What stands for an age, read only when no age is stated.
_IN_WORDS = (
    (re.compile(r"\b(?:asilo )?nido\b"), Span(3, 36)),
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
    said = canonical(text)
    found: list[tuple[int, Span]] = []

    def take(pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[Span | None]]) -> None:
        nonlocal said
        for match in pattern.finditer(said):
            spans = (span for span in read(match) if span is not None)
            found.extend((match.start(), span) for span in spans if 0 <= span.low < span.high and span.low <= OLDEST * MONTHS)
        said = pattern.sub(lambda match: "|" * len(match[0]), said)

    unit = "mesi" if "mes" in said and "ann" not in said else None
    take(NURSERY_GROUP, lambda m: [nursery_group(m, today)])
    take(CLASS, lambda m: school_years(m, today))
    take(BORN_ON, lambda m: [born(today, full_year(m[4] or m[5], today), int(m[3]), int(m[1]))])
    take(BORN_ON_ISO, lambda m: [born(today, int(m[1]), int(m[2]), int(m[3]))])
    take(BORN_IN_MONTH, lambda m: [born_in_month(m, today)])
    take(_BORN_IN, lambda m: [born(today, int(m[1]))])
    take(_BORN_IN_SHORT, lambda m: [born(today, full_year(m[1], today))])
    take(_RANGE, lambda m: [between(int(m[1]), m[2] or m[4], int(m[3]), m[4])])
    take(_NO_AGE, lambda _: [])
    take(_YEARS_AND_MONTHS, lambda m: [aged(int(m[1] or m[3]) * MONTHS + int(m[2] or m[4]), "mesi")])
    take(_AND_A_HALF, lambda m: [aged(int(m[1]), "mesi") if m[2] == "mesi" else second_half(int(m[1] or m[3] or 0))])
    take(_LIST, lambda m: _listed(m[0], m[1]))
    take(_NOT_YET, lambda m: [aged(int(m[1]) - 1, m[2])])
    take(_OVER, lambda m: [Span(int(m[1] or m[3]) * _months(m[2] or m[4]), math.inf)])
    take(_UNDER, lambda m: [Span(0, int(m[1]) * _months(m[2]))])
    take(_DAYS_OLD, lambda m: [aged(int(int(m[1]) / _DAYS_IN_MONTH), "mesi")])
    take(_WEEKS_OLD, lambda m: [aged(int(int(m[1]) * 7 / _DAYS_IN_MONTH), "mesi")])
    take(_MONTHS_OLD, lambda m: [aged(int(m[1] or m[2]), "mesi")])
    take(_NUMBER, lambda m: [aged(int(m[1]), unit)])
    if not found:
        for pattern, span in _IN_WORDS:
            take(pattern, lambda _, span=span: [span])  # type: ignore[misc]
    return tuple(dict.fromkeys(span for _, span in sorted(found, key=lambda pair: pair[0])))


# --- Spelling

_SEAM = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_ONE = re.compile(r"\bun[ao]? (?=an+[oi]\b|ann|mes|settiman|giorn)|^un[oa]$")
#: No verb follows an article.
_A_YEAR = re.compile(r"\bun han+[oi]\b")
_COMMA = re.compile(r"(?<=\d),(?=\d)(?!5(?!\d))")
_HALF = re.compile(r"\be ?mez{1,2}[oa]?\b|(?<= )(?:e )?1/2(?![\d/])")
_LONG_WORD = re.compile(r"[a-z]{6,}")
#: An age that is all that somebody has: "ne ho 18", "ho 14, …".
_HAS_SO_MANY = re.compile(r"\b((?:ne )?h[oa] )([5-9]|[1-9]\d)(?= ?(?:[,;!?)]|\.(?!\d)|$))")
_RESPELT = (
    *_MONTH_NAMES,
    "prima",
    "seconda",
    "secondo",
    "elementare",
    "elementari",
    "primaria",
    "secondaria",
    "superiore",
    "superiori",
    "materna",
    "infanzia",
)
_AFTER_NUMBER = re.compile(r"(?<=\d )[a-z]{3,10}\b")
_DOUBLED = re.compile(r"([a-z])\1+")
_UNITS = {"ani": "anni", "ano": "anni", "mesi": "mesi", "mese": "mesi", "aneto": "anni", "meseto": "mesi"}


def canonical(text: str) -> str:
    """Plain text with numbers as digits, and units, months and schools spelt as the rules have them."""
    said = _SEAM.sub(" ", guessed(in_digits(_A_YEAR.sub("un anno", plain(text)))))
    said = _HALF.sub("e mezzo", _COMMA.sub(", ", _ONE.sub("1 ", said)))
    said = _HAS_SO_MANY.sub(r"\1\2 anni", _LONG_WORD.sub(lambda m: _respelt(m[0]), said))
    return _AFTER_NUMBER.sub(lambda m: _unit(m[0]), said)


def _respelt(word: str) -> str:
    best = process.extractOne(word, _RESPELT, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2)
    return best[0] if best is not None and best[0][0] == word[0] else word


def _unit(word: str) -> str:
    """Whatever is close to "anni" or "mesi" as these ("annni", "anbi", "messi"); other words as they are."""
    squeezed = _DOUBLED.sub(r"\1", word)
    near = (name for unit, name in _UNITS.items() if unit[0] == word[0] and OSA.distance(squeezed, unit) <= 1)
    return next(near, word)


# --- Spans


def _months(unit: str | None) -> int:
    return 1 if unit == "mesi" else MONTHS


def aged(number: int, unit: str | None) -> Span:
    """An age of a number of years, or of months: one of them long."""
    return Span(number * _months(unit), (number + 1) * _months(unit))


def second_half(number: int) -> Span:
    """The second half of a year of age: "3 anni e mezzo"."""
    return Span(number * MONTHS + MONTHS // 2, (number + 1) * MONTHS)


def between(low: int, low_unit: str | None, high: int, high_unit: str | None) -> Span:
    """From an age up to and including another; the unit of one end is that of both when it has none."""
    return Span(low * _months(low_unit), (high + 1) * _months(high_unit))


def _listed(said: str, unit: str | None) -> list[Span]:
    """Two numbers that rise are a range, "6-10"; others are people, "4/7/11"."""
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if len(numbers) == 2 and numbers[0] < numbers[1]:
        return [between(numbers[0], unit, numbers[1], unit)]
    return [aged(number, unit) for number in numbers]


def school_years(match: re.Match[str], today: dt.date) -> list[Span | None]:
    """The ages of those in the years of a school that a match of `CLASS` names."""
    school = match["school"] or match["at"]
    if school == "asilo" and match["school"] and not match["year"]:
        # "Il primo asilo che ha posto".
        return []
    if match["school"]:
        grades = [*_GRADES.findall(match["before"]), match["grade"], *_GRADES.findall(match["after"])]
    else:
        grades = _GRADES.findall(match[0][len(school) :])
    if match["grade"] == "i" and school.endswith("i"):
        # "Con i superiori": an article.
        return []
    is_next = _NEXT_YEAR.search(match.string[max(0, match.start() - 60) : match.start()]) is not None
    is_next = is_next or _FROM_NEXT_YEAR.match(match.string, match.end()) is not None
    return [_school_class(grade, school, today, upper=bool(match["upper"]), is_next=is_next) for grade in grades]


def nursery_group(match: re.Match[str], today: dt.date) -> Span | None:
    """The ages of those in the group of a nursery school that a match of `NURSERY_GROUP` names."""
    name = next(name for name in match.groups() if name)
    return _school_class(str(_GROUPS[name[:4]]), "materna", today)


def _school_class(said: str, school: str, today: dt.date, *, upper: bool = False, is_next: bool = False) -> Span | None:
    """The ages of those in a year of a school ("terza", "elementari"); None for a year that it has not."""
    before, lasts = _UPPER_SCHOOL if upper else _SCHOOLS.get(school[:4], _UPPER_SCHOOL)
    grade = lasts if said.startswith("ultim") else int(said[0]) if said[0].isdigit() else _ORDINALS[said[:4].rstrip("°^")]
    if grade > lasts:
        return None
    started = today.year if today.month >= _SCHOOL_STARTS else today.year - 1
    return born(today, started + is_next - _FIRST_GRADE_AGE - before - grade + 1)


def full_year(year: str, today: dt.date) -> int:
    """Two digits are the last year that ends in them."""
    if len(year) == 4:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) if int(year) <= today.year % 100 else century - 100 + int(year)


def born_in_month(match: re.Match[str], today: dt.date) -> Span | None:
    """The ages of somebody born in the month that a match of `BORN_IN_MONTH` names."""
    day, name, year, month, its_year = match.groups()
    if name is None:
        return born(today, int(its_year), int(month))
    return born(today, int(year), _MONTH_NAMES.index(name) + 1, int(day) if day else None)


def born(today: dt.date, year: int, month: int | None = None, day: int | None = None) -> Span | None:
    """The ages, in months, of somebody born on a day, in a month or in a year; None for what is no date or is yet to come."""
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    last_month = MONTHS if month is None else month
    oldest = _completed(today, year, first.month, first.day)
    youngest = _completed(today, year, last_month, day or 31)
    return None if oldest < 0 else Span(max(youngest, 0), oldest + 1)


def _completed(today: dt.date, year: int, month: int, day: int) -> int:
    """Whole months since a day."""
    return (today.year - year) * MONTHS + today.month - month - (today.day < day)
