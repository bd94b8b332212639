"""Linear algebra for some thousand texts: products of sparse rows, and equations with a symmetric positive definite matrix.

numpy alone does it in blocks of rows, in single precision, in place, and of the symmetric matrix only the lower half is kept.
scipy would, too, for 110 MB of memory more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bot.language.meaning.arrays import Floats, Indices

#: So many rows at a time: the rest is products of blocks, which processors do best.
BLOCK_ROWS = 192

#: The lower half of a symmetric matrix by blocks of `BLOCK_ROWS` rows, each with the columns up to its own last one.
LowerBlocks = Sequence[Floats]


def cholesky(blocks: LowerBlocks) -> LowerBlocks:
    """Replace a symmetric positive definite matrix by the lower triangle L of its Cholesky factors, L Lᵀ, and return it.

    On the diagonal stand the inverses of L's blocks.
    """
    for number, block in enumerate(blocks):
        start = number * BLOCK_ROWS
        end = start + len(block)
        own = block[:, start:end] - block[:, :start] @ block[:, :start].T
        inverse = np.linalg.inv(np.linalg.cholesky(own))
        block[:, start:end] = inverse
        for other in blocks[number + 1 :]:
            other[:, start:end] = (other[:, start:end] - other[:, :start] @ block[:, :start].T) @ inverse.T
    return blocks


def solve_lower(lower: LowerBlocks, right: Floats, first: int = 0) -> Floats:
    """Return the solution x of L x = `right`; `lower` is the result of `cholesky`, or its end from block `first` on."""
    found, skipped = np.empty_like(right), first * BLOCK_ROWS
    for number, block in enumerate(lower[first:]):
        start = number * BLOCK_ROWS
        end = start + len(block)
        known = block[:, skipped : skipped + start] @ found[:start]
        found[start:end] = block[:, skipped + start :] @ (right[start:end] - known)
    return found


def solve_upper(lower: LowerBlocks, right: Floats) -> Floats:
    """Return the solution x of Lᵀ x = `right`; `lower` is the result of `cholesky`."""
    rest = right.copy()
    for number in reversed(range(len(lower))):
        block, start = lower[number], number * BLOCK_ROWS
        end = start + len(block)
        rest[start:end] = block[:, start:].T @ rest[start:end]
        rest[:start] -= block[:, :start].T @ rest[start:end]
    return rest


def inverse_diagonal(lower: LowerBlocks, first: int) -> Floats:
    """Return the diagonal of the inverse matrix, from block `first` on; `lower` may lack the blocks before."""
    rows = sum(len(block) for block in lower[first:])
    diagonal = np.empty(rows, dtype=np.float32)
    for number in range(first, len(lower)):
        start = (number - first) * BLOCK_ROWS
        size = len(lower[number])
        # Columns of the inverse of L are zero above their own row.
        right = np.zeros((rows - start, size), dtype=np.float32)
        right[np.arange(size), np.arange(size)] = 1.0
        columns = solve_lower(lower, right, number)
        diagonal[start : start + size] = np.einsum("ij,ij->j", columns, columns)
    return diagonal


class SparseRows:
    """The rows of a sparse matrix, for products with each other or with a single row. Immutable after construction."""

    def __init__(self, rows: Indices, columns: Indices, values: Floats, count: int) -> None:
        """Store the non-zero entries of a matrix of `count` rows: their row, column and value, sorted by row."""
        order = np.argsort(columns, kind="stable")
        self.count = count
        #: The rows that have each column, and their values: those of column c from `_ends[c - 1]` to `_ends[c]`.
        self.others, self.amounts = rows[order].astype(np.int32), values[order]
        self.ends = np.cumsum(np.bincount(columns)) if len(columns) else np.zeros(0, dtype=np.intp)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> SparseRows:
        """Return the matrix from the arrays that the method `arrays` returned."""
        matrix = cls.__new__(cls)
        matrix.others, matrix.amounts, matrix.ends = arrays["others"], arrays["amounts"], arrays["ends"]
        matrix.count = int(arrays["count"])
        return matrix

    def arrays(self) -> dict[str, Any]:
        """Return the matrix as arrays."""
        return {"others": self.others, "amounts": self.amounts, "ends": self.ends, "count": np.array(self.count)}

    def product(self, columns: Indices, values: Floats) -> Floats:
        """Return the product of each row with one more sparse row, given by its `columns` and `values`."""
        ends = self.ends[columns]
        starts = np.where(columns > 0, self.ends[columns - 1], 0)
        sizes = ends - starts
        shift = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) if len(sizes) else sizes
        places = np.arange(int(sizes.sum())) + shift
        found: Floats = np.bincount(
            self.others[places], self.amounts[places] * np.repeat(values, sizes), minlength=self.count
        ).astype(np.float32)
        return found
