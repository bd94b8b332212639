"""Coverage: for each need, municipality, age, part of the week and month, how well the offers serve such a person.

It is exact: a cell has the verdict that matching gives to a person of whom just these four things are known. Offers with the same
requirements are judged once, and each requirement only over the answers on which it depends.

Enrolment is left out: a camp whose enrolment ended in May serves people in July.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from bot.authoring.analysis import satisfiable
from bot.core.attributes import AGE, NEED, PLACE, SCHEDULE, Vocabulary
from bot.core.conditions import Condition, Known, Truth, Value
from bot.core.content import Content
from bot.core.flow import Flow, Purpose, Question
from bot.core.services import Availability, Offer, Requirement, attributes_of, holds

#: The answers by which coverage is told, in the order of the cells' axes after need and month.
AXES = (PLACE, AGE, SCHEDULE)
#: Months from today on.
MONTHS_AHEAD = 12

Cells = npt.NDArray[np.uint8]
#: Called with the number of needs that are done, and of all.
Progress = Callable[[int, int], None]


class Cover(IntEnum):
    """The degrees to which offers serve a person, the worst first."""

    NOTHING = 0
    FULL = 1
    TO_CHECK = 2
    FITS = 3


@dataclass(frozen=True)
class Coverage:
    """The cover of every cell, by need, month, municipality, age and part of the week, with the values of each axis."""

    needs: tuple[str, ...]
    months: tuple[dt.date, ...]
    axes: Mapping[str, tuple[Value, ...]]
    cells: Cells

    def rows(self) -> Iterator[tuple[str, Value, Value, Value, tuple[Cover, ...]]]:
        """Yield for each need, municipality, age and part of the week the cover in each month."""
        for number, need in enumerate(self.needs):
            by_place = np.moveaxis(self.cells[number], 0, -1).reshape(-1, len(self.months))
            for answers, covers in zip(itertools.product(*self.axes.values()), by_place.tolist(), strict=True):
                yield need, *answers, tuple(map(Cover, covers))  # type: ignore[misc]

    def shares(self, need: str, places: Collection[str]) -> Mapping[Cover, float]:
        """Return which share of the cells of a need, in some municipalities, has each cover."""
        cells = self._of(need, places)
        return {cover: float((cells == cover).mean()) for cover in Cover}

    def without(self, need: str, places: Collection[str]) -> list[str]:
        """Return the municipalities where a need is never met, at any age, time or month."""
        return [place for place in places if not self._of(need, (place,)).any()]

    def _of(self, need: str, places: Collection[str]) -> Cells:
        numbers = [self.axes[PLACE].index(place) for place in places]
        cells: Cells = self.cells[self.needs.index(need)][:, numbers]
        return cells


@dataclass(frozen=True)
class DeadEnds:
    """Parts of the content that no citizen reaches: offers, questions never asked, options after which no offer is left."""

    offers: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    #: Flow, question, value.
    options: tuple[tuple[str, str, Value], ...]


def months_from(today: dt.date) -> tuple[dt.date, ...]:
    """Return the first days of twelve months, beginning with the month of a date."""
    numbers = range(today.year * 12 + today.month - 1, today.year * 12 + today.month - 1 + MONTHS_AHEAD)
    return tuple(dt.date(number // 12, number % 12 + 1, 1) for number in numbers)


def offer_in_month(offer: Offer, month: dt.date) -> Offer | None:
    """Return an offer with the dates or hours that it has in a month; None if it does not take place then."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    if offer.location.events:
        events = tuple(one for one in offer.location.events if one.start.date() <= last and month <= one.last_day)
        return replace(offer, location=replace(offer.location, events=events)) if events else None
    valid = offer.service.valid
    if valid is None:
        return offer.on(month)
    starts = [max(first, month) for first, end in valid.around(month) if first <= last and month <= end]
    return offer.on(min(starts)) if starts else None


def coverage(content: Content, today: dt.date, progress: Progress = lambda _done, _all: None) -> Coverage:
    """Return the cover of every cell for the twelve months from a date."""
    vocabulary, months = content.vocabulary, months_from(today)
    judge = _Judge(vocabulary)
    offers_by_need = _by_need(content, judge.needs)
    cells = np.zeros((len(judge.needs), len(months), *judge.shape), np.uint8)
    variants = cache(lambda offer, month: _signature(content.offers[offer], months[month]))
    for number, need in enumerate(judge.needs):
        done: dict[frozenset[_Signature], Cells] = {}
        for month in range(len(months)):
            found = frozenset(one for offer in offers_by_need[need] if (one := variants(offer, month)) is not None)
            if found not in done:
                done[found] = judge.cover(found, need)
            cells[number, month] = done[found]
        progress(number + 1, len(judge.needs))
    return Coverage(judge.needs, months, judge.axes, cells)


#: The facts that decide on an offer in a month: its requirements, and a full service.
_Signature = tuple[tuple[Requirement, ...], bool]


def _signature(offer: Offer, month: dt.date) -> _Signature | None:
    seen = offer_in_month(offer, month)
    return (seen.requirements(), seen.location.availability is Availability.FULL) if seen is not None else None


def _by_need(content: Content, needs: Iterable[str]) -> Mapping[str, list[int]]:
    """Return for each need the numbers of the offers that can answer it."""
    found: dict[str, list[int]] = {need: [] for need in needs}
    known = {need: {NEED: content.vocabulary.known(NEED, (need,))} for need in found}
    judged: dict[Requirement, list[str]] = {}
    for number, offer in enumerate(content.offers):
        asked = next(one for one in offer.requirements() if attributes_of(one) == {NEED})
        if asked not in judged:
            judged[asked] = [need for need in found if holds(asked, known[need]) is not Truth.FALSE]
        for need in judged[asked]:
            found[need].append(number)
    return found


class _Judge:
    """Computes verdicts over all combinations of answers; each different requirement is judged once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.needs = tuple(vocabulary.needs)
        self.axes: Mapping[str, tuple[Value, ...]] = {name: _values(vocabulary, name) for name in AXES}
        self.shape = tuple(len(values) for values in self.axes.values())
        self._touched = {name: vocabulary.attributes_affected_by(name) for name in (*AXES, NEED)}
        self._tables: dict[tuple[Requirement, str], Cells] = {}
        self._scores: dict[tuple[_Signature, str], Cells] = {}

    def cover(self, signatures: Iterable[_Signature], need: str) -> Cells:
        """Return for every combination of answers the best cover that some offers give to people with a need."""
        best = np.zeros(self.shape, np.uint8)
        for signature in signatures:
            np.maximum(best, self._score(signature, need), out=best)
        return best

    def _score(self, signature: _Signature, need: str) -> Cells:
        requirements, is_full = signature
        depends = any(self._depends_on_need(one) for one in requirements if attributes_of(one) != {NEED})
        key = (signature, need if depends else "")
        if key not in self._scores:
            truths = np.full(self.shape, Truth.TRUE, np.uint8)
            for one in requirements:
                if attributes_of(one) != {NEED}:
                    np.minimum(truths, self._table(one, need if self._depends_on_need(one) else ""), out=truths)
            covers = np.array([Cover.NOTHING, Cover.TO_CHECK, Cover.FITS], np.uint8)[truths]
            self._scores[key] = np.minimum(covers, np.uint8(Cover.FULL)) if is_full else covers
        return self._scores[key]

    def _depends_on_need(self, requirement: Requirement) -> bool:
        return not attributes_of(requirement).isdisjoint(self._touched[NEED])

    def _table(self, requirement: Requirement, need: str) -> Cells:
        """Return the truth of a requirement over the axes that it depends on, as an array that broadcasts over the others."""
        key = (requirement, need)
        if key not in self._tables:
            named = attributes_of(requirement)
            axes = [name for name in AXES if not named.isdisjoint(self._touched[name])]
            known: dict[str, Known | None] = {NEED: self._vocabulary.known(NEED, (need,))} if need else {}
            truths = [
                holds(requirement, self._vocabulary.people(known | dict(zip(axes, answers, strict=True)))[0])
                for answers in itertools.product(*(self._known(name) for name in axes))
            ]
            shape = [len(self.axes[name]) if name in axes else 1 for name in AXES]
            self._tables[key] = np.array(truths, np.uint8).reshape(shape)
        return self._tables[key]

    def _known(self, name: str) -> list[Known]:
        return [self._vocabulary.known(name, (value,)) for value in self.axes[name]]


def _values(vocabulary: Vocabulary, name: str) -> tuple[Value, ...]:
    attribute = vocabulary[name]
    return attribute.bands or tuple(attribute.terms)


# --- Dead ends --------------------------------------------------------------------------------------------------------


def dead_ends(content: Content, today: dt.date) -> DeadEnds:
    """Return the offers, questions and options that no citizen can reach on a date."""
    flows = [flow for flow in content.flows.values() if flow.purpose is Purpose.MATCH]
    named = {name for offer in content.offers for one in offer.requirements() for name in attributes_of(one)}
    questions = ((flow, question) for flow in flows for question in flow.questions)
    never = [(flow.id, question.ask) for flow, question in questions if not _is_asked(question, named, content.vocabulary)]
    options = [option for flow in flows for option in _dead_options(content, flow, today)]
    return DeadEnds(tuple(_unreached(content)), tuple(never), tuple(options))


def _unreached(content: Content) -> Iterator[str]:
    known: dict[Condition, bool] = {}
    for offer in content.offers:
        condition = offer.service.eligibility
        if condition not in known:
            known[condition] = satisfiable(condition, content.vocabulary)
        if not known[condition] or offer.week == 0:
            yield offer.id


def _is_asked(question: Question, named: Iterable[str], vocabulary: Vocabulary) -> bool:
    matters = question.always or not vocabulary.attributes_affected_by(question.fills).isdisjoint(named)
    return matters and satisfiable(question.when, vocabulary)


def _dead_options(content: Content, flow: Flow, today: dt.date) -> Iterator[tuple[str, str, Value]]:
    """Yield the options (question, attribute, value) after which a flow has no offer left, whatever else is answered."""
    index, vocabulary = content.on(today).index(flow), content.vocabulary
    for question in flow.questions:
        attribute = vocabulary[question.fills]
        # Needs that no offer answers are never buttons, unless the question lists them.
        is_filtered = attribute.id == NEED and not question.options
        for value in () if is_filtered else attribute.kind.choices(question, attribute, vocabulary, {}):
            people = vocabulary.people({attribute.id: vocabulary.known(attribute.id, (value,))})
            if not index.match(people).remaining:
                yield flow.id, question.ask, value
