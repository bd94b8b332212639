"""Typed text made comparable."""

from __future__ import annotations

import pytest

from bot.language.text.normalise import MAX_TEXT_CHARACTERS, normalise, plain, words

NORMALISED = [
    ("  Perché   NO?! ", "perche no"),
    ("l'Adda", "l adda"),
    ("l’Adda", "l adda"),
    ("pre-scuola", "pre scuola"),
    ("siiii", "si"),
    ("aiutooo!!!", "aiuto"),
    ("mamma", "mamma"),
    ("20000", "20000"),
    ("a_b", "a b"),
    ("Straße", "strasse"),
    ("ＭＥＬＥＧＮＡＮＯ", "melegnano"),
    ("привет", "привет"),
    ("😭", ""),
    ("\ud83d sì \ude2d", "si"),
]
PLAIN = [
    ("Dopo le 18:30!", "dopo le 18:30!"),
    ("classe '52", "classe 52"),
    ("3½", "3 e mezzo"),
    ("più di   65", "piu di 65"),
    ("\ud8004 e 9", "4 e 9"),
]


@pytest.mark.parametrize(("text", "expected"), NORMALISED)
def test_case_accents_punctuation_and_drawn_out_letters_do_not_count(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert words(text) == expected.split()


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_plain_text_keeps_what_numbers_dates_and_hours_need(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_letters_that_decompose_into_many_are_cut_too() -> None:
    assert len(normalise("ﷺ" * 100_000)) <= MAX_TEXT_CHARACTERS
