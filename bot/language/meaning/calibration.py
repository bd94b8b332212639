"""From scores to what to do: answer, ask, or say that it is none of ours. Set by what was taught, each sentence left out in turn.

A threshold that is tuned by hand is stale after every edit of the content; these move with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]

#: The share of sentences in scope that may be sent away, of those that were taught.
_SENT_AWAY = 0.07
#: How much more a topic must score above a need that is the only likely one.
_CLEAR = 0.3
#: How often the first need must be right to go on with it unasked.
_SURE = 0.8


@dataclass(frozen=True, slots=True)
class Heard:
    """What scores mean: a probability for each need, the topic out of scope or -1, whether it is a need, and surely so."""

    probabilities: Scores
    topic: int
    in_scope: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """The thresholds of one content."""

    needs: int
    #: How much a topic must score above the best need, `_CLEAR` aside.
    margin: float
    #: A best need with less than this is none.
    least: float
    #: Probabilities are proportional to exp(score · sharpness).
    sharpness: float
    #: The probability from which the first need is taken.
    sure: float

    def heard(self, scores: Scores) -> Heard:
        """What the scores of a text mean: needs first, then topics."""
        needs, topics = scores[: self.needs], scores[self.needs :]
        probabilities = _softmax(needs, self.sharpness)
        best = float(needs.max()) if len(needs) else 0.0
        known = best > 0 and best >= self.least
        top = float(probabilities.max()) if len(needs) else 0.0
        enough = max(best + self.margin + _CLEAR * top, 0.0)
        topic = int(topics.argmax()) if len(topics) and float(topics.max()) > enough else -1
        return Heard(
            probabilities, topic if known or topic >= 0 else -1, topic < 0 and known, topic < 0 and known and top >= self.sure
        )


def calibrated(scores: Scores, owners: Numbers, needs: int) -> Calibration:
    """Thresholds for the scores that taught sentences had when left out; `owners` are their needs, or topics from `needs` on."""
    ours = owners < needs
    mine, topics = scores[:, :needs].max(axis=1, initial=0.0), scores[:, needs:]
    in_scope, right = scores[ours][:, :needs], owners[ours]
    sharpness = _sharpness(in_scope, right)
    clear = _softmax(scores[:, :needs], sharpness).max(axis=1, initial=0.0)
    above = topics.max(axis=1) - mine - _CLEAR * clear if topics.shape[1] else np.full(len(scores), -np.inf, dtype=np.float32)
    margin = float(np.quantile(above[ours], 1 - _SENT_AWAY)) if ours.any() and topics.shape[1] else 0.0
    least = float(np.quantile(mine[ours], 0.01)) if ours.any() else 0.0
    sure = _sure(in_scope, right, sharpness)
    return Calibration(needs, margin, least, sharpness, sure)


def _softmax(scores: Scores, sharpness: float) -> Scores:
    if not scores.size:
        return scores
    raised = np.exp((scores - scores.max(axis=-1, keepdims=True)) * sharpness)
    found: Scores = raised / raised.sum(axis=-1, keepdims=True)
    return found


def _sharpness(scores: Scores, right: Numbers) -> float:
    """The sharpness under which what was right is most probable."""
    if not len(right):
        return 1.0
    likely = {
        s: float(np.log(_softmax(scores, s)[np.arange(len(right)), right] + 1e-9).mean())
        for s in (3.0, 5.0, 7.0, 9.0, 12.0, 16.0, 22.0)
    }
    return max(likely, key=lambda s: likely[s])


def _sure(scores: Scores, right: Numbers, sharpness: float) -> float:
    """The lowest probability from which the first is right often enough."""
    if not len(right):
        return 1.0
    probabilities = _softmax(scores, sharpness)
    top = probabilities.max(axis=1)
    hits = probabilities.argmax(axis=1) == right
    order = np.argsort(-top)
    share = np.cumsum(hits[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= _SURE)
    return float(top[order][good[-1]]) if len(good) else 1.0
