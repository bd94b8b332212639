"""Which class a text is of, learnt from a few sentences of each: ridge regression over weighted features, in closed form.

With so few sentences a linear model in its dual form is exact, takes a fraction of a second, and gives for every sentence
the scores that it would have had without itself (leave one out), by which scores can be calibrated. Source: Rifkin and
Lippert, "Notes on Regularized Least Squares" (MIT-CSAIL-TR-2007-025), for both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

#: Feature → how often it stands in a text, or how much of it does.
Features = Mapping[str, float]
Scores = npt.NDArray[np.float32]


class Classifier:
    """Immutable after construction."""

    def __init__(self, taught: Sequence[Features], classes: Sequence[int], count: int, *, ridge: float) -> None:
        """`taught` are texts and `classes` theirs, below `count`; `ridge` is how little single texts are trusted."""
        self._columns: dict[str, int] = {}
        seen: list[int] = []
        for features in taught:
            for name in features:
                column = self._columns.setdefault(name, len(self._columns))
                if column == len(seen):
                    seen.append(0)
                seen[column] += 1
        total = len(taught)
        self._idf = np.array([math.log((1 + total) / (1 + n)) + 0.5 for n in seen], dtype=np.float32)
        rows = [self._row(features) for features in taught]
        kernel = _gram(rows, len(self._columns))
        targets = np.full((total, count), 0.0, dtype=np.float32)
        owners = np.asarray(classes, dtype=np.intp)
        targets[np.arange(total), owners] = 1.0
        self._prior = (np.bincount(owners, minlength=count) / max(total, 1)).astype(np.float32)
        targets -= self._prior
        kernel[np.diag_indices(total)] += np.float32(ridge)
        # Threads that wait for each other would take more time of the processor than they save.
        with threadpool_limits(1, "blas"):
            inverse = _inverse(kernel)
        dual = inverse @ targets
        #: The scores of each taught text, had it not been taught.
        self.left_out: Scores = targets - dual / np.diag(inverse)[:, None]
        self._weights = np.zeros((len(self._columns), count), dtype=np.float32)
        for (columns, values), row in zip(rows, dual, strict=True):
            self._weights[columns] += values[:, None] * row

    def scores(self, features: Features) -> Scores:
        """How much a text is of each class: about 1 for its own, about 0 for the others."""
        columns, values = self._row(features)
        found: Scores = values @ self._weights[columns] if len(columns) else np.zeros(len(self._prior), dtype=np.float32)
        return found

    def _row(self, features: Features) -> tuple[npt.NDArray[np.intp], Scores]:
        """The known features of a text as columns and values, of length 1."""
        known = [(self._columns[name], amount) for name, amount in features.items() if name in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.intp)
        values = np.array([amount for _, amount in known], dtype=np.float32) * self._idf[columns]
        norm = float(np.sqrt(values @ values)) if known else 1.0
        return columns, values / np.float32(norm or 1.0)


#: Smaller matrices are inverted whole.
_SMALL = 64


def _inverse(matrix: Scores) -> Scores:
    """The inverse of a symmetric positive definite matrix, by halves: products of blocks are what processors do best."""
    size = len(matrix)
    if size <= _SMALL:
        found: Scores = np.linalg.inv(matrix)
        return found
    half = size // 2
    first = _inverse(matrix[:half, :half])
    across = first @ matrix[:half, half:]
    last = _inverse(matrix[half:, half:] - matrix[half:, :half] @ across)
    corner = across @ last
    inverse = np.empty_like(matrix)
    inverse[:half, :half] = first + corner @ across.T
    inverse[:half, half:] = -corner
    inverse[half:, :half] = -corner.T
    inverse[half:, half:] = last
    return inverse


def _gram(rows: Sequence[tuple[npt.NDArray[np.intp], Scores]], features: int) -> Scores:
    """How alike each two texts are: the products of all rows."""
    if not features:
        return np.zeros((len(rows), len(rows)), dtype=np.float32)
    lengths = [len(columns) for columns, _ in rows]
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    owners = np.repeat(np.arange(len(rows)), lengths)
    order = np.argsort(columns, kind="stable")
    owners, values = owners[order], values[order]
    ends = np.searchsorted(columns[order], np.arange(features), side="right")
    starts = np.concatenate(([0], ends[:-1]))
    gram = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for number, (mine, amounts) in enumerate(rows):
        counts = ends[mine] - starts[mine]
        if not len(mine):
            continue
        shift = np.repeat(starts[mine] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        places = np.arange(int(counts.sum())) + shift
        gram[number] = np.bincount(owners[places], values[places] * np.repeat(amounts, counts), minlength=len(rows))
    return gram
