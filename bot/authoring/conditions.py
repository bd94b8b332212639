"""YAML → conditions: a mapping of attribute → accepted values; keys are "and", lists are "or", plus `any` and `not`."""

from __future__ import annotations

import math
import re

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import as_list, as_mapping, scalars
from bot.authoring.problems import Problems
from bot.authoring.yaml_nodes import ListNode, Node, ScalarNode
from bot.core import hours
from bot.core.attributes import MONTHS, NO, POINT, YES, Attribute, Form, Kind, form_of
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition, Not, Span, merge_spans

_NUMBER = r"(\d{1,6}(?:\.\d{1,3})?)(m?)"
_RANGE = re.compile(rf"{_NUMBER}\s*-\s*{_NUMBER}")
_FROM = re.compile(rf"(?:{_NUMBER}\s*\+|>=\s*{_NUMBER})")
_BELOW = re.compile(rf"<\s*{_NUMBER}")
_ABOVE = re.compile(rf">\s*{_NUMBER}")
_ONE = re.compile(_NUMBER)

_SPOKEN = {"yes": YES, "true": YES, "si": YES, "sì": YES, "no": NO, "false": NO}


def read_condition(node: Node | None, words: DeclaredNames, problems: Problems) -> Condition:
    """The condition a node writes. Faults are recorded, and the part that has one is left out."""
    if node is None:
        return ALWAYS
    mapping = as_mapping(node, problems)
    if mapping is None:
        return ALWAYS
    parts: list[Condition] = []
    for key, value in mapping.entries:
        if isinstance(value, ScalarNode) and not value.text:
            problems.add("empty_value", key.mark, name=key.text)
        elif key.text == "any":
            options = [read_condition(item, words, problems) for item in as_list(value, problems)]
            if isinstance(value, ListNode) and not options:
                problems.add("empty_list", value.mark, name="any")
            parts.append(Any(tuple(options)))
        elif key.text == "not":
            parts.append(Not(read_condition(value, words, problems)))
        elif key.text not in words.attributes:
            if not words.is_open("attributes"):
                problems.add("unknown_attribute", key.mark, name=key.text, among=[*words.attributes, "any", "not"])
        else:
            atom = _atom(key, value, words, problems)
            parts += [atom] if atom is not None else []
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _atom(key: ScalarNode, value: Node, words: DeclaredNames, problems: Problems) -> Condition | None:
    attribute = words.attributes[key.text]
    if attribute is None:
        return None
    found = scalars(value, key.text, problems)
    match form_of(attribute.kind):
        case Form.NONE:
            problems.add("no_condition_on_text", key.mark, name=key.text)
            return None
        case Form.NUMBERS:
            spans = tuple(s for scalar in found if (s := read_span(scalar, attribute.kind, problems)) is not None)
            return Atom(attribute.id, merge_spans(spans)) if spans else None
        case Form.WEEK:
            ids = [id for scalar in found for id in read_names(scalar, attribute, words, problems)]
            slots = hours.union(attribute.terms[id].slots for id in ids if id in attribute.terms)
            return Atom(attribute.id, slots) if ids else None
        case _:
            names = frozenset(id for scalar in found for id in read_names(scalar, attribute, words, problems))
            return Atom(attribute.id, names) if names else None


def read_names(scalar: ScalarNode, attribute: Attribute, words: DeclaredNames, problems: Problems) -> tuple[str, ...]:
    """The ids that a scalar names: one value, or all the needs of a category."""
    name = scalar.text
    if attribute.kind is Kind.YES_NO:
        name = _SPOKEN.get(name.casefold(), name)
    if attribute.kind is Kind.NEED and name in words.categories and name not in attribute.terms:
        return tuple(term.id for term in attribute.terms.values() if term.category == name)
    if not words.has_value(attribute.id, name):
        problems.add("unknown_value", scalar.mark, name=name, attribute=attribute.id, among=words.values(attribute.id))
        return ()
    return (name,)


def read_span(scalar: ScalarNode, kind: Kind, problems: Problems) -> Span | None:
    """A range: `6-10`, `65+`, `<3`, `7`. Ages are read in years, or in months with an m, and kept in months.

    For ages `a-b` is a ≤ age < b + 1; for numbers it is a ≤ x ≤ b.
    """
    text = scalar.text
    span: Span | None = None
    if match := _RANGE.fullmatch(text):
        # "3-36m" is all in months; "3m-6" could be either.
        low, high, unit = match[1], match[3], match[4]
        span = Span(_low(low, match[2] or unit, kind), _end(high, unit, kind)) if unit or not match[2] else None
    elif match := _FROM.fullmatch(text):
        span = Span(_low(match[1] or match[3], match[2] or match[4] or "", kind), math.inf)
    elif match := _BELOW.fullmatch(text):
        span = Span(0 if kind is Kind.AGE else -math.inf, _low(match[1], match[2], kind))
    elif match := _ABOVE.fullmatch(text):
        span = Span(_end(match[1], match[2], kind), math.inf)
    elif match := _ONE.fullmatch(text):
        span = Span(_low(match[1], match[2], kind), _end(match[1], match[2], kind))
    if span is None or ("m" in text and kind is not Kind.AGE):
        problems.add("bad_range", scalar.mark, name=text)
        return None
    if span.low >= span.high:
        problems.add("empty_range", scalar.mark, name=text)
        return None
    return span


def _low(number: str, unit: str, kind: Kind) -> float:
    return float(number) * (MONTHS if kind is Kind.AGE and not unit else 1)


def _end(number: str, unit: str, kind: Kind) -> float:
    if kind is not Kind.AGE:
        return float(number) + POINT
    return float(number) + 1 if unit else (float(number) + 1) * MONTHS
