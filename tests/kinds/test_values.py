"""Values: how they are stored, when they are valid, and in which form conditions compare them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours
from bot.core.attributes import POINT, Kind, encode, years
from bot.core.conditions import Hours, Known, Span, Value
from bot.kinds.registry import KINDS
from tests.builders import vocabulary

# --- Stored form ---------------------------------------------------------------------------------------------------------


def written(kind: Kind, value: Value) -> Value:
    return kind.decode(encode(value))


ages = st.builds(
    lambda low, length: Span(low, low + length), st.integers(0, 120 * 12), st.integers(1, 60 * 12) | st.just(math.inf)
)
wholes = st.integers(0, 999_999_999)
quantities = st.builds(lambda whole, part: whole + part / 10_000, wholes, st.integers(0, 9_999))


@given(ages)
def test_an_age_is_read_back_as_it_was_written(span: Span) -> None:
    assert written(KINDS["age"], span) == span


@given(wholes | quantities)
def test_a_typed_number_is_read_back_as_it_was_written(number: float) -> None:
    span = Span(number, number + POINT)
    assert written(KINDS["number"], span) == span


@pytest.mark.parametrize(
    "span", [Span(0, 1 + POINT), Span(3, math.inf), Span(-math.inf, 3), Span(0.5, 2.25), Span(1234567, 7654321)]
)
def test_a_band_of_numbers_is_read_back_as_it_was_written(span: Span) -> None:
    assert written(KINDS["number"], span) == span


@given(st.sampled_from(["Mo-Fr", "Sa,Su", "Mo-Su"]), st.integers(0, 23), st.integers(0, 59))
def test_hours_are_read_back_as_they_were_written(days: str, hour: int, minute: int) -> None:
    value = Hours(f"{days} {hour:02}:{minute:02}-24:00")
    assert written(KINDS["schedule"], value) == value


@given(st.text(min_size=1))
def test_names_and_free_text_are_read_back_as_they_were_written(text: str) -> None:
    assert written(KINDS["text"], text) == text
    assert written(KINDS["choice"], text) == text


def test_every_value_of_the_vocabulary_is_read_back_as_it_was_written() -> None:
    for attribute in vocabulary().attributes.values():
        values = (*attribute.terms, *attribute.bands)
        assert tuple(written(attribute.kind, value) for value in values) == values
        assert all(encode(value) == encode(value).strip() and ":" not in encode(value) for value in values)


@pytest.mark.parametrize("text", ["", "7", "..", "1..", "x..y", "nan..3", "3..nan", "5..5", "7..3", "1..2..3"])
def test_what_is_no_span_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - only the kind of error is promised
        KINDS["age"].decode(text)


@pytest.mark.parametrize("text", ["=", "=lunedì", "=Mo-Fr 8-12", "=Mo 25:00-26:00"])
def test_what_are_no_hours_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - only the kind of error is promised
        KINDS["schedule"].decode(text)


def test_a_named_window_of_hours_is_a_name() -> None:
    assert KINDS["schedule"].decode("sabato") == "sabato"


# --- Which values there are -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("persona", "bambino", True),
        ("persona", "bambin", False),
        ("persona", years(3), False),
        ("eta", years(3), True),
        ("eta", "3", False),
        ("comune", "milano", True),
        ("comune", "roma", False),
        ("bisogno", "nido", True),
        ("bisogno", "@figli", True),
        ("bisogno", "@niente", False),
        ("bisogno", "grest", False),
        ("comune", "@figli", False),
        ("orario", "sabato", True),
        ("orario", "mai", False),
        ("orario", Hours("Mo 18:30-20:00"), True),
        ("persona", Hours("Mo 18:30-20:00"), False),
        ("automobile", "yes", True),
        ("automobile", "no", True),
        ("automobile", "forse", False),
        ("figli", Span(2, 2 + POINT), True),
        ("figli", "2", False),
        ("idee", "Più posti al nido", True),
        ("idee", years(3), False),
        ("sconosciuto", "x", False),
    ],
)
def test_a_value_is_valid_when_its_attribute_has_it(attribute: str, value: Value, expected: bool) -> None:
    assert vocabulary().is_valid(attribute, value) is expected


def test_names_spans_and_hours_are_known_in_the_form_in_which_they_are_tested() -> None:
    words = vocabulary()
    assert words.known("persona", ("bambino",)) == Known(("bambino",), frozenset({"bambino"}))
    assert words.known("eta", (years(2), years(7))) == Known((years(2), years(7)), (years(2), years(7)))
    evening = Hours("Mo 18:30-20:00")
    both = hours.week("Mo 18:30-20:00") | hours.week("Sa 08:00-20:00")
    assert words.known("orario", (evening, "sabato")) == Known((evening, "sabato"), both)


def test_a_category_of_needs_stands_for_all_its_needs() -> None:
    words = vocabulary()
    assert words.known("bisogno", ("@figli",)).comparable == {"@figli", "nido", "doposcuola"}
    assert words["bisogno"].in_category("cura") == {"badante", "antiviolenza"}
    assert words["bisogno"].in_category("niente") == frozenset()
