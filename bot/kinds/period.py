"""`period`: days on which help is wanted, "il 13 dicembre", "a Natale", "da metà giugno". A value is a span of days.

    periodo:
      type: period
      label: Quando
      multiple: true

Days are counted as `datetime.date.toordinal` does. A condition names ranges of them, which staff do not write: a season does it.
"""

from __future__ import annotations

import datetime as dt
import math

from bot.core.attributes import Attribute, Entity
from bot.core.conditions import Span
from bot.kinds.kind import Sentences, UnreadableValue, YamlForm
from bot.kinds.spans import SpanKind, parse_range
from bot.language.entities.periods import periods
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance


class PeriodKind(SpanKind):
    """Days on which help is wanted."""

    name = "period"
    yaml = YamlForm.PLAIN
    entity = Entity.PERIOD
    texts = """
hint_period
period_from_until: first last
period_from: first
period_until: last
"""
    hint = "hint_period"

    def parse(self, written: str, attribute: Attribute) -> tuple[Span, ...]:
        """Return the span of a range of days, each written as its number."""
        return (parse_range(written, _day, lambda digits, unit: _day(digits, unit) + 1),)

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the periods in the text."""
        return self.reading(attribute, periods(said, today))

    def say_span(self, span: Span, sentences: Sentences) -> str:
        """Return a period in words: "13 dicembre", "10 luglio – 20 luglio", "dal 15 giugno" or "fino al 20 luglio"."""
        first, last = _said(span.low, sentences), _said(span.high - 1, sentences)
        if math.isinf(span.high):
            return sentences.say("period_from", first=first)
        if math.isinf(span.low):
            return sentences.say("period_until", last=last)
        return first if first == last else sentences.say("period_from_until", first=first, last=last)


def _said(number: float, sentences: Sentences) -> str:
    return "" if math.isinf(number) else sentences.day(dt.date.fromordinal(int(number)))


def _day(digits: str, unit: str) -> float:
    if unit:
        raise UnreadableValue("bad_range")
    return float(digits)


KIND = PeriodKind()
