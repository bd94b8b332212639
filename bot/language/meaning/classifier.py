"""The class of a text, learnt from a few sentences of each: ridge regression over weighted features, in closed form.

With so few sentences a linear model in its dual form is exact, takes a fraction of a second, and gives for sentences the
scores that they would have had without themselves (leave one out), by which scores can be calibrated. Source: Rifkin and
Lippert, "Notes on Regularized Least Squares" (MIT-CSAIL-TR-2007-025), for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from bot.language.meaning.arrays import Floats
from bot.language.meaning.linalg import BLOCK_ROWS, cholesky, gram, solve_lower, solve_upper

#: Feature → how often it stands in a text, or how much of it does.
Features = Mapping[str, float]


class Classifier:
    """A linear model that scores a text for each of some classes. Immutable after construction."""

    def __init__(
        self,
        texts: Sequence[Features],
        classes: Sequence[int],
        count: int,
        *,
        ridge: float,
        left_out: int,
        vectors: Floats | None = None,
    ) -> None:
        """`classes` are those of the texts, below `count`; `ridge` is how little single texts are trusted.

        The last texts, `left_out` in number, are left out in turn. `vectors` has a row for each text, as more features.
        """
        self._columns: dict[str, int] = {}
        numbers = [self._columns.setdefault(name, len(self._columns)) for features in texts for name in features]
        columns = np.array(numbers, dtype=np.intp)
        amounts = np.array([amount for features in texts for amount in features.values()], dtype=np.float32)
        rows = np.repeat(np.arange(len(texts)), [len(features) for features in texts])
        total = len(texts)
        seen = np.bincount(columns, minlength=len(self._columns))
        self._idf = (np.log((1 + total) / (1 + seen)) + 0.5).astype(np.float32)
        values = amounts * self._idf[columns]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=total)).astype(np.float32)
        values /= np.where(lengths > 0, lengths, np.float32(1))[rows]
        kernel = gram(rows, columns, values, total)
        if vectors is not None:
            kernel += vectors @ vectors.T
        targets = np.zeros((total, count), dtype=np.float32)
        targets[np.arange(total), np.asarray(classes, dtype=np.intp)] = 1.0
        targets -= targets.mean(axis=0) if total else 0
        kernel[np.diag_indices(total)] += np.float32(ridge)
        # Threads that wait for each other would take more time of the processor than they save.
        with threadpool_limits(1, "blas"):
            lower = cholesky(kernel)
            dual = solve_upper(lower, solve_lower(lower, targets))
            # What is needed of the diagonal of the inverse depends on the last rows of L only.
            first = (total - left_out) // BLOCK_ROWS * BLOCK_ROWS
            inverse = solve_lower(lower[first:, first:], np.eye(total - first, dtype=np.float32))
        diagonal = np.einsum("ij,ij->j", inverse, inverse)[:, None]
        #: The scores of each text that was left out, as if it had never been taught.
        self.left_out: Floats = (targets[first:] - dual[first:] / diagonal)[total - left_out - first :]
        self._weights = np.zeros((len(self._columns), count), dtype=np.float32)
        ends = np.searchsorted(rows, np.arange(total), side="right")
        for start, end, row in zip((0, *ends), ends, dual, strict=False):
            self._weights[columns[start:end]] += values[start:end, None] * row
        self._of_vectors = vectors.T @ dual if vectors is not None else None

    def scores(self, features: Features, vector: Floats | None = None) -> Floats:
        """Return how much a text is of each class: about 1 for its own, about 0 for the others."""
        known = [(self._columns[name], amount) for name, amount in features.items() if name in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.intp)
        values: Floats = np.array([amount for _, amount in known], dtype=np.float32) * self._idf[columns]
        length = float(np.sqrt(values @ values))
        values /= np.float32(length or 1.0)
        found: Floats = values @ self._weights[columns]
        if self._of_vectors is not None and vector is not None:
            found += vector @ self._of_vectors
        return found

    def likeness(self, one: Features, other: Features) -> float:
        """Return how alike two texts are to this model: the cosine of their weighted features."""
        weighted = [
            {name: amount * self._idf[self._columns[name]] for name, amount in each.items() if name in self._columns}
            for each in (one, other)
        ]
        lengths = [float(np.sqrt(sum(value * value for value in each.values()))) for each in weighted]
        product = sum(value * weighted[1].get(name, 0.0) for name, value in weighted[0].items())
        return float(product / ((lengths[0] * lengths[1]) or 1.0))
