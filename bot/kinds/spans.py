"""Kinds whose values are spans of numbers: ages, numbers. Their buttons are bands that staff declare."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable

from bot.core.attributes import Attribute, Form, Vocabulary
from bot.core.conditions import Comparable, Condition, Profile, Span, Truth, Value, truth
from bot.core.flow import Question
from bot.core.replies import Expects
from bot.kinds.kind import AttributeKind, Sentences, UnreadableValue, YamlForm
from bot.kinds.written_ranges import short_range
from bot.language.entities.values import MOST_GUESSES, Reading

_NUMBER = r"(\d{1,9}(?:\.\d{1,3})?)(m?)"
_RANGE = re.compile(rf"{_NUMBER}\s*-\s*{_NUMBER}")
_FROM = re.compile(rf"(?:{_NUMBER}\s*\+|>=\s*{_NUMBER})")
_BELOW = re.compile(rf"<\s*{_NUMBER}")
_ABOVE = re.compile(rf">\s*{_NUMBER}")
_ONE = re.compile(_NUMBER)

#: Returns a bound of a written number from its digits and its unit.
Bound = Callable[[str, str], float]


class SpanKind(AttributeKind):
    """A kind whose values are spans of numbers."""

    yaml = YamlForm.BANDS
    form = Form.NUMBERS
    expects = Expects.NUMBER
    #: The smallest number that a value can be.
    lowest: float = -math.inf

    # --- Values and conditions

    def is_valid(self, attribute: Attribute, value: Value) -> bool:
        """Return True for a span."""
        return isinstance(value, Span)

    def comparable(self, attribute: Attribute, values: tuple[Value, ...]) -> Comparable:
        """Return the spans."""
        return tuple(value for value in values if isinstance(value, Span))

    # --- Stored form

    def decode(self, text: str) -> Value:
        """Return the span that is written "low..high"."""
        low, dots, high = text.partition("..")
        if not dots:
            raise ValueError(text)
        span = Span(float(low), float(high))
        if not self.lowest <= span.low < span.high or span.low == math.inf:
            raise ValueError(text)
        return span

    # --- Buttons

    def choices(self, question: Question, attribute: Attribute, vocabulary: Vocabulary, profile: Profile) -> tuple[Value, ...]:
        """Return the bands (ranges on buttons) possible for a person: an adolescent is not offered "0-2 years"."""
        others = {id: known for id, known in profile.items() if id != attribute.id}
        bands = compatible_bands(attribute, vocabulary, others)
        return tuple(band for band in bands if not question.options or band in question.options)

    def has_toggles(self, attribute: Attribute) -> bool:
        """Return False: a press is a complete answer for one person; several values must be typed."""
        return False

    # --- Answers

    def reading(self, attribute: Attribute, spans: tuple[Span, ...]) -> Reading:
        """Return spans as the values of an answer; as suggestions if there are several where one is asked for."""
        if len(spans) <= 1 or attribute.multiple:
            return Reading(spans)
        return Reading(suggestions=spans[:MOST_GUESSES])

    # --- Wording

    @abstractmethod
    def say_span(self, span: Span, sentences: Sentences) -> str:
        """Return a span in the citizen's words."""

    def say_value(self, attribute: Attribute, value: Value, sentences: Sentences) -> str:
        """Return a span in the citizen's words."""
        assert isinstance(value, Span)
        return self.say_span(value, sentences)

    def say_accepted(self, attribute: Attribute, accepted: Comparable, sentences: Sentences, *, brief: bool = False) -> str:
        """Return the spans that a condition accepts, in words."""
        assert isinstance(accepted, tuple)
        return sentences.join("or_word", [self.say_span(span, sentences) for span in accepted])


def parse_range(written: str, first: Bound, end: Bound, lowest: float = -math.inf) -> Span:
    """Return the span of `6-10`, `65+`, `<3`, `>3` or `7`. Raises `UnreadableValue`.

    `first` and `end` convert a number (digits and unit: "m" or nothing) to where it begins and where it ends.
    """
    written, span = short_range(written), None
    if match := _RANGE.fullmatch(written):
        # "3-36m" is all in months; "3m-6" could be either.
        low, low_unit, high, unit = match.groups()
        span = Span(first(low, low_unit or unit), end(high, unit)) if unit or not low_unit else None
    elif match := _FROM.fullmatch(written):
        span = Span(first(match[1] or match[3], match[2] or match[4] or ""), math.inf)
    elif match := _BELOW.fullmatch(written):
        span = Span(lowest, first(match[1], match[2]))
    elif match := _ABOVE.fullmatch(written):
        span = Span(end(match[1], match[2]), math.inf)
    elif match := _ONE.fullmatch(written):
        span = Span(first(match[1], match[2]), end(match[1], match[2]))
    if span is None:
        raise UnreadableValue("bad_range")
    if span.low >= span.high:
        raise UnreadableValue("empty_range")
    return span


def compatible_bands(attribute: Attribute, vocabulary: Vocabulary, profile: Profile) -> tuple[Span, ...]:
    """Return the bands possible for a profile: for "un ragazzo" none under 3 years."""
    implied = list(_implied(vocabulary, profile))
    trials = ((band, {**profile, attribute.id: vocabulary.known(attribute.id, (band,))}) for band in attribute.bands)
    return tuple(band for band, trial in trials if all(truth(condition, trial) is not Truth.FALSE for condition in implied))


def _implied(vocabulary: Vocabulary, profile: Profile) -> Iterable[Condition]:
    """Yield the conditions (`implied_by`) from which the known values of a profile follow."""
    for id, known in profile.items():
        for value in known.values if known else ():
            term = vocabulary[id].terms.get(value) if isinstance(value, str) else None
            if term is not None and term.implied_by is not None:
                yield term.implied_by
