"""Ages in answers and whole sentences: "8 mesi", "3 anni e mezzo", "nata nel 2019", "fa la terza elementare".

The text is first brought into a standard form (`age_text`). The templates of `ages.yaml` then match parts of it, the most
specific first; a matched part is hidden from later templates. To whom an age belongs is decided in `people.py`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Sequence

from bot.core.attributes import MONTHS_PER_YEAR
from bot.core.conditions import Span
from bot.language.data import ITALIAN, phrases, word_groups, word_set, word_table
from bot.language.entities.age_spans import DAYS_IN_MONTH, OLDEST, aged, between, born, full_year, second_half
from bot.language.entities.school_years import CLASSES, NOT_CLASSES, NURSERY_GROUPS, class_ages, group_ages
from bot.language.templates import TAKEN_MARK, TemplateMatch, Templates, space_out
from bot.language.text.numerals import guess_numbers
from bot.language.text.spelling import Speller, is_real_word
from bot.language.text.tokens import write_out
from bot.language.text.utterance import Utterance

_FILE = "ages"
_MONTH_NUMBERS = word_table(ITALIAN, _FILE, "month")
_UNIT_MONTHS = {unit: int(n) for table in ("unit", "month_letter") for unit, n in word_table(ITALIAN, _FILE, table).items()}
_UNIT_DAYS = {unit: int(n) for unit, n in word_table(ITALIAN, _FILE, "days").items()}
_MONTH = 1
_STAGES = word_table(ITALIAN, _FILE, "stage")
#: Numbers as blanks of templates; dates and decimals are single words of a spaced text.
BLANKS = {
    "n": r"\d{1,3}",
    "few": r"[2-6]",
    "not_few": r"[5-9]|[1-9]\d",
    "one": r"1",
    "decade": r"[5-9]0",
    "amount": r"\d[\d.,]*",
    "decimal": r"\d{1,3}[.,]5",
    "range": r"\d{1,3}-\d{1,3}",
    "series": r"\d{1,3}(?:[/-]\d{1,3})+",
    "clock": r"\d{1,2}(?:[:.,]\d\d)?",
    "year": r"(?:19|20)\d\d",
    "last_century": r"19\d\d",
    "short_year": r"\d\d",
    "any_year": r"(?:18|19|20)\d\d",
    "day": r"\d{1,2}°?",
    "date": r"(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|1[0-2])-\d\d|\d{1,2}[./]\d{1,2}[./]\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{4}-\d\d-\d\d",
    "month_and_year": r"\d{1,2}[./-](?:18|19|20)\d\d",
    "here": "#",
}
#: Templates, and what they mean; None: nothing, and their numbers are no ages.
_Step = tuple[Templates, Callable[["_SpanReader", TemplateMatch], Iterable[Span | None]] | None]


def age_templates(*names: str) -> Templates:
    """Return the compiled templates of some lists of `ages.yaml`."""
    return Templates(
        _FILE, *names, blanks=BLANKS, captured=("unit", "month", "numbers", "stage", "school_stage", "month_letter", "days")
    )


def age_text(said: Utterance) -> str:
    """Return a text in the form that the templates expect.

    Words and signs apart, numbers as digits, units and schools spelt right.
    """
    words: list[str] = []
    rest = _REWRITTEN.rewrite(" ".join(write_out(space_out(guess_numbers(said.plain_digits)).split()))).split()
    for word in rest:
        if word in _ONE and len(rest) == 3:
            words.append("1")
        elif "," in word[1:] and not word.endswith(_DECIMAL):
            words += word.replace(",", " , ").split()
        elif words and words[-1][-1].isdigit() and word.isalpha() and 3 <= len(word) <= 10:
            words.append(_as_unit(word))
        elif len(word) >= _SHORTEST and word[0] in _SPELLER.first_letters:
            words.append(_SPELLER.nearest(word, 1 if len(word) < _LONG else 2)[0])
        else:
            words.append(word)
    return " ".join(words)


def ages(said: Utterance, today: dt.date) -> tuple[Span, ...]:
    """Return the ages in an answer, in their order, as spans of months; empty when there are none.

    A stated age is one year (or one month) long; a birth year or a school year gives the span of all ages that it allows.
    """
    text = said.form(age_text)
    found, rest = _taken(text, _ANSWER, today)
    # A number without a unit is of months where months are spoken of, and no years.
    units = {_UNIT_MONTHS[match.found] for match in _UNIT_NAMES.find_all(text)}
    found += _taken(rest, ((_NUMBERS, _SpanReader.months if units == {_MONTH} else _SpanReader.stated),), today)[0]
    if not found:
        found, _ = _taken(rest, ((_STAGE_WORDS, _SpanReader.stage),), today)
    return tuple(dict.fromkeys(span for _, span in sorted(found, key=lambda pair: pair[0])))


def ages_with_places(text: str, today: dt.date) -> list[tuple[int, Span]]:
    """Return all ages that a sentence states, of any person, each with the position of its number."""
    if not any(c.isdigit() for c in text) and not any(words.occur_in(text) for words in (CLASSES, NURSERY_GROUPS, _AT_SCHOOL)):
        return []
    return sorted(_taken(text, _SENTENCE, today)[0], key=lambda pair: pair[0])


def _taken(text: str, steps: Iterable[_Step], today: dt.date) -> tuple[list[tuple[int, Span]], str]:
    """Return the ages that the templates find, with their positions, and the text with the matched parts marked."""
    found: list[tuple[int, Span]] = []
    reader = _SpanReader(today)
    for searched, read in steps:
        rest = text
        for match in searched.find_all(text):
            spans = [span for span in (read(reader, match) if read else ()) if span is not None]
            at = next((one.start for one in match.blanks if one.text[0].isdigit() or one.name == "grades"), match.start)
            found += [(at, span) for span in spans if 0 <= span.low < span.high and span.low <= OLDEST * MONTHS_PER_YEAR]
            rest = rest[: match.start] + TAKEN_MARK * (match.end - match.start) + rest[match.end :]
        text = rest
    return found, text


# --- Spelling

#: How the only decimals of ages end; other commas part the ages of several people: "4,7".
_DECIMAL = ",5"
_REWRITTEN = Templates(_FILE, *(f"rewritten/{name}" for name in word_groups(ITALIAN, _FILE, "rewritten")))
_ONE = word_set(ITALIAN, _FILE, "one_words")
_SPELLER = Speller((*_MONTH_NUMBERS, *phrases(ITALIAN, _FILE, "spelt_right")))
#: Words from this length on are compared with right ones, and from the next one on with two errors.
_SHORTEST, _LONG = 6, 8
_UNITS = {word: unit for unit, words in word_groups(ITALIAN, _FILE, "unit_words").items() for word in words}
_UNIT_SPELLER = Speller(_UNITS)


def _as_unit(word: str) -> str:
    """Return the unit of age that a word misspells ("annni", "anbi", "messi"), or the word itself."""
    squeezed = "".join(c for c, before in zip(word, f" {word}", strict=False) if c != before)
    if squeezed not in _UNITS and is_real_word(word):
        return word
    return _UNITS.get(_UNIT_SPELLER.nearest(squeezed, 1)[0], word)


# --- What the lists mean


class _SpanReader:
    """Converts matches of the age templates into spans of months, as of one day; each method reads the list of its name."""

    def __init__(self, today: dt.date) -> None:
        self._today = today

    def stated(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the span of each number with the unit named, or in years without one: "8 mesi", "3"."""
        if unit := match.first("days"):
            return [aged(int(number * _UNIT_DAYS[unit] / DAYS_IN_MONTH), _MONTH) for number in _numbers(match)]
        return [aged(number, _unit(match)) for number in _numbers(match)]

    def months(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the span of each number, read as months."""
        return [aged(number, _MONTH) for number in _numbers(match)]

    def not_yet(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the span of the age one unit below the number: "compie 6 anni a marzo" is 5."""
        return [aged(number - 1, _unit(match)) for number in _numbers(match)]

    def at_least(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the ages from a number upwards: "oltre 65"."""
        return [Span(number * _unit(match), math.inf) for number in _numbers(match)]

    def less_than(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the ages below a number: "meno di 3 anni"."""
        return [Span(0, number * _unit(match)) for number in _numbers(match)]

    def half(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the second half of the year: "3 anni e mezzo", "5,5", "mezzo anno"; with months, just the month."""
        if decimal := match.first("decimal"):
            return [second_half(int(decimal[:-2]))]
        number = next(iter(_numbers(match)), 0)
        return [aged(number, _MONTH) if _unit(match) == _MONTH else second_half(number)]

    def years_and_months(self, match: TemplateMatch) -> Iterable[Span]:
        """Return one age of years and months ("3 anni e 2 mesi"); for several children two ages ("2 figli, 3 anni e 2 mesi")."""
        years, months = _numbers(match)
        if match.list_name == "years_and_months" and _SEVERAL.occur_in(match.before):
            return [aged(years), aged(months, _MONTH)]
        return [aged(years * MONTHS_PER_YEAR + months, _MONTH)]

    def range(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the span between two numbers; a unit named only at the end applies to both."""
        if both := match.first("range"):
            low, high = map(int, both.split("-"))
            return [between(low, _unit(match), high, _unit(match))]
        low, high = _numbers(match)
        of_high = _UNIT_MONTHS.get(match.blanks[-1].text, MONTHS_PER_YEAR)
        return [between(low, _unit(match) if match.first("unit") else of_high, high, of_high)]

    def list(self, match: TemplateMatch) -> Iterable[Span]:
        """Return one span for two rising numbers with a dash ("6-10"); for other lists a span each ("4/7/11")."""
        text = match.first("series", "numbers")
        return _listed(text, _unit(match), is_range="-" in text)

    def answer_list(self, match: TemplateMatch) -> Iterable[Span]:
        """Return one span for two rising numbers in an answer ("6-10", "6 o 7"); for other lists a span each."""
        return _listed(match.found, _unit(match), is_range=True)

    def birthday(self, match: TemplateMatch) -> Iterable[Span | None]:
        """Return the age of a person born on a date: "12/03/2019", "2019-03-12"."""
        parts = re.findall(r"\d+", match.found)
        day, month, year = parts if len(parts[0]) <= 2 else reversed(parts)
        return [born(self._today, full_year(year, self._today), int(month), int(day))]

    def birth_month(self, match: TemplateMatch) -> Iterable[Span | None]:
        """Return the age of a person born in a month or on a day of it: "marzo 2020", "12 marzo 2020", "3/2020"."""
        if name := match.first("month"):
            day = match.first("day").rstrip("°")
            return [born(self._today, int(match.first("any_year")), int(_MONTH_NUMBERS[name]), int(day) if day else None)]
        month, year = re.findall(r"\d+", match.first("month_and_year"))
        return [born(self._today, int(year), int(month))]

    def birth_years(self, match: TemplateMatch) -> Iterable[Span | None]:
        """Return the ages of people born in some years: "uno del 2015 e una del 2018", "classe 52"."""
        years = match.all("year", "short_year", "last_century", "any_year")
        return [born(self._today, full_year(year, self._today)) for year in years]

    def stage(self, match: TemplateMatch) -> Iterable[Span]:
        """Return the ages that a word for a stage of life means: "alle elementari", "neonato"."""
        low, _, high = _STAGES[match.first("stage", "school_stage")].partition(" ")
        return [Span(int(low), int(high) if high else math.inf)]

    def school_years(self, match: TemplateMatch) -> Iterable[Span | None]:
        """Return the ages of pupils in the school years named: "terza elementare"."""
        return class_ages(match, self._today)

    def nursery_group(self, match: TemplateMatch) -> Iterable[Span | None]:
        """Return the ages of children in a nursery school's group: "i grandi della materna"."""
        return group_ages(match, self._today)


def _unit(match: TemplateMatch) -> int:
    """Return the length in months of the first unit named; that of a year if none is named."""
    return _UNIT_MONTHS.get(match.first("unit", "month_letter"), MONTHS_PER_YEAR)


def _numbers(match: TemplateMatch) -> Sequence[int]:
    return [int(number) for number in match.all("n", "few", "not_few", "one")]


def _listed(text: str, unit: int, *, is_range: bool) -> Sequence[Span]:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if is_range and len(numbers) == 2 and numbers[0] < numbers[1]:
        return [between(numbers[0], unit, numbers[1], unit)]
    return [aged(number, unit) for number in numbers]


_SEVERAL = age_templates("several_children")
_AT_SCHOOL = age_templates("at_school")
_UNIT_NAMES, _NUMBERS, _STAGE_WORDS = age_templates("unit"), age_templates("answer_numbers"), age_templates("answer_words")
_SCHOOL: tuple[_Step, ...] = (
    (NURSERY_GROUPS, _SpanReader.nursery_group),
    (NOT_CLASSES, None),
    (CLASSES, _SpanReader.school_years),
)
_SENTENCE: tuple[_Step, ...] = (
    (age_templates("counts", "diplomas"), None),
    *_SCHOOL,
    (age_templates("dates"), _SpanReader.birthday),
    (age_templates("births_in_month"), _SpanReader.birth_month),
    (age_templates("births_in_year", "births_of_somebody", "births_in_short_year"), _SpanReader.birth_years),
    (age_templates("ranges"), _SpanReader.range),
    (age_templates("aged_and_does"), _SpanReader.stated),
    (age_templates("not_ages"), None),
    (age_templates("years_and_months"), _SpanReader.years_and_months),
    (age_templates("halves"), _SpanReader.half),
    (age_templates("not_yet"), _SpanReader.not_yet),
    (age_templates("one_year_old"), _SpanReader.stated),
    (age_templates("durations_of_one"), None),
    (age_templates("young"), _SpanReader.stated),
    (age_templates("lists"), _SpanReader.list),
    (age_templates("bare_lists"), _SpanReader.list),
    (age_templates("over"), None),
    (age_templates("stated"), _SpanReader.stated),
    (_AT_SCHOOL, _SpanReader.stage),
)
_ANSWER: tuple[_Step, ...] = (
    *_SCHOOL,
    (age_templates("dates"), _SpanReader.birthday),
    (age_templates("months_of_birth"), _SpanReader.birth_month),
    (age_templates("answer_births"), _SpanReader.birth_years),
    (age_templates("answer_ranges"), _SpanReader.range),
    (age_templates("answer_not_ages"), None),
    (age_templates("answer_years_and_months"), _SpanReader.years_and_months),
    (age_templates("halves"), _SpanReader.half),
    (age_templates("answer_lists"), _SpanReader.answer_list),
    (age_templates("answer_not_yet"), _SpanReader.not_yet),
    (age_templates("answer_over"), _SpanReader.at_least),
    (age_templates("answer_under"), _SpanReader.less_than),
    (age_templates("answer_years", "answer_stated"), _SpanReader.stated),
)
