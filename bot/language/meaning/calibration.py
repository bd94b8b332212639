"""From scores to a decision: answer, ask, or say that the network does not do this. Set by the training data.

A threshold that is tuned by hand is stale after every edit of the content; these move with it: each sentence is scored as if it
had been left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.language.meaning.arrays import Floats, Indices

#: The share of taught sentences in scope that may be sent away.
_SENT_AWAY_SHARE = 0.07
#: How much more a topic must score above a need that is the only likely one.
_CLEAR_NEED_BONUS = 0.3
#: How often the first need must be right to go on with it unasked.
_SURE_SHARE = 0.8
#: The share of taught sentences in scope whose best need may be taken for none.
_UNKNOWN_SHARE = 0.01
#: The sharpnesses among which the best is taken.
_SHARPNESSES = (3.0, 5.0, 7.0, 9.0, 12.0, 16.0, 22.0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The meaning of the scores of one text."""

    #: A probability for each need.
    probabilities: Floats
    #: The number of the topic out of scope; -1 if there is none.
    topic: int
    #: True if the text asks for a need.
    is_in_scope: bool
    #: True if the first need is right often enough to go on with it unasked.
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """The thresholds of one content."""

    #: Scores before this number are of needs, the others of topics.
    need_count: int
    #: How much a topic must score above the best need, the bonus of a clear need aside.
    topic_margin: float
    #: A best need with less than this is none.
    least_score: float
    #: Probabilities are proportional to exp(score · sharpness).
    sharpness: float
    #: The probability from which the first need is taken.
    sure_probability: float

    def decide(self, scores: Floats) -> Decision:
        """Return what the scores of a text mean: of needs first, then of topics."""
        needs, topics = scores[: self.need_count], scores[self.need_count :]
        probabilities = _softmax(needs, self.sharpness)
        best = float(needs.max()) if len(needs) else 0.0
        is_known = best > 0 and best >= self.least_score
        top = float(probabilities.max()) if len(needs) else 0.0
        enough = max(best + self.topic_margin + _CLEAR_NEED_BONUS * top, 0.0)
        topic = int(topics.argmax()) if len(topics) and float(topics.max()) > enough else -1
        is_in_scope = is_known and topic < 0
        return Decision(probabilities, topic, is_in_scope, is_in_scope and top >= self.sure_probability)


def calibrate(scores: Floats, owners: Indices, need_count: int) -> Calibration:
    """Return thresholds for the scores that taught sentences had when left out.

    `owners` are the classes of the sentences: needs, and topics from `need_count` on. `scores` has a row for each.
    """
    in_scope = owners < need_count
    best, topics = scores[:, :need_count].max(axis=1, initial=0.0), scores[:, need_count:]
    needs, right = scores[in_scope][:, :need_count], owners[in_scope]
    sharpness = _sharpness(needs, right)
    clear = _softmax(scores[:, :need_count], sharpness).max(axis=1, initial=0.0)
    nothing = np.full(len(scores), -np.inf, dtype=np.float32)
    above = topics.max(axis=1) - best - _CLEAR_NEED_BONUS * clear if topics.shape[1] else nothing
    margin = float(np.quantile(above[in_scope], 1 - _SENT_AWAY_SHARE)) if in_scope.any() and topics.shape[1] else 0.0
    least = float(np.quantile(best[in_scope], _UNKNOWN_SHARE)) if in_scope.any() else 0.0
    return Calibration(need_count, margin, least, sharpness, _sure_probability(needs, right, sharpness))


def _softmax(scores: Floats, sharpness: float) -> Floats:
    if not scores.size:
        return scores
    raised = np.exp((scores - scores.max(axis=-1, keepdims=True)) * sharpness)
    found: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return found


def _sharpness(scores: Floats, right: Indices) -> float:
    """Return the sharpness under which what was right is most probable."""
    if not len(right):
        return 1.0
    rows = np.arange(len(right))
    likelihoods = {sharpness: float(np.log(_softmax(scores, sharpness)[rows, right] + 1e-9).mean()) for sharpness in _SHARPNESSES}
    return max(likelihoods, key=lambda sharpness: likelihoods[sharpness])


def _sure_probability(scores: Floats, right: Indices, sharpness: float) -> float:
    """Return the lowest probability from which the first need is right often enough."""
    if not len(right):
        return 1.0
    probabilities = _softmax(scores, sharpness)
    top = probabilities.max(axis=1)
    hits = probabilities.argmax(axis=1) == right
    order = np.argsort(-top)
    share = np.cumsum(hits[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= _SURE_SHARE)
    return float(top[order][good[-1]]) if len(good) else 1.0
