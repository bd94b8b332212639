"""Numbers in words, in the forms in which they stand in answers."""

from __future__ import annotations

import pytest

from bot.language.text.normalise import plain
from bot.language.text.numerals import guess_numbers, in_digits

WRITTEN = [
    ("trentuno", "31"),
    ("due e otto", "2 e 8"),
    ("zero", "0"),
    ("ottanta quattro", "84"),
    ("duemiladiciannove", "2019"),
    ("terza media", "3° media"),
    ("ottant'anni", "80 anni"),
    ("trentacinquenne", "35 anni"),
    ("ultraottantenne", "oltre 80 anni"),
    ("una sessantina", "una 60"),
    ("sei e sette", "6 e 7"),
    ("alle sei e mezza", "alle 6 e mezza"),
    ("sei gentile", "gentile"),
    ("chi sei", ""),
    ("uno", "uno"),
    ("una volta", "una volta"),
    ("cucina", "cucina"),
    ("tra i tre e i cinque", "tra i 3 e i 5"),
]
MISSPELT = [
    ("quatro", "4"),
    ("cinqe anni", "5 anni"),
    ("ottantaquatro", "84"),
    ("setanta ani", "70 ani"),
    ("nave", "nave"),
    ("centro anziani", "centro anziani"),
    ("il cinqe maggio", "il cinqe maggio"),
]


@pytest.mark.parametrize(("text", "digits"), WRITTEN)
def test_number_words_become_digits(text: str, digits: str) -> None:
    assert in_digits(plain(text)).strip() == digits


@pytest.mark.parametrize(("text", "digits"), MISSPELT)
def test_misspelt_number_words_become_digits_where_an_age_is_likely(text: str, digits: str) -> None:
    assert guess_numbers(text) == digits
