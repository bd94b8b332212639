"""What content teaches: words, classes, thresholds; and that a sentence left out is scored as if it had never been taught."""

from __future__ import annotations

import numpy as np
import pytest

from bot.core.attributes import years
from bot.core.conditions import Hours
from bot.language.entities.slots import tags_of
from bot.language.meaning.calibration import calibrate
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.features import features_of
from bot.language.meaning.search import Search, SearchEntry
from bot.language.text.spelling import sound
from bot.language.text.stems import stem
from bot.language.text.tokens import Token, Tokenizer, standard_words

TAUGHT = [
    {"nido": 1.0, "bimbo": 1.0},
    {"asilo": 1.0, "nido": 1.0},
    {"bimbo": 1.0, "piccolo": 1.0},
    {"badante": 1.0, "nonna": 1.0},
    {"nonna": 1.0, "sola": 1.0, "casa": 1.0},
    {"badante": 1.0, "casa": 1.0},
]
CLASSES = [0, 0, 0, 1, 1, 1]


def words(*said: str) -> list[Token]:
    return [Token(word, ((stem(word), 1.0),)) for word in said]


def test_a_text_is_of_the_class_whose_sentences_are_like_it() -> None:
    classifier = Classifier(TAUGHT, CLASSES, 2, ridge=1.0, left_out=0)
    scores = classifier.scores({"nonna": 1.0, "casa": 1.0})
    assert scores[1] > scores[0]


def test_a_sentence_left_out_is_scored_as_if_it_had_not_been_taught() -> None:
    taught = [*TAUGHT, {"nido": 1.0, "casa": 1.0}, {"nonna": 1.0, "bimbo": 1.0}]
    classes = [*CLASSES, 0, 1]
    left_out = Classifier(taught, classes, 2, ridge=1.0, left_out=len(taught)).left_out
    for number in range(len(taught)):
        rest = [one for i, one in enumerate(taught) if i != number]
        without = Classifier(rest, [one for i, one in enumerate(classes) if i != number], 2, ridge=1.0, left_out=0)
        # Weights of words and classes differ a little without it, so only the order is the same.
        assert (left_out[number].argmax() == without.scores(taught[number]).argmax()) or abs(
            left_out[number][0] - left_out[number][1]
        ) < 0.5


def test_unknown_words_and_no_sentences_score_nothing() -> None:
    assert not Classifier(TAUGHT, CLASSES, 2, ridge=1.0, left_out=0).scores({"xyz": 1.0}).any()
    assert Classifier([], [], 3, ridge=1.0, left_out=0).scores({"nido": 1.0}).tolist() == [0, 0, 0]


def test_it_makes_no_difference_how_many_are_left_out() -> None:
    taught = [{f"w{i % 37}": 1.0, f"v{i % 11}": 0.5} for i in range(600)]
    classes = [i % 3 for i in range(600)]
    every = Classifier(taught, classes, 3, ridge=1.0, left_out=600)
    some = Classifier(taught, classes, 3, ridge=1.0, left_out=250)
    assert np.allclose(every.left_out[350:], some.left_out, atol=1e-4)


def test_search_finds_names_by_how_much_of_them_is_said() -> None:
    search = Search([SearchEntry((("asilo", "nido"),)), SearchEntry((("bonus", "nido"),)), SearchEntry((("badante",),))])
    said = words("cerco", "asilo", "nido")
    assert search.name_scores(said).argmax() == 0
    assert search.exact_names(said) == {0}
    assert search.bm25(words("badante")).argmax() == 2
    assert not search.bm25(words("xyz")).any()


def test_a_name_to_the_letter_beats_its_relatives() -> None:
    search = Search([SearchEntry((("dipendenti",), ("welfare",))), SearchEntry((("dipendenze",),))])
    assert search.name_scores(words("dipendenze")).argmax() == 1
    assert search.name_scores(words("dipendenti")).argmax() == 0


SOUNDS = [("squola", "scuola"), ("filio", "figlio"), ("kaza", "casa"), ("bibliotteka", "biblioteca"), ("tirocignio", "tirocinio")]


@pytest.mark.parametrize(("typed", "meant"), SOUNDS)
def test_words_are_compared_as_they_sound(typed: str, meant: str) -> None:
    assert sound(typed) == sound(meant)


KNOWN = Tokenizer(["scuola", "doposcuola", "asilo", "nido", "badante", "compiti", "mensa"], {"asilonido": ("asilo", "nido")})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("squola", ["scuola"]),
        ("asilonido", ["asilo", "nido"]),
        ("mensascuola", ["mensa", "scuola"]),
        ("badnte", ["badante"]),
        ("compti", ["compiti"]),
        ("xyzxyz", ["xyzxyz"]),
        ("zz", ["zz"]),
    ],
)
def test_misspelt_and_glued_words_are_what_they_may_be(typed: str, meant: list[str]) -> None:
    (token,) = KNOWN.tokens([typed])
    assert [one for one, _ in token.stems] == [stem(word) for word in meant]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lasilo", "asilo"), ("nellasilo", "asilo"), ("bsilo", "asilo"), ("vadante", "badante"), ("conpiti", "compiti")],
)
def test_a_word_is_known_without_its_apostrophe_and_with_a_wrong_beginning(typed: str, meant: str) -> None:
    assert stem(meant) in {one for token in KNOWN.tokens([typed]) for one, _ in token.stems}


def test_a_dictated_word_in_two_pieces_is_one() -> None:
    assert stem("compiti") in {one for token in KNOWN.tokens(["com", "piti"]) for one, _ in token.stems}


def test_a_word_that_somebody_wrote_wrongly_is_still_the_right_one() -> None:
    tokenizer = Tokenizer(["scuola", "squola", "asilo"], {}, frozenset({"scuola", "asilo"}))
    (token,) = tokenizer.tokens(["squola"])
    assert token.stems[0][0] == stem("scuola")


def test_two_words_that_are_a_name_are_that_name_too() -> None:
    assert stem("doposcuola") in {one for token in KNOWN.tokens(["dopo", "squola"]) for one, _ in token.stems}


def test_chats_are_spelt_out() -> None:
    assert standard_words("nn so ke fare x la bimba") == ["non", "so", "che", "fare", "per", "la", "bimba"]
    assert standard_words("il 730 e 2 figli") == ["il", "730", "e", "figli"]


def test_values_are_coarse_words_for_the_classifier() -> None:
    tags = tags_of({"eta": (years(7),), "persona": ("bambino",), "orario": (Hours("Mo-Fr 18:30-22:00"), "sabato")})
    assert tags == ("eta 3", "persona bambino", "orario sera", "orario sabato")
    features = features_of(words("cerco", "nido"), tags)
    assert {"#eta 3", "nid", f"{stem('cerco')} nid"} <= set(features)


def test_thresholds_follow_what_was_taught() -> None:
    scores = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.1], [0.1, 0.7, 0.0], [0.1, 0.0, 0.8]], dtype=np.float32)
    thresholds = calibrate(scores, np.array([0, 0, 1, 2]), 2)
    ours = thresholds.decide(np.array([0.9, 0.1, 0.0], dtype=np.float32))
    theirs = thresholds.decide(np.array([0.1, 0.0, 0.9], dtype=np.float32))
    nothing = thresholds.decide(np.zeros(3, dtype=np.float32))
    assert (ours.is_in_scope, ours.topic) == (True, -1)
    assert (theirs.is_in_scope, theirs.topic) == (False, 0)
    assert (nothing.is_in_scope, nothing.topic) == (False, -1)
