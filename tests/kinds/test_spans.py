"""Ages and numbers: how ranges are written, and which bands are offered."""

from __future__ import annotations

import math

import pytest

from bot.core.attributes import Attribute, Term, years
from bot.core.conditions import Any, Span
from bot.kinds.kind import UnreadableValue
from bot.kinds.registry import KINDS
from bot.kinds.spans import compatible_bands
from tests.builders import aged, names, said, vocabulary

OLD = Span(65 * 12, math.inf)


def span(written: str, kind: str = "age") -> Span:
    """The span that staff mean."""
    (found,) = KINDS[kind].parse(written, Attribute("x", KINDS[kind], "X", {}))
    assert isinstance(found, Span)
    return found


# --- Ranges -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("6-10", years(6, 11)),
        ("6 - 10", years(6, 11)),
        ("0-0", years(0, 1)),
        ("7", years(7, 8)),
        ("65+", Span(65 * 12, math.inf)),
        ("65 +", Span(65 * 12, math.inf)),
        (">=65", Span(65 * 12, math.inf)),
        (">65", Span(66 * 12, math.inf)),
        ("<3", Span(0, 36)),
        ("< 3", Span(0, 36)),
        ("3m-36m", Span(3, 37)),
        ("3-36m", Span(3, 37)),
        ("8m", Span(8, 9)),
        ("6m+", Span(6, math.inf)),
        (">=6m", Span(6, math.inf)),
        ("<6m", Span(0, 6)),
        (">6m", Span(7, math.inf)),
        ("2.5-3", Span(30, 48)),
    ],
)
def test_ages_are_written_in_years_or_months(written: str, expected: Span) -> None:
    assert span(written) == expected


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        ("1-2", [1, 2], [0, 3]),
        ("3", [3], [2, 4]),
        ("3+", [3, 100], [2]),
        ("<3", [0, 2, -5], [3]),
        (">3", [4], [3]),
        (">=3", [3], [2]),
        ("1.5-2.5", [2], [1, 3]),
    ],
)
def test_numbers_are_written_without_units_and_include_both_ends(written: str, inside: list[int], outside: list[int]) -> None:
    found = span(written, "number")
    assert found is not None
    assert [number for number in (*inside, *outside) if found.low <= number < found.high] == inside


@pytest.mark.parametrize("written", ["", "sei", "6-", "-6", "6--10", "6,10", "m", "6mm", "1e3", "9999999", "6-10-12"])
def test_what_is_not_a_range_is_no_range(written: str) -> None:
    with pytest.raises(UnreadableValue, match="bad_range"):
        span(written)


@pytest.mark.parametrize("written", ["3m-36m", "8m", "<6m"])
def test_numbers_have_no_months(written: str) -> None:
    with pytest.raises(UnreadableValue, match="bad_range"):
        span(written, "number")


@pytest.mark.parametrize("written", ["10-6", "36m-3m", "<0", "12m-3m"])
def test_a_range_that_ends_before_it_begins_is_empty(written: str) -> None:
    with pytest.raises(UnreadableValue, match="empty_range"):
        span(written)


# --- Bands ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("bambino", [years(0, 3), years(3, 6), years(6, 11)]),
        ("ragazzo", [years(11, 18)]),
        ("anziano", [OLD]),
        ("adulto", None),
        ("famiglia", None),
        (None, None),
    ],
)
def test_only_bands_that_the_person_can_have_are_offered(who: str | None, expected: list[Span] | None) -> None:
    words = vocabulary()
    found = compatible_bands(words["eta"], words, said(words, persona=who))
    assert found == (words["eta"].bands if expected is None else tuple(expected))


def test_a_band_that_the_person_may_have_in_part_is_offered() -> None:
    words = vocabulary()
    attribute = Attribute("eta", KINDS["age"], "Età", {}, bands=(years(0, 14), years(14, 18)))
    assert compatible_bands(attribute, words, said(words, persona="bambino")) == (years(0, 14),)


def test_numbers_have_all_their_bands() -> None:
    words = vocabulary()
    assert compatible_bands(words["figli"], words, said(words, persona="bambino", bisogno="@figli")) == words["figli"].bands


def test_an_implication_of_several_ways_is_possible_in_any_of_them() -> None:
    either = Any((aged(OLD), names("motoria", of="disabilita")))
    words = vocabulary(Attribute("fragile", KINDS["choice"], "Fragile", {"si": Term("si", "Sì", implied_by=either)}))
    offered = compatible_bands(words["eta"], words, said(words, fragile="si", disabilita="visiva"))
    assert offered == (OLD,)
    assert compatible_bands(words["eta"], words, said(words, fragile="si")) == words["eta"].bands
