"""Linear algebra in blocks, beside numpy's own."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.meaning.linalg import BLOCK_ROWS, cholesky, gram, solve_lower, solve_upper

#: Nothing, one row, less than a block, exactly two, and two with a rest.
SIZES = [0, 1, 7, 2 * BLOCK_ROWS, 2 * BLOCK_ROWS + 5]


def positive_definite(size: int) -> np.ndarray:
    random = np.random.default_rng(5)
    half = random.normal(size=(size, size)).astype(np.float32) / np.float32(max(size, 1)) ** 0.5
    return half @ half.T + np.eye(size, dtype=np.float32)


@pytest.mark.parametrize("size", SIZES)
def test_equations_are_solved_as_numpy_solves_them(size):
    matrix, right = positive_definite(size), np.random.default_rng(6).normal(size=(size, 3)).astype(np.float32)
    lower = cholesky(matrix.copy())
    assert np.allclose(solve_upper(lower, solve_lower(lower, right)), np.linalg.solve(matrix, right), atol=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_the_lower_triangle_is_numpys_but_for_inverse_blocks_on_its_diagonal(size):
    matrix = positive_definite(size)
    found, expected = cholesky(matrix.copy()), np.linalg.cholesky(matrix.astype(np.float64))
    for start in range(0, size, BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        assert np.allclose(found[block, block], np.linalg.inv(expected[block, block]), atol=1e-4)
        assert np.allclose(found[block, :start], expected[block, :start], atol=1e-4)


def test_the_end_of_a_triangle_solves_alone():
    matrix = positive_definite(SIZES[-1])
    lower = cholesky(matrix.copy())
    end = lower[BLOCK_ROWS:, BLOCK_ROWS:]
    found = solve_lower(end, np.eye(len(end), dtype=np.float32))
    diagonal = np.einsum("ij,ij->j", found, found)
    assert np.allclose(diagonal, np.diag(np.linalg.inv(matrix))[BLOCK_ROWS:], atol=1e-4)


@pytest.mark.parametrize("size", SIZES[1:])
def test_products_of_sparse_rows_are_those_of_dense_ones(size):
    random = np.random.default_rng(7)
    dense = np.where(random.random((size, 40)) < 0.1, random.normal(size=(size, 40)), 0).astype(np.float32)
    rows, columns = np.nonzero(dense)
    assert np.allclose(gram(rows, columns, dense[rows, columns], size), dense @ dense.T, atol=1e-5)


def test_without_a_value_all_products_are_nothing():
    nothing = np.array([], dtype=np.intp)
    assert gram(nothing, nothing, np.array([], dtype=np.float32), 2).tolist() == [[0.0, 0.0], [0.0, 0.0]]
