"""`number`: a quantity, such as the number of children.

    figli:
      type: number
      label: Numero di figli
      bands: [0, 1-2, 3+]

A condition names ranges, both ends included: `figli: 3+`.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from bot.core.attributes import POINT, Attribute
from bot.core.conditions import Span
from bot.kinds.kind import Sentences, UnreadableValue
from bot.kinds.spans import SpanKind, parse_range
from bot.language.entities.values import AnswerReader, Reading
from bot.language.text.utterance import Utterance

_QUANTITY = re.compile(r"(?<![\w.,])(\d{1,9})(?:[.,](\d{1,4}))?(?![\w])")


class NumberKind(SpanKind):
    """A quantity. Single numbers are spans of the length `POINT`, so that ranges include both ends."""

    name = "number"
    texts = "hint_number"
    hint = "hint_number"

    def parse(self, written: str, attribute: Attribute) -> tuple[Span, ...]:
        """Return the span of a written range; both its ends are included."""
        return (parse_range(written, _first, _end),)

    def read(self, attribute: Attribute, said: Utterance, today: dt.date, reader: AnswerReader) -> Reading:
        """Return the numbers in the text, in digits or in words."""
        found = (float(f"{whole}.{part or 0}") for whole, part in _QUANTITY.findall(said.plain_digits))
        return self.reading(attribute, tuple(Span(number, number + POINT) for number in found))

    def say_span(self, span: Span, sentences: Sentences) -> str:
        """Return a quantity in words: "3", "1–2", "3+" or "<3"."""
        if span.high == math.inf:
            return f"{span.low:g}+"
        if span.low == -math.inf:
            return f"<{span.high:g}"
        high = span.high - POINT
        return f"{span.low:g}" if abs(high - span.low) < POINT else f"{span.low:g}–{high:g}"


def _first(digits: str, unit: str) -> float:
    if unit:
        raise UnreadableValue("bad_range")
    return float(digits)


def _end(digits: str, unit: str) -> float:
    return _first(digits, unit) + POINT


KIND = NumberKind()
