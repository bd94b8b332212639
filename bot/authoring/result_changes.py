"""The number of people whose results another version of the content changes, exact over all ways to answer a flow by buttons.

A possible profile is one answer to each question that is asked, in the order of the flow. Its result is the verdict on every
offer, and the first five. There are tens of millions of profiles; so attributes that no `when` and no `implied_by` ties together
are answered independently, and answers that no offer distinguishes are counted as one, with its weight. Matching itself is in
`core/matching.py`; a test compares both.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.core.attributes import NEED, PERIOD, PLACE, SCHEDULE, Vocabulary
from bot.core.bit_sets import numbers_in
from bot.core.conditions import Profile, Truth, Value, attributes_in, truth
from bot.core.content import DatedContent
from bot.core.explanation import Verdict
from bot.core.flow import Flow, Purpose, Question
from bot.core.matching import Index
from bot.core.services import Offer, Standing

#: Offers that a citizen sees first.
FIRST = 5
#: Examples that are kept of a flow.
_MOST_EXAMPLES = 3
#: The attributes by which offers with the same verdict are ranked.
_RANKING = frozenset({PLACE, SCHEDULE, NEED, PERIOD})
#: Cells of a table that are compared at a time.
_MOST_CELLS = 4_000_000
#: The verdict of a group of requirements on an offer.
_UNKNOWN, _FAILED = 1, 2
#: The groups in which offers are shown: those that fit, those to check by what is unknown, and sensitive ones not asked for.
_FITS, _NEARLY_FITS, _TO_CHECK, _UNASKED, _EXCLUDED = range(5)
_VERDICTS = (Verdict.FITS, Verdict.TO_CHECK, Verdict.DOES_NOT_FIT)

_Cell = TypeVar("_Cell", bound=np.generic)

#: The answers to some questions: attribute → the one value that was pressed.
Answers = Mapping[str, Value]


@dataclass(frozen=True)
class ResultChange:
    """An example of a person whose result changes.

    The answers that matter, the offers with another verdict, and the first five.
    """

    answers: Answers
    #: Offer id → the verdict before and now; `does_not_fit` for an offer that is not there.
    verdicts: Mapping[str, tuple[Verdict, Verdict]]
    first_before: tuple[str, ...]
    first_now: tuple[str, ...]


@dataclass(frozen=True)
class FlowChanges:
    """The changed results of one flow: for how many of its possible profiles, with examples."""

    flow: Flow
    profiles: int
    changed: int
    examples: tuple[ResultChange, ...]


def result_changes(before: DatedContent, after: DatedContent) -> list[FlowChanges]:
    """Return for each flow that finds services how its results differ between two versions, both seen on one date.

    Answers that the version before does not know are left out there, as they are when an open interview meets other content.
    """
    flows = (flow for flow in after.content.flows.values() if flow.purpose is Purpose.MATCH)
    return [_Comparison(flow, _index_before(before, flow), after.index(flow)).changes() for flow in flows]


def _index_before(before: DatedContent, flow: Flow) -> Index:
    return before.index(before.content.flows.get(flow.id, flow))


def possible_answers(questions: Sequence[Question], vocabulary: Vocabulary) -> Iterator[Answers]:
    """Yield every way to answer some questions in their order with one button each; questions without buttons are skipped."""
    yield from _walk(tuple(questions), vocabulary, {})


def _walk(questions: tuple[Question, ...], vocabulary: Vocabulary, given: Answers) -> Iterator[Answers]:
    if not questions:
        yield given
        return
    question, rest = questions[0], questions[1:]
    person = profile_of(given, vocabulary)
    values: tuple[Value, ...] = ()
    if question.fills not in person and truth(question.when, person) is not Truth.FALSE:
        declared = vocabulary[question.fills]
        values = declared.kind.choices(question, declared, vocabulary, person)
    if not values:
        yield from _walk(rest, vocabulary, given)
    for value in values:
        yield from _walk(rest, vocabulary, {**given, question.fills: value})


def profile_of(answers: Answers, vocabulary: Vocabulary) -> Profile:
    """Return the profile of a person with these answers, without values that the vocabulary does not know."""
    valid = {id: value for id, value in answers.items() if vocabulary.is_valid(id, value)}
    return vocabulary.people({id: vocabulary.known(id, (value,)) for id, value in valid.items()})[0]


class _Comparison:
    """The comparison of one flow's results in two versions."""

    def __init__(self, flow: Flow, before: Index, after: Index) -> None:
        groups = _independent_attributes(flow, (before.vocabulary, after.vocabulary))
        #: The possible answers to each group of attributes that depend on each other.
        self._axes = [
            list(possible_answers([one for one in flow.questions if one.fills in group], after.vocabulary)) for group in groups
        ]
        axis_of = {attribute: number for number, group in enumerate(groups) for attribute in group}
        self._flow = flow
        self._need_axis = axis_of.get(NEED)
        self._sides = [_Side(index, self._axes, axis_of) for index in (before, after)]
        self._same_facts = self._sides[0].facts == self._sides[1].facts

    def changes(self) -> FlowChanges:
        """Return how many profiles have another result, with examples: first one for each need."""
        found = [one for ranges in self._ranges() if (one := self._of_ranges(ranges)) is not None]
        examples = [one for turn in range(_MOST_EXAMPLES) for _, several in found for one in several[turn : turn + 1]]
        profiles = math.prod(len(axis) for axis in self._axes)
        return FlowChanges(self._flow, profiles, sum(count for count, _ in found), tuple(examples[:_MOST_EXAMPLES]))

    def _ranges(self) -> Iterator[list[list[int]]]:
        """Yield, need by need, the numbers of the answers to consider on each axis.

        Only offers for that need are compared then.
        """
        ranges = [list(range(len(axis))) for axis in self._axes]
        if self._need_axis is None:
            yield ranges
            return
        by_need: dict[Value | None, list[int]] = {}
        for number, answers in enumerate(self._axes[self._need_axis]):
            by_need.setdefault(answers.get(NEED), []).append(number)
        for numbers in by_need.values():
            yield [*ranges[: self._need_axis], numbers, *ranges[self._need_axis + 1 :]]

    def _of_ranges(self, ranges: list[list[int]]) -> tuple[int, list[ResultChange]] | None:
        """Return how many profiles within some ranges of answers have another result, with examples; None if none has."""
        before, now = (side.part(ranges) for side in self._sides)
        ids = sorted({offer.id for part in (before, now) for offer in part.offers})
        if not ids or (self._same_facts and before.shown == now.shown):
            return None
        classes = [_classes((before, now), axis, len(numbers)) for axis, numbers in enumerate(ranges)]
        varying = [axis for axis, (numbers, _) in enumerate(classes) if len(numbers) > 1 or axis == self._need_axis]
        changed, examples = 0, []
        for chosen, weight in _chunks(classes, len(ids)):
            verdicts_before, first_before = before.results(chosen, ids)
            verdicts_now, first_now = now.results(chosen, ids)
            is_other = np.not_equal(verdicts_before, verdicts_now)
            differs = is_other.any(axis=-1) | np.not_equal(first_before, first_now).any(axis=-1)
            changed += int(weight[differs].sum())
            places = np.argwhere(differs)
            for place in {tuple(places[one]): None for one in (0, len(places) // 2, -1)} if len(places) else ():
                answers = (self._axes[axis][ranges[axis][chosen[axis][place[axis]]]] for axis in varying)
                verdicts = {
                    ids[one]: (_VERDICTS[verdicts_before[place][one]], _VERDICTS[verdicts_now[place][one]])
                    for one in np.flatnonzero(is_other[place])
                }
                first = [tuple(ids[one] for one in side[place] if one >= 0) for side in (first_before, first_now)]
                examples.append(ResultChange({k: v for one in answers for k, v in one.items()}, verdicts, first[0], first[1]))
        return (changed, examples[:_MOST_EXAMPLES]) if changed else None


def _chunks(
    classes: Sequence[tuple[list[int], NDArray[np.int64]]], offers: int
) -> Iterator[tuple[list[list[int]], NDArray[np.int64]]]:
    """Yield combinations of answer classes, each with its number of profiles, in parts small enough for memory."""
    chosen, weights = [numbers for numbers, _ in classes], [weight for _, weight in classes]
    longest = max(range(len(chosen)), key=lambda axis: len(chosen[axis]), default=0)
    cells = offers * math.prod(len(numbers) for numbers in chosen)
    step = max(1, _MOST_CELLS * len(chosen[longest]) // cells) if chosen else 1
    for start in range(0, len(chosen[longest]) if chosen else 1, step):
        cut = slice(start, start + step)
        some = [numbers[cut] if axis == longest else numbers for axis, numbers in enumerate(chosen)]
        parts = (weight[cut] if axis == longest else weight for axis, weight in enumerate(weights))
        yield some, reduce(np.multiply.outer, parts, np.array(1, np.int64))


def _classes(parts: Sequence[_Part], axis: int, length: int) -> tuple[list[int], NDArray[np.int64]]:
    """Group the answers on an axis that no offer distinguishes; return one answer of each group, and the groups' sizes."""
    found: dict[bytes, list[int]] = {}
    tables = [table for part in parts for table in part.tables if table.shape[axis] > 1]
    for number in range(length):
        found.setdefault(b"".join(table.take(number, axis).tobytes() for table in tables), []).append(number)
    return [members[0] for members in found.values()], np.array([len(members) for members in found.values()], np.int64)


class _Side:
    """The results of one of the two versions, computed over all answers."""

    def __init__(self, index: Index, axes: list[list[Answers]], axis_of: Mapping[str, int]) -> None:
        self.index = index
        self.axis_of = axis_of
        self.profiles = [[profile_of(answers, index.vocabulary) for answers in axis] for axis in axes]
        self._judgements = [self._table(number, group.attributes) for number, group in enumerate(index.groups)]

    @property
    def facts(self) -> object:
        """Return the facts about answers on which results depend besides the offers: profiles and municipalities."""
        return self.profiles, self.index.vocabulary.attributes.get(PLACE)

    def used_axes(self, attributes: Collection[str]) -> set[int]:
        """Return the numbers of the axes that hold the answers to some attributes."""
        return {self.axis_of[one] for one in attributes if one in self.axis_of}

    def _table(self, number: int, attributes: Collection[str]) -> NDArray[np.int8]:
        """Return a table of answers to a group of attributes and offers: 0 where requirements hold, 1 unknown, 2 failed."""
        used, count = self.used_axes(attributes), len(self.index.offers)
        shape = [len(axis) if one in used else 1 for one, axis in enumerate(self.profiles)]
        rows = []
        for place in product(*map(range, shape)):
            judged = self.index.judge(number, {k: v for one in used for k, v in self.profiles[one][place[one]].items()})
            row = np.zeros(count, np.int8)
            row[list(numbers_in(judged.unknown_1))] = _UNKNOWN
            row[list(numbers_in(judged.failed_1))] = _FAILED
            rows.append(row)
        return np.array(rows, np.int8).reshape(*shape, count)

    def part(self, ranges: Sequence[Sequence[int]]) -> _Part:
        """Return the offers that can remain for some ranges of answers, with all data that decides about them."""
        tables = [_taken(table, ranges) for table in self._judgements]
        axes = tuple(range(len(ranges)))
        is_out = reduce(
            np.logical_or, ((table == _FAILED).all(axis=axes) for table in tables), np.zeros(len(self.index.offers), bool)
        )
        numbers = np.flatnonzero(~is_out)
        return _Part(self, ranges, [table[..., numbers] for table in tables], [self.index.offers[one] for one in numbers])

    def names_need(self, ranges: Sequence[Sequence[int]]) -> bool:
        """Return True if some ranges of answers, which share one need, name a need that this version knows."""
        axis = self.axis_of.get(NEED)
        return axis is not None and self.profiles[axis][ranges[axis][0]].get(NEED) is not None


class _Part:
    """The offers of one version that can remain for some of the profiles, with all data that decides about them."""

    def __init__(
        self, side: _Side, ranges: Sequence[Sequence[int]], judgements: list[NDArray[np.int8]], offers: list[Offer]
    ) -> None:
        self.offers = offers
        self._side = side
        self._ranges = ranges
        self._judgements = judgements
        self._names_need = side.names_need(ranges)

    @cached_property
    def shown(self) -> list[tuple[Offer, Standing]]:
        """Return the offers with their standing, as far as results show them."""
        return [(offer, self._side.index.standings[offer.id]) for offer in self.offers]

    @property
    def tables(self) -> list[NDArray[np.int8] | NDArray[np.int64]]:
        """Return the arrays by which answers can be distinguished; their last axis is the offers."""
        return [*self._judgements, self._order]

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """Return the rank of each offer among those with the same verdict, for all answers that affect the order."""
        used = self._side.used_axes(_RANKING)
        shape = [len(numbers) if one in used else 1 for one, numbers in enumerate(self._ranges)]
        rows = []
        for place in product(*map(range, shape)):
            profiles = (self._side.profiles[one][self._ranges[one][place[one]]] for one in used)
            rank = self._side.index.ranking({k: v for profile in profiles for k, v in profile.items()})
            rows.append(np.argsort(sorted(range(len(self.offers)), key=lambda one: rank(self.offers[one]))))
        return np.array(rows, np.int64).reshape(*shape, len(self.offers))

    def results(self, chosen: Sequence[Sequence[int]], ids: Sequence[str]) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
        """Return for each chosen profile the verdict on every offer in `ids`, and the numbers of the first five (-1 for none)."""
        shape, count = tuple(len(numbers) for numbers in chosen), len(self.offers)
        numbers = np.array([ids.index(offer.id) for offer in self.offers], np.int64)
        worst, unknown = np.zeros((*shape, count), np.int8), np.zeros((*shape, count), np.int8)
        for table in (_taken(one, chosen) for one in self._judgements):
            np.maximum(worst, table, out=worst)
            unknown += table == _UNKNOWN
        verdicts = np.full((*shape, len(ids)), _FAILED, np.int8)
        verdicts[..., numbers] = worst
        groups = np.where(worst == _FAILED, _EXCLUDED, np.minimum(unknown, _TO_CHECK)).astype(np.int64)
        groups[(groups < _EXCLUDED) & self._unasked] = _UNASKED
        ranks = np.sort((groups * count + _taken(self._order, chosen)) * count + np.arange(count), axis=-1)[..., :FIRST]
        first = np.full((*shape, FIRST), -1, np.int64)
        first[..., : ranks.shape[-1]] = np.where(ranks < _EXCLUDED * count * count, numbers[ranks % max(count, 1)], -1)
        return verdicts, first

    @property
    def _unasked(self) -> NDArray[np.bool_]:
        """Return which offers are shown last, because they are sensitive and were not asked for."""
        return np.array([offer.sensitive and not self._names_need for offer in self.offers], bool)


def _taken(table: NDArray[_Cell], numbers: Sequence[Sequence[int]]) -> NDArray[_Cell]:
    """Return the part of an array at some indexes of each axis; an axis of length one stands for all its indexes."""
    for axis, some in enumerate(numbers):
        if table.shape[axis] > 1:
            table = table.take(some, axis)
    return table


def _independent_attributes(flow: Flow, vocabularies: Sequence[Vocabulary]) -> list[set[str]]:
    """Return the attributes that a flow asks for, divided into groups that are answered independently of each other."""
    ties = [{question.fills, *attributes_in(question.when)} for question in flow.questions]
    ties += [set(words.attributes_affected_by(attribute)) for words in vocabularies for attribute in words.attributes]
    groups: list[set[str]] = []
    for tie in ties:
        tied = [group for group in groups if not group.isdisjoint(tie)]
        groups = [group for group in groups if group.isdisjoint(tie)] + [tie.union(*tied)]
    asked = {question.fills for question in flow.questions}
    return [group for group in groups if not group.isdisjoint(asked)]
