"""YAML → conditions: a mapping of attribute → accepted values; keys are "and", lists are "or", plus `any` and `not`."""

from __future__ import annotations

from bot.authoring.declared_names import DeclaredNames
from bot.authoring.fields import as_list, as_mapping, scalars
from bot.authoring.problems import Problems
from bot.authoring.yaml_nodes import ListNode, Node, ScalarNode
from bot.core.attributes import Attribute, Form
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition, Not, Value, merge_spans
from bot.kinds.kind import UnreadableValue
from bot.kinds.registry import kind_of


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
    if attribute.kind.form is Form.NONE:
        problems.add("no_condition_on_text", key.mark, name=key.text)
        return None
    values = tuple(value for scalar in found for value in read_values(scalar, attribute, words, problems))
    if not values:
        return None
    accepted = attribute.kind.comparable(attribute, values)
    return Atom(attribute.id, merge_spans(accepted) if isinstance(accepted, tuple) else accepted)


def read_values(scalar: ScalarNode, attribute: Attribute, words: DeclaredNames, problems: Problems) -> tuple[Value, ...]:
    """Return the values of an attribute that a scalar names; none, and a problem, if it names no value."""
    try:
        values = kind_of(attribute).parse(scalar.text, attribute)
    except UnreadableValue as fault:
        problems.add(fault.code, scalar.mark, name=scalar.text)
        return ()
    for value in values:
        if isinstance(value, str) and not words.has_value(attribute.id, value):
            problems.add("unknown_value", scalar.mark, name=value, attribute=attribute.id, among=words.values(attribute.id))
            return ()
    return values
