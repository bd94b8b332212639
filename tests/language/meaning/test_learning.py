"""What content teaches: words, classes, thresholds; and that a sentence left out is scored as if it had never been taught."""

from __future__ import annotations

import numpy as np
import pytest

from bot.core.attributes import years
from bot.core.conditions import Hours
from bot.language.entities.slots import tags_of
from bot.language.meaning.arrays import Floats
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.decision import Signs, Softmax, learn_gate, learn_softmax
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
    scores = Classifier(TAUGHT, CLASSES, 2, judged=0).likeness({"nonna": 1.0, "casa": 1.0}).scores
    assert scores[1] > scores[0]


def test_a_sentence_left_out_is_scored_as_if_it_had_not_been_taught() -> None:
    vectors = np.random.default_rng(3).normal(size=(len(TAUGHT), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # Every word in every text: its weight is then the same with and without one of them.
    taught = [dict.fromkeys("abc", 1.0) | {"a": 1.0 + number} for number in range(len(TAUGHT))]
    left_out = Classifier(taught, CLASSES, 2, judged=len(taught), vectors=vectors).left_out
    for number in range(len(taught)):
        keep = [other for other in range(len(taught)) if other != number]
        without = Classifier([taught[k] for k in keep], [CLASSES[k] for k in keep], 2, judged=0, vectors=vectors[keep]).likeness(
            taught[number], vectors[number]
        )
        assert left_out[number].nearest == pytest.approx(without.nearest, abs=1e-4)
        assert left_out[number].by_vector == pytest.approx(without.by_vector, abs=1e-4)
        assert left_out[number].scores.argmax() == without.scores.argmax() or abs(np.diff(without.scores)[0]) < 0.3


def test_unknown_words_are_like_nothing_and_no_sentences_teach_nothing() -> None:
    unknown = Classifier(TAUGHT, CLASSES, 2, judged=0).likeness({"xyz": 1.0})
    assert unknown.scores.tolist() == [0.5, 0.5]
    assert (unknown.by_words, unknown.by_vector) == (0.0, 0.0)
    assert Classifier([], [], 3, judged=0).likeness({"nido": 1.0}).scores.tolist() == [0, 0, 0]


def test_it_makes_no_difference_how_many_are_left_out() -> None:
    taught = [{f"w{i % 37}": 1.0, f"v{i % 11}": 0.5} for i in range(600)]
    classes = [i % 3 for i in range(600)]
    every = Classifier(taught, classes, 3, judged=600).left_out
    some = Classifier(taught, classes, 3, judged=250).left_out
    for one, other in zip(every[350:], some, strict=True):
        assert one.scores == pytest.approx(other.scores, abs=1e-3)


def test_a_model_of_arrays_is_the_same_model() -> None:
    model = Classifier(TAUGHT, CLASSES, 2, judged=2)
    text = {"nonna": 1.0, "casa": 1.0}
    assert Classifier.from_arrays(model.arrays()).likeness(text).scores.tolist() == model.likeness(text).scores.tolist()


def test_weights_are_learnt_from_what_is_right_and_kept_where_nothing_is_known() -> None:
    groups = np.array([0, 0, 1])
    chance = np.random.default_rng(4)
    owners = chance.integers(0, 3, 300)
    helpful = np.eye(3, dtype=np.float32)[owners] + chance.normal(0, 0.4, (300, 3)).astype(np.float32)
    noise = chance.normal(0, 1, (300, 3)).astype(np.float32)
    signs = Signs((helpful, noise), np.zeros((300, 1), dtype=np.float32))
    learnt = learn_softmax(signs, owners, groups, (1.0, 0.0, 0.0, 0.0), (2, 1))
    assert learnt.weights[0] > 2 > abs(learnt.weights[1]) * 4
    assert (learnt.probabilities(signs).argmax(axis=1) == owners).mean() > 0.8
    nothing = Signs((np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)), np.zeros((0, 1), np.float32))
    none = learn_softmax(nothing, np.zeros(0, dtype=np.intp), groups, (1.0, 0.0, 0.0, 0.5), (2, 1))
    assert none.weights.tolist() == [1.0, 0.0, 0.0, 0.5]


def test_a_gate_finds_a_text_that_is_a_little_like_several_classes_of_a_group() -> None:
    groups = np.array([0, 1, 1, 1])
    chance = np.random.default_rng(7)
    owners = np.where(np.arange(400) % 4 == 0, chance.integers(1, 4, 400), 0)
    scores = chance.normal(0, 0.1, (400, 4)).astype(np.float32)
    # A text of the group is as like each of its classes as the others are like theirs: the softmax cannot tell them apart.
    scores[:, 1:] += 0.3 * (owners > 0)[:, None]
    scores[:, 0] += 0.3
    signs = Signs((scores,), np.zeros((400, 1), dtype=np.float32))
    softmax = Softmax(groups, np.array([4.0, 0.0, -1.5], dtype=np.float32))
    gate = learn_gate(1, softmax, signs, owners, prior=(1.0, 0.0, 0.0), shares=(3, 1))
    before = softmax.probabilities(signs)
    after = gate.corrected(before, signs, groups)

    def right(probabilities: Floats) -> float:
        return float(((probabilities[:, 1:].sum(axis=1) > 0.5) == (owners > 0)).mean())

    assert right(after) > max(right(before), 0.95)
    assert np.allclose(after.sum(axis=1), 1, atol=1e-5)
    # Within the group nothing changes.
    assert (after[:, 1:].argmax(axis=1) == before[:, 1:].argmax(axis=1)).all()
    none = Signs((scores[:0],), np.zeros((0, 1), dtype=np.float32))
    assert learn_gate(1, softmax, none, owners[:0], prior=(0.4, 7.0, -4.0), shares=(3, 1)).weights.tolist() == pytest.approx(
        [0.4, 7, -4]
    )


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
        *(("conpiti", "compiti"), ("badnate", "badante"), ("skuola", "scuola"), ("csuola", "scuola"), ("lasilo", "l asilo")),
        *(("doposcola", "doposcuola"), ("ke", "che"), ("asilomensa", "asilo mensa")),
        *(("mensa", "mensa"), ("mensile", "mensile"), ("xyzzyq", "xyzzyq"), ("20", "20")),
    ],
)
def test_a_word_is_written_as_it_is_meant(typed: str, meant: str) -> None:
    assert KNOWN.spelt(typed) == meant


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
