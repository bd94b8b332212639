"""The nearest known word to a misspelt one."""

from __future__ import annotations

import pytest

from bot.language.text.spelling import Speller, sound

SPELLER = Speller(["melegnano", "melzo", "mediglia", "pantigliate", "asilo"])


@pytest.mark.parametrize(
    ("word", "most", "nearest"),
    [
        ("melegnnao", 1, ("melegnano", 1)),  # neighbours that changed places
        ("melegano", 1, ("melegnano", 1)),
        ("mellegnanno", 2, ("melegnano", 2)),
        ("mellegnanno", 1, ("mellegnanno", 0)),
        ("pelegnano", 2, ("pelegnano", 0)),  # another first letter
        ("asilo", 1, ("asilo", 0)),
        ("", 1, ("", 0)),
    ],
)
def test_the_nearest_word_begins_alike_and_has_few_errors(word, most, nearest):
    assert SPELLER.nearest(word, most) == nearest


def test_of_words_that_are_as_near_one_of_the_same_length_is_meant():
    assert Speller(["carte", "casta"]).nearest("carto", 1) == ("carte", 1)
    assert Speller(["cart", "casta"]).nearest("castu", 1) == ("casta", 1)


@pytest.mark.parametrize(
    ("real", "alike"), [("statale", "settala"), ("carrozzeria", "carrozzina"), ("numero", "numerosa"), ("mezze", "mezza")]
)
def test_a_real_word_is_never_taken_for_another(real, alike):
    assert Speller([alike]).nearest(real, 2) == (real, 0)


def test_close_words_come_with_their_errors_the_closest_first():
    assert Speller(["carte", "casta", "cart", "sarta"]).close("carta", "c", 1) == [(1, "cart"), (1, "carte"), (1, "casta")]
    assert Speller(["carta", "carte"]).close("carta", "c", 1) == [(0, "carta"), (1, "carte")]
    assert Speller(["sarta"]).close("carta", "s", 1) == [(1, "sarta")]


@pytest.mark.parametrize(
    ("one", "other"), [("squola", "scuola"), ("filio", "figlio"), ("kaza", "casa"), ("psicologo", "sicologo")]
)
def test_words_that_sound_alike_have_the_same_sound(one, other):
    assert sound(one) == sound(other)
