"""What can be proved of conditions: whether any answers make them true."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

from bot.core.attributes import Attribute, Form, Vocabulary, form_of
from bot.core.conditions import Condition, Known, Span, Truth, Value, atoms, attributes_in, truth

#: With more combinations than this a condition is taken to be satisfiable.
_MOST_COMBINATIONS = 200_000
#: Up to so many names of a multiple choice all subsets are tried; beyond, single names and all of them.
_MOST_NAMES = 6


def satisfiable(condition: Condition, vocabulary: Vocabulary, unanswered: frozenset[str] = frozenset()) -> bool:
    """Whether some answers of one person make a condition true, given what follows from them (`implied_by`).

    The attributes in `unanswered` have no answer.
    """
    names = sorted(_with_implying(attributes_in(condition), vocabulary) - unanswered)
    candidates = [_candidates(vocabulary[name], condition, vocabulary) for name in names]
    if math.prod(len(options) for options in candidates) > _MOST_COMBINATIONS:
        return True
    for combination in itertools.product(*candidates):
        stated: dict[str, Known | None] = {
            name: vocabulary.known(name, values) for name, values in zip(names, combination, strict=True) if values
        }
        if any(truth(condition, person) is Truth.TRUE for person in vocabulary.people(stated)):
            return True
    return False


def _with_implying(attributes: frozenset[str], vocabulary: Vocabulary) -> set[str]:
    """The attributes, and those that they follow from."""
    found = set(attributes)
    for name in attributes:
        for term in vocabulary[name].terms.values():
            if term.implied_by is not None:
                found |= attributes_in(term.implied_by)
    return found


def _candidates(attribute: Attribute, condition: Condition, vocabulary: Vocabulary) -> list[tuple[Value, ...]]:
    """Answers of one attribute among which every truth value of every atom is met; the empty one is no answer."""
    match form_of(attribute.kind):
        case Form.NUMBERS:
            return [(), *((span,) for span in _cells(_boundaries(attribute.id, condition, vocabulary)))]
        case Form.NONE:
            return [()]
        case _:
            terms = list(attribute.terms) or ["yes", "no"]
            if not attribute.multiple:
                return [(), *((term,) for term in terms)]
            return [(), *_subsets(terms)]


def _subsets(names: list[str]) -> Iterable[tuple[Value, ...]]:
    if len(names) > _MOST_NAMES:
        yield from ((name,) for name in names)
        yield from itertools.combinations(names, 2)
        yield tuple(names)
        return
    for size in range(1, len(names) + 1):
        yield from itertools.combinations(names, size)


def _boundaries(attribute: str, condition: Condition, vocabulary: Vocabulary) -> list[float]:
    found: set[float] = set()
    implied = (t.implied_by for a in vocabulary.attributes.values() for t in a.terms.values() if t.implied_by is not None)
    for one in (condition, *implied):
        for atom in atoms(one):
            if atom.attribute == attribute and isinstance(atom.accepted, tuple):
                found |= {edge for span in atom.accepted for edge in (span.low, span.high)}
    return sorted(found | {0.0})


def _cells(edges: list[float]) -> list[Span]:
    spans = [Span(low, high) for low, high in itertools.pairwise(edges)]
    return spans if math.isinf(edges[-1]) else [*spans, Span(edges[-1], math.inf)]
