"""The result of learning from content: the classifier, the weights of the decision, and the limits that follow from policies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from bot.language.data import ITALIAN
from bot.language.meaning.arrays import Floats, Indices
from bot.language.meaning.classifier import Classifier
from bot.language.meaning.decision import Gate, Signs, Softmax, learn_gate, learn_softmax
from bot.language.meaning.sentence_vectors import Encoder
from bot.language.meaning.signs import GATE_PRIOR_WEIGHTS, PRIOR_WEIGHTS, SignReader
from bot.language.meaning.training_data import ClassGroup, TrainingData, TrainingText
from bot.language.text.utterance import Utterance

#: The share of taught dangers that may go without even a line of numbers, and of taught needs that may be taken for none.
_MISSED_DANGERS, _MISSED_NEEDS = 0.003, 0.1
#: What citizens write is more like what is taught than left-out sentences are like the others: probabilities may be as much
#: sharper. Measured on the shipped test sentences, where it halves the difference between what is said and what is right.
_SHARPER = 1.3
#: How often each group is written, about: of every hundred messages. Few texts teach some groups, and many others.
_SHARES = {
    ClassGroup.NEED: 55,
    ClassGroup.TOPIC: 12,
    ClassGroup.INTENT: 14,
    ClassGroup.DANGER: 7,
    ClassGroup.UNLIKE: 5,
    ClassGroup.NOTHING: 7,
}
#: Every so many sentences one is left out in turn, and judged: a third teaches the decision as well as all do.
_JUDGED_EVERY = 3
#: The probabilities between which the limits that follow stay, whatever a content teaches.
_QUIET_BETWEEN, _NEED_BETWEEN = (0.02, 0.05), (0.35, 0.45)


@dataclass(frozen=True)
class LearntState:
    """The result of learning from a content. Immutable."""

    classifier: Classifier
    softmax: Softmax
    #: Whether a text tells of any danger.
    danger_gate: Gate
    #: The texts behind the classifier's rows.
    texts: tuple[TrainingText, ...]
    #: From this probability of any danger on one line of numbers is added.
    quiet_danger: float
    #: From this probability of any need on the likeliest are offered.
    least_need: float

    def probabilities(self, signs: Signs) -> Floats:
        """Return the probability of each class, a row for each text."""
        return self.danger_gate.corrected(self.softmax.probabilities(signs), signs, self.softmax.groups)


def learn(data: TrainingData, signs: SignReader, today: dt.date, encoder: Encoder | None) -> LearntState:
    """Train on the texts of a content and return the learnt state. Ages in texts are read as on `today`."""
    texts, judged = training_order(data)
    vectors = encoder([text.text.lower() for text in texts]) if encoder is not None else None
    first = len(texts) - judged
    # No sentences of needs are taught in other languages: what their names there are worth cannot be learnt, and stays as it was.
    readings = [signs.read(Utterance(text.text), ITALIAN, today) for text in texts[first:]]
    features = [*(signs.features_of(text.text, today) for text in texts[:first]), *(reading.features for reading in readings)]
    owners = [text.number for text in texts]
    classifier = Classifier(features, owners, len(data.classes), judged=judged, vectors=vectors)
    # With no sentence to judge the weights are those of the prior.
    found = signs.signs(readings, classifier.left_out)
    right, shares = np.array(owners[first:], dtype=np.intp), list(_SHARES.values())
    softmax = learn_softmax(found, right, signs.groups, PRIOR_WEIGHTS, shares)
    softmax = softmax.sharper(_SHARPER) if judged else softmax
    gate = learn_gate(ClassGroup.DANGER, softmax, found, right, prior=GATE_PRIOR_WEIGHTS, shares=shares)
    probabilities = gate.corrected(softmax.probabilities(found), found, signs.groups)
    return LearntState(
        classifier,
        softmax,
        gate,
        texts,
        _limit(_masses(probabilities, right, signs.groups, ClassGroup.DANGER), _MISSED_DANGERS, _QUIET_BETWEEN),
        _limit(_masses(probabilities, right, signs.groups, ClassGroup.NEED), _MISSED_NEEDS, _NEED_BETWEEN),
    )


def training_order(data: TrainingData) -> tuple[tuple[TrainingText, ...], int]:
    """Return all training texts in order, and how many at the end are scored with themselves left out.

    Not all sentences are, which is quicker.
    """
    sentences = list(data.examples())
    judged = sentences[::_JUDGED_EVERY]
    others = (sentence for number, sentence in enumerate(sentences) if number % _JUDGED_EVERY)
    return (*data.names(), *others, *judged), len(judged)


def _masses(probabilities: Floats, owners: Indices, groups: Indices, group: ClassGroup) -> Floats:
    """Return, for each text of a group, the total probability given to this group."""
    found: Floats = probabilities[groups[owners] == group][:, groups == group].sum(axis=1)
    return found


def _limit(masses: Floats, missed: float, between: tuple[float, float]) -> float:
    """Return the probability below which only the share `missed` of some texts fall, kept between two bounds."""
    return min(max(float(np.quantile(masses, missed)), between[0]), between[1]) if len(masses) else between[0]
