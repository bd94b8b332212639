"""YAML → conditions: a mapping of attribute → accepted values; keys are joined by "and", lists by "or"; `any` and `not` exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from bot.authoring.calendar_words import plain_characters
from bot.authoring.declared_names import ATTRIBUTE_NAME, CATEGORY_NAME
from bot.authoring.fields import (
    COMMA_IN_BRACES,
    EMPTY_LIST,
    EMPTY_VALUE,
    ReadingContext,
    Schema,
    Shape,
    as_list,
    as_mapping,
    follows_comma,
)
from bot.authoring.problems import FAULTS, Fault, Mark
from bot.authoring.shapes import ANY_TEXT, Scalar, one_or_many, raw_node, scalar, scalars
from bot.authoring.yaml_nodes import ListNode, Node, ScalarNode
from bot.core.attributes import Attribute, Form, Term
from bot.core.conditions import ALWAYS, All, Any, Atom, Condition, Not, Value, merge_spans
from bot.kinds.kind import UnreadableValue
from bot.kinds.registry import kind_of
from bot.language.text.normalise import normalise

UNKNOWN_ATTRIBUTE = Fault(
    "unknown_attribute", "«{name}» non è un attributo di attributes.yaml.", "“{name}” is not an attribute of attributes.yaml."
)
UNKNOWN_VALUE = Fault("unknown_value", "«{name}» non è un valore di «{attribute}».", "“{name}” is not a value of “{attribute}”.")
SEVERAL_VALUES = Fault(
    "several_values",
    "«{name}» sono più valori di «{attribute}»: mettili tra parentesi quadre, [{name}].",
    "“{name}” are several values of “{attribute}”: put them in square brackets, [{name}].",
)
NO_CONDITION_ON_TEXT = Fault(
    "no_condition_on_text",
    "«{name}» è un testo libero: non si può usare in una condizione.",
    "“{name}” is free text: it cannot be used in a condition.",
)
#: Kinds name these two by their codes.
BAD_RANGE = Fault(
    "bad_range",
    "«{name}» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m.",
    "“{name}” is not a range. Write it like this: 6-10, 65+, <3 or, in months, 3m-36m.",
)
BIRTH_YEARS = Fault(
    "birth_years",
    "«{name}» sono anni di nascita, non un'età. Scrivi l'età in anni: 6-10.",
    "“{name}” are years of birth, not an age. Write the age in years: 6-10.",
)
EMPTY_RANGE = Fault(
    "empty_range",
    "l'intervallo «{name}» è vuoto: il primo numero è più grande del secondo.",
    "the range “{name}” is empty: the first number is larger than the second.",
)


def read_condition(node: Node | None, context: ReadingContext) -> Condition:
    """Return the condition written in a node. Faults are recorded, and the faulty part is left out."""
    mapping = as_mapping(node, context.problems) if node is not None else None
    if mapping is None:
        return ALWAYS
    parts: list[Condition] = []
    for key, value in mapping.entries:
        context.note_use(ATTRIBUTE_NAME, key.text, key.mark)
        if not context.names.has_attribute(key.text) and follows_comma(key, value, mapping):
            context.problems.add(COMMA_IN_BRACES, key.mark, name=key.text)
        elif isinstance(value, ScalarNode) and not value.text:
            context.problems.add(EMPTY_VALUE, key.mark, name=key.text)
        elif key.text == "any":
            options = [read_condition(item, context) for item in as_list(value, context.problems)]
            if isinstance(value, ListNode) and not options:
                context.problems.add(EMPTY_LIST, value.mark, name="any")
            parts.append(Any(tuple(options)))
        elif key.text == "not":
            parts.append(Not(read_condition(value, context)))
        elif not context.names.has_attribute(key.text):
            context.problems.add(UNKNOWN_ATTRIBUTE, key.mark, name=key.text, among=[*context.names.attributes, "any", "not"])
        elif (attribute := context.names.attributes.get(key.text)) is not None:
            atom = _atom(attribute, key, value, context)
            parts += [atom] if atom is not None else []
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _atom(attribute: Attribute, key: ScalarNode, value: Node, context: ReadingContext) -> Condition | None:
    written = scalars(value, key.text, context.problems)
    if attribute.kind.form is Form.NONE:
        context.problems.add(NO_CONDITION_ON_TEXT, key.mark, name=key.text)
        return None
    values = tuple(value for node in written for value in read_values(node, attribute, context))
    if not values:
        return None
    accepted = attribute.kind.comparable(attribute, values)
    return Atom(attribute.id, merge_spans(accepted) if isinstance(accepted, tuple) else accepted)


def read_values(node: ScalarNode, attribute: Attribute, context: ReadingContext) -> tuple[Value, ...]:
    """Return the values of an attribute that a scalar stands for; empty, with a problem recorded, if it stands for none."""
    try:
        values = kind_of(attribute).parse(node.text, attribute)
    except UnreadableValue as fault:
        context.problems.add(FAULTS[fault.code], node.mark, name=node.text)
        return ()
    if node.text in attribute.categories and node.text not in attribute.terms:
        context.note_use(CATEGORY_NAME, node.text, node.mark)
        return values
    values = tuple(known_name(attribute.id, one, context) if isinstance(one, str) else one for one in values)
    for value in values:
        if isinstance(value, str):
            context.note_use(attribute.id, value, node.mark)
    are_known = all(check_value(attribute.id, value, node.mark, context) for value in values if isinstance(value, str))
    return values if are_known else ()


#: What addresses put around a municipality: "Comune di Dresano (MI)".
_AROUND_NAME = re.compile(r"^comune di\s+|\s*\([a-z]{2}\)\s*$")


def known_name(attribute: str, name: str, context: ReadingContext) -> str:
    """Return the id of a value written with other letters ("San Donato Milanese", "MELEGNANO"); any other name unchanged."""
    id = re.sub(r"[^a-z0-9]+", "-", _AROUND_NAME.sub("", plain_characters(name))).strip("-")
    is_other = not context.names.has_value(attribute, name) and id in context.names.values_of(attribute)
    return id if is_other else name


def check_value(attribute: str, name: str, mark: Mark, context: ReadingContext, *others: str) -> bool:
    """Return True if `name` is a value of an attribute or one of `others`; record a problem otherwise."""
    if name in others or context.names.has_value(attribute, name):
        return True
    among = [*context.names.values_of(attribute), *others]
    parts = [known_name(attribute, part.strip(), context) for part in re.split(r"[,;]", name)]
    if len(parts) > 1 and set(parts) <= set(among):
        context.problems.add(SEVERAL_VALUES, mark, name=", ".join(parts), attribute=attribute)
    else:
        meant = value_called(attribute, name, context)
        context.problems.add(UNKNOWN_VALUE, mark, name=name, attribute=attribute, among=among, meant=meant)
    return False


def value_called(attribute: str, name: str, context: ReadingContext) -> str | None:
    """Return the id of the value whose button or synonym a name is, in the singular or the plural: "nidi" → "asilo-nido"."""
    declared = context.names.attributes.get(attribute)
    return term_called(name, declared.terms) if declared is not None else None


def term_called(name: str, terms: Mapping[str, Term]) -> str | None:
    """Return the id of the term whose label or synonym a name is, in the singular or the plural; None for no such term."""
    stems = {_stems(word): id for id, term in reversed(list(terms.items())) for word in (*term.also, term.label)}
    return stems.get(_stems(name))


def _stems(name: str) -> str:
    """Return the words of a name without their last vowels, in which Italian tells one from many."""
    return re.sub(r"[aeio]+\b", "", normalise(name))


# --- Shapes -----------------------------------------------------------------------------------------------------------

#: Stands for a condition in a schema, since conditions hold conditions; and the definition that it points at.
CONDITION_SCHEMA: Schema = {"$ref": "#/definitions/condition"}
CONDITION_DEFINITION: Schema = {
    "type": "object",
    "description": "Per ogni attributo i valori che vanno bene. Tutte le righe devono valere.",
    "properties": {
        "any": {"description": "Basta una di queste condizioni.", "type": "array", "minItems": 1, "items": CONDITION_SCHEMA},
        "not": {"description": "Questa condizione non deve valere.", "allOf": [CONDITION_SCHEMA]},
    },
    "additionalProperties": one_or_many(ANY_TEXT).schema,
}


CONDITION = Shape(lambda node, _name, context: read_condition(node, context), "condizione", CONDITION_SCHEMA)


def value_of(attribute: str, *others: str) -> Scalar[str]:
    """Return the shape of an attribute's value, or of one of `others`; an unknown value is a fault but is still read."""

    def parse(node: ScalarNode, context: ReadingContext) -> str:
        written = node.text.casefold()
        name = written if written in others else known_name(attribute, node.text, context)
        context.note_use(attribute, name, node.mark)
        check_value(attribute, name, node.mark, context, *others)
        return name

    return scalar(parse, " o ".join((f"valore di {attribute}", *others)), blank="")


ConditionField = Annotated[Condition, CONDITION]
#: A condition that is read when all attributes are known.
UnreadConditionField = Annotated[Node | None, raw_node(CONDITION)]
