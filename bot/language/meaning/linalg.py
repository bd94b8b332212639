"""Linear algebra for some thousand texts: products of sparse rows, and equations with a symmetric positive definite matrix.

numpy alone does it in blocks, in single precision and in place. scipy would, too, for 110 MB of memory more.
"""

from __future__ import annotations

import numpy as np

from bot.language.meaning.arrays import Floats, Indices

#: So many rows at a time: the rest is products of blocks, which processors do best.
BLOCK_ROWS = 192


def cholesky(matrix: Floats) -> Floats:
    """Replace a symmetric positive definite matrix by the lower triangle L of its Cholesky factors, L Lᵀ, and return it.

    On the diagonal stand the inverses of L's blocks; above it what stood there before.
    """
    for start in range(0, len(matrix), BLOCK_ROWS):
        end = start + BLOCK_ROWS
        rest = matrix[start:, start:end] - matrix[start:, :start] @ matrix[start:end, :start].T
        inverse = np.linalg.inv(np.linalg.cholesky(rest[:BLOCK_ROWS]))
        matrix[start:end, start:end] = inverse
        matrix[end:, start:end] = rest[BLOCK_ROWS:] @ inverse.T
    return matrix


def solve_lower(lower: Floats, right: Floats) -> Floats:
    """Return the x of L x = `right`, where `lower` is what `cholesky` returns, or its end from a block on."""
    found = np.empty_like(right)
    for start in range(0, len(right), BLOCK_ROWS):
        end = start + BLOCK_ROWS
        found[start:end] = lower[start:end, start:end] @ (right[start:end] - lower[start:end, :start] @ found[:start])
    return found


def solve_upper(lower: Floats, right: Floats) -> Floats:
    """Return the x of Lᵀ x = `right`, where `lower` is what `cholesky` returns."""
    found = np.empty_like(right)
    for start in reversed(range(0, len(right), BLOCK_ROWS)):
        end = start + BLOCK_ROWS
        found[start:end] = lower[start:end, start:end].T @ (right[start:end] - lower[end:, start:end].T @ found[end:])
    return found


def gram(rows: Indices, columns: Indices, values: Floats, count: int) -> Floats:
    """Return the products of each two of `count` rows of a sparse matrix: how alike texts are.

    `rows`, `columns` and `values` are its entries that are not zero, by rows.
    """
    products = np.zeros((count, count), dtype=np.float32)
    order = np.argsort(columns, kind="stable")
    others, amounts = rows[order], values[order]
    # Where the rows with each column begin and end in that order.
    ends = np.cumsum(np.bincount(columns))
    starts = np.concatenate(([0], ends[:-1]))
    sizes = (ends - starts)[columns]
    limits = np.searchsorted(rows, np.arange(count + 1))
    for number in range(count):
        own = slice(limits[number], limits[number + 1])
        if own.start == own.stop:
            continue
        many = sizes[own]
        shift = np.repeat(starts[columns[own]] - np.concatenate(([0], np.cumsum(many)[:-1])), many)
        places = np.arange(many.sum()) + shift
        products[number] = np.bincount(others[places], amounts[places] * np.repeat(values[own], many), minlength=count)
    return products
