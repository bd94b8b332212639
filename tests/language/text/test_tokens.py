"""Words that are written together."""

from __future__ import annotations

import pytest

from bot.language.text.tokens import Tokenizer


@pytest.mark.parametrize(
    ("typed", "parted"),
    [
        ("abitoamelegnano", "abito a melegnano"),
        ("HO82ANNI", "HO82ANNI"),
        ("parolasegretissima", "parolasegretissima"),
    ],
)
def test_only_whole_words_are_parted(typed: str, parted: str) -> None:
    known = Tokenizer(["abito", "melegnano", "parola", "segreti", "sim"], {})
    assert known.parted(typed) == parted
