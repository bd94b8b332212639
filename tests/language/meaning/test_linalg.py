"""Linear algebra in blocks, beside numpy's own."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.meaning.linalg import BLOCK_ROWS, SparseRows, cholesky, inverse_diagonal, solve_lower, solve_upper

#: Nothing, one row, less than a block, exactly two, and two with a rest.
SIZES = [0, 1, 7, 2 * BLOCK_ROWS, 2 * BLOCK_ROWS + 5]


def positive_definite(size: int) -> np.ndarray:
    random = np.random.default_rng(5)
    half = random.normal(size=(size, size)).astype(np.float32) / np.float32(max(size, 1)) ** 0.5
    return half @ half.T + np.eye(size, dtype=np.float32)


def blocks_of(matrix: np.ndarray) -> list[np.ndarray]:
    starts = range(0, len(matrix), BLOCK_ROWS)
    return [matrix[start : start + BLOCK_ROWS, : min(start + BLOCK_ROWS, len(matrix))].copy() for start in starts]


@pytest.mark.parametrize("size", SIZES)
def test_equations_are_solved_as_numpy_solves_them(size):
    matrix, right = positive_definite(size), np.random.default_rng(6).normal(size=(size, 3)).astype(np.float32)
    lower = cholesky(blocks_of(matrix))
    assert np.allclose(solve_upper(lower, solve_lower(lower, right)), np.linalg.solve(matrix, right), atol=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_the_end_of_the_diagonal_of_the_inverse_is_numpys(size):
    matrix = positive_definite(size)
    lower = cholesky(blocks_of(matrix))
    for first in range(len(lower)):
        expected = np.diag(np.linalg.inv(matrix.astype(np.float64)))[first * BLOCK_ROWS :]
        assert np.allclose(inverse_diagonal(lower, first), expected, atol=1e-3)


def test_products_of_sparse_rows_are_numpys():
    dense = np.random.default_rng(7).random((40, 30)).astype(np.float32) * (np.random.default_rng(8).random((40, 30)) < 0.2)
    rows, columns = np.nonzero(dense)
    sparse = SparseRows(rows, columns, dense[rows, columns], len(dense))
    for row in dense:
        own = np.flatnonzero(row)
        assert np.allclose(sparse.product(own, row[own]), dense @ row, atol=1e-5)
    assert not sparse.product(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)).any()
