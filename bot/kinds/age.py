"""`age`: in months or years, as a span. "8 mesi", "3 anni e mezzo" and "nata nel 2019" are spans of different length.

    eta:
      type: age
      label: Età
      multiple: true
      bands: [0m-11m, 1-2, 3-5, 65+]

A condition names ranges: `eta: 6-10` is from 6 up to but not including 11 years, `eta: 3m-36m` is in months.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence

from bot.core.attributes import MONTHS_PER_YEAR, Attribute, Entity
from bot.core.conditions import Span, Value
from bot.kinds.kind import OpenQuestion, Sentences, UnreadableValue
from bot.kinds.spans import SpanKind, parse_range
from bot.language.entities.ages import ages
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance

#: Up to this age in months, months are said as months: "18 mesi".
_MONTHS_SAID = 48
#: The age in months from which several ages are not those of brothers and sisters.
_GROWN_UP = 18 * MONTHS_PER_YEAR


class AgeKind(SpanKind):
    """An age, in months."""

    name = "age"
    entity = Entity.AGE
    lowest = 0
    texts = """
hint_age several_ages_hint
month: count
months: count
year: count
years: count
years_and_half: years
years_and_months: years months
from_to_months: low high
from_to_years: low high
years_or_more: count
months_or_more: count
less_than_years: count
less_than_months: count
"""
    hint = "hint_age"

    def parse(self, written: str, attribute: Attribute) -> tuple[Span, ...]:
        """Return the months of a range in years, or in months with an "m". It ends with the birthday after its last year."""
        return (parse_range(written, _first, _end, self.lowest),)

    def hints(self, asked: OpenQuestion, values: Sequence[Value], sentences: Sentences) -> list[str]:
        """Return the hint on how to type several ages, if they may be those of children."""
        hints = super().hints(asked, values, sentences)
        if asked.attribute.multiple and any(isinstance(value, Span) and value.low < _GROWN_UP for value in values):
            hints.append(sentences.say("several_ages_hint"))
        return hints

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the ages in the text."""
        return self.reading(attribute, ages(said, today))

    def say_span(self, span: Span, sentences: Sentences) -> str:
        """Return an age: "8 mesi", "3–5 anni", "65 anni o più"."""
        say = sentences.say
        low = int(span.low)
        whole_years = low % MONTHS_PER_YEAR == 0 and (span.high == math.inf or span.high % MONTHS_PER_YEAR == 0)
        if span.high == math.inf:
            return say("years_or_more", count=low // MONTHS_PER_YEAR) if whole_years else say("months_or_more", count=low)
        high = int(span.high)
        if high - low == 1:
            return _months(low, sentences)
        if (low, high) == (0, MONTHS_PER_YEAR):
            return say("from_to_months", low=0, high=MONTHS_PER_YEAR - 1)
        if whole_years:
            first, last = low // MONTHS_PER_YEAR, high // MONTHS_PER_YEAR - 1
            if low == 0:
                return say("less_than_years", count=last + 1)
            return _years(first, sentences) if first == last else say("from_to_years", low=first, high=last)
        if high - low == MONTHS_PER_YEAR // 2 and low % MONTHS_PER_YEAR == MONTHS_PER_YEAR // 2:
            return say("years_and_half", years=_years(low // MONTHS_PER_YEAR, sentences))
        if high <= _MONTHS_SAID and (high - low) > 14:
            return say("from_to_months", low=low, high=high - 1)
        first, last = low // MONTHS_PER_YEAR, (high - 1) // MONTHS_PER_YEAR
        if first == 0:
            return say("less_than_months", count=high) if low == 0 else say("from_to_months", low=low, high=high - 1)
        return _years(first, sentences) if first == last else say("from_to_years", low=first, high=last)


#: "0.13" and "6.10" are no ages, and may be ranges; "2.5" is one.
_DECIMALS = re.compile(r"\.(?!5$)")
#: Numbers that are years of birth, not ages; larger ones are neither.
_BIRTH_YEARS = range(1900, 2100)


def _first(digits: str, unit: str) -> float:
    if _DECIMALS.search(digits):
        raise UnreadableValue("bad_range")
    if float(digits) >= _BIRTH_YEARS.start:
        raise UnreadableValue("birth_years" if float(digits) in _BIRTH_YEARS else "bad_range")
    return float(digits) * (1 if unit else MONTHS_PER_YEAR)


def _end(digits: str, unit: str) -> float:
    return float(digits) + 1 if unit else (float(digits) + 1) * MONTHS_PER_YEAR


def _months(count: int, sentences: Sentences) -> str:
    if count < _MONTHS_SAID:
        return sentences.say("month" if count == 1 else "months", count=count)
    years, months = divmod(count, MONTHS_PER_YEAR)
    if not months:
        return _years(years, sentences)
    said = sentences.say("month" if months == 1 else "months", count=months)
    return sentences.say("years_and_months", years=_years(years, sentences), months=said)


def _years(count: int, sentences: Sentences) -> str:
    return sentences.say("year" if count == 1 else "years", count=count)


KIND = AgeKind()
