"""Analysis of conditions: can a person exist whose answers make a condition true?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from bot.core.attributes import Attribute, Form, Vocabulary
from bot.core.conditions import Atom, Condition, Known, Span, Truth, Value, atoms, attributes_in, truth
from bot.kinds.registry import kind_of

#: Combinations of answers beyond which a condition is taken to be satisfiable.
_MOST_COMBINATIONS = 20_000
#: Names of one multiple choice in a condition beyond which it is taken to be satisfiable.
_MOST_NAMES = 10


def satisfiable(condition: Condition, vocabulary: Vocabulary, unanswered: frozenset[str] = frozenset()) -> bool:
    """Return True if some answers of one person make a condition true, counting values that follow from others (`implied_by`).

    The attributes in `unanswered` have no answer.
    """
    names = sorted(_with_implying(attributes_in(condition), vocabulary) - unanswered)
    candidates = [_candidates(vocabulary[name], condition, vocabulary) for name in names]
    if any(options is None for options in candidates):
        return True
    possible = [options for options in candidates if options is not None]
    if math.prod(len(options) for options in possible) > _MOST_COMBINATIONS:
        return True
    for combination in itertools.product(*possible):
        stated: dict[str, Known | None] = {
            name: vocabulary.known(name, values) for name, values in zip(names, combination, strict=True) if values
        }
        if _agrees(stated, vocabulary) and any(truth(condition, person) is Truth.TRUE for person in vocabulary.people(stated)):
            return True
    return False


def _agrees(stated: Mapping[str, Known | None], vocabulary: Vocabulary) -> bool:
    """Return True if stated values do not contradict each other: nobody is both "un bambino" and forty years old."""
    for name, known in stated.items():
        terms = vocabulary[name].terms
        for value in known.values if known is not None else ():
            term = terms.get(value) if isinstance(value, str) else None
            if term is not None and term.implied_by is not None and truth(term.implied_by, stated) is Truth.FALSE:
                return False
    return True


def _with_implying(attributes: frozenset[str], vocabulary: Vocabulary) -> set[str]:
    """Return attributes, and all others from whose values a value of these can follow."""
    found = set(attributes)
    for name in attributes:
        for term in vocabulary[name].terms.values():
            if term.implied_by is not None:
                found |= attributes_in(term.implied_by)
    return found


def _candidates(attribute: Attribute, condition: Condition, vocabulary: Vocabulary) -> list[tuple[Value, ...]] | None:
    """Return enough answers to one attribute to make each atom on it true, false and unknown; no answer is among them.

    None when they are too many to try.
    """
    match attribute.kind.form:
        case Form.NUMBERS:
            return [(), *((span,) for span in _cells(_boundaries(attribute.id, condition, vocabulary)))]
        case Form.NONE:
            return [()]
        case _:
            terms = list(kind_of(attribute).value_ids(attribute))
            if not attribute.multiple:
                return [(), *((term,) for term in terms)]
            return _subsets(_telling(attribute, terms, condition, vocabulary))


def _telling(attribute: Attribute, terms: list[str], condition: Condition, vocabulary: Vocabulary) -> list[str]:
    """Return the values of an attribute that a condition treats differently.

    These are the ones that its atoms name, and one that none of them names; for windows of hours all values.
    """
    named: set[str] = set()
    for atom in _atoms(condition, vocabulary):
        if atom.attribute == attribute.id:
            named |= atom.accepted if isinstance(atom.accepted, frozenset) else set(terms)
    return [*(term for term in terms if term in named), *[term for term in terms if term not in named][:1]]


def _subsets(names: list[str]) -> list[tuple[Value, ...]] | None:
    if len(names) > _MOST_NAMES:
        return None
    return [subset for size in range(len(names) + 1) for subset in itertools.combinations(names, size)]


def _boundaries(attribute: str, condition: Condition, vocabulary: Vocabulary) -> list[float]:
    found: set[float] = set()
    for atom in _atoms(condition, vocabulary):
        if atom.attribute == attribute and isinstance(atom.accepted, tuple):
            found |= {edge for span in atom.accepted for edge in (span.low, span.high)}
    return sorted(found | {0.0})


def _atoms(condition: Condition, vocabulary: Vocabulary) -> Iterator[Atom]:
    """Yield the atoms of a condition, and of the conditions (`implied_by`) from which values of the vocabulary follow."""
    yield from atoms(condition)
    for attribute in vocabulary.attributes.values():
        for term in attribute.terms.values():
            if term.implied_by is not None:
                yield from atoms(term.implied_by)


def _cells(edges: list[float]) -> list[Span]:
    spans = [Span(low, high) for low, high in itertools.pairwise(edges)]
    return spans if math.isinf(edges[-1]) else [*spans, Span(edges[-1], math.inf)]
