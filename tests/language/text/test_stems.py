"""The parts of words that their forms share."""

from __future__ import annotations

import pytest

from bot.language.text.stems import root, stem

ROOTS = {
    "figlio": "figl-", "figlia": "figl-", "figli": "figl-", "disabile": "disabil-", "banche": "banc-", "banca": "banc-",
    "nido": "nid-", "zia": "zia", "via": "via", "bar": "bar", "sport": "sport", "oca": "oca", "ochie": "ochie",
}  # fmt: skip


@pytest.mark.parametrize(("word", "expected"), ROOTS.items())
def test_a_root_lacks_the_ending_of_number_and_gender(word, expected):
    assert root(word) == expected


def test_relatives_share_a_stem_and_have_roots_of_their_own():
    assert stem("lavorare") == stem("lavoro") == stem("lavora")
    assert root("dipendenze") != root("dipendenti")
