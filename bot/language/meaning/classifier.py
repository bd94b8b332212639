"""Which class a text is of, learnt from a few sentences of each: ridge regression over weighted features, in closed form.

With so few sentences a linear model in its dual form is exact, takes a fraction of a second, and gives for sentences the
scores that they would have had without themselves (leave one out), by which scores can be calibrated. Source: Rifkin and
Lippert, "Notes on Regularized Least Squares" (MIT-CSAIL-TR-2007-025), for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

#: Feature → how often it stands in a text, or how much of it does.
Features = Mapping[str, float]
Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]


class Classifier:
    """Immutable after construction."""

    def __init__(
        self,
        taught: Sequence[Features],
        classes: Sequence[int],
        count: int,
        *,
        ridge: float,
        left_out: int,
        vectors: Scores | None = None,
    ) -> None:
        """`taught` are texts and `classes` theirs, below `count`; `ridge` is how little single texts are trusted.

        The last texts, `left_out` in number, are left out in turn. `vectors` has a row for each text, as more features.
        """
        self._columns: dict[str, int] = {}
        numbers = [self._columns.setdefault(name, len(self._columns)) for features in taught for name in features]
        columns = np.array(numbers, dtype=np.intp)
        amounts = np.array([amount for features in taught for amount in features.values()], dtype=np.float32)
        owners = np.repeat(np.arange(len(taught)), [len(features) for features in taught])
        total = len(taught)
        seen = np.bincount(columns, minlength=len(self._columns))
        self._idf = (np.log((1 + total) / (1 + seen)) + 0.5).astype(np.float32)
        values = amounts * self._idf[columns]
        lengths = np.sqrt(np.bincount(owners, values**2, minlength=total)).astype(np.float32)
        values /= np.where(lengths > 0, lengths, np.float32(1))[owners]
        kernel = _gram(columns, values, owners, total)
        if vectors is not None:
            kernel += vectors @ vectors.T
        targets = np.zeros((total, count), dtype=np.float32)
        targets[np.arange(total), np.asarray(classes, dtype=np.intp)] = 1.0
        targets -= targets.mean(axis=0) if total else 0
        kernel[np.diag_indices(total)] += np.float32(ridge)
        # Threads that wait for each other would take more time of the processor than they save.
        with threadpool_limits(1, "blas"):
            lower = _factor(kernel)
            dual = _backward(lower, _forward(lower, targets))
            # What is left of the diagonal of the inverse, which needs the last rows of L only.
            kept = (total - left_out) // _BLOCK * _BLOCK
            inverse = _forward(lower[kept:, kept:], np.eye(total - kept, dtype=np.float32))
        diagonal = np.einsum("ij,ij->j", inverse, inverse)[:, None]
        #: The scores of each text that was left out.
        self.left_out: Scores = (targets[kept:] - dual[kept:] / diagonal)[total - left_out - kept :]
        self._weights = np.zeros((len(self._columns), count), dtype=np.float32)
        ends = np.searchsorted(owners, np.arange(total), side="right")
        for start, end, row in zip((0, *ends), ends, dual, strict=False):
            self._weights[columns[start:end]] += values[start:end, None] * row
        self._of_vectors = vectors.T @ dual if vectors is not None else None

    def scores(self, features: Features, vector: Scores | None = None) -> Scores:
        """How much a text is of each class: about 1 for its own, about 0 for the others."""
        known = [(self._columns[name], amount) for name, amount in features.items() if name in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.intp)
        values: Scores = np.array([amount for _, amount in known], dtype=np.float32) * self._idf[columns]
        length = float(np.sqrt(values @ values))
        values /= np.float32(length or 1.0)
        found: Scores = values @ self._weights[columns]
        if self._of_vectors is not None and vector is not None:
            found += vector @ self._of_vectors
        return found


#: So many rows at a time: the rest is products of blocks, which processors do best.
_BLOCK = 192


def _factor(matrix: Scores) -> Scores:
    """The lower triangle L of a symmetric positive definite matrix, which is L Lᵀ (Cholesky), in its place.

    On the diagonal stand the inverses of L's blocks; above it what stood there before.
    """
    for start in range(0, len(matrix), _BLOCK):
        end = start + _BLOCK
        rest = matrix[start:, start:end] - matrix[start:, :start] @ matrix[start:end, :start].T
        inverse = np.linalg.inv(np.linalg.cholesky(rest[:_BLOCK]))
        matrix[start:end, start:end] = inverse
        matrix[end:, start:end] = rest[_BLOCK:] @ inverse.T
    return matrix


def _forward(lower: Scores, right: Scores) -> Scores:
    """The x of L x = `right`."""
    found = np.empty_like(right)
    for start in range(0, len(right), _BLOCK):
        end = start + _BLOCK
        found[start:end] = lower[start:end, start:end] @ (right[start:end] - lower[start:end, :start] @ found[:start])
    return found


def _backward(lower: Scores, right: Scores) -> Scores:
    """The x of Lᵀ x = `right`."""
    found = np.empty_like(right)
    for start in reversed(range(0, len(right), _BLOCK)):
        end = start + _BLOCK
        found[start:end] = lower[start:end, start:end].T @ (right[start:end] - lower[end:, start:end].T @ found[end:])
    return found


def _gram(columns: Numbers, values: Scores, owners: Numbers, total: int) -> Scores:
    """How alike each two texts are: the products of the rows of a matrix, given by the places of what is not zero, in order."""
    gram = np.zeros((total, total), dtype=np.float32)
    order = np.argsort(columns, kind="stable")
    others, amounts = owners[order], values[order]
    # Where the texts with each feature begin and end in that order.
    ends = np.cumsum(np.bincount(columns))
    starts = np.concatenate(([0], ends[:-1]))
    counts = (ends - starts)[columns]
    limits = np.searchsorted(owners, np.arange(total + 1))
    for number in range(total):
        mine = slice(limits[number], limits[number + 1])
        if mine.start == mine.stop:
            continue
        many = counts[mine]
        shift = np.repeat(starts[columns[mine]] - np.concatenate(([0], np.cumsum(many)[:-1])), many)
        places = np.arange(many.sum()) + shift
        gram[number] = np.bincount(others[places], amounts[places] * np.repeat(values[mine], many), minlength=total)
    return gram
