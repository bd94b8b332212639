"""The likeness of a text to the training texts of each class: kernel ridge regression over words and sentence vectors.

Two texts are alike by the words that they share, and by the vectors of their meaning. With some thousand sentences the model is
exact in its dual form, takes seconds to learn, and gives each training sentence the score that it would have without itself
(leave one out), from which decisions are learnt. Source: Rifkin and Lippert, "Notes on Regularized Least Squares"
(MIT-CSAIL-TR-2007-025), for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bot.language.meaning.arrays import Floats, Indices
from bot.language.meaning.linalg import BLOCK_ROWS, SparseRows, cholesky, inverse_diagonal, solve_lower, solve_upper

#: Feature → how often it stands in a text, or how much of it does.
Features = Mapping[str, float]

#: The penalty on the weight of single texts.
_RIDGE = np.float32(0.5)
#: How much the likeness of vectors counts beside that of words, and how fast it falls with their cosine. Both, and the ridge,
#: are where the left-out sentences of the shipped content are likeliest: between 2 and 4, and 0.25 and 0.5, little changes.
_VECTOR_WEIGHT, _VECTOR_WIDTH = np.float32(3.0), np.float32(0.35)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The likeness of a text to each class, with the row of the training text behind each number."""

    #: About 1 for its own class, about 0 for the others.
    scores: Floats
    #: The greatest cosine of its vector with one of a text of each class, 0 or more.
    nearest: Floats
    #: Its likeness to each taught text, of words and of vectors together.
    kernel: Floats
    #: The greatest of both kinds.
    by_words: float
    by_vector: float


class Classifier:
    """A trained model that scores a text for each class. Immutable after construction."""

    _dual: Floats
    _base: Floats
    #: What each judged text would have been like if it had never been taught. The kernels are empty.
    left_out: tuple[Likeness, ...]

    def __init__(
        self, texts: Sequence[Features], classes: Sequence[int], count: int, *, judged: int, vectors: Floats | None = None
    ) -> None:
        """Train on texts and the numbers of their `classes`, which are less than `count`.

        The last `judged` texts are also scored with themselves left out. `vectors` has a row of length 1 for each text.
        """
        names: dict[str, int] = {}
        columns = np.array([names.setdefault(name, len(names)) for each in texts for name in each], dtype=np.intp)
        amounts = np.array([amount for each in texts for amount in each.values()], dtype=np.float32)
        rows = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
        seen = np.bincount(columns, minlength=len(names))
        self._idf = (np.log((1 + len(texts)) / (1 + seen)) + 0.5).astype(np.float32)
        values = amounts * self._idf[columns]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(texts))).astype(np.float32)
        values /= np.where(lengths > 0, lengths, np.float32(1))[rows]
        self._columns = names
        self._rows = SparseRows(rows, columns, values, len(texts))
        self._vectors = vectors
        self._set_classes(np.asarray(classes, dtype=np.intp), count)
        limits = np.searchsorted(rows, np.arange(len(texts) + 1))
        entries = [(columns[start:end], values[start:end]) for start, end in pairwise(limits)]
        _compute_in_one_thread()
        self._learn(entries, judged)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Classifier:
        """Return the model from the arrays that the method `arrays` returned. Raises KeyError and ValueError for others."""
        model = cls.__new__(cls)
        model._restore(arrays)  # noqa: SLF001 - another way to make one
        return model

    def _restore(self, arrays: Mapping[str, Any]) -> None:
        _compute_in_one_thread()
        names = bytes(arrays["names"]).decode("utf-8", "surrogatepass").split("\n")
        self._columns = {name: number for number, name in enumerate(names)}
        self._idf, self._dual, self._base = arrays["idf"], arrays["dual"], arrays["base"]
        self._rows = SparseRows.from_arrays(arrays)
        self._vectors = arrays["vectors"] if arrays["vectors"].size else None
        self._set_classes(arrays["classes"], arrays["dual"].shape[1])
        self.left_out = ()

    def arrays(self) -> dict[str, Any]:
        """Return the trained state of the model as arrays."""
        names = np.frombuffer("\n".join(self._columns).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        vectors = self._vectors if self._vectors is not None else np.zeros(0, dtype=np.float32)
        own = {
            "names": names,
            "idf": self._idf,
            "dual": self._dual,
            "base": self._base,
            "vectors": vectors,
            "classes": self._classes,
        }
        return own | self._rows.arrays()

    @property
    def row_count(self) -> int:
        """Return the number of texts that trained the model."""
        return len(self._classes)

    def _set_classes(self, classes: Indices, count: int) -> None:
        """Store the order of the texts by class, so that the best text of each class is found quickly."""
        self._classes, self._count = classes, count
        self._by_class = np.argsort(classes, kind="stable")
        self._present, self._starts = np.unique(classes[self._by_class], return_index=True)

    def _learn(self, entries: Sequence[tuple[Indices, Floats]], judged: int) -> None:
        total, classes = len(entries), self._classes
        targets = np.zeros((total, self._count), dtype=np.float32)
        targets[np.arange(total), classes] = 1.0
        self._base = targets.mean(axis=0) if total else np.zeros(self._count, dtype=np.float32)
        targets -= self._base
        blocks, likenesses = [], []
        first_judged = total - judged
        for start in range(0, total, BLOCK_ROWS):
            end = min(start + BLOCK_ROWS, total)
            words = np.array([self._rows.product(*entries[row]) for row in range(start, end)], dtype=np.float32)
            cosines = self._cosines(self._vectors[start:end]) if self._vectors is not None else None
            kernel = words + _alike(cosines) if cosines is not None else words
            block = kernel[:, :end].copy()
            block[np.arange(end - start), np.arange(start, end)] += _RIDGE
            blocks.append(block)
            likenesses += [
                self._without(row, words[row - start], cosines[row - start] if cosines is not None else None)
                for row in range(max(start, first_judged), end)
            ]
        lower = cholesky(blocks)
        dual = solve_upper(lower, solve_lower(lower, targets))
        first_block = first_judged // BLOCK_ROWS
        diagonal = inverse_diagonal(lower, first_block)[first_judged - first_block * BLOCK_ROWS :] if judged else np.zeros(0)
        self._dual = dual
        scores = targets[first_judged:] - dual[first_judged:] / diagonal[:, None].astype(np.float32) + self._base
        self.left_out = tuple(
            Likeness(row, nearest, np.zeros(0, dtype=np.float32), by_words, by_vector)
            for row, (nearest, by_words, by_vector) in zip(scores, likenesses, strict=True)
        )

    def _without(self, row: int, words: Floats, cosines: Floats | None) -> tuple[Floats, float, float]:
        """Return a training text's likeness to each class without itself, and its greatest likeness by words and by vector."""
        words[row] = 0.0
        if cosines is None:
            return np.zeros(self._count, dtype=np.float32), float(words.max(initial=0.0)), 0.0
        cosines[row] = 0.0
        return self._nearest(cosines), float(words.max(initial=0.0)), float(cosines.max(initial=0.0))

    def _cosines(self, vectors: Floats) -> Floats:
        found: Floats = vectors @ self._vectors.T if self._vectors is not None else vectors
        return found

    def _nearest(self, cosines: Floats) -> Floats:
        nearest = np.zeros(self._count, dtype=np.float32)
        if len(self._present):
            nearest[self._present] = np.maximum.reduceat(cosines[self._by_class], self._starts)
        return np.maximum(nearest, 0)

    def likeness(self, features: Features, vector: Floats | None = None) -> Likeness:
        """Return the likeness of a text to each class; without a vector only its words are compared."""
        known = [(self._columns[name], amount) for name, amount in features.items() if name in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.intp)
        values: Floats = np.array([amount for _, amount in known], dtype=np.float32) * self._idf[columns]
        length = np.float32(np.sqrt(values @ values)) or np.float32(1)
        kernel = words = self._rows.product(columns, values / length)
        by_words = float(words.max(initial=0.0))
        nearest, by_vector = np.zeros(self._count, dtype=np.float32), 0.0
        if vector is not None and self._vectors is not None:
            cosines = self._vectors @ vector
            kernel = words + _alike(cosines)
            nearest, by_vector = self._nearest(cosines), float(cosines.max(initial=0.0))
        return Likeness(kernel @ self._dual + self._base, nearest, kernel, by_words, by_vector)

    def evidence(self, likeness: Likeness, number: int) -> int:
        """Return the row of the training text that speaks most for a class: it is of this class and like the text."""
        rows = np.flatnonzero(self._classes == number)
        return int(rows[np.argmax(likeness.kernel[rows] * self._dual[rows, number])]) if len(rows) else -1


def _compute_in_one_thread() -> None:
    """Make numpy multiply matrices in the calling thread only, from now on and in the whole process.

    Threads that wait for each other take more time of the processor than they save: ten times as much for the likeness of a text.
    """
    threadpool_limits(1, "blas")


def _alike(cosines: Floats) -> Floats:
    """Return the likeness of vectors from their cosines: the full weight for equal vectors, falling fast."""
    found: Floats = _VECTOR_WEIGHT * np.exp((cosines - 1) / _VECTOR_WIDTH)
    return found
