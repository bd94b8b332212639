"""Ranges of ages and amounts as people write them."""

from __future__ import annotations

import pytest

from bot.kinds.written_ranges import short_range


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("6-10", "6-10"),
        ("3–5", "3-5"),
        ("6-10 anni", "6-10"),
        ("dai 3 ai 5 anni", "3-5"),
        ("da 3 a 5 anni", "3-5"),
        ("tra i 6 e i 10 anni", "6-10"),
        ("3-36 mesi", "3-36m"),
        ("da 3 mesi a 36 mesi", "3m-36m"),
        ("65 anni e oltre", "65+"),
        ("dai 65 anni in su", "65+"),
        ("almeno 18 anni", "18+"),
        ("sotto i 3 anni", "<3"),
        ("meno di 3 anni", "<3"),
        ("<15.000,01", "<15000.01"),
        ("<15.000,01 €", "<15000.01"),
        ("15mila", "15000"),
        ("sotto 15mila euro", "<15000"),
        ("10.000-15.000", "10000-15000"),
        ("1.500.000", "1500000"),
        ("3,5", "3.5"),
        ("fino a 3 anni", "fino a 3"),
        ("fino a 14 anni compresi", "0-14"),
        ("18 anni compiuti", "18+"),
        ("maggiorenni", "18+"),
        ("minori di 18 anni", "<18"),
        ("over 65", "65+"),
        ("a partire da 65 anni", "65+"),
        ("6/11 anni", "6-11"),
        ("dai 3 mesi ai 3 anni", "3m-36m"),
        ("tra i tre mesi e i tre anni", "3m-36m"),
        ("non superiore a € 20.000", "0-20000"),
    ],
)
def test_a_range_is_read_as_people_write_it(written: str, short: str) -> None:
    assert short_range(written) == short
