"""The probabilities of classes from likenesses, learnt from left-out sentences: one softmax over all classes, and a gate.

What a text means is decided by these probabilities, which move with the content; no threshold of a score is written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.language.meaning.arrays import Doubles, Floats, Indices

#: Rows that are worked on at a time: a few megabytes.
_CHUNK_ROWS = 256
#: Steps of Newton's method, and the gain from which on no further one is made.
_MOST_STEPS, _LEAST_GAIN = 30, 1e-6
#: How much the prior weights count: as much as so many sentences. A content of a few sentences is read by them.
_PRIOR_SENTENCES = 2.0
#: The probability that is taken for none.
_LEAST = 1e-6


@dataclass(frozen=True)
class Signs:
    """The evidence in some texts: one matrix of signs for each class, and one of signs that no class is meant."""

    #: Signs of classes: scores, nearest vectors, words, names …; each with a column for every class.
    classes: tuple[Floats, ...]
    #: Signs that speak for the last class, which is none of the others: one column each.
    strangeness: Floats


@dataclass(frozen=True)
class Softmax:
    """The learnt weights of the signs and of the groups of classes. Immutable."""

    #: The number of the group of each class; the last class is a group of its own.
    groups: Indices
    weights: Floats

    def sharper(self, factor: float) -> Softmax:
        """Return the softmax with its weights multiplied by a factor.

        Above 1 the likeliest class gets more of the probability.
        """
        return Softmax(self.groups, self.weights * np.float32(factor))

    def probabilities(self, signs: Signs) -> Floats:
        """Return the probability of each class, with a row for each text."""
        raised: Floats = _tensor(signs, self.groups) @ self.weights
        return _softmax(raised)


@dataclass(frozen=True)
class Gate:
    """A second judgement of whether a text belongs to any class of one group, by the sum of its scores for them. Immutable.

    The softmax compares classes one by one: a text that is a little like several dangers looks to it like none.
    """

    #: The number of the group.
    group: int
    #: Of the log odds by the softmax, of the sum of scores, and the constant.
    weights: Floats

    def corrected(self, probabilities: Floats, signs: Signs, groups: Indices) -> Floats:
        """Return the probabilities of classes, a row for each text, so that the group has the share that the gate gives it."""
        is_own = groups == self.group
        before = probabilities[:, is_own].sum(axis=1, keepdims=True)
        after = 1 / (1 + np.exp(-_gate_signs(probabilities, signs, is_own) @ self.weights))[:, None]
        factors = np.where(is_own, after / np.maximum(before, _LEAST), (1 - after) / np.maximum(1 - before, _LEAST))
        found: Floats = (probabilities * factors).astype(np.float32)
        return found


def learn_gate(
    group: int, softmax: Softmax, signs: Signs, owners: Indices, *, prior: Sequence[float], shares: Sequence[float]
) -> Gate:
    """Return the gate of a group under which the groups of left-out texts are likeliest.

    `owners`, `prior` and `shares` are like those of `learn_softmax`; the prior has a weight for each of the gate's.
    """
    groups, probabilities = softmax.groups, softmax.probabilities(signs)
    expected = np.array(prior, dtype=np.float64)
    strength = np.diag(_PRIOR_SENTENCES / np.maximum(np.abs(expected), 1.0) ** 2)
    rows = _gate_signs(probabilities, signs, groups == group).astype(np.float64)
    is_own, amounts = groups[owners] == group, _amounts(groups[owners], shares)
    weights = expected.copy()
    for _ in range(_MOST_STEPS):
        said = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (amounts * (said - is_own)) + strength @ (weights - expected)
        curvature = (rows * (amounts * said * (1 - said))[:, None]).T @ rows + strength
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < _LEAST_GAIN:
            break
    return Gate(group, weights.astype(np.float32))


def _gate_signs(probabilities: Floats, signs: Signs, is_own: Indices) -> Floats:
    """Return the signs of a gate: the log odds of the group by the softmax, the sum of its scores, and 1."""
    share = np.clip(probabilities[:, is_own].sum(axis=1), _LEAST, 1 - _LEAST)
    found: Floats = np.column_stack((np.log(share / (1 - share)), signs.classes[0][:, is_own].sum(axis=1), np.ones(len(share))))
    return found


def learn_softmax(signs: Signs, owners: Indices, groups: Indices, prior: Sequence[float], shares: Sequence[float]) -> Softmax:
    """Return the weights under which the right classes of left-out texts are likeliest.

    `owners` are the right classes; `shares` say how often each group occurs in what people write: dangers are taught by more
    sentences than people write of them. `prior` are the weights taken where there are few texts: of the signs of
    classes, of the signs of strangeness, and of each group but the first.
    """
    expected = np.array(prior, dtype=np.float64)
    spread = np.maximum(np.abs(expected), 1.0)
    strength = _PRIOR_SENTENCES / spread**2
    weights = expected.copy()
    amounts = _amounts(groups[owners], shares)
    loss, gradient, curvature = _slope(signs, owners, groups, amounts, weights)
    loss += float(strength @ (weights - expected) ** 2) / 2
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(curvature + np.diag(strength), gradient + strength * (weights - expected))
        share = 1.0
        while True:
            tried = weights - share * step
            found, slope, curve = _slope(signs, owners, groups, amounts, tried)
            found += float(strength @ (tried - expected) ** 2) / 2
            if found <= loss or share < _LEAST_GAIN:
                break
            share /= 2
        gain = loss - found
        weights, loss, gradient, curvature = tried, found, slope, curve
        if gain < _LEAST_GAIN * max(len(owners), 1):
            break
    return Softmax(groups, weights.astype(np.float32))


def _amounts(groups: Indices, shares: Sequence[float]) -> Doubles:
    """Return the weight of each text, about 1 on average, which gives each group its share of the total."""
    counts = np.bincount(groups, minlength=len(shares)).astype(np.float64)
    wanted = np.where(counts > 0, np.asarray(shares), 0.0)
    each = wanted / max(wanted.sum(), 1e-9) * len(groups) / np.maximum(counts, 1)
    found: Doubles = each[groups]
    return found


def _slope(signs: Signs, owners: Indices, groups: Indices, amounts: Doubles, weights: Doubles) -> tuple[float, Doubles, Doubles]:
    """Return the loss under some weights, with its first and second derivatives."""
    size = len(weights)
    loss, gradient, curvature = 0.0, np.zeros(size), np.zeros((size, size))
    for start in range(0, len(owners), _CHUNK_ROWS):
        rows = slice(start, start + _CHUNK_ROWS)
        tensor, right = _tensor(_rows_of(signs, rows), groups), owners[rows]
        probabilities = _softmax(tensor @ weights.astype(np.float32))
        at, amount = np.arange(len(right)), amounts[rows]
        loss -= float(amount @ np.log(probabilities[at, right] + 1e-12))
        mean = np.einsum("ic,icp->ip", probabilities, tensor)
        gradient += amount @ (mean - tensor[at, right])
        weighted = (tensor * (probabilities * amount[:, None])[:, :, None]).reshape(-1, size)
        curvature += weighted.T @ tensor.reshape(-1, size) - (mean * amount[:, None]).T @ mean
    return loss, gradient, curvature


def _rows_of(signs: Signs, rows: slice) -> Signs:
    return Signs(tuple(each[rows] for each in signs.classes), signs.strangeness[rows])


def _tensor(signs: Signs, groups: Indices) -> Floats:
    """Return all signs as one array: by text, class and weight."""
    texts, count = signs.classes[0].shape
    own, strange, others = len(signs.classes), signs.strangeness.shape[1], int(groups.max(initial=0))
    tensor = np.zeros((texts, count, own + strange + others), dtype=np.float32)
    for number, each in enumerate(signs.classes):
        tensor[:, :, number] = each
    tensor[:, -1, own : own + strange] = signs.strangeness
    for group in range(1, others + 1):
        tensor[:, groups == group, own + strange + group - 1] = 1.0
    return tensor


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return found
