"""How easy an Italian text is to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.readability import FEWEST_WORDS, LOWEST, gulpease
from tests.builders import tries


def test_the_index_is_the_formula_of_lucisano_and_piemontese() -> None:
    # 10 words, 1 sentence, 31 letters.
    assert gulpease("Il gatto di Anna va a casa con una palla") == pytest.approx(89 + (300 * 1 - 10 * 31) / 10)


def test_an_easy_text_is_above_the_limit_and_a_hard_one_below() -> None:
    easy = "Ti aiuto a trovare un servizio. Ti faccio poche domande. Puoi fermarti quando vuoi."
    hard = (
        "L'espletamento delle procedure amministrative finalizzate all'ottenimento delle prestazioni "
        "socioassistenziali presuppone la presentazione della documentazione."
    )
    assert (gulpease(easy) or 0) > LOWEST > (gulpease(hard) or 0)


def test_a_short_text_has_no_index() -> None:
    assert gulpease("Per chi cerchi un servizio?") is None
    assert gulpease(" ".join(["parola"] * (FEWEST_WORDS - 1))) is None
    assert gulpease(" ".join(["parola"] * FEWEST_WORDS)) is not None
    assert gulpease("") is None


def test_more_sentences_make_a_text_easier() -> None:
    one = "Vieni allo sportello con la tua famiglia e porta un documento e il codice fiscale di tutti"
    assert (gulpease(one) or 0) < (gulpease(one.replace(" e ", ". ")) or 0)


def test_numbers_points_and_abbreviations_inside_a_word_end_no_sentence() -> None:
    with_points = "Costa 2.10 euro al giorno e si paga su example.org ogni mese"
    assert gulpease(with_points) == gulpease(with_points.replace(".", " "))


def test_an_apostrophe_does_not_split_a_word() -> None:
    assert gulpease("l'asilo " * 9) is None


@tries(60)
@given(st.text(max_size=400))
def test_the_index_is_between_0_and_100(text: str) -> None:
    index = gulpease(text)
    assert index is None or 0 <= index <= 100
